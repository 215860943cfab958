"""What each step of an appointment or a seat says, with its buttons, in the person's language. Discreet: a day, an hour, a place.

No name, no service, no motive unless the person chose « rappels complets »; no place whose name tells what it is for; and nothing that could be read
as cancelled, but where we cancelled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot import waiting
from bot.messages import Choice, Template
from bot.routing import AUTOMATIC
from bot.rules.discretion import tells
from bot.rules.openings import Mode
from bot.rules.reminders import Kind, Wants
from content.library import Library
from content.words import Text, Words, _, words_of
from handlers.agreed_words import Meant, agreed, name_of, spoken
from handlers.appointment_words import ABOUT, LABELS, WAY, Button
from handlers.buttons import PERSON, labelled
from handlers.sms_words import Step, short
from storage import hours, line, motives, places
from storage.engine import Work
from storage.messages import Alike, Content
from storage.places import Place
from storage.reminders import Due, Matter

REMINDER = _("Ton rendez-vous : {quand}. {lieu}")
REMINDER_FULL = _("Ton rendez-vous au {service} : {quand}. {lieu}")
BOOKED = _("Ton rendez-vous est réservé : {quand}. {lieu}")
MOVED = _("Ton rendez-vous a lieu à un autre moment : {quand}. {lieu}")
CANCELLED = _("Pardon, ton rendez-vous du {quand} n'aura pas lieu : c'est de notre côté. Tu veux une autre date ?")
MISSED = _("Le rendez-vous de {jour} n'a pas eu lieu. Ça arrive. Tu veux une autre date ?")
OFFER = _("Tu avais demandé un rendez-vous : il y en a un {quand}. {lieu} Il t'attend jusqu'à {limite}.")
SEAT = _("Ta place : {quand}. {lieu}")
SEAT_BOOKED = _("Ta place est réservée : {quand}. {lieu}")
SEAT_MOVED = _("Ta place est à un autre moment : {quand}. {lieu}")
SEAT_CANCELLED = _("Pardon, ce qui était prévu {quand} n'aura pas lieu : c'est de notre côté.")
SEAT_OFFER = _("Tu avais demandé une place : il y en a une {quand}. {lieu} Elle t'attend jusqu'à {limite}.")
SAID: Mapping[Kind, Text] = {Kind.CONFIRMATION: BOOKED, Kind.MOVED: MOVED, Kind.CANCELLED: CANCELLED, Kind.OFFER: OFFER, Kind.MISSED: MISSED}
SAID_OF_SEAT: Mapping[Kind, Text] = {
    Kind.CONFIRMATION: SEAT_BOOKED,
    Kind.MOVED: SEAT_MOVED,
    Kind.CANCELLED: SEAT_CANCELLED,
    Kind.OFFER: SEAT_OFFER,
}
"""The others are reminders."""
TAKE_OFFER, LEAVE_OFFER = "offer:take:", "offer:leave:"
TAKE_SEAT, LEAVE_SEAT = "seat:take:", "seat:leave:"
ENOUGH = "appointment:enough:"
I_TAKE_IT, I_TAKE_SEAT, NO_THANKS, YES_PLEASE = _("Je le prends"), _("Je la prends"), _("Non merci"), _("Oui")
A_WEEK = 6
SAID_FROM_NOW = frozenset({Kind.MISSED, Kind.OFFER})
"""« mardi », « jusqu'à demain »: what is said depends on the moment too."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message: what is said and the buttons under it; `short` says the same in an SMS, less how to answer it; `template` says it where nothing else
    passes, None where no template does."""

    body: str
    choices: tuple[Choice, ...]
    short: str
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What steps alike say, as it is kept: a message but for the token of what it is about, and its template."""

    content: Alike
    template: str | None


Worded = dict[object, Form]
"""By all that they depend on: what the place and the motive are called just then too. Nothing of it is about one person."""


class Teller:
    """Says steps, many in one unit: places and motives are read once, and those who meet at the same hour and place read the same words."""

    def __init__(self, work: Work, library: Library, *, templates: bool = False, worded: Worded | None = None) -> None:
        """`templates`: some channel takes nothing else after a while, so that each step is said as one too. `worded`: by other units of a release."""
        self._work, self._service = work, library.service
        self._as_templates = templates
        self._zone = hours.zone(work)
        self._places: dict[int, Place | None] = {}
        self._names: dict[str, str] = {}
        self._forms: Worded = {}
        self._worded: Worded = {} if worded is None else worded

    def say(self, due: Due, language: str, *, automatic: bool) -> Said:
        """One step, in this language. `automatic`: a human owns the conversation, and it is marked."""
        choices = _buttons(language, due.kind, due.seat_id is not None, due.about.token, due.version)
        template = self._template(due, language, len(choices)) if self._as_templates else None
        return Said(self._body(due, words_of(language), automatic=automatic), choices, self._short(due, language), template)

    def form(self, due: Due, language: str, *, automatic: bool) -> Form:
        """The same, as it is kept, worded once for all who are told the same."""
        about, seat = due.about, due.seat_id is not None
        until = due.latest_at if due.kind is Kind.OFFER else None
        key = (language, due.kind, seat, due.version, about.start, about.place_id, about.mode, about.motive, due.wants, until, automatic)
        form = self._forms.get(key)
        if form is None:
            now = self._work.now if due.kind in SAID_FROM_NOW else None
            whole = (*key, now, self._zone, self._place(about.place_id), self._motive(about.motive))
            if (form := self._worded.get(whole)) is None:
                form = self._worded[whole] = self._form(due, language, automatic=automatic)
            self._forms[key] = form
        return form

    def _form(self, due: Due, language: str, *, automatic: bool) -> Form:
        said = self.say(due, language, automatic=automatic)

        def saying(token: str) -> Content:
            choices = _buttons(language, due.kind, due.seat_id is not None, token, due.version)
            return Content(said.body, choices, language=language, short=said.short)

        return Form(Alike(saying), line.dump(said.template))

    def _template(self, due: Due, language: str, buttons: int) -> Template | None:
        """A step as what was agreed: as discreet as can be, whatever was chosen, for no template says more."""
        name, about = name_of(due.kind, seat=due.seat_id is not None), due.about
        if not name:
            return None
        until = due.latest_at if due.kind is Kind.OFFER else None
        where, _directions = self._shown(about, named=False)
        said = {each: self._meant(words_of(each), about, where, until) for each in spoken(language)}
        return agreed(name, buttons, said, about.mode)

    def _meant(self, words: Words, about: Matter, where: str, until: datetime | None) -> Meant:
        day = words.day(about.start.astimezone(self._zone).date())
        held = "" if until is None else waiting.deadline(until, self._work.now, self._zone, words)
        return Meant(words.moment(about.start, self._zone), day, words.typeset(where), held)

    def _body(self, due: Due, words: Words, *, automatic: bool) -> str:
        about, named, kind = due.about, due.wants is Wants.FULL, due.kind
        day, now = about.start.astimezone(self._zone).date(), self._work.now
        plain = SEAT if due.seat_id is not None else REMINDER_FULL if named else REMINDER
        said = words.say(
            (SAID if due.seat_id is None else SAID_OF_SEAT).get(kind, plain),
            quand=words.moment(about.start, self._zone),
            lieu=self._where(words, about, named=named),
            jour=words.day(day) if (now - about.start).days >= A_WEEK else words.weekday(day),
            limite=waiting.deadline(due.latest_at, now, self._zone, words) if kind is Kind.OFFER else "",
            service=self._service.name,
        ).strip()
        motive = self._motive(about.motive)
        if motive and kind not in (Kind.MISSED, Kind.CANCELLED):
            said = f"{said} {words.say(ABOUT, motif=motive)}"
        return f"{said}\n\n{words.say(AUTOMATIC)}" if automatic else said

    def _short(self, due: Due, language: str) -> str:
        about, until = due.about, due.latest_at if due.kind is Kind.OFFER else None
        step = Step(due.kind, due.seat_id is not None, about.start, self._work.now, about.mode, self._place(about.place_id), until)
        return short(step, language, self._zone, self._hidden)

    @property
    def _hidden(self) -> tuple[str, ...]:
        """Names that tell what somebody comes for."""
        return self._service.name, self._service.full_name, self._service.association

    def _place(self, place_id: int) -> Place | None:
        if place_id not in self._places:
            self._places[place_id] = places.find(self._work, place_id)
        return self._places[place_id]

    def _shown(self, about: Matter, *, named: bool) -> tuple[str, str]:
        """« Antenne de Carvin, 12 place Jean-Jaurès » and « Sonne à gauche », without what tells."""
        place, hidden = self._place(about.place_id), () if named else self._hidden

        def shown(text: str) -> str:
            text = text.strip().rstrip(".")
            return "" if not named and tells(text, hidden) else text

        where = "" if place is None else ", ".join(filter(None, (shown(place.name), place.address.strip().rstrip("."))))
        return where, "" if place is None else shown(place.way(about.mode))

    def _where(self, words: Words, about: Matter, *, named: bool) -> str:
        """« Lieu : Antenne de Carvin, 12 place Jean-Jaurès. Sonne à gauche. »; "" where nothing is left to say."""
        where, directions = self._shown(about, named=named)
        if about.mode is Mode.ON_SITE and not where:
            return ""
        alone, with_directions = WAY[about.mode]
        return words.say(with_directions if directions else alone, lieu=where, venir=f"{directions}." if directions else "")

    def _motive(self, token: str) -> str:
        """What may be said of a motive to who wants it said."""
        if token and token not in self._names:
            found = motives.find(self._work, token)
            self._names[token] = "" if found is None else (found.discreet or found.name).strip().rstrip(".")
        return self._names.get(token, "")


Shown = tuple[str, Text | None, bool]
"""The beginning of a button's id, its label (None: the shared one), and whether it says which version of the appointment it answers."""


def _of(button: Button) -> Shown:
    return button, LABELS[button], button.dated


A_PERSON: Shown = (PERSON, None, False)
OF_APPOINTMENT: Mapping[Kind, tuple[Shown, ...]] = {
    Kind.CONFIRMATION: (_of(Button.FILE), _of(Button.MOVE), _of(Button.DROP)),
    Kind.CANCELLED: (_of(Button.AGAIN), A_PERSON),
    Kind.MISSED: ((Button.AGAIN, YES_PLEASE, False), (ENOUGH, NO_THANKS, False), A_PERSON),
    Kind.OFFER: ((TAKE_OFFER, I_TAKE_IT, False), (LEAVE_OFFER, NO_THANKS, False)),
}
REMINDERS: tuple[Shown, ...] = (_of(Button.COME), _of(Button.MOVE), _of(Button.DROP))
OF_SEAT: Mapping[Kind, tuple[Shown, ...]] = {
    Kind.CANCELLED: (A_PERSON,),
    Kind.OFFER: ((TAKE_SEAT, I_TAKE_SEAT, False), (LEAVE_SEAT, NO_THANKS, False)),
}
REMINDERS_OF_SEAT: tuple[Shown, ...] = ((LEAVE_SEAT, LABELS[Button.DROP], False),)


@lru_cache(maxsize=256)
def _shown(language: str, kind: Kind, seat: bool) -> tuple[tuple[str, str, bool], ...]:
    words = words_of(language)
    wanted = OF_SEAT.get(kind, REMINDERS_OF_SEAT) if seat else OF_APPOINTMENT.get(kind, REMINDERS)
    return tuple((str(beginning), labelled(words, beginning, label).label, dated) for beginning, label, dated in wanted)


def _buttons(language: str, kind: Kind, seat: bool, token: str, version: int) -> tuple[Choice, ...]:
    return tuple(
        Choice(beginning if beginning == PERSON else f"{beginning}{token}:{version}" if dated else f"{beginning}{token}", label)
        for beginning, label, dated in _shown(language, kind, seat)
    )
