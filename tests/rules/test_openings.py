"""Openings and what appointments need: what is refused with what to write, and what an appointment takes of somebody's time."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.cells import LASTS, cells
from bot.rules.hours import Days, Range
from bot.rules.openings import Agenda, Mode, Needs, Opening, Taken
from bot.rules.recurrences import recurrence
from bot.rules.walls import first_moment, merged, pieces, spans, to_seconds, whole_day
from tests.rules.free import STEPS, minutes_of, wall
from tests.rules.waiting import PARIS, clock_changes, minutes

MONDAY = date(2026, 11, 23)
MORNING, AFTERNOON = Range(time(9), time(12)), Range(time(14), time(17))
ON_SITE = frozenset({Mode.ON_SITE})
WEEKLY = recurrence("FREQ=WEEKLY")


class TestOpening:
    def test_without_a_rule_it_is_one_day(self) -> None:
        once = Opening(1, 10, (MORNING, AFTERNOON), ON_SITE, MONDAY)
        assert [once.on(MONDAY + timedelta(days=nth)) for nth in (-1, 0, 1, 7)] == [False, True, False, False]

    def test_a_rule_runs_from_the_first_day_to_the_last(self) -> None:
        weekly = Opening(1, 10, (MORNING,), ON_SITE, MONDAY, MONDAY + timedelta(days=14), WEEKLY)
        assert [weekly.on(MONDAY + timedelta(weeks=nth)) for nth in (-1, 0, 1, 2, 3)] == [False, True, True, True, False]

    def test_a_rule_that_ends_needs_no_last_day(self) -> None:
        counted = Opening(1, 10, (MORNING,), ON_SITE, MONDAY, None, recurrence("FREQ=WEEKLY;COUNT=2"))
        assert [counted.on(MONDAY + timedelta(weeks=nth)) for nth in range(3)] == [True, True, False]
        until = Opening(1, 10, (MORNING,), ON_SITE, MONDAY, None, recurrence("FREQ=WEEKLY;UNTIL=20261201"))
        assert [until.on(MONDAY + timedelta(weeks=nth)) for nth in range(3)] == [True, True, False]

    @pytest.mark.parametrize(
        ("ranges", "last", "rule", "instead"),
        [
            ((MORNING,), None, "FREQ=WEEKLY", "a last day, UNTIL or COUNT"),
            ((MORNING,), date(2036, 1, 1), "FREQ=WEEKLY", "five years"),
            ((MORNING,), date(2026, 1, 1), "FREQ=WEEKLY", "after the first"),
            ((MORNING,), None, "FREQ=WEEKLY;UNTIL=20260101", "after the first"),
            ((MORNING,), None, "FREQ=WEEKLY;UNTIL=20270101T000000Z", "UNTIL=20270630"),
            ((MORNING,), date(2026, 11, 24), "FREQ=WEEKLY;BYDAY=WE", "falls on a day"),
            ((), None, "", "one range"),
            ((MORNING,) * 7, None, "", "one range"),
            ((AFTERNOON, MORNING), None, "", "in order"),
            ((Range(time(12), time(9)),), None, "", "in order"),
            ((Range(time(9), time(9)),), None, "", "in order"),
            ((Range(time(9, 2), time(10)),), None, "", "five minutes"),
            ((Range(time(9), time(10, 0, 30)),), None, "", "in order"),
        ],
    )
    def test_what_is_refused_says_what_to_write(self, ranges: tuple[Range, ...], last: date | None, rule: str, instead: str) -> None:
        with pytest.raises(ValueError, match=instead):
            Opening(1, 10, ranges, ON_SITE, MONDAY, last, recurrence(rule) if rule else None)

    def test_a_way_to_meet_is_needed(self) -> None:
        with pytest.raises(ValueError, match="one way to meet"):
            Opening(1, 10, (MORNING,), frozenset(), MONDAY)


class TestMotive:
    def test_travel_counts_where_one_goes_to_somebody(self) -> None:
        needs = Needs(60, frozenset(Mode), buffer=(5, 10), travel=(30, 40))
        assert needs.owned(36_000, Mode.ON_SITE) == (36_000 - 300, 36_000 + 4_200)
        assert needs.owned(36_000, Mode.HOME) == (36_000 - 2_100, 36_000 + 6_600)

    @pytest.mark.parametrize(
        "wrong",
        [
            *({"minutes": 0}, {"minutes": 32}, {"minutes": 485}, {"buffer": (3, 0)}, {"travel": (0, -5)}),
            *({"grid": 7}, {"horizon": 401}, {"notice": -timedelta(hours=1)}, {"modes": frozenset()}),
        ],
    )
    def test_odd_lengths_are_refused(self, wrong: dict[str, object]) -> None:
        with pytest.raises(ValueError, match=r"write|choose"):
            Needs(**({"minutes": 30, "modes": ON_SITE} | wrong))  # type: ignore[arg-type]


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 10)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=8)


class TestTaken:
    @given(SPANS, st.integers(0, 70), st.integers(1, 12))
    def test_free_is_when_no_second_is_taken(self, found: list[tuple[int, int]], since: int, lasts: int) -> None:
        seconds = {second for a, b in found for second in range(a, b)}
        until = Taken(found).until((since, since + lasts))
        assert (until is None) == (not seconds & set(range(since, since + lasts)))
        if until is not None:
            assert until > since
            assert until not in seconds

    @given(SPANS)
    def test_merged_is_the_same_seconds(self, found: list[tuple[int, int]]) -> None:
        whole = merged(found)
        assert {s for a, b in whole for s in range(a, b)} == {s for a, b in found for s in range(a, b)}
        assert all(one[1] < other[0] for one, other in pairwise(whole))


class TestCells:
    @given(st.integers(0, 4_000_000_000), st.integers(1, 40_000))
    def test_each_second_is_in_an_owned_cell(self, since: int, lasts: int) -> None:
        owned = cells((since, since + lasts))
        assert owned[0] * LASTS <= since < (owned[0] + 1) * LASTS
        assert owned[-1] * LASTS < since + lasts <= (owned[-1] + 1) * LASTS

    def test_appointments_that_touch_share_no_cell(self) -> None:
        at = to_seconds(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
        assert not set(cells((at, at + 1800))) & set(cells((at + 1800, at + 3600)))
        assert len(cells((at, at + 1800))) == 6


class TestWalls:
    @pytest.mark.parametrize("change", clock_changes(), ids=lambda at: at.date().isoformat())
    def test_a_day_of_change_has_two_pieces(self, change: datetime) -> None:
        day = change.astimezone(PARIS).date()
        assert len(pieces(PARIS, day)) == 2
        since, until = whole_day(PARIS, day)
        assert {until - since} <= {23 * 3600, 25 * 3600}
        every = minutes_of(day)
        assert (to_seconds(every[0]), to_seconds(every[-1]) + 60) == (since, until)

    @given(st.sampled_from(clock_changes()), STEPS, STEPS, st.integers(-1, 1))
    def test_ranges_are_what_the_wall_shows(self, change: datetime, one: time, other: time, near: int) -> None:
        day = change.astimezone(PARIS).date() + timedelta(days=near)
        within = Range(min(one, other), max(one, other))
        shown = {to_seconds(at) for at in minutes_of(day) if minutes(within.opens) <= wall(at) < minutes(within.closes)}
        assert {at for since, until in spans(PARIS, day, [within]) for at in range(since, until, 60)} == shown
        first = first_moment(PARIS, day, 60 * minutes(one))
        assert first == next((to_seconds(at) for at in minutes_of(day) if wall(at) == minutes(one)), None)


def test_closed_on_public_holidays_and_closures() -> None:
    agenda = Agenda(PARIS, Days(MONDAY, MONDAY), closures=(Days(date(2026, 8, 3), date(2026, 8, 14)),))
    closed = [agenda.closed(day) for day in (date(2026, 7, 14), date(2026, 8, 3), date(2026, 8, 14), date(2026, 8, 17), MONDAY)]
    assert closed == [True, True, True, False, False]
