"""What the team checked is kept with who and when, one thing beside another, and written into the audit."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from content.checks import FACT, Checks, fact_key, page_key
from storage import caseworkers, checks, reads, tables
from storage.caseworkers import Role
from storage.checks import CORRECTED, RESTORED, VERIFIED, WITHDRAWN, Done
from storage.engine import Storage, Wake, Work, table
from tests.clock import TestClock

AUDIT = table(tables.Audit)
TODAY, DUE = date(2026, 3, 3), date(2026, 9, 3)


@pytest.fixture
async def nadege(storage: Storage) -> int:
    return await storage.run(_join, "Nadège")


@pytest.fixture
async def theo(storage: Storage) -> int:
    return await storage.run(_join, "Théo")


def _join(work: Work, name: str) -> int:
    member = caseworkers.accept_invitation(work, caseworkers.invite(work, f"{name}@example.org", Role.CASEWORKER), name, "hash")
    assert member is not None
    return member.id


async def test_who_checked_what_and_when(storage: Storage, clock: TestClock, nadege: int, theo: int) -> None:
    heard: list[Wake] = []
    storage.subscribe(lambda wake, _: heard.append(wake))
    await storage.run(checks.verify, nadege, fact_key("x"), "one", DUE)
    assert Wake.SETTING in heard
    assert await storage.read(checks.today) == TODAY
    clock.turn(days=1)
    await storage.run(checks.correct, theo, fact_key("x"), "two", DUE, {"value": "12", "source": "a page", "source_date": "2026"})
    await storage.run(checks.withdraw, nadege, fact_key("x"))
    await storage.run(checks.restore, theo, fact_key("x"))
    edits = await storage.read(checks.edits)
    entry = edits[fact_key("x")]
    assert isinstance(entry, dict)
    assert (entry["value"], entry["source"], entry["withdrawn"], entry["seen"]) == ("12", "a page", False, "")
    tomorrow = TODAY + timedelta(days=1)
    done = [Done(RESTORED, tomorrow, theo), Done(WITHDRAWN, tomorrow, nadege), Done(CORRECTED, tomorrow, theo), Done(VERIFIED, TODAY, nadege)]
    assert list(checks.history(edits, fact_key("x"))) == done
    assert checks.history(edits, fact_key("y")) == ()


async def test_every_act_is_a_row_of_the_audit(storage: Storage, nadege: int, theo: int) -> None:
    await storage.run(checks.verify, nadege, fact_key("x"), "one", DUE)
    await storage.run(checks.withdraw, theo, fact_key("x"))

    def unit(work: Work) -> list[tuple[str, int, object]]:
        rows = work.session.execute(select(AUDIT.c.act, AUDIT.c.caseworker_id, AUDIT.c.person_id).order_by(AUDIT.c.id))
        return [(row.act, row.caseworker_id, row.person_id) for row in rows]

    assert await storage.read(unit) == [("content", nadege, None), ("content", theo, None)]


async def test_two_colleagues_at_once_lose_nothing(storage: Storage, nadege: int) -> None:
    await asyncio.gather(*(storage.run(checks.verify, nadege, fact_key(f"f{nth}"), "x", DUE) for nth in range(8)))
    assert len(await storage.read(checks.edits)) == 8


async def test_what_is_kept_is_what_the_content_reads(storage: Storage, nadege: int) -> None:
    await storage.run(checks.verify, nadege, page_key("aide-apl"), "these words", DUE)
    check = Checks(await storage.read(checks.edits), TODAY).page("aide-apl", "these words")
    assert check is not None
    assert (check.on, check.by, check.review_by) == (TODAY, str(nadege), DUE)
    await storage.run(checks.withdraw, nadege, page_key("aide-apl"))
    assert Checks(await storage.read(checks.edits), TODAY).page("aide-apl", "these words") is None


async def test_the_checks_of_a_week(storage: Storage, clock: TestClock, nadege: int) -> None:
    await storage.run(checks.verify, nadege, fact_key("before"), "x", DUE)
    clock.turn(days=7)
    for name in ("a", "a", "b"):
        await storage.run(checks.verify, nadege, fact_key(name), "x", DUE)
    await storage.run(checks.verify, nadege, page_key("a"), "x", DUE)
    await storage.run(checks.withdraw, nadege, fact_key("c"))
    edits = await storage.read(checks.edits)
    assert checks.checked_since(edits, FACT, TODAY + timedelta(days=6)) == 2


async def test_the_past_of_one_thing_is_not_without_end(storage: Storage, nadege: int) -> None:
    for _ in range(checks.REMEMBERED + 5):
        await storage.run(checks.verify, nadege, fact_key("x"), "x", DUE)
    assert len(checks.history(await storage.read(checks.edits), fact_key("x"))) == checks.REMEMBERED


async def test_pages_are_counted_without_anybody(storage: Storage, clock: TestClock) -> None:
    await storage.run(reads.count, "webchat", "aide-apl")
    clock.turn(days=95)
    for channel in ("webchat", "telegram", "webchat"):
        await storage.run(reads.count, channel, "aide-apl")
    await storage.run(reads.count, "webchat", "dalo")
    assert dict(await storage.read(reads.lately)) == {"aide-apl": 4, "dalo": 1}
    clock.turn(days=60)
    assert dict(await storage.read(reads.lately)) == {"aide-apl": 3, "dalo": 1}
