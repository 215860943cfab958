"""Plain text as blocks: nothing is lost, nothing is code, numbers call and addresses lead."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.webchat.markup import Block, Span, blocks


def said(found: list[Block]) -> str:
    return "".join(span.text for block in found for row in block.rows for span in row)


def test_paragraphs_lines_and_lists() -> None:
    found = blocks("Un.\nDeux.\n\nVoici :\n- a\n• b\nFin.")
    assert [(block.kind, [said([Block("p", (row,))]) for row in block.rows]) for block in found] == [
        ("p", ["Un.", "Deux."]),
        ("p", ["Voici :"]),
        ("ul", ["a", "b"]),
        ("p", ["Fin."]),
    ]


def test_an_address_leads_there_and_is_read_without_its_scheme() -> None:
    (block,) = blocks("Va sur https://www.visale.fr/, avant de signer (ou http://a.fr/b?c=1).")
    assert block.rows[0] == (
        Span("Va sur "),
        Span("www.visale.fr", "https://www.visale.fr/"),
        Span(", avant de signer (ou "),
        Span("http://a.fr/b?c=1", "http://a.fr/b?c=1"),
        Span(")."),
    )


def test_only_web_addresses_lead_anywhere() -> None:
    (block,) = blocks("javascript:alert(1) data:text/html,x <a href=x>")
    assert [span.href for span in block.rows[0]] == [""]


def test_the_emergency_line_calls() -> None:
    (block,) = blocks("Urgence\u00a0: 115 · 17 · 119 · 3114 (le bouton Urgence dit lequel)")
    assert block.kind == "sos"
    assert [span.href for span in block.rows[0] if span.href] == ["tel:115", "tel:17", "tel:119", "tel:3114"]


def test_other_figures_are_only_figures() -> None:
    (block,) = blocks("Le 12 · c'est 10 h 30, 450 € et 16, 17 ou 18 ans")
    assert not [span for span in block.rows[0] if span.href]


def test_a_list_of_numbers_to_call() -> None:
    (block,) = blocks("• 114 par SMS : sans parler.\n• 15 : malaise. 18 : feu, gaz.\n• 116\u202f006 : toutes les victimes.")
    assert block.kind == "numbers"
    assert [(number.href, what.text) for number, what in block.rows] == [
        ("sms:114", "Sans parler. (SMS)"),
        ("tel:15", "Malaise."),
        ("tel:18", "Feu, gaz."),
        ("tel:116006", "Toutes les victimes."),
    ]


def test_a_card_has_a_short_title_or_none() -> None:
    assert blocks("Visale\n\nUn garant.", heading=True)[0].kind == "h"
    sentence = blocks("Appelle le 15 : gratuit. " + "Feu, fumée, gaz : 18 ou 112. " * 4 + "\n\nSuite.", heading=True)
    assert said(sentence[:1]) == "Appelle le 15 : gratuit."
    assert sentence[0].kind == "h"
    assert blocks("Un seul paragraphe sans phrase finie", heading=True)[0].kind == "p"
    assert blocks("a" * 100 + "\n\nb", heading=True)[0].kind == "p"


@given(st.text(), st.booleans())
def test_no_letter_of_a_text_is_lost(text: str, heading: bool) -> None:
    shown = said(blocks(text, heading=heading))
    letters = [letter for letter in shown if letter.isalpha()]
    schemes = text.count("https://") * 5
    assert len(letters) >= sum(letter.isalpha() for letter in text) - schemes


def test_figures_in_arabic_call_too() -> None:
    (block,) = blocks("الطوارئ: \u2066115\u2069 · \u206617\u2069 · \u2066119\u2069 · \u20663114\u2069", direction="rtl")
    assert block.kind == "sos"
    assert [span.href for span in block.rows[0] if span.href] == ["tel:115", "tel:17", "tel:119", "tel:3114"]
    (block,) = blocks("• \u2066114\u2069 برسالة SMS: خطر.\n• \u2066116\u00a0006\u2069: كل الضحايا.", direction="rtl")
    assert [number.href for number, _what in block.rows] == ["sms:114", "tel:116006"]


def test_what_is_written_the_other_way_says_so() -> None:
    found = blocks("خدمة Visale مجانية.\n\nVisale, c'est gratuit.\n\n• Un garant\n\n12:30", direction="rtl")
    assert [block.dir for block in found] == ["", "ltr", "ltr", ""]
    assert [block.dir for block in blocks("Bonjour.\n\nمرحبا\n\nOn dit مرحبا.")] == ["", "rtl", ""]
