"""A page that answers an SMS: read by anybody who has its link, it says nothing of anybody; pressed, it does what the button of any app does."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import func, select

from bot import wiring
from bot.answers import AnswerPages
from bot.channels.base import Limits, Parsed
from bot.channels.relay.rendering import CARRIED
from bot.channels.webchat.answering import answer_routes
from bot.settings import Settings
from content.library import Library, load_library
from handlers.appointment_words import Button
from storage import appointment_view, erasure, lanes, rights
from storage.appointment_view import Appointment
from storage.engine import Storage, Work
from storage.tables import Inbound
from tests.channels.webchat.page import Page
from tests.channels.webchat.site import build
from tests.clock import TestClock
from tests.handlers.receiving import receiving
from tests.handlers.test_moving import booked, reminded
from tests.talk import Paper, Road, Talk

OVER = "Ce lien ne marche plus"
WANTED = (Button.COME, Button.MOVE, Button.DROP)


class Sms(Paper):
    """Paper on which nothing can be pressed."""

    limits = Limits(text=100_000, choices=0, label=200, per_second=1000.0, purposes=CARRIED, by_link=True)


@dataclass
class Answered:
    """Somebody who was reminded, and a browser on the link of it."""

    road: Road
    talk: Talk
    appointment: Appointment
    client: httpx.AsyncClient
    path: str

    async def get(self, path: str = "") -> httpx.Response:
        return await self.client.get(path or self.path)

    async def press(self, label: str, path: str = "") -> Page:
        """Press it, and read the page that follows."""
        page = Page((await self.get(path)).text)
        taken = await self.client.post(self.path, data=page.presses(label))
        assert taken.status_code == 303
        return Page((await self.client.get(taken.headers["location"])).text)

    async def now(self) -> Appointment:
        found = await self.road.storage.read(appointment_view.find, self.appointment.token)
        assert found is not None
        return found

    async def received(self) -> int:
        def unit(work: Work) -> int:
            return work.session.exec(select(func.count()).select_from(Inbound)).one()

        return await self.road.storage.read(unit)


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture
async def answered(storage: Storage, clock: TestClock, settings: Settings, library: Library) -> AsyncIterator[Answered]:
    road = Road(storage, clock, library, paper=Sms(), understand=wiring.understand(library))

    async def intake(items: Sequence[Parsed]) -> None:
        await road.inbox.take(items)
        await road.run()

    talk = road.talk()
    appointment = await booked(talk, await receiving(storage))
    await reminded(talk, appointment, *WANTED)
    site = build(storage, clock, settings)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(answer_routes(site.house, AnswerPages(storage, intake, clock)))
    async with httpx.AsyncClient(base_url="http://127.0.0.1", transport=httpx.ASGITransport(app)) as client:
        yield Answered(road, talk, appointment, client, f"/r/{talk.heard[-1].link}")


def said(page: Page) -> str:
    return " ".join(page.text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").split())


async def test_opening_it_changes_nothing_whoever_looks(answered: Answered) -> None:
    before, stood = await answered.received(), await answered.now()
    for _look in range(3):
        assert (await answered.get()).status_code == 200
    assert (await answered.received(), await answered.now()) == (before, stood)


async def test_i_come_is_a_press_like_any_other_and_is_answered_there(answered: Answered) -> None:
    sent = len(answered.road.paper.sent)
    page = await answered.press("Je viens")
    assert (await answered.now()).state == "confirmed"
    assert "C'est noté" in said(page)
    assert len(answered.road.paper.sent) == sent, "read on the page: no SMS is paid for it"


async def test_another_date_without_leaving_the_page(answered: Answered) -> None:
    page = await answered.press("Déplacer")
    times = [label for label, (form, _name, value) in page.buttons.items() if form == "answers" and "h" in label]
    assert times, page.buttons
    page = await answered.press(times[0])
    page = await answered.press(next(label for label in page.buttons if label.startswith(("Oui", "Je "))))
    assert (await answered.now()).slot.start != answered.appointment.slot.start


async def test_i_cannot_is_asked_back_before_anything_is_cancelled(answered: Answered) -> None:
    page = await answered.press("Je ne peux pas")
    assert (await answered.now()).state in ("booked", "confirmed")
    assert [label for label, (form, _name, _value) in page.buttons.items() if form == "answers"]


async def test_another_answer_is_one_link_away(answered: Answered) -> None:
    page = await answered.press("Je viens")
    assert f"{answered.path}?again=1" in page.links
    assert "Je ne peux pas" in Page((await answered.get(f"{answered.path}?again=1")).text).buttons


@pytest.mark.parametrize("form", [{"choice": "stop"}, {"List-Unsubscribe": "One-Click"}], ids=["button", "mail program"])
async def test_stop(answered: Answered, form: dict[str, str]) -> None:
    assert (await answered.client.post(answered.path, data=form)).status_code == 303
    assert (await answered.talk.lane()).opted_out_at is not None
    assert "tient toujours" in said(Page((await answered.get()).text))
    assert (await answered.now()).state in ("booked", "confirmed")


async def test_it_names_nobody_and_nothing(answered: Answered) -> None:
    def name(work: Work) -> None:
        lane = lanes.lane_of(work, answered.talk.address)
        assert lane is not None
        rights.rename(work, lane.person_id, "Samira")

    await answered.road.storage.run(name)
    pages = [(await answered.get()).text, (await answered.press("Je viens")).html]
    for html in pages:
        assert "Samira" not in html
        assert "CLLAJ" not in html
        assert answered.appointment.motive not in html
        assert "<script" not in html
        assert "noindex" in html
        assert "<title>Page</title>" in html
        assert len(html.encode()) < 6_000


async def test_its_headers(answered: Answered) -> None:
    page = await answered.get()
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "set-cookie" not in page.headers


async def test_nothing_leads_to_the_menu_a_colleague_or_what_is_kept(answered: Answered) -> None:
    page = await answered.press("Je viens")
    assert {"Menu", "Une personne", "Mes données"} & {choice.label for said in answered.talk.news() for choice in said.choices} == set()
    assert not {"Menu", "Une personne", "Mes données"} & set(page.buttons)


async def test_the_same_page_sent_twice_is_one_press(answered: Answered) -> None:
    form = Page((await answered.get()).text).presses("Je viens")
    before = await answered.received()
    for _time in range(3):
        assert (await answered.client.post(answered.path, data=form)).status_code == 303
    assert await answered.received() == before + 1


@pytest.mark.parametrize("choice", ["", "1.0", "2.99", "x", "9" * 300, "/donnees", "mes données"])
async def test_what_the_page_does_not_show_is_not_pressed(answered: Answered, choice: str) -> None:
    before = await answered.received()
    assert (await answered.client.post(answered.path, data={"choice": choice})).status_code == 400
    assert (await answered.client.post(answered.path, content=b"\xff" * 100)).status_code == 400
    assert await answered.received() == before


async def test_a_link_that_is_none_or_over_says_so_kindly(answered: Answered, clock: TestClock) -> None:
    good = answered.path
    for path in ("/r/x", f"/r/{'x' * 16}", f"{good[:-1]}", f"/r/{good[3:].swapcase()}"):
        page = await answered.client.get(path)
        assert (page.status_code, OVER in page.text) == (410, True)
        assert (await answered.client.post(path, data={"choice": "stop"})).status_code == 410
    clock.turn(days=30)
    assert (await answered.get()).status_code == 410
    assert (await answered.talk.lane()).opted_out_at is None


async def test_a_flood_is_slowed_down(answered: Answered) -> None:
    form = Page((await answered.get()).text).presses("Je viens")
    statuses = {(await answered.client.post(answered.path, data=form)).status_code for _time in range(30)}
    assert statuses == {303, 429}


async def test_the_link_of_somebody_erased_opens_nothing(answered: Answered) -> None:
    person = (await answered.talk.lane()).person_id
    await answered.road.storage.run(erasure.erase_rows, person)
    assert (await answered.get()).status_code == 410
