"""A colleague's answer past the window: the person is told once that something waits, writes, and reads it as it is; or a colleague knows."""

from dataclasses import replace

import pytest

from bot import knocking, outbox
from bot.messages import Address, Choice, Outbound, Purpose, Standing
from storage import lanes, line, standings, tasks
from storage.caseworkers import Member, Role
from storage.engine import Storage, Work
from storage.tasks import ToDo
from storage.threads import open_for
from tests.bot.test_windows import Windowed
from tests.clock import TestClock
from tests.opening import colleague
from tests.talk import Road, Talk


@pytest.fixture
async def road(storage: Storage, clock: TestClock) -> Road:
    paper = Windowed()
    paper.limits = replace(Windowed.limits, human_window=None)
    road = Road(storage, clock, paper=paper)
    states = {f"{knocking.NAME}/fr": "approved"}
    await storage.run(standings.put, Standing(paper.name, paper.account, clock.now(), templates=states))
    return road


@pytest.fixture
async def talk(road: Road) -> Talk:
    """Somebody who wrote two days ago, and whose demande is open."""
    talk = road.talk()
    await talk.says("slt")

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        open_for(work, lane)
        lanes.keep(work, lane)

    await road.storage.run(unit)
    road.clock.turn(days=2)
    return talk


async def says(road: Road, talk: Talk, by: Member, *texts: str) -> list[Outbound]:
    """A colleague's words, as the desk puts them: who speaks is told first."""

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        if not lane.human:
            lane.to(lanes.HUMAN)
            outbox.put(work, lane, Outbound(talk.address, Purpose.SERVICE, "Samira te répond maintenant.", card="event"))
        for text in texts:
            outbox.put(work, lane, Outbound(talk.address, Purpose.HUMAN, text), caseworker_id=by.id)
        lanes.keep(work, lane)

    await road.storage.run(unit)
    await road.run()
    return talk.news()


def back(work: Work, address: Address) -> None:
    """The robot answers again."""
    lane = lanes.lane_of(work, address)
    assert lane is not None
    lane.to(lanes.BOT)
    lanes.keep(work, lane)


async def to_do(road: Road, who: Member) -> list[ToDo]:
    return [each for each in await road.storage.read(tasks.waiting, who) if each.kind is tasks.Kind.CALL]


async def test_told_once_that_something_waits_then_read_as_it_was_written(road: Road, talk: Talk) -> None:
    samira = await colleague(road.storage, "Samira", Role.CASEWORKER)
    [knock] = await says(road, talk, samira, "Ton dossier est complet.", "Passe quand tu veux.")
    assert knock.template == knocking.template_in("fr")
    assert knock.choices == (Choice(knocking.READ, "Lire"),)
    assert "dossier" not in knock.body
    assert await says(road, talk, samira, "Je suis là jusqu'à 17 h.") == [], "nobody is knocked at twice for one silence"
    read = await talk.taps("Lire")
    assert [each.body for each in read] == [
        "Samira te répond maintenant.",
        "Ton dossier est complet.",
        "Passe quand tu veux.",
        "Je suis là jusqu'à 17 h.",
    ]
    assert all(each.template is None for each in read)
    assert await to_do(road, samira) == []


async def test_any_words_of_theirs_let_it_go_even_given_back_to_the_robot(road: Road, talk: Talk) -> None:
    samira = await colleague(road.storage, "Samira", Role.CASEWORKER)
    await says(road, talk, samira, "Ton dossier est complet.")

    await road.storage.run(back, talk.address)
    assert "Ton dossier est complet." in [each.body for each in await talk.says("ok merci")]


async def test_what_nobody_asked_for_is_a_colleagues_to_say_otherwise(road: Road, talk: Talk) -> None:
    samira = await colleague(road.storage, "Samira", Role.CASEWORKER)
    await says(road, talk, samira, "Ton dossier est complet.")
    road.clock.turn(days=2, hours=23)
    await road.run()
    assert await to_do(road, samira) == []
    road.clock.turn(hours=2)
    await road.run()
    [task] = await to_do(road, samira)
    assert task.for_id == samira.id
    assert task.thread
    assert "dossier" not in task.text, "what was written stays where it was written"
    assert await talk.taps("Lire") == [], "a colleague has the conversation, and something to do"
    await road.storage.run(back, talk.address)
    [said] = await talk.taps("Lire")
    assert said.body.startswith("Il n’y a plus de message à lire ici.")


async def test_without_an_approved_knock_it_is_a_colleagues_at_once(road: Road, talk: Talk) -> None:
    await road.storage.run(standings.put, Standing(road.paper.name, road.paper.account, road.clock.now(), templates={"reponse_attend/fr": "pending"}))
    samira = await colleague(road.storage, "Samira", Role.CASEWORKER)
    assert await says(road, talk, samira, "Ton dossier est complet.") == []
    assert len(await to_do(road, samira)) == 1


async def test_it_waits_out_of_the_line_and_holds_nobody_up(road: Road, talk: Talk) -> None:
    samira = await colleague(road.storage, "Samira", Role.CASEWORKER)
    await says(road, talk, samira, "Ton dossier est complet.")

    def due(work: Work) -> int:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        return len(line.due(work, lane))

    assert await road.storage.run(due) == 0
    for _again in range(3):
        assert await road.storage.read(line.addresses_to_lead, alone=True) == []
