"""What was answered last, so that it can be said again in other words: a page, one of its sections, a theme."""

from bot.routing import Turn, beside

SHOWN = "shown"


def remember(turn: Turn, choice: str) -> None:
    """This turn answers what the button `choice` would have answered."""
    turn.lane.state[SHOWN] = [choice, turn.number]


def last(turn: Turn) -> str | None:
    """The button whose answer was the last one given, if it was one of these."""
    kept = turn.lane.state.get(SHOWN)
    return str(kept[0]) if isinstance(kept, list) else None


def keep(turn: Turn) -> None:
    """This turn only asks something about the last answer."""
    if (choice := last(turn)) is not None:
        remember(turn, choice)


@beside
def forget(turn: Turn) -> None:
    """Something else was answered since."""
    kept = turn.lane.state.get(SHOWN)
    if isinstance(kept, list) and kept[1] != turn.number:
        del turn.lane.state[SHOWN]
