"""By which address somebody may be written to first: of those that neither stopped nor blocked us and that nobody else reads, the one they chose, or
else the one they wrote from last.

Many people at a time: what falls due falls due together.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from storage import consents, tables
from storage.columns import from_moment
from storage.consents import Choice
from storage.engine import Work, among, statement, table

ADDRESS, LINK, CONVERSATION, CRISIS = (table(noun) for noun in (tables.Address, tables.Link, tables.Conversation, tables.Crisis))
PERSON = table(tables.Person)
WAYS = "person.ways"
RELAY = "relay"

_OF = among(LINK.c.person_id, "people")
_NAMES = ("id", "channel", "opted_out_at", "blocked_at", "last_inbound_at", "shared")
_COLUMNS = (LINK.c.person_id, *(ADDRESS.c[name] for name in _NAMES), PERSON.c.ways)
_LINKED = LINK.join(ADDRESS, ADDRESS.c.id == LINK.c.address_id).join(PERSON, PERSON.c.id == LINK.c.person_id)
_WAYS = select(*_COLUMNS).select_from(_LINKED).where(LINK.c.until.is_(None))
WAYS_OF = statement(sqlite=_WAYS.where(_OF.sqlite), postgresql=_WAYS.where(_OF.postgresql))
_IN = among(CONVERSATION.c.id, "conversations")
_MINE, _OTHER = LINK.alias(), CONVERSATION.alias()
_TOLD_OF = (
    CONVERSATION.join(LINK, LINK.c.id == CONVERSATION.c.link_id)
    .join(_MINE, _MINE.c.person_id == LINK.c.person_id)
    .join(_OTHER, _OTHER.c.link_id == _MINE.c.id)
    .join(CRISIS, CRISIS.c.conversation_id == _OTHER.c.id)
)
_DANGER_COLUMNS = (CONVERSATION.c.id, _OTHER.c.id, CRISIS.c.quiet_until, CRISIS.c.watched_phone, CRISIS.c.how_to_answer)
_DANGERS = select(*_DANGER_COLUMNS).select_from(_TOLD_OF).order_by(CRISIS.c.id)
DANGERS_IN = statement(sqlite=_DANGERS.where(_IN.sqlite), postgresql=_DANGERS.where(_IN.postgresql))


class Silent(StrEnum):
    """Why nobody can be written to first: no address left, each blocked us, each said STOP, or others read wherever they may be written to."""

    NOWHERE = "unreachable"
    BLOCKED = "blocked"
    STOPPED = "stopped"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Care:
    """What a danger told of by somebody asks for. `guarded`: a colleague decides whether they are written to. `calm_until`: a week after."""

    guarded: bool
    calm_until: datetime | None


def ways(work: Work, people: Collection[int], first: frozenset[str]) -> Mapping[int, int | Silent]:
    """The address of each person, or why there is none. The channels of `first` bring a message to who is not looking, and come before others that
    nobody chose."""
    known: dict[int, list[Sequence[object]]] = defaultdict(list)
    for row in work.execute(WAYS_OF, {"people": json.dumps(sorted(people))}).fetchall() if people else ():
        known[row[0]].append(row)
    return {person: _way(work, known[person], first) for person in people}


def order(work: Work, person_id: int, first: frozenset[str] = frozenset()) -> tuple[int, ...]:
    """Every address by which this person may be written to first, the best way first."""
    rows = work.execute(WAYS_OF, {"people": json.dumps([person_id])}).fetchall()
    return tuple(int(str(row[1])) for row in _sorted(work, _free(work, rows), first))


def prefer(work: Work, person_id: int, address_id: int) -> None:
    """Write to them by this address before any other, from now on."""
    person = work.session.get_one(tables.Person, person_id)
    others = [each for each in _chosen(work, person.ways) if each != address_id]
    person.ways = work.vault.seal(WAYS, json.dumps([address_id, *others]))
    work.session.flush()


def chosen(work: Work, person_id: int) -> tuple[int, ...]:
    """The addresses somebody asked to be written to by, the last asked for first; some of them may be theirs no more."""
    return tuple(_chosen(work, work.session.get_one(tables.Person, person_id).ways))


def _chosen(work: Work, ways: object) -> list[int]:
    return list(json.loads(work.vault.open(WAYS, ways))) if isinstance(ways, bytes) else []


def _free(work: Work, rows: Sequence[Sequence[object]]) -> list[Sequence[object]]:
    """Where they may be written to. An SMS or an e-mail beside an application only where they said yes to it; STOP in one holds there too."""
    free = [row for row in rows if row[3] is None and row[4] is None and row[6] is None]
    if all([row[2] != RELAY for row in free]) or not (apps := [row for row in rows if row[2] != RELAY]):
        return free
    person = int(str(rows[0][0]))
    stopped = any(row[3] is not None for row in apps)
    if not stopped and Choice.FALLBACK in consents.chosen_by(work, {person}).get(person, frozenset()):
        return free
    return [row for row in free if row[2] != RELAY]


def _rings(channel: object, first: frozenset[str]) -> int:
    """How surely it reaches who is not looking: an application before an SMS or an e-mail, those before a page one has to come back to."""
    return 2 if channel in first else int(channel == RELAY)


def _sorted(work: Work, free: Sequence[Sequence[object]], first: frozenset[str]) -> list[Sequence[object]]:
    asked = _chosen(work, free[0][7]) if len(free) > 1 else []
    rank = {address: -place for place, address in enumerate(asked)}
    return sorted(free, key=lambda row: (row[1] in rank, rank.get(int(str(row[1])), 0), _rings(row[2], first), row[5] or 0, row[1]), reverse=True)


def _way(work: Work, rows: Sequence[Sequence[object]], first: frozenset[str]) -> int | Silent:
    free = _free(work, rows)
    if len(free) == 1:  # nearly everybody, of many
        return int(str(free[0][1]))
    if free:
        return int(str(_sorted(work, free, first)[0][1]))
    if any(row[6] is not None and row[3] is None and row[4] is None for row in rows):
        return Silent.SHARED
    if any(row[3] is not None for row in rows):
        return Silent.STOPPED
    return Silent.BLOCKED if rows else Silent.NOWHERE


def care(work: Work, conversations: Collection[int]) -> Mapping[int, Care]:
    """The conversations among these whose person told of a danger, here or in another app, with what the newest of each app asks for."""
    found: dict[int, dict[int, Care]] = defaultdict(dict)
    for row in work.execute(DANGERS_IN, {"conversations": json.dumps(sorted(conversations))}).fetchall() if conversations else ():
        watched = row[3] is not None and work.vault.open("crisis.watched_phone", row[3]) == "yes"
        found[row[0]][row[1]] = Care(watched or row[4] is not None, None if row[2] is None else from_moment(row[2]))
    return {conversation: _both(told.values()) for conversation, told in found.items()}


def _both(told: Collection[Care]) -> Care:
    return Care(any(each.guarded for each in told), max((each.calm_until for each in told if each.calm_until is not None), default=None))
