"""What is said, in WhatsApp's calls: exact ones for what we know we say, and the double's own rules for anything else."""

from typing import Any

import pytest

from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.messages import Address, Call, Choice, Outbound, Purpose
from tests.channels.conformance import OutgoingCase, check_outgoing, ids
from tests.channels.whatsapp.kit import WhatsAppKit

SAMIRA = Address("whatsapp", "100000000000001", "FR.1")
NUMBERED = Address("whatsapp", "100000000000001", "33199000001")


def say(body: str, *choices: Choice, number: int = 12, to: Address = SAMIRA) -> Outbound:
    return Outbound(to, Purpose.REPLY, body, choices, number=number)


def call(kind: str, content: Any, **whom: str) -> Call:
    return Call(
        "messages", {"messaging_product": "whatsapp", "recipient_type": "individual", **(whom or {"recipient": "FR.1"}), "type": kind, kind: content}
    )


def text(body: str, **whom: str) -> Call:
    return call("text", {"body": body, "preview_url": False}, **whom)


def buttons(body: str, *titles: str) -> Call:
    made = [{"type": "reply", "reply": {"id": f"12.{nth}", "title": title}} for nth, title in enumerate(titles)]
    return call("interactive", {"type": "button", "body": {"text": body}, "action": {"buttons": made}})


def rows(body: str, *titles: str) -> Call:
    made = [{"id": f"12.{nth}", "title": title} for nth, title in enumerate(titles)]
    return call("interactive", {"type": "list", "body": {"text": body}, "action": {"button": "Choisir", "sections": [{"rows": made}]}})


FOUR = [Choice(f"our:{name}", name) for name in ("Oui", "Non", "Passer", "Pourquoi ?")]
TWELVE = [Choice(f"our:{nth}", f"Choix {nth}") for nth in range(1, 13)]
CASES = [
    OutgoingCase("a text", say("Bonjour."), (text("Bonjour."),)),
    OutgoingCase("to who has a number alone", say("Bonjour.", to=NUMBERED), (text("Bonjour.", to="33199000001"),)),
    OutgoingCase("right to left", say("مرحبًا \u2067115\u2069"), (text("مرحبًا \u2067115\u2069"),)),
    OutgoingCase("three short choices are buttons", say("On le fait ?", *FOUR[:3]), (buttons("On le fait ?", "Oui", "Non", "Passer"),)),
    OutgoingCase("four are a list", say("Et ?", *FOUR), (rows("Et ?", "Oui", "Non", "Passer", "Pourquoi ?"),)),
    OutgoingCase(
        "a label too long for a button makes a list",
        say("Et ?", Choice("a", "Voir plus tard, si je veux")),
        (rows("Et ?", "Voir plus tard, si je…"),),
    ),
    OutgoingCase("two alike make a list", say("Et ?", Choice("a", "Oui"), Choice("b", "Oui")), (rows("Et ?", "Oui", "Oui"),)),
    OutgoingCase(
        "twelve choices are numbered in the text",
        say("Choisis.", *TWELVE),
        (text("Choisis.\n\n" + "\n".join(f"{nth}. Choix {nth}" for nth in range(1, 13))),),
    ),
    OutgoingCase(
        "a link is written, a number to call stays a button",
        say("Là.", Choice("a", "Appeler le 115", "tel:115"), Choice("b", "Visale", "https://www.visale.fr"), Choice("c", "Mon agenda", "/rdv/abc")),
        (buttons("Là.\n\nVisale : https://www.visale.fr\nMon agenda : https://logement.example.org/rdv/abc", "Appeler le 115"),),
    ),
    OutgoingCase("nothing to see", say("\u200b \u00a0\n", Choice("menu", "\u2063")), (buttons("…", "…"),)),
    OutgoingCase("half a surrogate pair", say("oui\ud83d!"), (text("oui\ufffd!"),)),
]


@pytest.mark.parametrize("case", CASES, ids=ids(CASES))
def test_said(channel: WhatsAppChannel, case: OutgoingCase) -> None:
    check_outgoing(channel, case.outbound, case.calls)
    WhatsAppKit().check(case.calls)
