"""A provider that lets us write for a day: what is late goes as what was agreed with it, or is shown as not sent. Looked at just before each send."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot import outbox
from bot.channels.base import Limits
from bot.legality import HUMAN_AGENT
from bot.messages import Outbound, Purpose, Standing, Template
from storage import lanes, messages, standings
from storage.engine import Storage, Work
from storage.tables import Message
from tests.clock import TestClock
from tests.talk import Paper, Road, Talk

FRENCH = Template("rdv_rappel", ("jeudi à 10 h 30",), "fr", (0, 1, 2))
AGREED = Template("rdv_rappel", ("Thursday, 10:30",), "en", (0, 1, 2), FRENCH)


class Windowed(Paper):
    """Paper that takes what we say for a day after somebody wrote, and a human's word for a week."""

    limits = Limits(
        text=100_000, choices=100, label=200, per_second=1000.0, window=timedelta(hours=24), human_window=timedelta(days=7), templates=True
    )


async def say(road: Road, talk: Talk, purpose: Purpose, template: Template | None = None) -> list[Outbound]:
    """Put something in the line of whoever talks, and let it go where it may."""

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        outbox.put(work, lane, Outbound(talk.address, purpose, "Bonjour.", template=template))
        lanes.keep(work, lane)

    await road.storage.run(unit)
    await road.run()
    return talk.news()


@pytest.fixture
def road(storage: Storage, clock: TestClock) -> Road:
    return Road(storage, clock, paper=Windowed())


async def test_within_the_day_it_goes_as_it_is(road: Road, clock: TestClock) -> None:
    talk = road.talk()
    await talk.says("slt")
    clock.turn(hours=3)
    [said] = await say(road, talk, Purpose.REMINDER, AGREED)
    assert (said.body, said.template) == ("Bonjour.", None)


async def approve(road: Road, **states: str) -> None:
    """The provider says where the template stands in each language."""
    templates = {f"rdv_rappel/{language}": state for language, state in states.items()}
    await road.storage.run(standings.put, Standing(road.paper.name, road.paper.account, road.clock.now(), templates=templates))


async def test_after_it_what_was_agreed_goes(road: Road, clock: TestClock) -> None:
    await approve(road, fr="approved", en="approved")
    talk = road.talk()
    await talk.says("slt")
    clock.turn(days=2)
    [said] = await say(road, talk, Purpose.REMINDER, AGREED)
    assert said.template == replace(AGREED, instead=None)


async def test_what_left_as_it_is_or_as_a_template_is_kept_with_it(road: Road, clock: TestClock) -> None:
    """The desk says that other words than those it shows were read."""
    await approve(road, fr="approved", en="approved")
    talk = road.talk()
    await talk.says("slt")
    said = await say(road, talk, Purpose.REMINDER, AGREED)
    clock.turn(days=2)
    said += await say(road, talk, Purpose.REMINDER, AGREED)
    said += await say(road, talk, Purpose.HUMAN)

    def kept(work: Work) -> list[str]:
        found = (messages.read_content(work, lane.conversation_id, each.number) for each in said)
        return [content.template for content in found if content is not None]

    lane = await talk.lane()
    assert await road.storage.read(kept) == ["", "rdv_rappel", ""]


@pytest.mark.parametrize("state", ["pending", "rejected", "paused", "disabled", "different", "missing"])
async def test_what_is_not_approved_is_not_used(road: Road, clock: TestClock, state: str) -> None:
    """Its French wording goes instead, where that one is; else nothing does, and the desk says why."""
    talk = road.talk()
    await talk.says("slt")
    clock.turn(days=2)
    assert await say(road, talk, Purpose.REMINDER, AGREED) == [], "nobody asked the provider yet"
    await approve(road, fr=state, en=state)
    clock.turn(2)
    assert await say(road, talk, Purpose.REMINDER, AGREED) == []
    await approve(road, fr="approved", en=state)
    clock.turn(2)
    [said] = await say(road, talk, Purpose.REMINDER, AGREED)
    assert said.template == FRENCH


async def test_a_human_is_let_through_for_a_week(road: Road, clock: TestClock) -> None:
    talk = road.talk()
    await talk.says("slt")
    clock.turn(days=2)
    [said] = await say(road, talk, Purpose.HUMAN)
    assert said.template == HUMAN_AGENT
    clock.turn(days=6)
    assert await say(road, talk, Purpose.HUMAN) == []


async def test_what_cannot_go_is_shown_as_not_sent(road: Road, clock: TestClock) -> None:
    talk = road.talk()
    await talk.says("slt")
    clock.turn(days=2)
    assert await say(road, talk, Purpose.SERVICE) == []

    def last(work: Work) -> str | None:
        return work.session.exec(select(Message.status).order_by(col(Message.id).desc())).first()

    assert await road.storage.run(last) == "dropped"


async def test_their_next_message_opens_the_window(road: Road, clock: TestClock) -> None:
    talk = road.talk()
    await talk.says("slt")
    clock.turn(days=2)
    assert await talk.says("slt")
    assert [each.body for each in await say(road, talk, Purpose.SERVICE)] == ["Bonjour."]
