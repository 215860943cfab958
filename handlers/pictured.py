"""Few words and pictograms: for somebody who sends their voice twice in a row, until they write."""

from bot.messages import Choice, Kind
from bot.routing import Turn, beside
from content.understanding.normalise import simple
from content.words import EASY_FRENCH, FRENCH, Text, _
from handlers.buttons import PERSON, URGENCE, button

FEW = "few_words"
VOICES = "voices"
"""How many voice notes came in a row."""
SWITCH = 2
SOUNDS = frozenset({"voice", "audio", "video_note"})
PRESS = _("Appuie :")
ROWS: tuple[tuple[str, Text], ...] = (
    ("theme:logement", _("🏠 Logement")),
    ("theme:bail", _("🔑 Chez moi")),
    ("theme:argent", _("💶 Argent")),
    ("theme:rendez-vous", _("📅 Rendez-vous")),
    (PERSON, _("🙋 Une personne")),
)


def voice(turn: Turn) -> bool:
    """A voice note, or anything else to be heard."""
    return turn.inbound.kind is Kind.MEDIA and any(attachment.kind in SOUNDS for attachment in turn.inbound.attachments)


def few(turn: Turn) -> bool:
    """Whether this person is answered with few words: they sent their voice before, and do not write now."""
    if _writes(turn):
        return False
    return bool(turn.lane.state.get(FEW)) or (voice(turn) and _voices(turn) + 1 >= SWITCH)


def rows(turn: Turn) -> tuple[Choice, ...]:
    """« Urgence » and five pictograms, each with a word."""
    return (button(turn, URGENCE), *(Choice(name, turn.words.say(label)) for name, label in ROWS))


def language(turn: Turn) -> str:
    """The language of pages: the easy one for few words."""
    return EASY_FRENCH if turn.language == FRENCH and few(turn) else turn.language


def drawn(turn: Turn) -> str | None:
    """The id of the row whose pictogram was sent alone."""
    sent = turn.text.strip().rstrip("\ufe0f")
    if turn.inbound.kind not in (Kind.TEXT, Kind.EDITED) or len(sent) != 1:
        return None
    return next((name for name, label in ROWS if label.msgid.startswith(sent)), None)


@beside
def listen(turn: Turn) -> None:
    """Two in a row switch to few words; anything written switches back."""
    state = turn.lane.state
    if voice(turn):
        state[VOICES] = _voices(turn) + 1
        state[FEW] = state.get(FEW) or _voices(turn) >= SWITCH
    else:
        state.pop(VOICES, None)
    if _writes(turn) or not state.get(FEW):
        state.pop(FEW, None)


def _voices(turn: Turn) -> int:
    return int(str(turn.lane.state.get(VOICES) or 0))


def _writes(turn: Turn) -> bool:
    """Words of their own: not a button's label, not a pictogram."""
    return turn.inbound.kind in (Kind.TEXT, Kind.EDITED) and turn.choice is None and bool(simple(turn.text))
