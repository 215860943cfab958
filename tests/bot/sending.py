"""What the tests of the way out share."""

import asyncio
import re

from bot.errors import Unreachable
from tests.bot.conftest import Open
from tests.bot.world import World
from tests.doubles.channel import slow


async def die_sending(world: World, another: Open, peer: str) -> World:
    """A process takes the head of this person's line and dies with it, the call under way; the one that goes on."""
    dying = await another()
    gate = asyncio.Event()
    world.channel.script(peer, slow(gate, Unreachable("cut"), arrives=False))
    asked = len(world.channel.calls)
    await dying.outbox.sweep()
    await world.channel.until(lambda: len(world.channel.calls) > asked)
    await dying.outbox.close(0)
    return world


def words(world: World, peer: str) -> str:
    """All that this person received, as one line."""
    return re.sub(r"\s*\n\s*", " ", " ".join(world.channel.read(peer)))
