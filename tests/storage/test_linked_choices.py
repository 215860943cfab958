"""Two people made one: what each had chosen, set aside and was called."""

import pytest
from sqlalchemy import update

from bot.messages import Address
from storage import consents, desk, lanes, linking, rights, threads, unlinking
from storage.consents import Choice
from storage.engine import Storage, Work
from storage.linking import Pair
from tests.clock import TestClock
from tests.storage.pairs import INBOUND, A, B, join, lane, two, writes

# -- choices


CHOICES: tuple[tuple[str, str, bool], ...] = (
    ("", "on", True),
    ("on", "", True),
    ("on", "on", True),
    ("on", "off", False),
    ("off", "on", False),
    ("", "", False),
)


@pytest.mark.parametrize("choice", sorted(linking.TO_BE_AGREED))
async def test_a_choice_never_widens(storage: Storage, choice: Choice) -> None:
    """Nothing said by one and chosen by the other stands; taken back by one, it does not; to say more in reminders, both must have chosen it."""
    for number, (mine, theirs, stands) in enumerate(CHOICES):

        def choose(work: Work, number: int, mine: str, theirs: str) -> Pair:
            pair = Pair(*(writes(work, Address("telegram", "1", f"{choice} {number} {side}")) for side in "ab"))
            for person, how in ((pair.into, mine), (pair.former, theirs)):
                if how:
                    consents.choose(work, person, choice, "1", "oui")
                if how == "off":
                    consents.take_back(work, person, choice)
            return pair

        pair = await storage.run(choose, number, mine, theirs)
        before = await storage.read(lambda work, pair: [consents.chosen(work, each) for each in (pair.into, pair.former)], pair)
        done = await storage.run(join, pair)
        expected = stands and (choice is not Choice.FULL_REMINDERS or mine == theirs)
        assert (choice in await storage.read(consents.chosen, pair.into)) is expected, (mine, theirs)
        await storage.run(unlinking.part, done)
        assert await storage.read(lambda work, pair: [consents.chosen(work, each) for each in (pair.into, pair.former)], pair) == before


async def test_a_refusal_of_one_is_a_refusal_of_both_and_one_made_since_stays_with_both(storage: Storage, clock: TestClock) -> None:
    pair = await storage.run(two)
    await storage.run(lambda work: consents.choose(work, pair.former, Choice.NO_REMINDERS, "1", "pas de rappel"))
    done = await storage.run(join, pair)
    assert Choice.NO_REMINDERS in await storage.read(consents.chosen, pair.into)
    clock.turn(minutes=1)
    await storage.run(lambda work: consents.choose(work, pair.into, Choice.NO_SURVEYS, "1", "pas de questions"))
    await storage.run(lambda work: consents.choose(work, pair.into, Choice.ANNOUNCEMENTS, "1", "ateliers"))
    await storage.run(unlinking.part, done)
    assert set(await storage.read(consents.chosen, pair.into)) == {Choice.NO_SURVEYS, Choice.ANNOUNCEMENTS}
    assert set(await storage.read(consents.chosen, pair.former)) == {Choice.NO_REMINDERS, Choice.NO_SURVEYS}


async def test_what_was_withdrawn_does_not_stand_again_once_all_was_taken_back(storage: Storage) -> None:
    pair = await storage.run(two)

    def choose(work: Work) -> None:
        consents.choose(work, pair.into, Choice.ANNOUNCEMENTS, "1", "oui")
        consents.choose(work, pair.former, Choice.ANNOUNCEMENTS, "1", "oui")
        consents.take_back(work, pair.former, Choice.ANNOUNCEMENTS)

    await storage.run(choose)
    done = await storage.run(join, pair)
    await storage.run(unlinking.keep_withdrawn, pair.into)
    await storage.run(unlinking.part, done)
    assert await storage.read(consents.chosen, pair.into) == {}


async def test_what_is_set_aside_is_shown_once_whatever_threads_are_open(storage: Storage) -> None:
    pair = await storage.run(two)

    def follow(work: Work) -> None:
        for address in (A, B):
            here = lane(work, address)
            threads.open_for(work, here)
            lanes.keep(work, here)
        join(work, pair)
        work.session.execute(update(INBOUND).values(state="parked"))

    await storage.run(follow)
    assert len(await storage.read(desk.parked)) == 2, "one of each app, each once"


# -- name and number


async def test_a_name_is_lent_where_there_was_none_and_taken_back_unless_it_was_corrected(storage: Storage) -> None:
    pair = await storage.run(two)

    def name(work: Work) -> None:
        rights.rename(work, pair.former, "Zoé")
        rights.put_phone(work, pair.former, "0612345678")
        rights.put_phone(work, pair.into, "0712345678")

    await storage.run(name)
    done = await storage.run(join, pair)
    found = await storage.read(rights.everything, pair.into)
    assert (found.name, found.phone) == ("Zoé", "0712345678")
    await storage.run(unlinking.part, done)
    found = await storage.read(rights.everything, pair.into)
    assert (found.name, found.phone) == ("", "0712345678")
    done = await storage.run(join, pair)
    await storage.run(rights.rename, pair.into, "Zo")
    await storage.run(unlinking.part, done)
    assert (await storage.read(rights.everything, pair.into)).name == "Zo"
    assert (await storage.read(rights.everything, pair.former)).name == "Zoé"
