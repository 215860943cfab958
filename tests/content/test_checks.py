"""The team's work lies over the files: by fact, by page, by translation, and holds for what was read only."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.messages import Json
from content.checks import Checks, fact_key, page_key, reading_key
from content.facts import Facts, State
from content.library import Library, load_library
from content.pages import Translation

TODAY = date(2026, 11, 26)
LATER = TODAY + timedelta(days=182)
LIBRARY = load_library()


def checked(seen: str, **more: Json) -> dict[str, Json]:
    """What is kept once number 3 of the team has checked something."""
    return {"seen": seen, "on": TODAY.isoformat(), "by": 3, "review_by": LATER.isoformat(), **more}


def over(edits: dict[str, Json], today: date = TODAY) -> Library:
    return LIBRARY.with_edits({}, Checks(edits, today))


def seen(name: str) -> str:
    return LIBRARY.facts[name].fingerprint


def test_a_fact_once_checked_is_said_on_every_page_and_in_every_language() -> None:
    library = over({fact_key(name): checked(seen(name)) for name in ("notice-furnished", "notice-empty", "notice-short")})
    for language in ("fr", "fr-facile", "en", "ar"):
        page = library.page("bail-preavis", language)
        assert page is not None
        assert not page.first.held
        assert sum(figure in page.body for figure in "31") == 2
    fact = library.facts["notice-empty"]
    assert (fact.verified_on, fact.verified_by, fact.review_by) == (TODAY, "3", LATER)
    assert LIBRARY.facts["notice-empty"].verified_on is None


def test_past_its_review_date_it_is_withheld_again() -> None:
    edits: dict[str, Json] = {fact_key(name): checked(seen(name)) for name in ("notice-furnished", "notice-empty", "notice-short")}
    first = over(edits, LATER).pages["bail-preavis"].first
    assert (first.held, first.stale) == (False, False)
    first = over(edits, LATER + timedelta(days=1)).pages["bail-preavis"].first
    assert (first.held, first.stale) == (False, True)
    assert not any(figure in first.body for figure in "31")


def test_a_number_of_danger_is_said_whatever_the_day_and_whatever_was_pressed() -> None:
    fact = LIBRARY.facts["115"]
    edits: dict[str, Json] = {fact_key("115"): {"withdrawn": True, "value": "116", "source": "x", "source_date": "2026"}}
    library = over(edits, date(2036, 1, 1))
    assert library.facts["115"].value == fact.value
    assert not library.facts["115"].withdrawn
    assert "Appelle le 115" in library.pages["dalo"].body
    assert library.crises.fingerprint == LIBRARY.crises.fingerprint


def test_a_check_falls_with_another_value() -> None:
    changed = Facts({name: replace(fact, value="4") if name == "notice-empty" else fact for name, fact in LIBRARY.facts.items()})
    kept = Checks({fact_key("notice-empty"): checked(seen("notice-empty"))}, TODAY)
    assert kept.facts(LIBRARY.files)["notice-empty"].state(TODAY) is State.VERIFIED
    assert kept.facts(changed)["notice-empty"].state(TODAY) is State.UNVERIFIED


def test_a_value_corrected_is_said_with_its_own_source() -> None:
    wanted = replace(LIBRARY.facts["locapass-most"], value="1 300")
    edit = checked(wanted.fingerprint, value="1 300", source="actionlogement.fr", source_date="2026-11", confidence="high")
    library = over({fact_key("locapass-most"): edit})
    fact = library.facts["locapass-most"]
    assert (fact.value, fact.source, fact.source_date, fact.confidence, fact.corrected) == ("1 300", "actionlogement.fr", "2026-11", "high", True)
    assert fact.state(TODAY) is State.VERIFIED
    section = library.pages["aide-depot-garantie"].sections[0]
    assert "1\u00a0300\u00a0€" in section.body
    assert section.held, "the other two are not checked"
    assert not section.unsure


def test_confidence_below_high_is_told() -> None:
    names = ("locapass-most", "locapass-months", "locapass-request")
    section = over({fact_key(name): checked(seen(name)) for name in names}).pages["aide-depot-garantie"].sections[0]
    assert (section.held, section.stale, section.unsure) == (False, False, True)
    assert not LIBRARY.pages["aide-depot-garantie"].sections[0].unsure, "nothing of it is said yet"


def test_withdrawn_it_is_said_nowhere() -> None:
    library = over({fact_key("3928"): {"withdrawn": True}})
    assert library.facts["3928"].state(TODAY) is State.WITHDRAWN
    page = library.pages["discrimination-logement"]
    assert not any("39\u00a028" in part.body for part in (page.first, *page.sections))
    assert page.first.held
    assert page.calls == ("Menaces, violence\u202f? Appelle le 17.",)


def test_what_nobody_knows_is_said_nowhere_and_not_mentioned() -> None:
    page = over({}).pages["heberge-siao"]
    assert not any("Téléphone du SIAO" in part.body or part.held for part in (page.first, *page.sections))
    wanted = replace(LIBRARY.facts["siao-phone"], value="03 00 00 00 00")
    edit = checked(wanted.fingerprint, value="03 00 00 00 00", source="SIAO", source_date="2026-11", confidence="high")
    page = over({fact_key("siao-phone"): edit}).pages["heberge-siao"]
    assert "• Téléphone du SIAO\u00a0: 03\u00a000\u00a000\u00a000\u00a000" in page.sections[1].body
    assert page.calls == ("Téléphone du SIAO\u00a0: 03\u00a000\u00a000\u00a000\u00a000",)


def test_a_page_is_checked_for_what_it_says() -> None:
    page = LIBRARY.pages["aide-apl"]
    checked_page = over({page_key("aide-apl"): checked(page.fingerprint)}).pages["aide-apl"]
    assert checked_page.verified
    assert (checked_page.verified_on, checked_page.review_by) == (TODAY, LATER)
    assert not checked_page.past(LATER)
    assert checked_page.past(LATER + timedelta(days=1))
    assert not over({page_key("aide-apl"): checked("another text")}).pages["aide-apl"].verified


def test_a_translation_read_by_a_speaker() -> None:
    english = LIBRARY.page("aide-apl", "en")
    assert english is not None
    read = over({reading_key("aide-apl", "en"): checked(english.fingerprint)})
    assert {language: page.translation for (name, language), page in read.texts.items() if name == "aide-apl"} == {
        "fr": None,
        "fr-facile": Translation.MACHINE,
        "en": Translation.READ,
        "ar": Translation.MACHINE,
    }


def test_a_translation_is_to_be_read_again_once_the_french_says_something_else() -> None:
    french, english = LIBRARY.pages["aide-apl"], LIBRARY.page("aide-apl", "en")
    other = LIBRARY.page("aide-visale", "en")
    assert english is not None
    assert other is not None
    assert len({french.fingerprint, english.fingerprint, other.fingerprint}) == 3


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "yes",
        [],
        {},
        {"seen": 3, "on": "2026-11-26", "by": 3},
        {"seen": "x", "on": "hier", "by": 3},
        {"seen": "x", "on": "2026-11-26", "by": "Nadège"},
        {"value": "mille", "source": "x", "source_date": "2026"},
        {"value": "1 300"},
        {"withdrawn": "no"},
    ],
)
def test_what_fits_no_field_is_left_aside(kept: Json) -> None:
    facts = Checks({fact_key("locapass-most"): kept}, None).facts(LIBRARY.files)
    assert facts["locapass-most"] == LIBRARY.facts["locapass-most"]


def test_a_day_on_which_nothing_changes_leaves_the_pages_alone() -> None:
    assert over({}).texts is LIBRARY.texts
    assert over({}, date(2027, 5, 21)).texts is not LIBRARY.texts


def test_the_services_edits_keep_the_checks() -> None:
    library = over({fact_key("notice-empty"): checked(seen("notice-empty"))}).with_edits({"phone": "03 00 00 00 00"})
    assert library.facts["notice-empty"].verified_on == TODAY
    assert library.today == TODAY
