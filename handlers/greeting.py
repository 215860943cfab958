"""Who speaks, said once: whole where nothing else is asked, in two sentences before a first answer."""

from bot.routing import Turn
from content.words import _

WELCOMED = "welcomed"
GREETING = _("Salut ! Je suis le robot du {service} (logement, 16–30 ans). Je ne suis pas un service d'urgence.")
WELCOME = _(
    "Salut ! Je suis le robot du {service} (logement, 16–30 ans). C'est gratuit. Je ne suis pas un service d'urgence.\n\n"
    "Tu peux lire sans dire qui tu es, et demander une personne quand tu veux.\n\n"
    "De quoi tu as besoin ? Choisis, ou écris avec tes mots, même avec des fautes."
)


def newcomer(turn: Turn) -> bool:
    """The robot has not said yet who it is."""
    return not turn.greeted and not turn.lane.state.get(WELCOMED)


def greeting(turn: Turn) -> str:
    """Who speaks, the first time something else is answered first, with its own blank line; then nothing."""
    if not newcomer(turn):
        return ""
    turn.lane.state[WELCOMED] = True
    return turn.words.say(GREETING, service=turn.library.service.name) + "\n\n"
