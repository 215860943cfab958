"""Reads the form that brings files, as it comes: each goes on, piece by piece, to where it is sealed. Nothing waits on a disk.

The form's own fields stand before its files: whoever sends is known before anything is taken.
"""

from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from bot.channels.webchat.ports import Deposit
from bot.errors import Malformed, TooLarge, Unfit
from bot.messages import Attachment
from bot.rules.files import LARGEST, clean_name

MOST_FILES, MOST_FIELDS = 10, 20
LONGEST_FIELD = 4096
DRAINED = 64 * 1024 * 1024
"""Bytes of what is refused that are read all the same: a browser that is cut off shows its own error instead of our page."""
Headers = Mapping[str, bytes]
Event = Headers | bytes | None
"""A part of the form begins, something of it, it ends."""
Admit = Callable[[Mapping[str, str]], None]
"""Asked once, with the fields, before the first file is taken. Raises what stops it."""


@dataclass(slots=True)
class Upload:
    """What came: the fields, the files that are here now, and why others are not."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Attachment] = field(default_factory=list)
    infected: list[Attachment] = field(default_factory=list)
    """What the scanner refused: nothing of it is here but that it came, which the team reads."""
    too_large: bool = False
    unfit: bool = False

    @property
    def refused(self) -> bool:
        return self.too_large or self.unfit


async def read(request: Request, admit: Admit, deposit: Deposit) -> Upload:
    """Read it whole. Raises Malformed, TooLarge where there is no end to it, what `admit` raises, and what storing raises."""
    upload, events, chosen = Upload(), _events(request), 0
    async for event in events:
        if not isinstance(event, Mapping):
            continue
        name, filename = _named(event)
        if filename is None and len(upload.fields) >= MOST_FIELDS:
            raise Malformed("send the form of the page")
        if filename is None:
            upload.fields[name] = await _field(events)
        elif filename:
            chosen += 1
            if chosen == 1:
                admit(upload.fields)
            if chosen > 2 * MOST_FILES:
                break  # there may be no end to it: what came is kept, and answered now
            if chosen > MOST_FILES:
                upload.too_large = True
                await _drain(_pieces(events))
            else:
                claimed = Attachment("document", "", event.get("content-type", b"").decode("latin-1")[:200] or None, None, clean_name(filename))
                await _take(upload, events, claimed, deposit)
    return upload


def weight(request: Request) -> float:
    """How much is announced, in megabytes; for what does not say, a whole file."""
    announced = request.headers.get("content-length", "")
    return (int(announced) if announced.isdigit() and len(announced) < 15 else LARGEST) / 1024**2


async def _take(upload: Upload, events: AsyncIterator[Event], claimed: Attachment, deposit: Deposit) -> None:
    pieces = _pieces(events)
    try:
        taken = await deposit(pieces, claimed)
        upload.unfit = upload.unfit or bool(taken.refused)
        (upload.infected if taken.refused else upload.files).append(taken)
    except TooLarge:
        upload.too_large = True
    except Unfit:
        upload.unfit = True
    await _drain(pieces)


async def _drain(pieces: AsyncIterator[bytes]) -> None:
    """Read on to the end of a part that is not taken."""
    drained = 0
    async for piece in pieces:
        drained += len(piece)
        if drained > DRAINED:
            raise TooLarge


async def _pieces(events: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    """The bytes of the part that has begun."""
    async for event in events:
        if event is None:
            return
        if isinstance(event, bytes):
            yield event


async def _field(events: AsyncIterator[Event]) -> str:
    found = bytearray()
    async for piece in _pieces(events):
        found += piece
        if len(found) > LONGEST_FIELD:
            raise Malformed("send the form of the page")
    return found.decode("utf-8", "replace")


def _named(headers: Headers) -> tuple[str, str | None]:
    """The name of a part and, for a file, its own; "" where none was chosen."""
    _kind, options = parse_options_header(headers.get("content-disposition", b""))
    filename = options.get(b"filename")
    return options.get(b"name", b"").decode("utf-8", "replace"), None if filename is None else filename.decode("utf-8", "replace")


async def _events(request: Request) -> AsyncIterator[Event]:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
        raise Malformed("send the form of the page")
    form = _Form(boundary)
    async for piece in request.stream():
        for event in form.feed(piece):
            yield event
    if not form.ended:
        raise Malformed("the form is not whole")


class _Form:
    """The parser's callbacks, as events."""

    def __init__(self, boundary: bytes) -> None:
        self.ended = False
        self._events: deque[Event] = deque()
        self._headers: dict[str, bytes] = {}
        self._name, self._value = bytearray(), bytearray()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header,
                "on_headers_finished": self._headed,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._over,
            },
        )

    def feed(self, piece: bytes) -> list[Event]:
        """What a piece of the body brings. Raises Malformed."""
        try:
            self._parser.write(piece)
        except FormParserError as fault:
            raise Malformed("send the form of the page") from fault
        events = list(self._events)
        self._events.clear()
        return events

    def _begin(self) -> None:
        self._headers = {}

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _headed(self) -> None:
        self._events.append(self._headers)

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(bytes(data[start:end]))

    def _end(self) -> None:
        self._events.append(None)

    def _over(self) -> None:
        self.ended = True
