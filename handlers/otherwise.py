"""« Si l'appli ne peut pas »: which other way of theirs somebody wants then, or a call. One press, kept sealed; another changes it."""

from bot.messages import Choice, Purpose
from bot.routing import Rank, Turn, choices, on
from content.words import Text, _
from handlers.buttons import DATA, MENU, button, buttons
from handlers.notice import notice
from storage import fallbacks

ASK, BY = "otherwise", "otherwise:by:"
ASK_LABEL = _("Si l'appli ne peut pas")
WHICH = _("Parfois cette appli ne laisse pas passer un rappel. Dans ce cas, on fait comment ?")
NOTED = _("C'est noté. Tu peux changer quand tu veux, dans « Mes choix ».")
A_CALL = _("On m'appelle")
NAMES: dict[str, Text] = {
    "telegram": _("Par Telegram"),
    "whatsapp": _("Par WhatsApp"),
    "messenger": _("Par Messenger"),
    "webchat": _("Sur le chat du site"),
    "relay:sms": _("Par SMS"),
    "relay:email": _("Par e-mail"),
}


def otherwise_offered(turn: Turn) -> tuple[Choice, ...]:
    """The button under « Mes choix », where there is something to choose between."""
    return (button(turn, ASK, ASK_LABEL),) if _ways(turn) else ()


def _ways(turn: Turn) -> tuple[str, ...]:
    found = fallbacks.known(turn.work, turn.lane.person_id, turn.lane.address_id)
    return tuple(dict.fromkeys(other.name for other in found if other.accepted and not other.watched and other.name in NAMES))


@on(Rank.ALLOWED, choices(ASK))
def ask(turn: Turn) -> None:
    """Their own ways, and a call."""
    offered = [button(turn, f"{BY}{name}", NAMES[name]) for name in _ways(turn)]
    call = button(turn, f"{BY}{fallbacks.CALL}", A_CALL)
    turn.reply(WHICH, *offered, call, *buttons(turn, DATA), ends=True, purpose=Purpose.SERVICE)


@on(Rank.ALLOWED, lambda turn: turn.choice is not None and turn.choice.startswith(BY))
def choose(turn: Turn) -> None:
    """Kept at once; a way that is theirs no more is asked for again."""
    name = (turn.choice or "").removeprefix(BY)
    if name != fallbacks.CALL and name not in _ways(turn):
        ask(turn)
        return
    before = notice(turn)
    fallbacks.choose(turn.work, turn.lane.person_id, name)
    turn.reply_content(before + turn.words.say(NOTED), *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
