"""Under 15: information, 119, a person, and nothing to tick. No age is ever kept: it is read again in what was said."""

from bot.routing import Turn
from content.understanding.age import age_in
from storage import messages

MAY_CHOOSE_FROM = 15
LOOKED_AT = 200
"""How many of the person's messages are read for an age."""


def too_young_to_choose(turn: Turn) -> bool:
    """Whether the last age this person gave as their own is under 15."""
    said = messages.written(turn.work, turn.lane.conversation_id, LOOKED_AT)
    last = next((age for text in said if (age := age_in(text)) is not None), None)
    return last is not None and last < MAY_CHOOSE_FROM
