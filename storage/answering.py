"""By which of their apps somebody may be answered: each is looked at without being held, and has a name that a form may carry."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from storage import reaching, tables
from storage.engine import Work, statement, table
from storage.threads import PRIVATE

ADDRESS, LINK, CONVERSATION = (table(noun) for noun in (tables.Address, tables.Link, tables.Conversation))
_COLUMNS = (ADDRESS.c.id, ADDRESS.c.channel, ADDRESS.c.account, ADDRESS.c.shared, CONVERSATION.c.id.label("conversation"))
_JOINED = ADDRESS.join(LINK, LINK.c.address_id == ADDRESS.c.id).join(CONVERSATION, CONVERSATION.c.link_id == LINK.c.id)
_OF = statement(
    select(*_COLUMNS)
    .select_from(_JOINED)
    .where(LINK.c.person_id == bindparam("person"), LINK.c.until.is_(None), LINK.c.proof != PRIVATE)
    .order_by(ADDRESS.c.id)
)


@dataclass(frozen=True, slots=True)
class Road:
    """One app of somebody. `name` tells it from their others (« telegram », « telegram.2 », « relay.sms »); `preferred`: where they asked to be
    written to first; `watched`: somebody else may read there, or they said when to be written to."""

    name: str
    channel: str
    account: str
    address_id: int
    conversation_id: int
    preferred: bool
    watched: bool


def roads(work: Work, person_id: int) -> tuple[Road, ...]:
    """Every app of somebody, in the order in which they came to it. No private page: what is answered goes there while one is open."""
    rows = work.execute(_OF, {"person": person_id}).fetchall()
    care = reaching.care(work, {row[4] for row in rows})
    first = next(iter(reaching.chosen(work, person_id)), None) if rows else None
    seen: Counter[str] = Counter()
    found = []
    for address_id, channel, account, shared, conversation in rows:
        bare = f"{channel}.{account}" if channel == reaching.RELAY else str(channel)
        seen[bare] += 1
        name = bare if seen[bare] == 1 else f"{bare}.{seen[bare]}"
        watched = shared is not None or (conversation in care and care[conversation].guarded)
        found.append(Road(name, channel, account, address_id, conversation, address_id == first, watched))
    return tuple(found)


def find(work: Work, person_id: int, name: str) -> Road | None:
    """The app of this name, None where they have none such any more."""
    return next((road for road in roads(work, person_id) if road.name == name), None)
