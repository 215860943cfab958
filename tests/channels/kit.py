"""What the list of `test_conformance.py` has to be told of a channel: who writes on it and how, who answers there, and how that goes wrong."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.routing import BaseRoute

from bot.channels.base import Channel, Intake
from bot.clock import Clock
from bot.errors import SendFailure, StorageError
from bot.inbox import Inbox
from bot.messages import Address, Call, Choice, Outbound, Purpose
from bot.settings import Settings
from storage import lanes
from storage.engine import Storage, Work
from storage.lanes import Lane
from storage.road import Accepted
from storage.talks import Talks
from tests.channels.caller import Caller
from tests.clock import TestClock

NOWHERE = "http://127.0.0.1:9"
BASE_URL = "https://logement.example.org"
SENT = 1_790_000_000
WORDS = "mon secret à moi"


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody's words, by the provider's id of the message. `at` in seconds since 1970."""

    who: str
    id: str
    words: str
    at: int = SENT


@dataclass(frozen=True, slots=True)
class Letter:
    """One call of whoever brings what people say, whole."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A message of ours as somebody has it before them: its words, and its buttons by label, each with what pressing it says.

    `template` is the name it was agreed under, where it went as one.
    """

    text: str
    buttons: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    raw: Any = field(default=None, compare=False, repr=False)
    """The message as it travelled, for whoever draws it."""


@dataclass(frozen=True)
class Goes:
    """How a call goes wrong, and what the road hears. `there`: the message arrived all the same. `pause` in seconds, where one is asked for."""

    failure: type[SendFailure]
    code: str
    prepare: Callable[[Any, Address], None] = lambda _double, _address: None
    call: Callable[[Address], Call] | None = None
    """Something else than a greeting."""
    maybe_sent: bool = False
    there: bool = False
    pause: float | None = None
    whole_account: bool = False


class Kit(Protocol):
    """One channel. `without` names what of the list it has nothing of, and why."""

    @property
    def name(self) -> str: ...

    @property
    def path(self) -> str:
        """The door that people's words come by."""
        ...

    @property
    def taken(self) -> int:
        """What it answers once they are durable."""
        ...

    @property
    def secrets(self) -> Sequence[str]: ...

    @property
    def without(self) -> Mapping[str, str]: ...

    @property
    def kinds(self) -> Sequence[str]:
        """Kinds of events, for the fuzz."""
        ...

    @property
    def goes(self) -> Mapping[str, Goes]: ...

    @property
    def recorded(self) -> Mapping[str, bytes]:
        """Bodies as they come."""
        ...

    def open(self, clock: Clock, api_base: str = NOWHERE) -> Channel: ...

    def routes(self, channel: Channel, place: "Place") -> Sequence[BaseRoute]: ...

    def who(self, nth: int) -> str:
        """Somebody, by what the provider calls them."""
        ...

    def address(self, who: str) -> Address: ...

    # -- in

    def sign(self, body: bytes) -> Letter:
        """Any body at all, as who may call would bring it."""
        ...

    def forged(self, body: bytes) -> Mapping[str, Letter]:
        """The same by who may not."""
        ...

    def says(self, *said: Said) -> Letter:
        """All of it in one call; one alone where a call brings no more."""
        ...

    def presses(self, pressed: Said) -> Letter:
        """A button, by what it says: `words`."""
        ...

    def picture(self, said: Said, file: str) -> Letter:
        """A picture with its caption, by the provider's name of the file."""
        ...

    def elsewhere(self) -> tuple[Letter, str]:
        """Words for another account, and what they are counted as."""
        ...

    def odd(self) -> Mapping[str, Letter]:
        """Events and messages of kinds that nobody knows."""
        ...

    def receipt(self, external_id: str, at: int = SENT) -> Letter:
        """A word of the provider's about one of our messages."""
        ...

    def whole(self, number: int, kind: str, content: Any) -> Any:
        """A call about one kind of event, whatever is in it."""
        ...

    # -- out

    def double(self) -> AbstractAsyncContextManager[Any]:
        """The provider, on loopback, with a `base`."""
        ...

    def seen(self, double: Any, address: Address) -> Sequence[Seen]:
        """All that reached somebody, oldest first."""
        ...

    def arrived(self, double: Any, address: Address) -> int:
        """How many messages really reached somebody."""
        ...

    def break_down(self, double: Any) -> None:
        """From now on each connection is cut, and nothing done."""
        ...

    def check(self, calls: Sequence[Call]) -> None:
        """Raise where the provider would refuse one of them, or where choices are shown before the end."""
        ...

    def text_of(self, call: Call) -> str: ...

    def seen_in(self, call: Call) -> Seen:
        """A call as its person has it before them."""
        ...

    def pressed(self, call: Call) -> Sequence[str]:
        """What the buttons under a call say when they are pressed."""
        ...


@dataclass(slots=True)
class Place:
    """Where a channel's door stands: a real database and its inbox."""

    storage: Storage
    clock: TestClock
    settings: Settings
    intake: Intake


@dataclass
class Door:
    """One channel's way in: its own routes before a real inbox and a real database. Shared by the tests of a channel: each brings its own people."""

    kit: Kit
    storage: Storage
    clock: TestClock
    settings: Settings
    failing: StorageError | None = None
    _people: int = 0
    _said: int = 0
    channel: Channel = field(init=False)
    inbox: Inbox = field(init=False)

    def __post_init__(self) -> None:
        self.channel = self.kit.open(self.clock)
        self.inbox = Inbox(self.storage, {}, lambda _text: None, _no_danger)
        place = Place(self.storage, self.clock, self.settings, self._take)
        self.caller = Caller(self.kit.routes(self.channel, place), self.kit.path)

    async def _take(self, items: Sequence[Any]) -> None:
        if self.failing is not None:
            raise self.failing
        await self.inbox.take(items)

    def said(self, who: str, words: str, at: int = SENT) -> Said:
        """Something new of theirs."""
        self._said += 1
        return Said(who, str(self._said), words, at)

    def somebody(self) -> str:
        """Somebody new."""
        self._people += 1
        return self.kit.who(self._people)

    async def post(self, letter: Letter, length: int | None = None) -> int:
        """The status it is answered with, a moment after the last one: nobody here is held back for writing fast."""
        self.clock.turn_machine(1.0)
        answered = await self.caller.post([letter.body], letter.headers, length)
        assert answered is not None
        return answered[0]

    async def says(self, *said: Said) -> None:
        assert await self.post(self.kit.says(*said)) == self.kit.taken

    async def heard(self, who: str) -> list[str]:
        """What is stored of somebody's words, in order."""
        talks, address = Talks(self.storage), self.kit.address(who)
        talk = await talks.find(address)
        return [line.text for line in await talks.after(talk.id, 0, 500)] if talk is not None else []

    async def lane(self, who: str) -> Lane | None:
        return await self.storage.run(lanes.lane_of, self.kit.address(who))

    async def stored(self) -> int:
        """How many things were ever received here."""
        return await self.storage.read(_stored)


def _no_danger(work: Work, accepted: Accepted, crisis: str) -> None:
    raise AssertionError("nothing here shows danger")


def _stored(work: Work) -> int:
    return int(work.session.connection().exec_driver_sql("SELECT count(*) FROM inbound").scalar_one())


def hello(channel: Channel, address: Address, body: str = WORDS) -> Call:
    """A greeting with one button."""
    [call] = channel.render(Outbound(address, Purpose.REPLY, body, (Choice("menu", "Menu"),), number=3))
    return call
