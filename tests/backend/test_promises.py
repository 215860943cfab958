"""What an act of the desk does to a promise, and to somebody who must be written to with care."""

from datetime import timedelta

from storage import lanes, promises, threads
from storage.engine import Work
from storage.promises import Promised
from tests.backend.desk import House, peer
from tests.clock import TestClock


async def promised(house: House, name: str = "yanis") -> Promised:
    def unit(work: Work) -> Promised:
        lane = lanes.lane_of(work, peer(name))
        assert lane is not None
        thread = threads.open_thread_of(work, lane.person_id)
        assert thread is not None
        return promises.of(work, thread)

    return await house.storage.run(unit)


async def asks(house: House) -> str:
    """Somebody waits for an answer that was promised; the token of the thread."""
    token = await house.asks_for_somebody()

    def unit(work: Work) -> None:
        thread = threads.find(work, token)
        assert thread is not None
        promises.give(work, thread.id, work.now + timedelta(hours=8))

    await house.storage.run(unit)
    return token


async def test_an_answer_keeps_the_promise(house: House) -> None:
    await house.colleague()
    token = await asks(house)
    assert (await promised(house)).deadline is not None
    async with house.browser() as browser:
        await browser.log_in()
        await browser.get(f"/backend/threads/{token}")
        await browser.send(f"/backend/threads/{token}/take")
        assert (await promised(house)).deadline is not None, "to follow somebody is not yet to answer them"
        await browser.send(f"/backend/threads/{token}/reply", text="Bonjour.")
    assert (await promised(house)).deadline is None


async def test_giving_back_to_the_robot_ends_it(house: House) -> None:
    await house.colleague()
    token = await asks(house)
    async with house.browser() as browser:
        await browser.log_in()
        await browser.get(f"/backend/threads/{token}")
        await browser.send(f"/backend/threads/{token}/take")
        await browser.give_back(token)
    assert (await promised(house)).deadline is None


async def test_closing_ends_it(house: House, clock: TestClock) -> None:
    await house.colleague()
    token = await asks(house)
    async with house.browser() as browser:
        await browser.log_in()
        await browser.get(f"/backend/threads/{token}")
        await browser.close(token)
    clock.turn(hours=9)
    assert not await house.storage.read(promises.any_missed)


async def test_whose_phone_may_be_read_is_not_written_to_by_an_acknowledgement(house: House) -> None:
    await house.colleague()
    token = await house.is_in_danger()
    await house.is_watched("yanis", "pas le soir")
    async with house.browser() as browser:
        await browser.log_in()
        await browser.get(f"/backend/threads/{token}")
        await browser.send(f"/backend/threads/{token}/read")
        assert "C’est noté. La personne n’est pas prévenue" in browser.page.text
    assert not [text for author, text in await house.said() if author == "bot"]
