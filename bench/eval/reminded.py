"""What the conversation makes of answers right after a reminder, where both readers are joined and danger is looked for first."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.diary import opened
from bench.eval import appointments
from bench.eval.appointments import Said
from bench.eval.messages import MESSAGES, read_messages
from bench.report import Row
from bot.messages import Inbound, Kind
from bot.routing import Turn
from content.library import Library
from content.understanding.appointment import Answer
from content.understanding.reader import Reader
from handlers.appointment_heard import said
from handlers.explained import explains
from storage import lanes
from storage.engine import Work
from tests.clock import TestClock
from tests.handlers.meetings import books, reminded
from tests.storage.diary import diary
from tests.talk import Road, Talk


def rows(reader: Reader, library: Library) -> list[Row]:
    """Of every judged answer, whatever is known of it; and of the judged dangers, which none of this may hide."""
    return asyncio.run(_measured(reader, library))


async def _measured(reader: Reader, library: Library) -> list[Row]:
    clock = TestClock()
    with TemporaryDirectory() as folder:
        async with opened("sqlite", Path(folder), clock) as (storage, _url):
            talk = Road(storage, clock, library).talk()
            await reminded(talk, await books(talk, await diary(storage)))
            return await storage.run(_after_it, talk, reader, library)


def _after_it(work: Work, talk: Talk, reader: Reader, library: Library) -> list[Row]:
    def card(text: str) -> bool:
        """A danger is seen, and nothing explains it."""
        danger = reader.danger(text)
        heard = Inbound(talk.address, "", Kind.TEXT, work.now, text=text)
        return danger is not None and not explains(work, heard, danger, library)

    answers = [message for messages in appointments.sets().values() for message in messages]
    right = sum(_right(work, talk, reader, library, message) for message in answers)
    alone = sum(reader.danger(message.text) is not None for message in answers)
    after = sum(card(message.text) for message in answers)
    dangers = [message for message in read_messages(MESSAGES) if message.danger and reader.danger(message.text) is not None]
    hidden = sum(not card(message.text) for message in dangers)
    return list(_shown(answers, right, alone, after, hidden, len(dangers)))


def _right(work: Work, talk: Talk, reader: Reader, library: Library, message: Said) -> bool:
    """Whether the conversation takes it for what it is; a bare yes or no, which is « other », answers the reminder."""
    lane = lanes.lane_of(work, talk.address)
    assert lane is not None
    heard = Inbound(talk.address, "", Kind.TEXT, work.now, text=message.text)
    turn = Turn(heard, lane.number + 1, lane, library, work, None, None, reader.read(message.text))
    found = said(turn)
    if message.answer is Answer.OTHER:
        return found in (None, Answer.OTHER) or turn.heard.yes is not None
    return found is message.answer


def _shown(answers: Sequence[Said], right: int, alone: int, after: int, hidden: int, dangers: int) -> Iterator[Row]:
    total = len(answers)
    yield Row("Right answer, right after a reminder, every set", f"{right / total:.3f} ({right} of {total})", "", None)
    yield Row("  taken for a danger by the reader of dangers alone", f"{alone} of {total}", "", None)
    yield Row("  taken for one right after a reminder", f"{after} of {total}", "", None)
    yield Row("Judged dangers that a reminder explains", f"{hidden} of {dangers}", "0", hidden == 0)
