"""Whatever is tied, left, joined, parted and erased, in whatever order: every address leads to one person at most, nothing is lost, parting what was
just joined gives back every byte, and nothing of somebody erased remains."""

from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import SQLModel

from bot.messages import Address, Inbound, Kind
from storage import consents, erasure, formers, lanes, linking, rights, road, tables, threads, unlinking
from storage.consents import Choice
from storage.engine import Storage, Work, table
from storage.linking import Pair, Proof, Refused
from storage.unlinking import Late
from tests.storage.pairs import NOT_THE_SAME

LINK, MESSAGE, PERSON = table(tables.Link), table(tables.Message), table(tables.Person)
EXAMPLE = count(1)
WHO = st.integers(0, 3)
ACTS = st.one_of(
    st.tuples(st.sampled_from(["writes", "asks", "is_named", "chooses", "refuses", "leaves"]), WHO, WHO),
    st.tuples(st.just("joins"), WHO, WHO),
    st.tuples(st.just("joins"), WHO, WHO),
    st.tuples(st.just("ties"), WHO, WHO),
    st.tuples(st.sampled_from(["parts", "parts", "erases"]), WHO, WHO),
)


class Lives:
    """Four telephones; every word carries the mark of the one it came from, and of its turn."""

    def __init__(self, storage: Storage, ledger: Path) -> None:
        self.storage, self.ledger, self.example, self.said = storage, ledger, next(EXAMPLE), count(1)
        self.unions: list[str] = []

    def address(self, who: int) -> Address:
        return Address("telegram", "1", f"life {self.example} phone {who}")

    async def lane(self, who: int) -> lanes.Lane:
        return await self.storage.run(lanes.open_lane, self.address(who))

    async def act(self, name: str, who: int, other: int) -> None:
        person = (await self.lane(who)).person_id
        if name == "writes":
            await self.storage.run(self._write, who)
        elif name == "asks":
            await self.storage.run(self._ask, who)
        elif name == "is_named":
            await self.storage.run(rights.rename, person, f"name {next(self.said)}")
        elif name in ("chooses", "refuses"):
            choice = Choice.ANNOUNCEMENTS if name == "chooses" else Choice.NO_REMINDERS
            await self.storage.run(lambda work: consents.choose(work, person, choice, "1", "oui"))
        elif name == "leaves":
            await self.storage.run(lambda work: linking.untie(work, lanes.open_lane(work, self.address(who))))
        elif name == "ties":
            await self.storage.run(linking.tie, person, self.address(other), Proof.PRIVATE)
        elif name == "joins":
            await self._join(Pair(person, (await self.lane(other)).person_id))
        elif name == "parts" and self.unions:
            await self.storage.run(unlinking.part, self.unions[other % len(self.unions)])
        elif name == "erases":
            await self._erase(person)

    async def _join(self, pair: Pair) -> None:
        """And part again at once: every byte is back; then join for good."""
        before = await self.storage.read(self._everything)
        done = await self.storage.run(linking.join, pair, Proof.CODE)
        if isinstance(done, Refused):
            assert done in (Refused.SELF,), done
            return
        assert await self.storage.run(unlinking.part, done) == pair
        assert await self.storage.read(self._everything) == before
        again = await self.storage.run(linking.join, pair, Proof.CODE)
        assert isinstance(again, str)
        assert not isinstance(again, Refused)
        self.unions.append(again)

    async def _erase(self, person: int) -> None:
        everybody = await self.storage.read(formers.whole, person)
        theirs = {line.text for line in (await self.storage.read(rights.everything, person)).lines}
        await erasure.erase(self.storage, self.ledger, person)
        left = await self.storage.read(self._texts)
        assert theirs & left == set()
        ids = set(await self.storage.read(lambda work: work.session.execute(select(PERSON.c.id)).scalars().all()))
        assert not ids & set(everybody)

    async def holds(self) -> None:
        """Every address leads to one person at most, who is there and has become nobody else."""
        twice = select(LINK.c.address_id).where(LINK.c.until.is_(None)).group_by(LINK.c.address_id).having(func.count() > 1)
        assert await self.storage.read(lambda work: work.session.execute(twice).all()) == []

        def people(work: Work) -> list[tuple[int, int]]:
            found = work.session.execute(select(LINK.c.person_id).where(LINK.c.until.is_(None))).scalars().all()
            return [(person, formers.now(work, person)) for person in found]

        assert all(person == now for person, now in await self.storage.read(people))

    def _write(self, work: Work, who: int) -> None:
        text = f"life {self.example} word {next(self.said)}"
        accepted = road.accept(work, Inbound(self.address(who), text, Kind.TEXT, work.now, text=text))
        assert accepted is not None
        lanes.keep(work, accepted.lane)

    def _ask(self, work: Work, who: int) -> None:
        self._write(work, who)
        lane = lanes.open_lane(work, self.address(who))
        threads.open_for(work, lane)
        lanes.keep(work, lane)

    def _everything(self, work: Work) -> dict[str, Any]:
        rows = SQLModel.metadata.sorted_tables
        return {each.name: work.session.execute(select(each).order_by(*each.primary_key)).all() for each in rows if each.name not in NOT_THE_SAME}

    def _texts(self, work: Work) -> set[str]:
        people = work.session.execute(select(PERSON.c.id)).scalars().all()
        return {line.text for person in people for line in rights.everything(work, person).lines}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(story=st.lists(ACTS, min_size=3, max_size=14))
async def test_whatever_is_tied_joined_parted_and_erased(storage: Storage, tmp_path: Path, story: list[tuple[str, int, int]]) -> None:
    lives = Lives(storage, tmp_path / "ledger")
    for who in range(4):
        await lives.act("writes", who, who)
    for name, who, other in story:
        before = await storage.read(lambda work: work.session.execute(select(func.count()).select_from(MESSAGE)).scalar_one())
        await lives.act(name, who, other)
        after = await storage.read(lambda work: work.session.execute(select(func.count()).select_from(MESSAGE)).scalar_one())
        assert name == "erases" or after >= before, "nothing is lost"
        await lives.holds()
    for union in reversed(lives.unions):
        assert isinstance(await storage.run(unlinking.part, union), Pair | Late)
        await lives.holds()
