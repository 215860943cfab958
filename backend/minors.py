"""Whether a thread is about a minor in danger: what the robot saw, or any danger together with an age that the person gave."""

from collections.abc import Callable

from content.library import Library
from content.understanding.age import MAJORITY, age_in
from storage import crises, messages, threads
from storage.engine import Work

LOOKED_AT = 200
"""How many of the person's messages are read for an age, in each conversation. No age is ever kept: it is read again in what was said."""


class Minors:
    """Says it of a thread, with the dangers as the texts are now."""

    def __init__(self, library: Callable[[], Library]) -> None:
        self._library = library

    def __call__(self, work: Work, thread_id: int) -> bool:
        """Whether a danger of a minor was seen in it, or any danger of somebody whose last age given there is under 18."""
        seen = crises.seen_in(work, thread_id)
        if not seen:
            return False
        return not seen.isdisjoint(self._library().crises.minors) or any(
            _under_age(work, conversation) for conversation in threads.conversations(work, thread_id)
        )


def _under_age(work: Work, conversation_id: int) -> bool:
    said = messages.written(work, conversation_id, LOOKED_AT)
    last = next((age for text in said if (age := age_in(text)) is not None), None)
    return last is not None and last < MAJORITY
