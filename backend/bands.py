"""What stands at the top of every page of the desk until somebody has seen to it."""

from collections.abc import Callable
from dataclasses import dataclass

from backend import first_day
from content.library import Library
from storage import busy, hours, signatures, standings, switches, tasks
from storage.caseworkers import Member, Role
from storage.engine import Work
from storage.switches import Switch


@dataclass(frozen=True, slots=True)
class Bands:
    """`texts` and `hours`: the head's signature is missing under what is said in danger, under the hours of the week. `to_do`: open tasks.

    `answered`: how many of the first day's questions, until it is over. `on`: what the head turned on.
    """

    texts: bool
    hours: bool
    to_do: int
    answered: int
    first_day: bool
    on: frozenset[Switch]
    unread: bool
    """A calendar kept elsewhere (one's own; of anybody for the head) was not read for a day."""
    applications: bool
    """A provider has said how we stand with it."""

    @property
    def workshops(self) -> bool:
        return Switch.WORKSHOPS in self.on


def read(work: Work, member: Member, library: Callable[[], Library], *, alerts_elsewhere: bool) -> Bands:
    """What this member has to know on every page. `alerts_elsewhere` as for the first day."""
    day = first_day.day(work, alerts_elsewhere=alerts_elsewhere)
    return Bands(
        texts=not signatures.signed(work, library().crises.fingerprint),
        hours=hours.signature(work) is None,
        to_do=tasks.count(work, member) if member.reads else 0,
        answered=len(day.answered),
        first_day=not day.over,
        on=frozenset(switch for switch in Switch if switches.on(work, switch)),
        unread=busy.any_ill(work, None if member.role is Role.HEAD else member.id) if member.reads else False,
        applications=standings.known(work),
    )
