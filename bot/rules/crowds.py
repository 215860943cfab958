"""How many people may be said to have asked something: never fewer than five, never so exactly that one more could be told. Pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterable

from bot.rules.keeping import SHOWN_FROM

STEPS = (SHOWN_FROM, 10, 20, 50, 100, 200, 500)
"""What is said of a number: the last of these that it reaches, « ou plus »."""


def people(asked: Iterable[tuple[Hashable, Hashable]]) -> int:
    """How many people there are at least among these (quarter, key of a person in it): one person has another key in another quarter, so that
    quarters are never added up."""
    keys: dict[Hashable, set[Hashable]] = defaultdict(set)
    for quarter, key in asked:
        keys[quarter].add(key)
    return max(map(len, keys.values()), default=0)


def told(number: int) -> int | None:
    """The number to say before « ou plus »; None where nothing may be said."""
    return max((step for step in STEPS if step <= number), default=None)
