"""Monthly counts: what is left of events once their time is over. They name nobody, and are shown from five on."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import bindparam, select

from bot.rules.keeping import SHOWN_FROM
from storage import tables
from storage.engine import Work, table, upsert

COUNT, EVENT, CONVERSATION, LINK, ADDRESS, RANGE = (
    table(noun) for noun in (tables.MonthlyCount, tables.Event, tables.Conversation, tables.Link, tables.Address, tables.ThreadRange)
)
PLACE = "monthly_count.subject"
_KEY = ("month", "kind", "channel", "subject_key")
_ADD = upsert(
    lambda insert: (
        insert(COUNT)
        .values({name: bindparam(name) for name in (*_KEY, "subject", "number")})
        .on_conflict_do_update(index_elements=_KEY, set_={"number": COUNT.c.number + bindparam("number")})
    )
)
_CHANNEL = select(LINK.c.id, ADDRESS.c.channel).join(ADDRESS, ADDRESS.c.id == LINK.c.address_id).subquery()


@dataclass(frozen=True, slots=True)
class Figure:
    """How often. `month` is « 2026-03 », `subject` which page, theme or motive ("" for none); `channel` "" where there was none."""

    month: str
    kind: str
    channel: str
    subject: str
    number: int


def count_events(work: Work, ids: Iterable[int], zone: tzinfo) -> int:
    """Add these events to their months (of the clocks of `zone`); how many they were. The caller removes them in the same unit."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    for event_id in ids:
        row = work.session.execute(select(EVENT).where(EVENT.c.id == event_id)).one()
        subject = "" if row.detail is None else work.vault.open("event.detail", row.detail)
        found[row.at.astimezone(zone).strftime("%Y-%m"), row.kind, _channel(work, row.conversation_id, row.thread_id), subject] += 1
    for (month, kind, channel, subject), number in found.items():
        add(work, Figure(month, kind, channel, subject, number))
    return found.total()


def add(work: Work, figure: Figure) -> None:
    """Add to a count, made where it is the first of its month."""
    values = {
        "month": figure.month,
        "kind": figure.kind,
        "channel": figure.channel,
        "subject": work.vault.seal(PLACE, figure.subject) if figure.subject else None,
        "subject_key": work.vault.lookup("monthly_count.subject_key", figure.subject),
        "number": figure.number,
    }
    work.execute(_ADD, values)


def figures(work: Work) -> list[Figure]:
    """The counts that may be shown: none under five."""
    return [figure for figure in of_kind(work) if figure.number >= SHOWN_FROM]


def of_kind(work: Work, kind: str | None = None, since: str = "") -> list[Figure]:
    """The counts of a kind (None: all) from a month on, the smallest too: to set things in order by, never to be shown."""
    asked = select(COUNT).where(COUNT.c.month >= since).order_by(COUNT.c.month, COUNT.c.kind, COUNT.c.id)
    rows = work.session.execute(asked if kind is None else asked.where(COUNT.c.kind == kind)).all()
    return [Figure(row.month, row.kind, row.channel, "" if row.subject is None else work.vault.open(PLACE, row.subject), row.number) for row in rows]


def _channel(work: Work, conversation_id: int | None, thread_id: int | None) -> str:
    """The channel an event came by: its conversation's, else the first its thread ran through."""
    if conversation_id is None and thread_id is not None:
        first = select(RANGE.c.conversation_id).where(RANGE.c.thread_id == thread_id).order_by(RANGE.c.id).limit(1)
        conversation_id = work.session.execute(first).scalar()
    if conversation_id is None:
        return ""
    found = select(_CHANNEL.c.channel).join(CONVERSATION, CONVERSATION.c.link_id == _CHANNEL.c.id).where(CONVERSATION.c.id == conversation_id)
    return work.session.execute(found).scalar() or ""
