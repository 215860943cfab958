"""Cells: a caseworker's time cut in five minutes. An appointment owns those it covers, its buffers and travel included. Pure.

A cell is the number of five-minute steps since 1970 in UTC, so that the clocks never make two of one. The database lets each be owned once
(`appointment_cell`): that alone makes a double booking impossible.
"""

from bot.rules.walls import Span

LASTS = 300
"""Seconds."""


def cells(span: Span) -> range:
    """The cells that a span of seconds touches."""
    since, until = span
    return range(since // LASTS, -(-until // LASTS))
