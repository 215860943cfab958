"""What somebody wants of reminders, by a word or a tap; and a call before an appointment, noted by their own yes alone."""

from collections.abc import Mapping

import pytest

from bot.rules.reminders import Kind, Wants
from storage import consents, marks, reminders
from storage.appointment_view import Appointment
from storage.consents import Choice
from storage.marks import What
from storage.reminders import State
from tests.handlers.meetings import LINE, books, reminded
from tests.storage.diary import diary
from tests.talk import Talk, bodies, labels


async def wants(talk: Talk) -> Wants:
    return await talk.road.storage.read(reminders.wants, (await talk.lane()).person_id)


async def planned(talk: Talk, of: Appointment) -> list[Kind]:
    steps = await talk.road.storage.read(lambda work: reminders.steps(work, appointment_id=of.id))
    return [step.kind for step in steps if step.state is State.PLANNED]


async def noted(talk: Talk) -> bool:
    return await talk.road.storage.read(marks.until, (await talk.lane()).person_id, What.UNHOUSED) is not None


SAID: Mapping[str, Wants] = {
    "pas de rappel": Wants.NONE,
    "je veux pas recevoir de rappels": Wants.NONE,
    "stop les rappels": Wants.NONE,
    "no reminders please": Wants.NONE,
    "بدون تذكير": Wants.NONE,
    "rappels complets": Wants.FULL,
    "je veux les rappels complets": Wants.FULL,
    "full reminders": Wants.FULL,
    "c quand le rappel de l'apl": Wants.DISCREET,
    "rappelez moi": Wants.DISCREET,
}


@pytest.mark.parametrize(("text", "expected"), list(SAID.items()))
async def test_by_words(talk: Talk, text: str, expected: Wants) -> None:
    await talk.says("slt")
    await talk.says(text)
    assert await wants(talk) is expected


async def test_none_then_some_again(talk: Talk) -> None:
    await books(talk, await diary(talk.road.storage), "2026-03-10 10:00")
    said = await talk.says("pas de rappel")
    assert "C’est noté\u00a0: pas de rappel. Ton rendez-vous tient." in bodies(said)
    assert LINE in said[-1].body
    assert "Tu peux voir, corriger ou effacer" in said[0].body, "a choice is kept: the notice comes first"
    assert "rappels, oui" in bodies(await talk.taps("Rappels\u00a0: oui"))
    assert await wants(talk) is Wants.DISCREET


async def test_taken_back_what_is_to_come_is_planned(talk: Talk) -> None:
    await talk.says("pas de rappel")
    mine = await books(talk, await diary(talk.road.storage), "2026-03-10 10:00")
    assert await planned(talk, mine) == []
    await talk.says("je veux des rappels")
    assert await planned(talk, mine) == [Kind.TWO_DAYS]


async def test_under_my_choices(talk: Talk) -> None:
    await talk.says("mes données")
    said = await talk.taps("Mes choix")
    assert "rappels oui, ateliers et annonces non." in bodies(said)
    assert labels(said)[:4] == ["Rappels\u00a0: non", "Rappels complets", "M’appeler avant", "Ateliers\u00a0: oui"]
    await talk.taps("Rappels complets")
    said = await talk.says("mes choix")
    assert "rappels complets, ateliers" in bodies(said)
    assert "Rappels discrets" in labels(said)
    await talk.taps("Rappels discrets")
    assert await wants(talk) is Wants.DISCREET
    await talk.taps("Rappels\u00a0: non")
    assert "rappels non, ateliers" in bodies(await talk.says("mes données"))


async def test_too_young_for_full_ones_never_for_none(talk: Talk) -> None:
    await talk.says("jai 14 ans")
    await talk.says("rappels complets")
    assert await wants(talk) is Wants.DISCREET
    await talk.says("pas de rappel")
    assert await wants(talk) is Wants.NONE


class TestStop:
    async def test_what_is_booked_stands(self, talk: Talk) -> None:
        of = await diary(talk.road.storage)
        await books(talk, of)
        assert "Ton rendez-vous du jeudi 5 mars tient toujours." in bodies(await talk.says("STOP"))
        await books(talk, of, "2026-03-12 10:00")
        assert "Tes rendez-vous tiennent toujours\u00a0: jeudi 5 mars, jeudi 12 mars." in bodies(await talk.says("STOP"))

    async def test_nothing_booked_nothing_said_of_it(self, talk: Talk) -> None:
        assert "rendez-vous" not in bodies(await talk.says("STOP"))

    async def test_start(self, talk: Talk) -> None:
        await talk.says("STOP")
        said = await talk.says("START")
        assert "C’est repris\u00a0: rappels de rendez-vous." in bodies(said)
        assert labels(said)[0] == "Ateliers\u00a0: oui"

    async def test_start_after_no_reminders(self, talk: Talk) -> None:
        await talk.says("pas de rappel")
        await talk.says("STOP")
        assert "sans rappel de rendez-vous, comme tu l’as choisi" in bodies(await talk.says("START"))
        await talk.says("STOP")
        assert "pour les recevoir, écris START" in bodies(await talk.says("je veux des rappels"))

    async def test_start_with_workshops(self, talk: Talk) -> None:
        await talk.says("slt")
        await talk.road.storage.run(consents.choose, (await talk.lane()).person_id, Choice.ANNOUNCEMENTS, "1", "oui")
        await talk.says("STOP")
        assert "rappels oui, ateliers et annonces oui" in bodies(await talk.says("START"))


class TestCall:
    async def test_noted_by_a_yes_to_the_question_alone(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage), "2026-03-10 10:00")
        await talk.says("mes données")
        await talk.taps("Mes choix")
        (asked,) = await talk.taps("M’appeler avant")
        assert "on note «\u00a0sans logement\u00a0», pour l’équipe seulement, pendant 60\u00a0jours" in asked.body
        assert not await noted(talk)
        said = await talk.says("oui")
        assert "C’est noté jusqu’au samedi 2 mai" in bodies(said)
        assert "Mon numéro" in labels(said)
        assert await noted(talk)
        assert await planned(talk, mine) == [Kind.TWO_DAYS, Kind.CALL]

    async def test_no_is_no(self, talk: Talk) -> None:
        await talk.says("mes données")
        await talk.taps("Mes choix")
        await talk.taps("M’appeler avant")
        assert "rien n’est noté" in bodies(await talk.says("nn"))
        assert not await noted(talk)

    async def test_taken_away_the_call_goes_too(self, talk: Talk) -> None:
        mine = await books(talk, await diary(talk.road.storage), "2026-03-10 10:00")
        await talk.says("mes données")
        await talk.taps("Mes choix")
        await talk.taps("M’appeler avant")
        await talk.taps("Oui, le noter")
        await talk.says("mes données")
        await talk.taps("Mes choix")
        assert "C’est enlevé" in bodies(await talk.taps("Ne plus m’appeler"))
        assert not await noted(talk)
        assert await planned(talk, mine) == [Kind.TWO_DAYS]

    async def test_never_guessed_the_words_lead_to_the_question_once(self, talk: Talk) -> None:
        await books(talk, await diary(talk.road.storage), "2026-03-10 10:00")
        said = await talk.says("je suis sans logement fixe, je cherche un studio")
        assert "M’appeler avant" in labels(said)
        assert not await noted(talk)
        assert "M’appeler avant" not in labels(await talk.says("je suis sans logement fixe, je cherche un studio"))

    async def test_without_an_appointment_nothing_is_asked(self, talk: Talk) -> None:
        await talk.says("slt")
        assert "M’appeler avant" not in labels(await talk.says("je suis sans logement fixe, je cherche un studio"))

    async def test_in_a_danger_nothing_is_asked(self, talk: Talk) -> None:
        await books(talk, await diary(talk.road.storage), "2026-03-10 10:00")
        await talk.says("jdors dehors jai pas de logement")
        assert "M’appeler avant" not in labels(talk.heard)


async def test_under_a_human_the_buttons_work_and_words_are_theirs(talk: Talk) -> None:
    await reminded(talk, await books(talk, await diary(talk.road.storage)))
    await talk.says("une personne")
    assert await talk.says("pas de rappel") == []
    await talk.says("/donnees")
    await talk.taps("Mes choix")
    assert "Message automatique" in bodies(await talk.taps("Rappels\u00a0: non"))
    assert await wants(talk) is Wants.NONE
