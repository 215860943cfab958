"""What goes to the team's own addresses, through Apprise: e-mail, SMS, a messaging of theirs. It never says who, what or why.

Apprise (bot/courier.py) is imported only once there is an address.
"""

import asyncio
import logging
import re
from collections.abc import Sequence

from bot import courier

log = logging.getLogger(__name__)

LONGEST_WAIT = 30.0
"""Seconds that one address may take to answer."""
TITLE = "Palier"
_BETWEEN = re.compile(r"\s+|,\s*(?=[a-z][a-z0-9+.-]*://)", re.IGNORECASE)


def addresses(text: str) -> tuple[str, ...]:
    """The Apprise addresses in a text, parted by spaces, lines, or commas before another address: an address may hold commas itself."""
    return tuple(each for each in _BETWEEN.split(text.strip()) if each)


def usable(address: str) -> bool:
    """Whether Apprise knows how to write to this address. Nothing is sent. Takes a moment the first time: not on the loop."""
    return courier.knows(address)


def kind(address: str) -> str:
    """What can be shown of an address that may carry a password: the sort of service it names."""
    return address.partition("://")[0].casefold()


async def send(to: Sequence[str], body: str) -> int:
    """Say this to every one of these addresses, each once; how many took it."""
    return sum(await asyncio.gather(*(_say(address, body) for address in dict.fromkeys(to))))


async def _say(address: str, body: str) -> bool:
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            taken = (await asyncio.to_thread(courier.deliver, address, body, TITLE)).taken
    except Exception as fault:  # whatever a service of somebody else's does: the other addresses are told, and this one again
        log.warning("an address of the team could not be told", extra={"action": "notice_failed", "error": type(fault).__name__})
        return False
    if not taken:
        log.warning("an address of the team could not be told", extra={"action": "notice_failed", "error": "refused"})
    return taken
