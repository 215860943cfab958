"""What free words mean: surely, perhaps, not at all; an act, a courtesy, a matter of others; two needs at once."""

import re
from types import ModuleType

import pytest

from bot import wiring
from bot.messages import Address, Inbound, Kind, Purpose
from bot.routing import Handler, Rank, Router, Turn, means, on
from content.library import Library
from content.words import ARABIC, LANGUAGES, Words
from handlers import acts, meant
from storage import lanes, messages
from storage.engine import Storage, Work
from tests.clock import TestClock
from tests.handlers.reader import reader
from tests.handlers.test_languages import speaking
from tests.talk import Road, Talk, bodies, labels

LINE = "115 · 17 · 119 · 3114"
NOT_THAT = "Ce n’est pas ça"
SAID = {
    "kan je par jrecupere la koz": "sure bail-depot-garantie-retour | bail-preavis aide-depot-garantie",
    "un truc pour mon garant": "sure aide-visale | orientation chercher-dossier",
    "visale tout seul": "sure aide-visale",
    "mon proprio i veu pa": "unsure bail-reparations bail-depot-garantie-retour bail-conge-proprietaire",
    "le proprio encore": "unsure bail-conge-proprietaire bail-reparations talk-to-human",
    "ni rdv ni page": "unsure talk-to-human thanks menu",
    "un jour peut etre": "unsure book-appointment my-data outside-job",
    "jparle a qqn ou quoi": "sure talk-to-human",
    "jveu un rdv": "sure book-appointment",
    "jpeu pas venir a cette date": "sure move-appointment",
    "jviens pas 2main": "sure cancel-appointment",
    "c quan mon rdv": "sure my-appointments",
    "jai droit a koi": "sure orientation",
    "jsui pas content de vous": "sure give-feedback",
    "mes infos c ou": "sure my-data",
    "lachez moi avec vos messages": "sure stop",
    "parle autrement stp merci bien": "sure change-language",
    "une amie a besoin": "sure for-someone-else",
    "tu sers a quoi": "sure menu",
    "wesh la team": "sure greeting",
    "trop bien tu gere": "sure thanks",
    "allez jme casse": "sure goodbye",
    "ya quelquun derriere": "sure bot-question",
    "boloss": "sure insult",
    "bot de merde jveu un rdv": "sure book-appointment",
    "jcherche du taf": "sure outside-job",
    "jai mal au ventre": "sure outside-health",
    "jveu changer decole": "sure outside-school",
    "mon titre de sejour": "sure outside-papers",
    "le permis c combien": "sure outside-transport",
    "une recette de crepes": "sure outside-other",
    "jsui trop vieux": "sure outside-age",
    "jai 34 ans jsui trop vieux": "sure outside-age",
    "jai 15 ans jveu un rdv": "sure book-appointment",
    "page qui nexiste pas": "sure page-of-another-service",
    "mon garant et puis mon preavis": "sure aide-visale | aide-apl bail-signer + bail-preavis",
    "mes donnees et mon preavis": "sure my-data + bail-preavis",
    "un rdv et mon preavis": "sure book-appointment + bail-preavis",
    "quelquun et mon preavis": "sure talk-to-human + bail-preavis",
    "pe etre ca et mon preavis": "unsure aide-visale aide-apl bail-signer + bail-preavis",
    "pe etre mon preavis": "unsure aide-visale bail-preavis bail-signer + bail-preavis",
}


@pytest.fixture
def road(storage: Storage, clock: TestClock, library: Library) -> Road:
    """The road, on which these texts mean what they are said to mean here."""
    return Road(storage, clock, library, understand=reader(SAID, wiring.understand(library)))


async def kept(talk: Talk) -> list[str]:
    """What the database holds of what this person said."""
    lane = await talk.lane()

    def unit(work: Work) -> list[str]:
        return messages.written(work, lane.conversation_id, 100)

    return await talk.road.storage.read(unit)


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


# -- perhaps


async def test_three_proposals_and_a_person(talk: Talk, library: Library) -> None:
    await talk.says("slt")
    (said,) = await talk.says("mon proprio i veu pa")
    assert said.body.startswith("Je ne suis pas sûr de moi. C’est plutôt quoi\u202f?")
    pages = [library.pages[name].label for name in ("bail-reparations", "bail-depot-garantie-retour", "bail-conge-proprietaire")]
    assert labels([said]) == [*pages, "Une personne", "Autre chose"]
    assert LINE in said.body


@pytest.mark.parametrize("choice", ["2", "la deuxième", "le 2", "la 2", "label"])
async def test_one_is_chosen_by_its_place_or_its_name(talk: Talk, library: Library, choice: str) -> None:
    await talk.says("slt")
    await talk.says("mon proprio i veu pa")
    page = library.pages["bail-depot-garantie-retour"]
    assert page.body in bodies(await talk.says(page.label if choice == "label" else choice))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_proposals_are_called_by_their_names_in_every_language(talk: Talk, library: Library, language: str) -> None:
    await speaking(talk, language)
    (said,) = await talk.says("un jour peut etre")
    words = Words(language)
    names = [words.say(meant.NAMES[name]) for name in ("book-appointment", "outside-job")]
    assert [labels([said])[0], labels([said])[2]] == names
    (page,) = await talk.says("3")
    assert page.body.startswith(words.say(acts.NOT_HOUSING))
    assert page.language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_name_of_an_act_fits_every_channel(language: str) -> None:
    assert not [said for name in meant.NAMES.values() if len(said := Words(language).say(name)) > 20]


async def test_something_else_is_the_menu(talk: Talk) -> None:
    await talk.says("mon proprio i veu pa")
    assert "De quoi tu as besoin" in bodies(await talk.taps("Autre chose"))


async def test_what_has_no_button_is_no_proposal(talk: Talk) -> None:
    await talk.says("slt")
    assert "Je n’ai pas compris" in bodies(await talk.says("ni rdv ni page"))


async def test_unclear_three_times_in_a_row_a_person(talk: Talk) -> None:
    await talk.says("slt")
    for text in ("mon proprio i veu pa", "le proprio encore"):
        assert "C’est plutôt quoi" in bodies(await talk.says(text))
    (said,) = await talk.says("mon proprio i veu pa")
    assert "Une personne comprendra mieux" in said.body
    assert labels([said]) == ["Une personne", "Menu"]


async def test_unclear_then_not_understood_is_two_misses(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("mon proprio i veu pa")
    assert "Je lui laisse tes deux messages" in bodies(await talk.says("gzgz"))


async def test_in_a_danger_nothing_is_guessed(talk: Talk) -> None:
    await talk.says("je veux mourir")
    for text in ("mon proprio i veu pa", "jcherche du taf", "jveu un rdv", "boloss"):
        said = await talk.says(text)
        assert all(one.purpose is Purpose.CRISIS for one in said), text
        assert "je peux mal comprendre" in bodies(said) or "3114" in bodies(said)
        assert "pas sûr de moi" not in bodies(said)
    await talk.says("jparle a qqn ou quoi")
    assert (await talk.lane()).human, "a person is still given"


async def test_a_relative_is_asked_without_tu_nor_vous(talk: Talk) -> None:
    await talk.says("c'est pour mon fils il cherche un studio")
    (said,) = await talk.says("mon proprio i veu pa")
    assert not re.search(r"\b(tu|te|toi|ton|ta|tes|vous|votre|vos)\b", said.body.lower())


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


# -- two needs


async def test_the_first_is_answered_the_second_is_under_it(talk: Talk, library: Library) -> None:
    (said,) = await talk.says("mon garant et puis mon preavis")
    second = library.pages["bail-preavis"]
    assert library.pages["aide-visale"].body in said.body
    assert f"Tu parlais aussi de\u00a0: {second.label}." in said.body
    assert said.body.rstrip().endswith(f"{LINE} (le bouton Urgence dit lequel)")
    assert second.body in bodies(await talk.taps(second.label))


@pytest.mark.parametrize("text", ["un rdv et mon preavis", "mes donnees et mon preavis", "pe etre ca et mon preavis"])
async def test_under_an_act_and_under_proposals_too(talk: Talk, library: Library, text: str) -> None:
    await talk.says("slt")
    said = await talk.says(text)
    assert bodies(said).count("Tu parlais aussi de") == 1
    assert library.pages["bail-preavis"].body in bodies(await talk.taps(library.pages["bail-preavis"].label))


async def test_not_twice_where_it_is_proposed_already(talk: Talk, library: Library) -> None:
    said = await talk.says("pe etre mon preavis")
    assert "Tu parlais aussi de" not in bodies(said)
    assert labels(said).count(library.pages["bail-preavis"].label) == 1


async def test_not_where_a_human_has_it_all(talk: Talk) -> None:
    assert "Tu parlais aussi de" not in bodies(await talk.says("quelquun et mon preavis"))


async def test_arabic_says_both_needs_in_arabic(talk: Talk, library: Library) -> None:
    await speaking(talk, ARABIC)
    (said,) = await talk.says("mon garant et puis mon preavis")
    page = library.page("bail-preavis", ARABIC)
    assert page is not None
    assert page.label in labels([said])
    assert page.label in said.body
