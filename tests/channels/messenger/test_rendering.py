"""What is said, in Messenger's calls: exact ones for what we know we say, and the double's own rules for anything else."""

from dataclasses import replace
from typing import Any

import pytest

from bot.channels.messenger.channel import MessengerChannel
from bot.legality import HUMAN_AGENT
from bot.messages import Address, Call, Choice, Outbound, Purpose
from tests.channels.conformance import OutgoingCase, check_outgoing, ids
from tests.channels.messenger.kit import MessengerKit

SAMIRA = Address("messenger", "300000000000001", "5001")


def say(body: str, *choices: Choice, number: int = 12) -> Outbound:
    return Outbound(SAMIRA, Purpose.REPLY, body, choices, number=number)


def call(text: str, *titles: str, **why: str) -> Call:
    message: dict[str, Any] = {"text": text}
    if titles:
        message["quick_replies"] = [{"content_type": "text", "title": title, "payload": f"12.{nth}"} for nth, title in enumerate(titles)]
    return Call("me/messages", {"recipient": {"id": "5001"}, **(why or {"messaging_type": "RESPONSE"}), "message": message})


FOURTEEN = [Choice(f"our:{nth}", f"Choix {nth}") for nth in range(1, 15)]
CASES = [
    OutgoingCase("a text", say("Bonjour."), (call("Bonjour."),)),
    OutgoingCase("right to left", say("مرحبًا \u2067115\u2069"), (call("مرحبًا \u2067115\u2069"),)),
    OutgoingCase("quick replies", say("On le fait ?", Choice("a", "Oui"), Choice("b", "Non")), (call("On le fait ?", "Oui", "Non"),)),
    OutgoingCase("a long label is shortened", say("Et ?", Choice("a", "Voir plus tard, si je veux")), (call("Et ?", "Voir plus tard, si…"),)),
    OutgoingCase(
        "fourteen choices are numbered in the text",
        say("Choisis.", *FOURTEEN),
        (call("Choisis.\n\n" + "\n".join(f"{nth}. Choix {nth}" for nth in range(1, 15))),),
    ),
    OutgoingCase(
        "a link is written, a number to call stays a button",
        say("Là.", Choice("a", "Appeler le 115", "tel:115"), Choice("b", "Visale", "https://www.visale.fr"), Choice("c", "Mon agenda", "/rdv/abc")),
        (call("Là.\n\nVisale : https://www.visale.fr\nMon agenda : https://logement.example.org/rdv/abc", "Appeler le 115"),),
    ),
    OutgoingCase(
        "a human's message outside the window",
        replace(say("Bonjour, c’est Samira."), purpose=Purpose.HUMAN, template=HUMAN_AGENT),
        (call("Bonjour, c’est Samira.", messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT"),),
    ),
    OutgoingCase("nothing to see", say("\u200b \u00a0\n", Choice("menu", "\u2063")), (call("…", "…"),)),
    OutgoingCase("half a surrogate pair", say("oui\ud83d!"), (call("oui\ufffd!"),)),
]


@pytest.mark.parametrize("case", CASES, ids=ids(CASES))
def test_said(channel: MessengerChannel, case: OutgoingCase) -> None:
    check_outgoing(channel, case.outbound, case.calls)
    MessengerKit().check(case.calls)
