"""The double refuses what Telegram refuses, and behaves as it does where it matters: what is not confirmed comes again."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pydantic_core import from_json, to_json

from tests.doubles.http import Answer, Client, Request, Response, Server
from tests.doubles.telegram import TOKEN, How, Person, TelegramDouble, updates
from tests.doubles.telegram.rules import Refusal, check_markup, check_text, wrong_url

SAMIRA = 5_550_001


@pytest.fixture
async def double() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as double:
        Person(double, SAMIRA)
        yield double


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    client = Client()
    yield client
    await client.close()


async def ask(client: Client, double: TelegramDouble, method: str, token: str = TOKEN, **params: Any) -> Any:
    """The answer to a call, as JSON."""
    response = await client.post(f"{double.base}/bot{token}/{method}", to_json(params))
    answer = from_json(response.body)
    assert response.status == (200 if answer["ok"] else answer["error_code"])
    return answer


def button(**fields: object) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[{"text": "a"} | fields]]}}


MANY = [[{"text": "a", "callback_data": "1"}]] * 101
WIDE = [[{"text": "a", "callback_data": "1"}] * 9]

REFUSED: Mapping[str, tuple[dict[str, Any], str]] = {
    "no text": ({"text": ""}, "message text is empty"),
    "nothing to see": ({"text": " \u200b\u00a0\ufeff\u2028\n\0"}, "message text is empty"),
    "too long": ({"text": "a" * 4097}, "message is too long"),
    "too long in UTF-16": ({"text": "😔" * 2049}, "message is too long"),
    "text that is none": ({"text": 7}, "text must be a String"),
    "nobody": ({"text": "a", "chat_id": ""}, "chat_id is empty"),
    "somebody unknown": ({"text": "a", "chat_id": 404}, "chat not found"),
    "a name": ({"text": "a", "chat_id": "@somebody"}, "chat not found"),
    "an unknown parameter": ({"text": "a", "silent": True}, "unknown parameter 'silent'"),
    "an unknown mark": ({"text": "<x>a</x>", "parse_mode": "HTML"}, "Unsupported start tag"),
    "a mark that does not close": ({"text": "<b>a", "parse_mode": "HTML"}, "Can't find end tag"),
    "marks that cross": ({"text": "<b><i>a</b></i>", "parse_mode": "HTML"}, "Unmatched end tag"),
    "a character to be escaped": ({"text": "a.", "parse_mode": "MarkdownV2"}, "Character '.' is reserved"),
    "a bold that does not end": ({"text": "*a", "parse_mode": "MarkdownV2"}, "Can't find end of the entity"),
    "a mode of its own": ({"text": "a", "parse_mode": "RTF"}, "unsupported parse_mode"),
    "an entity out of the text": ({"text": "a", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "ends after the end of the text"),
    "an entity of no kind": ({"text": "a", "entities": [{"type": "loud", "offset": 0, "length": 1}]}, "Unsupported type"),
    "an address that is none": ({"text": "a", "entities": [{"type": "text_link", "offset": 0, "length": 1, "url": "x"}]}, "Wrong HTTP URL"),
    "a preview of its own": ({"text": "a", "link_preview_options": {"hide": True}}, "can't parse link preview options"),
    "a keyboard that is none": ({"text": "a", "reply_markup": [1]}, "object expected as reply markup"),
    "a keyboard of words": ({"text": "a", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
    "a row that is none": ({"text": "a", "reply_markup": {"inline_keyboard": [{}]}}, "must be an Array of Arrays"),
    "a button without words": ({"text": "a", **button(text="\u200b", callback_data="1")}, "text is empty"),
    "a button that does nothing": ({"text": "a", **button()}, "Text buttons are unallowed"),
    "a button with empty data": ({"text": "a", **button(callback_data="")}, "Text buttons are unallowed"),
    "data too long": ({"text": "a", **button(callback_data="é" * 33)}, "BUTTON_DATA_INVALID"),
    "a phone for an address": ({"text": "a", **button(url="tel:115")}, "is invalid: Wrong HTTP URL"),
    "another protocol": ({"text": "a", **button(url="ftp://exemple.fr")}, "Unsupported URL protocol"),
    "this machine for an address": ({"text": "a", **button(url="http://localhost:8000/chat")}, "Wrong HTTP URL"),
    "two things at once": ({"text": "a", **button(url="https://exemple.fr", callback_data="1")}, "exactly one"),
    "a field of its own": ({"text": "a", **button(callback_data="1", colour="red")}, "unknown fields ['colour']"),
    "too many buttons": (
        {"text": "a", "reply_markup": {"inline_keyboard": MANY}},
        "reply markup is too long",
    ),
    "too many in a row": (
        {"text": "a", "reply_markup": {"inline_keyboard": WIDE}},
        "reply markup is too long",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_telegram_refuses(double: TelegramDouble, client: Client, name: str) -> None:
    params, words = REFUSED[name]
    answer = await ask(client, double, "sendMessage", **{"chat_id": SAMIRA} | params)
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    assert words in answer["description"]
    assert double.chats[SAMIRA].from_bot == []


TAKEN: Mapping[str, tuple[dict[str, Any], str]] = {
    "the longest": ({"text": "é" * 4096}, "é" * 4096),
    "control characters become spaces": ({"text": " a\0b\r\n\tc\u2028 "}, "a b\n c"),
    "marks": ({"text": "<b>a</b> &amp; <a href='https://exemple.fr'>b</a>", "parse_mode": "html"}, "a & b"),
    "escaped": ({"text": "a\\.", "parse_mode": "MarkdownV2"}, "a."),
    "the longest data": ({"text": "a", **button(callback_data="x" * 64)}, "a"),
    "a site": ({"text": "a", **button(url="https://www.exemple.fr/a?b=c")}, "a"),
    "a chat in words": ({"text": "a", "chat_id": str(SAMIRA)}, "a"),
    "isolates": ({"text": "\u2067115\u2069"}, "\u2067115\u2069"),
}


@pytest.mark.parametrize("name", TAKEN)
async def test_what_telegram_takes(double: TelegramDouble, client: Client, name: str) -> None:
    params, shown = TAKEN[name]
    answer = await ask(client, double, "SENDMESSAGE", **{"chat_id": SAMIRA} | params)
    assert answer["result"]["text"] == shown
    assert double.chats[SAMIRA].from_bot == [answer["result"]]


@pytest.mark.parametrize(
    ("token", "method", "status", "words"),
    [(TOKEN, "sendMesage", 404, "method not found"), ("7000000001:other", "getMe", 401, "Unauthorized"), ("", "getMe", 401, "Unauthorized")],
)
async def test_who_is_not_let_in(double: TelegramDouble, client: Client, token: str, method: str, status: int, words: str) -> None:
    answer = await ask(client, double, method, token)
    assert answer["error_code"] == status
    assert words in answer["description"]


async def test_a_form_says_the_same_as_json(double: TelegramDouble, client: Client) -> None:
    markup = quote('{"inline_keyboard":[[{"text":"a","callback_data":"1"}]]}')
    form = f"chat_id=5550001&text=Bonjour+%F0%9F%98%94&reply_markup={markup}".encode()
    response = await client.post(f"{double.base}/bot{TOKEN}/sendMessage", form, {"Content-type": "application/x-www-form-urlencoded"})
    assert response.status == 200
    assert double.chats[SAMIRA].from_bot[0]["text"] == "Bonjour 😔"


# -- updates


async def test_what_is_not_confirmed_comes_again(double: TelegramDouble, client: Client) -> None:
    samira = Person(double, SAMIRA)
    sent = [samira.says(said) for said in "abc"]
    for _ in range(2):
        answer = await ask(client, double, "getUpdates", timeout=0, limit=2)
        assert [update["message"]["text"] for update in answer["result"]] == ["a", "b"]
    assert not sent[0].confirmed
    answer = await ask(client, double, "getUpdates", offset=answer["result"][1]["update_id"] + 1)
    assert [update["message"]["text"] for update in answer["result"]] == ["c"]
    assert [delivery.confirmed for delivery in sent] == [True, True, False]
    answer = await ask(client, double, "getUpdates", offset=999_999)  # beyond anything: from the first again
    assert len(answer["result"]) == 1


async def test_a_negative_offset_counts_from_the_end(double: TelegramDouble, client: Client) -> None:
    samira = Person(double, SAMIRA)
    sent = [samira.says(said) for said in "abc"]
    answer = await ask(client, double, "getUpdates", offset=-1)
    assert [update["message"]["text"] for update in answer["result"]] == ["c"]
    assert [delivery.confirmed for delivery in sent] == [True, True, False]


async def test_a_long_poll_ends_with_the_first_update(double: TelegramDouble, client: Client) -> None:
    asking = asyncio.ensure_future(ask(client, double, "getUpdates", timeout=30))
    await double.until(lambda: double.updates.polled)
    assert not asking.done()
    delivery = Person(double, SAMIRA).says("a")
    assert [update["update_id"] for update in (await asking)["result"]] == [delivery.update_id]


async def test_of_two_who_ask_the_first_is_sent_away(double: TelegramDouble, client: Client) -> None:
    first = asyncio.ensure_future(ask(client, double, "getUpdates", timeout=30))
    await double.until(lambda: double.updates.polled)
    second = asyncio.ensure_future(ask(client, double, "getUpdates", timeout=30))
    assert "terminated by other getUpdates" in (await first)["description"]
    Person(double, SAMIRA).says("a")
    assert len((await second)["result"]) == 1


async def test_who_sets_a_webhook_is_not_asked(double: TelegramDouble, client: Client) -> None:
    asking = asyncio.ensure_future(ask(client, double, "getUpdates", timeout=30))
    await double.until(lambda: double.updates.polled)
    await ask(client, double, "setWebhook", url="http://127.0.0.1:9/hook", secret_token="abc")
    assert "terminated by setWebhook" in (await asking)["description"]
    assert "webhook is active" in (await ask(client, double, "getUpdates"))["description"]
    await ask(client, double, "deleteWebhook")
    assert (await ask(client, double, "getUpdates"))["ok"]


async def test_kinds_that_are_not_allowed_are_never_kept(double: TelegramDouble, client: Client) -> None:
    await ask(client, double, "getUpdates", allowed_updates=["callback_query"])
    samira = Person(double, SAMIRA)
    assert samira.says("a").confirmed
    assert not samira.presses_data("1.0").confirmed
    assert "unknown update kind" in (await ask(client, double, "getUpdates", allowed_updates=["calback_query"]))["description"]


async def test_a_webhook_is_called_in_order_until_it_takes(double: TelegramDouble) -> None:
    statuses = [500, 401, 200, 200, 200]
    called: list[tuple[str, str, int]] = []

    def hook(request: Request) -> Answer:
        update = from_json(request.body)
        status = statuses[len(called)]
        called.append((update["message"]["text"], request.headers["x-telegram-bot-api-secret-token"], status))
        return Response(status, b"{}")

    server = Server(hook)
    await server.start()
    double.updates.set_webhook(f"http://127.0.0.1:{server.port}/hook", "s", drop=False)
    samira = Person(double, SAMIRA)
    samira.says("a")
    samira.says("b")
    last = samira.says("c")
    await last.taken()
    await server.close()
    assert called == [("a", "s", 500), ("a", "s", 401), ("a", "s", 200), ("b", "s", 200), ("c", "s", 200)]
    assert not double.updates.pending


# -- faults, callbacks, other methods


async def test_faults_strike_as_asked(double: TelegramDouble, client: Client) -> None:
    double.fault("sendMessage", status=429, retry_after=3, skip=1, chat=SAMIRA)
    slow = double.fault("sendMessage", how=How.SLOW)
    answers = [asyncio.ensure_future(ask(client, double, "sendMessage", chat_id=SAMIRA, text=str(number))) for number in range(3)]
    await double.until(lambda: slow.struck == 1)
    slow.release()
    statuses = [answer.get("error_code", 200) for answer in await asyncio.gather(*answers)]
    assert sorted(statuses) == [200, 200, 429]
    assert (await ask(client, double, "sendMessage", chat_id=SAMIRA, text="4"))["ok"]
    refused = next(call for call in double.calls if call.status == 429)
    assert (refused.description, refused.carried_out) == ("Too Many Requests: retry after 3", False)


@pytest.mark.parametrize("done", [True, False])
async def test_a_reset_answers_nothing(double: TelegramDouble, client: Client, done: bool) -> None:
    double.fault("sendMessage", how=How.RESET, done=done)
    with pytest.raises(ConnectionResetError):
        await ask(client, double, "sendMessage", chat_id=SAMIRA, text="a")
    assert len(double.chats[SAMIRA].from_bot) == done


async def test_only_a_button_that_was_pressed_is_answered(double: TelegramDouble, client: Client) -> None:
    query = Person(double, SAMIRA).presses_data("1.0").update["callback_query"]
    assert (await ask(client, double, "answerCallbackQuery", callback_query_id=query["id"], text="ok"))["ok"]
    assert "query is too old" in (await ask(client, double, "answerCallbackQuery", callback_query_id=query["id"]))["description"]
    assert "MESSAGE_TOO_LONG" in (await ask(client, double, "answerCallbackQuery", callback_query_id="1", text="a" * 201))["description"]


async def test_a_message_is_edited_and_deleted_where_it_is(double: TelegramDouble, client: Client) -> None:
    sent = (await ask(client, double, "sendMessage", chat_id=SAMIRA, text="a", **button(callback_data="1")))["result"]
    where: dict[str, Any] = {"chat_id": SAMIRA, "message_id": sent["message_id"]}
    assert "reply_markup" not in (await ask(client, double, "editMessageReplyMarkup", **where))["result"]
    assert "message is not modified" in (await ask(client, double, "editMessageReplyMarkup", **where))["description"]
    assert (await ask(client, double, "deleteMessage", **where))["ok"]
    assert "message to edit not found" in (await ask(client, double, "editMessageReplyMarkup", **where))["description"]


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("setMyCommands", {"commands": [{"command": "Menu!", "description": "a"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "menu", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setWebhook", {"url": "hook"}, "HTTPS URL must be provided"),
        ("setWebhook", {"url": "https://exemple.fr", "secret_token": "é"}, "unallowed characters"),
        ("sendChatAction", {"chat_id": SAMIRA, "action": "thinking"}, "wrong parameter action"),
        ("leaveChat", {"chat_id": SAMIRA}, "private"),
        ("getUpdates", {"limit": "many"}, "limit must be an Integer"),
    ],
)
async def test_other_methods_refuse_too(double: TelegramDouble, client: Client, method: str, params: dict[str, Any], words: str) -> None:
    assert words in (await ask(client, double, method, **params))["description"]


def test_rules_can_be_asked_alone() -> None:
    assert check_text({"text": "a"}) == "a"
    assert check_markup({}) is None
    assert wrong_url("https://www.exemple.fr") is None
    with pytest.raises(Refusal):
        check_text({"text": "\ud83d"})


async def test_as_a_process(client: Client) -> None:
    command = [sys.executable, "-m", "tests.doubles.telegram", "--open-chats"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2])
    try:
        assert process.stdout is not None
        base = (await process.stdout.readline()).decode().strip()
        await client.post(f"{base}/_/faults", to_json([{"method": "sendMessage", "how": "reset", "skip": 1}]))
        update = updates.text(updates.user(SAMIRA, "Samira"), 1, "a")
        await client.post(f"{base}/_/updates", to_json([{"chat": SAMIRA, "update": update}]))
        sent = await client.post(f"{base}/bot{TOKEN}/sendMessage", to_json({"chat_id": 77, "text": "b"}))
        calls = from_json((await client.post(f"{base}/_/calls", b"")).body)
        pending = from_json((await client.post(f"{base}/_/pending", b"")).body)
    finally:
        process.terminate()
        await process.wait()
    assert sent.status == 200
    assert [(call["method"], call["params"]["chat_id"]) for call in calls] == [("sendMessage", 77)]
    assert pending == [1000]
