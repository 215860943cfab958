"""The language a conversation is held in, as every capability may ask: whether it was chosen, and which one somebody writes."""

from content.understanding.language import language_of
from content.words import FRENCH
from storage.lanes import Lane

CHOSEN = "language_chosen"
"""In a conversation's state once its person chose the language: nothing else changes it."""


def plain_language(language: str) -> str:
    """« fr » for fr-facile: what a text is written in."""
    return language.partition("-")[0]


def choose(lane: Lane, language: str) -> None:
    """Speak this language from now on."""
    lane.language = language
    lane.state[CHOSEN] = True


def follow(lane: Lane, text: str) -> None:
    """In a danger there is no time to ask: answer in the language of the words, unless another was chosen."""
    written = language_of(text)
    if written is not None and written != plain_language(lane.language) and not lane.state.get(CHOSEN):
        lane.language = written


def is_french(language: str) -> bool:
    return plain_language(language) == FRENCH
