"""What the desk writes down of who reads and writes, and that no page measures anybody by it."""

import re
from html import unescape

from sqlalchemy import select

from storage import tables, tasks
from storage.caseworkers import Role
from storage.engine import Work, table
from tests.backend.desk import Browser, House
from tests.clock import TestClock

AUDIT = table(tables.Audit)


async def written(house: House) -> list[str]:
    def unit(work: Work) -> list[str]:
        return list(work.session.execute(select(AUDIT.c.act).order_by(AUDIT.c.id)).scalars())

    return await house.storage.read(unit)


async def test_every_act_is_a_row(house: House) -> None:
    nadege = await house.colleague()
    token = await house.is_in_danger()
    path = f"/backend/threads/{token}"
    async with house.browser() as browser:
        await browser.log_in()
        assert await written(house) == [], "the list opens nobody's demande"
        await browser.get(path)
        await browser.send(f"{path}/read")
        await browser.send(f"{path}/take")
        await browser.send(f"{path}/reply", text="Bonjour")
        await browser.send(f"{path}/note", text="à rappeler")
        await browser.send(f"{path}/task", text="Rappeler", day="", **{"for": ""})
        (to_do,) = await house.storage.read(tasks.waiting, nadege)
        await browser.send(f"/backend/tasks/{to_do.token}/done")
        await house.becomes(token, "failed")
        await browser.get(path)
        await browser.send(f"{path}/resend")
        await browser.give_back(token)
        await browser.close(token)
        await browser.get(path)
        await browser.send(f"{path}/reopen")
    acts = ["acknowledged", "took", "replied", "noted", "task", "task", "resent", "gave back", "closed", "reopened"]
    assert await written(house) == ["opened", *acts]


async def test_a_page_refused_opens_nothing(house: House) -> None:
    await house.colleague("Root", "root@example.org", Role.ADMIN)
    token = await house.asks_for_somebody()
    async with house.browser() as browser:
        await browser.log_in("root@example.org")
        assert (await browser.get(f"/backend/threads/{token}")).status_code == 403
    assert await written(house) == []


async def pages(browser: Browser) -> dict[str, str]:
    """What the pages that name colleagues say, without what changes at every look."""
    found = {}
    for path in ("/backend/team", "/backend/hours", "/backend/setup", "/backend/tasks"):
        text = re.sub(r'value="[^"]*"', "", (await browser.get(path)).text)
        found[path] = unescape(re.sub(r"\s+", " ", text))
    return found


async def test_no_page_measures_anybody(house: House, clock: TestClock) -> None:
    """Who answered ten people and who answered none look the same to the head."""
    await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    await house.colleague()
    await house.colleague("Théo", "theo@example.org")
    async with house.browser() as nadia:
        await nadia.log_in("nadia@example.org")
        before = await pages(nadia)
        for nth in range(10):
            token = await house.asks_for_somebody(f"somebody-{nth}")
            clock.turn(minutes=nth)
            async with house.browser() as browser:
                await browser.log_in()
                await browser.get(f"/backend/threads/{token}")
                await browser.send(f"/backend/threads/{token}/reply", text="Bonjour")
                await browser.close(token)
        assert await pages(nadia) == before
        assert "Nadège" not in (await nadia.get("/backend/closed")).text, "who closed one stands on its page, not in a list to be counted"
