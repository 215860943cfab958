"""A time chosen in words, of those shown or of all that are free; whatever is understood is asked back, and nothing is done by guess."""

from collections.abc import Mapping

import pytest

from bot.routing import QUESTION
from handlers.deciding import NEGATIONS
from tests.handlers.receiving import Receiving
from tests.handlers.test_languages import speaking
from tests.handlers.test_moving import booked
from tests.storage.diary import paris
from tests.talk import Talk, labels

SAID = {
    "jveu un rdv": "sure book-appointment",
    "jveu un rdv jeudi aprem": "sure book-appointment",
    "un rdv a carvin stp": "sure book-appointment",
    "on peut decaler": "sure move-appointment",
    "on peut decaler a mardi": "sure move-appointment",
    "deplacer mon rdv de jeudi": "sure move-appointment",
    "on peut le mettre plus tot": "sure move-appointment",
    "je peux pas payer mon loyer avant jeudi": "sure impayes-loyer",
}
NOTHING = "Rien de libre à ce moment-là."


@pytest.fixture
def meanings() -> Mapping[str, str]:
    return SAID


async def before_times(talk: Talk, town: str = "Carvin") -> None:
    """Somebody before three times: at Carvin Thursday 5 at 14:00, Tuesday 10 at 9:00, Thursday 12 at 17:00."""
    await talk.says("jveu un rdv")
    await talk.taps("Trouver un logement")
    await talk.taps(town)


async def waits(talk: Talk) -> str:
    state = (await talk.lane()).state.get(QUESTION)
    return str(state["id"]) if isinstance(state, dict) else ""


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("mardi", "Mardi 10 mars, 9\u00a0h"),
        ("mardi matin stp", "Mardi 10 mars, 9\u00a0h"),
        ("jeudi 14h", "Jeudi 5 mars, 14\u00a0h"),
        ("jeudi aprem", "Jeudi 5 mars, 14\u00a0h"),
        ("le 12", "Jeudi 12 mars, 17\u00a0h"),
        ("a 17h", "Jeudi 12 mars, 17\u00a0h"),
        ("le 2e", "Mardi 10 mars, 9\u00a0h"),
        ("la premiere", "Jeudi 5 mars, 14\u00a0h"),
        ("le dernier", "Jeudi 12 mars, 17\u00a0h"),
        ("nimporte", "Jeudi 5 mars, 14\u00a0h"),
        ("le + tot", "Jeudi 5 mars, 14\u00a0h"),
        ("le plus tot c mieu", "Jeudi 5 mars, 14\u00a0h"),
        ("ok mar.", "Mardi 10 mars, 9\u00a0h"),
        ("demain en 8", ""),
        ("jeudi 19 mars a 15h", "Jeudi 19 mars, 15\u00a0h"),
    ],
)
async def test_of_the_times_shown_or_of_all(talk: Talk, service: Receiving, text: str, at: str) -> None:
    await before_times(talk)
    (said,) = await talk.says(text)
    assert at in said.body
    assert bool(at) == said.body.endswith("Je réserve\u202f?")
    assert await service.ahead(talk) == (), "said is not booked"


@pytest.mark.parametrize("text", ["oui", "ok", "jsp", "je sais pas", "idk"])
async def test_words_that_choose_none_of_several_times_are_told_how(talk: Talk, service: Receiving, text: str) -> None:
    await before_times(talk)
    times = labels(talk.heard[-1:])
    (said,) = await talk.says(text)
    assert said.body == "Choisis un moment, ou écris «\u00a0le premier\u00a0»."
    assert labels([said]) == times
    (said,) = await talk.says("le premier")
    assert said.body.endswith("Je réserve\u202f?")


@pytest.mark.parametrize(("language", "text"), [("en", "tuesday morning"), ("ar", "الثلاثاء"), ("fr-facile", "mardi")])
async def test_in_each_language(talk: Talk, service: Receiving, language: str, text: str) -> None:
    await speaking(talk, language)
    await talk.says("jveu un rdv")
    await talk.says("Trouver un logement")
    await talk.says("Carvin")
    await talk.says(text)
    await talk.says({"ar": "نعم", "en": "yes"}.get(language, "oui"))
    assert (await service.one(talk)).slot.start == paris("2026-03-10 09:00")


async def test_several_that_fit_are_shown(talk: Talk, service: Receiving) -> None:
    await before_times(talk)
    (said,) = await talk.says("jeudi")
    assert labels([said])[:2] == ["jeu. 5, 14\u00a0h", "jeu. 12, 17\u00a0h"]
    assert said.body.startswith("Deux moments, à Carvin.")


@pytest.mark.parametrize("text", ["dimanche", "apres 20h", "a 22h", "le 25 decembre"])
async def test_a_time_with_nothing_free_is_said(talk: Talk, service: Receiving, text: str) -> None:
    await before_times(talk)
    (said,) = await talk.says(text)
    assert said.body.startswith(f"{NOTHING} Trois moments, à Carvin.")


async def test_another_day_than_those_shown(talk: Talk, service: Receiving) -> None:
    await before_times(talk, "Oignies")
    (said,) = await talk.says("lundi matin")
    assert all(label.startswith("lun.") for label in labels([said])[:3])
    assert labels([said])[0] == "lun. 9, 9\u00a0h"


async def test_later_and_sooner(talk: Talk, service: Receiving) -> None:
    await before_times(talk)
    (later,) = await talk.says("plus tard")
    assert labels([later])[0] == "jeu. 12, 18\u00a0h"
    (sooner,) = await talk.says("plus tot")
    assert labels([sooner])[0] == "jeu. 5, 14\u00a0h"


async def test_another_town(talk: Talk, service: Receiving) -> None:
    await before_times(talk)
    (said,) = await talk.says("a oignies plutot")
    assert "à Oignies" in said.body


@pytest.mark.parametrize("text", ["non", "aucun", "autre jour", "je peux pas"])
async def test_none_of_these_shows_the_ways(talk: Talk, service: Receiving, text: str) -> None:
    await before_times(talk)
    (said,) = await talk.says(text)
    assert said.body == "Tu préfères quoi\u202f?"
    assert await waits(talk) == "slots"


async def test_leaving_leaves(talk: Talk, service: Receiving) -> None:
    await before_times(talk)
    (said,) = await talk.says("laisse tomber")
    assert "rien n’est réservé" in said.body
    assert await waits(talk) == ""


async def test_a_need_that_names_a_day_is_no_answer(talk: Talk, service: Receiving) -> None:
    await before_times(talk)
    said = await talk.says("je peux pas payer mon loyer avant jeudi")
    assert "loyer" in said[0].body
    assert said[-1].body.startswith("On reprend")


# -- what was said first is not asked again


async def test_the_day_of_the_first_words(talk: Talk, service: Receiving) -> None:
    await talk.says("jveu un rdv jeudi aprem")
    await talk.taps("Trouver un logement")
    (said,) = await talk.taps("Oignies")
    assert all(label.startswith("jeu.") for label in labels([said])[:3])


async def test_the_town_of_the_first_words(talk: Talk, service: Receiving) -> None:
    await talk.says("un rdv a carvin stp")
    (said,) = await talk.taps("Trouver un logement")
    assert said.body.startswith("Trois moments, à Carvin.")


# -- the yes


@pytest.mark.parametrize("text", ["oui", "vi", "ok nickel", "ca me va", "oui jeudi", "c bon pour moi", "oui vas y"])
async def test_a_yes_in_other_words(talk: Talk, service: Receiving, text: str) -> None:
    await before_times(talk)
    await talk.says("1")
    await talk.says(text)
    assert (await service.one(talk)).slot.start == paris("2026-03-05 14:00")


@pytest.mark.parametrize("text", ["oui mardi", "ok mais mardi", "plutot mardi", "non mardi", "pas jeudi", "mardi c mieux"])
async def test_another_day_is_no_yes(talk: Talk, service: Receiving, text: str) -> None:
    await before_times(talk)
    await talk.says("1")
    (said,) = await talk.says(text)
    assert await service.ahead(talk) == ()
    assert "Mardi" in said.body or all(label.startswith("mar.") for label in labels([said])[:3]) or text == "pas jeudi"
    assert "jeu." not in " ".join(labels([said]))
    assert await waits(talk) in ("book", "slots")


@pytest.mark.parametrize("text", ["pas sur", "attends", "jsp", "oui mais avec ma soeur", "c bien pour quoi faire ?"])
async def test_in_doubt_nothing_is_booked(talk: Talk, service: Receiving, text: str) -> None:
    await before_times(talk)
    await talk.says("1")
    await talk.says(text)
    assert await service.ahead(talk) == ()


# -- moving


async def test_moved_to_the_day_that_was_said(talk: Talk, service: Receiving) -> None:
    await booked(talk, service)
    (said,) = await talk.says("on peut decaler a mardi")
    assert all(label.startswith("mar.") for label in labels([said])[:3]) or "Mardi" in said.body
    assert (await service.one(talk)).version == 1


async def test_the_day_of_the_one_that_stands_is_no_wish(talk: Talk, service: Receiving) -> None:
    await booked(talk, service)
    (said,) = await talk.says("deplacer mon rdv de jeudi")
    assert said.body == "Trois moments, au même endroit. Lequel te va\u202f?"


async def test_sooner_than_the_one_that_stands(talk: Talk, service: Receiving) -> None:
    await booked(talk, service, "2026-03-12 14:00")
    (said,) = await talk.says("on peut le mettre plus tot")
    assert labels([said])[0] == "jeu. 5, 14\u00a0h"


@pytest.mark.parametrize("text", ["je viens", "jy serai", "non je viens", "jviens jeudi"])
async def test_coming_is_no_yes_to_a_change(talk: Talk, service: Receiving, text: str) -> None:
    """They may mean the one that stands."""
    old = await booked(talk, service)
    await talk.says("on peut decaler")
    await talk.says("1")
    await talk.says(text)
    now = await service.one(talk)
    assert (now.slot, now.version) == (old.slot, old.version)


def test_negations_are_compared_as_texts_are() -> None:
    assert all(word == word.casefold() and " " not in word for word in NEGATIONS)
