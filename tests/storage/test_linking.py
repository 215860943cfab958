"""Two apps of one person: whose an address is, two people made one, and two again."""

from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from bot.messages import Address, Outbound, Purpose
from storage import audit, crises, erasing, formers, gaps, lanes, ledger, line, linking, rights, tables, tasks, threads, unlinking
from storage.columns import Leaving
from storage.engine import Storage, Work, table
from storage.erasing import Extent
from storage.erasure import erase, erase_rows, holdings, replay_erasures, rows_of
from storage.linking import Pair, Proof, Refused
from storage.unlinking import Late
from tests.clock import TestClock
from tests.storage.filling import fill, read_everything
from tests.storage.pairs import ADDRESS, OUTBOUND, PERSON, A, B, C, everything, filled, join, lane, two, writes

# -- one address


async def test_an_address_that_led_to_nobody_leads_to_whoever_it_is_tied_to(storage: Storage) -> None:
    zoe = await storage.run(writes, A)
    made = await storage.run(linking.tie, zoe, B, Proof.CODE)
    assert (made.person_id, made.address, made.number) == (zoe, B, 0)
    assert {each.address for each in await storage.run(lanes.lanes_of_person, zoe)} == {A, B}
    again = await storage.run(linking.tie, zoe, B, Proof.CODE)
    assert again.conversation_id == made.conversation_id


async def test_an_address_of_somebody_else_is_taken_over_and_nothing_they_said_comes_with_it(storage: Storage) -> None:
    pair = await storage.run(two)

    def tie(work: Work) -> tuple[int, int, str | None]:
        before = lane(work, B)
        before.language = "en"
        assert line.put(work, before, Outbound(B, Purpose.SERVICE, "pour l'autre")) == 2
        lanes.keep(work, before)
        made = linking.tie(work, pair.into, B, Proof.PRIVATE)
        state = work.session.execute(select(OUTBOUND.c.state)).scalar_one()
        assert made.language == "en"
        return made.conversation_id - before.conversation_id, made.number, state

    apart, number, state = await storage.run(tie)
    assert apart > 0
    assert (number, state) == (2, "dropped"), "a button still shown there names no other question"
    assert await storage.run(lanes.lanes_of_person, pair.former) == []
    assert [each.text for each in (await storage.read(rights.everything, pair.into)).lines] == ["slt"]
    assert [each.text for each in (await storage.read(rights.everything, pair.former)).lines] == ["slt", "pour l'autre"]


async def test_who_writes_from_an_address_that_was_left_is_somebody_new(storage: Storage) -> None:
    zoe = await storage.run(writes, A)
    await storage.run(lambda work: linking.untie(work, lane(work, A)))
    other = await storage.run(writes, A, "cc c qui")
    assert other != zoe
    assert [each.text for each in (await storage.read(rights.everything, zoe)).lines] == ["slt"]
    assert [each.text for each in (await storage.read(rights.everything, other)).lines] == ["cc c qui"]
    assert (await storage.run(lambda work: lane(work, A))).number == 2


# -- two people, one


async def test_everything_of_the_one_leads_to_the_other_and_nothing_is_lost(storage: Storage) -> None:
    pair = await storage.run(filled)
    said = await storage.read(read_everything)
    await storage.run(join, pair)
    left = await storage.read(read_everything)
    del said["download.language"], left["download.language"], said["joining.lent"], left["joining.lent"]
    assert left == said
    owned = await storage.read(lambda work: {name for name, ids in rows_of(work, pair.former).items() if ids})
    assert owned == {"person", "audit", "link", "joining", "joined"}
    lane_ids = {each.person_id for each in await storage.run(lanes.lanes_of_person, pair.into)}
    assert lane_ids == {pair.into}


async def test_parting_gives_back_exactly_what_was(storage: Storage) -> None:
    pair = await storage.run(filled)
    before = await storage.read(everything)
    done = await storage.run(join, pair)
    assert await storage.read(everything) != before
    assert await storage.run(unlinking.part, done) == pair
    assert await storage.read(everything) == before
    assert await storage.run(unlinking.part, done) is Late.GONE


async def test_erasing_one_person_of_two_leaves_nothing_of_either(storage: Storage, tmp_path: Path) -> None:
    pair = await storage.run(filled)
    bystander = await storage.run(fill, "Nour")
    await storage.run(join, pair)
    await erase(storage, tmp_path / "ledger", pair.into)
    said = await storage.read(read_everything)
    concerned = [text for place, texts in said.items() if holdings()[place.partition(".")[0]].leaving is not Leaving.NOBODY for text in texts]
    assert {text.split()[0] for text in concerned} == {"Nour"}
    assert {each.person for each in ledger.read(tmp_path / "ledger")} == {pair.into, pair.former}
    people = await storage.read(lambda work: work.session.execute(select(PERSON.c.id)).scalars().all())
    assert people == [bystander["person"]]


async def test_who_was_erased_and_was_two_in_an_older_copy_is_not_brought_back(storage: Storage, tmp_path: Path) -> None:
    """The copy was made before they were one: the ledger names both."""
    pair = await storage.run(filled)
    for each in (pair.into, pair.former):
        ledger.write(tmp_path / "ledger", ledger.Erasure(each, storage.clock.now()))
    assert await replay_erasures(storage, tmp_path / "ledger") == 2
    assert await storage.read(lambda work: work.session.execute(select(PERSON.c.id)).scalars().all()) == []


async def test_who_was_parted_and_erased_since_is_erased_alone_in_a_copy_where_they_are_one(storage: Storage) -> None:
    pair = await storage.run(filled)
    await storage.run(join, pair)
    await storage.run(unlinking.part_for, frozenset({pair.former}))
    assert await storage.run(erase_rows, pair.former)
    said = (await storage.read(read_everything))["message.content"]
    assert [text.split()[0] for text in said] == ["Zoé"]


async def test_a_union_of_three_is_undone_in_any_order(storage: Storage) -> None:
    def three(work: Work) -> tuple[int, int, int]:
        return writes(work, A), writes(work, B), writes(work, C)

    a, b, c = await storage.run(three)
    before = await storage.read(everything)
    first = await storage.run(join, Pair(b, c))
    second = await storage.run(join, Pair(a, b))
    assert await storage.read(formers.whole, a) == (a, b, c)
    assert await storage.read(formers.now, c) == a
    assert [each.token for each in await storage.read(unlinking.unions, a)] == [second, first]
    assert await storage.run(unlinking.part, first) == Pair(a, c)
    assert await storage.run(unlinking.part, second) == Pair(a, b)
    assert await storage.read(everything) == before


async def test_thirty_days_later_it_stays(storage: Storage, clock: TestClock) -> None:
    pair = await storage.run(two)
    done = await storage.run(join, pair)
    clock.turn(days=30)
    assert await storage.run(unlinking.part, done) is Late.TOO_LATE
    assert await storage.read(unlinking.unions, pair.into) == ()


async def test_what_came_since_goes_by_where_it_was_said(storage: Storage, clock: TestClock) -> None:
    pair = await storage.run(two)

    def open_here(work: Work, address: Address) -> int:
        here = lane(work, address)
        thread = threads.open_for(work, here)
        lanes.keep(work, here)
        return thread

    mine = await storage.run(open_here, A)
    done = await storage.run(join, pair)
    clock.turn(minutes=1)
    await storage.run(writes, B, "de mon autre appli")
    assert await storage.run(open_here, B) == mine, "one person has one demande"
    await storage.run(lambda work: tasks.add(work, tasks.Kind.DO, person_id=pair.into, thread_id=mine, text="rappeler"))
    assert len(await storage.read(threads.conversations, mine)) == 2
    await storage.run(unlinking.part, done)
    assert len(await storage.read(threads.conversations, mine)) == 1
    theirs = await storage.read(threads.open_thread_of, pair.former)
    assert theirs not in (None, mine)
    assert [each.text for each in (await storage.read(rights.everything, pair.former)).lines] == ["slt", "de mon autre appli"]
    assert [each.text for each in (await storage.read(rights.everything, pair.into)).lines] == ["slt"]


async def test_a_thread_of_one_conversation_goes_with_it(storage: Storage) -> None:
    pair = await storage.run(two)
    done = await storage.run(join, pair)

    def open_here(work: Work) -> int:
        here = lane(work, B)
        thread = threads.open_for(work, here)
        tasks.add(work, tasks.Kind.DO, person_id=here.person_id, thread_id=thread, text="rappeler")
        lanes.keep(work, here)
        return thread

    thread = await storage.run(open_here)
    await storage.run(unlinking.part, done)
    assert await storage.read(threads.open_thread_of, pair.former) == thread
    assert await storage.read(threads.open_thread_of, pair.into) is None
    assert await storage.read(lambda work: tasks.waits_about(work, pair.former, tasks.Kind.DO))


async def test_two_open_threads_stay_each_where_it_runs(storage: Storage) -> None:
    pair = await storage.run(two)

    def open_here(work: Work, address: Address) -> int:
        here = lane(work, address)
        thread = threads.open_for(work, here)
        lanes.keep(work, here)
        return thread

    first, second = await storage.run(open_here, A), await storage.run(open_here, B)
    assert first != second
    await storage.run(join, pair)
    assert (await storage.run(open_here, A), await storage.run(open_here, B)) == (first, second)


# -- refusals


async def test_who_is_not_made_one(storage: Storage) -> None:
    def refused(work: Work) -> list[object]:
        pair = two(work)
        found: list[object] = [linking.obstacle(work, pair), linking.obstacle(work, Pair(pair.into, pair.into))]
        found += [linking.obstacle(work, Pair(pair.into, 10_000)), linking.obstacle(work, Pair(10_000, pair.former))]
        erasing.ask(work, pair.former, None, Extent.SCREEN)
        found.append(linking.obstacle(work, pair))
        asked = erasing.ask(work, pair.former, None, Extent.ROBOT)
        found.append(linking.obstacle(work, pair))
        erasing.done(work, asked)
        task = rights.ask_head_to_erase(work, pair.into)
        found.append((linking.obstacle(work, pair), bool(task)))
        work.session.execute(delete(table(tables.Task)))
        work.session.execute(update(ADDRESS).where(ADDRESS.c.id == lane(work, B).address_id).values(shared=work.vault.seal("address.shared", "yes")))
        found.append(linking.obstacle(work, pair))
        return found

    gone = Refused.GONE
    expected = [None, Refused.SELF, gone, gone, None, Refused.ERASING, (Refused.ERASING, True), Refused.SHARED]
    assert await storage.run(refused) == expected


@pytest.mark.parametrize("side", [A, B])
async def test_no_other_telephone_is_tied_to_one_that_somebody_else_may_read(storage: Storage, side: Address) -> None:
    pair = await storage.run(two)

    def told(work: Work, watched: bool, how: str | None) -> Refused | None:
        here = lane(work, side).conversation_id
        seen = crises.last(work, here) or crises.add(work, here, "violence", 1, None)
        crises.note(work, seen.id, watched_phone=watched, how_to_answer=how)
        return linking.obstacle(work, pair)

    assert await storage.run(told, False, None) is None
    assert await storage.run(told, True, None) is Refused.GUARDED
    assert await storage.run(told, False, "le soir") is Refused.GUARDED
    assert await storage.run(linking.join, pair, Proof.MERGE) is Refused.GUARDED


async def test_who_has_become_somebody_is_not_joined_a_second_time(storage: Storage) -> None:
    pair = await storage.run(two)
    await storage.run(join, pair)
    assert await storage.run(linking.join, pair, Proof.MERGE) is Refused.GONE
    assert await storage.run(linking.join, Pair(pair.former, pair.into), Proof.MERGE) is Refused.GONE


# -- what is written once


async def test_who_read_it_is_told_over_both(storage: Storage) -> None:
    def read(work: Work) -> tuple[str, ...]:
        pair = filled(work)
        join(work, pair)
        return audit.readers(work, pair.into)

    assert await storage.run(read) == ("Zoé in caseworker.name", "Adam in caseworker.name")


async def test_questions_of_both_are_theirs(storage: Storage) -> None:
    pair = await storage.run(two)

    def ask(work: Work) -> None:
        for person in (pair.into, pair.former):
            assert gaps.keep(work, person, "comment adopter une girafe", "fr")

    await storage.run(ask)
    done = await storage.run(join, pair)
    assert len(await storage.read(gaps.of_person, pair.into)) == 2
    await storage.run(unlinking.part, done)
    assert len(await storage.read(gaps.of_person, pair.into)) == 1


async def test_the_operator_finds_who_somebody_has_become(storage: Storage) -> None:
    pair = await storage.run(two)
    token = await storage.read(lambda work: work.session.execute(select(PERSON.c.token).where(PERSON.c.id == pair.former)).scalar_one())
    await storage.run(join, pair)
    assert await storage.read(rights.find, token) == pair.into
