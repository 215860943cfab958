"""The count after a crowd on every channel: what was brought, what the database holds, what arrived, address by address."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.channels.base import Channel
from bot.messages import Outbound, Purpose, Status
from bot.resending import RESENT
from content.words import Words
from storage import messages, tables
from storage.engine import Storage, Work, table
from storage.talks import conversation_of_peer
from tests.channels.kit import Kit, Seen
from tests.clock import TestClock
from tests.crash.mixed import PICTURE_SAYS, Conversation, Crowd

MESSAGE = table(tables.Message)
MARK = Words("fr").say(RESENT)
SAID = frozenset({Status.SENT.value, Status.DELIVERED.value, Status.READ.value})
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a conversation, as it is stored."""

    number: int
    author: str
    status: str
    content: messages.Content


@dataclass(frozen=True, slots=True)
class Due:
    """One call of a message of ours: what it should show, and whether it is known to have been made."""

    seen: Seen
    sure: bool


@dataclass(slots=True)
class Tally:
    """What came of it. `unknown`: sends whose fate nobody knows; `marked`: those made once more, which say so. `faults` says what must not be."""

    conversations: int
    messages: int = 0
    arrived: int = 0
    lost_in: int = 0
    lost_out: int = 0
    doubled: int = 0
    unknown: int = 0
    marked: int = 0
    faults: list[str] = field(default_factory=list)

    def found(self, of: Conversation, what: str) -> None:
        if len(self.faults) < 20:
            self.faults.append(f"{of.kit.name} {of.nth}: {what}")


async def count(storage: Storage, crowd: Crowd) -> Tally:
    """Compare the three. Called once all is settled."""
    tally, kits = Tally(len(crowd.conversations)), {of.kit.name: of.kit for of in crowd.conversations}
    channels = {name: kit.open(TestClock()) for name, kit in kits.items()}
    for first in range(0, len(crowd.conversations), AT_ONCE):
        some = crowd.conversations[first : first + AT_ONCE]
        for of, lines in zip(some, await storage.read(_lines, some), strict=True):
            _check_theirs(of, lines, tally)
            _check_ours(of, lines, channels[of.kit.name], crowd, tally)
    for channel in channels.values():
        await channel.close()
    return tally


def _lines(work: Work, some: Sequence[Conversation]) -> list[list[Line]]:
    return [_lines_of(work, of) for of in some]


def _lines_of(work: Work, of: Conversation) -> list[Line]:
    talk = conversation_of_peer(work, of.address.channel, of.address.account, of.address.peer)
    if talk is None:
        return []
    found = select(MESSAGE.c.number, MESSAGE.c.author, MESSAGE.c.status, MESSAGE.c.content).where(MESSAGE.c.conversation_id == talk.id)
    rows = work.session.connection().execute(found.order_by(MESSAGE.c.number)).all()
    return [Line(row[0], row[1], row[2], messages.load(work.vault.open(messages.PLACE, row[3]))) for row in rows]


def _check_theirs(of: Conversation, lines: Sequence[Line], tally: Tally) -> None:
    """Each thing they said is there once, in the order they said it, and was answered."""
    theirs = [line.content.text for line in lines if line.author == "person"]
    tally.messages += len(of.said)
    if theirs == of.said:
        if sum(line.author == "bot" for line in lines) < sum(said != PICTURE_SAYS for said in of.said):
            tally.lost_out += 1
            tally.found(of, f"{of.said} was not answered as often")
        return
    missing = Counter(of.said) - Counter(theirs)
    tally.lost_in += missing.total()
    tally.doubled += (Counter(theirs) - Counter(of.said)).total()
    tally.found(of, f"{of.said} was stored as {theirs}")


def _check_ours(of: Conversation, lines: Sequence[Line], channel: Channel, crowd: Crowd, tally: Tally) -> None:
    """What was said arrived once, in its order; twice only where the second says so; not at all only where nobody knows."""
    ours = [line for line in lines if line.author == "bot"]
    tally.unknown += sum(line.status == Status.UNKNOWN.value for line in ours)
    if channel.limits.commit_is_send:
        tally.arrived += len(ours)
        return
    due = [each for line in ours for each in _due(of.kit, channel, of, line)]
    place, arrived = 0, crowd.providers.reached[of.address]
    tally.arrived += len(arrived)
    for seen in arrived:
        place = _follow(of, due, place, seen, tally)
    left = sum(each.sure for each in due[place:])
    tally.lost_out += left
    if left:
        tally.found(of, f"{left} of {len(due)} never arrived")


def _due(kit: Kit, channel: Channel, of: Conversation, line: Line) -> list[Due]:
    outbound = Outbound(of.address, Purpose.REPLY, line.content.text, line.content.choices, number=line.number)
    return [Due(kit.seen_in(call), line.status in SAID) for call in channel.render(outbound)]


def _follow(of: Conversation, due: Sequence[Due], place: int, seen: Seen, tally: Tally) -> int:
    """Where the line stands once this has arrived."""
    if seen.text.startswith(MARK):
        tally.marked += 1
        bare = Seen(seen.text.removeprefix(MARK).lstrip("\n"), seen.buttons)
        if not bare.text or (place and due[place - 1].seen == bare):
            return place
        seen = bare
    after = next((nth for nth in range(place, len(due)) if due[nth].seen == seen), None)
    if after is not None and not any(each.sure for each in due[place:after]):
        return after + 1
    if place and due[place - 1].seen == seen:
        tally.doubled += 1
        tally.found(of, f"message {place} came twice without saying so")
    else:
        tally.found(of, f"« {seen.text[:40]} » came out of its order")
    return place
