"""By which app an answer leaves, and what becomes of it there: said before it is written, and the colleague's to choose where there are several."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend import lawful
from backend.lawful import Foresee
from backend.show import Show
from storage import answering, threads
from storage.engine import Work
from storage.thread_view import View

LAST, PREFERRED = "où la personne a écrit en dernier", "où elle préfère qu'on lui écrive"
WATCHED = "Quelqu'un d'autre peut lire là, ou la personne a dit quand lui écrire."


@dataclass(frozen=True, slots=True)
class Choice:
    """One app, as the reply form offers it. `why` it may be the one, "" for no reason; `law`: what becomes of an answer there."""

    name: str
    label: str
    why: str
    law: str
    first: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """Where an answer goes. `law` tells what becomes of it where there is nothing to choose; `choices`: none where there is but one app."""

    law: str = ""
    choices: tuple[Choice, ...] = ()


def ways(work: Work, view: View, foresee: Foresee, show: Show) -> Ways:
    """What the reply form of a thread says and offers."""
    here = view.conversations[view.answered]
    person = threads.person_of(work, view.token)
    known = () if view.private or person is None else answering.roads(work, person)
    foreseen = {road.name: foresee(work, road.conversation_id) for road in known}
    open_ = [road for road in known if foreseen[road.name] is not None or road.conversation_id == here]
    if len(open_) < 2:
        return Ways(lawful.said(foresee(work, here), show, work.now))
    labels = _labels(open_, show)
    better = next((labels[road.name] for road in sorted(open_, key=_preferred) if lawful.passes(foreseen[road.name]) and not road.watched), "")
    choices = []
    for road in open_:
        last = road.conversation_id == here
        why = show.said(", ".join(words for words, true in ((LAST, last), (PREFERRED, road.preferred)) if true))
        law = lawful.said(foreseen[road.name], show, work.now, better) or lawful.as_it_is(show)
        law = f"{law} {show.said(WATCHED)}" if road.watched else law
        choices.append(Choice(road.name, labels[road.name], why, law, last))
    return Ways(choices=tuple(sorted(choices, key=lambda choice: not choice.first)))


def _preferred(road: answering.Road) -> bool:
    """Sorts first what they asked for."""
    return not road.preferred


def _labels(roads: list[answering.Road], show: Show) -> Mapping[str, str]:
    """« Telegram », and « Telegram (2) » for the second."""
    named: dict[str, str] = {}
    for road in roads:
        label = show.app(road.channel, road.account)
        nth = sum(each == label or each.startswith(f"{label} (") for each in named.values())
        named[road.name] = f"{label} ({nth + 1})" if nth else label
    return named
