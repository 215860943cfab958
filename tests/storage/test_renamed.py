"""Somebody whose provider gives them another name stays who they are."""

from dataclasses import replace

from bot.messages import Address, Inbound, Kind
from storage import lanes, road
from storage.engine import Storage, Work
from storage.lanes import Lane
from tests.clock import TUESDAY, TestClock

OLD, NEW = Address("whatsapp", "1", "33600000001"), Address("whatsapp", "1", "FR.1")


def said(address: Address, external_id: str, formerly: tuple[str, ...] = (), kind: Kind = Kind.TEXT) -> Inbound:
    return Inbound(address, external_id, kind, TUESDAY, "slt", formerly=formerly)


def take(work: Work, inbound: Inbound) -> Lane:
    accepted = road.accept(work, inbound)
    assert accepted is not None
    lanes.keep(work, accepted.lane)
    return accepted.lane


async def test_an_id_follows_the_number(storage: Storage) -> None:
    first = await storage.run(take, said(OLD, "a"))
    again = await storage.run(take, said(NEW, "b", formerly=(OLD.peer,)))
    assert (again.person_id, again.conversation_id, again.address_id) == (first.person_id, first.conversation_id, first.address_id)
    assert (again.number, again.address) == (2, NEW)
    assert await storage.run(lanes.lane_of, OLD) is None


async def test_what_came_before_under_the_number_comes_again_once(storage: Storage) -> None:
    await storage.run(take, said(OLD, "a"))
    await storage.run(take, said(NEW, "b", formerly=(OLD.peer,)))
    assert await storage.run(road.accept, said(NEW, "a", formerly=(OLD.peer,))) is None


async def test_somebody_known_by_their_id_takes_over_no_number(storage: Storage) -> None:
    """A number that had another owner: two people, whom nothing here makes one."""
    other = await storage.run(take, said(OLD, "a"))
    known = await storage.run(take, said(NEW, "b"))
    again = await storage.run(take, said(NEW, "c", formerly=(OLD.peer,)))
    assert again.person_id == known.person_id != other.person_id
    assert await storage.run(lanes.lane_of, OLD) is not None


async def test_nobody_is_followed_on_another_account(storage: Storage) -> None:
    first = await storage.run(take, said(OLD, "a"))
    other = await storage.run(take, said(replace(NEW, account="2"), "b", formerly=(OLD.peer,)))
    assert other.person_id != first.person_id


async def test_a_number_unheard_for_a_month_may_be_somebody_elses(storage: Storage, clock: TestClock) -> None:
    first = await storage.run(take, said(OLD, "a"))
    clock.turn(days=31)
    other = await storage.run(take, said(NEW, "b", formerly=(OLD.peer,)))
    assert other.person_id != first.person_id


async def test_a_change_the_provider_tells_of_is_sure(storage: Storage, clock: TestClock) -> None:
    first = await storage.run(take, said(OLD, "a"))
    clock.turn(days=31)
    again = await storage.run(take, said(NEW, "b", (OLD.peer,), Kind.CHANGED))
    assert again.person_id == first.person_id
