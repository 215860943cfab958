"""Live pages: the same fragments as the page itself, sent again when they change. Without it, a page is as true as when it was opened.

A notice is only a hint: each time, the database is read again and what differs from what this browser has is sent. The version of what it has
is the event's id, so that a connection cut and resumed misses nothing.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.clock import Clock
from storage import caseworkers
from storage.bell import Bell
from storage.engine import Storage, Wake, Work

PACE = 2.0
"""Seconds between two looks for the sake of other conversations; one's own is shown at once."""
KEEPALIVE = 15.0
RETRY = "retry: 2000\n\n"
GOODBYE = "event: bye\ndata: {}\n\n"

Fragments = Mapping[str, str]
"""Element id → its HTML."""
T = TypeVar("T")


def version(fragments: Fragments) -> str:
    """Names exactly these fragments."""
    return hashlib.sha256(json.dumps(fragments, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(slots=True)
class _Watch:
    """`rung` at once for one's own conversation, and for the others only while `idle`, so that a busy service is not read for each of its lines."""

    rung: asyncio.Event
    idle: bool = False
    talked: bool = False

    def hear(self, wake: Wake, _: int) -> None:
        if wake is Wake.TALK:
            self.talked = True
            if self.idle:
                self.rung.set()

    async def wait(self, clock: Clock) -> None:
        """Until there is a reason to look again."""
        if not await clock.wait(self.rung, PACE):
            self.idle = True
            if not self.talked:
                await clock.wait(self.rung, KEEPALIVE)
        self.idle = self.talked = False
        self.rung.clear()


class Live:
    """Streams of events for the desk's pages. They end when `stopping` is set (the bell rings then) or the session is over."""

    def __init__(self, storage: Storage, bell: Bell, stopping: asyncio.Event) -> None:
        self._storage = storage
        self._bell = bell
        self._stopping = stopping

    async def stream(
        self, cookie: str, conversation_id: int, look: Callable[[Work], T], render: Callable[[T], Fragments], has: str
    ) -> AsyncIterator[str]:
        """Events for one browser that `has` one version of the page. `look` reads, `render` makes the fragments of what was read."""
        sent: Fragments | None = None
        yield RETRY
        with self._watch(conversation_id) as watch:
            while not self._stopping.is_set():
                found = await self._storage.read(_for_member, cookie, look)
                if found is None:
                    yield GOODBYE
                    return
                fragments = render(found.value)
                now = version(fragments)
                known = fragments if sent is None and now == has else sent or {}
                yield _event({name: html for name, html in fragments.items() if known.get(name) != html}, now)
                sent = fragments
                await watch.wait(self._storage.clock)

    @contextmanager
    def _watch(self, conversation_id: int) -> Iterator[_Watch]:
        with self._bell.listen(conversation_id) as rung:
            watch = _Watch(rung)
            leave = self._storage.subscribe(watch.hear)
            try:
                yield watch
            finally:
                leave()


@dataclass(frozen=True, slots=True)
class _Found(Generic[T]):
    value: T


def _for_member(work: Work, cookie: str, look: Callable[[Work], T]) -> _Found[T] | None:
    """What `look` finds, as long as the session is open and its holder may read."""
    member = caseworkers.who(work, cookie)
    return _Found(look(work)) if member is not None and member.reads else None


def _event(fragments: Fragments, now: str) -> str:
    """One event, or a breath where nothing changed."""
    return f"id: {now}\ndata: {json.dumps(fragments)}\n\n" if fragments else f"id: {now}\n: still here\n\n"
