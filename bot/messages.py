"""The values that travel the road. Standard library only; nothing here knows a channel, a table or a handler.

In:  `Inbound` (what a person said or did), `Receipt` (what became of something we sent), `Ignored` (understood, not wanted).
Out: `Outbound` (what is to be said) → `Call` (one request to a provider).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, slots=True)
class Address:
    """One person on one channel: the key for order, dedupe and opt-out. `peer` is the provider's opaque id, never a phone number."""

    channel: str
    account: str
    peer: str


class Kind(StrEnum):
    """What a person did."""

    TEXT = "text"
    COMMAND = "command"
    CHOICE = "choice"
    MEDIA = "media"
    LOCATION = "location"
    EDITED = "edited"
    DELETED = "deleted"
    OTHER = "other"
    STARTED = "started"
    STOPPED = "stopped"
    BLOCKED = "blocked"
    CHANGED = "changed"
    COLLEAGUE = "colleague"
    """Not theirs: a colleague wrote to them in the provider's own inbox."""


class Purpose(StrEnum):
    """Why something is said; it decides pace, expiry, resending and what silence means for it."""

    CRISIS = "crisis"
    REPLY = "reply"
    HUMAN = "human"
    REMINDER = "reminder"
    SURVEY = "survey"
    ANNOUNCEMENT = "announcement"
    SERVICE = "service"

    @property
    def answers(self) -> bool:
        """True for what answers a person's own message: never held in advance."""
        return self in _ANSWERS

    @property
    def resent(self) -> bool:
        """True where an `unknown` send is sent once more, marked; the others wait for a caseworker's eye."""
        return self in _RESENT


EVERY_PURPOSE = frozenset(Purpose)
_ANSWERS = frozenset({Purpose.CRISIS, Purpose.REPLY, Purpose.HUMAN, Purpose.SERVICE})
_RESENT = frozenset({Purpose.CRISIS, Purpose.REPLY, Purpose.SERVICE})


class Status(StrEnum):
    """What is known of a message we sent. It only goes forward (`rank`), and never claims more than is known."""

    QUEUED = "queued"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {Status.QUEUED: 0, Status.UNKNOWN: 1, Status.FAILED: 2, Status.SENT: 3, Status.DELIVERED: 4, Status.READ: 5}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file somebody sent, as the provider names it. Nothing of it is fetched while parsing. `size` in bytes, None if unsaid.

    `token` is our own name of a file that came by our own page and is here already; `refused` why nothing of it is kept, as a code, "" for what is.
    `text` is the whole of a small file that we send.
    """

    kind: str
    provider_id: str
    mime: str | None = None
    size: int | None = None
    name: str | None = None
    token: str | None = None
    text: str | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. `id` is ours and never leaves the house: outside it is `reference(number, index)`.

    `link` (tel:, sms:, https:, or a path of our own) is followed by the person's own device where the channel can show a link; `tone` is "urgent",
    "quiet" or "".
    """

    id: str
    label: str
    link: str | None = None
    tone: str = ""


def reference(number: int, index: int) -> str:
    """The outside name of choice `index` of message `number`: says nothing of what it is about, and dates the question."""
    return f"{number}.{index}"


def parse_reference(text: str) -> tuple[int, int] | None:
    """The message number and index a `reference` names, or None where the text is not one."""
    number, dot, index = text.partition(".")
    if dot and number.isascii() and number.isdigit() and index.isascii() and index.isdigit() and len(text) <= 20:
        return int(number), int(index)
    return None


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing a person said or did.

    `choice` is the `reference` of a pressed button, as received. `handle` is what a courtesy needs to answer it (a callback id), opaque;
    `shown_as` is what takes this very message off the person's screen (`base.Wipes`), opaque too.
    `greeted_in` is the language of our own page that welcomed them, None elsewhere: a conversation begins in it.
    `formerly` are other names the provider gives this same person: what we know under one of them is theirs.
    `id` is 0 until it is stored. `sent_at` is the provider's word, `received_at` the service's time.
    """

    address: Address
    external_id: str
    kind: Kind
    received_at: datetime
    text: str = ""
    choice: str | None = None
    attachments: tuple[Attachment, ...] = ()
    name: str | None = None
    locale: str | None = None
    sent_at: datetime | None = None
    handle: str | None = None
    shown_as: str | None = None
    greeted_in: str | None = None
    formerly: tuple[str, ...] = ()
    id: int = 0


ON_A_PAGE = "page"
"""The `handle` of what was pressed on a page of ours: what is said back is shown there, and no call follows."""


@dataclass(frozen=True, slots=True)
class Template:
    """A message agreed with a provider beforehand, for the time when nothing else may be sent: its name there, and what goes in its places.

    `buttons`: which choice of the message each of its buttons stands for, by their places. `instead` says the same in another language, for where
    this one is not agreed. A provider's own mark (a human's message, outside its window) is one without places.
    """

    name: str
    values: tuple[str, ...] = ()
    language: str = ""
    buttons: tuple[int, ...] = ()
    instead: "Template | None" = None

    @property
    def key(self) -> str:
        """What it is agreed as: a name and a language."""
        return f"{self.name}/{self.language}"


@dataclass(frozen=True, slots=True)
class Outbound:
    """One thing to be said to one address. The language is settled; it knows nothing of limits.

    `template` is what says the same where only that may be sent. `number` is its place in the conversation (0 until stored). `card` asks for the look
    of something one keeps ("", "page", "crisis", "promise", "appointment"). `short` says the same in one SMS, less what ends it; "" where nothing
    does. `link`: the token of the page of ours that takes the answer, given as it is sent where nothing can be pressed; `link_first`: the person
    would rather have it than a telephone. `shown`: that page shows it, no call follows.
    """

    address: Address
    purpose: Purpose
    body: str
    choices: tuple[Choice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    template: Template | None = None
    expires_at: datetime | None = None
    dedup_key: str | None = None
    card: str = ""
    language: str = "fr"
    short: str = ""
    link: str = ""
    link_first: bool = False
    shown: bool = False
    number: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a provider: `method` is its name there, `payload` its parameters, ready to send."""

    method: str
    payload: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says became of something we sent, by the id it gave it then."""

    channel: str
    account: str
    external_id: str
    status: Status
    at: datetime
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a provider says of our own account, whole, each time it is asked.

    `quality` is "green", "yellow", "red", or "" where it does not say; `people`: how many we may write to in a day outside its window, None for any
    number. `templates`: where each of ours stands there, by `Template.key`: APPROVED is the only word that opens.
    """

    channel: str
    account: str
    at: datetime
    quality: str = ""
    people: int | None = None
    templates: Mapping[str, str] = field(default_factory=dict)


APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on a person's screen: the id `send` returned, or their own `Inbound.shown_as`; and when it was said."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ignored:
    """An update understood and not wanted: counted by `reason` (a short code, no content), answered 200."""

    reason: str
