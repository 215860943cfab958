"""A private page, from the desk: proposed in one tap; what is answered goes there, and the application says so once."""

from bot.channels.webchat.channel import WebChatChannel
from bot.messages import Status
from handlers import private
from storage import lanes, messages, private_links
from storage.engine import Work
from tests.backend.desk import House, peer, words
from tests.clock import TestClock

PAGE = WebChatChannel().address("a" * 64)
THERE = "Tu as une réponse sur ta page privée."


def move(work: Work) -> None:
    """Yanis opens a private page."""
    lane = lanes.lane_of(work, peer("yanis"))
    assert lane is not None
    token = private_links.make(work, lane)
    lanes.keep(work, lane)
    assert private.move(work, token, PAGE)


def writes(work: Work) -> None:
    """He writes on it."""
    lane = lanes.lane_of(work, PAGE)
    assert lane is not None
    messages.say(work, lane, "person", messages.Content("je suis là"), Status.READ)
    lanes.keep(work, lane)


async def test_is_proposed_in_one_tap(house: House) -> None:
    async with house.at_a_thread() as (browser, _token, path):
        await browser.get(f"{path}/paper")
        form = browser.form(f"{path}/paper")
        await browser.post(f"{path}/private", {"token": form["token"]})
        assert "C’est proposé." in browser.page.text
        said = await house.said()
        assert "Nadège te propose de continuer sur une page à part" in said[-1][1]
        await house.storage.run(move)
        await browser.post(f"{path}/private", {"token": form["token"]})
        assert len(await house.said()) == len(said), "there already"


async def test_answers_go_to_the_page_and_the_application_says_so_once(house: House, clock: TestClock) -> None:
    async with house.at_a_thread() as (browser, _token, path):
        await house.storage.run(move)
        await browser.get(path)
        assert "page privée" in await words(browser, path)
        for text in ("Bonjour Yanis", "Tu peux venir demain"):
            clock.turn(60)
            await browser.get(path)
            await browser.send(f"{path}/reply", text=text)
        there = [text for _author, text in await house.said()]
        assert (there.count(THERE), "Bonjour Yanis" in there) == (1, False)
        clock.turn(60)
        await house.storage.run(writes)
        clock.turn(60)
        await browser.get(path)
        await browser.send(f"{path}/reply", text="à demain")
        there = [text for _author, text in await house.said()]
        assert (there.count(THERE), "à demain" in there) == (2, False)


async def test_what_is_written_in_the_application_does_not_bring_answers_back_there(house: House) -> None:
    async with house.at_a_thread() as (browser, _token, path):
        await house.storage.run(move)
        await house.says("encore moi")
        await browser.get(path)
        assert "encore moi" in browser.page.text
        await browser.send(f"{path}/reply", text="réponse")
        assert "réponse" not in [text for _author, text in await house.said()]


async def test_a_phone_that_may_be_read_says_nothing_and_the_wish_stays_in_sight(house: House) -> None:
    async with house.at_a_thread() as (browser, _token, path):
        await house.is_watched("yanis", "jamais le soir")
        await house.storage.run(move)
        assert "jamais le soir" in await words(browser, path)
        await browser.send(f"{path}/reply", text="Bonjour")
        assert THERE not in [text for _author, text in await house.said()]


async def test_given_back_to_the_robot_only_the_page_says_so(house: House) -> None:
    async with house.at_a_thread() as (browser, token, path):
        await house.storage.run(move)
        await browser.get(path)
        await browser.send(f"{path}/reply", text="Bonjour")
        before = await house.said()
        await browser.give_back(token, text="")
        assert await house.said() == before
        assert not (await house.lane()).human
