"""The team's figures in a real browser: read by everybody, on a phone and in the dark, and taken away as a file."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from storage import motives
from storage.appointment_view import Outcome
from storage.engine import Work
from storage.motives import Motive
from storage.tables import Appointment
from tests.backend.test_figures import PATH, TEAM, filled
from tests.browser.desk import DESK, NARROW, PHONE, ZOOMED, Desk, browser_of, faults_in, log_in
from tests.storage.diary import Diary, paris

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def many(desk: Desk, of: Diary) -> None:
    """Sixty more, of two motives, in January: enough for a table, with cells that are not shown."""
    people = [await of.person(f"q{nth}") for nth in range(60)]

    def unit(work: Work) -> None:
        other = motives.put(work, Motive("", "Un souci dans le logement, avec le propriétaire ou les voisins", of.motive.needs))
        for nth, person in enumerate(people):
            slot = of.at(f"2026-01-{5 + nth % 20:02} 1{nth // 20}:00", of.team[nth % len(TEAM)])
            outcome = Outcome.ABSENT if nth % 9 == 0 else Outcome.WARNED if nth % 11 == 0 else Outcome.CAME
            seal = work.vault.seal
            row = Appointment(
                token=f"t{nth}",
                person_id=person,
                caseworker_id=slot.who,
                place_id=slot.place,
                state="done",
                motive=seal("appointment.motive", other if nth % 4 else of.motive.token),
                mode=seal("appointment.mode", slot.mode),
                starts_at=slot.start,
                ends_at=slot.end,
                holds_from=slot.start,
                holds_until=slot.end,
                outcome=seal("appointment.outcome", outcome),
                confirmed_at=slot.start if nth % 2 else None,
                created_at=slot.start - timedelta(days=nth % 15),
                changed_at=slot.start,
            )
            work.session.add(row)
        work.session.flush()

    await desk.house.storage.run(unit)


async def every_page(desk: Desk, context: BrowserContext) -> AsyncIterator[tuple[str, Page]]:
    """The page in each of its states."""
    page = await log_in(context, desk)
    await page.get_by_label("Votre menu").click()
    await page.get_by_role("link", name="Chiffres").click()
    yield "no figure yet", page
    of = await filled(desk.house, desk.clock)
    await many(desk, of)
    desk.clock.turn_to(paris("2026-04-02 10:00"))
    await page.goto(f"{desk.url}{PATH}")
    await expect(page.get_by_role("heading", name="Par motif")).to_be_visible()
    yield "a quarter", page


async def test_everybody_can_read_it(chromium: Browser, desk: Desk) -> None:
    assert not await faults_in(every_page, chromium, desk, DESK, PHONE, NARROW, ZOOMED)


async def test_it_is_taken_away_as_a_file(chromium: Browser, desk: Desk) -> None:
    await many(desk, await filled(desk.house, desk.clock))
    desk.clock.turn_to(paris("2026-04-02 10:00"))
    async with browser_of(chromium, DESK, script=False) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}{PATH}")
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="Télécharger en tableau").click()
        assert (await coming.value).suggested_filename == "palier-chiffres-2026-T1.csv"
