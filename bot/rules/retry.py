"""When to try again, in seconds of machine time. Pure: the caller brings the dice."""

from collections.abc import Sequence

SEND_DELAYS: tuple[float, ...] = (1.0, 5.0, 30.0, 120.0, 600.0)
FILE_DELAYS: tuple[float, ...] = (*SEND_DELAYS, 3600.0)
"""A provider that is down for an hour loses nobody's file."""
TURN_DELAYS: tuple[float, ...] = (1.0, 5.0, 30.0)
JITTER = 0.2


def next_delay(delays: Sequence[float], attempts: int, dice: float) -> float | None:
    """How long to wait after failure number `attempts` (0 for the first), or None when it is time to stop trying.

    `dice` in [0, 1) spreads the delay over ±20 %, so that many failures of one moment do not come back as one.
    """
    if attempts >= len(delays):
        return None
    return delays[attempts] * (1.0 - JITTER + 2 * JITTER * dice)
