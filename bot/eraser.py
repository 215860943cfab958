"""Erases what was asked for, one erasure at a time: off the screen first, where the channel can, then out of the database, then the last word.

The handler that hears « oui » only writes down what is asked (storage/erasing.py); this does it at once after the commit, and again after a crash.
Whether somebody is followed is decided here, under the lock of their lane: a danger met meanwhile opens a thread, and is not erased with the rest.

The last word must reach the person, and nothing must remain: a lane is made anew for it, of an address and one sentence, and is erased too once it
has gone. Whoever writes again before that is somebody new, and keeps their lane.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.channels.base import Channel, Wipes
from bot.clock import Clock
from bot.messages import Address
from bot.rounds import Rounding, Rounds
from storage import appointment_view, consents, erasing, erasure, formers, holds, lanes, ledger, rights, unlinking
from storage.consents import Choice
from storage.engine import Storage, Wake, Work
from storage.erasing import Asked, Extent
from storage.lanes import Lane
from storage.ledger import Erasure

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What was erased. `left`: how many messages the screen may still show; `answer_before`: until when the head says what is kept of the rest;
    `meeting`: when the first appointment is that was asked to stay."""

    extent: Extent
    left: int
    answer_before: datetime | None = None
    meeting: datetime | None = None


Tell = Callable[[Work, Lane, Done], None]
"""Puts the last word in the outbox of a lane."""


class Eraser(Rounding):
    """Does the erasures of one service. Several processes may: each erasure is held by whoever does it."""

    _patience = 15.0
    """An erasure is short, and better ended than begun again."""

    def __init__(self, storage: Storage, channels: Mapping[tuple[str, str], Channel], file: Path, clock: Clock, tell: Tell) -> None:
        """`file` is the erasure ledger."""
        self._storage = storage
        self._channels = channels
        self._file = file
        self._tell = tell
        self._rounds = Rounds("erasure", storage, clock, Wake.ERASE, self._erase, self._find)

    async def _find(self) -> list[int]:
        return await self._storage.read(erasing.due)

    async def _erase(self, row_id: int) -> bool:
        asked = await self._storage.read(erasing.find, row_id)
        if asked is None:
            return False
        if asked.extent in (Extent.GOODBYE, Extent.PAPERS) and row_id not in await self._find():
            return False
        if asked.extent is Extent.GOODBYE:
            await self._storage.run(self._forget_goodbye, row_id)
            return False
        left = await self._wipe(asked)
        if asked.extent in (Extent.SCREEN, Extent.PAPERS):
            await self._storage.run(self._wiped, row_id, left)
            return False
        while await self._storage.run(_lighten, asked):
            pass
        await self._storage.run(self._leave, row_id, left)
        log.info("an erasure is done", extra={"action": "erased", "extent": asked.extent.value})
        return False

    async def _wipe(self, asked: Asked) -> int:
        """Take what can be taken off the screen; how much may stay."""
        address = await self._storage.run(_address_of, asked)
        if address is None:
            return 0
        channel = self._channels.get((address.channel, address.account))
        shown = await self._storage.read(erasing.on_screen, asked.conversation_id, papers=asked.extent is Extent.PAPERS)
        return await channel.wipe(address, shown) if isinstance(channel, Wipes) else 0

    # -- inside a unit

    def _wiped(self, work: Work, row_id: int, left: int) -> None:
        asked = erasing.take(work, row_id)
        lane = None if asked is None else _lane(work, asked)
        if lane is not None and asked is not None:
            self._say(work, lane, Done(asked.extent, left))
        erasing.done(work, row_id)

    def _leave(self, work: Work, row_id: int, left: int) -> None:
        asked = erasing.take(work, row_id)
        if asked is None:
            return
        erasure.lock(work, asked.person_id)
        if _whole(work, asked):
            self._leave_whole(work, asked, left)
        else:
            self._leave_part(work, asked, left)

    def _leave_whole(self, work: Work, asked: Asked, left: int) -> None:
        """Everything goes. Where somebody waits for an answer, it is put on a lane of its own."""
        lane = _lane(work, asked)
        address, language = (lane.address, lane.language) if lane is not None else (None, "")
        self._write_down(work, asked.person_id)
        erasure.erase_rows(work, asked.person_id)
        if address is None:
            return
        fresh = lanes.open_lane(work, address)
        fresh.language = language
        self._say(work, fresh, Done(Extent.WHOLE, left))
        erasing.ask(work, fresh.person_id, fresh.conversation_id, Extent.GOODBYE)
        work.notify(Wake.TALK, asked.conversation_id or 0)  # pages open on the conversation that was

    def _leave_part(self, work: Work, asked: Asked, left: int) -> None:
        """The team follows this person: what only the robot knew goes, and the head answers about the rest."""
        self._write_down(work, asked.person_id, whole=False)
        erasure.forget_unfollowed(work, asked.person_id)
        kept = next(iter(appointment_view.to_come(work, asked.person_id)), None) if asked.extent is Extent.ALL_BUT_MEETING else None
        for choice in consents.chosen(work, asked.person_id):
            if kept is None or choice is not Choice.NO_REMINDERS:
                consents.take_back(work, asked.person_id, choice)
        unlinking.keep_withdrawn(work, asked.person_id)
        answer_before = rights.ask_head_to_erase(work, asked.person_id) if rights.followed(work, asked.person_id) else None
        lane = _lane(work, asked)
        if lane is not None:
            self._say(work, lane, Done(Extent.ROBOT, left, answer_before, None if kept is None else kept.slot.start))
        erasing.done(work, asked.id)

    def _forget_goodbye(self, work: Work, row_id: int) -> None:
        asked = erasing.take(work, row_id)
        if asked is None:
            return
        erasure.lock(work, asked.person_id)
        if erasing.spoken_since(work, asked.conversation_id):
            erasing.done(work, row_id)
            return
        self._write_down(work, asked.person_id)
        erasure.erase_rows(work, asked.person_id)

    def _write_down(self, work: Work, person: int, *, whole: bool = True) -> None:
        """In the ledger, before the commit; under every id they had, for a backup may be older than what made them one."""
        line = Erasure(person, work.now, erasure.keeping()) if whole else Erasure(person, work.now, part=ledger.ROBOT)
        for each in formers.whole(work, person):
            ledger.write(self._file, replace(line, person=each))

    def _say(self, work: Work, lane: Lane, done: Done) -> None:
        self._tell(work, lane, done)
        lanes.keep(work, lane)


def _lane(work: Work, asked: Asked) -> Lane | None:
    return None if asked.conversation_id is None else lanes.lane_of_conversation(work, asked.conversation_id)


def _address_of(work: Work, asked: Asked) -> Address | None:
    lane = _lane(work, asked)
    return None if lane is None else lane.address


def _whole(work: Work, asked: Asked) -> bool:
    """Everything may go: the head decided it and holds nothing, or nobody follows this person."""
    if asked.extent is Extent.WHOLE:
        return holds.last_day(work, asked.person_id) is None
    if asked.extent is Extent.ALL_BUT_MEETING and appointment_view.to_come(work, asked.person_id):
        return False
    return not rights.followed(work, asked.person_id)


def _lighten(work: Work, asked: Asked) -> bool:
    """Overwrite some pieces of the files that go; True while there are more."""
    erasure.lock(work, asked.person_id)
    if _whole(work, asked):
        return erasure.remove_pieces(work, erasure.rows_of(work, asked.person_id))
    for conversation in erasure.conversations_of(work, asked.person_id):
        if erasure.remove_pieces(work, erasure.unfollowed_rows(work, conversation, erasure.ranges_of(work, conversation))):
            return True
    return False
