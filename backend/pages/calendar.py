"""The calendar: a week or a day, of one colleague or of all; what is to be closed, and what is to be taken over."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from babel.dates import format_date
from fastapi import APIRouter
from starlette.responses import Response

from backend import agenda, meeting_words
from backend.agenda import Agenda, Agendas
from backend.frame import Frame, Visit
from backend.show import Show
from storage import appointment_view, covered, motives, openings, people, places
from storage.appointment_view import Appointment, Outcome
from storage.caseworkers import Member, Role
from storage.engine import Storage, Work

PATH = "/backend/calendar"
DAY, ALL = "jour", "equipe"
FARTHEST = timedelta(days=3 * 366)
CLOSED_WITHIN, MOST_TO_CLOSE = timedelta(days=30), 12
ENDS_SOON = timedelta(days=30)
"""How long before somebody's last opening ends it is said here: after it nothing is offered with them, and nothing else would tell."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is asked for. `fault` where the day is none."""

    day: date
    one_day: bool
    who: Member | None
    fault: bool

    @property
    def monday(self) -> date:
        return self.day - timedelta(days=self.day.weekday())

    def link(self, **other: object) -> str:
        """The address of the same page with something else."""
        asked: dict[str, object] = {
            "jour": self.day.isoformat(),
            "vue": DAY if self.one_day else "semaine",
            "qui": self.who.token if self.who else ALL,
        }
        return f"{PATH}?{urlencode({**asked, **other})}"

    def beside(self, steps: int) -> str:
        """The same, so many days or weeks on."""
        return self.link(jour=(self.day + timedelta(days=steps * (1 if self.one_day else 7))).isoformat())


@dataclass(frozen=True, slots=True)
class ToClose:
    """An appointment of which nobody has said what came. Whose it was to say is not shown: nobody's work is measured."""

    appointment: Appointment
    person: str
    motive: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page reads in one look."""

    asked: Asked
    agenda: Agenda
    team: tuple[Member, ...]
    to_close: tuple[ToClose, ...]
    to_take_over: int
    missing: tuple[str, ...]
    ending: tuple[tuple[str, date], ...]
    """Whose last opening ends soon, and when: one's own, everybody's for the head."""


def missing(work: Work) -> tuple[str, ...]:
    """What has to be written before anybody can book: place, motive, opening."""
    there = {"place": places.everywhere(work), "motive": motives.motives(work), "opening": openings.openings(work)}
    return tuple(name for name, found in there.items() if not found)


def ending(work: Work, team: list[Member], today: date) -> tuple[tuple[str, date], ...]:
    """Who receives for some days more only, and the last of them. An opening that only its count ends says nothing."""
    found: dict[int, list[date | None]] = {}
    for kept in openings.openings(work):
        found.setdefault(kept.opening.who, []).append(openings.last_day(kept.opening))
    lasts = ((member.name, [day or date.max for day in found.get(member.id, ())]) for member in team)
    return tuple((name, max(days)) for name, days in lasts if days and today <= max(days) <= today + ENDS_SOON)


class Calendar:
    """One page, that changes nothing."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        self._frame.readers(router, PATH, get=self.show)

    async def show(self, visit: Visit) -> Response:
        shown = await self._storage.read(self._look, visit)
        show, now = self._frame.show, self._storage.clock.now()
        local = now.astimezone(show.zone)
        return self._frame.page(
            visit,
            "calendar.html",
            422 if shown.asked.fault else 200,
            here=PATH,
            shown=shown,
            asked=shown.asked,
            title=_title(shown.asked, show),
            said=show.said(meeting_words.DONE.get(visit.request.query_params.get("fait", ""), "")),
            now=now,
            today=local.date(),
            now_at=agenda.at(local),
            weekday=lambda day: show.words.weekday(day)[:3],
            state=lambda of: show.said(meeting_words.state(of, show, now)),
            outcomes=meeting_words.OUTCOMES,
            meant={each.value: show.said(text) for each, text in meeting_words.MEANT.items()},
            came=Outcome.CAME,
        )

    def _look(self, work: Work, visit: Visit) -> Shown:
        team = agenda.members(work)
        asked = self._asked(work, visit, team)
        agendas = Agendas(work, self._frame.show, team)
        found = agendas.day(asked.day, asked.who) if asked.one_day else agendas.week(asked.monday, asked.who)
        mine = team if visit.me.role is Role.HEAD else [member for member in team if member.id == visit.me.id]
        ends = ending(work, mine, work.now.astimezone(self._frame.show.zone).date())
        return Shown(asked, found, tuple(team), self._to_close(work, asked), covered.number(work), missing(work), ends)

    def _asked(self, work: Work, visit: Visit, team: list[Member]) -> Asked:
        """What the address says, where it says something: today's week, one's own calendar if one receives."""
        query = visit.request.query_params
        today = work.now.astimezone(self._frame.show.zone).date()
        day = read_day(query.get("jour", ""), today) if query.get("jour") else today
        who = next((member for member in team if member.token == query.get("qui", "")), None)
        if "qui" not in query and openings.openings(work, visit.me.id):
            who = visit.me
        return Asked(day or today, query.get("vue") == DAY, who, fault=day is None)

    def _to_close(self, work: Work, asked: Asked) -> tuple[ToClose, ...]:
        mine = None if asked.who is None else asked.who.id
        found = [each for each in appointment_view.to_be_closed(work, work.now - CLOSED_WITHIN, mine) if each.slot.end <= work.now]
        found = found[-MOST_TO_CLOSE:]
        called = people.called(work, (each.person_id for each in found))
        return tuple(
            ToClose(
                each,
                self._frame.show.person(one.name, one.thread),
                motives.name_of(work, each.motive),
            )
            for each in found
            if (one := called.get(each.person_id)) is not None
        )


def read_day(text: str, today: date) -> date | None:
    """A day as a browser sends it, three years from now at most; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if abs(day - today) <= FARTHEST else None


def _title(asked: Asked, show: Show) -> str:
    """« 2 au 6 mars », « 30 nov. au 4 déc. », « jeudi 3 décembre »."""
    if asked.one_day:
        return show.words.day(asked.day)
    first, last = asked.monday, asked.monday + timedelta(days=4)
    if first.month == last.month:
        return show.said(f"{_date(first, 'd')} au {_date(last, 'd MMMM')}")
    return show.said(f"{_date(first, 'd MMM')} au {_date(last, 'd MMM')}")


def _date(day: date, form: str) -> str:
    said = format_date(day, form, locale="fr")
    return f"1er{said[1:]}" if day.day == 1 else said
