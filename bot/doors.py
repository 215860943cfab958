"""The addresses that open each channel of this process, with a code as the first words said there: posters carry them, and who has another app.

What a provider says of our own name or number is asked beforehand and kept: a turn waits for no network.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping

from bot.channels.base import Channel, Linked
from bot.clock import Clock
from bot.errors import SendFailure

log = logging.getLogger(__name__)

AGAIN_SECONDS = 60.0
"""Until a provider that did not answer is asked once more."""


class Doors:
    """What opens each channel that a link can open."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        self._linked = {channel.name: channel for channel in channels if isinstance(channel, Linked)}

    def known(self, code: str) -> Mapping[str, str]:
        """The address of each channel whose own name is known by now."""
        found = {name: channel.link(code) for name, channel in self._linked.items()}
        return {name: link for name, link in found.items() if link}

    async def every(self, code: str) -> Mapping[str, str]:
        """The address of each channel, asked for now where it must be; "" where its provider does not say."""
        await self._ask()
        return {name: channel.link(code) for name, channel in self._linked.items()}

    async def learn(self, clock: Clock) -> None:
        """Ask until each is known."""
        while not await self._ask():
            await clock.wait(asyncio.Event(), AGAIN_SECONDS)
        await asyncio.get_running_loop().create_future()  # a loop of the service does not end

    async def _ask(self) -> bool:
        """Whether each is known now."""
        for channel in self._linked.values():
            try:
                await channel.learn()
            except SendFailure as failure:
                log.warning(
                    "%s does not say how it is opened: %s", channel.name, failure.code, extra={"action": "door_unknown", "code": failure.code}
                )
        return len(self.known("")) == len(self._linked)
