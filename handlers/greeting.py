"""Who speaks, said once: whole where nothing else is asked, in two sentences before a first answer."""

from collections.abc import Sequence
from dataclasses import replace

from bot.messages import Choice
from bot.routing import Turn
from content.library import Library
from content.words import Words, _
from handlers.buttons import DATA, labelled
from handlers.notice import lasting

WELCOMED = "welcomed"
GREETING = _("Salut ! Je suis le robot du {service} (logement, 16–30 ans). Je ne suis pas un service d'urgence.")
WELCOME = _(
    "Salut ! Je suis le robot du {service} (logement, 16–30 ans). C'est gratuit. Je ne suis pas un service d'urgence.\n\n"
    "Tu peux lire sans dire qui tu es, et demander une personne quand tu veux. "
    "Tant que tu n'écris pas à l'équipe, tes messages s'effacent au bout de {duree}.\n\n"
    "De quoi tu as besoin ? Choisis, ou écris avec tes mots, même avec des fautes."
)


def welcome_body(words: Words, library: Library) -> str:
    """The first words, with how long what is written stays."""
    return words.say(WELCOME, service=library.service.name, duree=lasting(words, library.keeping.conversation))


def welcome_rows(words: Words, rows: Sequence[Choice]) -> tuple[Choice, ...]:
    """The menu under the first words, with « Mes données », said lower, before its way out."""
    return (*rows[:-1], replace(labelled(words, DATA), tone="quiet"), *rows[-1:])


def newcomer(turn: Turn) -> bool:
    """The robot has not said yet who it is."""
    return not turn.greeted and not turn.lane.state.get(WELCOMED)


def greeting(turn: Turn) -> str:
    """Who speaks, the first time something else is answered first, with its own blank line; then nothing."""
    if not newcomer(turn):
        return ""
    turn.lane.state[WELCOMED] = True
    return turn.words.say(GREETING, service=turn.library.service.name) + "\n\n"
