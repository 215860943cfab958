"""The relay on paper: an SMS or an e-mail, of which a test reads what was sent."""

import re
from dataclasses import replace

from typing_extensions import override

from bot.channels.base import Limits
from bot.channels.relay.rendering import CARRIED
from bot.errors import Rejected
from bot.messages import Address, Call
from tests.talk import Paper


class Beside(Paper):
    """What the relay is, on paper."""

    name = "relay"
    limits = Limits(text=100_000, choices=0, label=200, per_second=1000.0, purposes=CARRIED, by_link=True)

    def __init__(self, account: str) -> None:
        super().__init__()
        self.account = account

    def address_of(self, peer: str) -> Address:
        return Address(self.name, self.account, peer)

    def code(self) -> str:
        """The last one that was sent, whoever to."""
        found = re.search(r"\b\d{6}\b", self.sent[-1].body)
        assert found is not None
        return found[0]


class Shut(Beside):
    """Whose telephones open no page of ours."""

    limits = replace(Beside.limits, opens=False)


class Gone(Beside):
    """Whose provider says of this number that it is no more, once `gone`."""

    gone = False

    @override
    async def send(self, address: Address, call: Call) -> str:
        if self.gone:
            self._rendered.clear()
            raise Rejected("no_such_number")
        return await super().send(address, call)


class Full(Beside):
    """A day holds one SMS."""

    limits = replace(Beside.limits, per_day=1)
