"""What each step of an appointment or a seat says by SMS: always one part of the GSM alphabet, with room for how to answer it, which the relay adds.

A day, an hour and a place, whatever was chosen: an SMS is read on a locked screen, and names neither motive nor service.

An SMS in Arabic would hold 70 letters, a link not even: who reads Arabic gets the French one, whose day, hour and place are read all the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import waiting
from bot.rules.discretion import tells
from bot.rules.gsm7 import septets, written
from bot.rules.openings import Mode
from bot.rules.reminders import Kind
from content.words import ARABIC, FRENCH, Text, Words, _, words_of
from storage.places import Place

REMINDER = _("Ton rendez-vous : {quand}.")
BOOKED = _("Ton rendez-vous est réservé : {quand}.")
MOVED = _("Ton rendez-vous est à un autre moment : {quand}.")
CANCELLED = _("Pardon, pas de rendez-vous {quand}, c'est de notre côté.")
MISSED = _("Le rendez-vous de {jour} n'a pas eu lieu. Ça arrive. Une autre date ?")
OFFER = _("Un rendez-vous t'attend : {quand}. À prendre jusqu'à {limite}.")
SEAT = _("Ta place : {quand}.")
SEAT_BOOKED = _("Ta place est réservée : {quand}.")
SEAT_MOVED = _("Ta place est à un autre moment : {quand}.")
SEAT_CANCELLED = _("Pardon, rien {quand}, c'est de notre côté.")
SEAT_OFFER = _("Une place t'attend : {quand}. À prendre jusqu'à {limite}.")
PLACE = _("Lieu : {lieu}.")
BY: Mapping[Mode, Text] = {Mode.PHONE: _("Par téléphone."), Mode.VIDEO: _("En visio."), Mode.HOME: _("Chez toi.")}
SAID: Mapping[Kind, Text] = {Kind.CONFIRMATION: BOOKED, Kind.MOVED: MOVED, Kind.CANCELLED: CANCELLED, Kind.OFFER: OFFER, Kind.MISSED: MISSED}
SAID_OF_SEAT: Mapping[Kind, Text] = {
    Kind.CONFIRMATION: SEAT_BOOKED,
    Kind.MOVED: SEAT_MOVED,
    Kind.CANCELLED: SEAT_CANCELLED,
    Kind.OFFER: SEAT_OFFER,
    Kind.MISSED: MISSED,
}
NOWHERE = frozenset({Kind.CANCELLED, Kind.MISSED})
"""What is said without a place."""
ROOM = 128
"""Septets: one segment, less « Ne réponds pas ici : » and ten figures. Where a longer link ends it, the place may go: its page says it."""
_HOUR = re.compile(r"(\d{1,2}) h(?: (\d{2}))?")
_CODE = re.compile(r"\b\d{5} ")


@dataclass(frozen=True, slots=True)
class Step:
    """What there is to say. `until` for an offer alone."""

    kind: Kind
    seat: bool
    start: datetime
    now: datetime
    mode: Mode
    place: Place | None
    until: datetime | None = None


def short(step: Step, language: str, zone: ZoneInfo, hidden: Iterable[str] = ()) -> str:
    """What fits in ROOM of it. `hidden`: names that are not shown, the service's own."""
    words = words_of(FRENCH if language == ARABIC else language)
    whole = _opening(step, words, zone)
    said = (written(" ".join(filter(None, (whole, where)))) for where in (*_wheres(step, words, tuple(hidden)), ""))
    return next((each for each in said if (septets(each) or 0) <= ROOM), written(whole))


def _opening(step: Step, words: Words, zone: ZoneInfo) -> str:
    text = SAID_OF_SEAT.get(step.kind, SEAT) if step.seat else SAID.get(step.kind, REMINDER)
    day = step.start.astimezone(zone).date()
    limit = "" if step.until is None else waiting.deadline(step.until, step.now, zone, words)
    return _tight(words.say(text, quand=words.moment(step.start, zone), jour=words.weekday(day), limite=limit))


def _tight(text: str) -> str:
    """« 10h30 » for « 10 h 30 »: an SMS has no room for spaces."""
    return _HOUR.sub(lambda found: f"{found[1]}h{found[2] or ''}", text.replace("\u00a0", " "))


def _wheres(step: Step, words: Words, hidden: Sequence[str]) -> Iterator[str]:
    """Ways to say where, the fullest first, until one fits: name and address, address, without its postal code, without its street."""
    if step.kind in NOWHERE:
        return
    if step.mode in BY:
        yield words.say(BY[step.mode])
        return
    if step.place is None:
        return
    name, address = (part.strip().rstrip(".") for part in (step.place.name, step.place.address))
    shown = "" if tells(name, hidden) else name
    bare = _CODE.sub("", address)
    for place in (f"{shown}, {address}" if shown and address else "", address, bare, shown, bare.rpartition(", ")[2]):
        if place:
            yield words.say(PLACE, lieu=place)
