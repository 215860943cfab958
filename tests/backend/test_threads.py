"""The list, one thread, and what a caseworker does there."""

import asyncio
import re
from datetime import timedelta
from html import unescape

import pytest

from storage.caseworkers import Role
from storage.lanes import BOT, HUMAN
from tests.backend.desk import Browser, House
from tests.clock import TestClock

SPEAKS = ("bot", "Nadège te répond maintenant. Le robot se tait.")
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> {{ 7*7 }} \u202eevil\u2066 \x00 \' "quoted" &amp;'


async def words(browser: Browser, path: str) -> str:
    """What a page says, without its markup."""
    page = (await browser.get(path)).text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


class TestList:
    async def test_waits_for_nobody(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            assert "Les nouvelles demandes arrivent ici" in browser.page.text

    async def test_danger_first_then_who_has_waited_longest(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        await house.asks_for_somebody("anna", "je suis la première")
        clock.turn(minutes=5)
        await house.asks_for_somebody("bilal", "je suis le deuxième")
        clock.turn(minutes=5)
        await house.is_in_danger("chloe", "je dors dehors ce soir")
        async with house.browser() as browser:
            await browser.log_in()
            said = await words(browser, "/backend")
        assert said.index("je dors dehors") < said.index("la première") < said.index("le deuxième")
        assert "3 personnes attendent" in said
        assert "depuis 10 min" in said

    async def test_an_answered_person_waits_no_more(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"/backend/threads/{token}")
            await browser.send(f"/backend/threads/{token}/reply", text="Bonjour")
            assert "Personne n’attend" in await words(browser, "/backend")
            await house.says("encore moi")
            assert "1 personne attend" in await words(browser, "/backend")

    async def test_who_talks_with_the_robot_does_not_wait(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"/backend/threads/{token}")
            await browser.send(f"/backend/threads/{token}/reply", text="Bonjour")
            await browser.give_back(token)
            await house.says("merci")
            assert "Personne n’attend" in await words(browser, "/backend")

    async def test_a_failed_line_is_shown(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"/backend/threads/{token}")
            await browser.send(f"/backend/threads/{token}/reply", text="Bonjour")
            await house.becomes(token, "failed")
            assert "Non distribué" in await words(browser, "/backend")

    async def test_what_did_not_arrive_outside_any_thread_is_shown_for_three_days(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        await house.says("bonjour")
        await house.robot_says("Une page qu'on ne montre pas ici")
        await house.fails()
        async with house.browser() as browser:
            await browser.log_in()
            said = await words(browser, "/backend")
            assert "Une réponse du robot, à 10 h 30, sur Telegram. Non distribué : la messagerie ne répondait pas." in said
            assert "qu'on ne montre pas" not in said
            clock.turn_to(clock.now() + timedelta(days=3))
            assert "N’est pas arrivé" not in await words(browser, "/backend")


class TestReply:
    async def test_the_person_is_told_who_speaks_then_reads_it(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            answer = await browser.send(f"{path}/reply", text="Bonjour,\r\non regarde ça ensemble.")
            assert answer.status_code == 303
            await browser.send(f"{path}/reply", text="Tu signes quand ?")
        assert (await house.said())[1:] == [SPEAKS, ("caseworker", "Bonjour,\non regarde ça ensemble."), ("caseworker", "Tu signes quand ?")]
        lane = await house.lane()
        assert (lane.owner, lane.epoch) == (HUMAN, 1)
        assert lane.last_human_at == house.storage.clock.now()

    async def test_takes_the_conversation_from_the_robot(self, house: House) -> None:
        await house.colleague()
        token = await house.is_in_danger()
        path = f"/backend/threads/{token}"
        before = await house.lane()
        async with house.browser() as browser:
            await browser.log_in()
            assert "le robot se tait" in (await browser.get(path)).text
            await browser.send(f"{path}/reply", text="Je suis là.")
        lane = await house.lane()
        assert (before.owner, lane.owner, lane.epoch) == (BOT, HUMAN, before.epoch + 1)

    async def test_sent_twice_is_said_once(self, house: House) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            form = {**browser.form(f"{path}/reply"), "text": "Bonjour"}
            answers = await asyncio.gather(*(browser.client.post(f"{path}/reply", data=form) for _ in range(4)))
            assert {answer.status_code for answer in answers} == {303}
            assert (await browser.post(f"{path}/reply", form)).status_code == 303
        assert [text for author, text in await house.said() if author == "caseworker"] == ["Bonjour"]

    @pytest.mark.parametrize("text", ["", "  \n ", "x" * 10_001])
    async def test_what_cannot_be_sent_is_given_back(self, house: House, text: str) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            answer = await browser.send(f"{path}/reply", text=text)
            assert answer.status_code == 422
            assert text in answer.text
            assert "rien n’est parti" in answer.text
        assert len(await house.said()) == 1


class TestCollision:
    async def test_a_reply_crossed_by_new_words_waits_for_a_second_yes(self, house: House) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        await house.named("yanis", "Yanis")
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await house.says("laisse tomber, c'est réglé")
            answer = await browser.send(f"{path}/reply", text="Mon brouillon")
            assert answer.status_code == 409
            said = " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
            assert "Yanis a écrit pendant que vous écriviez." in said
            assert "laisse tomber, c'est réglé" in said
            assert "Mon brouillon" in answer.text
            assert len(await house.said()) == 2
            await browser.send(f"{path}/reply", text="Mon brouillon")
        assert (await house.said())[-1] == ("caseworker", "Mon brouillon")

    async def test_words_that_come_while_one_decides_are_shown_too(self, house: House) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await house.says("une")
            await browser.send(f"{path}/reply", text="Mon brouillon")
            await house.says("deux")
            assert (await browser.send(f"{path}/reply", text="Mon brouillon")).status_code == 409

    async def test_a_colleague_was_quicker(self, house: House) -> None:
        await house.colleague()
        await house.colleague("Théo", "theo@example.org")
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as nadege, house.browser() as theo:
            await nadege.log_in()
            await theo.log_in("theo@example.org")
            await nadege.get(path)
            await theo.get(path)
            await theo.send(f"{path}/reply", text="Bonjour, c'est Théo.")
            answer = await nadege.send(f"{path}/reply", text="Bonjour, c'est Nadège.")
            assert answer.status_code == 409
            assert "Théo a répondu" in answer.text
            await nadege.send(f"{path}/reply", text="Bonjour, c'est Nadège.")
        assert [text for _, text in await house.said()][1:] == [
            "Théo te répond maintenant. Le robot se tait.",
            "Bonjour, c'est Théo.",
            "Nadège te répond maintenant. Le robot se tait.",
            "Bonjour, c'est Nadège.",
        ]

    async def test_a_forged_place_is_a_collision(self, house: House) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            for seen in ("", "0-99999999999999999999", "7-1", "x", "0-²"):
                await browser.get(path)
                assert (await browser.send(f"{path}/reply", text="Bonjour", seen=seen)).status_code == 409


class TestActs:
    async def test_taking_tells_the_person_once(self, house: House) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            form = browser.form(f"{path}/take")
            for _ in range(2):
                await browser.post(f"{path}/take", form)
            assert "vous répondez" in browser.page.text
            await browser.send(f"{path}/reply", text="Bonjour")
        assert (await house.said())[1:] == [SPEAKS, ("caseworker", "Bonjour")]

    async def test_giving_back_lets_the_robot_answer(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            for _ in range(2):
                await browser.give_back(token)
        (farewell, (author, text)) = (await house.said())[1:]
        assert farewell == ("caseworker", "Je te laisse avec le robot pour le reste. Tu me redemandes quand tu veux.")
        assert author == "bot"
        assert text.startswith("Le robot répond de nouveau.")
        assert "115 · 17 · 119 · 3114" in text
        lane = await house.lane()
        assert (lane.owner, lane.epoch) == (BOT, 2)

    async def test_closing_leaves_nobody_in_silence(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            form = browser.form(f"{path}/reply")
            await browser.close(token)
            assert token not in browser.page.text
            assert (await browser.post(f"{path}/reply", {**form, "text": "trop tard"})).status_code == 409
            await house.says("après")
            assert "après" not in (await browser.get(path)).text
        assert (await house.lane()).owner == BOT
        assert token != await house.asks_for_somebody()

    async def test_an_alert_is_read_before_a_thread_is_closed(self, house: House) -> None:
        await house.colleague()
        token = await house.is_in_danger()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            assert (await browser.post(f"{path}/close", browser.form(f"{path}/read"))).status_code == 409
            assert "Nadège a lu ton message." not in [text for _, text in await house.said()]
            await browser.get("/backend")
            form = browser.form(f"{path}/read")
            for _ in range(2):
                await browser.post(f"{path}/read", form)
            assert (await house.said())[1:] == [("bot", "Nadège a lu ton message.")]
            assert (await browser.close(token)).headers["location"].startswith("/backend?")

    async def test_an_alert_read_while_a_human_answers_is_marked_automatic(self, house: House) -> None:
        await house.colleague()
        await house.asks_for_somebody()
        path = f"/backend/threads/{await house.is_in_danger()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await browser.send(f"{path}/read")
        assert (await house.said())[-1] == ("bot", "Nadège a lu ton message.\n\nMessage automatique")

    @pytest.mark.parametrize("act", ["reply", "take", "give-back", "close", "reopen", "note", "task", "read", "resend"])
    async def test_a_forged_token_is_nowhere(self, house: House, act: str) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get("/backend")
            form = browser.form("/backend/logout")
            assert (await browser.get("/backend/threads/forged")).status_code == 404
            assert (await browser.post(f"/backend/threads/forged/{act}", {**form, "text": "x", "line": "0-1"})).status_code == 404

    async def test_a_head_reads_and_answers(self, house: House) -> None:
        await house.colleague("Awa", "awa@example.org", Role.HEAD)
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in("awa@example.org")
            assert (await browser.get(f"/backend/threads/{token}")).status_code == 200


class TestParked:
    async def test_a_turn_set_aside_is_shown_and_tried_again(self, house: House) -> None:
        await house.colleague()
        await house.is_parked("yanis", "un message que le robot ne sait pas lire")
        async with house.browser() as browser:
            await browser.log_in()
            assert "Le robot n’a pas su répondre" in browser.page.text
            path = re.findall(r'action="(/backend/parked/[^"]*)"', browser.page.text)[0]
            form = browser.form(path)
            await browser.post(path, form)
            assert "Le robot reprend ce message" in browser.page.text
            assert "Le robot n’a pas su répondre" not in browser.page.text
            await browser.post(path, form)
            assert "n’attend plus" in browser.page.text
            assert (await browser.post("/backend/parked/1/replay", form)).headers["location"] == "/backend?fait=gone"


class TestLines:
    @pytest.mark.parametrize(
        ("status", "words_"),
        [
            ("queued", "Pas encore parti"),
            ("sent", "Envoyé"),
            ("delivered", "Distribué"),
            ("read", "Lu"),
            ("failed", "Non distribué"),
            ("unknown", "On ne sait pas si c’est parti"),
        ],
    )
    async def test_say_what_is_known(self, house: House, status: str, words_: str) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await browser.send(f"{path}/reply", text="Bonjour")
            await house.becomes(token, status)
            assert words_ in await words(browser, path)

    async def test_what_did_not_arrive_is_sent_again_once(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await browser.send(f"{path}/reply", text="Bonjour")
            await browser.get(path)
            assert "Renvoyer" not in browser.page.text
            await house.becomes(token, "unknown")
            await browser.get(path)
            form = browser.form(f"{path}/resend")
            for _ in range(2):
                assert (await browser.post(f"{path}/resend", form)).status_code == 303
        assert (await house.said())[2:] == [("caseworker", "Bonjour")] * 2

    @pytest.mark.parametrize("line", ["0-1", "0-2", "9-1", "-", "0-999", "0-" + "9" * 40, "²-1"])
    async def test_only_a_lost_line_of_ours_is_sent_again(self, house: House, line: str) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            assert (await browser.post(f"{path}/resend", {**browser.form(f"{path}/take"), "line": line})).status_code == 404

    async def test_how_to_answer_without_danger_stands_above_the_reply(self, house: House) -> None:
        await house.colleague()
        token = await house.is_in_danger()
        await house.is_watched("yanis", "pa le soir il fouille <b>")
        async with house.browser() as browser:
            await browser.log_in()
            page = (await browser.get(f"/backend/threads/{token}")).text
        assert "Quelqu’un d’autre peut lire son téléphone" in page
        assert page.index("pa le soir il fouille &lt;b&gt;") < page.index("<textarea")

    async def test_what_was_said_just_before_is_shown(self, house: House) -> None:
        await house.colleague()
        await house.says("il veut un garant")
        await house.robot_says("Visale est un garant gratuit.")
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            said = await words(browser, path)
        assert said.index("il veut un garant") < said.index("garant gratuit") < said.index("Ici commence la demande")

    async def test_what_an_older_thread_told_is_not(self, house: House) -> None:
        await house.colleague()
        first = await house.asks_for_somebody(text="ma première histoire")
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"/backend/threads/{first}")
            await browser.close(first)
            second = await house.asks_for_somebody(text="une autre histoire")
            page = await words(browser, f"/backend/threads/{second}")
        assert "ma première histoire" not in page
        assert "une autre histoire" in page

    async def test_hostile_words_stay_words(self, house: House) -> None:
        await house.colleague("<b>Nadège</b>")
        token = await house.asks_for_somebody(text=HOSTILE)
        path = f"/backend/threads/{token}"
        await house.named("yanis", "<i>Yanis</i>")
        async with house.browser() as browser:
            await browser.log_in()
            for page in ("/backend", path):
                text = (await browser.get(page)).text
                assert "<script>alert" not in text
                assert "<img src=x" not in text
                assert "<i>Yanis" not in text
                assert "<b>Nadège" not in text
                assert "{{ 7*7 }}" in text
                assert "\x00" not in text
            await browser.send(f"{path}/reply", text=HOSTILE)
            await house.says(HOSTILE)
            crossed = await browser.send(f"{path}/reply", text="</textarea>" + HOSTILE)
            for text in (crossed.text, (await browser.get(path)).text):
                assert "<script>alert" not in text
                assert "<img src=x" not in text
                assert text.count("</textarea>") == text.count("<textarea")
        assert (await house.said())[2] == ("caseworker", HOSTILE)


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


async def test_nothing_personal_in_an_address(house: House) -> None:
    await house.colleague()
    token = await house.asks_for_somebody()
    async with house.browser() as browser:
        await browser.log_in()
        page = (await browser.get(f"/backend/threads/{token}")).text
    addresses = re.findall(r'(?:href|action|src|data-events)="([^"]*)"', page)
    assert not [address for address in addresses if "yanis" in address.lower()]
    assert not re.findall(r'value="\d+"', page)
