"""Somebody who only sends their voice: few words and pictograms, until they write."""

from content.words import EASY_FRENCH
from tests.clock import TestClock
from tests.talk import Talk, bodies, labels

ROWS = ["Urgence", "🏠 Logement", "🔑 Chez moi", "💶 Argent", "📅 Rendez-vous", "🙋 Une personne"]


async def two_voices(talk: Talk, clock: TestClock) -> None:
    await talk.says("slt")
    await talk.sends("voice")
    clock.turn(minutes=2)
    await talk.sends("voice")


async def test_a_voice_note_gets_pictograms(talk: Talk) -> None:
    await talk.says("slt")
    assert labels(await talk.sends("voice"))[-6:] == ROWS


async def test_two_in_a_row_switch_to_few_words(talk: Talk, clock: TestClock) -> None:
    await two_voices(talk, clock)
    said = await talk.says("/menu")
    assert said[-1].body.startswith("Appuie")
    assert labels(said) == ROWS
    page = talk.road.library.page("aide-visale", EASY_FRENCH)
    assert page is not None
    await talk.taps("💶 Argent")
    assert page.label in labels(talk.heard[-1:])
    assert page.body in bodies(await talk.taps(page.label))


async def test_a_pictogram_sent_alone_is_its_row(talk: Talk, clock: TestClock) -> None:
    await two_voices(talk, clock)
    assert "Visale" in " ".join(labels(await talk.says("💶")))
    assert labels(await talk.says("/menu")) == ROWS, "a pictogram is not a sentence"
    await talk.says("🙋")
    assert (await talk.lane()).human


async def test_anything_written_ends_it(talk: Talk, clock: TestClock) -> None:
    await two_voices(talk, clock)
    assert "Visale" in bodies(await talk.says("c koi visale"))
    assert len(labels(await talk.says("menu"))) == 10


async def test_one_voice_note_among_words_changes_nothing(talk: Talk, clock: TestClock) -> None:
    await talk.says("slt")
    for _nth in range(3):
        clock.turn(minutes=2)
        await talk.sends("voice")
        await talk.says("menu")
    assert len(labels(await talk.says("menu"))) == 10
