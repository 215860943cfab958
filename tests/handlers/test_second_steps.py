"""What comes after a card, for each danger: the right number, nobody's fault, nothing that costs."""

import pytest

from bot.messages import Purpose
from tests.talk import Talk, bodies, labels

EVICTED = "le proprio a changé la serrure"


async def test_locked_out_without_a_decision_is_for_the_police(talk: Talk) -> None:
    said = await talk.says(EVICTED)
    assert "Qui est devant la porte" in bodies(said)
    told = bodies(await talk.taps("Propriétaire"))
    assert told.startswith("Appelle le 17")
    assert "sans décision de justice" in told
    assert "115" in told
    assert "SOS loyers impayés, 0805\u00a016\u00a000\u00a075" in told


async def test_where_the_police_are_there_already_it_is_not_for_the_police(talk: Talk) -> None:
    await talk.says(EVICTED)
    said = await talk.taps("Police, huissier")
    told = bodies(said)
    assert "17" not in told.replace("0805\u00a016\u00a000\u00a075", "")
    assert not [label for label in labels(said) if "17" in label]
    for words in (
        "Demande à voir la décision et prends-la en photo",
        "Prends tes papiers et tes médicaments",
        "Pour ce soir\u00a0: 115",
        "SOS loyers impayés",
    ):
        assert words in told


async def test_under_eighteen_the_119_the_nearest_station_and_no_bill(talk: Talk) -> None:
    await talk.says("jai nul part ou dormir se soir")
    told = bodies(await talk.taps("Oui"))
    for words in (
        "Appelle le 119. C’est gratuit, jour et nuit, et ça n’apparaît pas sur la facture",
        "le commissariat ou la gendarmerie la plus proche",
        "114 par SMS",
    ):
        assert words in told


@pytest.mark.parametrize(("danger", "number"), [("jen peu plu jveu plus etre la", "3114"), ("jai nul part ou dormir se soir", "115")])
async def test_no_battery_gets_the_shortest_text_and_hears_that_it_is_free(talk: Talk, danger: str, number: str) -> None:
    card = (await talk.says(danger))[0]
    told = (await talk.says("jai pu de baterie"))[0]
    assert told.purpose is Purpose.CRISIS
    assert len(told.body) < len(card.body) / 2
    assert number in told.body
    assert "gratuit" in told.body


@pytest.mark.parametrize(
    ("text", "words", "number"),
    [
        ("ma copine me tape", "à des hommes", "116\u00a0006"),
        ("on veut me marier de force", "sans ton accord", "116\u00a0006"),
        ("ma voisine se fait frapper par son mari", "pour la personne dont tu parles", "116\u00a0006"),
        ("ma voisine tape son enfant", "pour un enfant que tu connais", "119"),
        ("mon ami veut se suicider", "pour la personne dont tu parles", "3114"),
    ],
)
async def test_each_situation_has_its_own_words(talk: Talk, text: str, words: str, number: str) -> None:
    said = await talk.says(text)
    assert said[0].purpose is Purpose.CRISIS
    assert words in said[0].body
    assert number in said[0].body
