"""What each step says as a template: a message agreed with a provider beforehand, for who has not written for a day. Day, hour, place, and no more.

The texts are the channel's own files (bot/channels/whatsapp/templates); here is what goes in their places, in the person's language and in French:
a provider may have approved the French one alone. Nothing where no template says it: what is booked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.messages import Template
from bot.rules.openings import Mode
from bot.rules.reminders import Kind
from content.words import FRENCH, Text, Words, _, words_of

REMINDED, CHANGED, CALLED_OFF, AFTERWARDS, SEAT = "rdv_rappel", "rdv_change", "rdv_autre_date", "rdv_suite", "place_rappel"
OFFERED, SEAT_OFFERED = "rdv_propose", "place_proposee"
WAITS = "reponse_attend"
"""Tells that a colleague has answered, and nothing of the answer."""
BY: Mapping[Mode, Text] = {Mode.PHONE: _("par téléphone"), Mode.VIDEO: _("en visio"), Mode.HOME: _("chez toi")}
AS_TOLD = _("celui qu'on t'a dit")
"""Where a place may not be named."""
_OF_APPOINTMENT: Mapping[Kind, str] = {
    **dict.fromkeys((Kind.WEEK, Kind.TWO_DAYS, Kind.DAY_BEFORE, Kind.HOURS), REMINDED),
    **{Kind.MOVED: CHANGED, Kind.CANCELLED: CALLED_OFF, Kind.MISSED: AFTERWARDS, Kind.OFFER: OFFERED},
}
_OF_SEAT: Mapping[Kind, str] = {**dict.fromkeys((Kind.WEEK, Kind.TWO_DAYS, Kind.DAY_BEFORE, Kind.HOURS), SEAT), Kind.OFFER: SEAT_OFFERED}
_BY_DAY = frozenset({CALLED_OFF, AFTERWARDS})
"""What says a day alone."""


@dataclass(frozen=True, slots=True)
class Meant:
    """When and where, in one language. `where`: a place that may be named, "" for none; `until`: how long it is held for them, "" for what is not."""

    moment: str
    day: str
    where: str
    until: str = ""


def name_of(kind: Kind, *, seat: bool) -> str:
    """The template that says a step, "" for none."""
    return (_OF_SEAT if seat else _OF_APPOINTMENT).get(kind, "")


def agreed(name: str, buttons: int, said: Mapping[str, Meant], mode: Mode) -> Template:
    """What a step says as this template, with its so many buttons: in the first language of `said`, or else in the next."""
    found: Template | None = None
    for language in reversed(tuple(said)):
        meant = said[language]
        held = (meant.until,) if meant.until else ()
        values = (meant.day,) if name in _BY_DAY else (meant.moment, _where(words_of(language), meant.where, mode), *held)
        found = Template(name, values, language, tuple(range(buttons)), found)
    if found is None:
        raise ValueError("no language to say it in")
    return found


def _where(words: Words, where: str, mode: Mode) -> str:
    return words.say(BY[mode]) if mode in BY else where or words.say(AS_TOLD)


def spoken(language: str) -> tuple[str, ...]:
    """The languages to say it in, the first that the provider has."""
    return (language,) if language == FRENCH else (language, FRENCH)
