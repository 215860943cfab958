"""One list, which every channel passes: what comes in by its own door, into a real inbox and database. What goes out is in test_conformance.py.

Where a channel has nothing of what a line is about, its kit says why (`without`). The database is SQLite's: what differs between engines is the
road's, and tests/bot holds it on both.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from pydantic_core import to_json

from bot.channels.base import Called
from bot.channels.webhook import LARGEST_BODY
from bot.errors import Forged, StorageError
from storage.engine import open_storage
from tests.channels.conformance import check_tells_nothing, parse_or_refuse
from tests.channels.fuzzing import bodies
from tests.channels.kit import WORDS, Door, Kit
from tests.channels.kits import KITS, each, having
from tests.channels.telegram.conftest import Taken
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import SqliteTemplate

pytestmark = pytest.mark.asyncio(loop_scope="module")

FUZZED = 1_000
SEED = 20_261_130
YEAR_2999, YEAR_9000 = 32_472_144_000, 221_845_392_000
DEEP = b"[" * 5000 + b"]" * 5000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def doors(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Door]]:
    """Each channel's way in, opened once: every test brings people of its own."""
    clock = TestClock()
    settings = settings_for(sqlite_template.create(tmp_path_factory.mktemp("doors")))
    storage = await open_storage(settings, clock)
    found = {kit.name: Door(kit, storage, clock, settings) for kit in KITS}
    yield found
    for door in found.values():
        await door.inbox.close()
        await door.channel.close()
    await storage.close()


@pytest.fixture
def door(doors: dict[str, Door], kit: Kit) -> Iterator[Door]:
    """This channel's."""
    door = doors[kit.name]
    yield door
    door.failing = None


# -- in: what people say


@each()
async def test_a_redelivery_changes_nothing(door: Door) -> None:
    who = door.somebody()
    said = door.said(who, "bonjour")
    before = door.inbox.counts["repeated"]
    for _time in range(3):
        await door.says(said)
    door.clock.turn(days=9)
    await door.says(said)
    assert await door.heard(who) == ["bonjour"]
    assert door.inbox.counts["repeated"] - before == 3


@each()
async def test_two_people_are_each_heard_in_their_order(door: Door) -> None:
    one, other = door.somebody(), door.somebody()
    for nth in range(8):
        await door.says(door.said((one, other)[nth % 2], f"n° {nth}"))
    assert await door.heard(one) == [f"n° {nth}" for nth in (0, 2, 4, 6)]
    assert await door.heard(other) == [f"n° {nth}" for nth in (1, 3, 5, 7)]


@each(having("batch"))
async def test_all_of_a_batch_is_heard_once_and_in_order(door: Door) -> None:
    one, other = door.somebody(), door.somebody()
    said = [door.said((one, other)[nth % 3 == 2], f"n° {nth}") for nth in range(7)]
    await door.says(*said, said[0])
    await door.says(*said[3:], door.said(one, "et puis"))
    assert await door.heard(one) == ["n° 0", "n° 1", "n° 3", "n° 4", "n° 6", "et puis"]
    assert await door.heard(other) == ["n° 2", "n° 5"]


@each()
async def test_who_may_not_call_is_not_heard(door: Door) -> None:
    who = door.somebody()
    body = door.kit.says(door.said(who, "un faux")).body
    before = await door.stored()
    answered = {name: await door.post(letter) for name, letter in door.kit.forged(body).items()}
    assert set(answered.values()) == {401}, answered
    assert (await door.stored(), await door.heard(who)) == (before, [])


@each([kit for kit in KITS if isinstance(kit.open(TestClock()), Called)])
async def test_nothing_is_parsed_before_it_is_known_who_calls(door: Door) -> None:
    """What is no JSON at all is a forgery first."""
    for letter in door.kit.forged(b"{not json").values():
        assert await door.post(letter) == 401
    with pytest.raises(Forged):
        door.channel.verify(b"{}", {})


@each(having("elsewhere"))
async def test_another_account_is_ignored_and_counted(door: Door) -> None:
    letter, reason = door.kit.elsewhere()
    before, counted = await door.stored(), door.inbox.counts[f"ignored:{reason}"]
    assert await door.post(letter) == door.kit.taken
    assert (await door.stored(), door.inbox.counts[f"ignored:{reason}"]) == (before, counted + 1)


@each()
async def test_a_kind_that_nobody_knows_is_no_fault(door: Door) -> None:
    """Taken and counted, kept as something that is not understood, or refused in words: never a failure."""
    for name, letter in door.kit.odd().items():
        ignored, stored = door.inbox.counts.total(), await door.stored()
        status = await door.post(letter)
        assert status in {door.kit.taken, 400}, name
        if status == door.kit.taken and name != "nothing":
            assert door.inbox.counts.total() > ignored or await door.stored() > stored, name


@each()
async def test_ten_megabytes_are_refused(door: Door) -> None:
    before = await door.stored()
    assert await door.post(door.kit.sign(b"x"), length=LARGEST_BODY) == 413
    assert await door.post(door.kit.sign(b'{"text":"' + b"x" * LARGEST_BODY + b'"}')) == 413
    assert await door.stored() == before


@each()
async def test_deep_json_is_refused(door: Door) -> None:
    before = await door.stored()
    whole = door.kit.says(door.said(door.kit.who(0), "here")).body
    for body in (DEEP, whole.replace(b'"here"', DEEP), whole.replace(b'"here"', DEEP[:5000])):
        assert await door.post(door.kit.sign(body)) == 400
    assert await door.stored() == before


@each()
async def test_any_text_survives(door: Door) -> None:
    who = door.somebody()
    texts = ["👩‍👩‍👧 é e\u0301", "مرحبا \u202eשלום", "zero\u200bwidth\u200d", "nul\0nul", "x" * 20_000]
    for text in texts:
        await door.says(door.said(who, text))
    assert await door.heard(who) == texts


@each(having("times"))
async def test_a_time_from_the_future_changes_no_order_and_opens_no_window(door: Door) -> None:
    """Ours is the time that counts: what a provider says of times is kept beside it, where it is one."""
    who = door.somebody()
    for nth, at in enumerate((YEAR_2999, 1, YEAR_9000, 0)):
        await door.says(door.said(who, f"n° {nth}", at))
    lane = await door.lane(who)
    assert lane is not None
    assert lane.last_inbound_at == door.clock.now()
    assert await door.heard(who) == ["n° 0", "n° 1", "n° 2", "n° 3"]


@each(having("receipts"))
async def test_a_word_about_a_message_we_never_sent_changes_nothing(door: Door) -> None:
    before = await door.stored()
    for at in (1_790_000_000, YEAR_2999, YEAR_9000, 0):
        assert await door.post(door.kit.receipt("of-nobody", at)) == door.kit.taken
    assert await door.stored() == before


@each()
async def test_what_could_not_be_stored_is_asked_for_again(door: Door) -> None:
    who = door.somebody()
    letter = door.kit.says(door.said(who, "important"))
    door.failing = StorageError()
    assert await door.post(letter) in {500, 503}
    door.failing = None
    assert await door.post(letter) == door.kit.taken
    assert await door.heard(who) == ["important"]


@each(having("challenge"))
async def test_the_provider_makes_sure_of_us(door: Door, kit: Any) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": kit.verify_token, "hub.challenge": "1158201444"}
    assert await door.caller.get(urlencode(query)) == (200, b"1158201444")
    for wrong in ({"hub.verify_token": "another"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": ""}):
        answered = await door.caller.get(urlencode(query | wrong))
        assert answered is not None
        assert answered[0] == 403


@each()
async def test_nothing_of_what_comes_is_logged(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    who = door.somebody()
    good = door.kit.says(door.said(who, WORDS))
    odd = good.body.replace(to_json(WORDS), to_json([WORDS]))
    door.failing = StorageError()
    await door.post(good)
    door.failing = None
    for letter in (good, door.kit.sign(odd), *door.kit.forged(good.body).values()):
        await door.post(letter)
    check_tells_nothing([WORDS, who, *door.kit.secrets], caplog.text, [record.__dict__ for record in caplog.records])


# -- in: anything at all


@each()
@pytest.mark.parametrize("many", [FUZZED, pytest.param(10 * FUZZED, marks=pytest.mark.soak)])
async def test_bodies_that_are_nearly_right(door: Door, many: int) -> None:
    """Refused or taken, never a failure of ours; by who may not call, never taken; and what was taken can be stored."""
    kit, taken = door.kit, Taken()
    fast = Door(kit, door.storage, door.clock, door.settings)
    fast.inbox.take = taken  # type: ignore[method-assign]  # in memory, and then by fifties: a commit each would take a minute
    statuses: dict[int, int] = {}
    for nth, body in enumerate(bodies(kit.recorded, SEED, many, kit.kinds, kit.whole)):
        if nth % 10 == 0:
            before = len(taken.items)
            assert await fast.post(kit.forged(body)["none"]) == 401
            assert len(taken.items) == before
        status = await fast.post(kit.sign(body))
        statuses[status] = statuses.get(status, 0) + 1
        if isinstance(fast.channel, Called):
            assert (status == 400) == (parse_or_refuse(fast.channel, body) is None), body
    assert statuses.keys() == {kit.taken, 400}
    assert min(statuses.values()) > many / 20, "a fuzz that only ever meets one door tests nothing"
    for first in range(0, len(taken.items), 50):
        await door.inbox.take(taken.items[first : first + 50])
    await fast.channel.close()
