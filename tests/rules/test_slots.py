"""Free slots, against a second opinion that looks at every minute, across every change of the clocks."""

import statistics
import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.hours import Absence, Days, Range
from bot.rules.openings import Agenda, Mode, Needs, Opening, Taken
from bot.rules.recurrences import recurrence
from bot.rules.slots import CLOSE, Part, Slot, Wish, dump, is_free, load, next_days, next_slots, slots_of
from bot.rules.walls import to_seconds
from tests.rules.free import Situation, free, situations
from tests.rules.waiting import PARIS, clock_changes

MONDAY = date(2026, 11, 23)
YEARS = Days(date(2026, 1, 1), date(2036, 12, 31))
OFFICE = (Range(time(9), time(12)), Range(time(14), time(17)))
ON_SITE = frozenset({Mode.ON_SITE})
WEEKDAYS = recurrence("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
MEETING = Needs(30, ON_SITE, horizon=120)


def paris(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=PARIS).astimezone(UTC)


def opening(who: int = 1, place: int = 10, ranges: tuple[Range, ...] = OFFICE, modes: frozenset[Mode] = ON_SITE) -> Opening:
    return Opening(who, place, ranges, modes, date(2026, 1, 5), date(2027, 12, 31), WEEKDAYS)


def agenda(*openings: Opening, **more: object) -> Agenda:
    return Agenda(PARIS, YEARS, openings or (opening(),), **more)  # type: ignore[arg-type]


def taken(*spans: tuple[datetime, datetime]) -> Taken:
    return Taken((to_seconds(since), to_seconds(until)) for since, until in spans)


def walls(slots: list[Slot] | tuple[Slot, ...]) -> list[str]:
    return [f"{slot.start.astimezone(PARIS):%d %H:%M}" for slot in slots]


class TestEveryMinute:
    @settings(max_examples=150, deadline=None)
    @given(situations())
    def test_slots_are_those_a_minute_by_minute_look_finds(self, given: Situation) -> None:
        found = slots_of(given.agenda, given.wish, given.now, given.day)
        assert len(set(found)) == len(found)
        assert set(found) == free(given)
        assert [slot.start for slot in found] == sorted(slot.start for slot in found)

    @pytest.mark.parametrize("change", clock_changes(), ids=lambda at: at.date().isoformat())
    def test_the_night_the_clocks_change(self, change: datetime) -> None:
        """Every change of 2026–2036: openings in, across, before and after the hour that is skipped or shown twice."""
        day = change.astimezone(PARIS).date()
        found = 0
        for hours in ((time(1), time(4)), (time(2), time(3)), (time(1, 30), time(2, 30)), (time(2, 30), time(3, 30)), (time(9), time(10))):
            for needs in (MEETING, Needs(60, ON_SITE, grid=0), Needs(45, ON_SITE, buffer=(15, 0), grid=15)):
                once = Opening(1, 10, (Range(*hours),), ON_SITE, day)
                at = Situation(agenda(once), {}, Wish(needs), paris(day - timedelta(days=2)), day)
                slots = slots_of(at.agenda, at.wish, at.now, day)
                assert set(slots) == free(at)
                assert len({slot.start.astimezone(PARIS).time() for slot in slots}) == len(slots), "no wall time is proposed twice"
                found += len(slots)
        assert found

    def test_a_wall_time_that_is_skipped_is_no_slot_and_one_shown_twice_is_the_first(self) -> None:
        night = (Range(time(1, 30), time(4)),)
        spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
        slots = {
            day: slots_of(agenda(Opening(1, 10, night, ON_SITE, day)), Wish(MEETING), paris(day - timedelta(days=1)), day) for day in (spring, autumn)
        }
        assert walls(slots[spring]) == ["29 01:30", "29 03:00", "29 03:30"]
        assert walls(slots[autumn]) == ["25 01:30", "25 02:00", "25 02:30", "25 03:00", "25 03:30"]
        assert [slot.start.hour for slot in slots[autumn]] == [23, 0, 0, 2, 2], "02:00 summer time is midnight in Greenwich"


class TestNext:
    def test_three_different_days_and_both_halves(self) -> None:
        found = next_slots(agenda(), Wish(MEETING), paris(MONDAY, 8))
        assert walls(found) == ["23 10:00", "24 14:00", "25 09:00"]

    def test_a_day_alone_gives_all_three(self) -> None:
        found = next_slots(agenda(Opening(1, 10, OFFICE, ON_SITE, MONDAY)), Wish(MEETING), paris(MONDAY, 8))
        assert walls(found) == ["23 10:00", "23 10:30", "23 14:00"]

    def test_days_far_apart_are_not_waited_for(self) -> None:
        monthly = Opening(1, 10, OFFICE, ON_SITE, MONDAY, date(2027, 11, 1), recurrence("FREQ=MONTHLY"))
        found = next_slots(agenda(monthly), Wish(MEETING), paris(MONDAY, 8))
        assert {slot.day(PARIS) for slot in found} == {MONDAY}
        assert CLOSE < timedelta(days=28)

    def test_several_colleagues_are_proposed_where_several_receive(self) -> None:
        found = next_slots(agenda(*(opening(who) for who in range(1, 6))), Wish(MEETING), paris(MONDAY, 8))
        assert len({slot.who for slot in found}) == 3

    def test_nobody_is_always_first(self) -> None:
        of = agenda(*(opening(who) for who in range(1, 6)))
        days = (MONDAY + timedelta(days=1, weeks=nth) for nth in range(20))
        assert {slots_of(of, Wish(MEETING), paris(day, 6), day)[0].who for day in days} == set(range(1, 6))

    def test_notice_and_horizon(self) -> None:
        hurried = Needs(30, ON_SITE, notice=timedelta(hours=1), horizon=1)
        of = agenda()
        assert walls(slots_of(of, Wish(hurried), paris(MONDAY, 9, 30), MONDAY))[:2] == ["23 10:30", "23 11:00"]
        assert slots_of(of, Wish(hurried), paris(MONDAY, 9), MONDAY + timedelta(days=1))
        assert not slots_of(of, Wish(hurried), paris(MONDAY, 9), MONDAY + timedelta(days=2))

    def test_nothing_is_free_is_an_answer(self) -> None:
        away = agenda(absences=(Absence(1, YEARS),))
        assert next_slots(away, Wish(MEETING), paris(MONDAY, 8)) == ()
        assert next_days(away, Wish(MEETING), paris(MONDAY, 8), 5) == ()


class TestAsked:
    def setup_method(self) -> None:
        self.now = paris(MONDAY, 8)
        self.of = agenda(opening(1, 10), opening(2, 11, (Range(time(17), time(19)),)))

    def test_another_day(self) -> None:
        shown = next_slots(self.of, Wish(MEETING), self.now)
        others = next_slots(self.of, Wish(MEETING).another_day(shown, PARIS), self.now)
        assert others
        assert not {slot.day(PARIS) for slot in others} & {slot.day(PARIS) for slot in shown}

    def test_another_place(self) -> None:
        shown = [slot for slot in next_slots(self.of, Wish(MEETING, places=frozenset({10})), self.now)]
        assert {slot.place for slot in shown} == {10}
        assert {slot.place for slot in next_slots(self.of, Wish(MEETING).another_place(shown), self.now)} == {11}

    def test_in_the_evening(self) -> None:
        found = next_slots(self.of, Wish(MEETING).in_the(Part.EVENING), self.now)
        assert walls(found) == ["23 17:00", "24 17:00", "25 17:00"]
        assert {slot.part(PARIS) for slot in found} == {Part.EVENING}

    def test_after_a_date(self) -> None:
        found = next_slots(self.of, Wish(MEETING).after(paris(date(2026, 12, 1), 14)), self.now)
        assert walls(found)[0] == "01 14:00"

    def test_that_half_day(self) -> None:
        thursday = date(2026, 11, 26)
        found = next_slots(self.of, Wish(MEETING).on(Days(thursday, thursday), Part.AFTERNOON), self.now)
        assert walls(found) == ["26 14:00", "26 14:30", "26 15:00"]

    def test_days_that_have_something(self) -> None:
        assert next_days(self.of, Wish(MEETING), self.now, 6) == (*(MONDAY + timedelta(days=nth) for nth in range(5)), MONDAY + timedelta(days=7))


class TestForged:
    """A slot that comes back from outside is looked for again."""

    def test_a_slot_of_the_past_or_of_nobody_is_not_free(self) -> None:
        of, now = agenda(), paris(MONDAY, 8)
        good = next_slots(of, Wish(MEETING), now)[0]
        assert is_free(of, Wish(MEETING), now, good)
        for bad in (
            Slot(good.start - timedelta(days=7), good.end - timedelta(days=7), 1, 10, Mode.ON_SITE),
            Slot(good.start + timedelta(minutes=7), good.end + timedelta(minutes=7), 1, 10, Mode.ON_SITE),
            Slot(good.start, good.end + timedelta(hours=1), 1, 10, Mode.ON_SITE),
            Slot(good.start, good.end, 2, 10, Mode.ON_SITE),
            Slot(good.start, good.end, 1, 11, Mode.ON_SITE),
            Slot(good.start, good.end, 1, 10, Mode.PHONE),
        ):
            assert not is_free(of, Wish(MEETING), now, bad)

    def test_what_was_shown_in_time_may_still_be_had_while_it_is_answered(self) -> None:
        good = Slot(paris(MONDAY, 11), paris(MONDAY, 11, 30), 1, 10, Mode.ON_SITE)
        assert good in slots_of(agenda(), Wish(MEETING), paris(MONDAY, 9), MONDAY)
        assert good not in slots_of(agenda(), Wish(MEETING), paris(MONDAY, 9, 1), MONDAY), "two hours of notice are two hours"
        assert is_free(agenda(), Wish(MEETING), paris(MONDAY, 9, 15), good)
        assert not is_free(agenda(), Wish(MEETING), paris(MONDAY, 9, 16), good)

    def test_a_slot_taken_meanwhile_is_not_free(self) -> None:
        good = next_slots(agenda(), Wish(MEETING), paris(MONDAY, 8))[0]
        assert not is_free(agenda(taken={1: taken((good.start, good.end))}), Wish(MEETING), paris(MONDAY, 8), good)

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=6), max_leaves=8))
    def test_anything_else_is_no_slot(self, kept: object) -> None:
        found = load(kept)  # type: ignore[arg-type]
        assert found is None or dump(found) == kept

    def test_a_slot_is_remembered(self) -> None:
        for slot in next_slots(agenda(), Wish(MEETING), paris(MONDAY, 8)):
            assert load(dump(slot)) == slot


def test_an_opening_entered_twice_gives_each_slot_once() -> None:
    found = slots_of(agenda(opening(), opening()), Wish(MEETING), paris(MONDAY), MONDAY)
    assert walls(found) == walls(slots_of(agenda(), Wish(MEETING), paris(MONDAY), MONDAY))


def test_buffers_and_travel_are_kept_free() -> None:
    at_home = Needs(60, frozenset({Mode.HOME, Mode.ON_SITE}), buffer=(0, 15), travel=(30, 30))
    of = agenda(opening(1, 10, modes=frozenset({Mode.HOME})), taken={1: taken((paris(MONDAY, 11), paris(MONDAY, 11, 30)))})
    assert walls(slots_of(of, Wish(at_home), paris(MONDAY, 0), MONDAY)) == ["23 09:00", "23 14:00", "23 14:30", "23 15:00", "23 15:30", "23 16:00"]


def test_thirty_colleagues_and_five_thousand_appointments_are_no_wait() -> None:
    """The bar is 20 ms for 95 in 100 (bench/slots.py measures it); here only that nothing reads everything."""
    dice = Random(7)
    everybody = tuple(opening(who, 10 + who % 3) for who in range(1, 31))
    days = [MONDAY + timedelta(days=nth) for nth in range(120)]
    spans: dict[int, list[tuple[datetime, datetime]]] = {who: [] for who in range(1, 31)}
    for nth in range(5000):
        at = paris(days[min(nth // 250, 119)], dice.choice((9, 10, 11, 14, 15, 16)), dice.choice((0, 30)))
        spans[dice.randint(1, 30)].append((at, at + timedelta(minutes=45)))
    of = agenda(*everybody, taken={who: taken(*each) for who, each in spans.items()})
    lasted = []
    for _ in range(30):
        began = stopwatch.perf_counter()
        assert len(next_slots(of, Wish(MEETING), paris(MONDAY, 8))) == 3
        lasted.append(stopwatch.perf_counter() - began)
    assert statistics.median(lasted) < 0.1
