"""What stays on a screen: taken away where the channel can, told how to otherwise. Never pretended."""

from bot.messages import Address
from bot.routing import Turn
from content.words import Text, Words, _
from storage import erasing
from storage.erasing import Extent

WIPE = "data:wipe"
WIPE_LABEL = _("Effacer ici")
CANNOT = _("Je ne peux pas effacer à ta place. Voici comment faire.")
HOW = {
    "telegram": _("Dans Telegram : ouvre le menu de cette discussion, en haut, puis efface la discussion."),
    "webchat": _("Ici : dans ton navigateur, efface l'historique et les données de ce site. « Quitter vite », en haut, cache la page tout de suite."),
}
HOW_ELSEWHERE: Text = _("Ouvre le menu de cette discussion, puis efface la discussion.")
_WIPES = frozenset({"telegram"})


def can_wipe(address: Address) -> bool:
    """Whether the messages of this channel can be taken off the person's screen (bot.channels.base.Wipes)."""
    return address.channel in _WIPES


def how(words: Words, address: Address) -> str:
    """How to do it by hand."""
    return words.say(HOW.get(address.channel, HOW_ELSEWHERE))


def wipe(turn: Turn) -> None:
    """Take away what can be, right after this turn; what stays is told then. What the service keeps does not change."""
    erasing.ask(turn.work, turn.lane.person_id, turn.lane.conversation_id, Extent.SCREEN)
