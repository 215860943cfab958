"""Somebody's own data as a text for reading, and as JSON for other programs. What colleagues wrote among themselves is in it only for the head."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

from content.words import Words, _
from handlers.buttons import said
from storage.rights import Everything

TITLE = _("Tout ce qu'on a sur toi, le {jour}")
NAME, PHONE = _("Prénom : {valeur}"), _("Téléphone : {valeur}")
OTHERWISE = _("Si l'application ne peut pas : {valeur}")
PLACES = _("Là où tu écris")
SINCE = _("{canal}, depuis le {jour}")
STOPPED = _("{canal}, depuis le {jour} ; STOP le {arret}")
SHARED = _("Tu as dit que ce téléphone est partagé.")
MADE_ONE = _("Tes applis sont ensemble depuis le {jour}.")
DEMANDS, DEMAND_OPEN = _("Tes demandes à l'équipe"), _("Ouverte le {jour}")
DEMAND_CLOSED = _("Ouverte le {jour}, fermée le {fin}")
DEDUCED = _("Ce que le robot a compris")
UNANSWERED = _("Ce que le robot n'a pas compris, gardé à part, sans ton nom")
CHOICES = _("Ce qu'on t'a dit et ce que tu as choisi")
TAKEN_BACK = _("repris le {jour}")
MEETINGS = _("Tes rendez-vous et tes ateliers")
FILES = _("Tes fichiers")
LINES = _("Ce qui a été dit")
TEAM_WORDS = _("Ce que l'équipe a noté")
YOU, ROBOT, TEAM = _("Toi"), _("Le robot"), _("L'équipe")
NONE = _("Rien.")


def as_text(found: Everything, words: Words, zone: tzinfo) -> str:
    """For reading: one part after the other, in the person's language; what was said is as it was said."""
    return "\n".join(_text(found, words, zone)).strip() + "\n"


def _text(found: Everything, words: Words, zone: tzinfo) -> Iterator[str]:
    def at(moment: datetime) -> str:
        return words.moment(moment, zone)

    def day(moment: datetime) -> str:
        return f"{words.day(moment.date())} {moment.year}"

    yield words.say(TITLE, jour=at(found.made_at))
    about = ((NAME, found.name), (PHONE, found.phone), (OTHERWISE, found.otherwise))
    yield from ("", *(words.say(text, valeur=value) for text, value in about if value))
    yield from _part(words.say(PLACES), _places(found, words, at), words)
    yield from _part(words.say(DEMANDS), _demands(found, words, at), words)
    yield from _part(words.say(MEETINGS), _meetings(found, at), words)
    yield from _part(words.say(DEDUCED), _deduced(found, at), words)
    if found.unanswered:
        yield from _part(words.say(UNANSWERED), [f"{day(one.at)} : {one.text}" for one in found.unanswered], words)
    yield from _part(words.say(CHOICES), _given(found, words, at), words)
    yield from _part(words.say(FILES), [f"{at(file.at)} : {file.name or file.kind}" for file in found.files], words)
    if found.told:
        yield from _part(words.say(TEAM_WORDS), [f"{at(told.at)} [{told.kind}] {told.text}" for told in found.told], words)
    yield from _part(words.say(LINES), _lines(found, words, at), words)


def _part(title: str, lines: list[str], words: Words) -> Iterator[str]:
    yield from ("", title, "-" * len(title))
    yield from lines or [words.say(NONE)]


def _places(found: Everything, words: Words, at: Any) -> list[str]:
    told = []
    for place in found.places:
        text = SINCE if place.stopped_at is None else STOPPED
        values = {"canal": f"{place.channel} ({place.peer})", "jour": at(place.since)}
        told.append(words.say(text, **values, **({} if place.stopped_at is None else {"arret": at(place.stopped_at)})))
        if place.shared:
            told.append(words.say(SHARED))
    return told + [words.say(MADE_ONE, jour=at(one.at)) for one in found.made_one if one.parted_at is None]


def _demands(found: Everything, words: Words, at: Any) -> list[str]:
    told = []
    for demand in found.demands:
        opened = words.say(DEMAND_OPEN, jour=at(demand.opened_at))
        closed = "" if demand.closed_at is None else words.say(DEMAND_CLOSED, jour=at(demand.opened_at), fin=at(demand.closed_at))
        told.append(" ; ".join(filter(None, (closed or opened, demand.theme, demand.by, demand.outcome))))
    return told


def _meetings(found: Everything, at: Any) -> list[str]:
    told = [
        " ; ".join(filter(None, (at(one.at), one.place, one.by, one.motive, one.mode, one.state, one.callback, one.outcome)))
        + "".join(f" [{step.kind} : {at(step.at)}, {step.state}]" for step in one.steps)
        for one in found.meetings
    ]
    told += [
        " ; ".join(filter(None, (at(one.at), one.workshop, one.place, one.state, one.outcome)))
        + "".join(f" [{step.kind} : {at(step.at)}, {step.state}]" for step in one.steps)
        for one in found.seats
    ]
    told += [" ; ".join(filter(None, (at(one.since), one.workshop, one.wish))) for one in found.waits]
    return told + [f"{at(one.at)} ; {one.what}" for one in found.marks]


def _deduced(found: Everything, at: Any) -> list[str]:
    dangers = [" ; ".join(filter(None, (at(one.at), one.crisis, one.step, one.watched_phone, one.how_to_answer))) for one in found.dangers]
    return dangers + [" ; ".join(filter(None, (at(one.at), one.kind, one.detail))) for one in found.events]


def _given(found: Everything, words: Words, at: Any) -> list[str]:
    told = []
    for one in found.given:
        back = "" if one.withdrawn_at is None else f" ({words.say(TAKEN_BACK, jour=at(one.withdrawn_at))})"
        told.append(f"{at(one.at)}{back} : {one.text}")
    return told


def _lines(found: Everything, words: Words, at: Any) -> list[str]:
    who = {"person": words.say(YOU), "bot": words.say(ROBOT), "caseworker": words.say(TEAM)}
    return [
        f"[{at(line.at)}] {line.by or who[line.author]} : {said(words, line.text)}{''.join(f' [{name}]' for name in line.files)}"
        for line in found.lines
    ]


def as_json(found: Everything) -> str:
    """For other programs: the same, under the names of the code; times are ISO 8601 in UTC."""
    return json.dumps(asdict(found), ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
