"""Every channel, by its kit. A new one is one line here."""

from collections.abc import Sequence

import pytest

from tests.channels.kit import Kit
from tests.channels.messenger.kit import MessengerKit
from tests.channels.relay.kit import RelayKit
from tests.channels.telegram.kit import TelegramKit
from tests.channels.webchat.kit import WebChatKit
from tests.channels.whatsapp.kit import WhatsAppKit

KITS: tuple[Kit, ...] = (TelegramKit(), WhatsAppKit(), MessengerKit(), WebChatKit(), RelayKit())
APPS = KITS[:4]
"""Those that people talk in, where a dialogue is the same on each: by SMS it is shortened."""
EVERY = ("batch", "receipts", "elsewhere", "times", "calls", "challenge", "pictures", "parts", "courtesies", "direct")
"""What a channel may have nothing of, if its kit says why."""
OF_CALLS = ("parts", "courtesies", "direct")
"""What is only of a channel that makes calls."""


def having(what: str) -> list[Kit]:
    """The channels that have it."""
    assert what in EVERY
    return [kit for kit in KITS if what not in kit.without and ("calls" not in kit.without or what not in OF_CALLS)]


def each(kits: Sequence[Kit] = KITS) -> pytest.MarkDecorator:
    """Once for each of these channels."""
    return pytest.mark.parametrize("kit", kits, ids=lambda kit: kit.name)
