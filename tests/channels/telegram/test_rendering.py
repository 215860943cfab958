"""What is said, in Telegram's calls: exact ones for what we know we say, and the double's own rules for anything else."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.rendering import LIMITS, keyboard, render
from bot.messages import Address, Call, Choice, Outbound, Purpose, parse_reference
from tests.channels.conformance import OutgoingCase, check_outgoing, ids
from tests.channels.telegram.kit import TelegramKit

SAMIRA = Address("telegram", "7000000001", "5550001")
MENU = (
    Choice("menu:urgence", "Urgence", tone="urgent"),
    Choice("theme:logement", "Trouver un logement"),
    Choice("theme:provisoire", "Un toit provisoire"),
    Choice("theme:argent", "Argent et aides"),
    Choice("theme:bail", "Bail et réparations"),
    Choice("theme:dettes", "Loyer, dettes"),
    Choice("theme:situation", "Ma situation"),
    Choice("theme:rendez-vous", "Mes rendez-vous"),
    Choice("theme:service", "Le CLLAJ, mes infos"),
    Choice("person", "Une personne"),
)


def say(body: str, *choices: Choice, number: int = 12) -> Outbound:
    return Outbound(SAMIRA, Purpose.REPLY, body, choices, number=number)


def call(text: str, *rows: Sequence[dict[str, str]]) -> Call:
    payload: dict[str, Any] = {"chat_id": 5_550_001, "text": text, "link_preview_options": {"is_disabled": True}}
    return Call("sendMessage", payload | ({"reply_markup": {"inline_keyboard": list(map(list, rows))}} if rows else {}))


def button(text: str, data: str) -> dict[str, str]:
    return {"text": text, "callback_data": data}


CASES = [
    OutgoingCase("a text", say("Bonjour."), (call("Bonjour."),)),
    OutgoingCase("marks stay as they are", say("<b>&amp; *oui* _non_ [a](b)"), (call("<b>&amp; *oui* _non_ [a](b)"),)),
    OutgoingCase("right to left", say("مرحبًا \u2067115\u2069"), (call("مرحبًا \u2067115\u2069"),)),
    OutgoingCase(
        "two buttons on a line",
        say("On le fait ?", Choice("answer:yes", "Oui"), Choice("answer:no", "Non")),
        (call("On le fait ?", [button("Oui", "12.0"), button("Non", "12.1")]),),
    ),
    OutgoingCase(
        "a long label alone, in its place",
        say("Et ?", Choice("a", "Oui"), Choice("b", "Je veux parler à une personne"), Choice("c", "Non"), Choice("d", "Passer")),
        (
            call(
                "Et ?", [button("Oui", "12.0")], [button("Je veux parler à une personne", "12.1")], [button("Non", "12.2"), button("Passer", "12.3")]
            ),
        ),
    ),
    OutgoingCase(
        "the menu: five rows of two, both doors first",
        say("Voici le menu.", *MENU),
        (
            call(
                "Voici le menu.",
                [button("Urgence", "12.0"), button("Une personne", "12.9")],
                [button("Trouver un logement", "12.1"), button("Un toit provisoire", "12.2")],
                [button("Argent et aides", "12.3"), button("Bail et réparations", "12.4")],
                [button("Loyer, dettes", "12.5"), button("Ma situation", "12.6")],
                [button("Mes rendez-vous", "12.7"), button("Le CLLAJ, mes infos", "12.8")],
            ),
        ),
    ),
    OutgoingCase(
        "links: a site is opened, a number is in its label",
        say("Là.", Choice("a", "Appeler le 115", "tel:115"), Choice("b", "SMS au 114", "sms:114"), Choice("c", "Visale", "https://www.visale.fr")),
        (call("Là.", [button("Appeler le 115", "12.0"), button("SMS au 114", "12.1")], [{"text": "Visale", "url": "https://www.visale.fr"}]),),
    ),
    OutgoingCase("nothing to see", say("\u200b \u00a0\n", Choice("menu", "\u2063")), (call("…", [button("…", "12.0")]),)),
    OutgoingCase("half a surrogate pair", say("oui\ud83d!"), (call("oui\ufffd!"),)),
    OutgoingCase("a very long label", say("Là.", Choice("a", "mot " * 40)), (call("Là.", [button(("mot " * 15 + "mot")[:63] + "…", "12.0")]),)),
]


@pytest.mark.parametrize("case", CASES, ids=ids(CASES))
def test_said(channel: TelegramChannel, case: OutgoingCase) -> None:
    check_outgoing(channel, case.outbound, case.calls)
    TelegramKit().check(case.calls)


@pytest.mark.parametrize(
    "link",
    ["https://localhost/x", "https://exemple", "https://exemple.fr/a b", "javascript:alert(1)", "https://", "https://a@exemple.fr", "tg://user?id=1"],
)
def test_an_address_telegram_would_refuse_stays_a_button(link: str) -> None:
    assert keyboard([Choice("a", "Là", link)], 3) == [[button("Là", "3.0")]]


def test_more_choices_than_a_keyboard_holds_are_written_out() -> None:
    choices = [Choice(f"c{index}", f"Choix {index}") for index in range(LIMITS.choices + 2)]
    [only] = render(say("Choisis.", *choices))
    TelegramKit().check([only])
    assert only.payload["text"] == "Choisis.\n\n101. Choix 100\n102. Choix 101"


def test_every_button_leads_back_to_its_choice() -> None:
    """The order on the screen is Telegram's business: what comes back is the place in our own list."""
    for row in keyboard(MENU, 7):
        for shown in row:
            reference = parse_reference(str(shown["callback_data"]))
            assert reference is not None
            number, index = reference
            assert (number, MENU[index].label) == (7, shown["text"])
