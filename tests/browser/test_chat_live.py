"""With JavaScript: no reload, news as they come, and patience where there is no network."""

import pytest
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, Route, expect

from bot.messages import Choice
from tests.browser.chat import open_chat, write
from tests.browser.chat_said import EVENT, HUMAN, teach
from tests.channels.webchat.site import Site, answer, build, serve, texts

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_conversation_without_a_reload(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    await write(page, "visale")
    log = page.get_by_role("log")
    await expect(log.get_by_role("heading", name="Garant gratuit : Visale")).to_be_visible()
    await expect(page.get_by_role("button", name="Trouver un logement")).to_have_count(0)
    await site.robot.say(EVENT, HUMAN, human=True)
    await expect(log.get_by_text("Bonjour, c’est Samira.")).to_be_visible()
    assert loads == []
    assert await page.get_by_label("Ton message").input_value() == ""
    assert await log.get_attribute("aria-live") == "polite"
    await page.context.close()


async def test_a_pressed_choice_becomes_the_person_s_own_words(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    await page.get_by_role("button", name="Trouver un logement").click()
    await expect(page.get_by_role("button", name="Location")).to_be_visible()
    await expect(page.locator(".mine .bubble")).to_have_text(["Trouver un logement"])
    await page.get_by_role("button", name="Location").click()
    await expect(page.get_by_role("button", name="HLM")).to_have_count(0)
    await expect(page.locator(".mine .bubble")).to_have_text(["Trouver un logement", "Location"])
    await page.get_by_role("banner").get_by_role("button", name="Urgence").click()
    await expect(page.get_by_role("link", name="115").last).to_have_attribute("href", "tel:115")
    await expect(page.locator(".mine .bubble").last).to_have_text("Urgence")
    await page.context.close()


async def test_links_stay_when_the_buttons_go(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    await write(page, "jen peux plus")
    await page.get_by_role("button", name="Oui").click()
    await expect(page.get_by_text("Appelle le 15 maintenant")).to_be_visible()
    await expect(page.get_by_role("button", name="Oui")).to_have_count(0)
    await expect(page.get_by_role("link", name="Appeler le 3114")).to_be_visible()
    await page.context.close()


async def test_two_windows_of_one_person_say_the_same(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    await write(page, "un")
    await expect(page.get_by_text("D’accord.")).to_be_visible()
    other = await page.context.new_page()
    await other.goto(f"{site.url}/chat")
    await write(other, "deux")
    await expect(page.locator(".mine .bubble")).to_have_text(["un", "deux"])
    await expect(other.locator(".mine .bubble")).to_have_text(["un", "deux"])
    await page.context.close()


async def test_without_network_messages_wait_and_leave_by_themselves(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    await write(page, "avant")
    await expect(page.get_by_text("D’accord.")).to_be_visible()
    await page.context.set_offline(True)
    await write(page, "pendant, un")
    await write(page, "pendant, deux")
    waiting = page.locator(".unsent").first
    await expect(waiting).to_contain_text("Pas encore parti : plus de réseau. Il partira tout seul. Les numéros marchent sans Internet.")
    await page.context.set_offline(False)
    await expect(page.locator(".unsent")).to_have_count(0)
    await expect(page.get_by_text("D’accord.")).to_have_count(3)
    assert [text for _kind, text in texts(site.robot)] == ["avant", "pendant, un", "pendant, deux"]
    await expect(page.locator(".mine .bubble")).to_have_text(["avant", "pendant, un", "pendant, deux"])
    await page.context.close()


async def test_a_message_that_waits_survives_a_reload(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    await page.route("**/chat/messages", lambda route: route.abort())
    await write(page, "à ne pas perdre")
    await expect(page.get_by_text("Pas encore parti")).to_be_visible()
    await page.unroute_all(behavior="ignoreErrors")
    await page.reload()
    await expect(page.get_by_text("D’accord.")).to_be_visible()
    assert [text for _kind, text in texts(site.robot)] == ["à ne pas perdre"]
    await page.context.close()


async def test_an_answer_lost_on_the_way_doubles_nothing(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    lost: list[int] = []

    async def lose(route: Route) -> None:
        if not lost:
            lost.append((await route.fetch()).status)  # it arrived, and nobody hears that it did
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/chat/messages", lose)
    await write(page, "une seule fois")
    await expect(page.get_by_text("D’accord.")).to_be_visible()
    await expect(page.locator(".unsent")).to_have_count(0)
    assert lost == [202]
    assert [text for _kind, text in texts(site.robot)] == ["une seule fois"]
    await page.context.close()


async def test_a_restart_of_the_service_is_caught_up(chromium: Browser, site: Site) -> None:
    before, after = (build(site.robot.storage, site.house.clock, site.house.settings) for _life in range(2))
    async with serve(before) as served:
        page = await open_chat(chromium, served)
        await write(page, "avant l’arrêt")
        await expect(page.get_by_text("D’accord.")).to_be_visible()
    await before.robot.say(answer("dit pendant l’arrêt"))
    await write(page, "écrit pendant l’arrêt")
    teach(after.robot)
    async with serve(after, port=int(served.url.rpartition(":")[2])):
        await expect(page.get_by_text("dit pendant l’arrêt")).to_be_visible()
        await expect(page.locator(".unsent")).to_have_count(0)
        await after.robot.say(answer("et la suite"))
        await expect(page.get_by_text("et la suite")).to_be_visible()
    assert [text for _kind, text in texts(after.robot)] == ["écrit pendant l’arrêt"]
    await page.context.close()


async def test_too_fast_is_said_and_leaves_later(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    refused: list[int] = []

    async def refuse(route: Route) -> None:
        if len(refused) < 2:
            refused.append(1)
            await route.fulfill(status=429, headers={"retry-after": "1"}, body="{}")
        else:
            await route.continue_()

    await page.route("**/chat/messages", refuse)
    await write(page, "vite")
    await expect(page.get_by_text("beaucoup de messages d’un coup")).to_be_visible()
    await expect(page.get_by_text("D’accord.")).to_be_visible()
    await page.context.close()


async def test_a_message_too_long_is_given_back(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    await write(page, "a" * 600_000)
    await expect(page.get_by_text("ce message est trop long")).to_be_visible()
    assert len(await page.get_by_label("Ton message").input_value()) == 600_000
    await page.context.close()


async def test_reading_higher_up_is_left_in_peace(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    await write(page, "visale")
    await expect(page.get_by_role("button", name="Comment demander")).to_be_visible()
    await site.robot.say(*[answer(f"ligne {number}") for number in range(12)])
    await expect(page.get_by_text("ligne 11")).to_be_attached()
    await page.evaluate("scrollTo(0, 0)")
    await page.wait_for_function("scrollY === 0")
    await page.get_by_label("Ton message").fill("un brouillon")
    await page.evaluate("scrollTo(0, 0)")
    await site.robot.say(answer("du nouveau"))
    button = page.get_by_role("button", name="Nouveau message")
    await expect(button).to_be_visible()
    assert await page.evaluate("scrollY") == 0
    await button.click()
    await expect(page.get_by_text("du nouveau")).to_be_in_viewport()
    await expect(button).to_be_hidden()
    assert await page.get_by_label("Ton message").input_value() == "un brouillon"
    await page.context.close()


async def test_a_poster_s_code_is_sent_once(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    site.robot.answers["affiche"] = [answer("La page de l’affiche.", Choice("x", "Suite"))]
    await page.goto(f"{site.url}/chat?d=affiche")
    await expect(page.get_by_text("La page de l’affiche.")).to_be_visible()
    await expect(page.locator(".mine")).to_have_count(0)
    assert page.url == f"{site.url}/chat"
    await page.reload()
    await expect(page.get_by_text("La page de l’affiche.")).to_have_count(1)
    assert [text for _kind, text in texts(site.robot)] == ["affiche"]
    await page.context.close()


async def test_everything_comes_from_us(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    await page.reload()
    await write(page, "visale")
    await expect(page.get_by_role("button", name="Comment demander")).to_be_visible()
    assert {url.split("/")[2] for url in asked} == {site.url.split("/")[2]}
    assert faults == []
    await page.context.close()


async def test_embedded_elsewhere_it_works_without_its_cookie(chromium: Browser, site: Site) -> None:
    """127.0.0.1 inside localhost is another site's frame: a Lax cookie is not sent there."""
    settings = site.house.settings.model_copy(update={"embed_origins": ("http://localhost:*",)})
    framed = build(site.robot.storage, site.house.clock, settings)
    teach(framed.robot)
    framed.app.add_route("/elsewhere", lambda request: HTMLResponse(f'<iframe src="http://127.0.0.1:{request.url.port}/chat"></iframe>'))
    async with serve(framed) as served:
        context = await chromium.new_context(locale="fr-FR")
        page = await context.new_page()
        await page.goto(served.url.replace("127.0.0.1", "localhost") + "/elsewhere")
        frame = page.frame_locator("iframe")
        await frame.get_by_label("Ton message").fill("dans le cadre")
        await frame.get_by_label("Envoyer").click()
        await expect(frame.get_by_text("D’accord.")).to_be_visible()
        assert await context.cookies() == []
        assert [text for _kind, text in texts(framed.robot)] == ["dans le cadre"]
        await context.close()
