"""What was said, as its page shows it: what is known of each line, what stands before, and words that stay words."""

import re

import pytest

from storage import messages, notes, threads
from storage.thread_view import SHOWN
from tests.backend.desk import House, words

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> {{ 7*7 }} \u202eevil\u2066 \x00 \' "quoted" &amp;'


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
        async with house.at_a_thread() as (browser, token, path):
            await browser.send(f"{path}/reply", text="Bonjour")
            await house.becomes(token, status)
            assert words_ in await words(browser, path)

    async def test_a_message_that_left_as_a_template_says_so(self, house: House) -> None:
        async with house.at_a_thread() as (browser, _, path):
            await house.robot_says("Ton rendez-vous : jeudi, 10 h 30.")
            lane = await house.lane()
            await house.storage.run(messages.leaves_as, lane.conversation_id, lane.number, "rdv_rappel")
            assert "envoyé comme modèle" not in await words(browser, path), "it has not left yet"
            await house.storage.run(messages.set_status, lane.conversation_id, lane.number, "delivered")
            assert "envoyé comme modèle « Rappel d’un rendez-vous »" in (await words(browser, path)).replace("\u00a0", " ")
            await house.robot_says("Autre chose.")
            assert (await words(browser, path)).count("envoyé comme modèle") == 1

    async def test_what_did_not_arrive_is_sent_again_once(self, house: House) -> None:
        async with house.at_a_thread() as (browser, token, path):
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

    async def test_what_is_older_than_a_page_is_a_link_away(self, house: House) -> None:
        """Every line once, in order, over the pages that the links lead to; without JavaScript."""
        nadege = await house.colleague()
        token = await house.asks_for_somebody(text="ligne 0000")
        path = f"/backend/threads/{token}"
        for number in range(1, 2 * SHOWN + 10):
            await house.says(f"ligne {number:04}")
        thread = await house.storage.run(threads.find, token)
        assert thread is not None
        await house.storage.run(notes.add, thread.id, nadege.id, "à l'instant")
        found: list[str] = []
        looks = 0
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            assert "by-note" in browser.page.text
            assert "Ici commence la demande" not in browser.page.text
            while True:
                looks += 1
                body = browser.page.text[browser.page.text.index('class="talk') :]
                found = re.findall(r"ligne \d{4}", body) + found
                further = re.search(r'href="([^"]*/older/[^"]*)"', browser.page.text)
                if further is None:
                    break
                await browser.get(further.group(1))
            assert "Ici commence la demande" in browser.page.text
            assert "by-note" not in browser.page.text
            for forged in ("0-99999", "9-1", "x", "0-²"):
                assert (await browser.get(f"{path}/older/{forged}")).status_code == 404
        assert found == [f"ligne {number:04}" for number in range(2 * SHOWN + 10)]
        assert looks == 3

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
