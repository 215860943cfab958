"""A question of ours in the middle of which something else is said: that is answered, the question comes again, and no answer to it is lost."""

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import wiring
from bot.messages import Kind
from bot.routing import QUESTION
from content.library import Library, load_library
from content.understanding.meaning import Candidate, Certainty, Meaning
from content.words import LANGUAGES, Words
from handlers.forgetting import FORGET
from handlers.my_data import CORRECT_LABEL, CORRECTED, NAME_LABEL
from handlers.resuming import RESUME
from storage import lanes, rights
from storage.engine import Storage, Work, open_storage
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import SqliteTemplate
from tests.handlers.reader import reader
from tests.handlers.test_languages import speaking
from tests.talk import Road, Talk, bodies, labels

AGAIN = "On reprend\u00a0: "
WHICH_NAME, WHICH_PHONE = "Quel prénom on garde", "Quel numéro on garde"
SAID = {
    "au fait cest quoi visale": "sure aide-visale",
    "visale garant": "sure aide-visale",
    "jveu un rdv vite": "sure book-appointment",
    "merci la team": "sure thanks",
    "mon proprio i veu pa": "unsure bail-reparations bail-preavis",
    "je loue au 0612345678": "sure bail-signer",
    "au fait visale et le preavis": "sure aide-visale + bail-preavis",
}


def understanding(storage: Storage, clock: TestClock, library: Library) -> Road:
    return Road(storage, clock, library, understand=reader(SAID, wiring.understand(library)))


@pytest.fixture
def road(storage: Storage, clock: TestClock, library: Library) -> Road:
    """The road, on which these texts mean what they are said to mean here."""
    return understanding(storage, clock, library)


async def with_both(talk: Talk) -> Talk:
    """Somebody whose first name and number are kept."""
    await talk.says("slt")

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        rights.rename(work, lane.person_id, "Yanis")
        rights.put_phone(work, lane.person_id, "0600000000")

    await talk.road.storage.run(unit)
    return talk


async def asked(talk: Talk, label: str) -> Talk:
    """The same, asked for the one of this label."""
    await with_both(talk)
    await talk.says("mes données")
    await talk.taps("Corriger")
    await talk.taps(label)
    return talk


async def kept(talk: Talk) -> tuple[str, str]:
    """Their first name and number."""
    person = (await talk.lane()).person_id
    found = await talk.road.storage.read(rights.everything, person)
    return found.name, found.phone


@pytest.mark.parametrize("text", ["au fait cest quoi visale", "jveu un rdv vite", "merci la team", "mon proprio i veu pa"])
async def test_it_is_answered_and_the_question_comes_again(talk: Talk, text: str) -> None:
    await asked(talk, "Mon numéro")
    said = await talk.says(text)
    assert WHICH_PHONE not in said[0].body
    assert said[-1].body.startswith(f"{AGAIN}{WHICH_PHONE}")
    assert labels(said[-1:]) == ["Ne plus le garder", "Laisser comme ça"]
    await talk.says("06 12 34 56 78")
    assert (await kept(talk))[1] == "06 12 34 56 78"


async def test_what_means_nothing_else_is_taken_for_the_answer(talk: Talk) -> None:
    await asked(talk, "Mon numéro")
    (said,) = await talk.says("jsais plus trop")
    assert "Ce n’est pas un numéro" in said.body


async def test_a_name_asked_for_is_no_place_for_a_question(talk: Talk) -> None:
    await asked(talk, "Mon prénom")
    said = await talk.says("au fait cest quoi visale")
    assert "Visale, c’est un garant gratuit" in said[0].body
    assert said[-1].body.startswith(f"{AGAIN}{WHICH_NAME}")
    assert (await kept(talk))[0] == "Yanis"
    assert "C’est corrigé" in bodies(await talk.says("Lou"))
    assert (await kept(talk))[0] == "Lou"


async def test_two_words_are_a_name_whatever_they_lead_to(talk: Talk) -> None:
    await asked(talk, "Mon prénom")
    assert "C’est corrigé" in bodies(await talk.says("visale garant"))
    assert (await kept(talk))[0] == "visale garant"


async def test_a_number_is_one_whatever_stands_around_it(talk: Talk) -> None:
    await asked(talk, "Mon numéro")
    assert "C’est corrigé" in bodies(await talk.says("je loue au 0612345678"))


async def test_a_person_asked_for_instead_is_given(talk: Talk) -> None:
    await asked(talk, "Mon prénom")
    said = await talk.says("jveu parler a qqun")
    assert (await talk.lane()).human
    assert AGAIN not in bodies(said)
    assert (await kept(talk))[0] == "Yanis"


async def test_a_guess_that_is_not_plain_is_no_reason_to_lose_a_name(road: Road) -> None:
    faint = Meaning((Candidate("outside-other", 0.2), Candidate("aide-visale", 0.1)), Certainty.SURE)
    other = Road(road.storage, road.clock, road.library, understand=lambda text: faint)
    talk = await asked(other.talk("lou"), "Mon prénom")
    assert "C’est corrigé" in bodies(await talk.says("Fanta"))


async def test_a_greeting_leaves_it_open(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("efface tout")
    said = await talk.says("bonjour")
    assert said[-1].body.startswith(AGAIN)
    assert "rien n’est effacé" in bodies(await talk.says("non"))


async def test_the_menu_leaves_the_question(talk: Talk) -> None:
    await asked(talk, "Mon prénom")
    assert AGAIN not in bodies(await talk.says("menu"))
    assert (await kept(talk))[0] == "Yanis"
    await talk.says("Lou")
    assert (await kept(talk))[0] == "Yanis"


async def test_an_erasure_waits_for_its_yes(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("efface tout")
    said = await talk.says("au fait cest quoi visale")
    assert said[-1].body.startswith(f"{AGAIN}J’efface tout")
    assert labels(said[-1:]) == ["Tout effacer", "Non"]
    assert "C’est effacé" in bodies(await talk.says("oui"))


@pytest.mark.parametrize("back", [0, 1])
async def test_its_button_counts_where_it_was_asked_and_where_it_came_again(talk: Talk, back: int) -> None:
    await talk.says("slt")
    await talk.says("efface tout")
    await talk.says("au fait cest quoi visale")
    assert "rien n’est effacé" in bodies(await talk.taps("Non", back))


async def test_a_button_pressed_meanwhile_too(talk: Talk) -> None:
    await talk.says("au fait cest quoi visale")
    await talk.says("efface tout")
    said = await talk.taps("Comment demander")
    assert said[-1].body.startswith(f"{AGAIN}J’efface tout")
    assert "rien n’est effacé" in bodies(await talk.says("non merci"))


async def test_what_is_not_understood_does_not_lose_it(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("efface tout")
    said = await talk.says("gzgz")
    assert said[0].body.startswith("Je n’ai pas compris, ça vient de moi.\n\nUrgence"), "what to write about stands in the question itself"
    assert said[-1].body.startswith(AGAIN)
    assert "C’est effacé" in bodies(await talk.says("d'accord"))


async def test_it_comes_last_whatever_else_is_added(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("efface tout")
    said = await talk.says("au fait visale et le preavis")
    assert "Tu parlais aussi de" in said[0].body
    assert said[-1].body.startswith(AGAIN)


async def test_a_question_followed_by_a_line_of_the_same_turn_keeps_its_buttons(road: Road) -> None:
    talk = road.talk("lou", locale="ar")
    said = await talk.says("efface tout")
    assert len(said) == 2, "the question, then that Arabic is spoken"
    assert "rien n’est effacé" in bodies(await talk.taps("Non"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_in_every_language(talk: Talk, language: str) -> None:
    await speaking(await with_both(talk), language)
    words = Words(language)
    await talk.says("/donnees")
    await talk.taps(words.say(CORRECT_LABEL))
    await talk.taps(words.say(NAME_LABEL))
    (said,) = (await talk.says("au fait cest quoi visale"))[-1:]
    assert said.body.startswith(words.say(RESUME, question="").rstrip())
    assert words.say(CORRECTED) in bodies(await talk.says("Lou"))


# -- questions that wait for one answer only


async def test_whether_a_person_is_left_the_messages_is_over_once_something_is_answered(talk: Talk) -> None:
    await talk.says("slt")
    for text in ("gzgz", "brbr"):
        await talk.says(text)
    said = await talk.says("au fait cest quoi visale")
    assert AGAIN not in bodies(said)
    await talk.says("oui")
    assert not (await talk.lane()).human


@pytest.mark.parametrize("text", ["jveu un rdv vite", "merci la team", "menu"])
async def test_an_act_or_a_courtesy_said_to_it_is_not_left_to_the_team(talk: Talk, text: str) -> None:
    await talk.says("slt")
    for one in ("gzgz", "brbr"):
        await talk.says(one)
    await talk.says(text)
    assert not (await talk.lane()).human


async def test_what_is_still_not_understood_is(talk: Talk) -> None:
    await talk.says("slt")
    for one in ("gzgz", "brbr", "plpl"):
        await talk.says(one)
    assert (await talk.lane()).human


async def test_what_the_state_holds_says_what_it_says(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("efface tout")
    state = (await talk.lane()).state[QUESTION]
    assert isinstance(state, dict)
    assert "115" not in str(state["body"]), "the question alone"


# -- whatever is said meanwhile


MEANWHILE = st.lists(
    st.one_of(
        st.tuples(st.just("says"), st.sampled_from([*SAID, "gzgz", "c koi le preavis", "bonjour la", "t'es un robot ?", "il est suivi chez vous ?"])),
        st.tuples(st.just("taps"), st.sampled_from(["Comment demander", "Ce n’est pas ça"])),
        st.tuples(st.just("does"), st.sampled_from([Kind.LOCATION, Kind.DELETED])),
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def runner(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Road, "count[int]"]]:
    """One road for every example, on a loop of its own."""
    clock = TestClock()
    with asyncio.Runner() as loop:
        storage = loop.run(open_storage(settings_for(sqlite_template.create(tmp_path_factory.mktemp("resuming"))), clock))
        yield loop, understanding(storage, clock, load_library()), count()
        loop.run(storage.close())


@given(meanwhile=MEANWHILE, answer=st.sampled_from(["says", "first", "last"]))
@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_answer_is_never_swallowed(runner: tuple[asyncio.Runner, Road, "count[int]"], meanwhile: list[tuple[str, object]], answer: str) -> None:
    loop, road, nth = runner
    loop.run(answers_in_the_end(road.talk(f"lou{next(nth)}"), meanwhile, answer))


async def answers_in_the_end(talk: Talk, meanwhile: list[tuple[str, object]], answer: str) -> None:
    """Asked whether all is erased, somebody says and presses other things, then answers no: that is heard, or the question is plainly over."""
    await talk.says("au fait cest quoi visale")
    await talk.says("efface tout")
    for act, what in meanwhile:
        if act == "taps":
            await talk.taps(str(what))
        else:
            await (talk.says(str(what)) if act == "says" else talk.does(Kind(str(what))))
    waiting = (await talk.lane()).state.get(QUESTION)
    if not isinstance(waiting, dict) or waiting["id"] != FORGET:
        assert "Je lui laisse tes deux messages" in bodies(talk.heard), "two misses lead to a person, nothing else takes the question away"
        return
    if answer == "says":
        heard = bodies(await talk.says("non"))
    else:
        places = sum("Tout effacer" in labels([one]) for one in talk.heard)
        heard = bodies(await talk.taps("Non", 0 if answer == "last" else places - 1))
    assert "rien n’est effacé" in heard, (meanwhile, answer)
