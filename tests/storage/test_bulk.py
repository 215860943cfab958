"""Many rows changed by one statement are what they would be changed one by one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import StorageError
from bot.messages import Address, Choice, Outbound, Purpose, Template
from storage import bulk, lanes, line, lines, messages, tables
from storage.engine import Storage, Work, table
from storage.messages import Content
from tests.clock import TestClock

BUCKET, OUTBOUND, MESSAGE = (table(noun) for noun in (tables.Bucket, tables.Outbound, tables.Message))
ADD = bulk.adding(BUCKET, ("name", "tokens", "at"), {"stopped_until": 0.0})
ADD_ONCE = bulk.adding(BUCKET, ("name", "tokens", "at"), {"stopped_until": 0.0}, lambda added: added.on_conflict_do_nothing(index_elements=("name",)))
ODD = "\\ \" é \u202f '; --"


def buckets(work: Work) -> list[tuple[object, ...]]:
    return [tuple(row) for row in work.session.execute(select(BUCKET).order_by(BUCKET.c.name))]


async def test_rows_are_added_as_they_are(storage: Storage) -> None:
    rows = [("a", 1.5, 0.0), (ODD, -2.0, 1e300)]
    await storage.run(lambda work: work.execute_many(ADD, rows))
    assert await storage.read(buckets) == sorted((*row, 0.0) for row in rows)


@pytest.mark.parametrize("number", [bulk.TOGETHER - 1, bulk.TOGETHER, 2 * bulk.TOGETHER + 3])
async def test_however_many_are_added_each_keeps_its_own(storage: Storage, number: int) -> None:
    rows = [(f"{n:03}", float(n), -float(n)) for n in range(number)]
    await storage.run(lambda work: work.execute_many(ADD, rows))
    await storage.run(lambda work: work.execute_many(ADD_ONCE, [(name, 0.5, 0.5) for name, _tokens, _at in rows]))
    assert await storage.read(buckets) == [(*row, 0.0) for row in rows]


async def test_one_that_is_there_is_left(storage: Storage) -> None:
    await storage.run(lambda work: work.execute_many(ADD, [("a", 1.0, 1.0)]))
    await storage.run(lambda work: work.execute_many(ADD_ONCE, [("a", 2.0, 2.0), ("b", 2.0, 2.0)]))
    assert await storage.read(buckets) == [("a", 1.0, 1.0, 0.0), ("b", 2.0, 2.0, 0.0)]


async def test_nothing_is_no_statement(storage: Storage) -> None:
    await storage.run(lambda work: work.execute_many(ADD, []))
    assert await storage.read(buckets) == []


async def test_all_or_nothing(storage: Storage) -> None:
    with pytest.raises(Exception, match=r"(?i)unique"):
        await storage.run(lambda work: work.execute_many(ADD, [("a", 1.0, 1.0), ("a", 2.0, 2.0)]))
    assert await storage.read(buckets) == []


def test_what_is_no_plain_word_is_given_in_the_rows() -> None:
    with pytest.raises(StorageError):
        bulk.adding(BUCKET, ("tokens", "at", "stopped_until"), {"name": "it's"})


async def test_what_is_asked_next_sees_it(storage: Storage) -> None:
    def unit(work: Work) -> list[tuple[object, ...]]:
        assert buckets(work) == []
        work.execute_many(ADD, [("a", 1.0, 1.0)])
        return buckets(work)

    assert len(await storage.run(unit)) == 1


# -- the ends of lines


TEMPLATE = Template("rdv_rappel", ("jeudi", "Carvin"), "en", (0, 1), Template("rdv_rappel", ("jeudi", "Carvin"), "fr", (0, 1)))


def content(word: str) -> Content:
    return Content(f"Ton rendez-vous {ODD}.", (Choice(f"come:{word}:1", "Je viens"), Choice("menu", "Menu")), language="en", short="court")


def said(work: Work) -> list[list[object]]:
    """Everything that is said, opened, but for whom."""
    found: list[list[object]] = []
    for row in work.session.execute(select(OUTBOUND).order_by(OUTBOUND.c.conversation_id, OUTBOUND.c.number)).mappings():
        kept = {name: value for name, value in row.items() if name not in ("id", "address_id", "conversation_id", "template")}
        found.append([kept, None if row["template"] is None else work.vault.open(line.PLACE, row["template"])])
    for row in work.session.execute(select(MESSAGE).order_by(MESSAGE.c.conversation_id, MESSAGE.c.number)).mappings():
        kept = {name: value for name, value in row.items() if name not in ("id", "conversation_id", "content")}
        found.append([kept, work.vault.open(messages.PLACE, row["content"])])
    return found


async def test_many_lines_are_put_behind_like_one(storage: Storage, clock: TestClock) -> None:
    people = [Address("paper", "1", name) for name in ("zoe", "ines", "malo")]
    until = clock.now() + timedelta(hours=3)

    def before(work: Work) -> list[int]:
        made = [lanes.open_lane(work, who) for who in people]
        made[1].to(lanes.HUMAN)
        made[2].language = "ar"
        for lane in made:
            line.put(work, lane, Outbound(lane.address, Purpose.REPLY, "Bonjour"))
            lanes.keep(work, lane)
        return [lane.address_id for lane in made]

    ids = await storage.run(before)

    def one_by_one(work: Work) -> list[list[object]]:
        for which, address_id in enumerate(ids):
            lane = lanes.lane(work, address_id)
            assert lane is not None
            for word in ("abc", "d-e_f"):
                words = content(word)
                outbound = Outbound(lane.address, Purpose.REMINDER, words.text, words.choices, language="en", short="court", expires_at=until)
                line.put(work, lane, outbound if which else replace(outbound, template=TEMPLATE))
            lanes.keep(work, lane)
        found = said(work)
        raise Seen(found, [_counters(work, each) for each in ids])

    def together(work: Work) -> tuple[list[list[object]], list[object]]:
        ends = lines.ends_if_free(work, ids)
        assert [(ends[each].human, ends[each].language) for each in ids] == [(False, "fr"), (True, "fr"), (False, "ar")]
        alike = messages.Alike(content)
        puts = [
            lines.behind(ends[each], alike.dump(word), None if which else line.dump(TEMPLATE), until)
            for which, each in enumerate(ids)
            for word in ("abc", "d-e_f")
        ]
        lines.put(work, Purpose.REMINDER, puts)
        return said(work), [_counters(work, each) for each in ids]

    with pytest.raises(Seen) as seen:
        await storage.run(one_by_one)
    found, counters = await storage.run(together)
    assert len(found) == 2 * 9
    assert (found, counters) == seen.value.args


class Seen(Exception):
    """What a unit saw, which is undone."""


def _counters(work: Work, address_id: int) -> object:
    lane = lanes.lane(work, address_id)
    assert lane is not None
    return (lane.position, lane.number, lane.epoch, lane.owner)


def test_alike_is_the_same_json() -> None:
    alike = messages.Alike(content)
    for word in ("abc", "", ODD):
        assert alike.dump(word) == messages.dump(content(word))
