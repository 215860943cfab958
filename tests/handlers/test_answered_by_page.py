"""Who has nothing but an SMS or an e-mail is answered on a page of ours, by its link; where no link may go, a colleague has something to do."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.show import Show
from bot import outbox
from bot.channels.relay.rendering import Way, fits, render_email, render_sms
from bot.messages import Address, Kind, Outbound, Purpose
from bot.rules.windows import ASKED_FOR
from handlers import private
from storage import consents, lanes, linking, private_links, shared, tasks, thread_view, threads, transport
from storage.caseworkers import Role
from storage.engine import Work
from storage.lanes import HUMAN, Lane
from tests.clock import TestClock
from tests.handlers.beside import Beside, Full, Gone, Shut
from tests.opening import colleague
from tests.talk import Road, Talk, bodies

NUMBER = "+33612345678"
PAGE = Address("paper", "test", "a page that nobody had")
ANSWER = "Bonjour, ta demande de garant est acceptée."


@pytest.fixture
def beside(sms: Beside) -> Sequence[Beside]:
    return (sms,)


@pytest.fixture
async def zoe(road: Road, sms: Beside) -> Talk:
    """Who writes by SMS alone, and asks for somebody."""
    talk = Talk(road, sms.address_of(NUMBER))
    await talk.does(Kind.TEXT, "je veux parler à une personne")
    sms.sent.clear()
    return talk


async def answers(road: Road, text: str = ANSWER) -> None:
    """A colleague answers, as the desk does: who speaks first."""
    member = await colleague(road.storage, "Nadia", Role.HEAD)

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, Address("relay", "sms", NUMBER))
        assert lane is not None
        threads.open_for(work, lane)
        lane.to(HUMAN)
        outbox.put(work, lane, Outbound(lane.address, Purpose.SERVICE, "Nadia te répond maintenant.", card="event"))
        outbox.put(work, lane, Outbound(lane.address, Purpose.HUMAN, text), caseworker_id=member.id)
        lanes.keep(work, lane)

    await road.storage.run(unit)
    await road.run()


async def at_the_desk(road: Road) -> list[tuple[str, str, bool]]:
    """What the thread's page says of what colleagues wrote: by which app, what became of it, and whether as something that went wrong."""
    show = Show(ZoneInfo("Europe/Paris"), {})

    def unit(work: Work) -> list[tuple[str, str, bool]]:
        lane = lanes.lane_of(work, Address("relay", "sms", NUMBER))
        assert lane is not None
        seen = thread_view.view(work, threads.token_of(work, threads.open_for(work, lane)))
        assert seen is not None
        theirs = [line for line in seen.lines if line.author == "caseworker"]
        return [(seen.channels[line.part], show.status(line).replace("\u00a0", " "), show.lost(line)) for line in theirs]

    return await road.storage.run(unit)


async def to_do(road: Road) -> list[str]:
    head = await colleague(road.storage, "Nadia", Role.HEAD)
    return [task.text for task in await road.storage.read(tasks.waiting, head) if task.kind is tasks.Kind.CALL]


def token_in(said: Outbound) -> str:
    [choice] = said.choices
    assert choice.link is not None
    return choice.link.removeprefix("/c/")


async def opens(road: Road, token: str) -> bool:
    done = await road.storage.run(private.move, token, PAGE)
    await road.run()
    return done


def on_the_page(road: Road) -> list[str]:
    return [said.body for said in road.paper.sent if said.address == PAGE]


async def test_neutral_words_and_a_link_go_and_the_answer_is_on_the_page(road: Road, sms: Beside, zoe: Talk) -> None:
    await answers(road)
    [said] = sms.sent
    assert (said.body, said.purpose) == ("Tu as une réponse\u00a0:", Purpose.SERVICE)
    assert on_the_page(road) == []
    assert await opens(road, token_in(said))
    assert on_the_page(road)[1:] == ["Nadia te répond maintenant.", ANSWER]
    assert len(sms.sent) == 1, "nothing of it goes by SMS"
    assert not await opens(road, token_in(said)), "once"
    assert await to_do(road) == []
    page = await road.storage.run(lanes.lane_of, PAGE)
    assert page is not None
    assert page.human


async def test_the_desk_says_what_became_of_it(road: Road, sms: Beside, zoe: Talk, clock: TestClock) -> None:
    await answers(road)
    assert await at_the_desk(road) == [("relay", "Pas encore parti : attend que la personne ouvre sa page", False)]
    await opens(road, token_in(sms.sent[0]))
    said = [("relay", "Dit sur une page privée, ouverte par le lien envoyé ici", False), ("paper", "Envoyé", False)]
    assert await at_the_desk(road) == said
    clock.turn(days=40)
    for kind in transport.KINDS:
        await road.storage.run(transport.remove, kind, await road.storage.read(transport.find_old, kind))
    assert await at_the_desk(road) == said, "the row of the line is gone"


async def test_two_answers_are_one_sms(road: Road, sms: Beside, zoe: Talk) -> None:
    await answers(road, "Un")
    await answers(road, "Deux")
    [said] = sms.sent
    await opens(road, token_in(said))
    assert [body for body in on_the_page(road) if body in ("Un", "Deux")] == ["Un", "Deux"]


async def test_unopened_for_three_days_it_is_a_task_and_its_link_is_dead(road: Road, sms: Beside, zoe: Talk, clock: TestClock) -> None:
    await answers(road)
    clock.turn(days=3, seconds=1)
    await road.run()
    [task] = await to_do(road)
    assert "à dire autrement" in task
    assert not await opens(road, token_in(sms.sent[0]))


class TestGone:
    """The number is no more: whoever answered learns it now."""

    @pytest.fixture
    def sms(self) -> Gone:
        return Gone("sms")

    async def test_a_link_that_is_refused_makes_a_task_at_once(self, road: Road, sms: Gone, zoe: Talk) -> None:
        sms.gone = True
        await answers(road)
        [task] = await to_do(road)
        assert "à dire autrement" in task
        [(app, said, wrong)] = await at_the_desk(road)
        assert (app, said.startswith("Non distribué"), wrong) == ("relay", True, True)

    async def test_the_next_answer_has_a_link_of_its_own(self, road: Road, sms: Gone, zoe: Talk) -> None:
        sms.gone = True
        await answers(road, "Un")
        sms.gone = False
        await answers(road, "Deux")
        [said] = sms.sent
        assert await opens(road, token_in(said))
        assert "Deux" in on_the_page(road)
        assert "Un" not in on_the_page(road), "a colleague has it to say otherwise"


async def test_what_they_write_meanwhile_is_no_yes(road: Road, sms: Beside, zoe: Talk) -> None:
    await answers(road)
    await zoe.does(Kind.TEXT, "allo ?")
    assert len(sms.sent) == 1
    await zoe.does(Kind.TEXT, "en privé")
    asked = sms.sent[-1]
    link = next(choice.link for choice in asked.choices if choice.link)
    assert await opens(road, str(link).removeprefix("/c/")), "a link that was lost is asked for anew"
    assert ANSWER in on_the_page(road)


def watched(work: Work, lane: Lane) -> None:
    shared.put(work, lane)


def stopped(work: Work, lane: Lane) -> None:
    lane.opted_out_at = work.now


def has_an_app(work: Work, lane: Lane) -> None:
    """An application beside it, and no yes to an SMS."""
    linking.tie(work, lane.person_id, Address("paper", "test", "zoe"), linking.Proof.CODE)


@pytest.mark.parametrize("make", [watched, stopped, has_an_app])
async def test_where_no_link_may_go_it_is_a_task_at_once(road: Road, sms: Beside, zoe: Talk, make: object) -> None:
    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, zoe.address)
        assert lane is not None
        assert callable(make)
        make(work, lane)
        lanes.keep(work, lane)

    await road.storage.run(unit)
    await answers(road)
    assert [said for said in sms.sent if said.choices] == []
    [task] = await to_do(road)
    assert "à dire autrement" in task


async def test_the_link_lives_as_long_as_the_answer_waits(road: Road, zoe: Talk, sms: Beside, clock: TestClock) -> None:
    await answers(road)
    clock.turn_machine(ASKED_FOR.total_seconds() - 1)
    assert await road.storage.read(private_links.look, token_in(sms.sent[0])) is not None
    clock.turn_machine(2.0)
    assert await road.storage.read(private_links.look, token_in(sms.sent[0])) is None


@pytest.mark.parametrize("language", ["fr", "fr-facile", "en", "ar"])
@pytest.mark.parametrize(
    "way",
    [
        Way(False, "03 21 00 00 00", "https://logement.mission-locale.example"),
        Way(True, base_url="https://x.example"),
        Way(False, "", "https://x.example"),
    ],
)
async def test_one_segment_carries_the_whole_link(road: Road, zoe: Talk, sms: Beside, language: str, way: Way) -> None:
    def speaks(work: Work) -> None:
        lane = lanes.lane_of(work, zoe.address)
        assert lane is not None
        lane.language = language
        lanes.keep(work, lane)

    await road.storage.run(speaks)
    await answers(road)
    [said] = sms.sent
    [call] = render_sms(said, way)
    text = str(call.payload["text"])
    assert fits(text)
    assert f"{way.base_url}/c/{token_in(said)}" in text
    assert not text.startswith("http"), "words before it"
    [mail] = render_email(said, way)
    assert f"{way.base_url}/c/{token_in(said)}" in str(mail.payload["text"])


async def test_nothing_of_the_desk_shows_the_link(road: Road, zoe: Talk, sms: Beside) -> None:
    await answers(road)
    assert "/c/" not in sms.sent[0].body
    assert timedelta(days=3) == ASKED_FOR
    assert "http" not in bodies(sms.sent)


class TestWhereTheDayIsFull:
    """As many SMS as a day holds have gone to this number already."""

    @pytest.fixture
    def sms(self) -> Beside:
        return Full("sms")

    async def test_the_link_goes_by_no_other_way(self, road: Road, sms: Beside, zoe: Talk) -> None:
        def both(work: Work) -> None:
            lane = lanes.lane_of(work, zoe.address)
            assert lane is not None
            linking.tie(work, lane.person_id, Address("paper", "test", "zoe"), linking.Proof.CODE)
            consents.choose(work, lane.person_id, consents.Choice.FALLBACK, "1", "oui")

        await road.storage.run(both)
        await answers(road)
        assert sms.sent == []
        assert road.paper.sent == [], "it would be read by who reads there, for three days"
        assert any("trop en un jour" in task for task in await to_do(road))


class TestWhereNoPageOpens:
    """The address of the service is this machine's alone: no link leaves that a telephone cannot open."""

    @pytest.fixture
    def sms(self) -> Beside:
        return Shut("sms")

    async def test_an_answer_is_a_call_to_make_at_once_and_nobody_is_said_to_speak(self, road: Road, sms: Beside, zoe: Talk) -> None:
        await answers(road)
        assert sms.sent == []
        [task] = await to_do(road)
        assert "à dire autrement" in task
        assert await at_the_desk(road) == [("relay", "Pas envoyé : cela ne part ni par SMS ni par e-mail", True)]

    @pytest.mark.parametrize("asked", ["en privé", "envoyer un papier"])
    async def test_what_would_be_a_page_is_a_person(self, road: Road, sms: Beside, asked: str) -> None:
        await Talk(road, sms.address_of(NUMBER)).does(Kind.TEXT, asked)
        said = sms.sent[-1]
        assert "je ne peux pas t’ouvrir de page" in said.body
        assert [choice.label for choice in said.choices] == ["Une personne", "Menu"]

    async def test_nor_is_one_in_an_application_any_less_given(self, road: Road) -> None:
        talk = road.talk()
        await talk.says("slt")
        assert "Voici une page à part" in bodies(await talk.says("en privé"))
