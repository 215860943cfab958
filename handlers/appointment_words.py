"""How an appointment is put into words, for all that speak of one: the day and the hour, where, how to get there, what to bring; and its buttons.

`discreet` may stand where anybody could read: the day, the hour, where. No name, no motive, and never the name of a place that has an address. The
times are those of the service's own clocks, wherever the telephone is.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from bot.messages import Choice
from bot.rules.openings import Mode
from bot.rules.slots import Slot
from content.words import Text, Words, _
from storage import caseworkers, hours, motives, places
from storage.appointment_view import Appointment
from storage.engine import Work
from storage.places import Place


class Button(StrEnum):
    """The prefixes of an appointment's buttons. COME, MOVE and DROP carry the version they were shown for: `appointment:move:<token>:<version>`."""

    COME = "appointment:come:"
    MOVE = "appointment:move:"
    DROP = "appointment:drop:"
    FILE = "appointment:file:"
    AGAIN = "appointment:again:"

    @property
    def dated(self) -> bool:
        """Whether it says which version of the appointment it answers."""
        return self in _DATED


_DATED = frozenset({Button.COME, Button.MOVE, Button.DROP})
LABELS: dict[Button, Text] = {
    Button.COME: _("Je viens"),
    Button.MOVE: _("Déplacer"),
    Button.DROP: _("Je ne peux pas"),
    Button.FILE: _("Mon agenda"),
    Button.AGAIN: _("Une autre date"),
}

IN_TOWN = _("{moment}, à {lieu}")
AT_PLACE = _("{moment} ({lieu})")
ELSEWHERE: dict[Mode, Text] = {
    Mode.PHONE: _("{moment}, par téléphone"),
    Mode.VIDEO: _("{moment}, en visio"),
    Mode.HOME: _("{moment}, chez toi"),
}
LASTS = _("{moment}, {minutes} min, avec {prenom}.")
LASTS_ALONE = _("{moment}, {minutes} min.")
WHEN = _("{moment}.")
PLACE, PLACE_HOW = _("Lieu : {lieu}."), _("Lieu : {lieu}. {venir}")
WAY: dict[Mode, tuple[Text, Text]] = {
    Mode.ON_SITE: (PLACE, PLACE_HOW),
    Mode.PHONE: (_("Par téléphone."), _("Par téléphone. {venir}")),
    Mode.VIDEO: (_("En visio."), _("En visio. {venir}")),
    Mode.HOME: (_("Chez toi."), _("Chez toi. {venir}")),
}
BRING = _("À apporter : {papiers}. Il en manque ? Viens quand même.")
AT_HAND = _("À garder près de toi : {papiers}. Il en manque ? Ça ne change rien.")
ABOUT = _("Pour : {motif}.")


# -- pieces


def moment(work: Work, words: Words, at: datetime) -> str:
    """« jeudi 26 novembre, 10 h 30 »."""
    return words.moment(at, hours.zone(work))


def day(work: Work, words: Words, at: datetime) -> str:
    """« jeudi 26 novembre »."""
    return words.day(at.astimezone(hours.zone(work)).date())


def short(work: Work, words: Words, at: datetime) -> str:
    """« jeu. 26, 10 h 30 »: what a button holds. From three weeks on, the month too."""
    return words.short_moment(at, work.now, hours.zone(work))


def brief(work: Work, words: Words, slot: Slot) -> str:
    """« jeudi 26 novembre, 10 h 30, à Carvin », without its full stop."""
    at = moment(work, words, slot.start)
    if slot.mode in ELSEWHERE:
        return words.say(ELSEWHERE[slot.mode], moment=at)
    town, name = town_of(work, slot.place), _name(places.find(work, slot.place))
    return words.say(IN_TOWN, moment=at, lieu=town) if town else words.say(AT_PLACE, moment=at, lieu=name)


def town_of(work: Work, place_id: int) -> str:
    """The town of a place, "" where nobody said, or where the team receives at several places of it."""
    towns = {place.id: place.town for place in places.everywhere(work)}
    town = towns.get(place_id, "")
    return town if list(towns.values()).count(town) == 1 else ""


def capital(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


# -- whole


def discreet(work: Work, words: Words, slot: Slot) -> str:
    """« Jeudi 26 novembre, 10 h 30. Lieu : 12 place Jean-Jaurès, 62220 Carvin. {how to get there} », on two lines."""
    here = places.find(work, slot.place)
    where = "" if here is None else here.address or here.name
    return "\n".join((capital(words.say(WHEN, moment=moment(work, words, slot.start))), _way(words, slot.mode, here, where)))


def full(work: Work, words: Words, appointment: Appointment, *, about: bool = False) -> str:
    """How long and with whom as well, and what to bring; `about`: what for."""
    slot, motive = appointment.slot, motives.find(work, appointment.motive)
    here = places.find(work, slot.place)
    where = ", ".join(filter(None, (_name(here), "" if here is None else here.address)))
    lines = [_lasts(work, words, slot), _way(words, slot.mode, here, where)]
    if about and motive is not None and motive.name:
        lines.append(words.say(ABOUT, motif=_bare(motive.name)))
    if motive is not None and motive.bring:
        lines.append(words.say(BRING if slot.mode is Mode.ON_SITE else AT_HAND, papiers=_bare(motive.bring)))
    return "\n".join(lines)


# -- buttons


def offered(words: Words, appointment: Appointment, *wanted: Button) -> tuple[Choice, ...]:
    """The buttons of an appointment, as it is now."""
    return tuple(Choice(name_of(appointment, each), words.say(LABELS[each])) for each in wanted)


def name_of(appointment: Appointment, button: Button) -> str:
    """The id of one of its buttons."""
    return f"{button}{appointment.token}:{appointment.version}" if button.dated else f"{button}{appointment.token}"


def named_in(choice: str, button: Button) -> tuple[str, int]:
    """The token and the version a button carries; 0 for one that carries none."""
    token, _colon, version = choice.removeprefix(button).partition(":")
    return token, int(version) if version.isdecimal() else 0


def _lasts(work: Work, words: Words, slot: Slot) -> str:
    minutes = round((slot.end - slot.start).total_seconds() / 60)
    at = moment(work, words, slot.start)
    name = next((member.name for member in caseworkers.team(work) if member.id == slot.who), "")
    return capital(words.say(LASTS if name else LASTS_ALONE, moment=at, minutes=minutes, prenom=name))


def _way(words: Words, mode: Mode, here: Place | None, where: str) -> str:
    alone, with_directions = WAY[mode]
    directions = "" if here is None else here.way(mode)
    return words.say(with_directions if directions else alone, lieu=_bare(where), venir=directions)


def _name(place: Place | None) -> str:
    return "" if place is None else place.name


def _bare(text: str) -> str:
    """Without the full stop that the sentence around it brings."""
    return text.strip().rstrip(".").strip()


def listed(parts: Iterable[str]) -> str:
    """Several things, one a line."""
    return "\n".join(f"• {capital(part)}" for part in parts)
