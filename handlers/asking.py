"""What is asked: of us, in words; by us, where the answer changes something."""

from collections.abc import Callable

from bot.messages import Kind
from bot.routing import Test, Turn, question


def in_words(asks: Callable[[str], bool]) -> Test:
    """Something written asks for this (`content.understanding.asking`), wherever the conversation stands."""
    return lambda turn: turn.inbound.kind in (Kind.TEXT, Kind.EDITED) and asks(turn.text)


def answered(*ids: str) -> Test:
    """A button of one of these questions, or words written right after it: somebody else who spoke since was answered instead."""
    still_open = question(*ids)

    def holds(turn: Turn) -> bool:
        asked = turn.question
        return still_open(turn) and asked is not None and (turn.choice is not None or asked.last == turn.number - 1)

    return holds
