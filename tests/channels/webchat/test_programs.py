"""POST and GET /chat/messages: what programs and our own script use."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.webchat.pace import SESSION
from bot.messages import Choice, Kind
from tests.channels.webchat.page import Page
from tests.channels.webchat.site import Site, answer, texts
from tests.clock import TUESDAY

QUESTION = answer("Une question ?", Choice("answer:yes", "Oui"), Choice("site", "Le site", link="https://www.visale.fr"))


async def test_a_message_is_taken_and_read_back(site: Site, browser: httpx.AsyncClient) -> None:
    site.robot.answers = {"salut": [QUESTION], "answer:yes": [answer("Bien.")]}
    await browser.get("/chat")
    assert (await browser.post("/chat/messages", json={"text": "salut"})).status_code == 202
    assert (await browser.post("/chat/messages", json={"choice": "2.0"})).status_code == 202
    at = TUESDAY.isoformat()
    buttons = [{"id": "2.0", "label": "Oui"}, {"id": "2.1", "label": "Le site", "link": "https://www.visale.fr"}]
    assert (await browser.get("/chat/messages")).json() == [
        {"id": 1, "author": "me", "body": "salut", "choices": [], "at": at},
        {"id": 2, "author": "bot", "body": "Une question ?", "choices": buttons, "at": at},
        {"id": 3, "author": "me", "body": "Oui", "choices": [], "at": at, "chosen": "2.0"},
        {"id": 4, "author": "bot", "body": "Bien.", "choices": [], "at": at},
    ]
    assert [line["id"] for line in (await browser.get("/chat/messages?after=2")).json()] == [3, 4]
    beyond = (await browser.get("/chat/messages?after=999999999999999999")).json()
    assert [line["id"] for line in beyond] == [1, 2, 3, 4], "a number never reached is of a conversation that was erased: this one from its beginning"


async def test_nobody_yet_is_an_empty_list(browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    assert (await browser.get("/chat/messages?after=0")).json() == []


async def test_a_client_id_makes_a_resend_harmless_for_its_session_only(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    for _again in range(3):
        assert (await browser.post("/chat/messages", json={"text": "une fois", "client_id": "1"})).status_code == 202
    async with site.client() as other:
        await other.get("/chat")
        assert (await other.post("/chat/messages", json={"text": "une autre personne", "client_id": "1"})).status_code == 202
    assert [text for _kind, text in texts(site.robot)] == ["une fois", "une autre personne"]


async def test_without_a_client_id_twice_is_twice(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    for _again in range(2):
        await browser.post("/chat/messages", json={"text": "oui"})
    assert len(site.robot.received) == 2


async def test_the_token_of_the_form_says_who_writes_where_no_cookie_is_kept(site: Site, browser: httpx.AsyncClient) -> None:
    page = Page((await browser.get("/chat")).text)
    await browser.post("/chat/messages", json={"text": "par le cookie"})
    async with site.client(headers={"authorization": f"Bearer {page.token}", "origin": "https://elsewhere.example"}) as bearer:
        assert (await bearer.post("/chat/messages", json={"text": "par le jeton"})).status_code == 202
        assert [line["body"] for line in (await bearer.get("/chat/messages")).json()] == ["par le cookie", "par le jeton"]


async def test_commands_and_starts_are_understood(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    for text in ("/start", "/start affiche-1", "/menu", "/ pas une commande", "/Menu/"):
        await browser.post("/chat/messages", json={"text": text})
    assert texts(site.robot) == [
        (Kind.STARTED, ""),
        (Kind.STARTED, "affiche-1"),
        (Kind.COMMAND, "menu"),
        (Kind.TEXT, "/ pas une commande"),
        (Kind.TEXT, "/Menu/"),
    ]


@pytest.mark.parametrize("choice", ["99.9", "0.99", "page:aide", "-1.-1", "1.1.1", "Oui", "9" * 300])
async def test_an_unknown_choice_is_treated_as_text(site: Site, browser: httpx.AsyncClient, choice: str) -> None:
    await browser.get("/chat")
    assert (await browser.post("/chat/messages", json={"choice": choice})).status_code == 202
    assert [(one.kind, one.text) for one in site.robot.received] == [(Kind.TEXT, choice[:200])]


async def test_no_session_is_told_what_to_do(browser: httpx.AsyncClient) -> None:
    for response in (
        await browser.post("/chat/messages", json={"text": "salut"}),
        await browser.get("/chat/messages"),
        await browser.get("/chat/events"),
        await browser.get("/chat/messages", headers={"authorization": "Bearer nonsense", "cookie": "palier_chat=nonsense"}),
    ):
        assert response.status_code == 401
        assert "GET /chat" in response.json()["error"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"sec-fetch-site": "same-origin"}, 202),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_a_cookie_alone_is_not_enough_from_elsewhere(site: Site, browser: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    await browser.get("/chat")
    assert (await browser.post("/chat/messages", json={"text": "salut"}, headers=headers)).status_code == status
    assert len(site.robot.received) == (status == 202)


BAD: list[tuple[bytes, str]] = [
    (b"", "application/json"),
    (b"not json", "application/json"),
    (b"[" * 100_000, "application/json"),
    (b"1" * 5000, "application/json"),
    (b"[]", "application/json"),
    (b"{}", "application/json"),
    (b'{"text": 3}', "application/json"),
    (b'{"text": "   "}', "application/json"),
    (b'{"text": null, "choice": null}', "application/json"),
    (b'{"choice": ["1.1"]}', "application/json"),
    (b'{"text": "a", "client_id": 7}', "application/json"),
    (b'{"text": "a", "client_id": "' + b"x" * 201 + b'"}', "application/json"),
    (b"\xff\xfe", "application/json"),
    (b'{"text": "a"}', "text/plain"),
    (b'{"text": "a"}', ""),
]


@pytest.mark.parametrize(("body", "kind"), BAD, ids=range(len(BAD)))
async def test_what_is_no_message_is_refused_with_what_to_write(site: Site, browser: httpx.AsyncClient, body: bytes, kind: str) -> None:
    await browser.get("/chat")
    response = await browser.post("/chat/messages", content=body, headers={"content-type": kind})
    assert response.status_code == 400
    assert response.json()["error"]
    assert not site.robot.received


async def test_ten_megabytes_are_refused_before_they_are_read(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    body = json.dumps({"text": "a" * 10_000_000}).encode()
    assert (await browser.post("/chat/messages", content=body, headers={"content-type": "application/json"})).status_code == 413


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "", "٣", "9" * 30])
async def test_a_number_that_is_none_is_said(browser: httpx.AsyncClient, after: str) -> None:
    await browser.get("/chat")
    response = await browser.get("/chat/messages", params={"after": after})
    assert response.status_code == 400
    assert "after=0" in response.json()["error"]


async def test_too_fast_is_told_when_to_come_back(browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    statuses = [(await browser.post("/chat/messages", json={"text": "a"})).status_code for _once in range(int(SESSION.burst) + 1)]
    assert statuses == [202] * int(SESSION.burst) + [429]
    assert int((await browser.post("/chat/messages", json={"text": "a"})).headers["retry-after"]) >= 1


STRANGE = ["a" * 20_000, "nul\0nul", "👩‍👩‍👧‍👦 🇫🇷", "‏שלום مرحبا", "\u200b\u200d", "\ufeff", "line\u2028line"]


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
async def test_every_text_survives_the_round_trip(browser: httpx.AsyncClient, text: str) -> None:
    await browser.get("/chat")
    await browser.post("/chat/messages", json={"text": f"x{text}"})
    (line,) = (await browser.get("/chat/messages")).json()
    assert line["body"] == f"x{text}"
    assert (await browser.get("/chat")).status_code == 200


async def test_half_characters_are_mended(browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    headers = {"content-type": "application/json"}
    sent = await browser.post("/chat/messages", content=b'{"text": "a\\ud800b", "client_id": "\\udfff"}', headers=headers)
    assert sent.status_code == 202
    assert (await browser.get("/chat/messages")).json()[0]["body"] == "a\ufffdb"


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "choice", "client_id", "x"]), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()), kind=st.sampled_from(["application/json", "a/b"]))
async def test_no_input_makes_us_fail(site: Site, body: bytes, kind: str) -> None:
    async with site.client() as browser:
        await browser.get("/chat")
        sent = await browser.post("/chat/messages", content=body, headers={"content-type": kind})
        formed = await browser.post("/chat", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
        assert sent.status_code in {202, 400, 429}
        assert formed.status_code == 400
        assert (await browser.get("/chat")).status_code == 200
