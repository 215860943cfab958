"""Bodies that are nearly what a provider sends, or nothing of the sort."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import from_json, to_json

WORDS = ("", "a", "/start", "private", "kicked", "\0", "\u202e", "😔", "x" * 5000, "-1", "null")
NUMBERS = (0, -1, 1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 10**400, 0.5, 1e300)
Whole = Callable[[int, str, Any], Any]
"""A call of this number about one kind of event, whatever is in it."""


def any_value(dice: random.Random) -> Any:
    makers: tuple[Callable[[], Any], ...] = (
        lambda: None,
        lambda: dice.random() < 0.5,
        lambda: dice.choice(NUMBERS),
        lambda: dice.choice(WORDS),
        list,
        dict,
        lambda: [dice.choice(WORDS)] * dice.randrange(4),
        lambda: {dice.choice(WORDS): dice.choice(NUMBERS)},
    )
    return dice.choice(makers)()


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) of a JSON value."""
    keys: Any = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


def changed(update: Any, dice: random.Random) -> Any:
    """One to three places of an update replaced, removed or moved elsewhere."""
    for _ in range(dice.randint(1, 3)):
        found = list(places(update))
        if not found:
            return update
        container, key = dice.choice(found)
        match dice.randrange(4):
            case 0:
                del container[key]
            case 1 if isinstance(container, dict):
                container[dice.choice(list(container))] = container[key]
            case _:
                container[key] = any_value(dice)
    return update


def spoiled(raw: bytes, dice: random.Random) -> bytes:
    """A body with bytes changed, cut out, doubled or added."""
    body = bytearray(raw)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(body) + 1)
        match dice.randrange(4):
            case 0:
                del body[at : at + dice.randint(1, 40)]
            case 1:
                body[at:at] = body[at : at + 30]
            case 2:
                body[at : at + 1] = dice.randbytes(1)
            case _:
                body[at:at] = dice.choice((b"\\ud83d", b"\\u0000", b"\xff", b'"', b"}", b"[", b"9" * 30, b"NaN"))
    return bytes(body)


def bodies(payloads: Mapping[str, bytes], seed: int, many: int, kinds: Sequence[str], whole: Whole) -> Iterator[bytes]:
    """So many bodies: noise, odd events, spoiled and changed recordings."""
    dice = random.Random(seed)
    recorded = list(payloads.values())
    for number in range(many):
        raw = dice.choice(recorded)
        match number % 10:
            case 0:
                yield dice.randbytes(dice.randrange(200))
            case 1:
                yield to_json(whole(number, dice.choice(kinds), any_value(dice)))
            case 2 | 3 | 4:
                yield spoiled(raw, dice)
            case _:
                yield to_json(changed(from_json(raw), dice))
