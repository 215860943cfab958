"""Five people are five, whoever asks how often and over how many quarters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.crowds import STEPS, people, told
from bot.rules.keeping import SHOWN_FROM


def test_one_person_who_asks_again_is_one() -> None:
    assert people([("2026-1", b"a")] * 9) == 1


def test_two_quarters_of_the_same_people_are_not_twice_as_many() -> None:
    """Each of three people has two keys, and nobody can tell: six keys are three people at least."""
    assert people([*(("2026-1", key) for key in "abc"), *(("2026-2", key) for key in "def")]) == 3


def test_nobody_is_nobody() -> None:
    assert people([]) == 0


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1))))
def test_never_more_than_there_are(asked: list[tuple[int, int]]) -> None:
    """`asked`: (person, quarter). A key says who within a quarter alone."""
    keys = [(quarter, (person, quarter)) for person, quarter in asked]
    assert people(keys) <= len({person for person, _quarter in asked})


@pytest.mark.parametrize(("number", "said"), [(0, None), (4, None), (5, 5), (9, 5), (10, 10), (19, 10), (49, 20), (99, 50), (4000, 500)])
def test_a_number_is_told_from_five_on_and_roughly(number: int, said: int | None) -> None:
    assert told(number) == said


def test_nothing_is_told_under_five() -> None:
    assert min(STEPS) == SHOWN_FROM
