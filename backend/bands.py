"""What stands at the top of every page of the desk until somebody has seen to it."""

from collections.abc import Callable
from dataclasses import dataclass

from content.library import Library
from storage import hours, signatures, tasks
from storage.caseworkers import Member
from storage.engine import Work


@dataclass(frozen=True, slots=True)
class Bands:
    """`texts` and `hours`: the head's signature is missing under what is said in danger, under the hours of the week. `to_do`: open tasks."""

    texts: bool
    hours: bool
    to_do: int


def read(work: Work, member: Member, library: Callable[[], Library]) -> Bands:
    """What this member has to know on every page."""
    texts = not signatures.signed(work, library().crises.fingerprint)
    return Bands(texts, hours.signature(work) is None, tasks.count(work, member) if member.reads else 0)
