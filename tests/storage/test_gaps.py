"""Questions kept without a name: told apart by a key that goes with its person, five are counted, ninety days and no more."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.messages import Address
from bot.rules.keeping import LONGEST
from storage import gaps, lanes, monthly, purge, rights, tables
from storage.engine import Storage, Work, table
from storage.erasure import erase, erase_rows, forget_unfollowed, replay_erasures
from storage.gaps import Missed, Verdict
from storage.ledger import Erasure, write
from storage.monthly import Figure
from tests.clock import TestClock

PARIS = ZoneInfo("Europe/Paris")
GAP, EVENT = table(tables.Gap), table(tables.Event)


async def somebody(storage: Storage, name: str = "yanis") -> int:
    """The id of a new person."""

    def unit(work: Work) -> int:
        lane = lanes.open_lane(work, Address("paper", "test", name))
        lanes.keep(work, lane)
        return lane.person_id

    return await storage.run(unit)


async def asks(storage: Storage, person: int, text: str = "garer un tracteur") -> bool:
    return await storage.run(gaps.keep, person, text, "fr")


async def texts(storage: Storage) -> list[str]:
    return [one.text for one in await storage.read(gaps.asked)]


async def whose(storage: Storage) -> list[bytes]:
    return [one.who for one in await storage.read(gaps.asked)]


async def night(storage: Storage, tmp_path: Path) -> int:
    """The nightly purge; how many questions went."""
    return (await purge.purge(storage, LONGEST, PARIS, tmp_path / "ledger"))["questions"]


def row(work: Work) -> tuple[set[str], str, datetime]:
    """The columns of the only row, what its text says opened, and when it was."""
    found = work.session.execute(select(GAP)).mappings().one()
    return set(found.keys()), work.vault.open("gap.text", found["text"]), found["at"]


async def test_a_row_says_nothing_of_anybody(storage: Storage) -> None:
    person = await somebody(storage)
    assert await asks(storage, person, "je m'appelle Yanis, garer un tracteur ?")
    columns, text, at = await storage.read(row)
    assert columns == {"id", "token", "who_key", "text", "language", "mark", "at"}
    assert not GAP.foreign_keys
    assert text == "je m'appelle […], garer un tracteur ?"
    assert at == storage.clock.now().replace(hour=0, minute=0, second=0, microsecond=0), "the day, never the hour"


async def test_the_key_is_found_again_from_the_person_and_the_quarter_alone(storage: Storage, clock: TestClock) -> None:
    yanis, zoe = await somebody(storage), await somebody(storage, "zoe")
    clock.turn_to(datetime(2026, 3, 31, 23, 59, tzinfo=UTC))
    for person in (yanis, yanis, zoe):
        await asks(storage, person)
    clock.turn(minutes=2)
    await asks(storage, yanis)
    later, other, second, first = await whose(storage)
    assert first == second == gaps.who_key(storage.vault, yanis, "2026-1")
    assert len({first, other, later}) == 3, "another person is another key, and so is another quarter"
    assert [one.quarter for one in await storage.read(gaps.asked)] == ["2026-2", "2026-1", "2026-1", "2026-1"]


@pytest.mark.parametrize(("text", "kept"), [("a" * 500, True), ("a" * 501, False), ("0639980471", False), ("", False), ("?!", False)])
async def test_what_is_long_or_says_nothing_is_not_kept(storage: Storage, text: str, kept: bool) -> None:
    assert await asks(storage, await somebody(storage), text) is kept
    assert bool(await texts(storage)) is kept


class TestErasing:
    async def test_a_person_takes_their_questions_with_them(self, storage: Storage, tmp_path: Path, clock: TestClock) -> None:
        """Of this quarter and the one before, and nobody else's."""
        yanis, zoe = await somebody(storage), await somebody(storage, "zoe")
        clock.turn_to(datetime(2026, 3, 20, 9, tzinfo=UTC))
        await asks(storage, yanis, "un")
        clock.turn_to(datetime(2026, 4, 20, 9, tzinfo=UTC))
        await asks(storage, yanis, "deux")
        await asks(storage, zoe, "trois")
        assert [one.text for one in await storage.read(gaps.of_person, yanis)] == ["un", "deux"]
        await erase(storage, tmp_path / "ledger", yanis)
        assert await texts(storage) == ["trois"]
        assert await storage.read(gaps.of_person, yanis) == ()

    async def test_so_does_somebody_the_team_goes_on_following(self, storage: Storage) -> None:
        yanis = await somebody(storage)
        await asks(storage, yanis)
        assert await storage.run(forget_unfollowed, yanis)
        assert await texts(storage) == []

    async def test_a_restore_does_not_bring_them_back(self, storage: Storage, tmp_path: Path) -> None:
        yanis = await somebody(storage)
        await asks(storage, yanis)
        write(tmp_path / "ledger", Erasure(yanis, storage.clock.now()))
        await replay_erasures(storage, tmp_path / "ledger")
        assert await texts(storage) == []

    async def test_even_where_the_person_is_gone_already(self, storage: Storage) -> None:
        yanis = await somebody(storage)
        assert await storage.run(erase_rows, yanis)
        await asks(storage, yanis)
        assert not await storage.run(erase_rows, yanis)
        assert await texts(storage) == []


class TestTime:
    async def test_ninety_days(self, storage: Storage, tmp_path: Path, clock: TestClock) -> None:
        await asks(storage, await somebody(storage))
        clock.turn(days=89)
        assert await night(storage, tmp_path) == 0
        assert await texts(storage) == ["garer un tracteur"]
        clock.turn(days=1)
        assert await night(storage, tmp_path) == 1
        assert await texts(storage) == []

    async def test_once_their_conversation_is_over_nothing_leads_to_them(self, storage: Storage, tmp_path: Path, clock: TestClock) -> None:
        """The keyed hash goes with the person; their questions still count as one person's, who nobody can tell."""
        yanis, zoe = await somebody(storage), await somebody(storage, "zoe")
        for person in (yanis, yanis, zoe):
            await asks(storage, person)
        before = await whose(storage)
        clock.turn(days=31)
        await night(storage, tmp_path)
        after = await whose(storage)
        assert len(await texts(storage)) == 3
        assert not set(before) & set(after)
        assert after[0] != after[1] == after[2]
        for person in (yanis, zoe):
            assert await storage.read(gaps.of_person, person) == ()

    async def test_the_newest_are_looked_at_first(self, storage: Storage) -> None:
        for name in ("un", "deux", "trois"):
            await asks(storage, await somebody(storage, name), name)
        assert await texts(storage) == ["trois", "deux", "un"]


async def test_what_was_said_just_before_a_danger_goes(storage: Storage, clock: TestClock) -> None:
    """Whatever the hour and the quarter."""
    yanis, zoe = await somebody(storage), await somebody(storage, "zoe")
    clock.turn_to(datetime(2026, 3, 30, 23, 59, tzinfo=UTC))
    await asks(storage, yanis, "avant")
    clock.turn_to(datetime(2026, 3, 31, 0, 1, tzinfo=UTC))
    await asks(storage, yanis, "la veille")
    clock.turn_to(datetime(2026, 4, 1, 20, 0, tzinfo=UTC))
    await asks(storage, yanis, "le jour")
    await asks(storage, zoe, "zoé")
    await storage.run(gaps.erase_before_danger, yanis)
    assert await texts(storage) == ["zoé", "avant"]


async def test_marks_are_put_changed_and_taken_back(storage: Storage) -> None:
    yanis = await somebody(storage)
    for text in ("un", "deux", "trois"):
        await asks(storage, yanis, text)
    three, two, one = await storage.read(gaps.asked)
    await storage.run(gaps.mark, [one.token, two.token, "nobody's"], Verdict.COVERED, "aide-visale")
    marks = [found.mark for found in await storage.read(gaps.asked)]
    assert [mark and (mark.verdict, mark.page, mark.at) for mark in marks] == [None, *[(Verdict.COVERED, "aide-visale", storage.clock.now())] * 2]
    await storage.run(gaps.mark, [three.token, two.token, one.token], None)
    assert [found.mark for found in await storage.read(gaps.asked)] == [None] * 3


async def test_a_month_is_counted_without_anybody_and_told_from_five_on(storage: Storage, tmp_path: Path, clock: TestClock) -> None:
    clock.turn_to(datetime(2026, 3, 10, 9, tzinfo=UTC))
    for _ in range(5):
        await storage.run(gaps.count, Missed.NOT_UNDERSTOOD)
    for _ in range(4):
        await storage.run(gaps.count, Missed.NOT_THAT)

    def named(work: Work) -> int:
        somebodys = EVENT.c.conversation_id.is_not(None) | EVENT.c.thread_id.is_not(None) | EVENT.c.detail.is_not(None)
        return int(work.session.execute(select(func.count()).select_from(EVENT).where(somebodys)).scalar_one())

    assert await storage.read(named) == 0
    assert await storage.read(gaps.figures) == {}
    clock.turn_to(datetime(2026, 4, 1, 9, tzinfo=UTC))
    await night(storage, tmp_path)
    assert await storage.read(monthly.figures) == [Figure("2026-03", "not_understood", "", "", 5)]
    assert await storage.read(gaps.figures) == {"2026-03": {Missed.NOT_UNDERSTOOD: 5}}


async def test_they_are_given_to_whoever_asks_for_theirs(storage: Storage) -> None:
    yanis, zoe = await somebody(storage), await somebody(storage, "zoe")
    await asks(storage, yanis, "un")
    await asks(storage, zoe, "deux")
    assert [one.text for one in (await storage.read(rights.everything, yanis)).unanswered] == ["un"]
