"""Reading a conversation, and ringing for who watches it."""

import asyncio

import pytest

from bot.messages import Address, Choice, Outbound, Purpose, Status
from storage import lanes, line, messages, talks
from storage.bell import Bell
from storage.engine import Storage, Work
from storage.messages import Content
from storage.tables import Caseworker
from tests.clock import TestClock

HERE = Address("webchat", "default", "0" * 64)


def talk(work: Work, *bodies: str) -> int:
    """A person's « bonjour », then these answers; the conversation's id."""
    lane = lanes.open_lane(work, HERE)
    if lane.number == 0:
        messages.say(work, lane, "person", Content("bonjour"), Status.READ)
    for body in bodies:
        line.put(work, lane, Outbound(HERE, Purpose.REPLY, body, (Choice("x", "Oui"),)), state="sent")
    lanes.keep(work, lane)
    return lane.conversation_id


def reply(work: Work, name: str) -> None:
    """A caseworker's line."""
    vault = work.vault
    member = Caseworker(
        token=name,
        email=vault.seal("caseworker.email", name),
        email_key=vault.lookup("caseworker.email", name),
        name=vault.seal("caseworker.name", name),
        role="caseworker",
        created_at=work.now,
    )
    work.session.add(member)
    work.session.flush()
    lane = lanes.open_lane(work, HERE)
    line.put(work, lane, Outbound(HERE, Purpose.HUMAN, "Je te réponds."), state="sent", caseworker_id=member.id)
    lane.to("human")
    lanes.keep(work, lane)


async def test_nobody_has_no_conversation(storage: Storage) -> None:
    assert await talks.Talks(storage).find(HERE) is None


async def test_lines_are_read_by_number(storage: Storage, clock: TestClock) -> None:
    reader = talks.Talks(storage)
    conversation = await storage.run(talk, "un", "deux", "trois")
    await storage.run(reply, "Samira")
    found = await reader.find(HERE)
    assert found == talks.Talk(conversation, "fr", human=True, last_number=5)
    lines = await reader.after(conversation, 0, 10)
    assert [(one.number, one.author, one.name, one.text) for one in lines] == [
        (1, "person", None, "bonjour"),
        (2, "bot", None, "un"),
        (3, "bot", None, "deux"),
        (4, "bot", None, "trois"),
        (5, "caseworker", "Samira", "Je te réponds."),
    ]
    assert lines[1].choices == (Choice("x", "Oui"),)
    assert lines[0].at == clock.now()
    assert [one.number for one in await reader.after(conversation, 3, 1)] == [4]
    assert [one.number for one in await reader.before(conversation, 5, 2)] == [3, 4]


async def test_what_was_dropped_was_not_said(storage: Storage) -> None:
    conversation = await storage.run(talk, "un", "deux")
    await storage.run(messages.set_status, conversation, 2, messages.DROPPED)
    assert [one.number for one in await talks.Talks(storage).after(conversation, 0, 10)] == [1, 3]


async def test_a_commit_rings_who_watches_and_nobody_else(storage: Storage) -> None:
    conversation = await storage.run(talk, "un")
    bell = Bell(storage)
    with bell.listen(conversation) as rung, bell.listen(conversation) as also, bell.listen(conversation + 1) as stranger:
        await storage.run(talk, "deux")
        await asyncio.wait_for(asyncio.gather(rung.wait(), also.wait()), 5)
        assert not stranger.is_set()
    assert bell._listeners == {}


async def test_the_sweep_rings_for_what_no_notice_told(storage: Storage) -> None:
    conversation = await storage.run(talk, "un")
    bell = Bell(storage)
    bell._leave()  # as a lost notice: nothing is heard
    with bell.listen(conversation) as rung:
        await bell.sweep()
        rung.clear()
        await bell.sweep()
        assert not rung.is_set()
        await storage.run(talk, "deux")
        await bell.sweep()
        assert rung.is_set()
    await bell.sweep()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_stopping_rings_everybody(storage: Storage) -> None:
    bell, stopping = Bell(storage), asyncio.Event()
    running = asyncio.create_task(bell.run(stopping))
    with bell.listen(7) as rung:
        stopping.set()
        await running
        assert rung.is_set()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_who_listens_after_the_last_ring_is_rung_at_once(storage: Storage) -> None:
    bell, stopping = Bell(storage), asyncio.Event()
    stopping.set()
    await bell.run(stopping)
    with bell.listen(7) as rung:
        assert rung.is_set()
