"""An SMS is one part, whatever is said: others sent two for tens of thousands of reminders a month."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.gsm7 import parts, septets, written
from bot.rules.openings import Mode
from bot.rules.reminders import Kind
from content.words import LANGUAGES, Words
from handlers.sms_words import LONGEST_LINK, Back, Step, said
from storage.places import Kind as PlaceKind
from storage.places import Place
from tests.rules.waiting import PARIS
from tests.storage.diary import paris

LONGEST_DAY = paris("2026-09-30 10:30")
NOW = paris("2026-09-29 09:00")
PHONE = "03 21 00 00 00"
LINK = "https://" + "r" * (LONGEST_LINK - 8 - 3 - 11) + "/r/" + "t" * 11
WITH_LINK, WITH_PHONE = Back(LINK, PHONE), Back("", PHONE)
NAMED = [kind for kind in Kind if kind is not Kind.CALL]


def place(name: str = "Antenne de Carvin", address: str = "12 place Jean-Jaurès, 62220 Carvin") -> Place:
    return Place("t", name, address, ((),) * 7, PlaceKind.ANTENNA)


def step(kind: Kind = Kind.TWO_DAYS, *, seat: bool = False, where: Place | None = None, about: str = "", start: datetime = LONGEST_DAY) -> Step:
    until = NOW + timedelta(hours=2) if kind is Kind.OFFER else None
    return Step(kind, seat, start, NOW, Mode.ON_SITE, where or place(), until, about)


@cache
def longest_days(language: str) -> list[datetime]:
    """The days of a year that take the most septets, as this language says them."""
    words = Words(language)
    year = [(LONGEST_DAY + timedelta(days=day)).astimezone(UTC) for day in range(366)]
    return sorted(year, key=lambda start: septets(written(words.moment(start, PARIS))) or 0)[-7:]


def test_a_reminder_with_a_link() -> None:
    text = said(step(), "fr", PARIS, Back("https://rdv.example.fr/r/a1B2c3D4e5F", PHONE))
    assert text == (
        "Ton rendez-vous : mercredi 30 septembre, 10h30. Lieu : Antenne de Carvin, 12 place Jean-Jaurès, 62220 Carvin. "
        "Répondre : https://rdv.example.fr/r/a1B2c3D4e5F"
    )


def test_a_reminder_that_cannot_be_answered() -> None:
    text = said(step(), "fr", PARIS, WITH_PHONE)
    assert text == (
        "Ton rendez-vous : mercredi 30 septembre, 10h30. Lieu : Antenne de Carvin, 12 place Jean-Jaurès, 62220 Carvin. "
        "Ne réponds pas ici : 03 21 00 00 00"
    )


@pytest.mark.parametrize("back", [WITH_LINK, WITH_PHONE], ids=["link", "phone"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seat", [False, True])
@pytest.mark.parametrize("kind", NAMED)
def test_the_longest_values_are_one_part(kind: Kind, seat: bool, language: str, back: Back) -> None:
    """The longest days of a year, place and motive; the end that says how to answer is always there."""
    long = place("N" * 80, f"{'1' * 30} rue de la République, 62590 {'O' * 30}")
    for start in longest_days(language):
        text = said(step(kind, seat=seat, where=long, about="Aide " * 15, start=start), language, PARIS, back)
        assert parts(text) == 1
        assert septets(text) is not None
        assert text.endswith(back.link or back.phone)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80), st.sampled_from(NAMED), st.sampled_from(LANGUAGES))
def test_whatever_a_place_is_called(name: str, address: str, about: str, kind: Kind, language: str) -> None:
    assert parts(said(step(kind, where=place(name, address), about=about), language, PARIS, WITH_LINK)) == 1


def test_a_place_that_is_too_long_loses_its_name_then_its_code_then_its_street() -> None:
    long = place("L" * 60, "12 place Jean-Jaurès, 62220 Carvin")
    assert "Lieu : 12 place Jean-Jaurès, 62220 Carvin." in said(step(where=long), "fr", PARIS, WITH_PHONE)
    longer = place("L" * 60, f"{'Résidence du Parc ' * 4}, 62220 Carvin")
    assert "Lieu : Carvin." in said(step(where=longer), "fr", PARIS, WITH_LINK)


def test_a_link_that_is_too_long_gives_way_to_the_telephone() -> None:
    assert said(step(), "fr", PARIS, Back("https://" + "x" * LONGEST_LINK, PHONE)).endswith(f"Ne réponds pas ici : {PHONE}")


@pytest.mark.parametrize("name", ["CLLAJ", "Point Santé"])
def test_a_name_that_tells_is_left_out(name: str) -> None:
    text = said(step(where=place(name)), "fr", PARIS, WITH_PHONE)
    assert name not in text
    assert "12 place Jean-Jaurès" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in NAMED if kind is not Kind.CANCELLED])
def test_no_word_reads_as_cancelled(kind: Kind, language: str) -> None:
    text = said(step(kind), language, PARIS, WITH_LINK).lower()
    assert "annul" not in text
    assert "cancel" not in text
