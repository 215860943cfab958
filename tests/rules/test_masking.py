"""What could name somebody is covered; what was asked can still be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.masking import COVER, masked, says_something

COVERED = {
    "je m'appelle Yanis Benali et je cherche un appart": "je m'appelle […] et je cherche un appart",
    "Je m’appelle Jean-Baptiste": "Je m’appelle […]",
    "jmapel yanis jai 19 ans": "jmapel […] jai 19 ans",
    "JE M'APPEL YANIS, UN FOYER ?": "JE M'APPEL […], UN FOYER ?",
    "mon prénom est Inès": "mon prénom est […]",
    "moi c'est Léa, j'ai pas de garant": "moi c'est […], j'ai pas de garant",
    "il s'appelle Kevin il a 17 ans": "il s'appelle […] il a 17 ans",
    "My name's Omar and i need help": "My name's […] and i need help",
    "اسمي محمد، أبحث عن سكن": "اسمي […]، أبحث عن سكن",
    "smiti karim, bghit dar": "smiti […], bghit dar",
    "мене звати Олена, шукаю житло": "мене звати […], шукаю житло",
    "me llamo Pedro Garcia y busco piso": "me llamo […] y busco piso",
    "mon tel 06 39 98 04 71 appelez moi": "mon tel […] appelez moi",
    "+33 6.39.98.04.71": "[…]",
    "06\u200b39\u200b98\u200b04\u200b71": "[…]",
    "٠٦٣٩٩٨٠٤٧١ رقمي": "[…] رقمي",
    "né le 12/03/2006": "né le […]",
    "numéro caf 123456": "numéro caf […]",
    "nadege.kerbrat@example.org svp": "[…] svp",
    "nadege @ example.org": "[…]",
    "nadege arobase gmail point com": "[…]",
    "insta @yanis62": "insta […]",
    "voir https://www.leboncoin.fr/ad/2937 et www.seloger.com/x": "voir […] et […]",
    "j'habite 12 bis rue du Moulin, à Lens": "j'habite […], à Lens",
    "Yanis-Gaël veut un logement": "[…]-[…] veut un logement",
    "dis à YANIS que oui": "dis à […] que oui",
}
LEFT = (
    "j'ai 450 euros par mois depuis 2025",
    "2 places dispo au foyer ?",
    "je l'appelle pas, on m'appelle pas",
    "je m'appelle",
    "moi c'est pour un logement",
    "live at home with my mum",
    "numéro 12345",
    "de la caution",
)


@pytest.mark.parametrize(("said", "covered"), COVERED.items())
def test_what_could_name_somebody_is_covered(said: str, covered: str) -> None:
    assert masked(said, ["Yanis de Gael"]) == covered


@pytest.mark.parametrize("said", LEFT)
def test_what_names_nobody_is_left(said: str) -> None:
    assert masked(said, ["Yanis de Gael"]) == said


def test_it_is_one_line() -> None:
    assert masked("un\nfoyer \u202e  ici\u2066 ?") == "un foyer ici ?"


@given(st.text(max_size=200))
def test_whatever_is_said(said: str) -> None:
    covered = masked(said, [said[:10]])
    assert masked(covered) == covered
    assert not re.search(r"\d{6}", covered)
    assert not re.search(r"\S@\S", covered)
    assert "\n" not in covered


@given(
    st.lists(st.sampled_from("0123456789"), min_size=6, max_size=14),
    st.lists(st.sampled_from(["", " ", ".", "-", "/", ", "]), min_size=14, max_size=14),
)
def test_six_digits_however_they_are_cut(digits: list[str], cuts: list[str]) -> None:
    figure = "".join(digit + cut for digit, cut in zip(digits, [*cuts[: len(digits) - 1], ""], strict=True))
    assert masked(f"appelle {figure} svp") == f"appelle {COVER} svp"


@pytest.mark.parametrize(("covered", "says"), [("[…]", False), ("[…] ? 12", False), ("", False), ("[…] foyer", True), ("هل", True)])
def test_something_is_said_where_a_word_is_left(covered: str, says: bool) -> None:
    assert says_something(covered) is says
