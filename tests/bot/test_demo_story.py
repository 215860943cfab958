"""The demo is alive: its last days went through the real road, stand at every stage, move with the clock, and are told once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlmodel import col, select

from bot import demo, furnishing, story
from bot.app import Role, Service, open_service
from bot.clock import MachineClock
from bot.story import STORY, address, beginning, moment
from content.facts import State
from content.library import load_library
from storage import appointment_view, caseworkers, desk, lanes, media, messages, notes, people, promises, tasks, threads
from storage.desk import Entry
from storage.engine import Work
from storage.tables import Message, Thread
from storage.tasks import Kind, ToDo
from tests.conftest import settings_for

PARIS = ZoneInfo("Europe/Paris")
YOUNG = {step.who for step in STORY if step.who not in {name for _email, name, _role in furnishing.TEAM}}


MOMENTS = (
    pytest.param(datetime(2026, 11, 20, 17, 52, tzinfo=PARIS), id="a Friday evening"),
    pytest.param(datetime(2026, 11, 22, 3, 10, tzinfo=PARIS), id="a Sunday in the night"),
    pytest.param(datetime(2026, 11, 24, 10, 30, tzinfo=PARIS), id="a Tuesday morning"),
    pytest.param(datetime(2026, 11, 26, 18, 5, tzinfo=PARIS), id="a Thursday evening"),
    pytest.param(datetime(2026, 12, 28, 22, 50, tzinfo=PARIS), id="after Christmas, late"),
)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Service, list[str]]]:
    """The demo as `palier demo` opens it, without its door; what it said meanwhile."""
    said: list[str] = []
    door, settings = await asyncio.to_thread(demo._prepare, folder, fresh=False)
    door.close()
    async with demo.furnished(folder, settings, lambda *lines: said.extend(lines)) as service:
        yield service, said


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=MOMENTS)
async def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """The demo as it stands when it is first started at one moment or another. Read only."""
    ends: datetime = request.param
    given, machine = demo.demo_settings(tmp_path_factory.mktemp("demo"), settings_for("")), MachineClock()
    clock = MachineClock(beginning(ends, PARIS) - machine.now())
    async with open_service(given, clock, Role.RUN, library=load_library(demo=True)) as service:
        await furnishing.furnish(service)
        await story.tell(service, ends, lambda played, of: None)
        yield service


async def thread_of(service: Service, name: str) -> int | None:
    """The newest thread of somebody of the story, open or closed."""

    def unit(work: Work) -> int | None:
        lane = lanes.lane_of(work, address(name))
        assert lane is not None, name
        return work.session.exec(select(Thread.id).where(col(Thread.person_id) == lane.person_id).order_by(col(Thread.id).desc())).first()

    return await service.storage.read(unit)


async def entry_of(service: Service, name: str) -> Entry:
    """How somebody of the story stands in the desk's list."""
    thread = await thread_of(service, name)
    assert thread is not None, name
    token = await service.storage.read(threads.token_of, thread)
    return next(entry for entry in await service.storage.read(desk.entries) if entry.token == token)


async def said_to(service: Service, name: str) -> str:
    """What the robot and the team said to somebody, in ordinary spaces."""

    def unit(work: Work) -> str:
        lane = lanes.lane_of(work, address(name))
        assert lane is not None
        rows = select(Message).where(col(Message.conversation_id) == lane.conversation_id, col(Message.author) != "person")
        bodies = [messages.load(work.vault.open(messages.PLACE, row.content)).text for row in work.session.exec(rows.order_by(col(Message.number)))]
        return "\n---\n".join(bodies).replace("\u00a0", " ").replace("\u202f", " ")

    return await service.storage.read(unit)


async def to_do(service: Service) -> list[ToDo]:
    """What the head has to do."""
    team = await service.storage.read(caseworkers.team)
    head = next(member for member in team if member.role is caseworkers.Role.HEAD)
    return list(await service.storage.read(tasks.waiting, head))


async def language_of(service: Service, name: str) -> str:
    lane = await service.storage.read(lanes.lane_of, address(name))
    assert lane is not None
    return lane.language


in_one_loop = pytest.mark.asyncio(loop_scope="module")


@in_one_loop
async def test_the_team_is_there(told: Service) -> None:
    team = await told.storage.read(caseworkers.team)
    assert sum(member.role is caseworkers.Role.CASEWORKER for member in team) == 3
    assert sum(member.role is caseworkers.Role.HEAD for member in team) == 1


@in_one_loop
async def test_what_the_team_checked_says_so_and_that_the_service_does_not_exist(told: Service) -> None:
    """Amel opened the page on Visale before anything else."""
    await told.read_again()
    assert {name for name, page in told.library.pages.items() if page.verified} == set(furnishing.CHECKED_PAGES)
    said = await said_to(told, "amel")
    assert "par l’équipe." in said
    assert "Démonstration : ce service n’existe pas." in said
    states = {name: told.library.facts[name].state(told.library.today) for name in furnishing.CHECKED_FACTS}
    assert states.pop(furnishing.SOON_AGAIN) is State.SOON
    assert set(states.values()) == {State.VERIFIED}


@in_one_loop
async def test_everybody_was_answered(told: Service) -> None:
    assert len(YOUNG) >= 12
    for name in YOUNG:
        assert await said_to(told, name), name
    assert not told.turns.counts["failed"]
    assert not await told.storage.read(desk.parked)
    assert not await told.storage.read(desk.strays)


@in_one_loop
async def test_a_danger_waits_to_be_read_and_another_was_read(told: Service) -> None:
    unread, read = await entry_of(told, "yanis"), await entry_of(told, "elias")
    assert (unread.group, unread.owner, unread.urgency) == ("alert", "", 1)
    assert (read.alert_at, read.owner) == (None, "Théo")
    assert "Théo a lu ton message" in await said_to(told, "elias")
    assert (await told.storage.read(desk.entries))[0].token == unread.token


@in_one_loop
async def test_the_115_said_no_in_the_night(told: Service) -> None:
    said = await said_to(told, "nour")
    assert "Ce n’est pas ta faute" in said
    assert "À cette heure-ci, personne de l’équipe ne lit" in said
    assert (await entry_of(told, "nour")).owner == "Samira"


@in_one_loop
async def test_a_promise_was_missed_twice_and_one_given_again(told: Service) -> None:
    late = await thread_of(told, "brice")
    assert late is not None
    assert (await told.storage.read(promises.of, late)).deadline is None
    assert "On n’a pas réussi à te répondre, pardon. Appelle le 03 53 01 12 34" in await said_to(told, "brice")
    again = {name: await told.storage.read(promises.of, thread) for name in ("chloe", "dina") if (thread := await thread_of(told, name))}
    given = [name for name, one in again.items() if one.missed == 1 and one.deadline is not None and one.deadline > told.clock.now()]
    assert given, "one of them is promised an answer for the second time, whatever the hour"
    assert "On n’a pas encore répondu, pardon." in await said_to(told, given[0])
    token = await told.storage.read(threads.token_of, late)
    assert (Kind.LATE, token) in {(task.kind, task.thread) for task in await to_do(told)}


@in_one_loop
async def test_answered_given_back_closed_taken(told: Service) -> None:
    assert (await entry_of(told, "fatou")).group == "open"
    assert (await entry_of(told, "lucas")).owner == "Lina"
    back = await told.storage.read(lanes.lane_of, address("gael"))
    assert back is not None
    assert not back.human
    assert "APL" in await said_to(told, "gael")
    closed = await thread_of(told, "amel")
    assert closed is not None

    def closed_at(work: Work) -> datetime | None:
        return work.session.get_one(Thread, closed).closed_at

    assert await told.storage.read(closed_at) is not None


@in_one_loop
async def test_a_professional_a_relative_and_one_who_stopped_halfway(told: Service) -> None:
    assert "Vous pouvez joindre l’équipe directement" in await said_to(told, "educ")
    assert "Merci d’écrire pour quelqu’un" in await said_to(told, "maman")
    assert await thread_of(told, "maman") is None
    assert await thread_of(told, "hugo") is None
    noted = await thread_of(told, "educ")
    assert noted is not None
    assert [note.by for note in await told.storage.read(notes.of_thread, noted)] == ["Lina"]


@in_one_loop
async def test_arabic_and_simpler_words(told: Service) -> None:
    assert await language_of(told, "salma") == "ar"
    assert await language_of(told, "kevin") == "fr-facile"
    assert {(await entry_of(told, name)).group for name in ("salma", "kevin")} == {"waiting"}


@in_one_loop
async def test_an_erasure_goes_to_the_head(told: Service) -> None:
    thread = await thread_of(told, "enzo")
    assert thread is not None
    token = await told.storage.read(threads.token_of, thread)
    (task,) = [task for task in await to_do(told) if task.kind is Kind.ERASURE]
    assert task.due_at is not None
    assert timedelta(days=25) < task.due_at - told.clock.now() < timedelta(days=32)
    assert token


@in_one_loop
async def test_a_photo_is_kept(told: Service) -> None:
    lane = await told.storage.read(lanes.lane_of, address("ines"))
    assert lane is not None
    (files,) = (await told.storage.read(media.of_messages, lane.conversation_id, 1, lane.number)).values()
    assert [file.kind for file in files] == ["photo"]
    assert (await entry_of(told, "ines")).group == "waiting"


@in_one_loop
async def test_the_time_machine_moves_promises_and_closures(tmp_path: Path) -> None:
    async with opened(tmp_path / "demo") as (service, said):
        assert len([line for line in said if "je raconte" in line]) >= 3
        assert abs(service.clock.offset) < timedelta(seconds=1)
        before = len([task for task in await to_do(service) if task.kind is Kind.LATE])
        for _ in range(8):
            now = service.clock.now().astimezone(PARIS)
            await service.advance(datetime.combine(now.date() + timedelta(days=2), time(12), tzinfo=PARIS) - now)
        assert len([task for task in await to_do(service) if task.kind is Kind.LATE]) > before
        assert "On n’a pas réussi à te répondre, pardon." in await said_to(service, "chloe")
        ahead = service.clock.offset
    async with opened(tmp_path / "demo") as (service, said):
        assert not said, "the story is told once"
        assert service.clock.offset == ahead
        assert "On n’a pas réussi à te répondre, pardon." in await said_to(service, "chloe")
        for name in YOUNG:
            assert await said_to(service, name), name


def test_a_story_that_was_cut_begins_anew_and_one_that_was_told_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first, _settings = demo._prepare(folder, fresh=False)
    first.close()
    (folder / demo.DATABASE).write_bytes(b"half a story")
    cut, _settings = demo._prepare(folder, fresh=False)
    cut.close()
    assert not (folder / demo.DATABASE).exists()
    assert (folder / demo.BEGUN).exists()
    (folder / demo.DATABASE).write_bytes(b"the whole story")
    (folder / demo.BEGUN).unlink()
    kept, _settings = demo._prepare(folder, fresh=False)
    kept.close()
    assert (folder / demo.DATABASE).read_bytes() == b"the whole story"
    assert not (folder / demo.BEGUN).exists()
    anew, _settings = demo._prepare(folder, fresh=True)
    anew.close()
    assert not (folder / demo.DATABASE).exists()
    assert (folder / demo.BEGUN).exists()


@in_one_loop
async def test_two_have_an_appointment_and_one_is_over(told: Service) -> None:
    """Booked in their own words: the calendar is not empty, and something is to be closed."""
    now = told.clock.now()
    found = await told.storage.read(appointment_view.between, now - timedelta(days=14), now + timedelta(days=90))
    assert [each.slot.end < now for each in found] == [True, False]
    called = await told.storage.read(people.called, [each.person_id for each in found])
    assert [called[each.person_id].name for each in found] == ["Léna", "Omar"]


@profile(max_examples=200)
@given(st.integers(0, 11 * 366 * 24 * 60))
def test_whenever_it_starts_the_story_goes_forward(minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    at = [beginning(now, PARIS), *(moment(step, now, PARIS) for step in STORY), now]
    assert at == sorted(at)


def test_the_pictures_and_people_are_invented() -> None:
    assert story.photo().startswith(b"\x89PNG")
    assert all(email.endswith("@demo.example") for email, _name, _role in furnishing.TEAM)
    assert MachineClock().offset == timedelta()


async def test_the_demo_speaks_for_no_account_of_the_operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its `.env` may be that of a real service: nobody real hears of the demo."""
    monkeypatch.setenv("PALIER_TELEGRAM_TOKEN", "123456:real")
    monkeypatch.setenv("PALIER_RELAY_EMAIL_URL", "mailtos://a:b@example.org?to={to}")
    given = settings_for("").model_copy(update={"alert_urls": (SecretStr("json://example.org"),), "embeddings_url": "http://example.org"})
    settings = demo.demo_settings(tmp_path, given)
    assert (settings.alert_urls, settings.embeddings_url) == ((), "")
    async with demo.furnished(tmp_path, settings, lambda *lines: None) as service:
        assert {name for name, _account in service.channels} == {"webchat"}
