"""Who goes first: the ranks that handlers declare what they answer at (bot/routing.py)."""

from enum import IntEnum


class Rank(IntEnum):
    """Who goes first."""

    STOP = 1
    CRISIS = 2
    ALLOWED = 3
    COMMAND = 4
    QUESTION = 5
    CHOICE = 6
    TEXT = 7
    MEANT = 8
    """What free words surely mean, where nothing answers it better: a module that does it itself declares so at TEXT, with `means`."""
    FALLBACK = 9
