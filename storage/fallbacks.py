"""Where else somebody may be written to, where one way is shut, in the order they chose: another app of theirs, an SMS or an e-mail, or a call.

What they chose is sealed on the person. An SMS or an e-mail is used for who said yes to it (`consents.Choice.FALLBACK`), and after the apps unless it
was chosen; a call means that nothing goes by another way, and a colleague calls.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from storage import consents, reaching, tables
from storage.columns import from_moment
from storage.consents import Choice
from storage.engine import Work, statement, table
from storage.reaching import RELAY

ADDRESS, LINK, CONVERSATION, PERSON = (table(noun) for noun in (tables.Address, tables.Link, tables.Conversation, tables.Person))
PLACE = "person.otherwise"
CALL = "call"
"""Nothing by another way: somebody of the team calls."""
_COLUMNS = (
    *(ADDRESS.c[name] for name in ("id", "channel", "account", "opted_out_at", "blocked_at", "last_inbound_at", "shared")),
    CONVERSATION.c.id.label("conversation_id"),
    LINK.c.person_id,
)
_JOINED = ADDRESS.join(LINK, (LINK.c.address_id == ADDRESS.c.id) & LINK.c.until.is_(None)).join(CONVERSATION, CONVERSATION.c.link_id == LINK.c.id)
OTHERS = statement(
    select(*_COLUMNS).select_from(_JOINED).where(LINK.c.person_id == bindparam("person"), ADDRESS.c.id != bindparam("here")).order_by(ADDRESS.c.id)
)
_HERE = statement(select(*_COLUMNS).select_from(_JOINED).where(CONVERSATION.c.id == bindparam("conversation")))
_CHOSEN = statement(select(PERSON.c.otherwise, PERSON.c.ways).where(PERSON.c.id == bindparam("person")))
_CHOOSE = statement(update(PERSON).where(PERSON.c.id == bindparam("person")).values(otherwise=bindparam("otherwise")))


@dataclass(frozen=True, slots=True)
class Other:
    """One more address of somebody. `accepted`: they wrote from there, or said yes to it. `watched`: somebody else may read there, or they said how
    to be written to."""

    address_id: int
    channel: str
    account: str
    opted_out: bool
    blocked: bool
    last_inbound_at: datetime | None
    accepted: bool
    watched: bool

    @property
    def name(self) -> str:
        """What it is chosen as: an app by its channel, an SMS and an e-mail by what they are."""
        return name_of(self.channel, self.account)


def name_of(channel: str, account: str) -> str:
    """The name a way is chosen by."""
    return f"{channel}:{account}" if channel == RELAY else channel


def chosen(work: Work, person_id: int) -> str:
    """What somebody chose, "" for nothing: `CALL`, or the name of a way."""
    return _order(work, person_id)[0]


def _order(work: Work, person_id: int) -> tuple[str, Sequence[int]]:
    """What they chose, and their apps in the order in which they want to be written to."""
    row = work.execute(_CHOSEN, {"person": person_id}).fetchone()
    if row is None:
        return "", ()
    open_ = work.vault.open
    return "" if row[0] is None else open_(PLACE, row[0]), () if row[1] is None else json.loads(open_("person.ways", row[1]))


def choose(work: Work, person_id: int, name: str) -> None:
    """Keep what they chose; "" takes it back."""
    work.execute(_CHOOSE, {"person": person_id, "otherwise": work.vault.seal(PLACE, name) if name else None})


def others(work: Work, person_id: int, here: int) -> tuple[Other, ...]:
    """Every other address, the chosen one first, then the apps by how lately they wrote there; none where they chose a call."""
    found = known(work, person_id, here)
    if not found:
        return ()
    wanted, order = _order(work, person_id)
    place = {address_id: nth for nth, address_id in enumerate(order)}

    def rank(other: Other) -> tuple[object, ...]:
        return (other.name != wanted, other.channel == RELAY, place.get(other.address_id, len(place)), -_heard(other))

    return () if wanted == CALL else tuple(sorted(found, key=rank))


def known(work: Work, person_id: int, here: int) -> tuple[Other, ...]:
    """Every other address of somebody, in no order that means anything."""
    rows = work.execute(OTHERS, {"person": person_id, "here": here}).fetchall()
    if not rows:
        return ()
    said_yes = Choice.FALLBACK in consents.chosen_by(work, {person_id}).get(person_id, frozenset())
    care = reaching.care(work, {row[7] for row in rows})
    return tuple(
        Other(
            address_id=row[0],
            channel=row[1],
            account=row[2],
            opted_out=row[3] is not None,
            blocked=row[4] is not None,
            last_inbound_at=None if row[5] is None else from_moment(row[5]),
            accepted=row[1] != RELAY or said_yes,
            watched=row[6] is not None or (row[7] in care and care[row[7]].guarded),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Here:
    """The address a conversation is held at, looked at without being held."""

    address_id: int
    person_id: int
    channel: str
    account: str
    blocked: bool
    last_inbound_at: datetime | None


def here(work: Work, conversation_id: int) -> Here | None:
    """Where a conversation is held, None where it is nobody's any more."""
    row = work.execute(_HERE, {"conversation": conversation_id}).fetchone()
    return None if row is None else Here(row[0], row[8], row[1], row[2], row[4] is not None, None if row[5] is None else from_moment(row[5]))


def _heard(other: Other) -> float:
    return 0.0 if other.last_inbound_at is None else other.last_inbound_at.timestamp()
