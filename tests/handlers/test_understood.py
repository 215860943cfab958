"""What free words mean, surely: a page, an act, a courtesy, a matter of others."""

import re
from collections.abc import Mapping
from types import ModuleType

import pytest

from bot.messages import Address, Inbound, Kind
from bot.routing import Handler, Rank, Router, Turn, means, on
from content.library import Library
from handlers import acts
from storage import lanes
from storage.engine import Storage, Work
from tests.clock import TestClock
from tests.handlers.meanings import LINE, NOT_THAT, SAID, kept
from tests.handlers.reader import reader
from tests.talk import Road, Talk, bodies, labels


@pytest.fixture
def meanings() -> Mapping[str, str]:
    return SAID


# -- a page, surely


async def test_what_else_it_may_be_comes_before_what_is_close_to_it(talk: Talk, library: Library) -> None:
    (said,) = await talk.says("kan je par jrecupere la koz")
    assert library.pages["bail-depot-garantie-retour"].body in said.body
    assert NOT_THAT in labels([said])
    (said,) = await talk.taps(NOT_THAT)
    assert labels([said]) == [library.pages[name].label for name in ("bail-preavis", "aide-depot-garantie")] + ["Une personne", "Menu"]
    assert LINE in said.body
    (said,) = await talk.says("la deuxième")
    assert library.pages["aide-depot-garantie"].body in said.body
    (said,) = await talk.taps(NOT_THAT)
    assert "Une personne comprendra mieux" in said.body, "never a third guess"


async def test_an_act_may_be_what_was_meant(talk: Talk) -> None:
    await talk.says("un truc pour mon garant")
    assert labels(await talk.taps(NOT_THAT))[0] == "Faire le point"
    assert "une personne de l’équipe regarde avec toi" in bodies(await talk.taps("Faire le point"))


async def test_without_anything_else_the_pages_close_to_it(talk: Talk, library: Library) -> None:
    await talk.says("visale tout seul")
    close = [library.pages[name].label for name in library.pages["aide-visale"].related][:2]
    assert labels(await talk.taps(NOT_THAT)) == [*close, "Une personne", "Menu"]


async def test_of_that_very_text_and_of_no_other(talk: Talk, library: Library) -> None:
    await talk.says("kan je par jrecupere la koz")
    await talk.says("visale tout seul")
    assert library.pages["aide-depot-garantie"].related
    assert library.pages["bail-preavis"].label not in labels(await talk.taps(NOT_THAT))


async def test_a_page_of_another_service_is_not_understood(talk: Talk) -> None:
    await talk.says("slt")
    assert "Je n’ai pas compris" in bodies(await talk.says("page qui nexiste pas"))


# -- an act, surely


async def test_a_person(talk: Talk) -> None:
    assert "lu par l’équipe" in bodies(await talk.says("jparle a qqn ou quoi"))
    assert (await talk.lane()).human


@pytest.mark.parametrize(
    ("text", "words", "offered"),
    [
        ("jveu un rdv", "Le robot ne prend pas les rendez-vous.", ["Papiers à apporter", "Où et quand venir"]),
        ("jpeu pas venir a cette date", "trouve une autre date avec toi", ["Où et quand venir"]),
        ("jviens pas 2main", "même au dernier moment", ["Où et quand venir"]),
        ("c quan mon rdv", "une personne peut te le redire", ["Où et quand venir", "Papiers à apporter"]),
        ("jai droit a koi", "Pour faire le point, une personne de l’équipe", ["Par où commencer"]),
        ("jsui pas content de vous", "ça ne change rien à l’aide que tu demandes", ["Mes droits ici"]),
    ],
)
async def test_what_no_robot_does_yet_a_person_does(talk: Talk, text: str, words: str, offered: list[str]) -> None:
    await talk.says("slt")
    (said,) = await talk.says(text)
    assert words in said.body
    assert labels([said]) == ["Une personne", *offered, NOT_THAT, "Menu"]
    assert LINE in said.body
    assert not (await talk.lane()).human, "it is offered, not done"
    await talk.taps("Une personne")
    assert (await talk.lane()).human


async def test_an_appointment_says_the_telephone_only_where_it_is_known(storage: Storage, clock: TestClock, library: Library) -> None:
    understand = reader(SAID)
    assert "Téléphone" not in bodies(await Road(storage, clock, library, understand=understand).talk("lou").says("jviens pas 2main"))
    known = library.with_edits({"phone": "03 00 00 00 00"})
    said = bodies(await Road(storage, clock, known, understand=understand).talk().says("jviens pas 2main"))
    assert "Téléphone\u00a0: 03\u00a000\u00a000\u00a000\u00a000." in said


async def test_ones_data_are_shown_and_nothing_is_erased(talk: Talk) -> None:
    await talk.says("slt")
    (said,) = await talk.says("mes infos c ou")
    assert said.body.startswith("Voici ce qu’on a")
    assert "Effacer" in labels([said])
    assert set(await kept(talk)) == {"slt", "mes infos c ou"}


async def test_a_guess_never_opts_out(talk: Talk) -> None:
    await talk.says("slt")
    (said,) = await talk.says("lachez moi avec vos messages")
    assert (await talk.lane()).opted_out_at is None
    assert labels([said]) == ["Ne plus m’écrire", "Une personne", "Menu"]
    assert LINE in said.body
    await talk.taps("Ne plus m’écrire")
    assert (await talk.lane()).opted_out_at is not None


async def test_proposed_and_pressed_it_is_still_asked_back(talk: Talk) -> None:
    await talk.says("slt")
    road = talk.road
    other = Road(road.storage, road.clock, road.library, understand=reader({"hmm": "unsure stop aide-visale"})).talk()
    await other.says("hmm")
    await other.taps("Ne plus m’écrire")
    assert (await other.lane()).opted_out_at is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("parle autrement stp merci bien", "Dans quelle langue"),
        ("une amie a besoin", "Merci d’écrire pour quelqu’un."),
        ("tu sers a quoi", "De quoi tu as besoin"),
        ("wesh la team", "Je suis le robot du CLLAJ"),
        ("trop bien tu gere", "De rien."),
        ("allez jme casse", "À une prochaine fois."),
        ("ya quelquun derriere", "Je suis un robot, celui du CLLAJ."),
        ("boloss", "je n’ai pas répondu à ta question"),
    ],
)
async def test_courtesies_and_the_rest_are_answered_as_their_own_words_are(talk: Talk, text: str, words: str) -> None:
    await talk.says("slt")
    (said,) = await talk.says(text)
    assert words in said.body
    assert LINE in said.body
    assert said.choices


async def test_for_another_nothing_of_them_is_kept(talk: Talk) -> None:
    await talk.says("une amie a besoin")
    assert "une amie a besoin" not in await kept(talk)


async def test_an_insult_with_an_act_is_the_act(talk: Talk) -> None:
    await talk.says("slt")
    assert "rendez-vous" in bodies(await talk.says("bot de merde jveu un rdv"))


async def test_an_age_with_an_act_is_the_act_then_the_referral(talk: Talk) -> None:
    await talk.says("slt")
    said = await talk.says("jai 15 ans jveu un rdv")
    assert "Le robot ne prend pas les rendez-vous." in said[0].body
    assert "Avant 16\u00a0ans" in said[1].body


async def test_a_module_that_does_it_itself_answers_first(road: Road) -> None:
    module = ModuleType("appointments")

    @on(Rank.TEXT, means("book-appointment"))
    def book(turn: Turn) -> None:
        """A time is found."""

    vars(module)["book"] = book

    def who(work: Work, text: str) -> Handler | None:
        lane = lanes.open_lane(work, Address("paper", "test", "lou"))
        heard = Inbound(lane.address, "", Kind.TEXT, work.now, text=text)
        turn = Turn(heard, 1, lane, road.library, work, None, None, reader(SAID)(text))
        rule = Router([acts, module]).find(turn)
        return rule.handler if rule is not None else None

    assert await road.storage.run(who, "jveu un rdv") is book
    assert await road.storage.run(who, "jviens pas 2main") is acts.answer


# -- a matter of others


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("jcherche du taf", "Mission Locale"),
        ("jai mal au ventre", "médecin"),
        ("jveu changer decole", "Mission Locale"),
        ("mon titre de sejour", "France services"),
        ("le permis c combien", "Mission Locale"),
        ("une recette de crepes", "France services"),
    ],
)
async def test_what_is_no_housing_is_said_so_and_told_where_to_go(talk: Talk, text: str, where: str) -> None:
    await talk.says("slt")
    (said,) = await talk.says(text)
    assert said.body.startswith("Ce n’est pas du logement, et là-dessus je ne sais pas.")
    assert where in said.body
    assert {"Une personne", "Menu", NOT_THAT} <= set(labels([said]))
    assert LINE in said.body
    assert set(re.findall(r"\d+", said.body)) <= {"115", "17", "119", "3114", "15"}, "no number that is no fact"


async def test_it_was_housing_after_all(talk: Talk) -> None:
    await talk.says("jcherche du taf")
    assert labels(await talk.taps(NOT_THAT)) == ["Une personne", "Menu"]


async def test_an_age_that_is_told_has_its_own_referral(talk: Talk) -> None:
    await talk.says("slt")
    assert "Après 30\u00a0ans" in bodies(await talk.says("jai 34 ans jsui trop vieux"))


@pytest.mark.parametrize("text", ["ma fille a 3 ans", "jai 17 ans"])
async def test_an_age_of_ours_or_of_another_is_no_matter_of_age(talk: Talk, text: str) -> None:
    road = talk.road
    other = Road(road.storage, road.clock, road.library, understand=reader({text: "sure outside-age"})).talk("lou")
    await other.says("slt")
    assert "reçoit de" not in bodies(await other.says(text))


async def test_an_age_that_is_not_told_hears_whom_the_service_receives(talk: Talk) -> None:
    await talk.says("slt")
    for _nth in range(2):
        (said,) = await talk.says("jsui trop vieux")
        assert "reçoit de 16 à 30\u00a0ans" in said.body
        assert labels([said]) == ["Une personne", "Menu"]


# -- first words


@pytest.mark.parametrize("text", ["jveu un rdv", "mon proprio i veu pa", "jcherche du taf", "mes infos c ou", "lachez moi avec vos messages"])
async def test_as_first_words_they_are_answered_after_who_speaks(talk: Talk, text: str) -> None:
    said = bodies(await talk.says(text))
    assert said.startswith("Salut\u202f! Je suis le robot du CLLAJ")
    assert "De quoi tu as besoin" not in said
    assert "Salut" not in bodies(await talk.says("visale tout seul"))


@pytest.mark.parametrize("text", ["wesh la team", "tu sers a quoi"])
async def test_a_greeting_first_is_the_whole_welcome(talk: Talk, text: str) -> None:
    (said,) = await talk.says(text)
    assert "Tu peux lire sans dire qui tu es" in said.body
    assert "pas compris" not in said.body
