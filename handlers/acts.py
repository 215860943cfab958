"""What free words or a proposal ask to be done. What no module does yet is done by a person of the team, and said so.

A module that comes to do one of these itself declares it at Rank.TEXT (`means("book-appointment")`), with its button at Rank.CHOICE, and stands
before this one in the list of handlers: what is here answers only where nothing answers better.
"""

from collections.abc import Mapping

from bot.messages import Choice
from bot.routing import Handler, Rank, Turn, choices, on
from content.words import Text, _
from handlers import handover, languages, menu, my_data, others, privacy, reception, social, waiting
from handlers.buttons import MENU, PERSON, URGENCE, button, buttons
from handlers.greeting import greeting
from handlers.information import NOT_THAT, NOT_THAT_LABEL
from handlers.meant import ACT, NAMES, STOP, free_words, keep_others, named, sure
from handlers.open_danger import in_danger
from handlers.second import also
from handlers.slots_offered import ways_to_book

BOOK = _("Le robot ne prend pas les rendez-vous. Une personne de l'équipe en trouve un avec toi.")
MOVE = _("Je ne vois pas de rendez-vous à venir. S'il a été pris autrement, une personne de l'équipe trouve une autre date avec toi.")
CANNOT_COME = _(
    "Ça arrive, pas de souci. Je ne vois pas de rendez-vous à venir. S'il a été pris autrement, écris-le à une personne de l'équipe, "
    "même au dernier moment."
)
WHEN = _("Je ne vois pas de rendez-vous à venir. S'il a été pris autrement, une personne peut te le redire.")
TAKE_STOCK = _("Pour faire le point, une personne de l'équipe regarde avec toi ce que tu peux demander.")
OPINION = _("Tu peux dire ce que tu penses : ça ne change rien à l'aide que tu demandes. Une personne de l'équipe peut le lire ici.")
WITH_A_PERSON: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "book-appointment": (BOOK, ("service-documents-rdv", "service-horaires-lieux")),
    "move-appointment": (MOVE, ("service-horaires-lieux",)),
    "cancel-appointment": (CANNOT_COME, ("service-horaires-lieux",)),
    "my-appointments": (WHEN, ("service-horaires-lieux", "service-documents-rdv")),
    "orientation": (TAKE_STOCK, ("chercher-par-ou-commencer",)),
    "give-feedback": (OPINION, ("service-droits-usagers",)),
}
"""What a person of the team does: what is said of it, and the nearest pages."""
CALLED = frozenset({"move-appointment", "cancel-appointment", "my-appointments"})
"""Those about an appointment, said here where the robot knows of none (handlers/upcoming.py, handlers/cancelling.py): the telephone, where it is
known, and another appointment is a button away."""

NOT_HOUSING = _("Ce n'est pas du logement, et là-dessus je ne sais pas.")
ELSEWHERE: Mapping[str, Text] = {
    "outside-job": _("Pour le travail et la formation, il y a la Mission Locale et France Travail."),
    "outside-health": _("Pour la santé, il y a un médecin ou une pharmacie. Si c'est grave maintenant : le {numero}."),
    "outside-school": _("Pour l'école et les études, il y a ton établissement et la Mission Locale."),
    "outside-papers": _("Pour les papiers et les démarches, il y a une maison France services et ta mairie."),
    "outside-transport": _("Pour le permis et les transports, il y a la Mission Locale et ta mairie."),
    "outside-other": _("Une maison France services ou ta mairie peut te dire à qui demander."),
}
"""Where to go for what is no housing: kinds of places, no address and no number that nobody has checked."""
STOP_BACK = _("Tu veux qu'on ne t'écrive plus en premier ? Appuie sur le bouton, ou écris STOP.")


def stop_back(turn: Turn) -> None:
    """A guess never stops anything: one button does."""
    turn.reply_content(greeting(turn) + turn.words.say(STOP_BACK), button(turn, privacy.STOP, NAMES[STOP]), *buttons(turn, PERSON, MENU), ends=True)


DOES: Mapping[str, Handler] = {
    "talk-to-human": handover.pass_on,
    "my-data": my_data.show,
    "change-language": languages.which,
    STOP: stop_back,
    "for-someone-else": others.for_another,
    "menu": menu.show,
    "greeting": reception.welcome,
    "thanks": social.thanked,
    "goodbye": social.goodbye,
    "insult": social.insulted,
    "bot-question": social.a_robot,
    "outside-age": others.receives,
}
"""What is done at once, by whom."""
IN_DANGER = frozenset({"talk-to-human", "my-data", "change-language", STOP})
"""What is still done on a guess while a danger is open: a person, one's data, one's language. The rest is answered with the number."""


def meant(turn: Turn) -> bool:
    """Free words that surely mean something which is no page."""
    label = sure(turn)
    return label is not None and label != turn.understood and (label in IN_DANGER or not in_danger(turn))


@on(Rank.MEANT, meant)
def answer(turn: Turn) -> None:
    """What free words ask for."""
    label = sure(turn) or ""
    keep_others(turn, label)
    do(turn, label)


@on(Rank.CHOICE, choices(ACT))
def press(turn: Turn) -> None:
    """The same by its button."""
    do(turn, (turn.choice or "").removeprefix(ACT))


def do(turn: Turn, label: str) -> None:
    """What this act does, or who does it. One that is gone gives the menu."""
    if label in WITH_A_PERSON:
        text, pages = WITH_A_PERSON[label]
        known = turn.library.service.phone if label in CALLED else None
        phone = [turn.words.say(waiting.PHONE, telephone=known)] if known else []
        near = [choice for page in pages if (choice := named(turn, page)) is not None]
        book = [*ways_to_book(turn)] if label in CALLED else []
        _tell(turn, label, " ".join([turn.words.say(text), *phone]), [*book, button(turn, PERSON), *near])
    elif label in ELSEWHERE:
        where = turn.words.say(ELSEWHERE[label], numero=turn.library.facts["15"].value)
        offered = (PERSON, URGENCE) if label == "outside-health" else (PERSON,)
        _tell(turn, label, f"{turn.words.say(NOT_HOUSING)} {where}", [*buttons(turn, *offered)])
    else:
        DOES.get(label, menu.show)(turn)


def _tell(turn: Turn, label: str, body: str, offered: list[Choice]) -> None:
    """An answer that may be the wrong one: with another need of the same words, and the way to say that it is not that."""
    more, other = also(turn)
    wrong = [Choice(f"{NOT_THAT}{label}", turn.words.say(NOT_THAT_LABEL), tone="quiet")] if free_words(turn) else []
    turn.reply_content(greeting(turn) + "\n\n".join([body, *more]), *offered, *other, *wrong, *buttons(turn, MENU), ends=True)
