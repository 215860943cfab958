"""When the team is there and where it receives: the week, closures, absences, places, telephone; and who is told of an alert.

Everybody of the team writes the hours; the head signs them, names who is on call and enters the head's own address. Absences are seen and written
by those who read what young people write: a head who receives is absent too. An address may carry a password: it is never shown again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from fastapi import APIRouter
from starlette.responses import Response

from backend import first_day, place_fields, weekly
from backend.forms import LONGEST, Wrong, line
from backend.frame import Frame, Refused, Visit, to
from backend.pages.covered import COVERED
from bot import notices, waiting
from bot.rules.duty import Duty
from bot.rules.holidays import holidays
from bot.rules.hours import Days, Range, Week
from content.service import Service
from content.words import Words, typeset
from storage import caseworkers, covered, hours, on_call, places, settings_store
from storage.caseworkers import Member
from storage.engine import Storage, Work
from storage.hours import Away, Closure, Signature
from storage.on_call import OnCall
from storage.places import Place

PATH = "/backend/hours"
LONGEST_ADDRESS = 500
FARTHEST = timedelta(days=3 * 366)
SAID = {
    "week": "Les horaires sont gardés. Les promesses du robot les suivent dès maintenant.",
    "signed": "Les horaires sont signés.",
    "closure": "La fermeture est notée.",
    "absence": "L'absence est notée.",
    "place": "Le lieu est noté.",
    "phone": "Le téléphone est noté.",
    "alerts": "L'adresse est notée.",
    "duty": "L'astreinte est notée.",
    "removed": "C'est retiré.",
    "unplaced": "Le lieu est retiré, et ses plages d'ouverture avec lui. Les rendez-vous déjà pris là restent : ils sont à déplacer.",
}
"""What was just done (`?fait=`), in words."""
TAKE_TIME = ("closure", "absence")
"""What may cover appointments: whoever notes it is shown those at once, with other times."""
FAULTS = {
    "days": "Écrivez un premier et un dernier jour, dans l'ordre.",
    "far": "Ces jours sont trop loin, ou déjà passés.",
    "reason": f"Écrivez la raison en quelques mots, {LONGEST} caractères au plus.",
    "who": "Choisissez quelqu'un de l'équipe.",
    "hours": "Écrivez le début et la fin, dans l'ordre, ou laissez les deux vides pour la journée entière.",
    "name": f"Écrivez un nom, {LONGEST} caractères au plus.",
    "address": "Cette adresse n'est pas une adresse Apprise. Exemple : mailtos://nom:mot-de-passe@example.org?to=equipe@example.org",
    "empty": "Il n'y a pas d'horaires à signer.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page reads in one look at the database."""

    week: Week | None
    signature: Signature | None
    closures: tuple[Closure, ...]
    absences: tuple[Away, ...]
    team: tuple[Member, ...]
    places: tuple[Place, ...]
    """Those without doors too."""
    service: Service
    on_call: tuple[OnCall, ...]
    addresses: tuple[tuple[str, str], ...]
    """Of the team: what names each in a form, and its sort. An address is never shown again."""
    head: tuple[str, ...]
    """The sort of the head's own."""
    to_take_over: int
    """How many appointments an absence or a closure covers, of the whole service."""


class Hours:
    """One page, a form for each thing."""

    def __init__(self, frame: Frame, storage: Storage, *, alerts_elsewhere: bool) -> None:
        self._frame = frame
        self._storage = storage
        self._alerts_elsewhere = alerts_elsewhere

    def add_to(self, router: APIRouter) -> None:
        frame = self._frame
        frame.members(router, PATH, get=self.show)
        for name, post in (("week", self.week), ("closures", self.close), ("places", self.place), ("phone", self.phone), ("alerts", self.alert)):
            frame.members(router, f"{PATH}/{name}", post=self._kept(post))
        frame.readers(router, f"{PATH}/absences", post=self._kept(self.absence))
        for name, post in (("sign", self.sign), ("on-call", self.duty), ("head", self.head)):
            frame.heads(router, f"{PATH}/{name}", post=self._kept(post))
        frame.members(router, f"{PATH}/closures/{{token}}/remove", post=self._removed(hours.reopen))
        frame.members(router, f"{PATH}/places/{{token}}", get=self.show_place, post=self.change_place)
        frame.members(router, f"{PATH}/places/{{token}}/remove", post=self._removed(places.remove, "unplaced"))
        frame.members(router, f"{PATH}/alerts/{{token}}/remove", post=self._removed(on_call.forget_team_address))
        frame.readers(router, f"{PATH}/absences/{{token}}/remove", post=self._removed(hours.be_back))
        frame.heads(router, f"{PATH}/on-call/{{token}}/remove", post=self._removed(on_call.remove))

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit)

    # -- what is written: each returns what was done, or raises Wrong

    async def week(self, visit: Visit) -> str:
        found = tuple(_day(visit, nth) for nth in range(7))
        await self._storage.run(hours.put_week, found)
        return "week"

    async def sign(self, visit: Visit) -> str:
        if not await self._storage.run(hours.sign, visit.me):
            raise Wrong("sign", "sign", FAULTS["empty"])
        return "signed"

    async def close(self, visit: Visit) -> str:
        days, reason = self._days(visit, "closures"), _line(visit, "closures", "reason", FAULTS["reason"])
        await self._storage.run(hours.close, days, reason)
        return "closure"

    async def absence(self, visit: Visit) -> str:
        days, during = self._days(visit, "absences"), _during(visit)
        readers = await self._storage.read(caseworkers.readers)
        who = next((member for member in readers if member.token == visit.form.get("who", "")), None)
        if who is None:
            raise Wrong("absences", "who", FAULTS["who"])
        await self._storage.run(hours.be_away, who.id, days, during)
        return "absence"

    async def place(self, visit: Visit) -> str:
        await self._storage.run(_add_place, place_fields.read(visit.form))
        return "place"

    async def phone(self, visit: Visit) -> str:
        kept = first_day.read("service", {"phone": visit.form.get("phone", "")}, head=False)
        if "phone" in kept.faults:
            raise Wrong("phone", "phone", kept.faults["phone"])
        await self._storage.run(settings_store.merge, settings_store.SERVICE_EDITS, kept.edits)
        return "phone"

    async def alert(self, visit: Visit) -> str:
        await self._storage.run(on_call.add_team_address, await _address(visit, "alerts"))
        return "alerts"

    async def head(self, visit: Visit) -> str:
        if visit.form.get("address", "").strip():
            await self._storage.run(on_call.put_head_addresses, (await _address(visit, "head"),))
            return "alerts"
        await self._storage.run(on_call.put_head_addresses, ())
        return "removed"

    async def duty(self, visit: Visit) -> str:
        days, name = self._days(visit, "on-call"), _line(visit, "on-call", "name", FAULTS["name"])
        opens, closes = weekly.read_time(visit.form.get("opens", "")), weekly.read_time(visit.form.get("closes", ""))
        if opens is None or closes is None:
            raise Wrong("on-call", "opens", FAULTS["hours"])
        await self._storage.run(on_call.add, name, await _address(visit, "on-call"), Duty(days, opens, closes))
        return "duty"

    # -- one place

    async def show_place(self, visit: Visit) -> Response:
        return await self._place(visit)

    async def change_place(self, visit: Visit) -> Response:
        try:
            place = place_fields.read(visit.form, visit.path("token"))
        except Wrong as wrong:
            return await self._place(visit, 422, wrong)
        if not await self._storage.run(places.change, place):
            raise Refused(404, "gone.html")
        return to(f"{PATH}?fait=place#lieux")

    async def _place(self, visit: Visit, status: int = 200, wrong: Wrong | None = None) -> Response:
        shown = await self._storage.read(self._look)
        place = next((each for each in shown.places if each.token == visit.path("token")), None)
        if place is None:
            raise Refused(404, "gone.html")
        return self._frame.page(visit, "place.html", status, place=place, towns=shown.service.towns, **self._form(visit, wrong))

    # -- what they share

    def _form(self, visit: Visit, wrong: Wrong | None) -> dict[str, object]:
        """What the fields of a place are shown with."""
        words = self._frame.show.words
        kinds = {kind: typeset(label) for kind, label in place_fields.KINDS.items()}
        return {"wrong": wrong, "written": visit.form, "kinds": kinds, "week_said": lambda week: waiting.week_said(week, words)}

    def _kept(self, write: Callable[[Visit], Awaitable[str]]) -> Callable[[Visit], Awaitable[Response]]:
        async def post(visit: Visit) -> Response:
            try:
                done = await write(visit)
            except Wrong as wrong:
                return await self._page(visit, 422, wrong)
            if done in TAKE_TIME and visit.me.reads and await self._storage.read(covered.number) > 0:
                return to(f"{COVERED}?fait={done}")
            return to(f"{PATH}?fait={done}")

        return post

    def _removed(self, remove: Callable[[Work, str], bool], done: str = "removed") -> Callable[[Visit], Awaitable[Response]]:
        async def post(visit: Visit) -> Response:
            await self._storage.run(remove, visit.path("token"))
            return to(f"{PATH}?fait={done}")

        return post

    async def _page(self, visit: Visit, status: int = 200, wrong: Wrong | None = None) -> Response:
        shown = await self._storage.read(self._look)
        words, today = self._frame.show.words, self._today()
        return self._frame.page(
            visit,
            "hours.html",
            status,
            shown=shown,
            towns=shown.service.towns,
            **self._form(visit, wrong),
            said=typeset(SAID.get(visit.request.query_params.get("fait", ""), "")),
            names=weekly.DAYS,
            day_said=lambda ranges: ", ".join(waiting.range_said(each, words) for each in ranges),
            range_said=lambda each: waiting.range_said(each, words),
            days_said=lambda days: _days_said(days, words, today),
            answering=hours.answering(shown.team),
            readers=[member for member in shown.team if member.reads and member.name and not member.disabled],
            closed_soon=[words.day(day) for day in sorted(holidays(today.year) | holidays(today.year + 1)) if day >= today][:3],
            today=today.isoformat(),
            now=self._storage.clock.now(),
            kind_of=notices.kind,
            alerts_elsewhere=self._alerts_elsewhere,
        )

    def _look(self, work: Work) -> Shown:
        edits = settings_store.mapping(work, settings_store.SERVICE_EDITS)
        return Shown(
            week=hours.week(work),
            signature=hours.signature(work),
            closures=hours.closures(work),
            absences=hours.absences(work),
            team=caseworkers.team(work),
            places=places.everywhere(work),
            service=self._frame.library().service.with_edits(edits),
            on_call=on_call.entries(work),
            addresses=tuple((on_call.address_token(work, each), notices.kind(each)) for each in on_call.team_addresses(work)),
            head=tuple(map(notices.kind, on_call.head_addresses(work))),
            to_take_over=covered.number(work),
        )

    def _today(self) -> date:
        return self._storage.clock.now().astimezone(self._frame.show.zone).date()

    def _days(self, visit: Visit, form: str) -> Days:
        """The first and last day of a form; one day alone where the last is left empty."""
        try:
            first = date.fromisoformat(visit.form.get("first", ""))
            last = date.fromisoformat(visit.form.get("last", "") or visit.form.get("first", ""))
        except ValueError:
            raise Wrong(form, "first", FAULTS["days"]) from None
        if last < first:
            raise Wrong(form, "last", FAULTS["days"])
        if last < self._today() or last > self._today() + FARTHEST:
            raise Wrong(form, "last", FAULTS["far"])
        return Days(first, last)


def _days_said(days: Days, words: Words, today: date) -> str:
    """« mardi 24 novembre », « du lundi 3 août au vendredi 21 août », with the year where it is not this one."""
    first, last = (words.day(day) + (f" {day.year}" if day.year != today.year else "") for day in (days.first, days.last))
    return first if days.first == days.last else f"du {first} au {last}"


def _day(visit: Visit, nth: int) -> tuple[Range, ...]:
    try:
        return weekly.read_day(visit.form.get(f"day{nth}", ""))
    except ValueError as fault:
        raise Wrong("week", f"day{nth}", str(fault)) from fault


def _add_place(work: Work, place: Place) -> None:
    """Sent twice by an impatient finger, it is one."""
    if any(replace(each, token="") == place for each in places.everywhere(work)):
        return
    places.add(work, place.name, place.address, place.week, kind=place.kind, directions=place.directions, town=place.town)


def _during(visit: Visit) -> Range | None:
    """The hours of an absence; None for whole days."""
    opens, closes = visit.form.get("opens", ""), visit.form.get("closes", "")
    if not opens and not closes:
        return None
    since, until = weekly.read_time(opens), weekly.read_time(closes)
    if since is None or until is None or until <= since:
        raise Wrong("absences", "opens", FAULTS["hours"])
    return Range(since, until)


def _line(visit: Visit, form: str, field: str, fault: str) -> str:
    said = line(visit.form, field)
    if not said:
        raise Wrong(form, field, fault)
    return said


async def _address(visit: Visit, form: str) -> str:
    said = visit.form.get("address", "").strip()
    if not said or len(said) > LONGEST_ADDRESS or notices.addresses(said) != (said,) or not await asyncio.to_thread(notices.usable, said):
        raise Wrong(form, "address", FAULTS["address"])
    return said
