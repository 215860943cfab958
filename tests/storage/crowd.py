"""A process that books: `python -m tests.storage.crowd` reads what to try on stdin and says on stdout what came of it, as JSON.

In:  {"url", "motive", "attempts": [[person, slot], …]}, slots as bot/rules/slots.py dumps them.
Out: {"booked": [slot, …], "refused": how many, "empty": how many refusals had no other slot}.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.rules.slots import dump, load
from storage import appointments
from storage.appointment_view import Appointment, Booking, Taken
from storage.engine import Storage, open_storage
from tests.clock import TestClock
from tests.conftest import settings_for

SIDE_BY_SIDE = 40
HOME = Path(__file__).parents[2]


async def attempt(storage: Storage, motive: str, attempts: Sequence[Any]) -> dict[str, Any]:
    """Try all of these, many side by side, as chats do."""
    gate = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(person: int, kept: Any) -> Any:
        slot = load(kept)
        assert slot is not None
        async with gate:
            return await storage.run(appointments.book, Booking(person, motive, slot))

    found = await asyncio.gather(*(one(person, kept) for person, kept in attempts))
    refused = [each for each in found if isinstance(each, Taken)]
    booked = [dump(each.slot) for each in found if isinstance(each, Appointment)]
    return {"booked": booked, "refused": len(refused), "empty": sum(not each.others for each in refused)}


async def in_another_process(url: str, motive: str, attempts: Sequence[Any]) -> dict[str, Any]:
    """The same, in a process of its own."""
    command = [sys.executable, "-m", "tests.storage.crowd"]
    process = await asyncio.create_subprocess_exec(*command, cwd=HOME, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate(json.dumps({"url": url, "motive": motive, "attempts": attempts}).encode())
    if process.returncode:
        raise RuntimeError("a process that books ended with a fault")
    found: dict[str, Any] = json.loads(said)
    return found


async def rush(storage: Storage, url: str, motive: str, attempts: Sequence[Any], processes: int) -> list[dict[str, Any]]:
    """Share these attempts between this process, on `storage`, and others, all at once; what came of each share."""
    shares = [attempts[nth::processes] for nth in range(processes)]
    return await asyncio.gather(attempt(storage, motive, shares[0]), *(in_another_process(url, motive, share) for share in shares[1:]))


async def _run(given: dict[str, Any]) -> dict[str, Any]:
    storage = await open_storage(settings_for(given["url"]), TestClock(), migrate=False)
    try:
        return await attempt(storage, given["motive"], given["attempts"])
    finally:
        await storage.close()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_run(json.load(sys.stdin)))))
