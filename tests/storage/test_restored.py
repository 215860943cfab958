"""A restored copy says nothing again by itself."""

from sqlmodel import col, select

from bot.messages import Address, Inbound, Kind, Outbound, Purpose
from storage import lanes, line, restored, road
from storage.engine import Storage, Work
from storage.tables import Inbound as InboundRow
from storage.tables import Message as MessageRow
from storage.tables import Outbound as OutboundRow

ADA = Address("telegram", "1", "ada")


def on_its_way(work: Work) -> None:
    accepted = road.accept(work, Inbound(ADA, "1", Kind.TEXT, work.now, text="slt"))
    assert accepted is not None
    line.put(work, accepted.lane, Outbound(ADA, Purpose.REMINDER, "jeudi, 10 h 30"))
    line.put(work, accepted.lane, Outbound(ADA, Purpose.REPLY, "salut"), state="sent")
    lanes.keep(work, accepted.lane)


def seen(work: Work) -> tuple[list[str], list[str], list[str]]:
    session = work.session
    outbound = session.exec(select(OutboundRow.state).order_by(col(OutboundRow.position))).all()
    inbound = session.exec(select(InboundRow.state)).all()
    said = session.exec(select(MessageRow.status).order_by(col(MessageRow.number))).all()
    return list(outbound), list(inbound), list(said)


async def test_what_was_on_its_way_is_unknown_and_what_waited_is_parked(storage: Storage) -> None:
    await storage.run(on_its_way)
    assert await storage.read(seen) == (["due", "sent"], ["waiting"], ["read", "queued", "sent"])
    await storage.run(restored.settle)
    assert await storage.read(seen) == (["unknown", "sent"], ["parked"], ["read", "unknown", "sent"])
    assert await storage.read(line.addresses_to_lead, alone=True) == []
