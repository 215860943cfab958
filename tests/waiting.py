"""Waiting for real processes: one helper, with a deadline."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from time import monotonic

LOOK_EVERY = 0.02


async def until(condition: Callable[[], bool | Awaitable[bool]], what: str, seconds: float = 30.0) -> float:
    """Look until `condition` holds; the seconds it took. Raises TimeoutError, saying `what` never came."""
    started = monotonic()
    while True:
        held = condition()
        if await held if inspect.isawaitable(held) else held:
            return monotonic() - started
        if monotonic() - started > seconds:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        await asyncio.sleep(LOOK_EVERY)  # other processes have no event of ours to wait for
