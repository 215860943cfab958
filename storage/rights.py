"""What is known of somebody, as they may see it, correct it and take it with them. Frozen values, opened.

What colleagues noted among themselves is not the robot's to hand out: `everything` gives it to the head alone (`team`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from bot.rules.keeping import Span
from storage import consents, endings, formers, gaps, media, meetings, messages, tasks
from storage.consents import Choice, Given
from storage.engine import Work
from storage.formers import Made
from storage.gaps import Unanswered
from storage.meetings import Marked, Meeting, Sat, Wish
from storage.tables import (
    Address,
    Caseworker,
    Conversation,
    Crisis,
    Event,
    Hold,
    Letterbox,
    Link,
    Media,
    Message,
    Note,
    Person,
    Task,
    Thread,
)
from storage.thread_view import unseal

ANSWER_WITHIN = Span(1, "month")
"""The law's limit for an answer about what is followed."""
LONGEST_NAME, LONGEST_PHONE = 60, 20
NOTHING_LEFT = (media.State.GONE.value, media.State.SEEN.value)
"""The states of files whose content is here no more."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What there is, without its content. `since`: the first thing said that is still there; `meetings`: appointments and seats; `answer_before`: of
    an erasure that waits for the head."""

    since: datetime | None
    name: str
    phone: str
    files: int
    meetings: int
    demands: tuple[datetime, ...]
    deduced: bool
    chosen: tuple[Choice, ...]
    stopped: bool
    answer_before: datetime | None

    @property
    def followed(self) -> bool:
        return bool(self.demands)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said. `by` is a caseworker's first name; `pressed` is true for a button, `files` the names of what came with it."""

    at: datetime
    author: str
    by: str
    text: str
    pressed: bool
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """A demande to the team. `outcome` is the team's word, "" where it is not handed out."""

    opened_at: datetime
    closed_at: datetime | None
    theme: str
    urgency: int
    by: str
    outcome: str


@dataclass(frozen=True, slots=True)
class File:
    """Something sent, found again by its token (storage/media.py). `seen_at`, `seen_as`: when the team saw it and destroyed its copy, and what it
    was."""

    token: str
    at: datetime
    kind: str
    name: str
    mime: str
    size: int | None
    state: str
    seen_at: datetime | None = None
    seen_as: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper the team asked for, on a page that is open until then."""

    paper: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger the robot believed it saw, and what was said of it."""

    at: datetime
    crisis: str
    step: str
    watched_phone: str
    how_to_answer: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody writes from. `remembered` is what the robot has in mind of the conversation, as it keeps it (JSON); `shared` what was said of
    others who read there."""

    channel: str
    peer: str
    since: datetime
    language: str
    stopped_at: datetime | None
    remembered: str
    shared: str


@dataclass(frozen=True, slots=True)
class Told:
    """Something the team wrote about somebody: a note, something to do, why a demande is held."""

    at: datetime
    kind: str
    text: str
    due_at: datetime | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """An event kept for figures."""

    at: datetime
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Everything:
    """All that leads to one person, and what they asked that was not understood (`unanswered`). `otherwise`: which way they chose where one is shut.
    `told` is empty where the team's own words are left out."""

    made_at: datetime
    name: str
    phone: str
    otherwise: str
    places: tuple[Place, ...]
    made_one: tuple[Made, ...]
    lines: tuple[Line, ...]
    demands: tuple[Demand, ...]
    files: tuple[File, ...]
    wanted: tuple[Wanted, ...]
    meetings: tuple[Meeting, ...]
    seats: tuple[Sat, ...]
    waits: tuple[Wish, ...]
    marks: tuple[Marked, ...]
    dangers: tuple[Danger, ...]
    given: tuple[Given, ...]
    events: tuple[Happened, ...]
    unanswered: tuple[Unanswered, ...]
    told: tuple[Told, ...]


def followed(work: Work, person_id: int) -> bool:
    """Whether the team follows this person: a thread of theirs is there, open or closed."""
    return work.session.exec(select(Thread.id).where(col(Thread.person_id) == person_id).limit(1)).first() is not None


def summary(work: Work, person_id: int) -> Summary:
    """What there is of somebody, in a few words."""
    session = work.session
    person = session.get_one(Person, person_id)
    here = _conversations(work, person_id)
    since = session.exec(select(func.min(col(Message.at))).where(col(Message.conversation_id).in_(here))).one()
    kept = select(func.count()).select_from(Media).where(col(Media.conversation_id).in_(here), col(Media.state).not_in(NOTHING_LEFT))
    demands = session.exec(select(Thread.opened_at).where(col(Thread.person_id) == person_id).order_by(col(Thread.id)))
    deduced = session.exec(select(Crisis.id).where(col(Crisis.conversation_id).in_(here)).limit(1)).first() is not None
    stopped = select(Address.id).join(Link, col(Link.address_id) == col(Address.id)).where(col(Link.person_id) == person_id)
    return Summary(
        since=since,
        name=unseal(work, "person.name", person.name),
        phone=unseal(work, "person.phone", person.phone),
        files=session.exec(kept).one(),
        meetings=meetings.how_many(work, person_id),
        demands=tuple(demands),
        deduced=deduced,
        chosen=tuple(consents.chosen(work, person_id)),
        stopped=session.exec(stopped.where(col(Address.opted_out_at).is_not(None)).limit(1)).first() is not None,
        answer_before=_waiting_erasure(work, person_id),
    )


def everything(work: Work, person_id: int, *, team: bool = False) -> Everything:
    """All that is kept of somebody, opened. `team` adds what colleagues wrote among themselves."""
    person = work.session.get_one(Person, person_id)
    here = _conversations(work, person_id)
    threads = work.session.exec(select(Thread).where(col(Thread.person_id) == person_id).order_by(col(Thread.id))).all()
    ids = [thread.id or 0 for thread in threads]
    return Everything(
        made_at=work.now,
        name=unseal(work, "person.name", person.name),
        phone=unseal(work, "person.phone", person.phone),
        otherwise=unseal(work, "person.otherwise", person.otherwise),
        places=_places(work, person_id),
        made_one=formers.history(work, person_id, team=team),
        lines=_lines(work, here),
        demands=tuple(_demand(work, thread, team=team) for thread in threads),
        files=_files(work, here),
        wanted=_wanted(work, person_id),
        meetings=meetings.appointments(work, person_id),
        seats=meetings.seats(work, person_id),
        waits=meetings.waits(work, person_id),
        marks=meetings.marks(work, person_id),
        dangers=_dangers(work, here),
        given=consents.history(work, person_id),
        events=_events(work, here, ids),
        unanswered=gaps.of_person(work, person_id),
        told=_told(work, person_id, ids) if team else (),
    )


def rename(work: Work, person_id: int, name: str) -> None:
    """Write another first name, or none."""
    person, name = work.session.get_one(Person, person_id), " ".join(name.split())[:LONGEST_NAME]
    person.name = work.vault.seal("person.name", name) if name else None
    person.name_key = work.vault.lookup("person.name_key", name) if name else None
    work.session.flush()


def phone(work: Work, person_id: int) -> str:
    """The number somebody gave to be reached at, "" for none."""
    return unseal(work, "person.phone", work.session.get_one(Person, person_id).phone)


def put_phone(work: Work, person_id: int, phone: str) -> None:
    """Write another phone number, or none."""
    person, phone = work.session.get_one(Person, person_id), phone.strip()[:LONGEST_PHONE]
    person.phone = work.vault.seal("person.phone", phone) if phone else None
    person.phone_key = work.vault.lookup("person.phone_key", phone) if phone else None
    work.session.flush()


def ask_head_to_erase(work: Work, person_id: int) -> datetime:
    """Give the head the erasure of what is followed, once; until when they answer."""
    waiting = _waiting_erasure(work, person_id)
    return waiting if waiting is not None else _ask_head(work, person_id, tasks.Kind.ERASURE)


def ask_head_to_show(work: Work, person_id: int) -> datetime:
    """Give the head a demand to see what the team wrote; until when they answer."""
    return _ask_head(work, person_id, tasks.Kind.DATA)


def _ask_head(work: Work, person_id: int, kind: tasks.Kind) -> datetime:
    due_at = ANSWER_WITHIN.after(work.now)
    thread = work.session.exec(select(Thread.id).where(col(Thread.person_id) == person_id).order_by(col(Thread.id).desc()).limit(1)).first()
    tasks.add(work, kind, person_id=person_id, thread_id=thread, due_at=due_at)
    return due_at


def _waiting_erasure(work: Work, person_id: int) -> datetime | None:
    waiting = select(Task.due_at).where(col(Task.person_id) == person_id, col(Task.kind) == tasks.Kind.ERASURE.value, col(Task.done_at).is_(None))
    return work.session.exec(waiting.limit(1)).first()


def find(work: Work, name: str) -> int | None:
    """The person this names: their own token, or the token of a thread of theirs, as its page's address shows it."""
    person = work.session.exec(select(Person.id).where(col(Person.token) == name)).first()
    return formers.now(work, person) if person is not None else work.session.exec(select(Thread.person_id).where(col(Thread.token) == name)).first()


# -- parts


def _conversations(work: Work, person_id: int) -> list[int]:
    found = select(Conversation.id).join(Link, col(Link.id) == col(Conversation.link_id)).where(col(Link.person_id) == person_id)
    return [row for row in work.session.exec(found) if row is not None]


def _places(work: Work, person_id: int) -> tuple[Place, ...]:
    found = (
        select(Address, Link, Conversation)
        .join(Link, col(Link.address_id) == col(Address.id))
        .join(Conversation, col(Conversation.link_id) == col(Link.id))
        .where(col(Link.person_id) == person_id)
        .order_by(col(Link.id))
    )
    return tuple(
        Place(
            channel=address.channel,
            peer=work.vault.open("address.peer", address.peer),
            since=link.since,
            language=unseal(work, "conversation.language", conversation.language) or "fr",
            stopped_at=address.opted_out_at,
            remembered=unseal(work, "conversation.state", conversation.state),
            shared=unseal(work, "address.shared", address.shared),
        )
        for address, link, conversation in work.session.exec(found)
    )


def _lines(work: Work, conversations: list[int]) -> tuple[Line, ...]:
    found = (
        select(Message, Caseworker.name)
        .join(Caseworker, col(Caseworker.id) == col(Message.caseworker_id), isouter=True)
        .where(col(Message.conversation_id).in_(conversations))
        .order_by(col(Message.at), col(Message.id))
    )
    return tuple(_line(work, message, name) for message, name in work.session.exec(found))


def _line(work: Work, message: Message, name: bytes | None) -> Line:
    content = messages.load(work.vault.open(messages.PLACE, message.content))
    files = tuple(attachment.name or attachment.kind for attachment in content.attachments)
    return Line(message.at, message.author, unseal(work, "caseworker.name", name), content.text, content.chosen is not None, files)


def _demand(work: Work, thread: Thread, *, team: bool) -> Demand:
    owner = work.session.get(Caseworker, thread.owner_id) if thread.owner_id is not None else None
    return Demand(
        opened_at=thread.opened_at,
        closed_at=thread.closed_at,
        theme=unseal(work, "thread.theme", thread.theme),
        urgency=thread.urgency,
        by=unseal(work, "caseworker.name", owner.name) if owner is not None else "",
        outcome=endings.plain(endings.load(work.vault.open(endings.PLACE, thread.outcome))) if team and thread.outcome else "",
    )


def _files(work: Work, conversations: list[int]) -> tuple[File, ...]:
    rows = work.session.exec(select(Media).where(col(Media.conversation_id).in_(conversations)).order_by(col(Media.id)))
    return tuple(
        File(
            token=row.token,
            at=row.received_at,
            kind=row.kind,
            name=unseal(work, "media.name", row.name),
            mime=unseal(work, "media.mime", row.mime),
            size=row.size,
            state=row.state,
            seen_at=row.seen_at,
            seen_as=unseal(work, "media.seen_as", row.seen_as),
        )
        for row in rows
    )


def _wanted(work: Work, person_id: int) -> tuple[Wanted, ...]:
    rows = work.session.exec(select(Letterbox).where(col(Letterbox.person_id) == person_id).order_by(col(Letterbox.id)))
    return tuple(Wanted(unseal(work, "letterbox.wanted", row.wanted), row.expires_at) for row in rows if row.wanted is not None)


def _dangers(work: Work, conversations: list[int]) -> tuple[Danger, ...]:
    rows = work.session.exec(select(Crisis).where(col(Crisis.conversation_id).in_(conversations)).order_by(col(Crisis.id)))
    return tuple(
        Danger(
            at=row.opened_at,
            crisis=unseal(work, "crisis.crisis", row.crisis),
            step=unseal(work, "crisis.step", row.step),
            watched_phone=unseal(work, "crisis.watched_phone", row.watched_phone),
            how_to_answer=unseal(work, "crisis.how_to_answer", row.how_to_answer),
        )
        for row in rows
    )


def _events(work: Work, conversations: list[int], threads: list[int]) -> tuple[Happened, ...]:
    theirs = col(Event.conversation_id).in_(conversations) | col(Event.thread_id).in_(threads)
    rows = work.session.exec(select(Event).where(theirs).order_by(col(Event.id)))
    return tuple(Happened(row.at, row.kind, unseal(work, "event.detail", row.detail)) for row in rows)


def _told(work: Work, person_id: int, threads: list[int]) -> tuple[Told, ...]:
    notes = work.session.exec(select(Note).where(col(Note.thread_id).in_(threads)).order_by(col(Note.id)))
    to_do = work.session.exec(select(Task).where((col(Task.person_id) == person_id) | col(Task.thread_id).in_(threads)).order_by(col(Task.id)))
    held = work.session.exec(select(Hold).where(col(Hold.thread_id).in_(threads)).order_by(col(Hold.id)))
    return (
        *(Told(row.at, "note", unseal(work, "note.text", row.text)) for row in notes),
        *(Told(row.created_at, row.kind, unseal(work, "task.text", row.text), row.due_at, row.done_at) for row in to_do),
        *(Told(row.created_at, "hold", unseal(work, "hold.reason", row.reason), row.ends_at) for row in held),
    )
