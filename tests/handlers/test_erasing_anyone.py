"""Whatever two people lived, in whatever order: erasing one leaves nothing that leads to them, and not a byte of the other is touched."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import SQLModel

from bot.messages import Attachment, Inbound, Kind, Outbound, Purpose, reference
from handlers.forgetting import ALL
from storage import caseworkers, consents, downloads, gaps, lanes, line, notes, rights, tables, tasks, threads
from storage.caseworkers import Role
from storage.consents import Choice
from storage.engine import Storage, Work, table
from storage.erasing import GOODBYE_STAYS, Extent, ask
from storage.erasure import erase, rows_of
from tests.storage.search import traces_of
from tests.talk import Road, Talk

EXAMPLE = count(1)
TEXTS = (
    "slt",
    "c koi visale",
    "une personne",
    "je veux mourir",
    "mon mec me frappe",
    "jai 14 ans",
    "STOP",
    "START",
    "hello",
    "gzgz",
    "le 115 ma di non",
)
WHO = st.sampled_from(["a", "b"])
ACTS = st.one_of(
    st.tuples(st.just("says"), WHO, st.sampled_from(TEXTS)),
    st.tuples(st.just("says"), WHO, st.sampled_from(TEXTS)),
    *(
        st.tuples(st.just(name), WHO, st.none())
        for name in ("sends", "is_answered", "is_named", "chooses", "is_noted", "asks_link", "waits", "is_queued")
    ),
    st.tuples(st.just("taps"), WHO, st.integers(0, 40)),
    st.tuples(st.just("passes"), WHO, st.sampled_from([1, 11, 70, 3000])),
)
WAYS = st.sampled_from(["chat", "head", "operator"])
Rows = Mapping[str, list[dict[str, Any]]]


class Lives:
    """Two people on one road; every word of theirs carries a mark of its own, to be looked for later."""

    def __init__(self, road: Road) -> None:
        number = next(EXAMPLE)
        self.road = road
        self.talks = {who: road.talk(f"peer-{who}-{number}") for who in ("a", "b")}
        self.marks = {who: f"zq{who}{number}qz" for who in ("a", "b")}

    async def act(self, name: str, who: str, given_to: Any) -> None:
        talk, mark = self.talks[who], self.marks[who]
        if name == "says":
            await talk.does(Kind.TEXT, f"{given_to}\n{mark}" if given_to == "gzgz" else given_to)
        elif name == "sends":
            await talk.does(Kind.MEDIA, mark, attachments=(Attachment("photo", f"provider {mark}", name=f"{mark}.jpg"),))
        elif name == "taps":
            shown = [(said, place) for said in talk.heard for place, choice in enumerate(said.choices) if choice.id != ALL]
            if shown:
                said, place = shown[-1 - given_to % len(shown)]
                await talk.does(Kind.CHOICE, choice=reference(said.number, place))
        elif name == "passes":
            self.road.clock.turn(minutes=given_to)
            await self.road.run()
        elif name == "waits":
            await self.road.inbox.take([Inbound(talk.address, f"{mark} {next(EXAMPLE)}", Kind.TEXT, self.road.clock.now(), text=mark)])
        else:
            await self.road.storage.run(_UNITS[name], talk, mark)

    async def begin(self) -> None:
        """Both have written: the mark of each is there."""
        for who, talk in self.talks.items():
            await talk.says(f"bonjour {self.marks[who]}")


def _lane(work: Work, talk: Talk) -> lanes.Lane:
    lane = lanes.lane_of(work, talk.address)
    assert lane is not None
    return lane


def _answered(work: Work, talk: Talk, mark: str) -> None:
    lane = _lane(work, talk)
    lane.to(lanes.HUMAN)
    line.put(work, lane, Outbound(talk.address, Purpose.HUMAN, f"bonjour {mark}"))
    lane.last_human_at = work.now
    lanes.keep(work, lane)


def _named(work: Work, talk: Talk, mark: str) -> None:
    person = _lane(work, talk).person_id
    rights.rename(work, person, mark)
    rights.put_phone(work, person, f"06 {ord(mark[2])} {mark}")


def _chosen(work: Work, talk: Talk, mark: str) -> None:
    consents.choose(work, _lane(work, talk).person_id, Choice.ANNOUNCEMENTS, "1", mark)


def _noted(work: Work, talk: Talk, mark: str) -> None:
    lane = _lane(work, talk)
    thread = threads.open_for(work, lane, theme=mark)
    lanes.keep(work, lane)
    colleague = work.session.execute(select(table(tables.Caseworker).c.id)).scalars().first()
    if colleague is None:
        caseworkers.invite(work, "ines@example.org", Role.CASEWORKER)
        colleague = work.session.execute(select(table(tables.Caseworker).c.id)).scalars().one()
    notes.add(work, thread, colleague, f"note {mark}")
    tasks.add(work, tasks.Kind.DO, person_id=lane.person_id, thread_id=thread, text=f"rappeler {mark}")
    threads.raise_alert(work, thread)
    work.session.add(tables.Event(kind="page", thread_id=thread, at=work.now, detail=work.vault.seal("event.detail", mark)))
    work.session.flush()


def _linked(work: Work, talk: Talk, mark: str) -> None:
    downloads.make(work, _lane(work, talk).person_id, "fr")


def _queued(work: Work, talk: Talk, mark: str) -> None:
    """Something waits to be sent to them, now and later."""
    lane = _lane(work, talk)
    line.put(work, lane, Outbound(talk.address, Purpose.ANNOUNCEMENT, f"atelier {mark}"))
    line.put(work, lane, Outbound(talk.address, Purpose.REMINDER, f"jeudi {mark}"))
    lanes.keep(work, lane)


_UNITS = {"is_answered": _answered, "is_named": _named, "chooses": _chosen, "is_noted": _noted, "asks_link": _linked, "is_queued": _queued}


def everything(work: Work, person: int) -> Rows:
    """Every row that leads to somebody, to the byte, and what is found by their keyed hash."""
    apart = {"gap": [{"text": one.text, "at": one.at} for one in gaps.of_person(work, person)]}
    return apart | {
        name: [dict(row) for row in work.session.execute(select(each).where(each.c.id.in_(list(ids))).order_by(each.c.id)).mappings()]
        for name, ids in rows_of(work, person).items()
        if (each := SQLModel.metadata.tables[name]) is not None
    }


def never_given_again(name: str) -> bool:
    """An id of these names one row for ever; elsewhere SQLite gives the last one again, to whoever comes next."""
    return bool(SQLModel.metadata.tables[name].dialect_options["sqlite"]["autoincrement"])


async def forget(road: Road, talk: Talk, person: int, way: str) -> None:
    """Have somebody erased: by their own yes and then the head's where they are followed, by the head alone, or by an operator."""
    if way == "operator":
        await erase(road.storage, road.ledger, person)
        return
    lane = await talk.lane()
    extent = Extent.ROBOT if way == "chat" else Extent.WHOLE
    await road.storage.run(ask, person, lane.conversation_id, extent)
    await road.eraser.sweep()
    await road.eraser.settled()
    if (await road.storage.run(lanes.lane_of, talk.address)) is not None and await road.storage.read(rights.followed, person):
        await road.storage.run(ask, person, None, Extent.WHOLE)
    await road.eraser.sweep()
    await road.eraser.settled()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=st.lists(ACTS, min_size=1, max_size=14), way=WAYS)
async def test_erasing_one_leaves_no_trace_and_touches_nobody_else(road: Road, acts: list[tuple[str, str, Any]], way: str) -> None:
    lives = Lives(road)
    await lives.begin()
    for name, who, given_to in acts:
        await lives.act(name, who, given_to)
    storage, gone, other = road.storage, lives.talks["a"], lives.talks["b"]
    person, stays = (await gone.lane()).person_id, (await other.lane()).person_id
    traces = await traces_of(storage, person, [lives.marks["a"]], gone.address)
    assert await traces.found(storage), "the search finds somebody who is there"
    traces.ids = {name: ids for name, ids in traces.ids.items() if never_given_again(name)}
    before = await storage.read(everything, stays)
    await forget(road, gone, person, way)
    assert await storage.read(everything, stays) == before
    await _the_last_word_goes(road)
    assert await traces.found(storage) == set()


async def _the_last_word_goes(road: Road) -> None:
    """What is left to send goes, then the goodbye's own lane."""
    await road.run()
    road.clock.turn(GOODBYE_STAYS.total_seconds() + 1)
    await road.run()


def test_people_addresses_and_demandes_are_never_given_again() -> None:
    assert all(never_given_again(name) for name in ("person", "address", "thread"))


@pytest.mark.parametrize("who", ["a", "b"])
async def test_the_search_sees_what_would_be_left(road: Road, storage: Storage, who: str) -> None:
    """A row that names somebody, wherever it lies, is found."""
    lives = Lives(road)
    await lives.begin()
    talk = lives.talks[who]
    traces = await traces_of(storage, (await talk.lane()).person_id, [lives.marks[who]], talk.address)
    await erase(storage, road.ledger, (await talk.lane()).person_id)
    assert await traces.found(storage) == set()
    await storage.run(lambda work: work.session.add(tables.Setting(name="note", value=f"voir {lives.marks[who]}")))
    assert await traces.found(storage) == {"setting.value"}
