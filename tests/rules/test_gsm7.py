"""An SMS is counted as it is sent: one letter outside the alphabet costs more than half of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import gsm7
from bot.rules.gsm7 import BASIC, EXTENDED, parts, septets, written


def test_the_alphabet_is_whole() -> None:
    assert len(BASIC) == len(set(BASIC)) == 127, "128 places, of which one is the escape to the extension table"
    assert len(EXTENDED) == 10


@pytest.mark.parametrize(
    ("text", "takes"),
    [("abc", 3), ("été", 3), ("à è ù é ì ò", 11), ("10 €", 5), ("[1]", 5), ("ê", None), ("ç", None), ("Ç", 1), ("’", None), ("…", None), ("", 0)],
)
def test_septets(text: str, takes: int | None) -> None:
    assert septets(text) == takes


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 158 + "€", 1),
        ("a" * 159 + "€", 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_parts(text: str, number: int) -> None:
    """« € » across the end of a part is carried whole to the next one."""
    assert parts(text) == number


@pytest.mark.parametrize(
    ("text", "as_sent"),
    [
        ("C’est réservé… à 10\u00a0h\u00a030", "C'est réservé... à 10 h 30"),
        ("Lieu\u202f: « Le Phare »", 'Lieu : "Le Phare"'),
        ("Être à l’hôtel, ça va, Noël, cœur", "Etre à l'hotel, ca va, Noel, coeur"),
        ("16‑30 – 17 — 18", "16-30 - 17 - 18"),
        ("115 · 17", "115 - 17"),
        ("\u206619\u2069 rue", "19 rue"),
        ("مرحبا", "?????"),
    ],
)
def test_what_the_alphabet_has_not_is_written_in_it(text: str, as_sent: str) -> None:
    assert written(text) == as_sent


@given(st.text())
def test_whatever_is_written_is_in_the_alphabet(text: str) -> None:
    once = written(text)
    assert septets(once) is not None
    assert written(once) == once


def test_a_part_is_shorter_than_one_alone() -> None:
    assert (gsm7.ONE, gsm7.PART, gsm7.UCS2_ONE, gsm7.UCS2_PART) == (160, 153, 70, 67)
