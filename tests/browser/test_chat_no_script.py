"""Without JavaScript: the same conversation, by forms and links."""

import pytest
from playwright.async_api import Browser, expect

from bot.messages import Kind
from tests.browser.chat import open_chat, write
from tests.channels.webchat.site import Site, answer, texts

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_whole_conversation(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site, java_script_enabled=False)
    await page.get_by_role("button", name="Trouver un logement").click()
    await expect(page.get_by_role("button", name="Location")).to_be_visible()
    assert page.url == f"{site.url}/chat#last"
    await expect(page.locator("#last")).to_be_in_viewport()
    await page.get_by_role("button", name="Location").click()
    await expect(page.get_by_role("button", name="HLM")).to_have_count(0)
    await write(page, "visale")
    await expect(page.get_by_role("heading", name="Garant gratuit : Visale")).to_be_in_viewport()
    await page.get_by_role("banner").get_by_role("button", name="Urgence").click()
    await expect(page.get_by_role("link", name="119").last).to_have_attribute("href", "tel:119")
    assert [kind for kind, _text in texts(site.robot)] == [Kind.TEXT, Kind.CHOICE, Kind.TEXT, Kind.COMMAND]
    await page.context.close()


async def test_news_are_one_link_away_each_time(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site, java_script_enabled=False)
    await write(page, "bonjour")
    for news in ("un", "deux", "trois"):
        await site.robot.say(answer(f"Nouvelle {news}."))
        await page.get_by_role("link", name="Voir les nouveaux messages").click()
        await expect(page.get_by_text(f"Nouvelle {news}.")).to_be_visible()
    await page.context.close()


async def test_reloading_after_a_post_sends_nothing_again(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site, java_script_enabled=False)
    await write(page, "une fois")
    await expect(page.get_by_role("log").get_by_text("une fois")).to_be_visible()  # the page that followed the post is there
    await page.reload()
    await page.go_back()
    await page.go_forward()
    assert [text for _kind, text in texts(site.robot)] == ["une fois"]
    await page.context.close()


async def test_a_poster_s_code_waits_for_a_press(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site, java_script_enabled=False)
    site.robot.answers["affiche"] = [answer("La page de l’affiche.")]
    await page.goto(f"{site.url}/chat?d=affiche")
    await page.get_by_role("button", name="Commencer").click()
    await expect(page.get_by_text("La page de l’affiche.")).to_be_visible()
    await page.context.close()
