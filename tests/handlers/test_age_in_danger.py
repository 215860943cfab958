"""How old somebody in danger is: asked once, understood in any form, and never too late."""

import pytest

from tests.talk import Talk, bodies, labels


@pytest.mark.parametrize(
    ("said", "number"),
    [
        *(("17", "119"), ("jai 17 ans", "119"), ("presque 18", "119"), ("je suis mineure", "119"), ("seventeen", "119"), ("non 17", "119")),
        *(("19", "115"), ("jai 22 ans", "115"), ("majeur", "115")),
    ],
)
async def test_an_age_answers_the_question_of_the_age(talk: Talk, said: str, number: str) -> None:
    await talk.says("g nul par ou dormir se soir")
    assert f"Appelle le {number}" in bodies(await talk.says(said))


async def test_both_doors_as_long_as_the_age_is_not_known(talk: Talk) -> None:
    await talk.says("g nul par ou dormir se soir")
    said = await talk.says("gzgzgz")
    assert bodies(said) == "Je suis un robot, je peux mal comprendre. Moins de 18\u00a0ans\u00a0: 119. 18\u00a0ans ou plus\u00a0: 115."
    assert labels(said) == ["Oui", "Non", "Appeler le 115", "Appeler le 119"]
    assert "Appelle le 119" in bodies(await talk.taps("Oui"))
    assert bodies(await talk.says("gzgzgz")) == "Je suis un robot, je peux mal comprendre. Appelle le 119."


@pytest.mark.parametrize("danger", ["g nul par ou dormir se soir", "mon copain me frappe"])
async def test_an_age_said_late_ends_what_is_for_adults(talk: Talk, danger: str) -> None:
    await talk.says(danger)
    await talk.taps("Non")
    await talk.says("c koi visale")
    assert "Appelle le 119" in bodies(await talk.says("en fait jai 16 ans"))
