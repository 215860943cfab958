"""No circle: two misses in a row lead to a person, whatever they are; and what is asked for is given as often as it is asked."""

import pytest

from bot.messages import Kind
from tests.talk import Talk, bodies, labels


def leads_to_a_person(said: str, offered: list[str]) -> bool:
    return "Une personne comprendra mieux" in said and bool({"Une personne", "Oui"} & set(offered))


@pytest.mark.parametrize("second", ["gzgz", "sticker"])
@pytest.mark.parametrize("first", ["blrp", "sticker"])
async def test_two_misses_of_any_kind(talk: Talk, first: str, second: str) -> None:
    await talk.says("slt")
    said = []
    for one in (first, second):
        said = await (talk.does(Kind.OTHER) if one == "sticker" else talk.says(one))
    assert leads_to_a_person(bodies(said), labels(said))


async def test_ten_stickers_never_say_the_same_twice_in_a_row_to_the_end(talk: Talk) -> None:
    await talk.says("slt")
    said = [bodies(await talk.does(Kind.OTHER)) for _nth in range(10)]
    assert all("Une personne comprendra mieux" in one for one in said[1:])


async def test_something_understood_starts_again(talk: Talk) -> None:
    await talk.says("slt")
    for _nth in range(3):
        assert "ça vient de moi" in bodies(await talk.says("gzgz"))
        assert "Visale" in bodies(await talk.says("c koi visale"))


async def test_a_second_page_that_is_not_it_leads_to_a_person(talk: Talk) -> None:
    await talk.says("c koi visale")
    assert "C’était plutôt quoi" in bodies(await talk.taps("Ce n’est pas ça"))
    await talk.says("jai un retard de loyer")
    said = await talk.taps("Ce n’est pas ça")
    assert leads_to_a_person(bodies(said), labels(said))


async def test_a_page_read_further_was_it(talk: Talk) -> None:
    await talk.says("c koi visale")
    await talk.taps("Ce n’est pas ça")
    await talk.says("visale")
    await talk.taps("Comment demander")
    assert "C’était plutôt quoi" in bodies(await talk.taps("Ce n’est pas ça"))


@pytest.mark.parametrize(("text", "words"), [("c koi visale", "Visale"), ("menu", "De quoi tu as besoin"), ("urgence", "3114"), ("merci", "De rien")])
async def test_what_is_asked_for_is_never_held_back(talk: Talk, text: str, words: str) -> None:
    await talk.says("slt")
    for _nth in range(6):
        assert words in bodies(await talk.says(text))


async def test_danger_is_answered_each_time(talk: Talk) -> None:
    for _nth in range(5):
        assert "3114" in bodies(await talk.says("je veux mourir"))


async def test_a_button_of_a_question_that_is_past_leaves_a_way_on(talk: Talk) -> None:
    await talk.says("efface tout")
    await talk.says("gzgz")
    await talk.says("blrp")
    said = await talk.taps("Tout effacer")
    assert "Cette question est passée. On en est là" in bodies(said)
    assert "Je lui laisse tes deux messages" in bodies(said)
    assert {"Menu", "Une personne"} <= set(labels(said))
