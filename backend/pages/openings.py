"""« Plages d'ouverture »: when each colleague receives, where and how. Everybody writes their own; the head everybody's.

A preview gives the next days in words before anything is kept; a day that gives nothing says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from backend import openings as written
from backend import weekly
from backend.forms import Wrong
from backend.frame import Frame, Refused, Visit, to
from backend.openings import FAULTS, FORM, MODES, RANKS, WEEK, Given, Known
from backend.rules_said import said
from backend.weekly import DAYS
from bot import waiting
from bot.rules.hours import Absence, Week
from bot.rules.openings import Opening
from content.words import typeset
from storage import caseworkers, hours, openings, places
from storage.caseworkers import Member, Role
from storage.engine import Storage, Work
from storage.openings import Kept
from storage.places import Place

PATH = "/backend/calendar/openings"
SAID = {
    "opened": "La plage est ouverte.",
    "changed": "La plage est changée.",
    "followed": "Vos plages suivent les horaires du service, pour un an. Changez ou fermez ce qui ne vous va pas.",
    "closed": "La plage est fermée. Les rendez-vous déjà pris restent.",
}
ENDS_SOON = 30
"""Days before its end from which an opening says so."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page reads in one look at the database: what may be changed by who looks, and by whom it is kept."""

    kept: tuple[Kept, ...]
    team: tuple[Member, ...]
    places: tuple[Place, ...]
    known: Known
    week: Week | None
    """The hours of the service."""

    def member(self, token: str) -> Member | None:
        return next((each for each in self.team if each.token == token), None)

    def place(self, token: str) -> Place | None:
        return next((each for each in self.places if each.token == token), None)


@dataclass(frozen=True, slots=True)
class Row:
    """One opening in words."""

    token: str
    who: str
    place: str
    when: str
    hours: str
    how: str
    until: str
    soon: bool
    evening: bool
    clash: str
    """Where the same colleague receives at the same hours, and when, "" where they do not."""
    days: list[tuple[str, str]]


class Openings:
    """One page with a form, and one page for each opening that is changed."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        self._frame.readers(router, PATH, get=self.show, post=self.open)
        self._frame.readers(router, f"{PATH}/as-the-service", post=self.follow)
        self._frame.readers(router, f"{PATH}/{{token}}", get=self.show_one, post=self.change)
        self._frame.readers(router, f"{PATH}/{{token}}/close", post=self.close)

    async def show(self, visit: Visit) -> Response:
        return self._page(visit, await self._shown(visit))

    async def open(self, visit: Visit) -> Response:
        shown = await self._shown(visit)
        try:
            opening = self._read(visit, shown)
        except Wrong as wrong:
            return self._page(visit, shown, 422, wrong=wrong)
        if "preview" in visit.form:
            return self._page(visit, shown, preview=opening)
        await self._storage.run(_open, opening)
        return to(f"{PATH}?fait=opened")

    async def follow(self, visit: Visit) -> Response:
        """Receive at the hours of the service: a whole week in one tap, by whoever has no opening yet."""
        shown = await self._shown(visit)
        place = shown.place(visit.form.get("place", ""))
        try:
            if place is None:
                raise Wrong(WEEK, "place", FAULTS["place"])
            made = written.of_week(shown.week or weekly.CLOSED, visit.me.id, place.id, place.kind.mode, self._today())
        except Wrong as wrong:
            return self._page(visit, shown, 422, wrong=wrong)
        await self._storage.run(_follow, visit.me.id, made)
        return to(f"{PATH}?fait=followed")

    async def show_one(self, visit: Visit) -> Response:
        shown = await self._shown(visit)
        return self._page(visit, shown, one=self._one(visit, shown))

    async def change(self, visit: Visit) -> Response:
        shown = await self._shown(visit)
        one = self._one(visit, shown)
        try:
            opening = self._read(visit, shown, one.opening)
        except Wrong as wrong:
            return self._page(visit, shown, 422, one=one, wrong=wrong)
        if "preview" in visit.form:
            return self._page(visit, shown, one=one, preview=opening)
        await self._storage.run(openings.change, one.token, opening)
        return to(f"{PATH}?fait=changed")

    async def close(self, visit: Visit) -> Response:
        one = self._one(visit, await self._shown(visit))
        await self._storage.run(openings.close, one.token)
        return to(f"{PATH}?fait=closed")

    # -- what they share

    async def _shown(self, visit: Visit) -> Shown:
        return await self._storage.read(_look, visit.me, self._today())

    def _today(self) -> date:
        return self._storage.clock.now().astimezone(self._frame.show.zone).date()

    def _one(self, visit: Visit, shown: Shown) -> Kept:
        """The opening of this page; somebody else's is as one that is not there."""
        one = next((kept for kept in shown.kept if kept.token == visit.path("token")), None)
        if one is None:
            raise Refused(404, "gone.html")
        return one

    def _read(self, visit: Visit, shown: Shown, before: Opening | None = None) -> Opening:
        who = shown.member(visit.form.get("who", "")) if len(shown.team) > 1 else shown.team[0]
        if who is None:
            raise Wrong(FORM, "who", FAULTS["who"])
        place = shown.place(visit.form.get("place", ""))
        if place is None:
            raise Wrong(FORM, "place", FAULTS["place"])
        own = None if place.kind.has_doors else place.kind.mode
        return written.read(visit.form, who.id, place.id, own, self._today(), before)

    def _page(
        self, visit: Visit, shown: Shown, status: int = 200, *, one: Kept | None = None, wrong: Wrong | None = None, preview: Opening | None = None
    ) -> Response:
        fields = visit.form if preview or (wrong and wrong.form == FORM) else self._fields(shown, one)
        none = not any(kept.opening.who == visit.me.id for kept in shown.kept)
        return self._frame.page(
            visit,
            "openings.html",
            status,
            here=PATH,
            one=one,
            rows=[self._row(kept, shown) for kept in shown.kept],
            preview=None if preview is None else self._row(Kept("", preview), shown),
            week="" if shown.week is None or not none else waiting.week_said(shown.week, self._frame.show.words),
            wrong=wrong,
            fields=fields,
            rule=_unwritable(one),
            team=shown.team,
            places=shown.places,
            modes={mode.value: typeset(label) for mode, label in MODES.items()},
            ranks=RANKS,
            weekdays=DAYS,
            today=self._today().isoformat(),
            said=typeset(SAID.get(visit.request.query_params.get("fait", ""), "")),
        )

    def _fields(self, shown: Shown, one: Kept | None) -> dict[str, str]:
        if one is None:
            return {"repeat": written.WEEKLY, "mode_on_site": "1"}
        who = next((member.token for member in shown.team if member.id == one.opening.who), "")
        place = next((place.token for place in shown.places if place.id == one.opening.place), "")
        return {**written.fields(one.opening), "who": who, "place": place}

    def _row(self, kept: Kept, shown: Shown) -> Row:
        opening, words, today = kept.opening, self._frame.show.words, shown.known.today
        last = openings.last_day(opening)
        days = written.next_days(opening, shown.known)
        when = words.day(opening.first) if opening.recurrence is None else said(opening.recurrence)
        return Row(
            token=kept.token,
            who=next((member.name for member in shown.team if member.id == opening.who), ""),
            place=next((place.name for place in shown.places if place.id == opening.place), ""),
            when=words.typeset(when),
            hours=", ".join(waiting.range_said(each, words) for each in opening.ranges),
            how=words.typeset(", ".join(label for mode, label in MODES.items() if mode in opening.modes)),
            until="" if opening.recurrence is None or last is None else words.full_day(last),
            soon=opening.recurrence is not None and last is not None and (last - today).days <= ENDS_SOON,
            evening=written.is_evening(opening),
            clash=self._clash(opening, days, shown),
            days=[self._given(each) for each in days],
        )

    def _clash(self, opening: Opening, days: list[Given], shown: Shown) -> str:
        found = written.first_clash(opening, days, (kept.opening for kept in shown.kept))
        if found is None:
            return ""
        place = next((place.name for place in shown.places if place.id == found[1].place), "")
        return f"{self._frame.show.words.day(found[0])}, {place}"

    def _given(self, given: Given) -> tuple[str, str]:
        """A day, and what it gives."""
        words = self._frame.show.words
        ranges = ", ".join(waiting.range_said(each, words) for each in given.ranges) or "rien"
        return words.day(given.day), f"{ranges}, {words.typeset(given.why)}" if given.why else ranges


def _unwritable(one: Kept | None) -> str:
    """The rule of an opening that the simple fields cannot say, in words."""
    rule = None if one is None else one.opening.recurrence
    if one is None or rule is None or written.fields(one.opening)["repeat"] != written.KEPT:
        return ""
    return typeset(said(rule))


def _look(work: Work, me: Member, today: date) -> Shown:
    """The openings this member may change: their own, everybody's for the head."""
    head = me.role is Role.HEAD
    team = tuple(member for member in caseworkers.team(work) if member.reads and member.name and not member.disabled) if head else (me,)
    ids = {member.id for member in team}
    kept = tuple(each for each in openings.openings(work, None if head else me.id) if each.opening.who in ids)
    order = {member.id: nth for nth, member in enumerate(team)}
    closures = tuple((closure.days, closure.reason) for closure in hours.closures(work))
    absences = tuple(Absence(one.who.id, one.days, one.during) for one in hours.absences(work))
    known = Known(hours.zone(work), today, closures, absences)
    in_order = tuple(sorted(kept, key=lambda each: order[each.opening.who]))
    return Shown(in_order, team, places.everywhere(work), known, hours.week(work))


def _open(work: Work, opening: Opening) -> None:
    """Sent twice by an impatient finger, it is one."""
    if all(kept.opening != opening for kept in openings.openings(work, opening.who)):
        openings.open_at(work, opening)


def _follow(work: Work, who: int, made: Iterable[Opening]) -> None:
    """Only where they have none: a second tap adds nothing."""
    if not openings.openings(work, who):
        for opening in made:
            openings.open_at(work, opening)
