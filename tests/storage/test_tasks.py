"""Tasks and notes: who sees them, what becomes of them, and that a confidential setting is kept sealed."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.messages import Address
from storage import caseworkers, lanes, notes, settings_store, tasks, threads
from storage.caseworkers import Member, Role
from storage.engine import Storage, Wake, Work
from storage.tables import Confidential
from storage.tasks import Kind
from tests.clock import TestClock


def _come_in(work: Work, email: str, name: str, role: Role) -> Member:
    member = caseworkers.accept_invitation(work, caseworkers.invite(work, email, role), name, "hash")
    assert member is not None
    return member


def _thread(work: Work) -> int:
    lane = lanes.open_lane(work, Address("telegram", "bot", "yanis"))
    thread = threads.open_for(work, lane)
    lanes.keep(work, lane)
    return thread


@pytest.fixture
async def nadege(storage: Storage) -> Member:
    return await storage.run(_come_in, "nadege@example.org", "Nadège", Role.CASEWORKER)


class TestTasks:
    async def test_the_soonest_due_comes_first_and_what_has_no_date_last(self, storage: Storage, nadege: Member, clock: TestClock) -> None:
        def unit(work: Work) -> None:
            tasks.add(work, Kind.DO, text="sans date")
            tasks.add(work, Kind.CALL, text="demain", due_at=work.now + timedelta(days=1))
            tasks.add(work, Kind.DO, text="hier", due_at=work.now - timedelta(days=1), caseworker_id=nadege.id)

        await storage.run(unit)
        found = await storage.read(tasks.waiting, nadege)
        assert [(task.text, task.for_name, task.late(clock.now())) for task in found] == [
            ("hier", "Nadège", True),
            ("demain", "", False),
            ("sans date", "", False),
        ]

    async def test_a_minor_and_a_promise_that_nobody_kept_come_before(self, storage: Storage) -> None:
        head = await storage.run(_come_in, "nadia@example.org", "Nadia", Role.HEAD)

        def unit(work: Work) -> None:
            tasks.add(work, Kind.ERASURE, due_at=work.now - timedelta(days=1))
            tasks.add(work, Kind.LATE)
            tasks.add(work, Kind.MINOR, due_at=work.now + timedelta(hours=3))

        await storage.run(unit)
        assert [task.kind for task in await storage.read(tasks.waiting, head)] == [Kind.MINOR, Kind.LATE, Kind.ERASURE]

    async def test_done_is_done_once_and_can_be_taken_up_again(self, storage: Storage, nadege: Member) -> None:
        token = await storage.run(tasks.add, Kind.DO, text="rappeler")
        assert await storage.run(tasks.finish, nadege, token)
        assert not await storage.run(tasks.finish, nadege, token)
        assert [task.token for task in await storage.read(tasks.done, nadege)] == [token]
        assert await storage.read(tasks.count, nadege) == 0
        assert await storage.run(tasks.take_up_again, nadege, token)
        assert await storage.read(tasks.count, nadege) == 1

    @pytest.mark.parametrize("kind", [kind for kind in Kind if kind.for_head])
    async def test_what_the_head_decides_is_the_heads(self, storage: Storage, nadege: Member, kind: Kind) -> None:
        token = await storage.run(tasks.add, kind)
        assert await storage.read(tasks.count, nadege) == 1  # nobody else is there to do it
        head = await storage.run(_come_in, "nadia@example.org", "Nadia", Role.HEAD)
        assert await storage.read(tasks.waiting, nadege) == ()
        assert not await storage.run(tasks.finish, nadege, token)
        assert [task.token for task in await storage.read(tasks.waiting, head)] == [token]

    async def test_a_task_on_a_thread_is_told_with_it(self, storage: Storage, nadege: Member) -> None:
        thread = await storage.run(_thread)
        await storage.run(tasks.add, Kind.DO, text="écrire au bailleur", thread_id=thread)
        await storage.run(tasks.add, Kind.DO, text="autre chose")
        assert [task.text for task in await storage.read(tasks.of_thread, thread, nadege)] == ["écrire au bailleur"]
        assert (await storage.read(tasks.waiting, nadege))[0].thread

    async def test_what_waited_for_somebody_who_leaves_waits_for_anybody(self, storage: Storage, nadege: Member) -> None:
        await storage.run(tasks.add, Kind.DO, caseworker_id=nadege.id)
        await storage.run(tasks.hand_back, nadege.id)
        assert [task.for_id for task in await storage.read(tasks.waiting, nadege)] == [None]


async def test_notes_are_numbered_and_told_to_open_pages(storage: Storage, nadege: Member) -> None:
    thread = await storage.run(_thread)
    heard: list[Wake] = []
    storage.subscribe(lambda wake, _: heard.append(wake))
    for text in ("elle préfère le matin", "vu avec le bailleur"):
        await storage.run(notes.add, thread, nadege.id, text)
    told = await storage.read(notes.of_thread, thread)
    assert [(note.nth, note.by, note.text) for note in told] == [(1, "Nadège", "elle préfère le matin"), (2, "Nadège", "vu avec le bailleur")]
    assert heard == [Wake.TALK, Wake.TALK]


async def test_a_confidential_setting_is_sealed(storage: Storage) -> None:
    assert await storage.read(settings_store.confidential, "alerts") == ""
    for value in ("mailto://user:password@example.org", "ntfys://example.org/garde"):
        await storage.run(settings_store.put_confidential, "alerts", value)
        assert await storage.read(settings_store.confidential, "alerts") == value

    def raw(work: Work) -> list[bytes]:
        return [row.value for row in work.session.exec(select(Confidential))]

    (blob,) = await storage.read(raw)
    assert b"ntfys" not in blob
