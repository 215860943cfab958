"""POST /chat: the page's own form, with and without cookies, without JavaScript."""

import asyncio

import httpx
import pytest

from bot.channels.webchat.pace import SESSION
from bot.messages import Choice, Kind
from tests.channels.webchat.page import Page
from tests.channels.webchat.site import Site, answer, texts
from tests.clock import TestClock

AGE = answer("Tu as moins de 18 ans ?", Choice("answer:yes", "Oui"), Choice("answer:no", "Non"))


async def send(browser: httpx.AsyncClient, fields: dict[str, str]) -> Page:
    response = await browser.post("/chat", data=fields, follow_redirects=True)
    assert response.status_code == 200
    return Page(response.text)


async def test_what_is_written_comes_back_with_its_answer(site: Site, browser: httpx.AsyncClient) -> None:
    site.robot.otherwise = [answer("La réponse.")]
    page = Page((await browser.get("/chat")).text)
    response = await browser.post("/chat", data=page.writes("une question"))
    assert response.status_code == 303
    assert response.headers["location"] == "/chat#last"
    after = await browser.get("/chat")
    assert Page(after.text).text.index("une question") < Page(after.text).text.index("La réponse.")
    assert 'id="last"' in after.text
    assert "Trouver un logement" not in Page(after.text).buttons


async def test_the_answer_is_waited_for_a_moment(site: Site, browser: httpx.AsyncClient) -> None:
    page = Page((await browser.get("/chat")).text)
    sending = asyncio.create_task(send(browser, page.writes("lent")))
    await site.robot.heard.wait()
    await site.robot.say(answer("Me voilà."))
    assert "Me voilà." in (await sending).text


async def test_no_answer_is_not_waited_for_long(site: Site, browser: httpx.AsyncClient, clock: TestClock) -> None:
    page = Page((await browser.get("/chat")).text)
    sending = asyncio.create_task(send(browser, page.writes("sans réponse")))
    while not sending.done():
        clock.turn_machine(2)
        await asyncio.sleep(0)
    assert "sans réponse" in (await sending).text


async def test_under_a_human_nothing_is_waited_for(site: Site, browser: httpx.AsyncClient) -> None:
    site.robot.otherwise = [answer("Une personne te répond.")]
    page = await send(browser, Page((await browser.get("/chat")).text).writes("une personne"))
    await site.robot.say(human=True)
    site.robot.otherwise = []
    assert "encore moi" in (await send(browser, page.writes("encore moi"))).text


async def test_a_choice_is_sent_by_its_reference_and_goes(site: Site, browser: httpx.AsyncClient) -> None:
    site.robot.answers = {"115": [AGE], "answer:no": [answer("Appelle le 115.")]}
    asked = await send(browser, Page((await browser.get("/chat")).text).writes("115"))
    assert asked.presses("Non")["choice"] == "2.1"
    after = await send(browser, asked.presses("Non"))
    assert site.robot.received[-1].kind is Kind.CHOICE
    assert site.robot.received[-1].choice == "2.1"
    assert "Oui" not in after.buttons
    assert after.words[-20:].count("Non") == 1


async def test_the_welcome_s_buttons_are_words_and_commands(site: Site, browser: httpx.AsyncClient) -> None:
    site.robot.otherwise = [answer("D’accord.")]
    page = Page((await browser.get("/chat")).text)
    menu = {label: button for label, button in page.buttons.items() if button[1] == "choice"}
    assert menu["Trouver un logement"][2] == "0.1"
    after = await send(browser, page.presses("Trouver un logement"))
    after = await send(browser, after.presses("Urgence"))
    after = await send(browser, after.presses("Une personne"))
    assert texts(site.robot) == [(Kind.TEXT, "Trouver un logement"), (Kind.COMMAND, "urgence"), (Kind.COMMAND, "personne")]
    assert "/urgence" not in after.text


async def test_a_page_sent_twice_says_it_once_and_another_text_is_another(site: Site, browser: httpx.AsyncClient) -> None:
    site.robot.otherwise = [answer("Bien reçu.")]
    page = Page((await browser.get("/chat")).text)
    for text in ("bonjour", "bonjour", "bonsoir"):
        await send(browser, page.writes(text))
    assert [text for _kind, text in texts(site.robot)] == ["bonjour", "bonsoir"]


async def test_nothing_written_is_nothing_sent(site: Site, browser: httpx.AsyncClient) -> None:
    page = Page((await browser.get("/chat")).text)
    await send(browser, page.writes("  \n "))
    assert not site.robot.received


async def test_without_cookies_the_form_itself_says_who_writes(site: Site) -> None:
    site.robot.otherwise = [answer("Bien reçu.")]
    async with site.client() as keeps_none:
        page = Page((await keeps_none.get("/chat")).text)
        for text in ("un", "deux"):
            keeps_none.cookies.clear()
            response = await keeps_none.post("/chat", data=page.writes(text))
            assert response.status_code == 200
            assert "set-cookie" not in response.headers
            page = Page(response.text)
        assert "un\n" in page.text
        keeps_none.cookies.clear()
        await site.robot.say(answer("Du nouveau."))
        seen = await keeps_none.post("/chat", data=page.presses("Voir les nouveaux messages"))
        assert "Du nouveau." in Page(seen.text).text
    assert len({one.address for one in site.robot.received}) == 1


async def test_another_site_cannot_write_in_somebody_s_name(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    async with site.client() as other:
        theirs = Page((await other.get("/chat")).text)
    forged = await browser.post("/chat", data=theirs.writes("je n'ai pas écrit ça"))
    assert forged.status_code == 403
    assert not site.robot.received
    assert "changé dans un autre onglet" in Page(forged.text).text
    assert "je n&#39;ai pas écrit ça" in forged.text  # nothing written is lost: it waits in the composer


@pytest.mark.parametrize("token", ["", "court", "é" * 43, "A" * 43 + "!", "A" * 4000])
async def test_a_form_without_its_token_is_refused_with_words(site: Site, browser: httpx.AsyncClient, token: str) -> None:
    response = await browser.post("/chat", data={"token": token, "text": "bonjour"})
    assert response.status_code == 400
    assert "Renvoie-le depuis cette page" in response.text
    assert "bonjour" in response.text
    assert not site.robot.received


async def test_a_body_that_is_no_form_is_refused(browser: httpx.AsyncClient) -> None:
    response = await browser.post("/chat", content=b"--x\r\n", headers={"content-type": "multipart/form-data; boundary=x"})
    assert response.status_code == 400


async def test_ten_megabytes_are_too_much(site: Site, browser: httpx.AsyncClient) -> None:
    page = Page((await browser.get("/chat")).text)
    response = await browser.post("/chat", data=page.writes("a" * 10_000_000))
    assert response.status_code == 413
    assert "trop long" in Page(response.text).text


async def test_a_long_or_strange_text_survives(site: Site, browser: httpx.AsyncClient) -> None:
    site.robot.otherwise = [answer("Lu.")]
    strange = "nul\0 ‏مرحبا‎ \u200b👩‍👩‍👧 <b>&amp;</b>"
    page = Page((await browser.get("/chat")).text)
    page = await send(browser, page.writes("é" * 20_000))
    page = await send(browser, page.writes(strange))
    assert [text for _kind, text in texts(site.robot)] == ["é" * 20_000, strange]
    assert strange.replace("\0", "\ufffd") in page.text


async def test_who_writes_too_fast_is_told_and_loses_nothing(site: Site, browser: httpx.AsyncClient, clock: TestClock) -> None:
    site.robot.otherwise = [answer("Lu.")]
    page = Page((await browser.get("/chat")).text)
    for number in range(int(SESSION.burst)):
        assert (await browser.post("/chat", data=page.writes(f"n° {number}"))).status_code == 303
    refused = await browser.post("/chat", data=page.writes("celui de trop"))
    assert refused.status_code == 429
    assert "renvoie-le dans une minute" in Page(refused.text).text
    assert ">\ncelui de trop</textarea>" in refused.text
    clock.turn_machine(2)
    assert (await browser.post("/chat", data=Page(refused.text).writes("celui de trop"))).status_code == 303


async def test_a_failure_of_ours_is_said_and_loses_nothing(site: Site, browser: httpx.AsyncClient) -> None:
    page = Page((await browser.get("/chat")).text)
    site.robot.broken = True
    response = await browser.post("/chat", data=page.writes("important"))
    assert response.status_code == 503
    assert ">\nimportant</textarea>" in response.text
    assert (await browser.post("/chat/messages", json={"text": "important"})).status_code == 503
