"""What is on the phone: in each app, what was written there and what came. Kept sealed beside the demo's database: a restart finds it again."""

import asyncio
import base64
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter

from bot.clock import Clock
from bot.errors import Undecipherable
from storage.crypto import Vault

PLACE = "phone.line"
"""What a line is sealed for."""


class App(StrEnum):
    """An app of the phone; its value is in the page's address."""

    WHATSAPP = "whatsapp"
    MESSENGER = "messenger"
    TELEGRAM = "telegram"
    SMS = "sms"
    EMAIL = "email"


class State(StrEnum):
    """How far a message got. GONE: taken off the screen."""

    SENT = "sent"
    ARRIVED = "arrived"
    READ = "read"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Button:
    """What can be pressed: a link to follow, or what the app then says for the person."""

    label: str
    says: str = ""
    link: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One message, by the provider's id of it. `opens` is the label of what opens its buttons as a list, "" where they are in view."""

    app: App
    id: str
    text: str
    at: datetime
    mine: bool = False
    state: State = State.SENT
    buttons: tuple[Button, ...] = ()
    opens: str = ""
    title: str = ""
    """An e-mail's subject, a file's name."""
    foot: str = ""
    """What an app shows small under a template."""
    template: bool = False
    to: str = ""
    """Whom it was for, where that is not this phone."""


_LINE = TypeAdapter(Line)


def _ours_alone(path: str, flags: int) -> int:
    """Opens a file that nobody else of this machine reads."""
    return os.open(path, flags, 0o600)


class Phone:
    """The lines of every app, oldest first. `watched` wakes whoever shows them."""

    def __init__(self, clock: Clock, file: Path, secret: str) -> None:
        self.clock = clock
        self._file = file
        key = sha256(b"the demo's phone\0" + secret.encode()).digest()
        self._vault = Vault({1: key}, key)
        self._lines: dict[tuple[App, str], Line] = {}
        self._watchers: set[asyncio.Event] = set()
        self._last = 0
        for line in self._kept():
            self._lines[line.app, line.id] = line
        self.closed = False
        self.came: dict[App, datetime] = {}
        """When the person last followed a link that says nothing in the conversation."""
        self.writing: dict[App, datetime] = {}
        """Since when the other side shows that it writes."""

    def _kept(self) -> Iterator[Line]:
        if not self._file.exists():
            return
        for sealed in self._file.read_bytes().splitlines():
            try:
                yield _LINE.validate_json(self._vault.open(PLACE, base64.b64decode(sealed)))
            except (ValueError, Undecipherable):  # cut by a kill: the last line only
                continue

    def number(self) -> int:
        """One that was never given, whatever was restarted: milliseconds of the machine's time, and on."""
        self._last = max(self._last + 1, int(self.clock.elapsed() * 1000))
        return self._last

    def lines(self, app: App) -> list[Line]:
        """What is on the screen of an app."""
        return [line for line in self._lines.values() if line.app is app and line.state is not State.GONE]

    def find(self, app: App, name: str) -> Line | None:
        """A line by its id."""
        return self._lines.get((app, name))

    def put(self, line: Line) -> Line:
        """Keep a line, or what became of it. On disk before it is shown."""
        if line == self._lines.get((line.app, line.id)):
            return line
        sealed = base64.b64encode(self._vault.seal(PLACE, _LINE.dump_json(line).decode()))
        with open(self._file, "ab", opener=_ours_alone) as file:
            file.write(sealed + b"\n")
        self._lines[line.app, line.id] = line
        if not line.mine:
            self.writing.pop(line.app, None)
        self.wake()
        return line

    def write(self, app: App, text: str, name: str, title: str = "") -> Line:
        """Something the person writes or sends, on its way."""
        return self.put(Line(app, name, text, self.clock.now(), mine=True, title=title))

    def settle(self, line: Line, *, taken: bool) -> None:
        """What they wrote arrived, or did not."""
        self.mark(line.app, [line.id], State.ARRIVED if taken else State.FAILED)

    def mark(self, app: App, names: Sequence[str], state: State) -> None:
        """These got that far; nothing goes back."""
        order = list(State)
        for name in names:
            line = self.find(app, name)
            if line is not None and order.index(state) > order.index(line.state):
                self.put(replace(line, state=state))

    def strip(self, app: App, keeps: Callable[[Button], bool] = lambda _button: False, names: Sequence[str] | None = None) -> None:
        """Take the buttons off these lines (of the whole app where none is named), but those it keeps."""
        for line in self.lines(app):
            if line.buttons and (names is None or line.id in names):
                self.put(replace(line, buttons=tuple(filter(keeps, line.buttons))))

    def typing(self, app: App) -> None:
        """The other side shows that it writes."""
        self.writing[app] = self.clock.now()
        self.wake()

    def last_written(self, app: App) -> datetime | None:
        """When the person wrote, or came by a link, last: what a provider counts its window from."""
        wrote = [line.at for line in self._lines.values() if line.app is app and line.mine]
        return max([*wrote, *([self.came[app]] if app in self.came else [])], default=None)

    def unread(self, app: App) -> int:
        """How many lines came that nobody looked at."""
        return sum(not line.mine and line.state in (State.SENT, State.ARRIVED) for line in self.lines(app))

    @contextmanager
    def watched(self) -> Iterator[asyncio.Event]:
        """Set whenever something changes."""
        event = asyncio.Event()
        self._watchers.add(event)
        try:
            yield event
        finally:
            self._watchers.discard(event)

    def wake(self) -> None:
        """Wake whoever watches."""
        for event in self._watchers:
            event.set()

    def close(self) -> None:
        """Nobody waits for it any more."""
        self.closed = True
        self.wake()
