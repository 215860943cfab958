"""By which address somebody may be written to first: of those that neither stopped nor blocked us, the one they wrote from last.

Many people at a time: what falls due falls due together.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from storage import tables
from storage.columns import from_moment
from storage.engine import Work, among, statement, table

ADDRESS, LINK, CONVERSATION, CRISIS = (table(noun) for noun in (tables.Address, tables.Link, tables.Conversation, tables.Crisis))

_OF = among(LINK.c.person_id, "people")
_COLUMNS = (LINK.c.person_id, *(ADDRESS.c[name] for name in ("id", "channel", "opted_out_at", "blocked_at", "last_inbound_at")))
_WAYS = select(*_COLUMNS).select_from(LINK.join(ADDRESS, ADDRESS.c.id == LINK.c.address_id)).where(LINK.c.until.is_(None))
WAYS_OF = statement(sqlite=_WAYS.where(_OF.sqlite), postgresql=_WAYS.where(_OF.postgresql))
_IN = among(CRISIS.c.conversation_id, "conversations")
_DANGERS = select(CRISIS.c.conversation_id, CRISIS.c.quiet_until, CRISIS.c.watched_phone, CRISIS.c.how_to_answer).order_by(CRISIS.c.id)
DANGERS_IN = statement(sqlite=_DANGERS.where(_IN.sqlite), postgresql=_DANGERS.where(_IN.postgresql))


class Silent(StrEnum):
    """Why nobody can be written to first: no address left, each blocked us, or each said STOP."""

    NOWHERE = "unreachable"
    BLOCKED = "blocked"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Care:
    """What a danger told of in a conversation asks for. `guarded`: a colleague decides whether it is written to. `calm_until`: a week after."""

    guarded: bool
    calm_until: datetime | None


def ways(work: Work, people: Collection[int], first: frozenset[str]) -> Mapping[int, int | Silent]:
    """The address of each person, or why there is none. The channels of `first` bring a message to who is not looking, and come before others."""
    known: dict[int, list[Sequence[object]]] = defaultdict(list)
    for row in work.execute(WAYS_OF, {"people": json.dumps(sorted(people))}).fetchall() if people else ():
        known[row[0]].append(row)
    return {person: _way(known[person], first) for person in people}


def _way(rows: Sequence[Sequence[object]], first: frozenset[str]) -> int | Silent:
    free = [row for row in rows if row[3] is None and row[4] is None]
    if free:
        return int(str(max(free, key=lambda row: (row[2] in first, row[5] or 0, row[1]))[1]))
    if any(row[3] is not None for row in rows):
        return Silent.STOPPED
    return Silent.BLOCKED if rows else Silent.NOWHERE


def care(work: Work, conversations: Collection[int]) -> Mapping[int, Care]:
    """The conversations among these in which a danger was told of, with what the newest of them asks for."""
    found: dict[int, Care] = {}
    for row in work.execute(DANGERS_IN, {"conversations": json.dumps(sorted(conversations))}).fetchall() if conversations else ():
        watched = row[2] is not None and work.vault.open("crisis.watched_phone", row[2]) == "yes"
        found[row[0]] = Care(watched or row[3] is not None, None if row[1] is None else from_moment(row[1]))
    return found
