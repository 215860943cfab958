"""The demo's time machine moves promises: given, missed once, missed twice."""

from datetime import datetime, time, timedelta
from pathlib import Path

from sqlmodel import col, select

from bot import demo, furnishing
from bot.app import Role, Service, open_service
from bot.channels.webchat.channel import WebChatChannel
from bot.clock import MachineClock
from bot.messages import Address, Inbound, Kind
from content.library import load_library
from storage import hours, lanes, messages
from storage.engine import Work
from storage.tables import Message
from tests.conftest import settings_for
from tests.rules.waiting import PARIS

ADDRESS = Address(WebChatChannel.name, WebChatChannel.account, "somebody")


async def noon(service: Service, days: int) -> datetime:
    """Turn the hour to noon, so many days from now: nothing is said by itself in the night."""
    now = service.clock.now().astimezone(PARIS)
    return await service.advance(datetime.combine(now.date() + timedelta(days=days), time(12), tzinfo=PARIS) - now)


async def heard(service: Service) -> list[str]:
    """What the robot said, in ordinary spaces."""

    def unit(work: Work) -> list[str]:
        lane = lanes.lane_of(work, ADDRESS)
        assert lane is not None
        ours = select(Message).where(col(Message.conversation_id) == lane.conversation_id, col(Message.author) == "bot")
        rows = work.session.exec(ours.order_by(col(Message.number)))
        return [messages.load(work.vault.open(messages.PLACE, row.content)).text.replace("\u00a0", " ").replace("’", "'") for row in rows]

    return await service.storage.run(unit)


async def test_a_promise_lives_through_the_time_machine(tmp_path: Path) -> None:
    async with open_service(demo.demo_settings(tmp_path, settings_for("")), MachineClock(), Role.RUN, library=load_library(demo=True)) as service:
        await furnishing.furnish(service)
        assert await service.storage.read(hours.signature) is not None
        now = await noon(service, 1)
        await service.inbox.take([Inbound(ADDRESS, "1", Kind.TEXT, now, text="une personne")])
        await service.turns.sweep()
        await service.settled()
        await noon(service, 6)
        await noon(service, 6)
        said = await heard(service)
    assert any("Une personne te répond avant" in text for text in said)
    assert said[-2].startswith("On n'a pas encore répondu, pardon. Une personne te répond avant")
    assert said[-1].startswith(
        "On n'a pas réussi à te répondre, pardon. Appelle le 03 53 01 12 34 ou viens à Le CLLAJ des Terrils, 1 place du Marché"
    )
