"""A second opinion on who is there and what can be promised: it looks at the wall every minute, and knows nothing of how the rules do it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from hypothesis import strategies as st

from bot.rules.hours import Absence, Days, Hours, Range, Week

PARIS = ZoneInfo("Europe/Paris")
MINUTE = timedelta(minutes=1)
FRANCE = holidays.country_holidays("FR", years=range(2025, 2039))
FIRST, LAST = date(2026, 1, 1), date(2036, 12, 31)


def hour(text: str) -> time:
    return time.fromisoformat(text)


def week(*days: str) -> Week:
    """`week("9:00-12:00 14:00-17:00", …)`: from Monday on, the days left out are closed."""
    ranges = [tuple(Range(*(hour(f"{at:0>5}") for at in each.split("-"))) for each in day.split()) for day in days]
    return tuple([*ranges, *[()] * 7][:7])


OFFICE = week(*["09:00-17:00"] * 5)
LUNCH = week(*["09:00-12:00 14:00-17:00"] * 5)


def hours(of: Week = OFFICE, closures: tuple[Days, ...] = (), absences: tuple[Absence, ...] = (), team: tuple[int, ...] = (1, 2)) -> Hours:
    """A service with these hours and a team of two."""
    return Hours(PARIS, of, frozenset(team), closures, absences)


# -- looking, minute by minute


def there(at: datetime, of: Hours) -> bool:
    """Whether somebody is there in this minute, by what the wall shows."""
    wall = at.astimezone(of.zone)
    day, shown = wall.date(), wall.hour * 60 + wall.minute
    if day in FRANCE or any(closure.first <= day <= closure.last for closure in of.closures):
        return False
    if not any(minutes(each.opens) <= shown < minutes(each.closes) for each in of.week[wall.weekday()]):
        return False
    return any(not any(one.who == who and is_away(one, day, shown) for one in of.absences) for who in of.team)


def is_away(absence: Absence, day: date, shown: int) -> bool:
    if not absence.days.first <= day <= absence.days.last:
        return False
    return absence.during is None or minutes(absence.during.opens) <= shown < minutes(absence.during.closes)


def minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def every_minute(since: datetime, days: int) -> Iterator[datetime]:
    """Every whole minute from this one on."""
    start = since.astimezone(UTC).replace(second=0, microsecond=0)
    return (start + MINUTE * nth for nth in range(days * 1440))


def first_reading(now: datetime, of: Hours, days: int) -> datetime | None:
    """The first minute from now on in which somebody is there, looked for so many days ahead."""
    if there(now, of):
        return now
    return next((at for at in every_minute(now, days) if at > now and there(at, of)), None)


def open_minutes(day: date, of: Hours) -> list[datetime]:
    """Every minute of this day in which somebody is there."""
    noon = datetime.combine(day, time(12), tzinfo=of.zone).astimezone(UTC)
    around = every_minute(noon - timedelta(hours=14), 2)
    return [at for at in around if at.astimezone(of.zone).date() == day and there(at, of)]


def next_working_day(now: datetime, of: Hours, days: int) -> tuple[date, datetime] | None:
    """The first day whose first open minute is still to come, and when its last one ends."""
    today = now.astimezone(of.zone).date()
    for day in (today + timedelta(days=nth) for nth in range(days)):
        minutes_open = open_minutes(day, of)
        if minutes_open and minutes_open[0] > now:
            return day, minutes_open[-1] + MINUTE
    return None


# -- making up hours


@cache
def clock_changes() -> tuple[datetime, ...]:
    """The hour at which the clocks of Paris change, 2026–2036, found by looking at every hour."""
    hours_of_time = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=nth) for nth in range(11 * 366 * 24))
    offsets = ((at, at.astimezone(PARIS).utcoffset()) for at in hours_of_time)
    found, before = [], timedelta(hours=1)
    for at, offset in offsets:
        if offset is not None and offset != before:
            found.append(at)
            before = offset
    return tuple(at for at in found if at.year <= LAST.year)


TIMES = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 59)))
OFFICE_TIMES = st.builds(time, st.integers(8, 19), st.sampled_from((0, 30)))


def ranges(times: st.SearchStrategy[time]) -> st.SearchStrategy[Range]:
    return st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: Range(min(pair), max(pair)))


def weeks() -> st.SearchStrategy[Week]:
    """Of an office, or of any hour of the night; a day may have several ranges, or none."""
    day = st.one_of(st.just(()), *(st.lists(ranges(times), min_size=1, max_size=3).map(tuple) for times in (OFFICE_TIMES, TIMES)))
    return st.tuples(*[day] * 7)


def days_near(start: date) -> st.SearchStrategy[Days]:
    return st.tuples(st.integers(-3, 12), st.integers(0, 12)).map(
        lambda pair: Days(start + timedelta(days=pair[0]), start + timedelta(days=pair[0] + pair[1]))
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[datetime, Hours]:
    """A moment of 2026–2036, often near a change of the clocks or a holiday, and the hours of a service then."""
    near = draw(st.one_of(st.dates(FIRST, LAST), st.sampled_from([at.date() for at in clock_changes()]), st.sampled_from(holidays_of_the_years())))
    now = datetime.combine(near, draw(TIMES), tzinfo=UTC) + timedelta(days=draw(st.integers(-3, 1)), seconds=draw(st.sampled_from((0, 0, 1, 59))))
    closures = draw(st.lists(days_near(near), max_size=2))
    absence = st.builds(Absence, st.sampled_from((1, 2)), days_near(near), st.one_of(st.none(), ranges(OFFICE_TIMES)))
    team = draw(st.sampled_from(((), (1,), (1, 2), (1, 2))))
    return now, hours(draw(weeks()), tuple(closures), tuple(draw(st.lists(absence, max_size=4))), team)


@cache
def holidays_of_the_years() -> tuple[date, ...]:
    return tuple(day for day in sorted(FRANCE) if FIRST <= day <= LAST)
