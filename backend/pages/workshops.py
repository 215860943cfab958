"""« Ateliers »: what is given, and when. A series is seen before it is planned, with the holidays and closures it falls on.

Where the head has not turned workshops on, there is no such page. One session is in backend/pages/sessions.py.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from fastapi import APIRouter
from starlette.responses import Response

from backend import weekly
from backend.forms import Wrong
from backend.frame import Frame, Page, Refused, Visit, to
from bot.rules import sessions
from bot.rules.holidays import is_holiday
from content.words import Words, typeset
from storage import attendance, hours, places, workshops
from storage.engine import Storage, Work
from storage.hours import Closure
from storage.places import Place
from storage.workshops import MOST_SEATS, Session, Workshop

PATH = "/backend/workshops"
WORKSHOP, SESSION = PATH + "/{workshop}", PATH + "/sessions/{session}"
LONGEST, LONGEST_ABOUT = 80, 600
BEHIND = timedelta(days=21)
"""How long a session that is over stays in sight, for its attendance sheet."""
FARTHEST = timedelta(days=400)
OLDEST = 99
SAID = {
    "added": "L'atelier est noté. Ajoutez ses séances.",
    "changed": "L'atelier est corrigé.",
    "withdrawn": "L'atelier est retiré. Ses séances à venir restent, tant que vous ne les annulez pas.",
    "planned": "Les séances sont notées : le robot les montre dès maintenant.",
}
"""What was just done (`?fait=`), in words."""
FAULTS = {
    "title": f"Écrivez un titre, {LONGEST} caractères au plus.",
    "about": f"{LONGEST_ABOUT} caractères au plus.",
    "ages": "Écrivez les deux âges, dans l'ordre, ou laissez les deux vides.",
    "measure": f"{LONGEST} caractères au plus.",
    "place": "Choisissez un lieu.",
    "first": "Écrivez un jour à venir, dans l'année.",
    "hours": "Écrivez le début et la fin, dans l'ordre.",
    "capacity": f"Écrivez un nombre de places, de 1 à {MOST_SEATS}.",
    "weeks": f"Écrivez un nombre de semaines, de 1 à {sessions.MOST}.",
    "days": "Gardez au moins une date.",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A series as its form gives it."""

    place: Place
    days: tuple[date, ...]
    begins: time
    ends: time
    capacity: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a series before it is planned. `kept` unless the service is closed then, which `why` says."""

    day: date
    said: str
    why: str

    @property
    def kept(self) -> bool:
        return not self.why


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of all workshops reads in one look at the database. `unfilled`: sessions whose attendance sheet waits."""

    given: tuple[Workshop, ...]
    to_come: tuple[Session, ...]
    over: tuple[Session, ...]
    unfilled: frozenset[str]
    places: Mapping[int, Place]


def only_on(page: Page) -> Page:
    """A page that is there as long as workshops are on."""

    async def given(visit: Visit) -> Response:
        if visit.bands is None or not visit.bands.workshops:
            raise Refused(404, "not-there.html")
        return await page(visit)

    return given


def look(work: Work) -> Shown:
    """Everything that is given, to come and lately over."""
    over = tuple(each for each in reversed(workshops.between(work, work.now - BEHIND, work.now)) if not each.cancelled)
    unfilled = frozenset(each.token for each in over if attendance.to_be_filled_in(work, each.id))
    return Shown(workshops.workshops(work), workshops.to_come(work), over, unfilled, named(work))


def named(work: Work) -> Mapping[int, Place]:
    """Every place by its id, those withdrawn too where a session still is there."""
    return {place.id: place for place in places.everywhere(work)}


class Workshops:
    """The page of all workshops, and one page for each."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        self._frame.readers(router, PATH, get=only_on(self.show), post=only_on(self._kept(self.put, self._page)))
        self._frame.readers(router, WORKSHOP, get=only_on(self.show_one), post=only_on(self._kept(self.put, self._one)))
        self._frame.readers(router, f"{WORKSHOP}/plan", post=only_on(self._kept(self.plan, self._one)))
        self._frame.readers(router, f"{WORKSHOP}/withdraw", post=only_on(self.withdraw))

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit)

    async def show_one(self, visit: Visit) -> Response:
        return await self._one(visit)

    async def put(self, visit: Visit) -> Response:
        token = str(visit.request.path_params.get("workshop", ""))
        if token:
            await self._of(visit)
        kept = await self._storage.run(workshops.put, read(visit, token))
        return to(f"{PATH}/{kept}?fait={'changed' if token else 'added'}")

    async def withdraw(self, visit: Visit) -> Response:
        await self._storage.run(workshops.withdraw, visit.path("workshop"))
        return to(f"{PATH}?fait=withdrawn")

    async def plan(self, visit: Visit) -> Response:
        """The days first, as they fall; once they were seen, the sessions."""
        workshop = await self._of(visit)
        wanted = await self._plan(visit)
        if not visit.form.get("seen"):
            closed = await self._storage.read(hours.closures)
            return await self._one(visit, preview=[_day(day, closed, self._frame.show.words) for day in wanted.days])
        chosen = tuple(day for nth, day in enumerate(wanted.days) if visit.form.get(f"day{nth}") == day.isoformat())
        if not chosen:
            raise Wrong("plan", "days", FAULTS["days"])
        when = sessions.times(chosen, wanted.begins, wanted.ends, self._frame.show.zone)
        if when[0][0] <= self._storage.clock.now():
            raise Wrong("plan", "first", FAULTS["first"])
        await self._storage.run(workshops.plan, workshop.token, wanted.place.id, when, wanted.capacity)
        return to(f"{PATH}?fait=planned")

    # -- what they share

    def _kept(self, act: Page, again: Callable[..., Awaitable[Response]]) -> Page:
        """A form that is shown again where it cannot be kept."""

        async def post(visit: Visit) -> Response:
            try:
                return await act(visit)
            except Wrong as wrong:
                return await again(visit, 422, wrong)

        return post

    async def _page(self, visit: Visit, status: int = 200, wrong: Wrong | None = None) -> Response:
        shown = await self._storage.read(look)
        return self._frame.page(visit, "workshops.html", status, shown=shown, **self._words(visit, wrong))

    async def _one(self, visit: Visit, status: int = 200, wrong: Wrong | None = None, preview: list[Day] | None = None) -> Response:
        workshop = await self._of(visit)
        where = await self._storage.read(places.places)
        return self._frame.page(visit, "workshop.html", status, workshop=workshop, places=where, preview=preview, **self._words(visit, wrong))

    def _words(self, visit: Visit, wrong: Wrong | None) -> Mapping[str, object]:
        now = self._storage.clock.now()
        return {
            "wrong": wrong,
            "written": visit.form,
            "said": typeset(SAID.get(visit.request.query_params.get("fait", ""), "")),
            "now": now,
            "today": now.astimezone(self._frame.show.zone).date().isoformat(),
            "most": sessions.MOST,
        }

    async def _of(self, visit: Visit) -> Workshop:
        workshop = await self._storage.read(workshops.given, visit.path("workshop"))
        if workshop is None:
            raise Refused(404, "not-there.html")
        return workshop

    async def _plan(self, visit: Visit) -> Plan:
        place = await place_of(self._storage, visit, "plan")
        first = day_of(visit, "plan", self._storage.clock.now().astimezone(self._frame.show.zone).date())
        begins, ends = hours_of(visit, "plan")
        try:
            days = sessions.weekly(first, number(visit, "weeks"))
        except ValueError:
            raise Wrong("plan", "weeks", FAULTS["weeks"]) from None
        return Plan(place, days, begins, ends, capacity_of(visit, "plan"))


def read(visit: Visit, token: str) -> Workshop:
    """What is written of a workshop. Raises Wrong."""
    title = " ".join(visit.form.get("title", "").split())
    about, measure = visit.form.get("about", "").strip(), " ".join(visit.form.get("measure", "").split())
    if not title or len(title) > LONGEST:
        raise Wrong("workshop", "title", FAULTS["title"])
    if len(about) > LONGEST_ABOUT:
        raise Wrong("workshop", "about", FAULTS["about"])
    if len(measure) > LONGEST:
        raise Wrong("workshop", "measure", FAULTS["measure"])
    return Workshop(token, title, about, _ages(visit), measure)


def _ages(visit: Visit) -> str:
    """« 18-25 », or "" where it is for every age."""
    if not visit.form.get("age_from") and not visit.form.get("age_to"):
        return ""
    first, last = number(visit, "age_from"), number(visit, "age_to")
    if not 0 < first <= last <= OLDEST:
        raise Wrong("workshop", "ages", FAULTS["ages"])
    return f"{first}-{last}"


def number(visit: Visit, field: str) -> int:
    """A small number of a form; 0 for what is none."""
    said = visit.form.get(field, "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 4 else 0


async def place_of(storage: Storage, visit: Visit, form: str) -> Place:
    """The place a form names. Raises Wrong."""
    found = next((place for place in await storage.read(places.places) if place.token == visit.form.get("place", "")), None)
    if found is None:
        raise Wrong(form, "place", FAULTS["place"])
    return found


def day_of(visit: Visit, form: str, today: date) -> date:
    """The first day a form names, from today on and not too far. Raises Wrong."""
    try:
        day = date.fromisoformat(visit.form.get("first", ""))
    except ValueError:
        raise Wrong(form, "first", FAULTS["first"]) from None
    if not today <= day <= today + FARTHEST:
        raise Wrong(form, "first", FAULTS["first"])
    return day


def hours_of(visit: Visit, form: str) -> tuple[time, time]:
    """From when to when. Raises Wrong."""
    begins, ends = weekly.read_time(visit.form.get("opens", "")), weekly.read_time(visit.form.get("closes", ""))
    if begins is None or ends is None or not begins < ends:
        raise Wrong(form, "opens", FAULTS["hours"])
    return begins, ends


def capacity_of(visit: Visit, form: str) -> int:
    """How many seats. Raises Wrong."""
    seats = number(visit, "capacity")
    if not 1 <= seats <= MOST_SEATS:
        raise Wrong(form, "capacity", FAULTS["capacity"])
    return seats


def _day(day: date, closed: tuple[Closure, ...], words: Words) -> Day:
    why = "jour férié" if is_holiday(day) else next((f"fermé : {each.reason}" for each in closed if day in each.days), "")
    return Day(day, words.typeset(words.day(day)), words.typeset(why))
