"""Every channel, by its kit. A new one is one line here."""

from collections.abc import Sequence

import pytest

from tests.channels.kit import Kit
from tests.channels.messenger.kit import MessengerKit
from tests.channels.telegram.kit import TelegramKit
from tests.channels.webchat.kit import WebChatKit
from tests.channels.whatsapp.kit import WhatsAppKit

KITS: tuple[Kit, ...] = (TelegramKit(), WhatsAppKit(), MessengerKit(), WebChatKit())
EVERY = ("batch", "receipts", "elsewhere", "times", "calls", "challenge", "pictures")
"""What a channel may have nothing of, if its kit says why."""


def having(what: str) -> list[Kit]:
    """The channels that have it."""
    assert what in EVERY
    return [kit for kit in KITS if what not in kit.without]


def each(kits: Sequence[Kit] = KITS) -> pytest.MarkDecorator:
    """Once for each of these channels."""
    return pytest.mark.parametrize("kit", kits, ids=lambda kit: kit.name)
