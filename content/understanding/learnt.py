"""Where what was learnt is kept: a file for each state of the examples and of the code that reads them, made once, by `make setup` or at a start."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from bot.errors import ContentError
from content.understanding import answering
from content.understanding.examples import HERE, fingerprint
from content.understanding.model import ANSWERS, MEANINGS, Model, Weights, load, load_seen
from content.understanding.spelling import Spelling

log = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]
T = TypeVar("T")
BESIDE = Path(__file__).with_name(".learnt")


@lru_cache(maxsize=1)
def learnt() -> Model:
    """The model of the tree's examples, read once in a process; learnt now where it is not kept yet. Raises ContentError."""
    return _read(lambda file: Model(load(file, MEANINGS)))


@lru_cache(maxsize=1)
def learnt_answers() -> tuple[Weights, Spelling]:
    """The same for the answers about an appointment, with the spelling of their words."""
    return _read(lambda file: (Weights(load(file, ANSWERS), answering.of), Spelling(load_seen(file))))


def prepared() -> Path:
    """The file of what was learnt, made now where it is not there: about a minute, in a process of its own. Raises ContentError."""
    file = _kept()
    if not file.exists():
        log.warning("learning to read messages, once for this version", extra={"action": "learning"})
        _learn(file)
    return file


def _read(what: Callable[[Path], T]) -> T:
    file = prepared()
    try:
        return what(file)
    except (OSError, KeyError, ValueError) as fault:
        raise ContentError(f"{file}:1: what was learnt cannot be read: remove this file, it is made again") from fault


def _kept() -> Path:
    """Its file: beside the examples, or where a user's programs keep such things if nothing may be written there."""
    name = f"{fingerprint()}.npz"
    if (BESIDE / name).exists() or os.access(HERE.parent, os.W_OK):
        return BESIDE / name
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "palier" / name


def _learn(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "content.understanding.training", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - a module of ours
    if done.returncode:
        raise ContentError(f"{HERE}:1: nothing could be learnt from the examples:\n{done.stderr[-2000:]}")
    for old in file.parent.glob("*.npz"):
        if old != file:
            old.unlink(missing_ok=True)


if __name__ == "__main__":
    prepared()
