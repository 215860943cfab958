"""When Python looks for what nobody holds any more: seldom while a process starts, for nearly all that it makes then stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

USUAL = gc.get_threshold()
"""Python's own, read before anybody changed it."""
SELDOM = 100_000
"""Objects made since the last look before the next one: Python's own few hundred have it look a thousand times at what was only just imported."""


@contextmanager
def seldom() -> Iterator[None]:
    """For the block, or until `settle`."""
    gc.set_threshold(SELDOM, *USUAL[1:])
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)


def settle() -> None:
    """What start-up made and the process keeps is looked through once more, then never: that stops every thread for a fifth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*USUAL)
