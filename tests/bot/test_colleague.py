"""A colleague answers in the provider's own inbox: the robot falls silent, the words are kept, the desk shows them."""

from bot.messages import Kind
from storage import thread_view, threads
from storage.engine import Storage, Work
from tests.clock import TestClock
from tests.talk import Road

WORDS = "Bonjour, c’est Samira, je te réponds ici."


async def test_the_robot_is_silent_from_then_on(storage: Storage, clock: TestClock) -> None:
    talk = Road(storage, clock).talk()
    await talk.says("slt")
    assert await talk.does(Kind.COLLEAGUE, WORDS) == []
    assert await talk.says("c koi visale") == []
    lane = await talk.lane()
    assert (lane.human, lane.last_human_at) == (True, clock.now())


async def test_the_desk_shows_what_was_said(storage: Storage, clock: TestClock) -> None:
    talk = Road(storage, clock).talk()
    await talk.says("une personne")
    await talk.does(Kind.COLLEAGUE, WORDS)
    await talk.says("merci")
    person = (await talk.lane()).person_id

    def seen(work: Work) -> list[tuple[str, str]]:
        thread_id = threads.open_thread_of(work, person)
        shown = None if thread_id is None else thread_view.view(work, threads.token_of(work, thread_id))
        return [] if shown is None else [(line.author, line.content.text) for line in shown.lines]

    assert (await storage.run(seen))[-2:] == [("caseworker", WORDS), ("person", "merci")]


async def test_their_word_does_not_open_the_window(storage: Storage, clock: TestClock) -> None:
    """It is the person's last message that lets a provider write, never ours."""
    talk = Road(storage, clock).talk()
    await talk.says("slt")
    written = (await talk.lane()).last_inbound_at
    clock.turn(hours=3)
    await talk.does(Kind.COLLEAGUE, WORDS)
    assert (await talk.lane()).last_inbound_at == written


async def test_danger_is_answered_all_the_same(storage: Storage, clock: TestClock) -> None:
    talk = Road(storage, clock).talk()
    await talk.says("slt")
    await talk.does(Kind.COLLEAGUE, WORDS)
    clock.turn(minutes=10)
    said = await talk.says("je vais me tuer ce soir")
    assert any("3114" in each.body for each in said)
