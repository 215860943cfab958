"""Questions whose answer changes something: words count only right after them, a button as long as they are open."""

from bot.routing import Test, Turn, question


def answered(*ids: str) -> Test:
    """A button of one of these questions, or words written right after it: somebody else who spoke since was answered instead."""
    still_open = question(*ids)

    def holds(turn: Turn) -> bool:
        asked = turn.question
        return still_open(turn) and asked is not None and (turn.choice is not None or asked.number == turn.number - 1)

    return holds
