"""Where no page of ours can be opened: by SMS or e-mail of a service whose address is not for everybody. A person of the team is the way then."""

from bot.messages import Purpose
from bot.routing import Turn
from content.words import _
from handlers.buttons import MENU, PERSON, buttons
from storage.reaching import RELAY

NO_PAGE = _("D'ici, je ne peux pas t'ouvrir de page. Une personne de l'équipe peut t'aider.")


def no_page(turn: Turn) -> bool:
    """Say that a page cannot be opened, where it cannot; whether it was said."""
    if turn.opens or turn.lane.address.channel != RELAY:
        return False
    turn.reply(NO_PAGE, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
    return True
