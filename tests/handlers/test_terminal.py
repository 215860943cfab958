"""A net that does not need recognition: every answer that ends something carries the numbers, whole, and says what they are for once."""

import re

import pytest

from bench.eval.messages import read_messages
from bot import wiring
from bot.messages import Kind, Outbound
from bot.routing import EMERGENCY, EMERGENCY_FIRST
from content.library import Library
from content.words import FRENCH, words_of
from tests.talk import Road, Talk, bodies, labels

LINE = "Urgence\u00a0: 115 · 17 · 119 · 3114"
EXPLAINED = f"{LINE} (le bouton Urgence dit lequel)"
WRITTEN = (
    *("slt", "bonjour", "menu", "aide", "c koi visale", "je peux pas payer mon loyer", "je cherche un appart", "le truc la pr le machin du 3"),
    *("/start", "/start aide-visale", "/start inconnu", "/menu", "/personne", "/donnees", "/stop", "/nimporte", "une personne", "jveu parler a qqun"),
    *("STOP", "START", "mes donnees", "Argent et aides", "Mes rendez-vous", "Une personne", "🙃", "x" * 20_000, "\u200b", "مرحبا"),
)
BUTTONS = ("Trouver un logement", "Un toit provisoire", "Argent et aides", "Bail et réparations", "Loyer, dettes", "Ma situation", "Mes rendez-vous")
SHOWN = (Kind.MEDIA, Kind.LOCATION, Kind.OTHER)


def ends_with_the_line(said: list[Outbound]) -> bool:
    """In the language it is said in."""
    words = words_of(said[-1].language) if said else words_of(FRENCH)
    return bool(said) and said[-1].body.rstrip().endswith((words.say(EMERGENCY), words.say(EMERGENCY_FIRST)))


@pytest.mark.parametrize("text", WRITTEN, ids=[text[:24] for text in WRITTEN])
async def test_whatever_is_written(talk: Talk, text: str) -> None:
    assert ends_with_the_line(await talk.says(text))


async def test_whatever_is_written_later(talk: Talk) -> None:
    await talk.says("slt")
    for text in (text for text in WRITTEN if "personne" not in text.lower() and "qqun" not in text):
        assert ends_with_the_line(await talk.says(text)), text
        await talk.says("menu")


@pytest.mark.parametrize("label", [*BUTTONS, "Le CLLAJ, mes infos", "Une personne"])
async def test_whatever_row_is_pressed(talk: Talk, label: str) -> None:
    await talk.says("slt")
    assert ends_with_the_line(await talk.taps(label))


@pytest.mark.parametrize("kind", SHOWN)
async def test_whatever_is_shown(talk: Talk, kind: Kind) -> None:
    await talk.says("slt")
    assert ends_with_the_line(await talk.does(kind))


async def test_every_button_of_a_page(talk: Talk) -> None:
    for label in ("Comment demander", "Si c’est non", "Ce n’est pas ça", "Menu"):
        await talk.says("c koi visale")
        assert ends_with_the_line(await talk.taps(label)), label


async def test_the_explanation_comes_once(talk: Talk) -> None:
    first = await talk.says("slt")
    later = [*await talk.says("c koi visale"), *await talk.says("gzgz"), *await talk.taps("Menu")]
    assert EXPLAINED in first[-1].body
    assert LINE in bodies(later)
    assert EXPLAINED not in bodies(later)


async def test_urgence_is_in_every_menu(talk: Talk) -> None:
    for text in ("slt", "menu"):
        said = labels(await talk.says(text))
        assert said[0] == "Urgence"
        assert said[-1] == "Une personne"


NUMBERS = ("115", "17", "119", "3114")


async def test_a_danger_that_is_not_seen_gets_the_line_all_the_same(road: Road, library: Library) -> None:
    """What others wrote of a danger and the robot takes for something else: the numbers stand under its answer."""
    missed = [message for message in read_messages() if message.danger and wiring.detector(library)(message.text) is None]
    for message in missed:
        said = await road.talk(message.id).says(message.text)
        assert any(all(re.search(rf"\b{number}\b", outbound.body) for number in NUMBERS) for outbound in said), message.id
    assert missed, "none is missed: let the harder messages of `make eval` stand here"
