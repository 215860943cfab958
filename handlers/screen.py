"""What stays on a screen: taken away where the channel can, told how to otherwise. Never pretended."""

from bot.messages import Address
from bot.routing import Turn
from content.words import Text, Words, _
from storage import erasing
from storage.erasing import Extent

WIPE, WIPE_PAPER = "data:wipe", "data:wipe-paper"
WIPE_LABEL, WIPE_PAPER_LABEL = _("Effacer ici"), _("Oui, efface-le d'ici")
SHARED, SHARED_LABEL = "shared:on", _("Téléphone partagé")
CANNOT = _("Je ne peux pas effacer à ta place. Voici comment faire.")
HOW = {
    "telegram": _("Dans Telegram : ouvre le menu de cette discussion, en haut, puis efface la discussion."),
    "webchat": _("Ici : dans ton navigateur, efface l'historique et les données de ce site. « Quitter vite », en haut, cache la page tout de suite."),
}
HOW_FILE = {
    "telegram": _("Dans Telegram : appuie longtemps sur ton fichier, puis efface-le pour tout le monde."),
    "whatsapp": _("Dans WhatsApp : appuie longtemps sur ton fichier, puis supprime-le pour tout le monde."),
    "messenger": _("Dans Messenger : appuie longtemps sur ton fichier, puis retire-le pour tout le monde."),
}
HOW_FILE_ELSEWHERE: Text = _("Appuie longtemps sur ton fichier, puis efface-le.")
HOW_ELSEWHERE: Text = _("Ouvre le menu de cette discussion, puis efface la discussion.")
_WIPES = frozenset({"telegram"})


def can_wipe(address: Address) -> bool:
    """Whether the messages of this channel can be taken off the person's screen (bot.channels.base.Wipes)."""
    return address.channel in _WIPES


def how(words: Words, address: Address) -> str:
    """How to do it by hand."""
    return words.say(HOW.get(address.channel, HOW_ELSEWHERE))


def how_file(words: Words, address: Address) -> str:
    """The same of one file."""
    return words.say(HOW_FILE.get(address.channel, HOW_FILE_ELSEWHERE))


def wipe_papers(turn: Turn) -> None:
    """Take the files they sent away, once the team has its copy; what stays is told then."""
    erasing.ask(turn.work, turn.lane.person_id, turn.lane.conversation_id, Extent.PAPERS)


def wipe(turn: Turn) -> None:
    """Take away what can be, right after this turn; what stays is told then. What the service keeps does not change."""
    erasing.ask(turn.work, turn.lane.person_id, turn.lane.conversation_id, Extent.SCREEN)
