"""A second opinion on free slots: it looks at every minute of a day, and knows nothing of how the rules do it. With it, agendas made up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dateutil.rrule import rrulestr
from hypothesis import strategies as st

from bot.rules.hours import Absence, Days, Range
from bot.rules.openings import Agenda, Mode, Needs, Opening, Taken
from bot.rules.recurrences import Recurrence, recurrence
from bot.rules.slots import Part, Slot, Wish
from bot.rules.walls import to_seconds
from tests.rules.waiting import FRANCE, LAST, MINUTE, PARIS, clock_changes, days_near, holidays_of_the_years, minutes

Busy = Mapping[int, list[tuple[datetime, datetime]]]


@dataclass(frozen=True)
class Situation:
    """An agenda, what it was made of, what is looked for, and when."""

    agenda: Agenda
    busy: Busy
    wish: Wish
    now: datetime
    day: date


# -- looking, minute by minute


def free(given: Situation) -> set[Slot]:
    """Every slot of the day."""
    wish, day, now = given.wish, given.day, given.now
    today = now.astimezone(PARIS).date()
    closed = day in FRANCE or any(closure.first <= day <= closure.last for closure in given.agenda.closures)
    if closed or day in wish.but or day > today + timedelta(days=wish.needs.horizon):
        return set()
    if wish.days is not None and not wish.days.first <= day <= wish.days.last:
        return set()
    return {slot for opening in given.agenda.openings for slot in _of_opening(given, opening)}


def _of_opening(given: Situation, opening: Opening) -> Iterator[Slot]:
    wish, needs = given.wish, given.wish.needs
    if (wish.who and opening.who not in wish.who) or (needs.who and opening.who not in needs.who):
        return
    if (wish.places and opening.place not in wish.places) or opening.place in wish.not_at or not falls_on(opening, given.day):
        return
    order = (Mode.ON_SITE, Mode.PHONE, Mode.VIDEO, Mode.HOME)
    modes = [mode for mode in order if mode in opening.modes and mode in needs.modes and (not wish.modes or mode in wish.modes)]
    if not modes:
        return
    seen: set[int] = set()
    for at in minutes_of(given.day):
        shown = wall(at)
        first_time = shown not in seen
        seen.add(shown)
        if first_time and _begins(given, opening, shown) and _fits(given, opening, modes[0], at):
            yield Slot(at, at + timedelta(minutes=needs.minutes), opening.who, opening.place, modes[0])


def _begins(given: Situation, opening: Opening, shown: int) -> bool:
    needs, part = given.wish.needs, given.wish.part
    hours = {None: (0, 1440), Part.MORNING: (0, 720), Part.AFTERNOON: (720, 1020), Part.EVENING: (1020, 1440)}[part]
    if not hours[0] <= shown < hours[1]:
        return False
    held = [each for each in opening.ranges if minutes(each.opens) <= shown < minutes(each.closes)]
    if needs.grid:
        return bool(held) and shown % needs.grid == 0
    return any((shown - minutes(each.opens)) % needs.minutes == 0 for each in held)


def _fits(given: Situation, opening: Opening, mode: Mode, at: datetime) -> bool:
    wish, needs = given.wish, given.wish.needs
    if at < given.now + needs.notice or (wish.since is not None and at < wish.since):
        return False
    if not all(_open(opening, given.day, at + MINUTE * nth) for nth in range(needs.minutes)):
        return False
    before, after = needs.buffer
    if mode is Mode.HOME:
        before, after = before + needs.travel[0], after + needs.travel[1]
    owned = [at + MINUTE * nth for nth in range(-before, needs.minutes + after)]
    return not any(_is_busy(given, opening.who, minute) or _is_away(given, opening.who, minute) for minute in owned)


def _open(opening: Opening, day: date, at: datetime) -> bool:
    shown = at.astimezone(PARIS)
    return shown.date() == day and any(each.opens <= shown.time() < each.closes for each in opening.ranges)


def _is_busy(given: Situation, who: int, at: datetime) -> bool:
    return any(since <= at < until for since, until in given.busy.get(who, []))


def _is_away(given: Situation, who: int, at: datetime) -> bool:
    day, shown = at.astimezone(PARIS).date(), wall(at)
    mine = (one for one in given.agenda.absences if one.who == who and one.days.first <= day <= one.days.last)
    return any(one.during is None or minutes(one.during.opens) <= shown < minutes(one.during.closes) for one in mine)


def falls_on(opening: Opening, day: date) -> bool:
    """Whether the opening is that day, by the library alone, counted from its first day."""
    if opening.recurrence is None:
        return day == opening.first
    return day in library_days(opening.recurrence, opening.first, opening.last or date(2045, 1, 1))


def library_days(of: Recurrence, first: date, last: date) -> set[date]:
    """The days of a rule from its first one on, up to `last`, as python-dateutil counts them."""
    text = of.rule + (f";COUNT={of.count}" if of.count is not None else "")
    end = min(last, of.last_day or last)
    found = set()
    for at in rrulestr(text, dtstart=datetime.combine(first, time(), tzinfo=UTC)):
        if at.date() > end:
            break
        found.add(at.date())
    return found


def wall(at: datetime) -> int:
    """The minute of the day that the clocks of Paris show."""
    shown = at.astimezone(PARIS)
    return shown.hour * 60 + shown.minute


def minutes_of(day: date) -> list[datetime]:
    """Every minute of a day of Paris."""
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    around = (noon + MINUTE * nth for nth in range(-16 * 60, 16 * 60))
    return [at for at in around if at.astimezone(PARIS).date() == day]


# -- making up agendas

STEPS = st.builds(time, st.integers(0, 23), st.sampled_from(range(0, 60, 5)))
WRITTEN = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;COUNT=9",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=-1SU,1MO",
    "FREQ=MONTHLY;BYDAY=MO,TU,SU;BYSETPOS=-1",
)
RULES = st.sampled_from(WRITTEN).map(recurrence)


def ranges() -> st.SearchStrategy[tuple[Range, ...]]:
    """One range or two, of an office or of the night in which the clocks change."""
    night = st.builds(time, st.integers(0, 5), st.sampled_from(range(0, 60, 5)))
    office = st.builds(time, st.integers(8, 19), st.sampled_from((0, 15, 30)))
    points = st.sampled_from((2, 4)).flatmap(
        lambda number: st.one_of(*(st.lists(each, min_size=number, max_size=number, unique=True) for each in (night, office, STEPS)))
    )
    return points.map(sorted).map(lambda at: tuple(Range(*at[nth : nth + 2]) for nth in range(0, len(at), 2)))


MODES = st.frozensets(st.sampled_from(Mode), min_size=1)
FEW_MINUTES = st.sampled_from((0, 0, 5, 15, 30))


def needs_made_up() -> st.SearchStrategy[Needs]:
    return st.builds(
        Needs,
        minutes=st.sampled_from((15, 20, 30, 45, 60, 90)),
        modes=MODES,
        who=st.sampled_from((frozenset[int](), frozenset[int](), frozenset({1}))),
        buffer=st.tuples(FEW_MINUTES, FEW_MINUTES),
        travel=st.tuples(FEW_MINUTES, FEW_MINUTES),
        grid=st.sampled_from((30, 30, 15, 0)),
        notice=st.sampled_from((timedelta(), timedelta(hours=2), timedelta(hours=26, minutes=7))),
        horizon=st.sampled_from((0, 1, 3, 60)),
    )


@st.composite
def openings(draw: st.DrawFn, day: date) -> Opening:
    rule = draw(st.one_of(st.none(), RULES))
    back = draw(st.sampled_from((0, 0, 1, 7, 14, 400))) if rule else draw(st.sampled_from((0, 0, 0, 1)))
    first = day - timedelta(days=back)
    last = None if rule is None or rule.ends else first + timedelta(days=draw(st.sampled_from((back, back + 1, 900))))
    who, place = draw(st.sampled_from((1, 2))), draw(st.sampled_from((10, 11)))
    try:
        return Opening(who, place, draw(ranges()), draw(MODES), first, last, rule)
    except ValueError:  # a rule that falls on no day of so short a time
        return Opening(who, place, draw(ranges()), draw(MODES), day)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A day of 2026–2036, often one on which the clocks change or a holiday, and somebody who looks for a slot then or a little before."""
    changes = [at.astimezone(PARIS).date() for at in clock_changes()]
    day = draw(
        st.one_of(st.sampled_from(changes), st.sampled_from(changes), st.dates(date(2026, 1, 1), LAST), st.sampled_from(holidays_of_the_years()))
    )
    now = datetime.combine(day, draw(STEPS), tzinfo=UTC) - timedelta(
        days=draw(st.sampled_from((0, 0, 1, 2))), seconds=draw(st.sampled_from((0, 1, 59)))
    )
    moments = st.integers(-6, 30 * 12).map(lambda fives: datetime.combine(day, time(), tzinfo=PARIS).astimezone(UTC) + timedelta(minutes=5 * fives))
    lasts = st.sampled_from((5, 10, 30, 60, 300)).map(lambda length: timedelta(minutes=length))
    spans = st.lists(st.tuples(moments, lasts).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=6)
    busy = {who: draw(spans) for who in (1, 2)}
    absence = st.builds(Absence, st.sampled_from((1, 2)), days_near(day), st.one_of(st.none(), ranges().map(lambda found: found[0])))
    agenda = Agenda(
        zone=PARIS,
        days=Days(day - timedelta(days=30), day + timedelta(days=30)),
        openings=tuple(draw(st.lists(openings(day), min_size=1, max_size=3))),
        closures=tuple(draw(st.one_of(st.just([]), st.just([]), st.lists(days_near(day), max_size=1)))),
        absences=tuple(draw(st.one_of(st.just([]), st.lists(absence, max_size=2)))),
        taken={who: Taken((to_seconds(since), to_seconds(until)) for since, until in each) for who, each in busy.items()},
    )
    wish = Wish(
        needs=draw(needs_made_up()),
        modes=draw(st.one_of(st.just(frozenset[Mode]()), MODES)),
        places=draw(st.sampled_from((frozenset[int](), frozenset[int](), frozenset({10})))),
        part=draw(st.one_of(st.none(), st.none(), st.sampled_from(Part))),
        since=draw(st.one_of(st.none(), moments)),
        days=draw(st.one_of(st.none(), st.none(), days_near(day))),
        but=draw(st.sampled_from((frozenset[date](), frozenset[date](), frozenset({day})))),
        not_at=draw(st.sampled_from((frozenset[int](), frozenset[int](), frozenset({11})))),
    )
    return Situation(agenda, busy, wish, now, day)
