"""Alerts reach the team's own addresses, in opening hours, until somebody reads; and say nothing of anybody."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import select

from backend.acts import Acts, Outcome
from backend.minors import Minors
from bot import notices, outbox
from bot.rules.duty import Duty
from scheduler.job import JobContext
from scheduler.jobs import alerts as job
from storage import alerts, hours, on_call, settings_store, threads
from storage.caseworkers import Member, Role
from storage.engine import Storage, Work
from storage.tables import Alert, Thread
from tests.clock import TestClock
from tests.doubles.http import Request, Response, Server
from tests.opening import colleague, days, opens, paris
from tests.rules.waiting import PARIS
from tests.talk import Road, Talk

MONDAY = paris(2026, 11, 23, 10)
BASE = "https://palier.example"


@dataclass
class Ears:
    """A service of somebody's that takes what Apprise posts; `status` is what it answers."""

    port: int = 0
    status: int = 200
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.port}/"

    def take(self, request: Request) -> Response:
        self.heard.append(json.loads(request.body))
        return Response(self.status, b"")

    def news(self) -> list[str]:
        """What was said since the last look."""
        said = [str(one["message"]) for one in self.heard]
        self.heard.clear()
        return said


@asynccontextmanager
async def ears() -> AsyncIterator[Ears]:
    here = Ears()
    server = Server(here.take)
    await server.start()
    here.port = server.port
    try:
        yield here
    finally:
        await server.close()


@pytest.fixture
async def team() -> AsyncIterator[Ears]:
    async with ears() as here:
        yield here


@pytest.fixture
async def head() -> AsyncIterator[Ears]:
    async with ears() as here:
        yield here


@pytest.fixture
def road(storage: Storage, clock: TestClock) -> Road:
    return Road(storage, clock)


@pytest.fixture
def talk(road: Road) -> Talk:
    return road.talk()


async def look(road: Road, *addresses: str) -> None:
    """One look of the job, run twice as any job may be."""
    for _again in range(2):
        await job.job(addresses, BASE).run(JobContext(road.storage, road.clock, PARIS, road.clock.now()))


async def in_danger(road: Road, talk: Talk, at: datetime) -> None:
    road.clock.turn_to(at)
    await talk.says("mon copain Karim m'a frappé je veux mourir")


async def reads(road: Road, talk: Talk, member: Member) -> Outcome:
    """A colleague presses « J'ai lu »."""
    person = (await talk.lane()).person_id

    def token(work: Work) -> str:
        return work.session.get_one(Thread, threads.open_thread_of(work, person)).token

    outcome = await road.storage.run(Acts(outbox.put, Minors(lambda: road.library)).acknowledge, member, await road.storage.read(token))
    await road.run()
    return outcome


async def test_at_once_after_five_minutes_to_the_head_at_ten_until_somebody_reads(road: Road, talk: Talk, team: Ears, head: Ears) -> None:
    (samira,) = await opens(road.storage)
    await road.storage.run(on_call.put_head_addresses, (head.address,))
    await in_danger(road, talk, MONDAY)
    talk.news()
    heard = []
    for _minute in range(16):
        await look(road, team.address)
        heard.append((len(team.news()), len(head.news())))
        road.clock.turn(minutes=1)
    assert heard == [(1, 0), *[(0, 0)] * 4, (1, 0), *[(0, 0)] * 4, (1, 1), *[(0, 0)] * 5]
    assert await reads(road, talk, samira) is Outcome.DONE
    assert [said.body for said in talk.news()] == ["Samira a lu ton message."]
    road.clock.turn(hours=1)
    await look(road, team.address)
    assert team.news() == []


async def test_what_is_sent_says_nothing_of_anybody(road: Road, talk: Talk, team: Ears) -> None:
    await opens(road.storage)
    await in_danger(road, talk, MONDAY)
    await look(road, team.address)
    (sent,) = team.heard
    assert sent["message"] == "Une alerte attend dans Palier.\nhttps://palier.example/backend"
    assert (sent["title"], sent["attachments"]) == ("Palier", [])
    said = json.dumps(sent).casefold()
    assert not [word for word in ("karim", "frapp", "mourir", "crisis", "yanis", "suicide", "violence", "thread") if word in said]


async def test_two_at_once_are_one_word(road: Road, team: Ears) -> None:
    await opens(road.storage)
    for peer in ("yanis", "lina"):
        await in_danger(road, road.talk(peer), MONDAY)
    await look(road, team.address)
    assert team.news() == ["2 alertes attendent dans Palier.\nhttps://palier.example/backend"]


@pytest.mark.parametrize(
    "at",
    [paris(2026, 11, 23, 23), paris(2026, 11, 22, 10), paris(2026, 8, 5, 10), paris(2026, 11, 24, 10), paris(2026, 11, 11, 10)],
    ids=("night", "sunday", "august", "everyone-absent", "holiday"),
)
async def test_outside_hours_nobody_is_woken(road: Road, talk: Talk, team: Ears, head: Ears, at: datetime) -> None:
    road.clock.turn_to(paris(2026, 7, 1))
    (samira,) = await opens(road.storage)
    await road.storage.run(hours.close, days("2026-08-03", "2026-08-21"), "Été")
    await road.storage.run(hours.be_away, samira.id, days("2026-11-24"))
    await road.storage.run(on_call.put_head_addresses, (head.address,))
    await in_danger(road, talk, at)
    for _nth in range(3):
        assert not await road.storage.read(alerts.any_due)
        await look(road, team.address)
        road.clock.turn(minutes=10)
    assert (team.news(), head.news()) == ([], [])


async def test_an_alert_of_the_night_is_announced_when_the_team_comes(road: Road, talk: Talk, team: Ears) -> None:
    await opens(road.storage)
    await in_danger(road, talk, paris(2026, 11, 22, 23))
    await look(road, team.address)
    assert team.news() == []
    road.clock.turn_to(paris(2026, 11, 23, 9))
    await look(road, team.address)
    assert len(team.news()) == 1


async def test_whoever_is_on_call_is_told_and_nobody_else(road: Road, talk: Talk, team: Ears, head: Ears) -> None:
    await opens(road.storage)
    await road.storage.run(on_call.add, "Nadia", head.address, Duty(days("2026-11-22"), time(17), time(9)))
    await in_danger(road, talk, paris(2026, 11, 22, 23))
    await look(road, team.address)
    assert (len(head.news()), team.news()) == (1, [])
    road.clock.turn_to(paris(2026, 11, 23, 9))
    await look(road, team.address)
    assert (head.news(), len(team.news())) == ([], 1)


async def test_the_addresses_entered_in_the_backend_are_told_too(road: Road, talk: Talk, team: Ears, head: Ears) -> None:
    await opens(road.storage)
    await road.storage.run(settings_store.put_confidential, settings_store.ALERT_ADDRESSES, f"{head.address}\n{team.address}\n")
    await in_danger(road, talk, MONDAY)
    await look(road, team.address)
    assert (len(team.news()), len(head.news())) == (1, 1), "an address written twice is told once"


async def test_an_address_that_fails_is_tried_again_soon_and_stops_no_other(road: Road, talk: Talk, team: Ears, head: Ears) -> None:
    await opens(road.storage)
    await in_danger(road, talk, MONDAY)
    team.status = 500
    await look(road, team.address, "nonsense", head.address)
    assert (len(team.news()), len(head.news())) == (1, 1)
    head.status = 500
    road.clock.turn(minutes=5)
    await look(road, team.address, head.address)
    assert (len(team.news()), len(head.news())) == (1, 1)
    head.status = 200
    road.clock.turn(minutes=1)
    await look(road, team.address, head.address)
    assert len(head.news()) == 1, "nobody could be told: a minute later, not five"


async def test_without_any_address_the_desk_still_sees_it_go_to_the_head(road: Road, talk: Talk) -> None:
    await colleague(road.storage, "Nadia", Role.HEAD)
    await opens(road.storage)
    await in_danger(road, talk, MONDAY)
    for _nth in range(3):
        await look(road)
        road.clock.turn(minutes=5)

    def passed(work: Work) -> datetime | None:
        return work.session.exec(select(Alert)).one().passed_at

    assert await road.storage.read(passed) == MONDAY + timedelta(minutes=10)


class TestAddresses:
    def test_are_parted_by_commas_spaces_and_lines(self) -> None:
        text = "mailtos://u:p@example.org?to=a@example.org,b@example.org, json://127.0.0.1:1/\nntfy://topic  "
        assert notices.addresses(text) == ("mailtos://u:p@example.org?to=a@example.org,b@example.org", "json://127.0.0.1:1/", "ntfy://topic")
        assert notices.addresses("  ") == ()

    def test_one_that_apprise_does_not_know_is_refused(self) -> None:
        assert notices.usable("mailtos://user:password@example.org")
        assert not notices.usable("06 12 34 56 78")
        assert not notices.usable("nothing://example.org")
