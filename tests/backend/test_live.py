"""Open pages stay true: what is said comes at once, what was missed is caught up, and nothing outlives the session."""

import asyncio
import re
from html import unescape

from tests.backend.desk import Browser, House
from tests.clock import TestClock


class TestLive:
    async def opened(self, house: House, browser: Browser, path: str) -> str:
        """The address of the events of a page just opened."""
        await browser.get(path)
        return unescape(re.findall(r'data-events="([^"]*)"', browser.page.text)[0])

    async def test_new_words_come_at_once(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            events = await self.opened(house, browser, f"/backend/threads/{token}")
            async with house.watch(browser, events) as watch:
                assert (await watch.next())[1] == {}  # the page is as it was sent
                await house.says("tu es là <b>?</b>")
                _, sent = await watch.next()
        assert set(sent) == {"l-0-2", "liste", "vu"}
        assert "tu es là &lt;b&gt;?&lt;/b&gt;" in sent["l-0-2"]
        assert 'data-seen="0-2"' in sent["vu"]

    async def test_a_page_cut_off_catches_up(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            events = await self.opened(house, browser, f"/backend/threads/{token}")
            async with house.watch(browser, events) as watch:
                last, _ = await watch.next()
            await house.says("pendant la coupure")
            async with house.watch(browser, events, **{"last-event-id": last}) as watch:
                last, sent = await watch.next()
                assert "pendant la coupure" in sent["l-0-2"]
            async with house.watch(browser, events, **{"last-event-id": last}) as watch:
                assert await watch.next() == (last, {})

    async def test_the_list_follows_everybody_at_its_own_pace(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        await house.asks_for_somebody("anna")
        async with house.browser() as browser:
            await browser.log_in()
            async with house.watch(browser, await self.opened(house, browser, "/backend")) as watch:
                await watch.next()
                await house.is_in_danger("chloe", "je dors dehors ce soir")
                clock.turn(2)
                _, sent = await watch.next()
        assert "je dors dehors" in sent["liste"]
        assert "Danger signalé" in sent["liste"]

    async def test_ends_with_the_session(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            events = await self.opened(house, browser, f"/backend/threads/{token}")
            async with house.watch(browser, events) as watch:
                await watch.next()
                await browser.send("/backend/logout")
                await house.says("un secret")
                assert (await watch.ended()).startswith("event: bye")

    async def test_ends_when_the_service_stops(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        bell = asyncio.create_task(house.bell.run(house.stopping))
        async with house.browser() as browser:
            await browser.log_in()
            events = await self.opened(house, browser, f"/backend/threads/{token}")
            async with house.watch(browser, events) as watch, house.watch(browser, "/backend/events") as other:
                await watch.next()
                await other.next()
                house.stopping.set()
                await watch.ended()
                await other.ended()
        await bell
