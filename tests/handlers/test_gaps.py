"""What the robot did not understand is kept apart: in the same commit, without a name, never anything of a danger."""

from types import ModuleType

import pytest
from sqlalchemy import select

from bot import wiring
from bot.inbox import Inbox
from bot.messages import Kind, Status, reference
from bot.routing import Router, Turn, beside
from bot.turns import Turns
from content.understanding.danger import Danger
from content.understanding.meaning import NOTHING, Candidate, Certainty, Meaning
from handlers.gaps import ASKED
from storage import gaps, lanes, messages, rights, tables
from storage.engine import Work, table
from storage.erasing import Extent, ask
from storage.erasure import erase
from storage.gaps import MOST_OF_ONE, Missed
from storage.messages import Content
from tests.talk import ACCOUNT, Road, Talk

GAP, EVENT = table(tables.Gap), table(tables.Event)
LOST = "esk on peut garer un tracteur"


SURE = {"visale": "aide-visale", "mon bail": "bail-signer"}
UNSURE = Meaning((Candidate("aide-visale", 0.4), Candidate("bail-signer", 0.3)), Certainty.UNSURE)


def reads(text: str) -> Meaning:
    """What words mean here, whatever is learnt from examples: a word or two, and nothing else."""
    if "peut-être" in text:
        return UNSURE
    found = next((page for word, page in SURE.items() if word in text), None)
    return NOTHING if found is None else Meaning((Candidate(found, 1.0),), Certainty.SURE)


@pytest.fixture
def road(road: Road) -> Road:
    """A road on which words mean what these tests say, and danger is what the phrases of danger say."""
    return _reading(road, wiring.router())


def _reading(road: Road, router: Router) -> Road:
    def danger(text: str) -> Danger | None:
        crisis = road.library.danger.find(text)
        return None if crisis is None else Danger(crisis, plain=True)

    road.turns = Turns(road.storage, router, lambda: road.library, road.outbox, reads, road.clock)
    channels = {(road.paper.name, ACCOUNT): road.paper}
    road.inbox = Inbox(road.storage, channels, danger, wiring.danger_lane(lambda: road.library), road.turns.foresee)
    return road


async def kept(road: Road) -> list[str]:
    """What is kept, the oldest first."""
    return [one.text for one in reversed(await road.storage.read(gaps.asked))]


async def counted(road: Road) -> list[str]:
    def unit(work: Work) -> list[str]:
        nobody = select(EVENT.c.kind).where(EVENT.c.conversation_id.is_(None), EVENT.c.thread_id.is_(None))
        return list(work.session.execute(nobody.order_by(EVENT.c.id)).scalars())

    return await road.storage.read(unit)


async def test_a_question_not_understood_is_kept_with_its_turn(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    await talk.says(LOST)
    await talk.says("et une girafe naine")
    assert await kept(road) == [LOST, "et une girafe naine"]
    assert await counted(road) == [Missed.NOT_UNDERSTOOD] * 2
    (first, second) = await road.storage.read(gaps.asked)
    assert first.who == second.who
    assert first.language == "fr"


async def test_so_are_first_words_that_say_something(road: Road, talk: Talk) -> None:
    await talk.says(LOST)
    assert await kept(road) == [LOST]


@pytest.mark.parametrize("words", ["slt", "merci", "c koi visale", "une personne", "mes données", "pa", "STOP", "stp plus simple", "t'es un robot ?"])
async def test_what_is_answered_is_not(road: Road, talk: Talk, words: str) -> None:
    await talk.says("bonjour")
    await talk.says(words)
    assert [text for text in await kept(road) if text != "pa"] == []


async def test_what_answers_a_question_of_ours_is_not(road: Road, talk: Talk) -> None:
    """A first name is an answer, whatever it looks like."""
    await talk.says("slt")
    await road.storage.run(rights.rename, (await talk.lane()).person_id, "Yanisse")
    await talk.says("mes donnees")
    await talk.taps("Corriger")
    await talk.taps("Mon prénom")
    await talk.says("Xuvqor")
    assert await kept(road) == []


async def test_what_is_proposed_is_no_answer_yet(road: Road, talk: Talk) -> None:
    """Where nothing is proposed, what is not sure is not understood."""
    await talk.says("slt")
    said = await talk.says("peut-être un tracteur")
    proposed = any(choice.id == "page:aide-visale" for outbound in said for choice in outbound.choices)
    assert (await kept(road) == []) is proposed
    if proposed:
        await talk.does(Kind.CHOICE, choice=reference(said[-1].number, 0))
        await talk.taps("Ce n’est pas ça")
    assert await kept(road) == ["peut-être un tracteur"]


async def test_what_could_name_somebody_is_covered(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    await road.storage.run(rights.rename, (await talk.lane()).person_id, "Yanisse")
    await talk.says("je m'appelle Tancrède, 06 39 98 04 71, tancrede@example.org, dis à Yanisse : girafe naine")
    (text,) = await kept(road)
    assert text == "je m'appelle […], […], […] dis à […] : girafe naine"


async def test_that_is_not_it(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("visale pour garer mon tracteur")
    assert await kept(road) == []
    await talk.taps("Ce n’est pas ça")
    assert await kept(road) == ["visale pour garer mon tracteur"]
    await talk.taps("Ce n’est pas ça")
    assert await kept(road) == ["visale pour garer mon tracteur"], "said twice, it is kept once"
    assert await counted(road) == [Missed.NOT_THAT] * 2


async def test_a_page_opened_by_a_button_has_no_words_behind_it(road: Road, talk: Talk) -> None:
    await talk.says("c koi visale")
    await talk.says("menu")
    await talk.taps("Argent et aides")
    await talk.taps(next(choice.label for choice in talk.heard[-1].choices if choice.id.startswith("page:") and "isale" not in choice.label))
    await talk.taps("Ce n’est pas ça")
    assert await kept(road) == []
    assert await counted(road) == [Missed.NOT_THAT]


async def test_a_long_story_is_not_kept(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("girafe naine " * 40)
    assert await kept(road) == []
    assert await counted(road) == [Missed.NOT_UNDERSTOOD]


async def test_one_person_fills_no_page(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    for letter in "abcdefghijklmnopqrstuvwxyz"[: MOST_OF_ONE + 3]:
        await talk.says(f"garer le tracteur {letter * 4}")
        await talk.says("menu")
    assert len(await kept(road)) == MOST_OF_ONE


class TestDanger:
    async def test_its_words_are_never_kept(self, road: Road, talk: Talk) -> None:
        await talk.says("slt")
        await talk.says("je veux mourir")
        await talk.says(LOST)
        assert await kept(road) == []
        assert await counted(road) == []

    async def test_nor_what_follows_for_a_week(self, road: Road, talk: Talk) -> None:
        await talk.says("je veux mourir")
        road.clock.turn(days=6)
        await talk.says(LOST)
        assert await kept(road) == []
        road.clock.turn(days=2)
        await talk.says(LOST)
        assert await kept(road) == [LOST]

    async def test_nor_what_was_said_just_before(self, road: Road, talk: Talk) -> None:
        """What told of it in words that were not recognised goes once it is; what was asked days before, and by others, stays."""
        await talk.says(LOST)
        road.clock.turn(days=3)
        await talk.says("on ma vidé le gruxe")
        road.clock.turn(hours=20)
        await talk.says("gruxe encore tout vidé")
        await road.talk("zoe").says("girafe naine encore là")
        await talk.says("je veux mourir")
        assert await kept(road) == [LOST, "girafe naine encore là"]

    async def test_nor_words_that_show_one_behind_a_page(self, road: Road, talk: Talk) -> None:
        """The look asks the detector itself, whatever asked it before."""
        await talk.says("slt")
        await talk.says("c koi visale")

        def put(work: Work) -> None:
            lane = lanes.lane_of(work, talk.address)
            assert lane is not None
            lane.state[ASKED] = [messages.say(work, lane, "person", Content("je veux mourir"), Status.READ), ["aide-visale"]]
            lanes.keep(work, lane)

        await road.storage.run(put)
        await talk.taps("Ce n’est pas ça")
        assert await kept(road) == []
        assert await counted(road) == [Missed.NOT_THAT]


async def test_a_turn_that_is_rolled_back_keeps_nothing(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    last_of_all = ModuleType("last_of_all")

    @beside
    def fail(turn: Turn) -> None:
        raise ValueError(f"after {turn.number}")

    last_of_all.__dict__["fail"] = fail
    _reading(road, Router((*wiring.HANDLERS, last_of_all)))
    await talk.says(LOST)
    assert road.turns.counts["failed"] == 1
    assert await kept(road) == []
    assert await counted(road) == []


class TestErasing:
    async def test_with_the_person(self, road: Road, talk: Talk) -> None:
        await talk.says(LOST)
        await road.talk("zoe").says("girafe naine encore là")
        await erase(road.storage, road.ledger, (await talk.lane()).person_id)
        assert await kept(road) == ["girafe naine encore là"]

    async def test_by_their_own_yes(self, road: Road, talk: Talk) -> None:
        await talk.says(LOST)
        await talk.says("mes donnees")
        await talk.taps("Effacer")
        await talk.taps("Tout effacer")
        assert await kept(road) == []

    async def test_of_somebody_the_team_follows(self, road: Road, talk: Talk) -> None:
        """It is what only the robot knows."""
        await talk.says(LOST)
        await talk.says("une personne")
        lane = await talk.lane()
        await road.storage.run(ask, lane.person_id, lane.conversation_id, Extent.ROBOT)
        await road.run()
        assert (await talk.lane()).person_id == lane.person_id
        assert await kept(road) == []


async def test_my_data_says_so_in_plain_words(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    said = "\n".join(outbound.body for outbound in await talk.says("mes donnees"))
    assert "Ce que je ne comprends pas reste à part, sans ton nom, 90\u00a0jours." in said
    assert "L’équipe le lit si 5 personnes ou plus ont demandé la même chose." in said
