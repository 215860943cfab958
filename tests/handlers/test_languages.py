"""Pages and answers in the four languages: the French stands under a translation that no speaker has read."""

from dataclasses import replace

import pytest

from content.library import Library
from content.pages import Translation
from content.words import ARABIC, EASY_FRENCH, ENGLISH, LANGUAGES, words_of
from handlers.pages import IN_FRENCH, UNREAD
from storage import lanes
from storage.engine import Storage, Work
from tests.clock import TestClock
from tests.content.languages import figures_stand_apart
from tests.talk import Road, Talk, bodies, labels

TRANSLATED = (EASY_FRENCH, ENGLISH, ARABIC)
EMERGENCY = {
    "fr": "Urgence\u00a0: 115 · 17 · 119 · 3114",
    EASY_FRENCH: "Urgence\u00a0: 115 · 17 · 119 · 3114",
    ENGLISH: "Emergency: 115 · 17 · 119 · 3114",
    ARABIC: "الطوارئ: \u2066115\u2069 · \u206617\u2069 · \u2066119\u2069 · \u20663114\u2069",
}


async def speaking(talk: Talk, language: str) -> Talk:
    """The same person, who was greeted and reads this language."""
    await talk.says("slt")

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        lane.language = language
        lanes.keep(work, lane)

    await talk.road.storage.run(unit)
    return talk


@pytest.mark.parametrize("language", TRANSLATED)
async def test_a_translation_nobody_read_shows_its_french(talk: Talk, library: Library, language: str) -> None:
    await speaking(talk, language)
    (said,) = await talk.says("visale")
    page, french = library.page("aide-visale", language), library.pages["aide-visale"]
    assert page is not None
    words = words_of(language)
    wanted = [page.title, page.body, words.say(IN_FRENCH), french.body, words.say(UNREAD), EMERGENCY[language]]
    assert said.body == "\n\n".join(wanted)
    assert len(said.body) <= 1500
    assert said.language == language
    assert labels([said])[: len(page.sections)] == [section.title for section in page.sections]
    (more,) = await talk.taps(page.sections[0].title)
    assert more.body.startswith(f"{page.sections[0].title}\n\n{page.sections[0].body}\n\n{words.say(IN_FRENCH)}\n\n{french.sections[0].body}")


async def test_a_translation_a_speaker_read_stands_alone(storage: Storage, clock: TestClock, library: Library) -> None:
    texts = {key: replace(page, translation=Translation.READ) if page.translation else page for key, page in library.texts.items()}
    talk = await speaking(Road(storage, clock, replace(library, texts=texts)).talk(), ARABIC)
    said = bodies(await talk.says("visale"))
    assert library.pages["aide-visale"].body not in said
    assert words_of(ARABIC).say(UNREAD) in said


async def test_a_figure_nobody_checked_is_said_to_be_missing(talk: Talk, library: Library) -> None:
    said = bodies(await talk.says("c quoi le préavis"))
    assert "Je n’ai pas de chiffre sûr. Une personne peut te le dire." in said
    assert "chiffre sûr" not in bodies(await talk.says("c koi visale"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_theme_opens_on_pages_in_the_language(talk: Talk, library: Library, language: str) -> None:
    await speaking(talk, language)
    for row in library.menu:
        if row.id in ("urgence", "personne"):
            continue
        await talk.says("menu")
        said = await talk.taps(row.label.of(language))
        pages = {page.label for page in library.pages_in(language) if page.theme == row.id}
        offered = {choice.label for choice in said[-1].choices if choice.id.startswith("page:")}
        if rest := next((choice for choice in said[-1].choices if choice.id.startswith("theme:")), None):
            said = await talk.taps(rest.label)
            offered |= {choice.label for choice in said[-1].choices if choice.id.startswith("page:")}
        assert offered == pages != set()
        assert said[-1].body.endswith(EMERGENCY[language])


async def test_arabic_keeps_its_figures_in_order(talk: Talk, library: Library) -> None:
    await speaking(talk, ARABIC)
    page = library.page("impayes-loyer", ARABIC)
    assert page is not None
    said = bodies(await talk.says("jai un retard de loyer"))
    assert figures_stand_apart(said.replace(library.pages["impayes-loyer"].body, ""))
    assert "\u20660805\u00a016\u00a000\u00a075\u2069" in said
