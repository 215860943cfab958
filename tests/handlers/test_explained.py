"""Answers about an appointment that look like a danger: they are answered as what they are; whatever else shows one is one."""

import pytest

from bot.messages import Outbound, Purpose
from content.words import LANGUAGES, words_of
from handlers.appointment_words import LABELS, Button, name_of
from handlers.cancelling import STAYS_LABEL
from storage.appointment_view import State
from tests.handlers.meetings import books, now, reminded, told
from tests.handlers.test_languages import speaking
from tests.storage.diary import diary
from tests.talk import Talk, bodies


async def in_sight(talk: Talk) -> None:
    await reminded(talk, await books(talk, await diary(talk.road.storage)))


def in_crisis(said: list[Outbound]) -> bool:
    return any(each.purpose is Purpose.CRISIS for each in said)


@pytest.mark.parametrize(
    ("words", "answered"),
    [
        ("vu, j'y serai", "C’est noté, à jeudi."),
        ("oé jsui la tkt", "C’est noté, à jeudi."),
        ("jvien cest sur, g mi un reveil", "C’est noté, à jeudi."),
        ("surtout ne donnez mon créneau à personne, je serai là", "C’est noté, à jeudi."),
        ("im coming", "C’est noté, à jeudi."),
        ("ok im coming thursday", "C’est noté, à jeudi."),
        ("i'll be there", "C’est noté, à jeudi."),
        ("je ne viens plus", "Tu ne peux pas venir"),
        ("bonjour je désolé, demain je reste hôpital avec mon bébé", "Tu ne peux pas venir"),
        ("mon daron veu pa ke jvien", "Tu ne peux pas venir"),
    ],
)
async def test_an_answer_to_a_reminder(talk: Talk, words: str, answered: str) -> None:
    await in_sight(talk)
    said = await talk.says(words)
    assert not in_crisis(said)
    assert bodies(said).startswith(answered)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_button_written_out_is_that_button(talk: Talk, language: str) -> None:
    """In English « I'm coming », the label of « Je viens », looks very much like a danger."""
    mine = await books(talk, await diary(talk.road.storage))
    await speaking(talk, language)
    words = words_of(language)
    for written in (words.say(LABELS[Button.COME]), words.say(LABELS[Button.DROP]), words.say(STAYS_LABEL)):
        await told(talk, "?", {name_of(mine, Button.COME): written}) if written == words.say(LABELS[Button.COME]) else None
        assert not in_crisis(await talk.says(written.replace("’", ""))), written
    assert (await now(talk.road.storage, mine)).state is State.CONFIRMED


async def test_a_danger_s_button_written_out_is_a_danger(talk: Talk) -> None:
    await in_sight(talk)
    await talk.says("urgence")
    assert in_crisis(await talk.says("On me fait du mal"))


@pytest.mark.parametrize("words", ["vu, j'y serai", "je ne viens plus"])
async def test_of_who_has_none_a_danger_is_seen_as_before(talk: Talk, words: str) -> None:
    await talk.says("slt")
    assert in_crisis(await talk.says(words))


async def test_where_a_colleague_reads_nothing_is_explained(talk: Talk) -> None:
    await in_sight(talk)
    await talk.says("une personne")
    assert in_crisis(await talk.says("je ne viens plus"))


@pytest.mark.parametrize(
    "words",
    [
        "jpeu pas venir jveu mourir",
        "je viens pas, jdors dehors ce soir",
        "je peux pas venir mon mec ma tapé",
        "Je suis montée voir la vue. J'ai enlevé mes chaussures.",
        "je me sens vide, comme si j'étais déjà partie",
        "Mon bébé de deux mois a quarante de fièvre et il ne tète plus.",
        "je voudrais décaler mon rendez-vous, je suis en psychiatrie depuis dimanche parce que j'ai voulu sauter",
        "jai dit oredoir a mon fils a lecole plus lontan que dabitude",
    ],
)
async def test_a_danger_told_there_is_one(talk: Talk, words: str) -> None:
    await in_sight(talk)
    assert in_crisis(await talk.says(words))


async def test_nothing_is_cancelled_by_it(talk: Talk) -> None:
    mine = await books(talk, await diary(talk.road.storage))
    await reminded(talk, mine)
    await talk.says("je ne viens plus")
    assert await now(talk.road.storage, mine) == mine
