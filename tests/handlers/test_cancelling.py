"""« Je ne peux pas venir »: asked back with the day and the hour, at any hour; nothing is ever cancelled by guess."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.messages import Kind, reference
from bot.plain import plain
from bot.rules.openings import Needs
from storage import appointment_view, appointments, switches, tasks, waiting_list
from storage.appointment_view import Appointment, By, Outcome, State
from storage.caseworkers import Member, Role
from storage.engine import Storage, open_storage
from storage.switches import Switch
from storage.waiting_list import Wanted
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import SqliteTemplate
from tests.handlers.meetings import LINE, books, now, reminded
from tests.handlers.reader import reader
from tests.rules.waiting import PARIS
from tests.storage.diary import ON_SITE, Diary, diary, paris
from tests.talk import Road, Talk, bodies, labels

ANSWERS = ["Oui, autre date", "Oui, c’est tout", "Non, je viens"]
MEANT = {"jviens pas 2main": "sure cancel-appointment", "c koi visale": "sure aide-visale", "slt": "sure greeting"}
ASKED = "Tu ne peux pas venir jeudi 5 mars, à 10\u00a0h\u00a030\u00a0: c’est bien ça\u202f?"


@pytest.fixture
def road(storage: Storage, clock: TestClock) -> Road:
    return Road(storage, clock, understand=reader(MEANT))


async def to_do(storage: Storage) -> list[tuple[str, str, int | None]]:
    found = await storage.read(tasks.waiting, Member(1, "", "", "Samira", Role.HEAD, disabled=False))
    return [(each.kind, each.text, each.for_id) for each in found]


class TestAskedBack:
    @pytest.mark.parametrize("words", ["jviens pas 2main", "jpeu pas venir", "Je ne peux pas", "non"])
    async def test_before_anything_is_done(self, talk: Talk, words: str) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await reminded(talk, mine)
        (said,) = await talk.says(words)
        assert said.body == ASKED
        assert labels([said]) == ANSWERS
        assert await now(talk.road.storage, mine) == mine

    @pytest.mark.parametrize(
        ("at", "words"), [("2026-03-03 10:00", "aujourd’hui, mardi 3 mars, à 14"), ("2026-03-02 22:15", "demain, mardi 3 mars, à 14")]
    )
    async def test_the_day_as_it_is_said_at_any_hour(self, talk: Talk, clock: TestClock, at: str, words: str) -> None:
        clock.turn_to(paris(at))
        await books(talk, await diary(talk.road.storage, needs=Needs(30, ON_SITE, notice=Needs(30, ON_SITE).notice * 0)), "2026-03-03 14:00")
        assert words in bodies(await talk.says("jviens pas 2main"))

    async def test_which_of_several(self, talk: Talk) -> None:
        of = await diary(talk.road.storage)
        first, second = await books(talk, of), await books(talk, of, "2026-03-12 15:00")
        (said,) = await talk.says("jviens pas 2main")
        assert "Lequel" in said.body
        assert labels([said])[:2] == ["jeu. 5, 10\u00a0h\u00a030", "jeu. 12, 15\u00a0h"]
        assert "jeudi 12 mars, à 15" in bodies(await talk.taps("jeu. 12, 15\u00a0h"))
        await talk.taps("Oui, c’est tout")
        assert (await now(talk.road.storage, first)).state is State.BOOKED
        assert (await now(talk.road.storage, second)).state is State.CANCELLED

    @pytest.mark.parametrize("words", ["jpeu pas venir a l'atelier de mardi", "je viens pas à la réunion collective"])
    async def test_words_about_a_workshop_are_about_none_of_them(self, talk: Talk, words: str) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        assert "jeudi 5 mars" not in bodies(await talk.says(words))
        assert await now(talk.road.storage, mine) == mine

    async def test_the_one_that_was_spoken_of(self, talk: Talk) -> None:
        of = await diary(talk.road.storage)
        await books(talk, of)
        await reminded(talk, await books(talk, of, "2026-03-12 15:00"))
        assert "jeudi 12 mars" in bodies(await talk.says("jpeu pas venir"))

    async def test_none_that_the_robot_knows(self, talk: Talk) -> None:
        await diary(talk.road.storage)
        await talk.says("slt")
        (said,) = await talk.says("jviens pas 2main")
        assert "Je ne vois pas de rendez-vous à venir." in said.body
        assert "même au dernier moment" in said.body
        assert labels([said])[:2] == ["Prendre rendez-vous", "Une personne"]


class TestComesLate:
    @pytest.mark.parametrize("words", ["jserai en retard", "jarrive avec 10 min de retard dsl"])
    async def test_it_stands_and_who_waits_is_told_once(self, talk: Talk, words: str) -> None:
        of = await diary(talk.road.storage)
        mine = await books(talk, of)
        await reminded(talk, mine)
        (said,) = await talk.says(words)
        assert said.body.startswith("C’est noté pour l’équipe, merci de le dire\u00a0: jeudi 5 mars, 10\u00a0h\u00a030. Viens même en retard")
        await talk.says(words)
        assert await to_do(talk.road.storage) == [("coming_late", "jeudi 5 mars, 10\u00a0h\u00a030", of.team[0])]
        assert (await now(talk.road.storage, mine)).version == mine.version


class TestYes:
    @pytest.mark.parametrize("words", ["Oui, c'est tout", "oui", "ui c tout", "c ça", "yes that's all"])
    async def test_it_is_cancelled_and_free(self, talk: Talk, words: str) -> None:
        of = await diary(talk.road.storage)
        mine = await books(talk, of)
        await reminded(talk, mine)
        await talk.says("jpeu pas venir")
        (said,) = await talk.says("oui c tout" if words.startswith("ui") else words)
        assert said.body.startswith("C’est noté\u00a0: jeudi 5 mars, 10\u00a0h\u00a030, c’est annulé. La place est libre pour quelqu’un d’autre.")
        assert labels([said])[0] == "Prendre rendez-vous"
        assert LINE in said.body
        after = await now(talk.road.storage, mine)
        assert (after.state, after.outcome, after.sequence) == (State.CANCELLED, Outcome.WARNED, 1)
        assert mine.slot in await of.slots(50)

    async def test_pressed_twice_is_once(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await reminded(talk, mine)
        await talk.taps("Je ne peux pas")
        await talk.taps("Oui, c’est tout")
        assert "Cette question est passée." in bodies(await talk.taps("Oui, c’est tout"))
        assert (await now(talk.road.storage, mine)).version == 2

    async def test_who_waits_is_offered_it(self, talk: Talk) -> None:
        of = await diary(talk.road.storage)
        await talk.road.storage.run(switches.turn, Switch.OFFERS, on=True)
        mine = await books(talk, of, "2026-03-10 10:00")
        zoe = await of.person("zoe")
        await talk.road.storage.run(waiting_list.wait, zoe, Wanted(of.motive.token))
        await talk.says("jviens pas 2main")
        await talk.taps("Oui, c’est tout")
        (waiter,) = await talk.road.storage.read(waiting_list.waiting)
        held = await talk.road.storage.read(appointment_view.of_id, waiter.held)
        assert held is not None
        assert held.slot.day(PARIS) == mine.slot.day(PARIS)

    async def test_under_a_human(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await talk.says("une personne")
        await reminded(talk, mine)
        (asked,) = await talk.taps("Je ne peux pas")
        assert "Message automatique" in asked.body
        (said,) = await talk.taps("Oui, c’est tout")
        assert "Message automatique" in said.body
        assert (await now(talk.road.storage, mine)).state is State.CANCELLED


class TestAnotherDate:
    @pytest.mark.parametrize("words", ["Oui, autre date", "oui autre date", "un autre jour"])
    async def test_it_stands_until_another_is_chosen(self, talk: Talk, words: str) -> None:
        of = await diary(talk.road.storage)
        mine = await books(talk, of)
        await talk.says("jviens pas 2main")
        (said,) = await talk.says(words)
        assert "Trois moments, au même endroit." in said.body
        assert await now(talk.road.storage, mine) == mine
        await talk.taps(labels([said])[1])
        await talk.says("oui")
        moved = await now(talk.road.storage, mine)
        assert (moved.state, moved.version) == (State.BOOKED, 2)
        assert mine.slot in await of.slots(50), "its time is somebody else's"

    async def test_under_a_human(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await talk.says("une personne")
        await reminded(talk, mine)
        await talk.taps("Je ne peux pas")
        (said,) = await talk.taps("Oui, autre date")
        assert "Message automatique" in said.body
        await talk.taps(labels([said])[0])
        await talk.taps("Oui")
        assert (await now(talk.road.storage, mine)).version == 2


class TestLate:
    async def test_told_to_the_caseworker_who_may_have_set_out(self, talk: Talk, clock: TestClock) -> None:
        of = await diary(talk.road.storage)
        mine = await books(talk, of)
        clock.turn_to(paris("2026-03-05 10:40"))
        await talk.says("jviens pas 2main")
        (said,) = await talk.taps("Oui, c’est tout")
        assert said.body.startswith("C’est noté\u00a0: jeudi 5 mars, 10\u00a0h\u00a030, c’est annulé. Pas de souci.")
        assert (await now(talk.road.storage, mine)).state is State.CANCELLED
        assert await to_do(talk.road.storage) == [("not_coming", "jeudi 5 mars, 10\u00a0h\u00a030", of.team[0])]

    async def test_in_good_time_the_calendar_says_enough(self, talk: Talk) -> None:
        await books(talk, await diary(talk.road.storage))
        await talk.says("jviens pas 2main")
        await talk.taps("Oui, c’est tout")
        assert await to_do(talk.road.storage) == []

    async def test_after_its_end_it_is_noted_once(self, talk: Talk, clock: TestClock) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        clock.turn_to(paris("2026-03-05 11:40"))
        for _again in range(2):
            (said,) = await talk.says("jviens pas 2main")
            assert "Pas de souci, c’est noté pour l’équipe." in said.body
        assert [kind for kind, _text, _who in await to_do(talk.road.storage)] == ["not_coming"]
        assert await now(talk.road.storage, mine) == mine
        clock.turn(hours=24)
        assert "Je ne vois pas de rendez-vous" in bodies(await talk.says("jviens pas 2main"))


class TestNo:
    async def test_i_come_is_noted(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await talk.says("jviens pas 2main")
        assert "C’est noté, à jeudi" in bodies(await talk.taps("Non, je viens"))
        assert (await now(talk.road.storage, mine)).state is State.CONFIRMED

    async def test_a_bare_no_changes_nothing(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await talk.says("jviens pas 2main")
        assert "D’accord, rien n’a changé\u00a0: jeudi 5 mars, 10\u00a0h\u00a030." in bodies(await talk.says("nn"))
        assert await now(talk.road.storage, mine) == mine

    async def test_something_else_changes_nothing_and_the_question_comes_again(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await talk.says("jviens pas 2main")
        said = await talk.says("c koi visale")
        assert "On reprend\u00a0: Tu ne peux pas venir" in said[-1].body
        assert await now(talk.road.storage, mine) == mine

    async def test_yes_to_something_else_cancels_nothing(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await talk.says("jviens pas 2main")
        await talk.says("une personne")
        await talk.says("oui")
        await talk.says("reprendre le robot")
        await talk.says("oui")
        assert await now(talk.road.storage, mine) == mine


class TestChanged:
    async def test_between_the_reminder_and_the_press(self, talk: Talk) -> None:
        of = await diary(talk.road.storage)
        mine = await books(talk, of)
        await reminded(talk, mine)
        await talk.road.storage.run(appointments.move, mine.token, 1, of.at("2026-03-12 15:00"), By.TEAM)
        (said,) = await talk.taps("Je ne peux pas")
        assert said.body.startswith("Ton rendez-vous a changé. Tu ne peux pas venir jeudi 12 mars, à 15\u00a0h")
        await talk.taps("Oui, c’est tout")
        assert (await now(talk.road.storage, mine)).state is State.CANCELLED

    async def test_between_the_question_and_the_yes_it_comes_back_once(self, talk: Talk) -> None:
        of = await diary(talk.road.storage)
        mine = await books(talk, of)
        await talk.says("jviens pas 2main")
        await talk.road.storage.run(appointments.move, mine.token, 1, of.at("2026-03-12 15:00"), By.TEAM)
        (said,) = await talk.taps("Oui, c’est tout")
        assert said.body.startswith("Ton rendez-vous a changé. Tu ne peux pas venir jeudi 12 mars, à 15\u00a0h")
        assert (await now(talk.road.storage, mine)).state is State.BOOKED
        await talk.taps("Oui, c’est tout")
        assert (await now(talk.road.storage, mine)).state is State.CANCELLED

    @pytest.mark.parametrize("last", ["Oui, c’est tout", "Oui, autre date", "Non, je viens"])
    async def test_two_devices(self, road: Road, talk: Talk, last: str) -> None:
        """Another device has cancelled: the second answer is told the truth."""
        mine = await books(talk, await diary(road.storage))
        await talk.says("jviens pas 2main")
        await road.storage.run(appointments.cancel, mine.token, 1)
        gone = await now(road.storage, mine)
        assert bodies(await talk.taps(last)).startswith("Ce rendez-vous n’est plus prévu.")
        assert await now(road.storage, mine) == gone

    async def test_over_before_the_yes(self, talk: Talk, clock: TestClock) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await talk.says("jviens pas 2main")
        clock.turn_to(paris("2026-03-05 11:00"))
        assert bodies(await talk.taps("Oui, c’est tout")).startswith("Ce rendez-vous est passé.")
        assert await now(talk.road.storage, mine) == mine


# -- never by guess: any words and buttons

SAID = [
    *(
        "jviens pas 2main",
        "jpeu pas venir",
        "oui",
        "non",
        "ok",
        "oui c tout",
        "c ok j viens",
        "annule",
        "annule mon rdv",
        "oui annule",
        "c koi visale",
    ),
    *("autre jour", "oui autre date", "quand", "slt", "menu", "une personne", "reprendre le robot", "STOP", "jdors dehors", "1", "2", "la deuxième"),
    *("je ne peux pas", "oui, c'est tout", "efface tout", "mes données", "merci", "yes that's all", "نعم", "لا", "gzgz", "", "👍"),
]
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("says"), st.sampled_from(SAID)),
        st.tuples(st.just("says"), st.text(max_size=12)),
        st.tuples(st.just("taps"), st.integers(0, 6)),
        st.tuples(st.just("taps"), st.integers(0, 30)),
        st.tuples(st.just("reminded"), st.just(0)),
        st.tuples(st.just("waits"), st.sampled_from([1, 20, 40])),
    ),
    min_size=3,
    max_size=12,
)
YES = {"oui c est tout", "oui", "ok", "oui c tout", "annule", "oui annule", "yes that s all", "نعم", "efface tout", "1", "2", "la deuxieme"}
"""In words; « 2 » names the second button of the question."""
PRESSED = {"Oui, c’est tout", "Tout effacer"}
NAMING = ("Tu ne peux pas venir", "part aussi", "partent aussi")
"""What the questions say that name an appointment: of a cancel, and of erasing all there is."""


@dataclass
class World:
    """One database for every story, on a loop of its own."""

    runner: asyncio.Runner
    road: Road
    diary: Diary
    stories: int = 0
    cancelled: int = 0

    async def live(self, acts: list[tuple[str, str | int]]) -> None:
        """One person's story, with two appointments."""
        self.stories += 1
        talk = self.road.talk(f"story-{self.stories}")
        free = await self.diary.slots(9)
        await talk.says("slt")
        person = (await talk.lane()).person_id
        theirs = [await self.diary.book(person, slot) for slot in (free[0], free[-1])]
        for act, what in acts:
            before = [None if (found := await self._found(each)) is None else found.state for each in theirs]
            asked = [said for said in talk.heard if said.choices][-1:]
            said, pressed = await self._act(talk, act, what, theirs)
            for each, was in zip(theirs, before, strict=True):
                after = await self._found(each)
                if after is not None and after.state is State.CANCELLED and was is not State.CANCELLED:
                    self.cancelled += 1
                    assert said in YES or pressed in PRESSED, (said, pressed)
                    at = each.slot.start.astimezone(PARIS)
                    asks = [one.body for one in talk.heard if any(words in one.body for words in NAMING) and f" {at.day} mars" in one.body]
                    assert asks, "the question names its day"
                    assert pressed or any(words in asked[0].body for words in NAMING), asked
        for each in theirs:  # their time is for the next story
            if (found := await self._found(each)) is not None:
                await self.road.storage.run(appointments.cancel, found.token, found.version)

    async def _found(self, of: Appointment) -> Appointment | None:
        """As it stands; None once it was erased with all the rest."""
        return await self.road.storage.read(appointment_view.find, of.token)

    async def _act(self, talk: Talk, act: str, what: str | int, theirs: list[Appointment]) -> tuple[str, str]:
        if act == "waits":
            self.road.clock.turn(minutes=int(what))
        elif act == "reminded":
            if (found := await self._found(theirs[0])) is not None:
                talk.heard += await reminded(talk, found)
        elif act == "says":
            await talk.says(str(what))
            return plain(str(what)), ""
        else:
            shown = [(said, index) for said in reversed(talk.heard) for index in range(len(said.choices))]
            if shown:
                said, index = shown[int(what) % len(shown)]
                await talk.does(Kind.CHOICE, choice=reference(said.number, index))
                return "", said.choices[index].label
        return "", ""


@pytest.fixture(scope="module")
def world(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    clock = TestClock()
    with asyncio.Runner() as runner:
        storage = runner.run(open_storage(settings_for(sqlite_template.create(tmp_path_factory.mktemp("guess"))), clock))
        yield World(runner, Road(storage, clock, understand=reader(MEANT)), runner.run(diary(storage)))
        runner.run(storage.close())


@given(ACTS)
@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
def test_nothing_is_cancelled_but_right_after_a_yes_to_the_question_that_names_it(world: World, acts: list[tuple[str, str | int]]) -> None:
    world.runner.run(world.live(acts))


def test_such_stories_do_cancel(world: World) -> None:
    before = world.cancelled
    for yes in (("says", "oui"), ("taps", 1)):
        world.runner.run(world.live([("reminded", 0), ("says", "jpeu pas venir"), yes]))
    assert world.cancelled == before + 2
