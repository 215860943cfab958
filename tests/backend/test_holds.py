"""A demande that must outlive its term: the head alone decides it, says why and until when, and the night respects it."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.rules.keeping import LONGEST
from storage import desk, holds, thread_view, threads
from storage.caseworkers import Role
from storage.purge import purge
from tests.backend.desk import House
from tests.clock import TestClock

PARIS = ZoneInfo("Europe/Paris")
HEAD = "nadia@example.org"
WHY = "Une plainte est en cours : <b>ne rien effacer</b>"


async def held(house: House, token: str) -> list[holds.Held]:
    thread = await house.storage.run(threads.find, token)
    assert thread is not None
    return list(await house.storage.read(holds.of_thread, thread.id))


async def test_says_why_and_until_when_and_is_ended(house: House) -> None:
    nadia = await house.colleague("Nadia", HEAD, Role.HEAD)
    await house.colleague()
    token = await house.asks_for_somebody()
    path = f"/backend/threads/{token}"
    async with house.browser() as browser, house.browser() as other:
        await browser.log_in(HEAD)
        await browser.get(f"{path}/hold")
        await browser.send(f"{path}/hold", reason=WHY, day="2026-06-30")
        assert "Conservée jusqu’au mardi 30 juin 2026" in browser.page.text
        (one,) = await held(house, token)
        assert (one.by_id, one.reason) == (nadia.id, WHY)
        assert one.ends_at.astimezone(PARIS).strftime("%Y-%m-%d %H:%M") == "2026-07-01 00:00"
        assert "&lt;b&gt;ne rien effacer" in (await browser.get(f"{path}/hold")).text
        await other.log_in()
        page = (await other.get(path)).text
        assert "Conservée jusqu’au mardi 30 juin 2026, sur décision de la direction" in page
        assert "ne rien effacer" not in page, "why is the head's"
        await browser.send(f"{path}/hold/end")
        assert "n’est plus conservée" in browser.page.text
    view = await house.storage.read(thread_view.view, token)
    assert view is not None
    assert view.held_until is None


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": " ", "day": "2026-06-30"},
        {"reason": "x" * 501, "day": "2026-06-30"},
        {"reason": WHY, "day": ""},
        {"reason": WHY, "day": "2026-03-02"},
        {"reason": WHY, "day": "9999-12-31"},
    ],
)
async def test_without_a_reason_or_a_day_to_come_nothing_is_held(house: House, fields: dict[str, str]) -> None:
    await house.colleague("Nadia", HEAD, Role.HEAD)
    token = await house.asks_for_somebody()
    path = f"/backend/threads/{token}/hold"
    async with house.browser() as browser:
        await browser.log_in(HEAD)
        await browser.get(path)
        assert (await browser.send(path, **fields)).status_code == 422
        assert fields["reason"].replace("<", "&lt;").replace(">", "&gt;") in browser.page.text
    assert await held(house, token) == []


async def test_only_the_head_decides_it(house: House) -> None:
    await house.colleague()
    token = await house.asks_for_somebody()
    path = f"/backend/threads/{token}/hold"
    async with house.browser() as browser:
        await browser.log_in()
        assert (await browser.get(path)).status_code == 403
        await browser.get(f"/backend/threads/{token}")
        assert "Conserver" not in browser.page.text
        form = {"token": browser.form("/backend/logout")["token"], "reason": WHY, "day": "2026-06-30"}
        assert (await browser.post(path, form)).status_code == 403
        assert (await browser.post(f"{path}/end", form)).status_code == 403
    assert await held(house, token) == []


async def test_a_forged_token_is_nowhere(house: House) -> None:
    await house.colleague("Nadia", HEAD, Role.HEAD)
    async with house.browser() as browser:
        await browser.log_in(HEAD)
        assert (await browser.get("/backend/threads/forged/hold")).status_code == 404
        await browser.get("/backend")
        form = {"token": browser.form("/backend/logout")["token"], "reason": WHY, "day": "2026-06-30"}
        for path in ("/backend/threads/forged/hold", "/backend/threads/forged/hold/end"):
            assert (await browser.post(path, form)).status_code == 404


async def test_the_night_respects_it_until_it_ends(house: House, clock: TestClock, tmp_path: Path) -> None:
    await house.colleague("Nadia", HEAD, Role.HEAD)
    token = await house.asks_for_somebody()
    path = f"/backend/threads/{token}/hold"
    async with house.browser() as browser:
        await browser.log_in(HEAD)
        await browser.get(path)
        await browser.send(path, reason=WHY, day="2029-01-31")
    clock.turn_to(clock.now() + timedelta(days=900))
    await purge(house.storage, LONGEST, PARIS, tmp_path / "ledger")
    assert [entry.token for entry in await house.storage.read(desk.entries)] == [token]
    clock.turn_to(clock.now() + timedelta(days=200))
    await purge(house.storage, LONGEST, PARIS, tmp_path / "ledger")
    assert await house.storage.read(desk.entries) == ()
