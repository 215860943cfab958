"""Two people whom a test makes one."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import SQLModel

from bot.messages import Address, Inbound, Kind
from storage import lanes, linking, road, tables
from storage.engine import Work, table
from storage.linking import Pair, Proof, Refused
from tests.storage.filling import fill

INBOUND = table(tables.Inbound)
ADDRESS, LINK, PERSON, OUTBOUND, CRISIS, ERASING = (
    table(noun) for noun in (tables.Address, tables.Link, tables.Person, tables.Outbound, tables.Crisis, tables.Erasing)
)
A, B, C = (Address("telegram", "1", "zoe-1"), Address("whatsapp", "1", "zoe-2"), Address("messenger", "1", "zoe-3"))
NOT_THE_SAME = {"joining", "joined", "download", "link_code", "private_link"}
"""What a union leaves, and what dies of it."""
Rows = Mapping[str, list[dict[str, Any]]]


def everything(work: Work) -> Rows:
    return {
        each.name: [dict(row) for row in work.session.execute(select(each).order_by(*each.primary_key)).mappings()]
        for each in SQLModel.metadata.sorted_tables
        if each.name not in NOT_THE_SAME
    }


def writes(work: Work, address: Address, text: str = "slt") -> int:
    """Somebody writes from this address; who they are."""
    accepted = road.accept(work, Inbound(address, f"{address.peer} {text} {work.now}", Kind.TEXT, work.now, text=text))
    assert accepted is not None
    lanes.keep(work, accepted.lane)
    return accepted.lane.person_id


def lane(work: Work, address: Address) -> lanes.Lane:
    found = lanes.lane_of(work, address)
    assert found is not None
    return found


def two(work: Work) -> Pair:
    return Pair(writes(work, A), writes(work, B))


def filled(work: Work) -> Pair:
    """A row of both in every table, and nothing in the way of making them one."""
    zoe, adam = fill(work, "Zoé"), fill(work, "Adam")
    work.session.execute(update(ADDRESS).values(shared=None))
    work.session.execute(delete(ERASING))
    work.session.execute(update(CRISIS).values(how_to_answer=None))
    return Pair(zoe["person"], adam["person"])


def join(work: Work, pair: Pair, proof: Proof = Proof.CODE) -> str:
    done = linking.join(work, pair, proof)
    assert not isinstance(done, Refused), done
    return done
