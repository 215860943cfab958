"""When it is, « je viens », and the truth where it changed meanwhile: by button and by words, of one's own appointments alone."""

from collections.abc import Sequence
from functools import cache

import pytest

from bot.messages import Kind, Outbound, reference
from content.voice import GENDERED
from storage import appointments
from storage.appointment_view import Appointment, By, State
from storage.engine import Storage
from tests.clock import TestClock
from tests.handlers.meetings import LINE, books, now, reminded, told
from tests.handlers.reader import reader
from tests.handlers.spoken import Spoken
from tests.handlers.test_languages import speaking
from tests.storage.diary import diary, paris
from tests.talk import Road, Talk, bodies, labels, shared_library

BUTTONS = ["Je viens", "Déplacer", "Je ne peux pas", "Mon agenda"]
MEANT = {
    "c quan mon rdv": "sure my-appointments",
    "jviens pas 2main": "sure cancel-appointment",
    "c koi visale": "sure aide-visale",
    "slt": "sure greeting",
    "c ou exactement": "sure service-horaires-lieux",
    "vous etes ou": "sure service-horaires-lieux",
    "ya quoi a ramener": "sure service-documents-rdv",
    "ya un bus ?": "sure outside-transport",
    "jai pas le permis": "sure outside-transport",
}


@pytest.fixture
def road(storage: Storage, clock: TestClock) -> Road:
    return Road(storage, clock, understand=reader(MEANT))


class TestWhen:
    async def test_day_hour_place_and_what_can_be_done(self, talk: Talk) -> None:
        await books(talk, await diary(talk.road.storage))
        (said,) = await talk.says("c quan mon rdv")
        assert said.body.startswith("Jeudi 5 mars, 10\u00a0h\u00a030, 30\u00a0min, avec Samira.")
        assert "Antenne de Carvin, 12 place Jean-Jaurès, 62220 Carvin" in said.body
        assert labels([said]) == BUTTONS
        assert LINE in said.body

    async def test_several_each_the_soonest_first(self, talk: Talk) -> None:
        of = await diary(talk.road.storage)
        await books(talk, of, "2026-03-12 15:00")
        await books(talk, of)
        first, second = await talk.says("c quan mon rdv")
        assert "Jeudi 5 mars, 10" in first.body
        assert "Jeudi 12 mars, 15" in second.body
        assert labels([first]) == labels([second]) == BUTTONS
        assert LINE not in first.body
        assert LINE in second.body

    @pytest.mark.parametrize("words", ["comment jfai pr y aller", "ya un bus ?", "how do i get there", "kel bus pr venir"])
    async def test_the_way_there_is_said_with_it(self, talk: Talk, words: str) -> None:
        await books(talk, await diary(talk.road.storage))
        said = await talk.says(words)
        assert "Antenne de Carvin, 12 place Jean-Jaurès, 62220 Carvin" in said[0].body

    async def test_a_way_to_elsewhere_is_not(self, talk: Talk) -> None:
        await books(talk, await diary(talk.road.storage))
        (said,) = await talk.says("jai pas le permis")
        assert "Carvin" not in said.body
        assert "Mission Locale" in said.body

    async def test_who_has_none_is_told_what_is_no_housing(self, talk: Talk) -> None:
        await diary(talk.road.storage)
        await talk.says("slt")
        (said,) = await talk.says("ya un bus ?")
        assert "Ce n’est pas du logement" in said.body

    async def test_none_that_the_robot_knows_is_said_plainly(self, talk: Talk) -> None:
        await diary(talk.road.storage)
        await talk.says("slt")
        (said,) = await talk.says("c quan mon rdv")
        assert "Je ne vois pas de rendez-vous à venir. S’il a été pris autrement, une personne peut te le redire." in said.body
        assert labels([said])[:2] == ["Prendre rendez-vous", "Une personne"]

    async def test_over_or_cancelled_is_not_to_come(self, talk: Talk, clock: TestClock) -> None:
        of = await diary(talk.road.storage)
        gone = await books(talk, of, "2026-03-12 15:00")
        await books(talk, of)
        await talk.road.storage.run(appointments.cancel, gone.token, 1)
        clock.turn_to(paris("2026-03-05 11:00"))
        assert "Je ne vois pas de rendez-vous" in bodies(await talk.says("c quan mon rdv"))

    async def test_nobody_else_s(self, road: Road, talk: Talk) -> None:
        await books(road.talk("lou"), await diary(road.storage))
        await talk.says("slt")
        assert "Je ne vois pas de rendez-vous" in bodies(await talk.says("c quan mon rdv"))

    async def test_the_button_of_free_words(self, talk: Talk) -> None:
        await books(talk, await diary(talk.road.storage))
        await told(talk, "?", {"act:my-appointments": "Mes rendez-vous"})
        assert labels(await talk.taps("Mes rendez-vous")) == BUTTONS


class TestWhere:
    @pytest.mark.parametrize(
        ("words", "page"),
        [("c ou exactement", "Où et quand venir"), ("vous etes ou", "Où et quand venir"), ("ya quoi a ramener", "Papiers à apporter")],
    )
    async def test_is_told_of_the_appointment_not_of_the_service(self, talk: Talk, words: str, page: str) -> None:
        """The appointment may be elsewhere than the head office, whose page has the address."""
        await books(talk, await diary(talk.road.storage))
        (said,) = await talk.says(words)
        assert "Jeudi 5 mars" in said.body
        assert labels([said])[: len(BUTTONS)] == BUTTONS
        assert page in " ".join(labels([said]))

    async def test_without_an_appointment_is_the_page(self, talk: Talk) -> None:
        await talk.says("slt")
        assert "Nos lieux et nos horaires" in bodies(await talk.says("c ou exactement"))


class TestAnotherDate:
    @pytest.mark.parametrize("words", ["on peut decaler a vendredi matin", "jpeu pas jeudi mais vendredi matin oui"])
    async def test_the_day_that_was_said_is_the_one_looked_for(self, talk: Talk, words: str) -> None:
        """Said of the appointment that a reminder spoke of: what else was said is heard too."""
        await reminded(talk, await books(talk, await diary(talk.road.storage)))
        (said,) = await talk.says(words)
        if "même endroit" not in said.body:
            (said,) = await talk.taps("Oui, autre date")
        assert labels([said])[0].startswith("ven.") or "Vendredi" in said.body

    async def test_the_day_said_with_the_yes(self, talk: Talk) -> None:
        await reminded(talk, await books(talk, await diary(talk.road.storage)))
        await talk.says("jpeu pas venir")
        (said,) = await talk.says("oui autre date, vendredi")
        assert labels([said])[0].startswith("ven.") or "Vendredi" in said.body


class TestCome:
    @pytest.mark.parametrize("words", ["c ok j viens", "oui", "Je viens"])
    async def test_in_words_after_a_reminder(self, talk: Talk, words: str) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await reminded(talk, mine)
        (said,) = await talk.says(words)
        assert said.body.startswith("C’est noté, à jeudi. Un imprévu\u202f? Écris ici, même au dernier moment.")
        assert (await now(talk.road.storage, mine)).state is State.CONFIRMED

    @pytest.mark.parametrize(
        ("at", "words"), [("2026-03-03 16:00", "tout à l’heure"), ("2026-03-04 09:00", "demain"), ("2026-03-12 09:00", "jeudi 12 mars")]
    )
    async def test_the_day_as_it_is_said(self, talk: Talk, at: str, words: str) -> None:
        await reminded(talk, await books(talk, await diary(talk.road.storage), at))
        assert f"C’est noté, à {words}." in bodies(await talk.taps("Je viens"))

    async def test_twice_is_once(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await reminded(talk, mine)
        first, second = await talk.taps("Je viens"), await talk.taps("Je viens")
        assert bodies(first) == bodies(second)
        after = await now(talk.road.storage, mine)
        assert (after.state, after.version, after.sequence) == (State.CONFIRMED, 1, 0)

    async def test_plain_words_without_a_reminder(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        assert "C’est noté, à jeudi" in bodies(await talk.says("ok je viens jeudi"))
        assert (await now(talk.road.storage, mine)).state is State.CONFIRMED

    async def test_yes_is_no_answer_to_what_was_not_asked(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await reminded(talk, mine)
        await talk.says("c koi visale")
        await talk.says("oui")
        assert (await now(talk.road.storage, mine)).state is State.BOOKED

    async def test_a_person_of_the_team_spoke_last(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await reminded(talk, mine)
        await talk.road.human_says(talk, "Tu peux lundi ?")
        talk.news()
        assert await talk.says("oui") == []
        assert (await now(talk.road.storage, mine)).state is State.BOOKED

    async def test_under_a_human_the_button_works_and_is_marked(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await talk.says("une personne")
        await reminded(talk, mine)
        (said,) = await talk.taps("Je viens")
        assert "Message automatique" in said.body
        assert (await now(talk.road.storage, mine)).state is State.CONFIRMED
        assert await talk.says("c ok j viens") == [], "free words are the human's"


class TestChanged:
    async def moved(self, talk: Talk) -> tuple[Appointment, Appointment]:
        of = await diary(talk.road.storage)
        mine = await books(talk, of)
        await reminded(talk, mine)
        after = await talk.road.storage.run(appointments.move, mine.token, 1, of.at("2026-03-12 15:00"), By.TEAM)
        assert isinstance(after, Appointment)
        return mine, after

    async def test_what_is_true_is_told_and_asked_once_more(self, talk: Talk) -> None:
        mine, _after = await self.moved(talk)
        (said,) = await talk.taps("Je viens")
        assert "Ton rendez-vous a changé. Tu viens\u202f?\n\nJeudi 12 mars, 15\u00a0h." in said.body
        assert labels([said]) == BUTTONS
        assert (await now(talk.road.storage, mine)).state is State.BOOKED
        assert "C’est noté, à jeudi 12 mars" in bodies(await talk.taps("Je viens"))
        assert (await now(talk.road.storage, mine)).state is State.CONFIRMED

    async def test_cancelled_meanwhile(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await reminded(talk, mine)
        await talk.road.storage.run(appointments.cancel, mine.token, 1, By.TEAM)
        (said,) = await talk.taps("Je viens")
        assert said.body.startswith("Ce rendez-vous n’est plus prévu.")
        assert labels([said])[:2] == ["Prendre rendez-vous", "Une personne"]

    async def test_over(self, talk: Talk, clock: TestClock) -> None:
        mine = await books(talk, await diary(talk.road.storage))
        await reminded(talk, mine)
        clock.turn_to(paris("2026-03-05 11:00"))
        assert bodies(await talk.taps("Je viens")).startswith("Ce rendez-vous est passé.")
        assert (await now(talk.road.storage, mine)).state is State.BOOKED


@pytest.mark.parametrize("act", ["come", "drop"])
@pytest.mark.parametrize("token", ["theirs", "nobody's", ""])
async def test_somebody_else_s_nothing_is_told_and_nothing_done(road: Road, talk: Talk, act: str, token: str) -> None:
    theirs = await books(road.talk("lou"), await diary(road.storage))
    await talk.says("slt")
    name = theirs.token if token == "theirs" else token
    await told(talk, "?", {f"appointment:{act}:{name}:1": "Forged"})
    (said,) = await talk.taps("Forged")
    assert "Je ne retrouve pas ce rendez-vous." in said.body
    assert "mars" not in said.body
    assert "Carvin" not in said.body
    assert await now(road.storage, theirs) == theirs


async def test_a_button_with_a_version_that_is_none(talk: Talk) -> None:
    mine = await books(talk, await diary(talk.road.storage))
    await told(talk, "?", {f"appointment:come:{mine.token}:²": "Odd"})
    assert "Ton rendez-vous a changé" in bodies(await talk.taps("Odd"))
    assert (await now(talk.road.storage, mine)).state is State.BOOKED


class TestMove:
    @pytest.mark.parametrize("words", ["on peut decaler ?", "Déplacer"])
    async def test_in_words_the_one_that_was_spoken_of(self, talk: Talk, words: str) -> None:
        of = await diary(talk.road.storage)
        await books(talk, of)
        second = await books(talk, of, "2026-03-12 15:00")
        await reminded(talk, second)
        (said,) = await talk.says(words)
        assert "Trois moments, au même endroit." in said.body
        await talk.taps(labels([said])[0])
        assert "à la place de jeudi 12 mars" in bodies(talk.heard)
        assert await now(talk.road.storage, second) == second, "without a yes nothing changes"
        assert "C’est fait." in bodies(await talk.says("oui"))
        assert (await now(talk.road.storage, second)).sequence == 1


LANGUAGES = ("fr", "fr-facile", "en", "ar")
OWN = ("Antenne de Carvin, 12 place Jean-Jaurès, 62220 Carvin", "Antenne de Carvin", "12 place Jean-Jaurès, 62220 Carvin", "Samira")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_word_of_it_is_in_the_language_of_the_conversation(road: Road, talk: Talk, clock: TestClock, language: str) -> None:
    """All that can be done with an appointment, by the place of its buttons; whatever is said is a text of this language, to anybody."""
    of = await diary(road.storage)
    mine = await books(talk, of)
    await speaking(talk, language)

    async def pressed(place: int) -> None:
        """The button at this place under what was said last."""
        said = talk.heard[-1]
        speaks(await talk.does(Kind.CHOICE, choice=reference(said.number, place)), language)

    talk.heard += await reminded(talk, mine)
    await pressed(0)
    await pressed(2)
    await pressed(0)
    await pressed(1)
    for words in ("mes données", "STOP", "START", "pas de rappel", "STOP", "START", "rappels complets", "efface tout"):
        speaks(await talk.says(words), language)
    await pressed(2)
    for act in ("come", "drop", "file"):
        await told(talk, "?", {f"appointment:{act}:{mine.token}:7": act})
        speaks(await talk.taps(act), language)
        speaks(await talk.says("gzgz"), language)
        await talk.says("menu")
    clock.turn_to(paris("2026-03-05 10:40"))
    await told(talk, "?", {f"appointment:drop:{mine.token}:1": "late"})
    speaks(await talk.taps("late"), language)
    await pressed(1)
    for act in ("come", "drop", "file"):
        await told(talk, "?", {f"appointment:{act}:{mine.token}:1": f"after {act}"})
        speaks(await talk.taps(f"after {act}"), language)


def speaks(said: Sequence[Outbound], language: str) -> None:
    known = spoken(language)
    assert said
    for one in said:
        body = one.body
        for own in OWN:
            body = body.replace(own, "x")
        lines = [line for part in known.unknown(body) for line in part.split("\n") if not (line[-3:-1].isdecimal() and line.endswith("."))]
        assert not [line for line in lines if known.unknown(line)], (language, lines)  # a moment alone is no text of ours
        assert not [choice.label for choice in one.choices if not any(map(str.isdecimal, choice.label)) and known.unknown_label(choice.label)]
        assert language != "ar" or not GENDERED.search(body), body


@cache
def spoken(language: str) -> Spoken:
    return Spoken(shared_library(), language)


async def test_the_button_of_free_words_where_there_is_none(talk: Talk) -> None:
    """It has the name of a row of the menu, and is not that row."""
    await talk.says("slt")
    await told(talk, "?", {"act:my-appointments": "Mes rendez-vous"})
    assert "Je ne vois pas de rendez-vous à venir." in bodies(await talk.taps("Mes rendez-vous"))
