"""When to try again, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.retry import JITTER, SEND_DELAYS, TURN_DELAYS, next_delay


class TestNextDelay:
    @pytest.mark.parametrize(
        ("delays", "attempts", "expected"),
        [
            (SEND_DELAYS, 0, 1.0),
            (SEND_DELAYS, 1, 5.0),
            (SEND_DELAYS, 2, 30.0),
            (SEND_DELAYS, 3, 120.0),
            (SEND_DELAYS, 4, 600.0),
            (SEND_DELAYS, 5, None),  # visible failure
            (TURN_DELAYS, 0, 1.0),
            (TURN_DELAYS, 2, 30.0),
            (TURN_DELAYS, 3, None),  # parked
            (TURN_DELAYS, 99, None),
        ],
    )
    def test_table(self, delays: tuple[float, ...], attempts: int, expected: float | None) -> None:
        assert next_delay(delays, attempts, dice=0.5) == expected

    @given(st.sampled_from(range(len(SEND_DELAYS))), st.floats(0, 1, exclude_max=True))
    def test_is_spread_by_a_fifth_and_no_more(self, attempts: int, dice: float) -> None:
        delay = next_delay(SEND_DELAYS, attempts, dice)
        assert delay is not None
        assert SEND_DELAYS[attempts] * (1 - JITTER) <= delay <= SEND_DELAYS[attempts] * (1 + JITTER)
