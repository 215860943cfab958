"""A question of ours that something else was said to: what was asked meanwhile is answered, then the question comes again."""

from bot.routing import Turn, beside
from content.words import _

RESUME = _("On reprend : {question}")


@beside
def resume(turn: Turn) -> None:
    """The question that still waits, said again under the answer. Looks last, so that nothing comes between it and the words that follow."""
    if turn.said and not turn.lane.human:
        turn.ask_again(RESUME)
