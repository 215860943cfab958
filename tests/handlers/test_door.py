"""At the hour of an appointment, somebody finds nobody: the team is told, the telephone is said, and a danger is seen where one is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages import Outbound, Purpose
from content.understanding.asking import finds_nobody
from content.words import LANGUAGES
from storage import tasks
from storage.caseworkers import Role
from storage.engine import Storage
from tests.clock import TestClock
from tests.handlers.meetings import LINE, books, reminded
from tests.handlers.test_languages import speaking
from tests.opening import colleague
from tests.storage.diary import diary, paris
from tests.talk import Road, Talk, bodies, labels, shared_library

PHONE = "03 20 00 00 00"
AT = paris("2026-03-05 10:40")
SAID = (
    *("jsui deja devant ya personne", "je suis devant la porte c'est fermé", "chui devan la porte ferme", "jsuis devant la porte personne ouvre"),
    *("ya personne c fermé", "j'attends dehors", "im outside nobody is here", "the door is locked", "الباب مغلق", "راني قدام الباب ماكاين حتى واحد"),
)
DANGERS = (
    *("je suis devant chez moi ya personne, le proprio a changé la serrure", "jsuis dehors ya personne", "je suis a la rue ya personne"),
    *("ya personne pour moi jveu mourir", "il attend devant la porte il va me taper", "jen peu plu jveu plus etre la"),
)


@pytest.fixture
def road(storage: Storage, clock: TestClock) -> Road:
    known = shared_library()
    return Road(storage, clock, replace(known, service=replace(known.service, phone=PHONE)))


async def at_the_hour(talk: Talk, clock: TestClock) -> None:
    await reminded(talk, await books(talk, await diary(talk.road.storage)))
    clock.turn_to(AT)


async def to_do(storage: Storage) -> list[tasks.ToDo]:
    found = await storage.read(tasks.waiting, await colleague(storage, "Nadia", Role.HEAD))
    return [task for task in found if task.kind is tasks.Kind.AT_THE_DOOR]


def in_crisis(said: list[Outbound]) -> bool:
    return any(each.purpose is Purpose.CRISIS for each in said)


@pytest.mark.parametrize("words", SAID)
async def test_nobody_at_the_door(talk: Talk, clock: TestClock, words: str) -> None:
    await at_the_hour(talk, clock)
    (said,) = await talk.says(words)
    assert said.body.startswith("C’est noté pour l’équipe\u00a0: tu attends pour ton rendez-vous.")
    assert "12 place Jean-Jaurès, 62220 Carvin" in said.body
    assert PHONE in said.body.replace("\u00a0", " ")
    assert LINE in said.body
    assert labels([said]) == ["Une personne", "Déplacer", "C’est chez moi", "Menu"]


async def test_whoever_is_nearest_is_told_once(talk: Talk, clock: TestClock) -> None:
    await at_the_hour(talk, clock)
    for _again in range(2):
        await talk.says("ya personne")
    (task,) = await to_do(talk.road.storage)
    assert (task.text, task.for_id, task.due_at) == ("jeudi 5 mars, 10\u00a0h\u00a030", None, AT)


async def test_their_own_door_is_a_tap_away(talk: Talk, clock: TestClock) -> None:
    await at_the_hour(talk, clock)
    await talk.says("la porte est fermé")
    said = await talk.taps("C’est chez moi")
    assert in_crisis(said)
    assert "17" in said[0].body


@pytest.mark.parametrize("words", DANGERS)
async def test_a_danger_told_there_is_one(talk: Talk, clock: TestClock, words: str) -> None:
    await at_the_hour(talk, clock)
    assert in_crisis(await talk.says(words))
    assert await to_do(talk.road.storage) == []


@pytest.mark.parametrize("away", [timedelta(hours=-1), timedelta(hours=1)])
async def test_at_another_hour_a_shut_door_is_what_it_was(talk: Talk, clock: TestClock, away: timedelta) -> None:
    await at_the_hour(talk, clock)
    clock.turn_to(AT + away)
    assert in_crisis(await talk.says("je suis devant la porte c'est fermé"))


async def test_of_somebody_else_s_appointment_nothing_is_told(road: Road, talk: Talk, clock: TestClock) -> None:
    await at_the_hour(road.talk("lou"), clock)
    await talk.says("slt")
    assert "Carvin" not in bodies(await talk.says("jsui devant ya personne"))
    assert await to_do(road.storage) == []


async def test_where_a_colleague_reads_a_danger_is_never_explained(talk: Talk, clock: TestClock) -> None:
    await at_the_hour(talk, clock)
    await talk.says("une personne")
    assert in_crisis(await talk.says("jsui deja devant ya personne"))


async def test_the_floor_is_told_to_who_asks(talk: Talk, clock: TestClock) -> None:
    await at_the_hour(talk, clock)
    (said,) = await talk.says("jsuis devant vs etes ou")
    assert "Lieu\u00a0: Antenne de Carvin" in said.body
    assert await to_do(talk.road.storage) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_in_each_language(talk: Talk, clock: TestClock, language: str) -> None:
    await at_the_hour(talk, clock)
    await speaking(talk, language)
    (said,) = await talk.says("ya personne c fermé")
    assert said.language == language
    assert PHONE.replace(" ", "") in "".join(letter for letter in said.body if letter.isdecimal())


@pytest.mark.parametrize("words", ["je veux parler a une personne", "oui jserai la", "je suis seule ya personne", "ya personne pour m'aider"])
def test_what_is_no_door(words: str) -> None:
    assert not finds_nobody(words)
