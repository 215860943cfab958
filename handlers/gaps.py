"""Questions the robot did not understand, kept apart from the conversation so that the team sees what to write next (storage/gaps.py).

Nothing of a danger is: no words that show one, none said in a conversation that is in one or was these last days. Looks at answers, and says nothing.
"""

from collections.abc import Collection

from bot.messages import Kind
from bot.routing import ROW, Turn, beside
from content.understanding.meaning import Certainty
from handlers.fallback import MISSED
from handlers.information import NOT_THAT
from handlers.open_danger import in_danger
from storage import crises, gaps, messages
from storage.gaps import Missed

ASKED = "asked"
"""The number of the last words that were understood, and the pages they may have meant: « Ce n'est pas ça » may follow."""


@beside
def keep_what_was_missed(turn: Turn) -> None:
    """Keep words that were answered by « je n'ai pas compris », and those whose page was not it."""
    if turn.choice is not None:
        if turn.choice.startswith(NOT_THAT):
            _not_that(turn, turn.choice.removeprefix(NOT_THAT))
    elif turn.inbound.kind in (Kind.TEXT, Kind.EDITED):
        _said(turn)


def _said(turn: Turn) -> None:
    turn.lane.state.pop(ASKED, None)
    labels = [candidate.label for candidate in turn.meaning.candidates]
    if _counted_as_missed(turn) and not _offers(turn, labels):
        _miss(turn, Missed.NOT_UNDERSTOOD, turn.text)
    elif turn.meaning.certainty is not Certainty.NONE:
        turn.lane.state[ASKED] = [turn.number, labels]


def _not_that(turn: Turn, page: str) -> None:
    """The page was proposed for the last words, or opened by a button, behind which there are none."""
    kept = turn.lane.state.get(ASKED)
    text = ""
    if isinstance(kept, list) and page in kept[1]:
        del turn.lane.state[ASKED]
        said = messages.read_content(turn.work, turn.lane.conversation_id, int(kept[0]))
        text = said.text if said is not None else ""
    _miss(turn, Missed.NOT_THAT, text)


def _counted_as_missed(turn: Turn) -> bool:
    """The answer just given was one more « je n'ai pas compris »."""
    row = turn.lane.state.get(ROW)
    return isinstance(row, list) and row[0] == MISSED


def _offers(turn: Turn, labels: Collection[str]) -> bool:
    """What the words may mean is proposed, as buttons: that is no answer yet, nor a miss."""
    return any(choice.id.rpartition(":")[2] in labels for said in turn.said for choice in said.choices)


def _miss(turn: Turn, missed: Missed, text: str) -> None:
    """Count it, and keep the words, if there are some; nothing where a danger is near."""
    calm_until = crises.calm_until(turn.work, turn.lane.conversation_id)
    if in_danger(turn) or (calm_until is not None and calm_until > turn.now):
        return
    gaps.count(turn.work, missed)
    if text and turn.library.danger.find(text) is None:
        names = () if turn.inbound.name is None else (turn.inbound.name,)
        gaps.keep(turn.work, turn.lane.person_id, text, turn.meaning.language or turn.language, names)
