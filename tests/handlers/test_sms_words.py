"""An SMS is one part, whatever is said: others sent two for tens of thousands of reminders a month."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.relay.rendering import Way, render_sms
from bot.messages import Address, Choice, Outbound, Purpose
from bot.rules.gsm7 import parts, septets, written
from bot.rules.openings import Mode
from bot.rules.reminders import Kind
from bot.wiring import sms_texts
from content.words import LANGUAGES, Words
from handlers.sms_words import ROOM, Step, short
from storage.places import Kind as PlaceKind
from storage.places import Place
from tests.rules.waiting import PARIS
from tests.storage.diary import paris

LONGEST_DAY = paris("2026-09-30 10:30")
NOW = paris("2026-09-29 09:00")
PHONE = "03 21 00 00 00"
BASE_URL = "https://rdv.mission-logement.example"
WITH_LINK, WITH_PHONE, WITH_REPLIES = Way(base_url=BASE_URL), Way(phone=PHONE, base_url=BASE_URL), Way(replies=True, phone=PHONE)
ENDS = {WITH_LINK: f" : {BASE_URL}/r/{'t' * 16}", WITH_PHONE: "0321000000", WITH_REPLIES: ""}
AROUND = sms_texts()
NAMED = [kind for kind in Kind if kind is not Kind.CALL]


def place(name: str = "Antenne de Carvin", address: str = "12 place Jean-Jaurès, 62220 Carvin") -> Place:
    return Place("t", name, address, ((),) * 7, PlaceKind.ANTENNA)


def step(kind: Kind = Kind.TWO_DAYS, *, seat: bool = False, where: Place | None = None, start: datetime = LONGEST_DAY) -> Step:
    until = NOW + timedelta(hours=2) if kind is Kind.OFFER else None
    return Step(kind, seat, start, NOW, Mode.ON_SITE, where or place(), until)


@cache
def longest_days(language: str) -> list[datetime]:
    """The days of a year that take the most septets, as this language says them."""
    words = Words(language)
    year = [(LONGEST_DAY + timedelta(days=day)).astimezone(UTC) for day in range(366)]
    return sorted(year, key=lambda start: septets(written(words.moment(start, PARIS))) or 0)[-7:]


def said(step: Step, language: str, way: Way) -> str:
    """The SMS, as it leaves."""
    outbound = Outbound(
        Address("relay", "sms", "+33612345678"),
        Purpose.REMINDER,
        "Ton rendez-vous…",
        (Choice("come", "Je viens"),),
        language=language,
        short=short(step, language, PARIS),
        link="t" * 16,
    )
    [call] = render_sms(outbound, way, AROUND)
    return str(call.payload["text"])


def test_a_reminder_with_a_link() -> None:
    """The place goes where its link is as long as that: the page says it."""
    assert said(step(), "fr", WITH_LINK) == f"Ton rendez-vous : mercredi 30 septembre, 10h30. Répondre : {BASE_URL}/r/{'t' * 16}"


def test_a_reminder_with_a_shorter_link() -> None:
    where = place(address="3 rue Haute, Lens")
    text = said(step(where=where), "fr", Way(base_url="https://rdv.example.fr"))
    assert text.startswith("Ton rendez-vous : mercredi 30 septembre, 10h30. Lieu : Antenne de Carvin, 3 rue Haute, Lens. Répondre : https://")


def test_a_reminder_that_cannot_be_answered() -> None:
    assert said(step(), "fr", WITH_PHONE) == (
        "Ton rendez-vous : mercredi 30 septembre, 10h30. Lieu : Antenne de Carvin, 12 place Jean-Jaurès, 62220 Carvin. "
        "Ne réponds pas ici : 0321000000"
    )


def test_a_reminder_that_can() -> None:
    assert said(step(), "fr", WITH_REPLIES) == (
        "Ton rendez-vous : mercredi 30 septembre, 10h30. Lieu : Antenne de Carvin, 12 place Jean-Jaurès, 62220 Carvin."
    )


@pytest.mark.parametrize("way", ENDS, ids=["link", "phone", "replies"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seat", [False, True])
@pytest.mark.parametrize("kind", NAMED)
def test_the_longest_values_are_one_part(kind: Kind, seat: bool, language: str, way: Way) -> None:
    """The longest days of a year and place; the end that says how to answer is always there, and the day and hour before it."""
    long = place("N" * 80, f"{'1' * 30} rue de la République, 62590 {'O' * 30}")
    for start in longest_days(language):
        asked = step(kind, seat=seat, where=long, start=start)
        text = said(asked, language, way)
        assert parts(text) == 1
        assert septets(text) is not None
        assert (septets(short(asked, language, PARIS)) or 999) <= ROOM
        if language in ("fr", "fr-facile", "ar"):
            assert text.endswith(ENDS[way])
        assert len(text) > len(ENDS[way]) + 20


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(NAMED), st.sampled_from(LANGUAGES), st.sampled_from(list(ENDS)))
def test_whatever_a_place_is_called(name: str, address: str, kind: Kind, language: str, way: Way) -> None:
    assert parts(said(step(kind, where=place(name, address)), language, way)) == 1


def test_a_place_that_is_too_long_loses_its_name_then_its_code_then_its_street() -> None:
    long = place("L" * 60, "12 place Jean-Jaurès, 62220 Carvin")
    assert "Lieu : 12 place Jean-Jaurès, 62220 Carvin." in said(step(where=long), "fr", WITH_PHONE)
    longer = place("L" * 99, f"{'Résidence du Parc ' * 6}, 62220 Carvin")
    assert "Lieu : Carvin." in said(step(where=longer), "fr", WITH_PHONE)


@pytest.mark.parametrize("name", ["CLLAJ", "Point Santé"])
def test_a_name_that_tells_is_left_out(name: str) -> None:
    text = said(step(where=place(name)), "fr", WITH_PHONE)
    assert name not in text
    assert "12 place Jean-Jaurès" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in NAMED if kind is not Kind.CANCELLED])
def test_no_word_reads_as_cancelled(kind: Kind, language: str) -> None:
    text = said(step(kind), language, WITH_LINK).lower()
    assert "annul" not in text
    assert "cancel" not in text
