"""What is over and goes: who nobody followed, who has not been in touch for long, what was said to the robot alone, files, and what a hold leaves.

Each kind says which rows are due, as one condition: `find` looks on a reading connection, `remove` asks it again under the person's lock, `count`
is the dry run. The last contact is the last thing the person or a caseworker said:
the robot speaking first keeps nobody.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, delete, exists, func, null, or_, select, true, update

from bot.messages import Purpose
from bot.rules.keeping import Keeping
from storage import erasure, formers, gaps, monthly, outcomes, tables
from storage.engine import Work, table

PERSON, CONVERSATION, MEDIA, EVENT = (table(noun) for noun in (tables.Person, tables.Conversation, tables.Media, tables.Event))
ADDRESS, LINK, MESSAGE, THREAD, RANGE = (table(noun) for noun in (tables.Address, tables.Link, tables.Message, tables.Thread, tables.ThreadRange))
CONSENT, TASK, HOLD, CHUNK, AUDIT = (table(noun) for noun in (tables.Consent, tables.Task, tables.Hold, tables.MediaChunk, tables.Audit))
GAP = table(tables.Gap)
APPOINTMENT, WAITING, MARK = (table(noun) for noun in (tables.Appointment, tables.Waiting, tables.Mark))
JOINING, JOINED = table(tables.Joining), table(tables.Joined)
SEAT, LINE, SESSION = (table(noun) for noun in (tables.Seat, tables.SeatWaiting, tables.Session))
WINDOW = 100
"""How many rows are looked at in one statement."""
GONE = "gone"
"""The state of a file whose time is over: that there was one stays with its message."""
SEEN = "seen"
"""That of a paper whose copy was destroyed: that it was seen stays as long as its demande."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is older than these is over. `month` is when the running month began; `zone` says where."""

    now: datetime
    conversation: datetime
    thread: datetime
    file: datetime
    file_done: datetime
    question: datetime
    audit: datetime
    month: datetime
    zone: tzinfo


def terms(keeping: Keeping, now: datetime, zone: tzinfo) -> Terms:
    """The terms at a moment."""
    month = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spans = {name: getattr(keeping, name).before(now) for name in ("conversation", "thread", "file", "file_done", "question", "audit")}
    return Terms(now=now, month=month.astimezone(now.tzinfo), zone=zone, **spans)


# -- conditions


def _quiet(conversation: FromClause, since: datetime) -> ColumnElement[bool]:
    """Nothing was said in it since, by the person or the team, nor first by us of an appointment of theirs: its buttons wait for them."""
    heard = or_(MESSAGE.c.author != "bot", MESSAGE.c.purpose == Purpose.REMINDER.value)
    said = (
        select(MESSAGE.c.at).where(MESSAGE.c.conversation_id == conversation.c.id, heard).order_by(MESSAGE.c.number.desc()).limit(1).scalar_subquery()
    )
    return func.coalesce(said, conversation.c.created_at) < since


def _person_quiet(person: Table, since: datetime) -> ColumnElement[bool]:
    """No conversation of theirs heard anybody since, even one that has been emptied, no thread was opened, and they were not to meet anybody."""
    link, conversation, address = LINK.alias(), CONVERSATION.alias(), ADDRESS.alias()
    joined = link.join(conversation, conversation.c.link_id == link.c.id).join(address, address.c.id == link.c.address_id)
    wrote = and_(link.c.until.is_(None), address.c.last_inbound_at >= since)
    busy = or_(wrote, conversation.c.last_human_at >= since, ~_quiet(conversation, since))
    heard = select(link.c.id).select_from(joined).where(link.c.person_id == person.c.id, busy).exists()
    opened = exists().where(THREAD.c.person_id == person.c.id, THREAD.c.opened_at >= since)
    return and_(person.c.created_at < since, ~opened, ~heard, ~_meeting(person, since))


def _meeting(person: Table, since: datetime) -> ColumnElement[bool]:
    """They had an appointment or a seat since, or have one to come; one that was cancelled is none."""
    met = exists().where(APPOINTMENT.c.person_id == person.c.id, APPOINTMENT.c.state != "cancelled", APPOINTMENT.c.ends_at >= since)
    sat = SEAT.join(SESSION, SESSION.c.id == SEAT.c.session_id)
    seated = select(SEAT.c.id).select_from(sat).where(SEAT.c.person_id == person.c.id, SESSION.c.cancelled_at.is_(None), SESSION.c.ends_at >= since)
    return or_(met, seated.exists())


def _followed(person: Table) -> ColumnElement[bool]:
    """Something of theirs is kept beyond the conversation's own days: a thread, a name, a number, a choice, something to do, an appointment, a seat,
    a place on a list."""
    return or_(
        person.c.name.is_not(None),
        person.c.phone.is_not(None),
        exists().where(THREAD.c.person_id == person.c.id),
        exists().where(CONSENT.c.person_id == person.c.id, CONSENT.c.kind == "choice", CONSENT.c.withdrawn_at.is_(None)),
        exists().where(TASK.c.person_id == person.c.id, TASK.c.done_at.is_(None)),
        *(exists().where(each.c.person_id == person.c.id) for each in (APPOINTMENT, SEAT, WAITING, LINE)),
    )


def _held(thread: FromClause, at: Terms) -> ColumnElement[bool]:
    return exists().where(HOLD.c.thread_id == thread.c.id, HOLD.c.ends_at > at.now)


def _someone_held(person: Table, at: Terms) -> ColumnElement[bool]:
    thread = THREAD.alias()
    return select(thread.c.id).where(thread.c.person_id == person.c.id, _held(thread, at)).exists()


def _in_held_range(row: Table, at: Terms) -> ColumnElement[bool]:
    """The message number of this row is one that a held thread follows."""
    followed = RANGE.join(HOLD, HOLD.c.thread_id == RANGE.c.thread_id)
    here = and_(RANGE.c.first_number <= row.c.number, or_(RANGE.c.last_number.is_(None), RANGE.c.last_number >= row.c.number))
    return select(RANGE.c.id).select_from(followed).where(RANGE.c.conversation_id == row.c.conversation_id, HOLD.c.ends_at > at.now, here).exists()


def _person_due(at: Terms) -> ColumnElement[bool]:
    """Nobody follows them and they have said nothing for so long; or they were followed, and were in touch long ago."""
    followed = _followed(PERSON)
    alone = and_(~followed, _person_quiet(PERSON, at.conversation))
    over = or_(alone, and_(followed, _person_quiet(PERSON, at.thread), ~_someone_held(PERSON, at)))
    return and_(over, ~exists().where(JOINING.c.former_id == PERSON.c.id, JOINING.c.undone_at.is_(None)))  # who became somebody goes with them


def _rest_due(at: Terms) -> ColumnElement[bool]:
    """They were in touch long ago and a thread of theirs is held: everything else."""
    thread, link, conversation = THREAD.alias(), LINK.alias(), CONVERSATION.alias()
    free = select(thread.c.id).where(thread.c.person_id == PERSON.c.id, ~_held(thread, at)).exists()
    theirs = MESSAGE.join(conversation, conversation.c.id == MESSAGE.c.conversation_id).join(link, link.c.id == conversation.c.link_id)
    beside = select(MESSAGE.c.id).select_from(theirs).where(link.c.person_id == PERSON.c.id, ~_in_held_range(MESSAGE, at)).exists()
    met = exists().where(APPOINTMENT.c.person_id == PERSON.c.id, APPOINTMENT.c.thread_id.is_(None))
    sat = exists().where(SEAT.c.person_id == PERSON.c.id)
    return and_(_person_quiet(PERSON, at.thread), _someone_held(PERSON, at), or_(free, beside, met, sat))


def _conversation_due(at: Terms) -> ColumnElement[bool]:
    """No thread ever ran through it, and nothing was said for so long."""
    followed = exists().where(RANGE.c.conversation_id == CONVERSATION.c.id)
    something = exists().where(MESSAGE.c.conversation_id == CONVERSATION.c.id)
    return and_(~followed, something, _quiet(CONVERSATION, at.conversation))


def _file_due(at: Terms) -> ColumnElement[bool]:
    """Too old, or treated so long ago; in no held thread."""
    old = or_(MEDIA.c.received_at < at.file, MEDIA.c.treated_at < at.file_done)
    return and_(MEDIA.c.state.not_in((GONE, SEEN)), old, ~_in_held_range(MEDIA, at))


def _event_due(at: Terms) -> ColumnElement[bool]:
    """It tells of nobody, and its month is over."""
    return and_(EVENT.c.conversation_id.is_(None), EVENT.c.thread_id.is_(None), EVENT.c.at < at.month)


def _question_due(at: Terms) -> ColumnElement[bool]:
    """Asked so long ago, whoever asked."""
    return GAP.c.at < at.question


def _audit_due(at: Terms) -> ColumnElement[bool]:
    """Written down so long ago."""
    return AUDIT.c.at < at.audit


def _mark_due(at: Terms) -> ColumnElement[bool]:
    """It has lapsed."""
    return MARK.c.lapses_at <= at.now


def _line_due(at: Terms) -> ColumnElement[bool]:
    """They waited for a session that has begun."""
    return exists().where(SESSION.c.id == LINE.c.session_id, SESSION.c.starts_at <= at.now)


def _joined_due(at: Terms) -> ColumnElement[bool]:
    """What changed hands so long ago that it does not go back."""
    return exists().where(JOINING.c.id == JOINED.c.joining_id, JOINING.c.at <= at.now - formers.UNDOABLE)


def _session_due(at: Terms) -> ColumnElement[bool]:
    """It took place long ago, and nobody who sat there is known any more."""
    alone = [~exists().where(each.c.session_id == SESSION.c.id) for each in (SEAT, LINE)]
    return and_(SESSION.c.ends_at < at.thread, *alone)


# -- removal, in a unit


def _count(work: Work, owned: erasure.Owned, at: Terms) -> None:
    """Add what goes to the counts of its month, before it goes."""
    monthly.count_events(work, owned.get(EVENT.name, ()), at.zone)
    outcomes.count(work, owned.get(APPOINTMENT.name, ()), at.zone)


def _remove_person(work: Work, person: int, at: Terms) -> None:
    _count(work, erasure.rows_of(work, person), at)
    gaps.let_go(work, person)
    erasure.erase_rows(work, person)


def _remove_rest(work: Work, person: int, at: Terms) -> None:
    threads = select(THREAD.c.id, _held(THREAD, at).label("held")).where(THREAD.c.person_id == person)
    kept: list[int] = []
    free: list[int] = []
    for thread, held in work.session.execute(threads).all():
        (kept if held else free).append(thread)
    for conversation in erasure.conversations_of(work, person):
        _empty(work, conversation, at, erasure.ranges_of(work, conversation, kept))
    for thread in free:
        _count(work, erasure.rows_of_thread(work, thread), at)
        erasure.erase_thread(work, thread)
    loose = select(APPOINTMENT.c.id).where(APPOINTMENT.c.person_id == person, APPOINTMENT.c.thread_id.is_(None))
    beside = {APPOINTMENT.name: loose, SEAT.name: select(SEAT.c.id).where(SEAT.c.person_id == person)}
    for name, found in beside.items():
        ids = list(work.session.execute(found).scalars())
        _count(work, {name: ids}, at)
        erasure.erase_under(work, name, ids)


def _empty(work: Work, conversation: int, at: Terms, kept: Sequence[erasure.Range] = ()) -> None:
    _count(work, erasure.unfollowed_rows(work, conversation, kept), at)
    erasure.forget_outside(work, conversation, kept)


def _remove_file(work: Work, media: int, at: Terms) -> None:
    work.session.execute(delete(CHUNK).where(CHUNK.c.media_id == media))
    work.session.execute(
        update(MEDIA).where(MEDIA.c.id == media).values(state=GONE, name=None, mime=None, provider_id=None, size=None, thumbnail=None)
    )


def _pieces(work: Work, media: int) -> erasure.Owned:
    return erasure.rows_under(work, MEDIA.name, [media], lambda each: true())


def _remove_event(work: Work, event: int, at: Terms) -> None:
    monthly.count_events(work, [event], at.zone)
    work.session.execute(delete(EVENT).where(EVENT.c.id == event))


def _remove_row(of: Table) -> Callable[[Work, int, Terms], None]:
    def remove_it(work: Work, row: int, at: Terms) -> None:
        work.session.execute(delete(of).where(of.c.id == row))

    return remove_it


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows that go once `due`, `batch` of them in a unit. `asked` selects their id, their person and their conversation; `files` finds the rows
    of files that go with one of them."""

    asked: Select[Any]
    due: Callable[[Terms], ColumnElement[bool]]
    remove: Callable[[Work, int, Terms], None]
    batch: int
    files: Callable[[Work, int], erasure.Owned] = lambda work, row: {}

    @property
    def id(self) -> ColumnElement[int]:
        return self.asked.selected_columns[0]


@dataclass(frozen=True, slots=True)
class Due:
    """A row that goes. Its person is None where it tells of nobody."""

    id: int
    person: int | None
    conversation: int | None


_LINKED = CONVERSATION.join(LINK, LINK.c.id == CONVERSATION.c.link_id)
_PEOPLE = select(PERSON.c.id, PERSON.c.id.label("person"), null())
_CONVERSATIONS = select(CONVERSATION.c.id, LINK.c.person_id, CONVERSATION.c.id.label("conversation")).select_from(_LINKED)
_FILES = select(MEDIA.c.id, LINK.c.person_id, MEDIA.c.conversation_id).select_from(MEDIA.join(_LINKED, CONVERSATION.c.id == MEDIA.c.conversation_id))
PEOPLE, BESIDE, CONVERSATIONS, FILES, EVENTS, AUDITS = "people", "beside a hold", "conversations", "files", "events", "audit"
QUESTIONS = "questions"
MARKS, LINES, SESSIONS, JOINED_ROWS = "marks", "lines of a session", "sessions", "what changed hands"
KINDS: Mapping[str, Kind] = {
    PEOPLE: Kind(_PEOPLE, _person_due, _remove_person, 5, erasure.rows_of),
    BESIDE: Kind(_PEOPLE, _rest_due, _remove_rest, 1),
    CONVERSATIONS: Kind(_CONVERSATIONS, _conversation_due, _empty, 5, erasure.unfollowed_rows),
    FILES: Kind(_FILES, _file_due, _remove_file, 1, _pieces),
    EVENTS: Kind(select(EVENT.c.id, null(), null()), _event_due, _remove_event, 100),
    QUESTIONS: Kind(select(GAP.c.id, null(), null()), _question_due, _remove_row(GAP), 100),
    AUDITS: Kind(select(AUDIT.c.id, null(), null()), _audit_due, _remove_row(AUDIT), 100),
    MARKS: Kind(select(MARK.c.id, MARK.c.person_id, null()), _mark_due, _remove_row(MARK), 100),
    LINES: Kind(select(LINE.c.id, LINE.c.person_id, null()), _line_due, _remove_row(LINE), 100),
    JOINED_ROWS: Kind(select(JOINED.c.id, null(), null()), _joined_due, _remove_row(JOINED), 100),
    SESSIONS: Kind(select(SESSION.c.id, null(), null()), _session_due, _remove_row(SESSION), 100),
}
"""In the order they go: what went with its person is not looked for again."""


def find(work: Work, kind: str, at: Terms, after: int = 0) -> list[Due]:
    """The rows of this kind that are due, beyond id `after`: as many as one unit removes."""
    asked = KINDS[kind]
    while (last := _end_of_window(work, asked, after)) is not None:
        here = asked.asked.where(asked.due(at), asked.id > after, asked.id <= last)
        if found := _read(work, here.order_by(asked.id).limit(asked.batch)):
            return found
        after = last
    return []


def _end_of_window(work: Work, asked: Kind, after: int) -> int | None:
    """The last of the next ids to look at, None at the end of the table. To look at all of them PostgreSQL would read other tables whole."""
    ids = select(asked.id.label("id")).where(asked.id > after).order_by(asked.id).limit(WINDOW).subquery()
    return work.session.execute(select(func.max(ids.c.id))).scalar()


def lighten(work: Work, kind: str, found: Iterable[Due], at: Terms) -> bool:
    """Remove some pieces of the files that go with these rows, if they still go; True while there are more."""
    return any(erasure.remove_pieces(work, KINDS[kind].files(work, row.id)) for row in found if _still(work, kind, row, at))


def remove(work: Work, kind: str, found: Iterable[Due], at: Terms) -> int:
    """Remove those of these rows that are still due, with their person's addresses locked; how many."""
    gone = 0
    for row in found:
        if _still(work, kind, row, at):
            KINDS[kind].remove(work, row.id, at)
            gone += 1
    return gone


def _still(work: Work, kind: str, row: Due, at: Terms) -> bool:
    """Whether a row still goes, now that its person's addresses are locked."""
    if row.person is not None:
        erasure.lock(work, row.person)
    asked = KINDS[kind]
    return bool(_read(work, asked.asked.where(asked.due(at), asked.id == row.id)))


def due(work: Work, kind: str, at: Terms) -> list[Due]:
    """Every row of this kind that is due, in no order."""
    return _read(work, KINDS[kind].asked.where(KINDS[kind].due(at)))


def count(found: Mapping[str, Iterable[Due]]) -> Mapping[str, int]:
    """How many rows of each kind would go, of those that are due: what goes with its person, or with its conversation, is counted there alone."""
    people = {row.id for kind in (PEOPLE, BESIDE) for row in found[kind]}
    conversations = {row.id for row in found[CONVERSATIONS] if row.person not in people}
    files = [row for row in found[FILES] if row.person not in people and row.conversation not in conversations]
    return {kind: len(list(rows)) for kind, rows in found.items()} | {CONVERSATIONS: len(conversations), FILES: len(files)}


def _read(work: Work, asked: Select[Any]) -> list[Due]:
    return [Due(*row) for row in work.session.execute(asked).all()]
