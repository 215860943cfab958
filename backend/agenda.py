"""A week or a day of the calendar, as its page shows it: who receives where, what takes time, the appointments and the workshops, in words.

Times are those of the wall. Nothing that a colleague's own calendar is busy with is known here but that it is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from backend import meeting_words
from backend.show import Show
from bot.rules.holidays import is_holiday
from bot.rules.hours import ONE_DAY, Days
from storage import appointment_view, busy, caseworkers, hours, motives, openings, people, places, switches, workshops
from storage.appointment_view import Appointment, State
from storage.caseworkers import Member
from storage.covered import Obstacles
from storage.engine import Work
from storage.hours import Away, Closure
from storage.openings import Kept
from storage.people import NOBODY
from storage.switches import Switch
from storage.workshops import Session

EVENING = time(18)
"""What goes on until later is an evening permanence."""
WEEK, WORKING = 7, 5
MOST_BESIDE = 4
LONGEST_WHERE = 60
"""Letters of who receives where, above a day of the whole team: where there are more, the places alone."""
ICONS = {"sure": "check", "came": "checks", "missed": "x", "group": "person"}


@dataclass(frozen=True, slots=True)
class Item:
    """Something on a day, from when until when. `kind`: open, away, busy, travel, or how an appointment is drawn; `path` opens it, "" for what opens
    nothing. `beside` and `nth`: how many stand side by side there, and which of them it is."""

    kind: str
    since: datetime
    until: datetime
    title: str
    lines: tuple[str, ...] = ()
    path: str = ""
    icon: str = ""
    beside: int = 1
    nth: int = 1

    @property
    def opens(self) -> bool:
        """True for what is a link."""
        return bool(self.path)

    @property
    def box(self) -> str:
        """Where it stands and how long, as classes of the style sheet."""
        lasts = int((self.until - self.since).total_seconds()) // 300 * 5
        return f"{at(self.since)} for-{lasts // 60}h for-{lasts % 60}m" + (f" of-{self.beside} nth-{self.nth}" if self.beside > 1 else "")


@dataclass(frozen=True, slots=True)
class Column:
    """A day, of one colleague or of all. `closed`: why nobody receives that day, "" where they do; `where` sums up who receives where."""

    day: date
    who: Member | None
    closed: str
    where: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a page shows. `gone` are the appointments of these days that were cancelled."""

    columns: tuple[Column, ...]
    gone: tuple[tuple[Appointment, str], ...]

    @property
    def hours(self) -> tuple[int, int]:
        """The first and the last hour to draw."""
        spans = [(each.since, each.until) for column in self.columns for each in column.items if each.kind not in ("away", "busy")]
        first = min((since.hour for since, _ in spans), default=9)
        last = max((until.hour + (until.minute > 0) if until.date() == since.date() else 24 for since, until in spans), default=17)
        return min(first, 9), max(last, 17)


@dataclass(frozen=True, slots=True)
class _Read:
    """All that those days hold, in one look."""

    closures: tuple[Closure, ...]
    absences: tuple[Away, ...]
    openings: tuple[Kept, ...]
    places: dict[int, str]
    appointments: tuple[Appointment, ...]
    held: tuple[Appointment, ...]
    busy: tuple[tuple[int, datetime, datetime], ...]
    sessions: tuple[Session, ...]
    called: dict[int, str]
    motives: dict[str, str]
    obstacles: Obstacles
    workshops: bool


def at(moment: datetime) -> str:
    """Where a time of the wall stands, as classes of the style sheet."""
    return f"at-{moment.hour}h at-{moment.minute // 5 * 5}m"


class Agendas:
    """Reads days and words them. `team` are those whose calendar may be shown."""

    def __init__(self, work: Work, show: Show, team: Sequence[Member]) -> None:
        self._work, self._show, self._team = work, show, team
        self._now = work.now

    def week(self, monday: date, who: Member | None) -> Agenda:
        """From Monday to Friday, and the days of the week-end on which there is something."""
        read = self._read(Days(monday, monday + timedelta(days=WEEK - 1)))
        columns = [self._column(read, monday + timedelta(days=nth), who) for nth in range(WEEK)]
        shown = [column for nth, column in enumerate(columns) if nth < WORKING or column.items]
        return Agenda(tuple(shown), self._gone(read, who))

    def day(self, day: date, who: Member | None) -> Agenda:
        """One day: of one colleague, or of each who has something then beside one another."""
        read = self._read(Days(day, day))
        if who is not None:
            return Agenda((self._column(read, day, who),), self._gone(read, who))
        columns = [self._column(read, day, each) for each in self._team]
        busy_ones = [column for column in columns if any(item.kind not in ("away", "busy", "group") for item in column.items)]
        return Agenda(tuple(busy_ones or [self._column(read, day, None)]), self._gone(read, None))

    # -- one look

    def _read(self, days: Days) -> _Read:
        work = self._work
        since, until = (datetime.combine(day, time(), tzinfo=self._show.zone) for day in (days.first, days.last + ONE_DAY))
        found, held = appointment_view.between(work, since, until), appointment_view.held_between(work, since, until)
        called = people.called(work, (each.person_id for each in (*found, *held)))
        return _Read(
            closures=hours.closures(work),
            absences=hours.absences(work),
            openings=openings.openings(work),
            places={place.id: place.name for place in places.everywhere(work)},
            appointments=found,
            held=held,
            busy=busy.times(work, since, until),
            sessions=tuple(each for each in workshops.between(work, since, until) if not each.cancelled),
            called={person: self._show.person(one.name, one.thread) for person, one in called.items()},
            motives={token: motives.name_of(work, token) for token in {each.motive for each in (*found, *held)}},
            obstacles=Obstacles(work),
            workshops=switches.on(work, Switch.WORKSHOPS),
        )

    def _gone(self, read: _Read, who: Member | None) -> tuple[tuple[Appointment, str], ...]:
        return tuple(
            (each, read.called.get(each.person_id, NOBODY.name))
            for each in read.appointments
            if each.state is State.CANCELLED and (who is None or each.slot.who == who.id)
        )

    # -- one column

    def _column(self, read: _Read, day: date, who: Member | None) -> Column:
        closed = self._closed(read, day)
        open_ones = [] if closed or _all_day(read, day, who) else list(self._open(read, day, who))
        items = [*self._away(read, day, who), *open_ones, *self._busy(read, day, who), *self._travel(read, day, who)]
        cards = _beside([*self._appointments(read, day, who), *self._sessions(read, day)])
        return Column(
            day, who, closed, self._where(read, day, who, closed), tuple(sorted([*items, *cards], key=lambda each: (each.since, each.opens)))
        )

    def _closed(self, read: _Read, day: date) -> str:
        if is_holiday(day):
            return "jour férié"
        reason = next((closure.reason for closure in read.closures if day in closure.days), None)
        return "" if reason is None else f"fermé : {reason}"

    def _open(self, read: _Read, day: date, who: Member | None) -> Iterator[Item]:
        """What one colleague opens. Of all at once nothing is drawn: it would cover itself."""
        for kept in read.openings if who is not None else ():
            if who is None or kept.opening.who != who.id or not kept.opening.on(day):
                continue
            place = read.places.get(kept.opening.place, "")
            for each in kept.opening.ranges:
                since, until = (datetime.combine(day, at, tzinfo=self._show.zone) for at in (each.opens, each.closes))
                evening = f"Permanence du soir, {place}" if each.closes > EVENING else place
                yield Item("open", since, until, f"{evening}, {self._show.hour(since)} à {self._show.hour(until)}")

    def _away(self, read: _Read, day: date, who: Member | None) -> Iterator[Item]:
        for away in read.absences if who is not None else ():
            if who is not None and away.who.id == who.id and day in away.days:
                opens, closes = (time(), time(23, 59)) if away.during is None else (away.during.opens, away.during.closes)
                since, until = (datetime.combine(day, at, tzinfo=self._show.zone) for at in (opens, closes))
                yield Item(
                    "away", since, until, "Absence" if away.during is None else f"Absence, {self._show.hour(since)} à {self._show.hour(until)}"
                )

    def _busy(self, read: _Read, day: date, who: Member | None) -> Iterator[Item]:
        for owner, since, until in read.busy if who is not None else ():
            local, end = self._local(since, until, day)
            if who is not None and owner == who.id and local < end:
                yield Item("busy", local, end, f"Pris dans son autre agenda, {self._show.hour(local)} à {self._show.hour(end)}")

    def _travel(self, read: _Read, day: date, who: Member | None) -> Iterator[Item]:
        for of in self._on(read.appointments, day, who) if who is not None else ():
            if not (of.state.stands or of.state is State.HELD):
                continue
            for since, until in ((of.holds[0], of.slot.start), (of.slot.end, of.holds[1])):
                if minutes := (until - since) // timedelta(minutes=1):
                    what = "trajet" if of.slot.mode == "home" else "battement"
                    yield Item("travel", *self._local(since, until, day), self._show.said(f"{what} {minutes} min"))

    def _appointments(self, read: _Read, day: date, who: Member | None) -> Iterator[Item]:
        for of in self._on((*read.appointments, *read.held), day, who):
            if of.state is not State.CANCELLED:
                yield self._card(read, of, day, who)

    def _card(self, read: _Read, of: Appointment, day: date, who: Member | None) -> Item:
        kind, state = meeting_words.look(of, self._now), meeting_words.state(of, self._show, self._now)
        in_the_way = of.state.stands and of.slot.start > self._now and read.obstacles.why(of) is not None
        state = self._show.said("à reprendre" if in_the_way else state)
        with_whom = next((member.name for member in self._team if member.id == of.slot.who), "") if who is None else ""
        lines = (" · ".join(part for part in (state, with_whom, read.motives.get(of.motive, "")) if part),)
        title = f"{self._show.hour(of.slot.start)} {read.called.get(of.person_id, '')}"
        icon = "alert" if in_the_way else ICONS.get(kind, "clock")
        return Item(kind, *self._local(of.slot.start, of.slot.end, day), title, lines, f"/backend/calendar/appointments/{of.token}", icon)

    def _sessions(self, read: _Read, day: date) -> Iterator[Item]:
        for each in read.sessions:
            if each.starts_at.astimezone(self._show.zone).date() == day:
                waiting = f"{each.waiting} en attente" if each.waiting else ""
                seats = self._show.said(f"places prises : {each.taken} sur {each.capacity}")
                path = f"/backend/workshops/sessions/{each.token}" if read.workshops else ""
                lines = tuple(part for part in (each.workshop.title, seats, waiting, read.places.get(each.place_id, "")) if part)
                yield Item(
                    "group", *self._local(each.starts_at, each.ends_at, day), f"{self._show.hour(each.starts_at)} Atelier", lines, path, "person"
                )

    def _where(self, read: _Read, day: date, who: Member | None, closed: str) -> str:
        if closed:
            return closed[0].upper() + closed[1:]
        if _all_day(read, day, who):
            return "Absence"
        found: dict[str, list[str]] = {}
        away = {one.who.id for one in read.absences if day in one.days and one.during is None}
        for kept in read.openings:
            here = kept.opening.who == who.id if who is not None else kept.opening.who not in away
            if here and kept.opening.on(day):
                name = next((member.name for member in self._team if member.id == kept.opening.who), "")
                found.setdefault(read.places.get(kept.opening.place, ""), []).append(name)
        if who is not None:
            return ", puis ".join(found)
        said = self._show.said(" · ".join(f"{place} : {', '.join(dict.fromkeys(names))}" for place, names in found.items()))
        return said if len(said) <= LONGEST_WHERE else " · ".join(found)

    def _on(self, found: Iterable[Appointment], day: date, who: Member | None) -> Iterator[Appointment]:
        for each in found:
            if (who is None or each.slot.who == who.id) and each.slot.start.astimezone(self._show.zone).date() == day:
                yield each

    def _local(self, since: datetime, until: datetime, day: date) -> tuple[datetime, datetime]:
        """A time on the clocks of the wall, as far as it lies in a day."""
        start = datetime.combine(day, time(), tzinfo=self._show.zone)
        return max(since.astimezone(self._show.zone), start), min(until.astimezone(self._show.zone), start.replace(hour=23, minute=59))


def members(work: Work) -> list[Member]:
    """Whose calendar may be shown: who is here and reads what people write, and whoever left while people still expect them."""
    here = caseworkers.readers(work)
    known, expected = {member.id for member in here}, appointment_view.expected(work)
    return [*here, *(member for member in caseworkers.team(work) if member.id in expected and member.id not in known)]


def _all_day(read: _Read, day: date, who: Member | None) -> bool:
    """Whether one colleague is absent all day."""
    return who is not None and any(away.who.id == who.id and day in away.days and away.during is None for away in read.absences)


def _beside(cards: Iterable[Item]) -> list[Item]:
    """What overlaps stands side by side."""
    found: list[Item] = []
    group: list[Item] = []
    for card in sorted(cards, key=lambda each: (each.since, each.until)):
        if group and card.since >= max(each.until for each in group):
            found += _spread(group)
            group = []
        group.append(card)
    return [*found, *_spread(group)]


def _spread(group: Sequence[Item]) -> list[Item]:
    """Each takes the first lane that is free."""
    ends: list[datetime] = []
    lanes: list[int] = []
    for card in group:
        lane = next((nth for nth, end in enumerate(ends) if end <= card.since), len(ends))
        ends[lane : lane + 1] = [card.until]
        lanes.append(lane)
    beside = min(len(ends), MOST_BESIDE)
    return [
        Item(card.kind, card.since, card.until, card.title, card.lines, card.path, card.icon, beside, min(lane, MOST_BESIDE - 1) + 1)
        for card, lane in zip(group, lanes, strict=True)
    ]


__all__ = ["Agenda", "Agendas", "Column", "Item", "at", "members"]
