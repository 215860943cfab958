"""A message that cannot be pressed carries the link of a page that can: one message's, guessed by nobody, good until what it asks is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import outbox
from bot.channels.base import Limits
from bot.messages import ON_A_PAGE, Choice, Inbound, Kind, Outbound, Purpose
from storage import answer_links, lanes
from storage.answer_links import Asked
from storage.engine import Storage, Work
from tests.clock import TestClock
from tests.handlers.meetings import books, reminded
from tests.storage.diary import diary
from tests.talk import Paper, Road, Talk, bodies

PURPOSES = frozenset({Purpose.REPLY, Purpose.SERVICE, Purpose.REMINDER, Purpose.CRISIS})


class ByLink(Paper):
    """Paper on which nothing can be pressed, and that takes neither a human's words nor announcements."""

    limits = Limits(text=100_000, choices=100, label=200, per_second=1000.0, purposes=PURPOSES, by_link=True)


@pytest.fixture
def road(storage: Storage, clock: TestClock) -> Road:
    return Road(storage, clock, paper=ByLink())


@pytest.fixture
def talk(road: Road) -> Talk:
    return road.talk()


async def look(road: Road, token: str) -> Asked | None:
    return await road.storage.read(answer_links.look, token)


async def test_each_message_carries_a_link_of_its_own(road: Road, talk: Talk) -> None:
    [said] = await reminded(talk, await books(talk, await diary(road.storage)))
    assert len(said.link) == 16
    found = await look(road, said.link)
    assert found is not None
    assert [choice.label for _name, choice in found.said.choices] == ["Je viens", "Déplacer", "Je ne peux pas"]
    assert not found.pressed

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        outbox.put(work, lane, Outbound(talk.address, Purpose.SERVICE, "Rien à répondre."))
        lanes.keep(work, lane)

    await road.storage.run(unit)
    await road.run()
    [other] = talk.news()
    assert other.link not in ("", said.link)
    found = await look(road, other.link)
    assert found is not None
    assert (found.said.text, found.said.choices) == ("Rien à répondre.", ())


async def test_it_ends_after_a_day_where_it_is_about_no_appointment(road: Road, talk: Talk, clock: TestClock) -> None:
    [said] = await told_now(talk)
    assert await look(road, said.link) is not None
    clock.turn(days=1, seconds=1)
    assert await look(road, said.link) is None


async def told_now(talk: Talk) -> list[Outbound]:
    """Something with a button that is about no appointment."""
    await talk.says("slt")

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        outbox.put(work, lane, Outbound(talk.address, Purpose.SERVICE, "Tu préfères ?", (Choice("menu", "Menu"),), short="Court."))
        lanes.keep(work, lane)

    await talk.road.storage.run(unit)
    await talk.road.run()
    return talk.news()


async def test_what_is_short_is_what_is_shown(road: Road, talk: Talk) -> None:
    [said] = await told_now(talk)
    found = await look(road, said.link)
    assert found is not None
    assert found.said.text == "Court."


async def test_a_token_that_is_none_opens_nothing(road: Road, talk: Talk) -> None:
    [said] = await told_now(talk)
    for token in ("", "x" * 16, said.link[:-1], said.link.swapcase()):
        assert await look(road, token) is None


async def test_what_is_pressed_on_a_page_is_answered_there_and_not_sent(road: Road, talk: Talk) -> None:
    [said] = await reminded(talk, await books(talk, await diary(road.storage)))
    found = await look(road, said.link)
    assert found is not None
    name, _choice = found.said.choices[0]
    before = len(road.paper.sent)
    [pressed] = await press(road, talk, name)
    assert len(road.paper.sent) == before
    assert "C'est noté" in pressed.replace("’", "'")


async def press(road: Road, talk: Talk, name: str) -> list[str]:
    """Press on the page; what it then says."""
    inbound = Inbound(talk.address, "", Kind.CHOICE, road.clock.now(), choice=name, handle=ON_A_PAGE)
    await road.take(inbound)

    def tokens(work: Work) -> Asked | None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        number, _dot, _place = name.partition(".")
        return answer_links.look(work, answer_links.token_of(work, lane.conversation_id, int(number)))

    found = await road.storage.run(tokens)
    assert found is not None
    assert found.pressed
    return [each.text for each in found.answers]


async def test_what_is_written_since_is_not_for_the_page(road: Road, talk: Talk) -> None:
    [said] = await reminded(talk, await books(talk, await diary(road.storage)))
    await talk.says("j'ai plus de logement depuis hier")
    found = await look(road, said.link)
    assert found is not None
    assert found.answers == ()


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - PURPOSES))
async def test_what_it_does_not_carry_is_dropped(road: Road, talk: Talk, purpose: Purpose) -> None:
    await talk.says("slt")

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        outbox.put(work, lane, replace(Outbound(talk.address, purpose, "Bonjour."), expires_at=work.now + timedelta(days=1)))
        lanes.keep(work, lane)

    await road.storage.run(unit)
    await road.run()
    assert "Bonjour." not in bodies(talk.news()), "of a colleague's words, a link to a page of ours"
