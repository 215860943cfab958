"""What nobody expects: each gets one true sentence, nothing is lost, and nothing is kept that must not be."""

import pytest

from bot.messages import Inbound, Kind, reference
from content.words import LANGUAGES, Words
from handlers import fallback
from handlers.forgetting import ALL_LABEL, ERASED
from storage import threads
from tests.handlers.test_five_people import holds, numbers, speaking
from tests.opening import opens, paris
from tests.talk import Road, Talk, bodies

ODD_TAGS = (
    *("xx-zz", "fr-FR-x-secret-000000001", "e" * 300, "", "اللغة", "en_US_POSIX", "fr-facile", "-", "a-DE", "zh-Hant-TW"),
    *("fr; DROP TABLE person", "\u202efr"),
)


@pytest.mark.parametrize("tag", ODD_TAGS)
async def test_a_language_tag_that_does_not_exist_changes_nothing(road: Road, tag: str) -> None:
    said = await road.talk("odd", locale=tag).says("slt")
    assert "Je suis le robot" in bodies(said)
    assert numbers(said)
    assert (await road.talk("odd").lane()).language == "fr"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_link_of_another_service_gets_the_ordinary_welcome(road: Road, language: str) -> None:
    talk = await speaking(road, language)
    other = await speaking(road, language, "other")
    for code in ("AUTRE-CLLAJ_42", "k7m2xq", "0" * 64):
        assert bodies(await talk.says(f"/start {code}")) == bodies(await other.says("/start"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_twelve_answers_to_one_question(road: Road, language: str) -> None:
    """The first is the answer, done once; the others, sent before it was read, are each told what became of the question."""
    await opens(road.storage)
    road.clock.turn_to(paris(2026, 11, 24, 15))
    talk = await speaking(road, language)
    await talk.says("jai nul part ou dormir" if language != "ar" else "ما عندي وين أنام الليلة")
    asked = next(one for one in reversed(talk.heard) if one.card != "crisis" and any(choice.id.startswith("crisis:") for choice in one.choices))
    press = [Inbound(talk.address, "", Kind.CHOICE, road.clock.now(), choice=reference(asked.number, nth % len(asked.choices))) for nth in range(12)]
    before = (await talk.lane()).number
    await road.take(*press)
    said = talk.news()
    assert said
    assert numbers(said)
    assert (await talk.lane()).number == before + 12 + len(said), "every press is kept, and every answer"
    thread = await road.storage.read(threads.open_thread_of, (await talk.lane()).person_id)
    assert thread is not None


async def test_twelve_times_yes_to_an_erasure_is_one_erasure(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("efface tout")
    question = talk.heard[-1]
    nth = [choice.label for choice in question.choices].index(Words("fr").say(ALL_LABEL))
    await road.take(*(Inbound(talk.address, "", Kind.CHOICE, road.clock.now(), choice=reference(question.number, nth)) for _ in range(12)))
    said = talk.news()
    assert sum(holds([one], "fr", ERASED) for one in said) == 1
    assert numbers(said)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_location_outside_france_is_answered_like_any_and_kept_nowhere(road: Road, language: str) -> None:
    talk = await speaking(road, language)
    said = await talk.does(Kind.LOCATION)
    assert holds(said, language, fallback.LOCATION)
    assert numbers(said)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_contact_card_of_somebody_else_is_refused(road: Road, language: str) -> None:
    talk = await speaking(road, language)
    said = await talk.does(Kind.OTHER)
    assert holds(said, language, fallback.UNREADABLE)
    assert numbers(said)


async def test_twelve_presses_of_one_button_in_a_second(road: Road, talk: Talk) -> None:
    """An asked-for page is never held back; the question it came from is not asked twelve times over."""
    await talk.says("slt")
    menu = talk.heard[-1]
    nth = next(place for place, choice in enumerate(menu.choices) if choice.id == "theme:logement")
    await road.take(*(Inbound(talk.address, "", Kind.CHOICE, road.clock.now(), choice=reference(menu.number, nth)) for _ in range(12)))
    said = talk.news()
    assert said
    assert all(numbers([one]) for one in said)
    assert len({one.body for one in said}) <= 2


async def test_twelve_presses_of_a_person_open_one_demand(road: Road, talk: Talk) -> None:
    await opens(road.storage)
    road.clock.turn_to(paris(2026, 11, 24, 15))
    await talk.says("slt")
    menu = talk.heard[-1]
    nth = next(place for place, choice in enumerate(menu.choices) if choice.id == "personne")
    await road.take(*(Inbound(talk.address, "", Kind.CHOICE, road.clock.now(), choice=reference(menu.number, nth)) for _ in range(12)))
    said = talk.news()
    assert sum("lu par l’équipe" in one.body for one in said) == 1, "the notice is shown once"
    lane = await talk.lane()
    assert lane.human
    assert await road.storage.read(threads.open_thread_of, lane.person_id) is not None
    assert all(numbers([one]) for one in said[1:])
