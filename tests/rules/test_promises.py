"""What is promised, and to when: the sentences of the house, and a second opinion that looks at the wall every minute."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings

from bot.rules.hours import Absence, Days, Hours
from bot.rules.promises import Before, ClosedUntil, promise
from tests.rules.test_hours import paris
from tests.rules.waiting import FRANCE, LUNCH, clock_changes, first_reading, holidays_of_the_years, hours, next_working_day, open_minutes, situations

LOOKED = 20
AUGUST = Days(date(2026, 8, 3), date(2026, 8, 21))


class TestBefore:
    @pytest.mark.parametrize(
        ("now", "deadline"),
        [
            (paris(2026, 11, 20, 20, 5), paris(2026, 11, 23, 17)),  # Friday evening → Monday
            (paris(2026, 11, 26, 0, 10), paris(2026, 11, 26, 17)),  # Thursday, ten past midnight → Thursday
            (paris(2026, 11, 23, 10), paris(2026, 11, 24, 17)),  # Monday morning → Tuesday
            (paris(2026, 11, 23, 8, 59), paris(2026, 11, 23, 17)),  # just before it opens
            (paris(2026, 11, 23, 9), paris(2026, 11, 24, 17)),  # just when it opens
            (paris(2026, 11, 23, 17), paris(2026, 11, 24, 17)),  # a promise missed at closing time
            (paris(2026, 4, 3, 18), paris(2026, 4, 7, 17)),  # Friday before Easter Monday
            (paris(2026, 12, 24, 20), paris(2026, 12, 28, 17)),  # Christmas on a Friday
            (paris(2026, 3, 28, 23), paris(2026, 3, 30, 17)),  # the clocks change in the night
            (paris(2026, 10, 24, 23), paris(2026, 10, 26, 17)),
        ],
    )
    def test_the_end_of_the_next_working_day(self, now: datetime, deadline: datetime) -> None:
        assert promise(now, hours()) == Before(deadline)
        assert promise(now, hours(LUNCH)) == Before(deadline)

    def test_a_day_off_in_the_week_is_stepped_over(self) -> None:
        closed = hours(closures=(Days(date(2026, 11, 24), date(2026, 11, 24)),))
        assert promise(paris(2026, 11, 23, 10), closed) == Before(paris(2026, 11, 25, 17))

    def test_the_only_colleague_away_in_the_afternoon_ends_the_day_at_noon(self) -> None:
        afternoon = Absence(1, Days(date(2026, 11, 24), date(2026, 11, 24)), LUNCH[0][1])
        assert promise(paris(2026, 11, 23, 10), hours(LUNCH, absences=(afternoon,), team=(1,))) == Before(paris(2026, 11, 24, 12))

    def test_a_service_that_opens_once_a_week_is_not_closed_the_rest_of_it(self) -> None:
        mondays = hours((LUNCH[0], (), (), (), (), (), ()))
        assert promise(paris(2026, 11, 23, 10), mondays) == Before(paris(2026, 11, 30, 17))


class TestClosed:
    def test_in_august_no_hour_is_promised(self) -> None:
        said = promise(paris(2026, 8, 5, 11), hours(closures=(AUGUST,)))
        assert said == ClosedUntil(None, date(2026, 8, 23), date(2026, 8, 24), paris(2026, 8, 24, 17))

    def test_after_the_last_closing_before_it_nobody_is_there_any_more(self) -> None:
        said = promise(paris(2026, 7, 31, 18), hours(closures=(AUGUST,)))
        assert said == ClosedUntil(None, date(2026, 8, 23), date(2026, 8, 24), paris(2026, 8, 24, 17))

    def test_on_its_eve_somebody_still_is_there(self) -> None:
        said = promise(paris(2026, 7, 31, 10), hours(closures=(AUGUST,)))
        assert said == ClosedUntil(date(2026, 8, 1), date(2026, 8, 23), date(2026, 8, 24), paris(2026, 8, 24, 17))

    def test_at_lunch_on_its_eve_too(self) -> None:
        said = promise(paris(2026, 7, 31, 13), hours(LUNCH, closures=(AUGUST,)))
        assert isinstance(said, ClosedUntil)
        assert said.first_closed == date(2026, 8, 1)

    def test_in_its_last_week_end_a_promise_is_one_again(self) -> None:
        assert promise(paris(2026, 8, 22, 11), hours(closures=(AUGUST,))) == Before(paris(2026, 8, 24, 17))

    def test_everyone_absent_is_a_closure(self) -> None:
        away = tuple(Absence(who, Days(date(2026, 11, 23), date(2026, 11, 27))) for who in (1, 2))
        said = promise(paris(2026, 11, 24, 10), hours(absences=away))
        assert said == ClosedUntil(None, date(2026, 11, 29), date(2026, 11, 30), paris(2026, 11, 30, 17))

    def test_a_bridge_after_ascension_is_longer_than_a_week_end(self) -> None:
        bridge = hours(closures=(Days(date(2026, 5, 15), date(2026, 5, 15)),))
        said = promise(paris(2026, 5, 13, 20), bridge)
        assert said == ClosedUntil(None, date(2026, 5, 17), date(2026, 5, 18), paris(2026, 5, 18, 17))

    def test_nobody_ever_there_promises_nothing(self) -> None:
        assert promise(paris(2026, 11, 23, 10), hours(team=())) is None
        assert promise(paris(2026, 11, 23, 10), hours(((),) * 7)) is None


def second_opinion(now: datetime, of: Hours) -> tuple[date, datetime, bool] | None:
    """The working day, its end, and whether the days before it are closed for longer than a week-end and not by the calendar alone."""
    found = next_working_day(now, of, LOOKED)
    if found is None:
        return None
    day, deadline = found
    today = now.astimezone(of.zone).date()
    until = [today + timedelta(days=nth) for nth in range((day - today).days)]
    closed = [each for each in until if not open_minutes(each, of)]
    by_calendar = all(each in FRANCE or not of.week[each.weekday()] for each in closed)
    return day, deadline, len(closed) > 2 and not by_calendar


def agree(now: datetime, of: Hours) -> None:
    said, expected = promise(now, of), second_opinion(now, of)
    if expected is None:
        assert said is None or said.deadline > now + timedelta(days=LOOKED - 2)
        return
    day, deadline, closed = expected
    assert said is not None
    assert said.deadline == deadline > now
    assert isinstance(said, ClosedUntil) is closed
    if isinstance(said, ClosedUntil):
        still = first_reading(now, of, LOOKED)
        assert still is not None
        assert (said.first_open, said.last_closed) == (day, day - timedelta(days=1))
        assert (said.first_closed is not None) is (still.astimezone(of.zone).date() < day)


class TestSecondOpinion:
    @settings(max_examples=60, deadline=None)
    @given(situations())
    def test_any_hours_any_moment(self, situation: tuple[datetime, Hours]) -> None:
        agree(*situation)

    @pytest.mark.parametrize("change", clock_changes(), ids=lambda at: at.date().isoformat())
    def test_around_every_change_of_the_clocks(self, change: datetime) -> None:
        for before in (timedelta(days=2), timedelta(hours=1), timedelta(), -timedelta(minutes=30), -timedelta(days=1)):
            agree(change - before, hours(LUNCH))

    @pytest.mark.parametrize("day", holidays_of_the_years(), ids=str)
    def test_around_every_holiday(self, day: date) -> None:
        for days, hour in ((1, 10), (1, 19), (0, 11)):
            before = day - timedelta(days=days)
            agree(paris(before.year, before.month, before.day, hour), hours())
