"""A thread is closed by somebody, with what came of it; and it can be taken up again."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from html import unescape

import httpx
import pytest

from backend.acts import Acts, Draft, Outcome
from backend.minors import Minors
from bot import outbox
from bot.settings import Settings
from storage import desk, endings, lanes, thread_view, threads
from storage.caseworkers import Role
from storage.endings import Closing, Ending
from storage.engine import Storage, Work
from storage.lanes import BOT, HUMAN
from storage.tables import Thread
from tests.backend.desk import Browser, House, build, load, peer
from tests.backend.test_minors import TOLD, closing_of, minor
from tests.clock import TestClock
from tests.talk import Road, bodies

End = Callable[..., Awaitable[httpx.Response]]


class TestClosing:
    async def test_says_what_came_of_it(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.close(token, "oriented", words="vers la <b>Mission Locale</b>")
            assert await closing_of(house, token) == Closing(Ending.ORIENTED, "vers la <b>Mission Locale</b>", "Nadège")
            page = (await browser.get(f"/backend/threads/{token}")).text
            assert "Orientation vers un partenaire" in page
            assert "vers la &lt;b&gt;Mission Locale&lt;/b&gt;" in page
            assert "Orientation vers un partenaire" in (await browser.get("/backend/closed")).text
        assert (await house.lane()).owner == BOT

    async def test_what_came_of_it_is_sealed(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.close(token, "housed")

        def raw(work: Work) -> bytes:
            thread = threads.find(work, token)
            assert thread is not None
            return work.session.get_one(Thread, thread.id).outcome or b""

        assert b"housed" not in await house.storage.run(raw)

    @pytest.mark.parametrize(
        "fields",
        [
            pytest.param({"ending": ""}, id="nothing"),
            pytest.param({"ending": "unheard of"}, id="unknown"),
            pytest.param({"ending": "other", "words": "  "}, id="another, without a word"),
            pytest.param({"ending": "informed", "words": "x" * 501}, id="too long"),
            pytest.param({"ending": "informed", "minor": "1"}, id="a minor, and nothing of who was informed"),
        ],
    )
    async def test_asks_for_what_is_missing_and_keeps_what_was_written(self, house: House, fields: dict[str, str]) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            assert (await browser.close(token, **fields)).status_code == 422
            assert "Pas encore close." in browser.page.text
            assert f'value="{fields.get("words", "")}"' in browser.page.text
        assert await closing_of(house, token) is None

    async def test_twice_is_once(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.close(token, "informed")
            await browser.close(token, "housed")
        closing = await closing_of(house, token)
        assert closing is not None
        assert closing.ending is Ending.INFORMED


FAREWELL = "Je te laisse avec le robot pour le reste. Tu me redemandes quand tu veux."
ROBOT = "Le robot répond de nouveau."


async def speaks(house: House, language: str) -> None:
    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, peer("yanis"))
        assert lane is not None
        lane.language = language
        lanes.keep(work, lane)

    await house.storage.run(unit)


@pytest.mark.parametrize("end", [Browser.close, Browser.give_back])
class TestLastWords:
    async def test_are_the_colleagues_own_then_the_robot_says_it_is_back(self, house: House, end: End) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            await end(browser, token, text="Bon courage pour vendredi !")
        (_, word), (author, text) = (await house.said())[-2:]
        assert word == "Bon courage pour vendredi !"
        assert author == "bot"
        assert text.startswith(ROBOT)
        assert "115 · 17 · 119 · 3114" in text
        assert (await house.lane()).owner == BOT

    async def test_are_proposed_in_the_persons_language_and_may_be_left_out(self, house: House, end: End) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        await speaks(house, "en")
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"/backend/threads/{token}/close")
            assert FAREWELL in browser.page.text, "a colleague reads in French what is proposed"
            assert "ll leave you with the robot" in browser.page.text
            await end(browser, token, text="  ")
        assert [author for author, _ in await house.said()] == ["person", "bot"]

    async def test_crossed_by_new_words_wait_for_a_second_yes(self, house: House, end: End) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"/backend/threads/{token}")
            seen = browser.form(f"/backend/threads/{token}/reply")["seen"]
            await house.says("attends, encore une chose")
            answer = await end(browser, token, text="Au revoir", seen=seen)
            assert answer.status_code == 409
            assert "attends, encore une chose" in answer.text
            assert "Au revoir" in answer.text
            assert (await house.lane()).owner == HUMAN
            assert len(await house.said()) == 2
            assert (await end(browser, token, text="Au revoir")).status_code == 303
        assert (await house.lane()).owner == BOT

    async def test_nothing_goes_by_itself_to_a_phone_that_may_be_read(self, house: House, end: End) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        await house.is_watched("yanis", "pas le soir")
        async with house.browser() as browser:
            await browser.log_in()
            await end(browser, token)
            assert "La personne n’est pas prévenue" in browser.page.text
        assert [author for author, _ in await house.said()] == ["person"]
        assert (await house.lane()).owner == BOT

    async def test_too_long_are_given_back(self, house: House, end: End) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            assert (await end(browser, token, text="x" * 10_001)).status_code == 422
            assert "x" * 10_001 in browser.page.text
        assert len(await house.said()) == 1


async def test_after_closing_the_robot_answers_and_days_later_too(storage: Storage, settings: Settings, clock: TestClock) -> None:
    """A closed thread leaves nobody in silence: what is written next, at once or days after, is answered."""
    road, house = Road(storage, clock, load()), build(storage, settings)
    talk, nadege = road.talk(), await house.colleague()
    await talk.says("je veux parler à une personne")

    def unit(work: Work) -> Outcome:
        view = thread_view.view(work, desk.entries(work)[0].token)
        assert view is not None
        return Acts(outbox.put, Minors(load)).close(work, nadege, view.token, Closing(Ending.INFORMED), Draft("", view.seen, "f"))

    assert await storage.run(unit) is Outcome.DONE
    await road.run()
    assert ROBOT in bodies(talk.news())
    for days in (0, 12, 200):
        clock.turn_to(clock.now() + timedelta(days=days))
        assert await talk.says("c koi visale"), days
    assert (await talk.lane()).owner == BOT


class TestReopening:
    async def test_takes_up_what_was_said_since(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody(text="il veut un garant")
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.close(token)
            await house.says("j'ai oublié de dire")
            await browser.get(path)
            await browser.send(f"{path}/reopen")
            assert "j&#39;ai oublié de dire" in browser.page.text
            assert await closing_of(house, token) is None
            await browser.send(f"{path}/reply", text="Bonjour")
        assert ("caseworker", "Bonjour") in await house.said()
        assert token == await house.asks_for_somebody()

    async def test_keeps_how_it_had_ended_as_a_note(self, house: House) -> None:
        await house.colleague()
        token = await minor(house)
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.close(token, **TOLD)
            await browser.get(path)
            await browser.send(f"{path}/reopen")
            page = unescape((await browser.get(path)).text)
            assert "par Nadège : Information donnée." in page.replace("\u00a0", " ").replace("\u202f", " ")
            assert "Informé : Le 119, l’école" in page.replace("\u00a0", " ").replace("\u202f", " ")
            assert (await browser.close(token)).status_code == 422, "closed again, it says again who was informed"

    async def test_leaves_a_newer_one_alone(self, house: House) -> None:
        await house.colleague()
        first = await house.asks_for_somebody()
        path = f"/backend/threads/{first}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.close(first)
            await browser.get(path)
            form = browser.form(f"{path}/reopen")
            second = await house.asks_for_somebody()
            assert (await browser.post(f"{path}/reopen", form)).status_code == 409
            await browser.close(second)
            assert (await browser.post(f"{path}/reopen", form)).status_code == 409
            assert "Rouvrir" not in (await browser.get(path)).text

    async def test_of_an_open_one_changes_nothing(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get("/backend")
            answer = await browser.post(f"/backend/threads/{token}/reopen", browser.form("/backend/logout"))
            assert answer.status_code == 303


async def test_an_administrator_sees_none_of_it(house: House) -> None:
    await house.colleague("Root", "root@example.org", Role.ADMIN)
    token = await house.asks_for_somebody()
    async with house.browser() as browser:
        await browser.log_in("root@example.org")
        for path in ("/backend/closed", "/backend/tasks", f"/backend/threads/{token}/close"):
            assert (await browser.get(path)).status_code == 403


def test_an_ending_is_read_as_it_was_written() -> None:
    plain = Closing(Ending.SILENT, "rien", "Nadège")
    assert endings.load(endings.dump(plain)) == plain
