"""Two needs in one message: the first is answered, the second is a button under it."""

from collections.abc import Sequence

from bot.messages import Choice
from bot.routing import Turn, beside
from content.words import _
from handlers.meant import free_words, named
from handlers.open_danger import in_danger

ALSO = _("Tu parlais aussi de : {sujet}.")


def second(turn: Turn) -> Choice | None:
    """The button of the other need of these words, where they hold one that has a button."""
    label = turn.meaning.second
    if label is None or label == turn.meaning.label or not free_words(turn) or in_danger(turn):
        return None
    return named(turn, label)


def also(turn: Turn, offered: Sequence[Choice] = ()) -> tuple[list[str], list[Choice]]:
    """The line and the button to put under the answer to the first need; nothing for words with one need, or where it is `offered` already."""
    choice = second(turn)
    return ([], []) if choice is None or choice in offered else ([turn.words.say(ALSO, sujet=choice.label)], [choice])


@beside
def offer(turn: Turn) -> None:
    """Under an answer that had no place for it."""
    choice = second(turn)
    if choice is None or (turn.asks and turn.waiting is None) or turn.lane.human or any(choice in said.choices for said in turn.said):
        return
    turn.reply(ALSO, choice, sujet=choice.label)
