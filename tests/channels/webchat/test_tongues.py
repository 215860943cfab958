"""The language of the page: the browser's before the first word, then the conversation's; and of each piece of it, for who has it read aloud."""

import re
from datetime import UTC
from functools import partial

import httpx
import pytest
from starlette.requests import Request

from bot.channels.webchat.markup import blocks
from bot.channels.webchat.ports import COMMANDS
from bot.channels.webchat.posting import preferred
from bot.channels.webchat.sheet import Sheet
from content.library import Library, load_library
from content.understanding.language import language_of
from content.words import FRENCH, LANGUAGES, Text, Words
from tests.channels.webchat.page import Page
from tests.channels.webchat.site import Site, answer
from tests.clock import TUESDAY

SPOKEN = ("fr", "fr-facile", "en", "ar")


def asking(header: str | None) -> Request:
    headers = [] if header is None else [(b"accept-language", header.encode("latin-1"))]
    return Request({"type": "http", "method": "GET", "path": "/chat", "headers": headers, "query_string": b""})


@pytest.mark.parametrize(
    ("header", "language"),
    [
        *((None, None), ("", None), ("*", None), ("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("en-GB,en;q=0.9", "en"), ("ar", "ar"), ("AR-dz", "ar")),
        *(("de-DE,de;q=0.9,ar;q=0.5,en;q=0.7", "en"), ("en;q=0.2, ar;q=0.9", "ar"), ("en;q=0,fr;q=0.1", "fr"), ("en;q=0", None)),
        *(("xx-zz-qq", None), ("x-klingon,en", "en"), ("fr-facile", "fr"), ("en-x-private-use-123456789", "en"), ("zz;q=9,en;q=0.1", "en")),
        *(("en;q=1.5", None), ("en;q=-1", None), ("en;q=abc", None), ("en;;q=1", None), (";;;,,,", None), ("e" * 9000, None)),
        *(("en_US", None), ("<script>", None), ("fr\u00e9", None), ("fr,en,ar", "fr")),
    ],
)
def test_what_a_browser_asks_for(header: str | None, language: str | None) -> None:
    assert preferred(asking(header), SPOKEN) == language


@pytest.mark.parametrize(("header", "urgence"), [("en-GB,fr;q=0.5", "Emergency"), ("ar-MA", "الطوارئ"), ("xx-zz", "Urgence"), ("", "Urgence")])
async def test_the_first_page_speaks_it_and_proposes_the_others(site: Site, header: str, urgence: str) -> None:
    site.robot.otherwise = [answer("Bien.")]
    async with site.client({"accept-language": header}) as browser:
        page = Page((await browser.get("/chat")).text)
        assert urgence in page.buttons
        mine = {"Emergency": "English", "الطوارئ": "العربية", "Urgence": "Français"}[urgence]
        assert {"Français", "Français facile", "English", "العربية"} - set(page.buttons) == {mine}
        await browser.post("/chat", data=page.presses("Français facile"))
        (said,) = site.robot.received
        assert said.text == "Français facile"
        assert said.greeted_in == {"Emergency": "en", "الطوارئ": "ar", "Urgence": "fr"}[urgence]
        assert "English" not in Page((await browser.get("/chat")).text).buttons, "once somebody has written, the robot proposes"


async def test_a_conversation_keeps_its_language_whatever_the_browser_asks(site: Site) -> None:
    site.robot.language, site.robot.otherwise = "ar", [answer("مرحبا", language="ar")]
    async with site.client({"accept-language": "en"}) as browser:
        page = Page((await browser.get("/chat")).text)
        await browser.post("/chat", data=page.writes("hello"))
        html = (await browser.get("/chat")).text
        assert '<html lang="ar" dir="rtl">' in html


async def test_easy_french_is_french_for_whoever_reads_it_aloud(site: Site, browser: httpx.AsyncClient) -> None:
    site.robot.language = "fr-facile"
    await browser.get("/chat")
    await browser.post("/chat/messages", json={"text": "slt"})
    await site.robot.say(answer("Bonjour. Je suis un robot.", language="fr-facile"))
    html = (await browser.get("/chat")).text
    assert '<html lang="fr" dir="ltr">' in html
    assert "fr-facile" not in re.sub(r'data-tongue="fr-facile"', "", html)


async def test_each_piece_says_its_language(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    await browser.post("/chat/messages", json={"text": "how do i get a guarantor please"})
    await site.robot.say(answer("You can ask for a guarantor.\n\nTu peux demander un garant gratuit.", language="en"))
    await site.robot.say(answer("يمكنك طلب ضامن مجاني.\n\nTu peux demander un garant gratuit.", language="ar"))
    html = (await browser.get("/chat")).text
    assert '<p dir="auto" lang="en">how do i get' in html
    assert '<p lang="fr">Tu peux' in html
    assert '<p dir="ltr" lang="fr">Tu peux' in html
    assert "<p>You can ask" in html


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_french_under_every_translation_is_marked(library: Library, language: str) -> None:
    other = partial(Sheet(Words(language), UTC, TUESDAY.date(), language_of).other, language, ours=True)
    wrong, marked, french_pieces = [], 0, 0
    for page in library.pages_in(language):
        french = library.page(page.id, FRENCH)
        assert french is not None
        for whole, theirs in ((page, False), (french, True)):
            pieces = [block for body in (whole.body, *(section.body for section in whole.sections)) for block in blocks(body, other=other)]
            wrong += [block.text for block in pieces if block.lang not in (("", FRENCH) if theirs else ("",))]
            marked += sum(block.lang == FRENCH for block in pieces)
            french_pieces += len(pieces) * theirs
    assert not wrong
    assert marked >= 0.95 * french_pieces, "all but an address or a list of names, which are of no language"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_bare_command_is_shown(site: Site, browser: httpx.AsyncClient, language: str) -> None:
    site.robot.language = language
    await browser.get("/chat")
    for command in COMMANDS:
        await browser.post("/chat/messages", json={"text": f"/{command}"})
    text = Page((await browser.get("/chat")).text).text
    assert not re.search(r"^/\w+", text, re.MULTILINE)
    for msgid in COMMANDS.values():
        assert Words(language).say(Text(msgid.msgid)) in text
