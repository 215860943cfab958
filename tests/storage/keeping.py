"""What the rules of content/retention.yaml mean, on plain values, and lives to try them on: the oracle of test_retention.py knows no SQL."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from bot.messages import Address, Inbound, Kind, Outbound, Purpose
from storage import consents, holds, lanes, line, retention, road, tables, threads
from storage.consents import Choice
from storage.engine import Storage, Work, table
from tests.clock import TestClock

PARIS = ZoneInfo("Europe/Paris")
PERSON, LINK, CONVERSATION, MESSAGE, THREAD, MEDIA, EVENT, APPOINTMENT = (
    table(noun)
    for noun in (
        *(tables.Person, tables.Link, tables.Conversation, tables.Message, tables.Thread),
        *(tables.Media, tables.Event, tables.Appointment),
    )
)


# -- the oracle: what the rules of content/retention.yaml mean, on plain values


@dataclass
class Said:
    number: int
    author: str
    at: datetime


@dataclass
class Chat:
    id: int
    made_at: datetime
    number: int = 0
    said: list[Said] = field(default_factory=list)
    files: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    """Media id → its message's number, and when it came."""


@dataclass
class Demand:
    id: int
    opened_at: datetime
    chat: int
    first: int
    last: int | None = None
    held_until: datetime | None = None

    def holds(self, number: int) -> bool:
        return self.first <= number and (self.last is None or number <= self.last)


@dataclass
class Meeting:
    """An appointment, of a demand or of none."""

    id: int
    ends_at: datetime
    demand: int | None
    cancelled: bool


@dataclass
class Somebody:
    id: int
    made_at: datetime
    chats: list[Chat]
    demands: list[Demand] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    named: bool = False
    chose: bool = False
    last_contact: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    @property
    def followed(self) -> bool:
        return bool(self.demands) or bool(self.meetings) or self.named or self.chose

    @property
    def last_seen(self) -> datetime:
        """The last thing they said or were told by somebody, or when they meet: in the past or to come."""
        return max([self.last_contact, *(each.ends_at for each in self.meetings if not each.cancelled)])


Left = tuple[set[int], set[int], set[tuple[int, int]], set[int], set[int]]
"""People, threads, messages (conversation, number), files that can still be read, appointments."""


def months_before(now: datetime, months: int) -> datetime:
    """The same day so many months ago, or the last of that month."""
    at = now
    for _ in range(months):
        at = at.replace(day=1) - timedelta(days=1)
    day = now.day
    while True:
        try:
            return at.replace(day=day)
        except ValueError:
            day -= 1


def left(everybody: list[Somebody], now: datetime) -> Left:
    """What is there after the night of `now`, by the rules alone."""
    people: set[int] = set()
    demands: set[int] = set()
    said: set[tuple[int, int]] = set()
    files: set[int] = set()
    meetings: set[int] = set()
    for one in everybody:
        kept = _kept(one, now)
        if kept is None:
            continue
        people.add(one.id)
        demands |= {demand.id for demand in kept}
        held = [demand for demand in kept if demand.held_until is not None and demand.held_until > now]
        beside_a_hold = one.last_seen < months_before(now, 24) and bool(held)
        meetings |= {each.id for each in one.meetings if not beside_a_hold or each.demand in {demand.id for demand in held}}
        for chat in one.chats:
            numbers = {message.number for message in chat.said}
            if beside_a_hold:
                numbers = {number for number in numbers for demand in held if demand.chat == chat.id and demand.holds(number)}
            elif not any(demand.chat == chat.id for demand in kept) and _last(chat) < now - timedelta(days=30):
                numbers = set()
            said |= {(chat.id, number) for number in numbers}
            for media, (number, came_at) in chat.files.items():
                safe = any(demand.chat == chat.id and demand.holds(number) for demand in held)
                if number in numbers and (safe or came_at >= months_before(now, 6)):
                    files.add(media)
    return people, demands, said, files, meetings


def _kept(one: Somebody, now: datetime) -> list[Demand] | None:
    """The demands that stay with somebody, or None where nothing of them does."""
    if not one.followed:
        return None if one.last_contact < now - timedelta(days=30) else []
    if one.last_seen >= months_before(now, 24):
        return one.demands
    held = [demand for demand in one.demands if demand.held_until is not None and demand.held_until > now]
    return held or None


def _last(chat: Chat) -> datetime:
    return max((message.at for message in chat.said if message.author != "bot"), default=chat.made_at)


# -- a life, through the verbs of the road


class Life:
    """People who write, are answered, ask for somebody, send files, choose; each act is written in the model too."""

    def __init__(self, storage: Storage, clock: TestClock, seed: int) -> None:
        self.storage, self.clock, self.dice = storage, clock, Random(seed)
        self.everybody: list[Somebody] = []
        self.head = self.place = 0
        self._nth = 0

    async def begin(self) -> None:
        def unit(work: Work) -> tuple[int, int]:
            head = tables.Caseworker(token="head", email=b"", email_key=b"", role="head", created_at=work.now)
            place = tables.Place(token="place", name="", address="", week="[]")
            work.session.add_all([head, place])
            work.session.flush()
            return head.id or 0, place.id or 0

        self.head, self.place = await self.storage.run(unit)

    def address(self, peer: str) -> Address:
        return Address("paper", "test", peer)

    async def somebody(self) -> None:
        """A new person; now and then one who writes from two places."""
        places = self.dice.choice((1, 1, 2))
        self._nth += 1
        name = f"p{self._nth}"

        def unit(work: Work) -> Somebody:
            found = [lanes.open_lane(work, self.address(f"{name}-{place}")) for place in range(places)]
            for other in found[1:]:  # two addresses of one person: the second's link is theirs
                work.session.execute(LINK.update().where(LINK.c.person_id == other.person_id).values(person_id=found[0].person_id))
                work.session.execute(PERSON.delete().where(PERSON.c.id == other.person_id))
            return Somebody(found[0].person_id, work.now, [Chat(lane.conversation_id, work.now) for lane in found])

        one = await self.storage.run(unit)
        one.last_contact = one.made_at
        self.everybody.append(one)

    async def act(self) -> None:
        """Something happens to somebody who is still there."""
        if not self.everybody or self.dice.random() < 0.2:
            await self.somebody()
        one = self.dice.choice(self.everybody)
        chat = self.dice.choice(one.chats)
        acts = (self.writes, self.writes, self.is_told, self.asks, self.closes, self.sends, self.is_named, self.chooses, self.is_held, self.meets)
        await self.dice.choice(acts)(one, chat)

    async def writes(self, one: Somebody, chat: Chat) -> None:
        self._nth += 1

        def unit(work: Work) -> int:
            lane = lanes.lane_of_conversation(work, chat.id)
            assert lane is not None
            accepted = road.accept(work, Inbound(lane.address, f"{self._nth}", Kind.TEXT, work.now, text="slt"), handled=True)
            assert accepted is not None
            lanes.keep(work, accepted.lane)
            return accepted.number

        self._said(one, chat, await self.storage.run(unit), "person")

    async def is_told(self, one: Somebody, chat: Chat) -> None:
        """The robot, or now and then a caseworker, says something."""
        human = self.dice.random() < 0.3

        def unit(work: Work) -> int:
            lane = lanes.lane_of_conversation(work, chat.id)
            assert lane is not None
            number = line.put(work, lane, Outbound(lane.address, Purpose.HUMAN if human else Purpose.ANNOUNCEMENT, "bonjour"), state="sent")
            assert number is not None
            if human:
                lane.last_human_at = work.now
            lanes.keep(work, lane)
            return number

        self._said(one, chat, await self.storage.run(unit), "caseworker" if human else "bot")

    def _said(self, one: Somebody, chat: Chat, number: int, author: str) -> None:
        chat.number = number
        chat.said.append(Said(number, author, self.clock.now()))
        if author != "bot":
            one.last_contact = self.clock.now()

    async def asks(self, one: Somebody, chat: Chat) -> None:
        """For a person of the team."""
        await self.writes(one, chat)
        if any(demand.last is None for demand in one.demands):
            return

        def unit(work: Work) -> int:
            lane = lanes.lane_of_conversation(work, chat.id)
            assert lane is not None
            return threads.open_for(work, lane)

        one.demands.append(Demand(await self.storage.run(unit), self.clock.now(), chat.id, chat.said[-1].number))

    async def closes(self, one: Somebody, chat: Chat) -> None:
        for demand in one.demands:
            if demand.last is None:
                await self.storage.run(threads.close, demand.id)
                demand.last = next(found for found in one.chats if found.id == demand.chat).number

    async def sends(self, one: Somebody, chat: Chat) -> None:
        """A file, with its message."""
        await self.writes(one, chat)
        number = chat.said[-1].number

        def unit(work: Work) -> int:
            name = work.vault.seal("media.name", "bail.pdf")
            row = tables.Media(token=f"m{self._nth}", conversation_id=chat.id, number=number, kind="photo", name=name, received_at=work.now)
            work.session.add(row)
            work.session.flush()
            work.session.add(tables.MediaChunk(media_id=row.id or 0, chunk_index=0, content=work.vault.seal("media_chunk.content", "…")))
            work.session.add(tables.Event(kind="file", conversation_id=chat.id, at=work.now, detail=work.vault.seal("event.detail", "photo")))
            work.session.flush()
            return row.id or 0

        chat.files[await self.storage.run(unit)] = (number, self.clock.now())

    async def is_named(self, one: Somebody, chat: Chat) -> None:
        def unit(work: Work) -> None:
            work.session.execute(PERSON.update().where(PERSON.c.id == one.id).values(name=work.vault.seal("person.name", "Zoé")))

        if self.dice.random() < 0.3:
            await self.storage.run(unit)
            one.named = True

    async def chooses(self, one: Somebody, chat: Chat) -> None:
        """Makes a choice, or takes it back. A notice shown is no choice."""
        await self.storage.run(consents.show_notice, one.id, "1", "notice")
        if one.chose:
            await self.storage.run(consents.take_back, one.id)
        elif self.dice.random() < 0.5:
            await self.storage.run(consents.choose, one.id, Choice.ANNOUNCEMENTS, "1", "oui")
        one.chose = bool(await self.storage.read(consents.chosen, one.id))

    async def is_held(self, one: Somebody, chat: Chat) -> None:
        if one.demands and self.dice.random() < 0.4:
            demand = self.dice.choice(one.demands)
            until = self.clock.now() + timedelta(days=self.dice.randint(1, 1500))
            await self.storage.run(holds.hold, demand.id, self.head, "une plainte", until)
            demand.held_until = max(until, demand.held_until or until)

    async def meets(self, one: Somebody, chat: Chat, *, days: int | None = None, cancelled: bool | None = None) -> None:
        """Has an appointment in some days, or in some months; now and then it is cancelled."""
        demand = self.dice.choice([None, *(demand.id for demand in one.demands)])
        starts = self.clock.now() + timedelta(days=days or self.dice.choice((1, 10, 100, 500)))
        gone = self.dice.random() < 0.3 if cancelled is None else cancelled
        self._nth += 1

        def unit(work: Work) -> int:
            values: dict[str, object] = {
                **{"token": f"a{self._nth}", "state": "cancelled" if gone else "booked"},
                **{"person_id": one.id, "thread_id": demand, "caseworker_id": self.head, "place_id": self.place},
                **{name: work.vault.seal(f"appointment.{name}", "x") for name in ("motive", "mode")},
                **dict.fromkeys(("starts_at", "ends_at", "holds_from", "holds_until"), starts),
                **dict.fromkeys(("created_at", "changed_at"), work.now),
            }
            return int(work.session.execute(insert(APPOINTMENT).values(values).returning(APPOINTMENT.c.id)).scalar_one())

        one.meetings.append(Meeting(await self.storage.run(unit), starts, demand, gone))

    def forget(self, kept: Left) -> None:
        """The model goes on with what is left."""
        people, demands, said, files, meetings = kept
        self.everybody = [one for one in self.everybody if one.id in people]
        for one in self.everybody:
            one.demands = [demand for demand in one.demands if demand.id in demands]
            one.meetings = [each for each in one.meetings if each.id in meetings]
            for chat in one.chats:
                chat.said = [message for message in chat.said if (chat.id, message.number) in said]
                chat.files = {media: about for media, about in chat.files.items() if media in files}


def what_is_left(work: Work) -> Left:
    run = work.session.execute
    return (
        set(run(select(PERSON.c.id)).scalars()),
        set(run(select(THREAD.c.id)).scalars()),
        {(row[0], row[1]) for row in run(select(MESSAGE.c.conversation_id, MESSAGE.c.number))},
        set(run(select(MEDIA.c.id).where(MEDIA.c.state != retention.GONE)).scalars()),
        set(run(select(APPOINTMENT.c.id)).scalars()),
    )


def events(work: Work) -> int:
    """What is to be counted before it goes: events and appointments."""
    return sum(len(work.session.execute(select(each.c.id)).all()) for each in (EVENT, APPOINTMENT))


def counted(work: Work) -> int:
    return int(sum(work.session.execute(select(table(tables.MonthlyCount).c.number)).scalars()))
