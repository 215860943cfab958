"""What free words mean here: how a page, an act or a matter of others is called on a button, and what else the same words may have meant."""

from collections.abc import Iterable, Mapping

from bot.messages import Choice, Kind
from bot.routing import Turn
from content.understanding.age import age_in
from content.understanding.asking import asks_for_a_person
from content.understanding.language import wish
from content.understanding.meaning import Certainty
from content.words import Text, _
from handlers.buttons import DATA, LANGUAGE, button, labelled
from handlers.menu import PAGE

ACT = "act:"
"""Prefix of the buttons of acts and of matters of others."""
PERSON_WANTED, MENU_WANTED, NOT_SORTED, TOO_YOUNG_OR_OLD = "talk-to-human", "menu", "outside-other", "outside-age"
STOP, GREETING, INSULT = "stop", "greeting", "insult"
BOOK, MOVE = "book-appointment", "move-appointment"
NAMES: Mapping[str, Text] = {
    BOOK: _("Prendre rendez-vous"),
    MOVE: _("Changer de date"),
    "cancel-appointment": _("Je ne peux pas venir"),
    "my-appointments": _("Mes rendez-vous"),
    "orientation": _("Faire le point"),
    "give-feedback": _("Donner mon avis"),
    STOP: _("Ne plus m'écrire"),
    "for-someone-else": _("Pour un proche"),
    "outside-job": _("Travail, formation"),
    "outside-health": _("Santé"),
    "outside-school": _("École, études"),
    "outside-papers": _("Papiers, démarches"),
    "outside-transport": _("Transports, permis"),
}
"""The acts and matters of others that have a button of their own."""
OWN_BUTTONS = {"my-data": DATA, "change-language": LANGUAGE}
"""Those whose button stands elsewhere already."""
UNNAMED = frozenset({PERSON_WANTED, MENU_WANTED, GREETING, "thanks", "goodbye", INSULT, "bot-question", NOT_SORTED, TOO_YOUNG_OR_OLD})
"""Those that no button proposes: their own stands under every answer, or nobody looks for it."""
MOST = 3
"""What is proposed at once."""
PLAIN = 0.6
"""The least chance of a meaning that is plain."""
LONGEST_NAME = 2
"""Words that may name somebody, whatever page they lead to."""
MAYBE = "maybe"
"""The label that free words led to, and what else they may have meant."""


def free_words(turn: Turn) -> bool:
    """Something written that names none of the choices shown."""
    return turn.inbound.kind in (Kind.TEXT, Kind.EDITED) and turn.choice is None


def sure(turn: Turn) -> str | None:
    """What free words surely mean, where it is something that is answered here."""
    label = turn.meaning.sure if free_words(turn) else None
    if label == TOO_YOUNG_OR_OLD and _age_of_ours(turn):
        return None
    if label is None or label in NAMES or label in OWN_BUTTONS or label in UNNAMED:
        return label
    return turn.understood


def ages(turn: Turn) -> tuple[int, int]:
    """From and to which age the service receives."""
    facts = turn.library.facts
    return int(facts["age-from"].value), int(facts["age-to"].value)


def _age_of_ours(turn: Turn) -> bool:
    """Words with a figure that is the age of nobody too young or too old: « ma fille a 3 ans », « j'ai 17 ans »."""
    age = age_in(turn.text)
    first, last = ages(turn)
    return any(map(str.isdecimal, turn.text)) and (age is None or first <= age <= last)


def unsure(turn: Turn) -> tuple[Choice, ...]:
    """What free words may mean, as buttons; nothing where it is sure, or not understood at all."""
    if not free_words(turn) or turn.meaning.certainty is not Certainty.UNSURE:
        return ()
    return proposals(turn, [candidate.label for candidate in turn.meaning.candidates], MOST)


def plainly(turn: Turn) -> str | None:
    """What free words surely mean, and so clearly that it counts even where they may be the answer to something else."""
    label = sure(turn)
    return label if label is not None and turn.meaning.candidates[0].score >= PLAIN else None


def wants_else(turn: Turn) -> bool:
    """Words that plainly ask for something of their own, whatever was just asked: in doubt, they are the answer to it."""
    if not free_words(turn) or turn.lane.human:
        return False
    label, words = plainly(turn), len(turn.plain.split())
    if label is not None and (label != turn.understood or words > LONGEST_NAME):
        return True
    likely = words > 2 * LONGEST_NAME and (sure(turn) is not None or bool(unsure(turn)))
    return likely or turn.phrase or asks_for_a_person(turn.text) or wish(turn.text) is not None


def named(turn: Turn, label: str) -> Choice | None:
    """The button of a page, an act or a matter of others, in the person's language; None where it has none."""
    if label in OWN_BUTTONS:
        return button(turn, OWN_BUTTONS[label])
    if label in NAMES:
        return labelled(turn.words, f"{ACT}{label}", NAMES[label])
    page = turn.library.page(label, turn.language)
    return None if page is None else Choice(f"{PAGE}{page.id}", page.label)


def proposals(turn: Turn, labels: Iterable[str], most: int) -> tuple[Choice, ...]:
    """The buttons of the first of these that have one."""
    found = (named(turn, label) for label in dict.fromkeys(labels))
    return tuple(choice for choice in found if choice is not None)[:most]


def keep_others(turn: Turn, told: str) -> None:
    """Free words were answered with `told`: what else they may mean is proposed first, should it not be that."""
    turn.lane.state[MAYBE] = [told, *(candidate.label for candidate in turn.meaning.candidates if candidate.label != told)]


def others(turn: Turn, told: str) -> list[str]:
    """What the words that led to `told` may have meant otherwise, the best first."""
    kept = turn.lane.state.get(MAYBE)
    return [str(label) for label in kept[1:]] if isinstance(kept, list) and kept[0] == told else []
