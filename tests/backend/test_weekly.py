"""Hours as people write them."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.weekly import BACKWARDS, OVERLAP, TOO_MANY, UNREAD, UNREAD_DAYS, read_day, read_week
from bot import waiting
from bot.rules.hours import Range, Week
from content.words import Words
from tests.rules.waiting import LUNCH, OFFICE, week

FR = Words("fr")
WHOLE = (Range(time(9), time(17)),)
BOTH = (Range(time(9), time(12)), Range(time(14), time(17)))
HALF = (Range(time(9, 30), time(12)), Range(time(13, 30), time(17)))


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("9 h–17 h", WHOLE),
        ("9h-17h", WHOLE),
        ("9-17", WHOLE),
        ("09:00-17:00", WHOLE),
        ("9 h à 17 h", WHOLE),
        ("de 9h à 17h", WHOLE),
        ("9h-12h 14h-17h", BOTH),
        ("9-12 14-17", BOTH),
        ("9 h–12 h, 14 h–17 h", BOTH),
        ("9h-12h / 14h-17h", BOTH),
        ("9h-12h et 14h-17h", BOTH),
        ("14h-17h, 9h-12h", BOTH),
        ("09:00–12:00 ; 14:00–17:00", BOTH),
        ("9h30-12h, 13h30-17h", HALF),
        ("9 h 30 – 12 h, 13 h 30 – 17 h", HALF),
        ("9:30-12 13:30-17", HALF),
        ("20h-24h", (Range(time(20), time(23, 59)),)),
        ("", ()),
        ("fermé", ()),
        ("Fermée", ()),
        ("-", ()),
    ],
)
def test_a_day(text: str, ranges: tuple[Range, ...]) -> None:
    assert read_day(text) == ranges


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("le matin", UNREAD),
        ("9h", UNREAD),
        ("9h-", UNREAD),
        ("25h-26h", UNREAD),
        ("9h-12h sur rendez-vous", UNREAD),
        ("17h-9h", BACKWARDS),
        ("9h-9h", BACKWARDS),
        ("9h-12h, 11h-17h", OVERLAP),
        ("8-9 10-11 12-13 14-15 16-17", TOO_MANY),
    ],
)
def test_a_day_that_cannot_be_read(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault[:20]):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lundi–vendredi 9 h–17 h", OFFICE),
        ("du lundi au vendredi : 9h-12h, 14h-17h", LUNCH),
        ("lundi à vendredi de 9h à 12h et de 14h à 17h", LUNCH),
        ("lun-ven 9-17", OFFICE),
        ("lundi, mardi et jeudi 9h-12h", week("09:00-12:00", "09:00-12:00", "", "09:00-12:00")),
        ("lundi–mercredi 9 h–12 h, 14 h–17 h, samedi 9 h–12 h", week(*["09:00-12:00 14:00-17:00"] * 3, "", "", "09:00-12:00")),
        ("Mercredi 14h-17h\nVendredi 9h-12h", week("", "", "14:00-17:00", "", "09:00-12:00")),
    ],
)
def test_a_week(text: str, expected: Week) -> None:
    assert read_week(text) == expected


@pytest.mark.parametrize("text", ["", "9h-17h", "lundi", "tous les jours 9h-17h", "lundi 9h-17h mardi", "lundi 9h-12h sauf le 3"])
def test_a_week_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match=UNREAD_DAYS[:20]):
        read_week(text)


TIMES = st.lists(st.tuples(st.integers(0, 23), st.sampled_from((0, 5, 30, 45))), min_size=0, max_size=8, unique=True).map(sorted)
DAY = TIMES.map(lambda times: tuple(Range(time(*opens), time(*closes)) for opens, closes in zip(times[::2], times[1::2], strict=False)))


@given(st.tuples(*[DAY] * 7).filter(any))
def test_what_is_said_is_read_back(of: Week) -> None:
    assert read_week(waiting.week_said(of, FR)) == of
    for ranges in of:
        assert read_day(", ".join(waiting.range_said(each, FR) for each in ranges)) == ranges
