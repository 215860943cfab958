"""Announcements: to those who chose them and to nobody else, once each, by day, never after a danger, and looked at again when they leave."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.clockwork import Clockwork
from scheduler.jobs import announcements as job
from storage import announcements, consents, crises, lanes, seats, switches, workshops
from storage.consents import Choice
from storage.engine import Work
from storage.switches import Switch
from tests.clock import TestClock
from tests.handlers.test_workshops import TUESDAY, give
from tests.talk import Road, Talk, bodies, labels

SAID = "Un atelier est prévu mardi 17 mars, 14\u00a0h, à Carvin. Ça t’intéresse\u202f?"


async def chooses(road: Road, *names: str) -> list[Talk]:
    """These people chose to hear of workshops."""

    def unit(work: Work) -> None:
        for name in names:
            lane = lanes.open_lane(work, road.talk(name).address)
            consents.choose(work, lane.person_id, Choice.ANNOUNCEMENTS, "1", "oui")
            lanes.keep(work, lane)

    await road.storage.run(unit)
    return [road.talk(name) for name in names]


async def person(road: Road, talk: Talk) -> int:
    return (await talk.lane()).person_id


async def tick(road: Road) -> None:
    """The job looks, and what is due leaves."""
    clockwork = Clockwork(road.storage, road.clock, [job.job()], zone=ZoneInfo("Europe/Paris"))
    await clockwork.tick()
    await clockwork.close()
    for _second in range(3):
        road.clock.turn_machine(1.0)
        await road.run()


@pytest.fixture
async def session(road: Road, clock: TestClock) -> str:
    (token,) = await give(road, TUESDAY, capacity=5)
    clockwork = Clockwork(road.storage, clock, [job.job()], zone=ZoneInfo("Europe/Paris"))
    await clockwork.tick()
    await clockwork.close()
    clock.turn(seconds=15)
    return token


async def test_those_who_chose_it_are_told_once_and_how_to_stop(road: Road, session: str, clock: TestClock) -> None:
    yanis, ines = await chooses(road, "yanis", "ines")
    zoe = road.talk("zoe")
    await zoe.says("slt")
    assert await road.storage.read(announcements.accepted) == 2
    assert await road.storage.run(announcements.start, session)
    assert not await road.storage.run(announcements.start, session), "announced twice, it is announced once"
    await tick(road)
    clock.turn(seconds=15)
    await tick(road)
    for talk in (yanis, ines):
        (said,) = talk.news()
        assert said.body.startswith(SAID)
        assert "Chercher un logement" not in said.body, "no title: a screen may be seen"
        assert "Pour arrêter" in said.body
        assert labels([said]) == ["Voir l’atelier", "Ateliers\u00a0: non"]
    assert "atelier" not in bodies(zoe.news())
    assert not await road.storage.read(announcements.any_running)


async def test_its_button_leads_to_it_and_the_other_stops_them(road: Road, session: str) -> None:
    (talk,) = await chooses(road, "yanis")
    await road.storage.run(announcements.start, session)
    await tick(road)
    talk.news()
    assert "Chercher un logement" in bodies(await talk.taps("Voir l’atelier"))
    assert "annonces, non" in bodies(await talk.taps("Ateliers\u00a0: non"))
    assert await road.storage.read(announcements.accepted) == 0


async def test_many_go_in_bounded_units_and_none_twice(road: Road, session: str) -> None:
    names = [f"p{nth}" for nth in range(2 * announcements.AT_ONCE + 3)]
    talks = await chooses(road, *names)
    await road.storage.run(announcements.start, session)
    first = await road.storage.run(announcements.batch, session)
    assert (len(first.people), first.over) == (announcements.AT_ONCE, False)
    second = await road.storage.run(announcements.batch, session)
    last = await road.storage.run(announcements.batch, session)
    assert len({*first.people, *second.people, *last.people}) == len(names)
    assert last.over
    assert not await road.storage.read(announcements.any_running)
    assert talks


async def test_who_is_in_it_or_stopped_or_talks_with_a_human_is_left_in_peace(road: Road, session: str) -> None:
    seated, stopped, followed, told = await chooses(road, "seated", "stopped", "followed", "told")
    await road.storage.run(seats.take, session, await person(road, seated))
    await stopped.says("STOP")
    await road.human_says(followed, "Bonjour")
    for talk in (seated, stopped, followed, told):
        talk.news()
    await road.storage.run(announcements.start, session)
    await tick(road)
    assert [bool(talk.news()) for talk in (seated, stopped, followed, told)] == [False, False, False, True]


async def test_a_watched_phone_is_never_written_to(road: Road, session: str) -> None:
    (talk,) = await chooses(road, "yanis")

    def watched(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        seen = crises.add(work, lane.conversation_id, "violence", lane.number, None)
        crises.note(work, seen.id, watched_phone=True)

    await road.storage.run(watched)
    road.clock.turn(days=8)
    await road.storage.run(announcements.start, session)
    await tick(road)
    assert talk.news() == []


async def test_by_day_alone(road: Road, session: str, clock: TestClock) -> None:
    (talk,) = await chooses(road, "yanis")
    clock.turn(hours=12)
    await road.storage.run(announcements.start, session)
    await tick(road)
    assert talk.news() == [], "at half past ten in the evening"
    clock.turn(hours=10)
    await tick(road)
    assert SAID in bodies(talk.news())


async def test_seven_calm_days_after_a_danger(road: Road, session: str, clock: TestClock) -> None:
    (talk,) = await chooses(road, "yanis")
    await talk.says("jdors dehors ce soir")
    await road.storage.run(announcements.start, session)
    await tick(road)
    clock.turn(days=6)
    await tick(road)
    assert "prévu" not in bodies(talk.news())
    clock.turn(days=1, hours=1)
    await tick(road)
    assert SAID in bodies(talk.news())


@pytest.mark.parametrize("what", ["cancelled", "taken back", "full", "off", "human"])
async def test_looked_at_again_when_it_leaves(road: Road, session: str, clock: TestClock, what: str) -> None:
    (talk,) = await chooses(road, "yanis")
    clock.turn(hours=12)
    await road.storage.run(announcements.start, session)
    await tick(road)
    if what == "cancelled":
        await road.storage.run(workshops.cancel, session)
    elif what == "taken back":
        await road.storage.run(consents.take_back, await person(road, talk), Choice.ANNOUNCEMENTS)
    elif what == "full":
        for name in ("a", "b", "c", "d", "e"):
            await road.talk(name).says("slt")
            await road.storage.run(seats.take, session, await person(road, road.talk(name)))
    elif what == "off":
        await road.storage.run(switches.turn, Switch.WORKSHOPS, on=False)
    else:
        await road.human_says(talk, "Bonjour")
        talk.news()
    clock.turn(hours=10)
    await tick(road)
    assert "prévu" not in bodies(talk.news())


async def test_nothing_to_take_is_not_announced(road: Road, session: str) -> None:
    await road.storage.run(workshops.cancel, session)
    assert not await road.storage.run(announcements.start, session)
    (other,) = await give(road, TUESDAY + timedelta(days=1))
    await road.talk("a").says("slt")
    await road.storage.run(seats.take, other, await person(road, road.talk("a")))
    assert not await road.storage.run(announcements.start, other)
