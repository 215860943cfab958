"""The desk as a browser meets it: the real routes over a real database, people who write, caseworkers who log in."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from itertools import count

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlmodel import col, select

from backend import STATIC
from backend.app import backend_routes
from backend.auth import Passwords
from backend.lawful import Foresee, foresees_nothing
from backend.pages.posters import Elsewhere, nowhere
from backend.understood import Reads, understands_nothing
from bot import outbox
from bot.messages import Address, Attachment, Inbound, Kind, Outbound, Purpose
from bot.serving import server
from bot.settings import Settings
from bot.wiring import static_routes
from content.library import Library
from content.look.shelf import LOOK, Shelf
from storage import caseworkers, crises, lanes, line, messages, road, threads
from storage.bell import Bell
from storage.caseworkers import Role
from storage.engine import Storage, Work
from storage.lanes import HUMAN, Lane
from storage.line import Fate
from storage.tables import Message, Person, Thread
from tests.talk import shared_library

PASSWORD = "quatre mots sans rapport"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""The same hash with little work: what it costs to log in is tested on its own."""
SEEN, LAST_WORDS = r'name="seen"[^>]*value="([^"]*)"', r'<textarea[^>]*id="dernier"[^>]*>\n(.*?)</textarea>'
FIELD = re.compile(r'<input[^>]*\bname="([^"]*)"[^>]*\bvalue="([^"]*)"')


def peer(name: str) -> Address:
    """Where this young person writes from."""
    return Address("telegram", "bot", name)


@dataclass
class House:
    """A running desk. `people` counts what everybody said, so that each thing has its own id."""

    storage: Storage
    app: FastAPI
    stopping: asyncio.Event
    bell: Bell
    base: str
    people: "count[int]" = field(default_factory=count)

    @asynccontextmanager
    async def browser(self, address: str = "192.0.2.1") -> AsyncIterator["Browser"]:
        """A browser of its own, at this address."""
        transport = httpx.ASGITransport(self.app, client=(address, 5000))
        async with httpx.AsyncClient(transport=transport, base_url=self.base, follow_redirects=False) as client:
            yield Browser(client)

    @asynccontextmanager
    async def at_a_thread(self) -> AsyncIterator[tuple["Browser", str, str]]:
        """Nadège, on the page of somebody who asks for a person: her browser, the thread's token, the page's path."""
        await self.colleague()
        token = await self.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with self.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            yield browser, token, path

    async def invite(self, email: str = "nadege@example.org", role: Role = Role.CASEWORKER) -> str:
        return await self.storage.run(caseworkers.invite, email, role)

    async def colleague(self, name: str = "Nadège", email: str = "nadege@example.org", role: Role = Role.CASEWORKER) -> caseworkers.Member:
        """Somebody of the team who has come in."""
        member = await self.storage.run(caseworkers.accept_invitation, await self.invite(email, role), name, await CHEAP.hash(PASSWORD))
        assert member is not None
        return member

    async def says(self, text: str, name: str = "yanis", choice: str | None = None) -> None:
        """A young person writes; no robot answers here."""
        await self.storage.run(_hear, self._inbound(name, text))

    async def asks_for_somebody(self, name: str = "yanis", text: str = "je veux parler à une personne") -> str:
        """A young person asks for a person; the token of the thread."""
        return await self.storage.run(_ask, self._inbound(name, text))

    async def is_in_danger(self, name: str = "yanis", text: str = "je dors dehors ce soir") -> str:
        """A young person is in danger: an alert is raised, the robot keeps the conversation; the token of the thread."""
        return await self.storage.run(_danger, self._inbound(name, text))

    async def sends(self, *files: Attachment, name: str = "yanis", text: str = "") -> str:
        """A young person sends files, which are announced; a thread is opened and the robot keeps the conversation; the token of the thread."""
        inbound = replace(self._inbound(name, text), kind=Kind.MEDIA, attachments=files)
        return await self.storage.run(_send, inbound)

    async def is_parked(self, name: str, text: str) -> None:
        """A young person writes, and the robot fails three times."""
        await self.storage.run(_park, self._inbound(name, text))

    async def robot_says(self, text: str, name: str = "yanis") -> None:
        await self.storage.run(_robot, peer(name), text)

    async def said(self, name: str = "yanis") -> list[tuple[str, str]]:
        """What stands in this person's conversation: (author, text)."""
        return await self.storage.run(_said, peer(name))

    async def lane(self, name: str = "yanis") -> Lane:
        lane = await self.storage.run(lanes.lane_of, peer(name))
        assert lane is not None
        return lane

    async def named(self, name: str, shown: str) -> None:
        """What this person is called."""
        await self.storage.run(_name, peer(name), shown)

    async def becomes(self, token: str, status: str) -> None:
        """The last line of this thread turns out so."""
        await self.storage.run(_status, token, status)

    @asynccontextmanager
    async def watch(self, browser: "Browser", path: str, **headers: str) -> AsyncIterator["Watch"]:
        """A live page of this browser, left at the end."""
        cookies = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
        url = httpx.URL(path)
        given = {"cookie": cookies, **headers}
        scope = {
            "type": "http",
            "method": "GET",
            "path": url.path,
            "query_string": url.query,
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }
        watch = Watch(asyncio.Queue())
        task = asyncio.create_task(self.app(scope, watch.receive, watch.send))
        try:
            yield watch
        finally:
            watch.gone.set()
            await task

    async def fails(self, name: str = "yanis", failure: str = "no_connection") -> None:
        """What is due to this person fails for good."""
        await self.storage.run(_fail, peer(name), failure)

    async def is_watched(self, name: str, wish: str) -> None:
        """This person, in danger, says that their phone is read and how to be answered."""
        await self.storage.run(_watched, peer(name), wish)

    def _inbound(self, name: str, text: str) -> Inbound:
        return Inbound(peer(name), str(next(self.people)), Kind.TEXT, self.storage.clock.now(), text=text)


@asynccontextmanager
async def serve(house: House) -> AsyncIterator[str]:
    """The desk on a free port of this machine, until the block ends; its address."""
    web = server(house.app, "127.0.0.1", 0, house.stopping)
    serving = asyncio.create_task(web.run_until_stopped())
    ringing = asyncio.create_task(house.bell.run(house.stopping))
    while not web.started and not serving.done():  # noqa: ASYNC110 - uvicorn says it with a flag
        await asyncio.sleep(0.01)  # a real server opens its port
    port = web.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        house.stopping.set()
        await serving
        await ringing


@dataclass
class Watch:
    """What a live page is sent, event by event. `over` is set when the server ended it."""

    pieces: "asyncio.Queue[str]"
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self) -> dict[str, object]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Mapping[str, object]) -> None:
        body = message.get("body")
        if isinstance(body, bytes) and body:
            await self.pieces.put(body.decode())
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.over.set()

    async def next(self) -> tuple[str, dict[str, str]]:
        """The next event: its id, and the fragments it carries."""
        async with asyncio.timeout(10):
            while not (piece := await self.pieces.get()).startswith("id: "):
                assert not piece.startswith("event: bye")
        lines = dict(line.split(": ", 1) for line in piece.strip().splitlines() if not line.startswith(":"))
        return lines["id"], json.loads(lines.get("data", "{}"))

    async def ended(self) -> str:
        """The last words of the server."""
        async with asyncio.timeout(10):
            await self.over.wait()
        return ["", *(self.pieces.get_nowait() for _ in range(self.pieces.qsize()))][-1]


@dataclass
class Browser:
    """One browser, which keeps its cookies and remembers the last page."""

    client: httpx.AsyncClient
    page: httpx.Response = field(default_factory=lambda: httpx.Response(204))

    async def get(self, path: str, **headers: str) -> httpx.Response:
        self.page = await self.client.get(path, headers=headers)
        return self.page

    async def post(self, path: str, form: Mapping[str, str], **headers: str) -> httpx.Response:
        """Post exactly this; follow where it leads."""
        response = await self.client.post(path, data=dict(form), headers=headers)
        self.page = await self.client.get(response.headers["location"]) if response.status_code == 303 else response
        return response

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Fill in the form of the last page that goes to `path`, and send it."""
        return await self.post(path, {**self.form(path), **fields})

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the last page's form that goes to `path`."""
        forms = re.findall(r"<form([^>]*)>(.*?)</form>", self.page.text, re.DOTALL)
        for attributes, inside in forms:
            action = re.search(r'action="([^"#]*)', attributes)
            if (action.group(1) if action else self.page.url.path) == path and 'method="get"' not in attributes:
                return {name: unescape(value) for name, value in FIELD.findall(inside)}
        raise AssertionError(f"no form goes to {path}")

    async def close(self, token: str, ending: str = "informed", **fields: str) -> httpx.Response:
        """Close a thread, saying what came of it; its last words as the form proposes them, unless they are among `fields`."""
        return await self._end(f"/backend/threads/{token}/close", {"ending": ending, **fields})

    async def give_back(self, token: str, **fields: str) -> httpx.Response:
        """Hand a thread back to the robot, in the same way."""
        return await self._end(f"/backend/threads/{token}/give-back", fields)

    async def _end(self, path: str, fields: Mapping[str, str]) -> httpx.Response:
        await self.get(path)
        seen, said = (re.search(pattern, self.page.text, re.DOTALL) for pattern in (SEEN, LAST_WORDS))
        form = {
            "token": self.form("/backend/logout")["token"],
            "seen": seen.group(1) if seen else "",
            "text": unescape(said.group(1)) if said else "",
        }
        return await self.post(path, {**form, **fields})

    async def log_in(self, email: str = "nadege@example.org", password: str = PASSWORD) -> httpx.Response:
        await self.get("/backend/login")
        return await self.send("/backend/login", email=email, password=password)


load = shared_library


async def words(browser: Browser, path: str) -> str:
    """What a page says, without its markup."""
    page = (await browser.get(path)).text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def build(
    storage: Storage,
    settings: Settings,
    library: Callable[[], Library] = load,
    elsewhere: Elsewhere = nowhere,
    reads: Reads = understands_nothing,
    foresee: Foresee = foresees_nothing,
) -> House:
    """The desk over this database. `reads`: what a text means; `foresee`: what would become of an answer."""
    shelf = Shelf(LOOK, STATIC)
    stopping = asyncio.Event()
    app = FastAPI(openapi_url=None)
    app.router.routes.extend(static_routes(shelf))
    bell = Bell(storage)
    app.include_router(backend_routes(storage, outbox.put, settings, shelf, bell, stopping, library, CHEAP, elsewhere, reads, foresee))
    return House(storage, app, stopping, bell, settings.base_url)


def _accepted(work: Work, inbound: Inbound) -> Lane:
    accepted = road.accept(work, inbound, handled=True)
    assert accepted is not None
    return accepted.lane


def _hear(work: Work, inbound: Inbound) -> None:
    lanes.keep(work, _accepted(work, inbound))


def _ask(work: Work, inbound: Inbound) -> str:
    lane = _accepted(work, inbound)
    lane.to(HUMAN)
    thread = threads.open_for(work, lane)
    lanes.keep(work, lane)
    return _token(work, thread)


def _send(work: Work, inbound: Inbound) -> str:
    lane = _accepted(work, inbound)
    thread = threads.open_for(work, lane)
    lanes.keep(work, lane)
    return _token(work, thread)


def _danger(work: Work, inbound: Inbound) -> str:
    lane = _accepted(work, inbound)
    thread = threads.open_for(work, lane, urgency=2)
    threads.raise_alert(work, thread)
    lanes.keep(work, lane)
    return _token(work, thread)


def _park(work: Work, inbound: Inbound) -> None:
    accepted = road.accept(work, inbound)
    assert accepted is not None
    waiting = road.next_waiting(work, accepted.lane)
    assert waiting is not None
    road.park(work, waiting, "ValueError")
    lanes.keep(work, accepted.lane)


def _token(work: Work, thread_id: int) -> str:
    return work.session.get_one(Thread, thread_id).token


def _robot(work: Work, address: Address, text: str) -> None:
    lane = lanes.open_lane(work, address)
    outbox.put(work, lane, Outbound(address, Purpose.REPLY, text))
    lanes.keep(work, lane)


def _said(work: Work, address: Address) -> list[tuple[str, str]]:
    lane = lanes.lane_of(work, address)
    assert lane is not None
    rows = work.session.exec(
        select(Message.author, Message.content).where(col(Message.conversation_id) == lane.conversation_id).order_by(col(Message.number))
    )
    return [(author, messages.load(work.vault.open(messages.PLACE, content)).text) for author, content in rows]


def _name(work: Work, address: Address, shown: str) -> None:
    lane = lanes.lane_of(work, address)
    assert lane is not None
    work.session.get_one(Person, lane.person_id).name = work.vault.seal("person.name", shown)


def _fail(work: Work, address: Address, failure: str) -> None:
    lane = lanes.lane_of(work, address)
    assert lane is not None
    for row in line.due(work, lane):
        fate = Fate("failed", row.attempts, row.resent, row.next_call, row.position, failure=failure)
        line.change(work, row.id, fate)
        messages.set_status(work, row.conversation_id, row.number, "failed")


def _watched(work: Work, address: Address, wish: str) -> None:
    lane = lanes.lane_of(work, address)
    assert lane is not None
    seen = crises.add(work, lane.conversation_id, "violence", lane.number, None)
    crises.note(work, seen.id, watched_phone=True, how_to_answer=wish)


def _status(work: Work, token: str, status: str) -> None:
    thread = threads.find(work, token)
    assert thread is not None
    lane = lanes.lane_of_conversation(work, thread.conversation_id)
    assert lane is not None
    messages.set_status(work, lane.conversation_id, lane.number, status)
