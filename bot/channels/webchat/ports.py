"""What the composition root hands to the web chat, which knows neither storage nor content."""

import asyncio
from collections.abc import AsyncIterable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Protocol

from bot.channels.base import Intake
from bot.channels.webchat.channel import WebChatChannel
from bot.clock import Clock
from bot.messages import Address, Attachment, Choice
from bot.settings import Settings


class Talk(Protocol):
    """A conversation as its own reader finds it."""

    @property
    def id(self) -> int: ...
    @property
    def language(self) -> str: ...
    @property
    def human(self) -> bool: ...
    @property
    def last_number(self) -> int: ...


class Line(Protocol):
    """One thing said. `author`: person, bot or caseworker, whose first name is `name`."""

    @property
    def number(self) -> int: ...
    @property
    def author(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def text(self) -> str: ...
    @property
    def choices(self) -> tuple[Choice, ...]: ...
    @property
    def chosen(self) -> str | None: ...
    @property
    def card(self) -> str: ...
    @property
    def attachments(self) -> tuple[Attachment, ...]: ...
    @property
    def language(self) -> str: ...
    @property
    def at(self) -> datetime: ...


class Talks(Protocol):
    """Reading verbs, by message number. `closed`: the address led to somebody once, and does no more."""

    async def find(self, address: Address, /) -> Talk | None: ...
    async def closed(self, address: Address, /) -> bool: ...
    async def after(self, conversation_id: int, number: int, limit: int, /) -> Sequence[Line]: ...
    async def before(self, conversation_id: int, number: int, limit: int, /) -> Sequence[Line]: ...


class Bell(Protocol):
    """Rings each time something may have changed in a conversation, and when the service stops."""

    def listen(self, conversation_id: int, /) -> AbstractContextManager[asyncio.Event]: ...


class Words(Protocol):
    """One language's way of saying things."""

    @property
    def language(self) -> str: ...
    def say(self, text: Any, **values: object) -> str: ...
    def day(self, on: date, /) -> str: ...
    def hour(self, at: time, /) -> str: ...


class Assets(Protocol):
    """Where the files beside a page are."""

    def url(self, name: str, /) -> str: ...


class Deposit(Protocol):
    """Takes in a file that comes by our own page, piece by piece: the attachment to write with. Raises TooLarge, Unfit."""

    async def __call__(self, pieces: AsyncIterable[bytes], claimed: Attachment, /) -> Attachment: ...


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the page says before anything was written, in one language. Nothing is stored for it.

    `name` and `whose` are the page's heading. A choice whose id is a command (`COMMANDS`) is sent as that command, any other as its label.

    `languages` are those we speak, each with its own name, which is also how one asks for it.
    `leave_to` is where « Quitter vite » leads, None for a blank page of ours.
    """

    name: str
    whose: str
    body: str
    choices: tuple[Choice, ...]
    leave_to: str | None = None
    languages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A French text, to be said by `Words`."""

    msgid: str


def _(msgid: str) -> Text:
    """Mark a French text for the catalogues."""
    return Text(msgid)


COMMANDS = {
    "urgence": _("Urgence"),
    "personne": _("Une personne"),
    "menu": _("Menu"),
    "donnees": _("Mes données"),
    "langue": _("Langue"),
    "stop": _("Ne plus recevoir de messages"),
}
"""The commands, and how the person's own bubble names them."""


def nobody_knows(text: str) -> str | None:
    """No language is recognised."""
    return None


@dataclass(frozen=True, slots=True)
class House:
    """Everything around the web chat. `words` and `welcome` are asked by language; `stopping` is set when the service ends.

    `written` says which language a text is surely written in, of those we speak.
    """

    channel: WebChatChannel
    settings: Settings
    clock: Clock
    intake: Intake
    deposit: Deposit
    talks: Talks
    bell: Bell
    words: Callable[[str], Words]
    welcome: Callable[[str], Welcome]
    assets: Assets
    stopping: asyncio.Event
    written: Callable[[str], str | None] = nobody_knows
