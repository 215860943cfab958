"""Two other programs read and say the same: aiogram and python-telegram-bot, neither of which our reading or our double was written from."""

import inspect
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiogram.methods
import pytest
import telegram
from aiogram.types import Update as AiogramUpdate
from pydantic_core import from_json
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.channels.telegram.channel import TelegramChannel
from bot.messages import Address, Choice, Inbound, Kind, Outbound, Purpose
from tests.channels.telegram.conftest import PAYLOADS
from tests.doubles.telegram import TOKEN, Person, TelegramDouble
from tests.doubles.telegram.rules import ACTIONS, KINDS, METHODS

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")  # of its own types for durations

NAMES = sorted(path.stem for path in PAYLOADS.glob("*.json"))
FILES = ("animation", "audio", "document", "live_photo", "video", "video_note", "voice")
DEPRECATED = {"disable_web_page_preview", "reply_to_message_id", "allow_sending_without_reply"}
UNKNOWN_TO_PTB = {"rich_message"}
"""Newer than the Bot API python-telegram-bot knows; when it learns them, these tests say so."""


def read(channel: TelegramChannel, raw: bytes) -> Inbound | None:
    [parsed] = channel.parse(raw)
    return parsed if isinstance(parsed, Inbound) else None


def message_of(update: Any) -> Any:
    return update.message or update.edited_message


def words_of(message: Any) -> str:
    return message.text or message.caption or ""


def agrees_on_words(ours: Inbound, theirs: str) -> bool:
    """The same words, but for a command: ours is its name and what follows."""
    match ours.kind:
        case Kind.COMMAND | Kind.STARTED:
            name, _, rest = theirs.removeprefix("/").partition(" ")
            name = name.partition("@")[0].lower()
            return ours.text == (rest if ours.kind is Kind.STARTED else f"{name} {rest}".strip()) and (name == "start") is (ours.kind is Kind.STARTED)
        case Kind.LOCATION | Kind.OTHER | Kind.BLOCKED | Kind.CHANGED | Kind.CHOICE:
            return theirs == "" or ours.kind is Kind.CHOICE
    return ours.text == theirs


def check_agreement(ours: Inbound, update: Any) -> None:
    """Ids, times, names, files and buttons, as a library's model has them. aiogram and python-telegram-bot name these fields alike."""
    assert ours.external_id == str(update.update_id)
    if update.callback_query is not None:
        query = update.callback_query
        message = query.message
        assert (ours.kind, ours.choice) == (Kind.CHOICE, query.data)
        assert ours.handle == f"{query.id}:{message.message_id if message else ''}"
        assert ours.address.peer == str(message.chat.id if message else query.from_user.id)
        assert (ours.name, ours.locale) == (query.from_user.first_name, query.from_user.language_code)
        return
    if update.my_chat_member is not None:
        change = update.my_chat_member
        assert ours.address.peer == str(change.chat.id)
        assert ours.sent_at == change.date
        assert ours.kind == {"kicked": Kind.BLOCKED, "member": Kind.CHANGED}[str(change.new_chat_member.status)]
        return
    message = message_of(update)
    assert ours.address.peer == str(message.chat.id)
    assert (ours.name, ours.locale) == (message.from_user.first_name, message.from_user.language_code)
    moment = message.edit_date if ours.kind is Kind.EDITED else message.date
    assert ours.sent_at is not None
    assert abs(ours.sent_at.timestamp() - (moment if isinstance(moment, int) else moment.timestamp())) < 1
    assert (ours.kind is Kind.EDITED) == (update.edited_message is not None)
    check_files(ours, message)


def check_files(ours: Inbound, message: Any) -> None:
    found = [(kind, getattr(message, kind)) for kind in FILES if getattr(message, kind, None)]
    if message.photo:
        found = [("photo", message.photo[-1])]
    assert [attachment.kind for attachment in ours.attachments] == [kind for kind, _file in found][:1]
    for attachment, (_kind, file) in zip(ours.attachments, found, strict=False):
        assert attachment.provider_id == file.file_id
        assert attachment.size == file.file_size
        assert attachment.mime == getattr(file, "mime_type", None)
        assert attachment.name == getattr(file, "file_name", None)


@pytest.mark.parametrize("name", NAMES)
def test_aiogram_reads_the_same(channel: TelegramChannel, payloads: dict[str, bytes], name: str) -> None:
    theirs = AiogramUpdate.model_validate_json(payloads[name])
    ours = read(channel, payloads[name])
    if ours is None:
        return
    check_agreement(ours, theirs)
    message = message_of(theirs)
    if message is not None and message.rich_message is None:
        assert agrees_on_words(ours, words_of(message))


@pytest.mark.parametrize("name", NAMES)
def test_python_telegram_bot_reads_the_same(channel: TelegramChannel, payloads: dict[str, bytes], name: str) -> None:
    theirs = telegram.Update.de_json(from_json(payloads[name]), None)
    ours = read(channel, payloads[name])
    if ours is None:
        return
    if name in UNKNOWN_TO_PTB:
        assert name in message_of(theirs).api_kwargs
        return
    check_agreement(ours, theirs)
    if (message := message_of(theirs)) is not None:
        assert agrees_on_words(ours, words_of(message))


# -- out


def to(peer: str, body: str, *choices: Choice, number: int = 12) -> Outbound:
    return Outbound(Address("telegram", "7000000001", peer), Purpose.REPLY, body, choices, number=number)


SAID = {
    "text": to("5550001", "Bonjour 😔 « oui » <b>&"),
    "buttons": to("5550001", "On le fait ?", Choice("answer:yes", "Oui"), Choice("answer:no", "Non")),
    "links": to("5550001", "Appelle.", Choice("call", "Appeler le 115", "tel:115"), Choice("site", "Visale", "https://www.visale.fr")),
    "long": to("5550001", "Une phrase de plus. " * 700, Choice("menu", "Menu")),
}


@pytest.mark.parametrize("name", SAID)
def test_both_libraries_know_every_call_we_make(channel: TelegramChannel, name: str) -> None:
    for call in channel.render(SAID[name]):
        method = aiogram.methods.SendMessage.model_validate(dict(call.payload))
        assert method.__api_method__ == call.method
        assert not method.model_extra
        assert set(call.payload) <= set(inspect.signature(telegram.Bot.send_message).parameters)
        options = telegram.LinkPreviewOptions.de_json(call.payload["link_preview_options"], None)  # type: ignore[arg-type]  # read as it is sent
        assert options.to_dict() == call.payload["link_preview_options"]
        if "reply_markup" in call.payload:
            markup = telegram.InlineKeyboardMarkup.de_json(call.payload["reply_markup"], None)  # type: ignore[arg-type]  # read as it is sent
            assert markup.to_dict() == call.payload["reply_markup"]


def test_the_double_knows_the_parameters_aiogram_knows() -> None:
    for name, parameters in METHODS.items():
        method = getattr(aiogram.methods, name[0].upper() + name[1:])
        assert parameters == set(method.model_fields) - DEPRECATED, name


def test_the_double_knows_the_updates_and_actions_aiogram_knows() -> None:
    assert set(AiogramUpdate.model_fields) - {"update_id"} == KINDS
    assert {action.value for action in aiogram.enums.ChatAction} == ACTIONS


# -- python-telegram-bot in front of the double


@pytest.fixture
async def ptb(double: TelegramDouble) -> AsyncIterator[ExtBot[None]]:
    bot = ExtBot(TOKEN, base_url=f"{double.base}/bot")
    async with bot:
        yield bot


async def test_python_telegram_bot_talks_to_the_double(double: TelegramDouble, samira: Person, ptb: ExtBot[None]) -> None:
    assert ptb.id == double.me["id"]
    button = telegram.InlineKeyboardButton("Urgence", callback_data="1.0")
    sent = await ptb.send_message(samira.id, "Bonjour 😔", reply_markup=telegram.InlineKeyboardMarkup([[button]]))
    assert (sent.text, sent.chat.id) == ("Bonjour 😔", samira.id)
    assert samira.labels == ["Urgence"]
    samira.says("coucou")
    samira.presses("Urgence")
    updates = await ptb.get_updates(timeout=1)
    assert [update.effective_user.first_name for update in updates if update.effective_user] == ["Samira", "Samira"]
    query = updates[1].callback_query
    assert query is not None
    assert await query.answer("c'est noté")
    assert list(double.answered.values()) == ["c'est noté"]
    assert await ptb.edit_message_reply_markup(samira.id, sent.message_id)
    assert samira.labels == []
    assert await ptb.get_updates(offset=updates[-1].update_id + 1) == ()
    assert not double.updates.pending


async def test_python_telegram_bot_sets_up_the_double(double: TelegramDouble, ptb: ExtBot[None]) -> None:
    assert await ptb.set_my_commands([("menu", "Le menu")])
    assert [command.command for command in await ptb.get_my_commands()] == ["menu"]
    assert await ptb.set_webhook("https://logement.example.org/webhooks/telegram", secret_token="abc", allowed_updates=["message"])
    assert (await ptb.get_webhook_info()).url == "https://logement.example.org/webhooks/telegram"
    with pytest.raises(Conflict):
        await ptb.get_updates()
    assert await ptb.delete_webhook()


REFUSED: dict[str, tuple[type[Exception], str, Callable[[ExtBot[None], TelegramDouble], Any]]] = {
    "empty": (BadRequest, "Message text is empty", lambda bot, _: bot.send_message(5_550_001, "\u200b ")),
    "too long": (BadRequest, "Message is too long", lambda bot, _: bot.send_message(5_550_001, "é" * 4097)),
    "unknown chat": (BadRequest, "Chat not found", lambda bot, _: bot.send_message(404, "a")),
    "bad mark": (BadRequest, "Can't parse entities", lambda bot, _: bot.send_message(5_550_001, "<b>a", parse_mode="HTML")),
    "blocked": (Forbidden, "bot was blocked by the user", lambda bot, double: blocked(bot, double)),
    "throttled": (RetryAfter, "Retry in 7 seconds", lambda bot, double: throttled(bot, double)),
    "broken": (NetworkError, "Internal Server Error", lambda bot, double: broken(bot, double)),
}


async def blocked(bot: ExtBot[None], double: TelegramDouble) -> None:
    double.chats[5_550_001].blocked = True
    await bot.send_message(5_550_001, "a")


async def throttled(bot: ExtBot[None], double: TelegramDouble) -> None:
    double.fault("sendMessage", status=429, retry_after=7)
    await bot.send_message(5_550_001, "a")


async def broken(bot: ExtBot[None], double: TelegramDouble) -> None:
    double.fault("sendMessage", status=500)
    await bot.send_message(5_550_001, "a")


@pytest.mark.parametrize("name", REFUSED)
async def test_python_telegram_bot_understands_the_doubles_refusals(double: TelegramDouble, samira: Person, ptb: ExtBot[None], name: str) -> None:
    kind, words, call = REFUSED[name]
    with pytest.raises(kind, match=re.escape(words)):
        await call(ptb, double)
    assert samira.texts == []


async def test_the_double_refuses_a_wrong_token(double: TelegramDouble) -> None:
    async with HTTPXRequest() as calls, HTTPXRequest() as polls:
        with pytest.raises(InvalidToken):
            await ExtBot("123456:somebody-else", base_url=f"{double.base}/bot", request=calls, get_updates_request=polls).initialize()
