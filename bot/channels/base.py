"""What a channel is: translation, and nothing else. Timeouts, retries, order, logs and storage belong to the road."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from starlette.routing import BaseRoute

from bot.messages import EVERY_PURPOSE, Address, Attachment, Call, Ignored, Inbound, Outbound, Purpose, Receipt, Shown, Standing

Parsed = Inbound | Receipt | Ignored
Intake = Callable[[Sequence[Parsed]], Awaitable[None]]
"""Takes what a channel parsed; returns once all of it is durable. Handed to a channel's routes or poll by the composition root."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a provider takes, in characters (as it counts them) and items. `per_second` paces only what we start ourselves; `ceiling` is the most that
    it takes of an account in a second, kept after it told us to slow down (None: `per_second`); `person_every`: seconds between two things that we
    start with one person."""

    text: int
    choices: int
    label: int
    per_second: float
    ceiling: float | None = None
    person_every: float = 1.0
    greets: bool = False
    """True where the channel's own page says who speaks before anything is written: the robot does not say it again."""
    commit_is_send: bool = False
    """True where the reader reads our own database (the web chat): the turn's commit is the send, and no call follows it."""
    window: timedelta | None = None
    """How long after somebody's last message anything may be sent to them; None for always."""
    human_window: timedelta | None = None
    """How long after it a human's own message may, marked as such; None for no longer than the rest."""
    purposes: frozenset[Purpose] = EVERY_PURPOSE
    """What may go this way at all."""
    by_link: bool = False
    """True where nothing can be pressed: what asks something carries the address of a page of ours that takes the answer (`Outbound.link`)."""
    opens: bool = True
    """False where a link to a page of ours opens nothing on the telephone that is written to: this service has no address for everybody."""
    per_day: int | None = None
    """How many messages one person is sent in a day at most, but for answers to a danger; None for any number."""
    templates: bool = False
    """True where what was agreed beforehand passes outside the window, once the provider approved it (`Standing.templates`)."""


class Courtesy(StrEnum):
    """Best-effort gestures, never in the outbox: losing one loses nothing."""

    ANSWERED = "answered"
    TYPING = "typing"
    CLOSE_CHOICES = "close_choices"


class Channel(Protocol):
    """The only interface of the system."""

    @property
    def name(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Raise Forged unless the provider itself wrote `raw`. Called before anything is parsed."""
        ...

    def parse(self, raw: bytes) -> list[Parsed]:
        """Every message, receipt and other event of one call. Raises Malformed; an unknown kind of event is an Ignored."""
        ...

    def render(self, outbound: Outbound) -> list[Call]:
        """The calls that say it, in order, each within the limits. Pure: the same outbound gives the same calls."""
        ...

    async def send(self, address: Address, call: Call) -> str:
        """Make one call; return the provider's id for it. Raises SendFailure. Gives up by itself after 10 seconds."""
        ...

    async def courtesy(self, address: Address, gesture: Courtesy, handle: str, text: str = "") -> None:
        """Make a gesture; failures are counted and swallowed."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


@runtime_checkable
class Called(Protocol):
    """A channel the provider calls."""

    def routes(self, intake: Intake) -> Sequence[BaseRoute]:
        """Its webhook."""
        ...


@runtime_checkable
class Wipes(Protocol):
    """A channel that can take messages off a person's screen. No gesture: whoever asked for it is told what stays."""

    async def wipe(self, address: Address, messages: Sequence[Shown]) -> int:
        """Take these off, theirs and ours; how many stay for certain or perhaps. Gives up by itself after 10 seconds; raises nothing."""
        ...


@runtime_checkable
class Attended(Protocol):
    """A channel one process at a time speaks for: it sets up the account and, where the provider is asked, asks."""

    async def poll(self, intake: Intake, *, hold: Callable[[], Awaitable[bool]], release: Callable[[], Awaitable[None]]) -> None:
        """Attend the account while `hold` says the lease is ours, until cancelled."""
        ...


@runtime_checkable
class Stands(Protocol):
    """A channel whose provider says how our account stands with it."""

    @property
    def name(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def changed(self) -> asyncio.Event:
        """Set where the provider told that something of it changed."""
        ...

    async def standing(self) -> Standing:
        """Ask. Raises SendFailure."""
        ...


@runtime_checkable
class Linked(Protocol):
    """A channel that a link can open."""

    @property
    def name(self) -> str: ...

    async def learn(self) -> None:
        """Ask the provider for what our links are made of, once. Raises SendFailure."""
        ...

    def link(self, code: str) -> str:
        """The address that opens a conversation here with `code` (letters, figures and hyphens, "" for none) as its first words; "" until that is
        learnt."""
        ...


@runtime_checkable
class Fetches(Protocol):
    """A channel whose files stay at the provider until they are asked for."""

    def fetch(self, attachment: Attachment, limit: int) -> AsyncGenerator[bytes, None]:
        """The bytes of a file, in pieces of any size. Raises TooLarge past `limit` bytes, and SendFailure. Gives up by itself after 60 seconds."""
        ...
