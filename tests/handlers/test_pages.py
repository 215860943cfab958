"""What is said under a page is true: who read it, since when, which figures were left out; and its buttons lead somewhere."""

from datetime import date, timedelta

import pytest

from bot.messages import Json, Outbound
from content.checks import Checks, fact_key, page_key, reading_key
from content.facts import State
from content.library import Library, load_library
from content.words import ARABIC, LANGUAGES, words_of
from handlers import pages
from handlers.pages import NO_FIGURE, READ_BEFORE, TOO_OLD, UNREAD, UNSURE, VERIFIED
from storage import lanes, reads
from storage.engine import Storage, Work
from tests.clock import TestClock
from tests.talk import Road, Talk, labels

READ = date(2026, 2, 27)
TODAY, DUE = date(2026, 3, 3), date(2026, 8, 27)
MOST_BUTTONS = 10
"""What a list of WhatsApp holds."""


def checked(seen: str) -> dict[str, Json]:
    return {"seen": seen, "on": READ.isoformat(), "by": 1, "review_by": DUE.isoformat()}


def over(library: Library, today: date = TODAY, *, page: str = "", facts: tuple[str, ...] = (), reading: str = "") -> Library:
    """The library once the team has checked these."""
    edits: dict[str, Json] = {fact_key(name): checked(library.facts[name].fingerprint) for name in facts}
    if page:
        edits[page_key(page)] = checked(library.pages[page].fingerprint)
    if page and reading:
        edits[reading_key(page, reading)] = checked(library.texts[page, reading].fingerprint)
    return library.with_edits({}, Checks(edits, today))


async def opened(storage: Storage, clock: TestClock, library: Library, page: str, language: str = "fr") -> tuple[Talk, Outbound]:
    """Somebody who was greeted opens a page in their language."""
    talk = Road(storage, clock, library).talk()
    await talk.says("slt")

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        lane.language = language
        lanes.keep(work, lane)

    await talk.road.storage.run(unit)
    row = next(row for row in library.menu if row.id == library.pages[page].theme)
    await talk.says("menu")
    said = await talk.taps(row.label.of(language))
    found = library.page(page, language)
    assert found is not None
    if found.label not in labels(said):
        await talk.taps(said[-1].choices[-3].label)
    (shown,) = await talk.taps(found.label)
    return talk, shown


@pytest.mark.parametrize("language", LANGUAGES)
async def test_checked_by_a_named_person_it_says_the_day(storage: Storage, clock: TestClock, library: Library, language: str) -> None:
    words = words_of(language)
    _talk, said = await opened(storage, clock, over(library, page="bail-preavis"), "bail-preavis", language)
    assert words.say(VERIFIED, jour=words.full_day(READ)) in said.body
    assert words.say(UNREAD) not in said.body
    assert words.say(NO_FIGURE) in said.body, "the page is checked, its delays are not"


async def test_the_day_is_said_with_its_year(storage: Storage, clock: TestClock, library: Library) -> None:
    _talk, said = await opened(storage, clock, over(library, page="aide-apl"), "aide-apl")
    assert "Vérifié le 27 février 2026 par l’équipe." in said.body


async def test_past_its_review_date_it_says_that_things_may_have_changed(storage: Storage, clock: TestClock, library: Library) -> None:
    last = over(library, DUE, page="aide-apl")
    _talk, said = await opened(storage, clock, last, "aide-apl")
    assert "Vérifié le" in said.body
    words = words_of("fr")
    past = over(library, DUE + timedelta(days=1), page="aide-apl")
    _talk, said = await opened(storage, clock, past, "aide-apl")
    assert "Vérifié le" not in said.body
    assert words.say(READ_BEFORE, jour=words.full_day(READ)) in said.body


async def test_a_figure_past_its_review_date_is_withheld_and_a_person_proposed(storage: Storage, clock: TestClock, library: Library) -> None:
    facts = ("notice-furnished", "notice-empty", "notice-short")
    words = words_of("fr")
    _talk, said = await opened(storage, clock, over(library, facts=facts), "bail-preavis")
    assert "Vide\u00a0: 3\u00a0mois, parfois 1." in said.body
    assert words.say(NO_FIGURE) not in said.body
    _talk, said = await opened(storage, clock, over(library, DUE + timedelta(days=1), facts=facts), "bail-preavis")
    assert "3\u00a0mois" not in said.body
    assert words.say(TOO_OLD) in said.body
    assert "Une personne" in labels([said])


async def test_a_figure_known_second_hand_is_to_be_checked(storage: Storage, clock: TestClock, library: Library) -> None:
    facts = ("locapass-most", "locapass-months", "locapass-request")
    talk, said = await opened(storage, clock, over(library, page="aide-depot-garantie", facts=facts), "aide-depot-garantie")
    words = words_of("fr")
    assert words.say(UNSURE) not in said.body
    (more,) = await talk.taps("Loca-Pass")
    assert "Jusqu’à 1\u00a0200\u00a0€." in more.body
    assert words.say(UNSURE) in more.body
    talk, _said = await opened(storage, clock, over(library, facts=facts), "aide-depot-garantie")
    (more,) = await talk.taps("Loca-Pass")
    assert words.say(UNREAD) in more.body
    assert words.say(UNSURE) not in more.body, "said once"


async def test_a_translation_read_by_a_speaker_stands_alone(storage: Storage, clock: TestClock, library: Library) -> None:
    read = over(library, page="aide-apl", reading=ARABIC)
    _talk, said = await opened(storage, clock, read, "aide-apl", ARABIC)
    assert library.pages["aide-apl"].body not in said.body


async def test_in_a_demonstration_every_page_says_so(storage: Storage, clock: TestClock) -> None:
    demo = load_library(demo=True)
    for page in ("aide-apl", "service-cllaj"):
        talk, said = await opened(storage, clock, over(demo, page=page), page)
        (more,) = await talk.taps(demo.pages[page].sections[0].title)
        assert all("Démonstration\u00a0: ce service n’existe pas." in one.body for one in (said, more))


async def test_no_page_of_a_real_service_is_a_demonstration(storage: Storage, clock: TestClock, library: Library) -> None:
    _talk, said = await opened(storage, clock, library, "aide-apl")
    assert "Démonstration" not in said.body


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_to_call_says_the_lines_that_hold_a_number(storage: Storage, clock: TestClock, library: Library, language: str) -> None:
    talk, _said = await opened(storage, clock, library, "impayes-loyer", language)
    (said,) = await talk.taps(words_of(language).say(pages.WHO_TO_CALL))
    page = library.page("impayes-loyer", language)
    assert page is not None
    assert page.calls
    assert all(f"• {line}" in said.body for line in page.calls)
    assert said.body.replace("\u00a0", " ").count("0805 16 00 75") >= 2


async def test_the_papers_to_bring(storage: Storage, clock: TestClock, library: Library) -> None:
    talk, _said = await opened(storage, clock, library, "aide-apl")
    (said,) = await talk.taps("Papiers à apporter")
    assert said.body.startswith("Quels papiers apporter au rendez-vous")


async def test_nobody_to_call_once_the_number_is_withdrawn(storage: Storage, clock: TestClock, library: Library) -> None:
    gone = library.with_edits({}, Checks({fact_key("banque-france"): {"withdrawn": True}, fact_key("3114"): {"withdrawn": True}}, TODAY))
    assert gone.facts["banque-france"].state(TODAY) is State.WITHDRAWN
    talk, _said = await opened(storage, clock, gone, "surendettement-budget")
    (said,) = await talk.taps("Qui appeler")
    assert "3114" in said.body
    assert "34\u00a014" not in said.body


def test_the_buttons_of_a_page_fit_every_channel(library: Library) -> None:
    """Its sections, what to do next, « Ce n'est pas ça », a person, the menu."""
    for page in library.texts.values():
        assert len(page.sections) + len(set(page.acts) - {"person", "appointment"}) + 3 <= MOST_BUTTONS, page.id


async def test_what_is_opened_is_counted_without_anybody(storage: Storage, clock: TestClock, library: Library) -> None:
    for _ in range(2):
        await opened(storage, clock, library, "aide-apl")
    assert dict(await storage.read(reads.lately)) == {"aide-apl": 2}
