"""What the page of the demo's phone makes of a text: links that open an app of the phone stay on it, any other leads where it says."""

import pytest

from bot.demo import _back
from bot.phones.phone import App
from bot.phones.provider import Front
from bot.phones.screen import Piece, code_of, pieces

FRONTS = {
    App.WHATSAPP: Front(link="https://wa.me/33639980001"),
    App.TELEGRAM: Front(link="https://t.me/demo-sans-compte"),
    App.MESSENGER: Front(link="https://m.me/99999999999999999999"),
    App.SMS: Front(),
}


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("https://wa.me/33639980001?text=%2Fstart%20abc12", "/demo/phones/whatsapp?ref=abc12"),
        ("https://wa.me/33639980001", "/demo/phones/whatsapp"),
        ("https://wa.me/33639980001?text=bonjour%20toi", "/demo/phones/whatsapp"),
        ("https://t.me/demo-sans-compte?start=lier-7", "/demo/phones/telegram?ref=lier-7"),
        ("https://m.me/99999999999999999999?ref=abc12", "/demo/phones/messenger?ref=abc12"),
        ("https://wa.me/33612345678", "https://wa.me/33612345678"),
        ("http://127.0.0.1:8000/r/token", "http://127.0.0.1:8000/r/token"),
    ],
)
def test_a_link_leads_where_the_phone_would_go(link: str, leads: str) -> None:
    found = list(pieces(f"Suis {link}. Merci", FRONTS))
    assert found == [Piece("Suis "), Piece(link, leads), Piece(". Merci")]


@pytest.mark.parametrize("given", ["", "a b", "<script>", "é", "a" * 65])
def test_what_is_no_code_is_none(given: str) -> None:
    assert code_of(given) == ""


@pytest.mark.parametrize("page", ["https://example.org", "//example.org", "/backend", "/demo/phones/../../backend", "", None, 3])
def test_the_time_machine_goes_back_to_a_page_of_the_demo_alone(page: object) -> None:
    assert _back({"back": page}) == "/demo"
    assert _back({"back": "/demo/phones/whatsapp"}) == "/demo/phones/whatsapp"
