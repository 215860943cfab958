"""Faults on demand: which calls, how many, and how they go wrong."""

import asyncio
import random
from dataclasses import dataclass, field
from enum import StrEnum

from typing_extensions import override

DOWNLOAD = "download"
"""Names a file's bytes being fetched, where a fault names a method."""


class How(StrEnum):
    """What happens to a call."""

    STATUS = "status"
    """Answered with `status` and `description`."""
    RESET = "reset"
    """The connection is reset, nothing answered."""
    TIMEOUT = "timeout"
    """Never answered."""
    SLOW = "slow"
    """Answered, `seconds` later, or when the fault is `released`."""
    HALF = "half"
    """The first half of the answer, then nothing: the connection is closed."""
    GARBAGE = "garbage"
    """Answered 200 with what is not JSON."""


DESCRIPTIONS = {
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


@dataclass(slots=True, eq=False)
class Fault:
    """`times` calls of `method` to `chat` (None: any) go wrong, after `skip` that go well. `times` 0: for ever.

    `done`: the call is carried out all the same (always so for SLOW, HALF and GARBAGE): the message is there, and the caller cannot know.
    """

    method: str | None = None
    chat: int | None = None
    how: How = How.STATUS
    status: int = 500
    description: str = ""
    retry_after: int | None = None
    times: int = 1
    skip: int = 0
    done: bool = False
    seconds: float | None = None
    struck: int = 0
    """How many calls it has struck."""
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def strikes(self, method: str, chat: int | None) -> bool:
        """True if this call goes wrong; counts it."""
        if (self.method or method) != method or (self.chat is not None and self.chat != chat) or (self.times and self.struck >= self.times):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.struck += 1
        return True

    @property
    def carried_out(self) -> bool:
        return self.done or self.how in {How.SLOW, How.GARBAGE, How.HALF}

    @property
    def said(self) -> str:
        return self.description or DESCRIPTIONS.get(self.status, "Bad Request: refused on demand").format(retry_after=self.retry_after)

    def release(self) -> None:
        """Let SLOW and TIMEOUT calls be answered now."""
        self._released.set()

    async def pause(self) -> None:
        """Until released; for SLOW, `seconds` at most."""
        seconds = self.seconds if self.how is How.SLOW else None
        try:
            await asyncio.wait_for(self._released.wait(), seconds)
        except TimeoutError:
            return


@dataclass(slots=True, eq=False)
class Chance(Fault):
    """Calls of `method` that go wrong now and then, `rate` of them, for ever."""

    rate: float = 0.0
    dice: random.Random = field(default_factory=random.Random)

    @override
    def strikes(self, method: str, chat: int | None) -> bool:
        found = (self.method or method) == method and self.dice.random() < self.rate
        self.struck += found
        return found
