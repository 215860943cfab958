"""Which numbers of a table may be shown: none under five, and none from which one under five could be worked out. Pure.

First what is too small is put together (`merged`): every total that is left is five or more, and is shown. Then cells are hidden (`hidden`): those
under five, and as many others as it takes for none of them to be computed from what is shown and the totals.

A table with its totals is a flow from its rows to its columns. A hidden cell is known exactly iff nothing can be moved around a circle of hidden
cells that goes through it, no cell going under zero: that is what is looked for, cell by cell.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from bot.rules.keeping import SHOWN_FROM

Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)
Cell = tuple[Row, Column]
THREE = 3
"""Caseworkers without whom a place or a motive would point to one of them."""


def merged(totals: Mapping[Row, int], other: Row, served: Callable[[frozenset[Row]], int] = lambda rows: THREE) -> Mapping[Row, Row]:
    """What each row is shown as: itself, or `other` for those put together.

    Each row that is left, `other` too, has five or more, and is served by three caseworkers at least (`served` counts those of several rows). Where
    that cannot be, everything is `other`.
    """
    alone = {row for row, total in totals.items() if row != other and total >= SHOWN_FROM and served(frozenset((row,))) >= THREE}
    together = set(totals) - alone
    while together and alone and not _enough(together, totals, served):
        smallest = min(alone, key=lambda row: (totals[row], str(row)))
        alone.remove(smallest)
        together.add(smallest)
    return {row: row if row in alone else other for row in totals}


def _enough(rows: Iterable[Row], totals: Mapping[Row, int], served: Callable[[frozenset[Row]], int]) -> bool:
    kept = frozenset(rows)
    return sum(totals[row] for row in kept) >= SHOWN_FROM and served(kept) >= THREE


def hidden(cells: Mapping[tuple[Row, Column], int]) -> frozenset[tuple[Row, Column]]:
    """The cells not to be shown of a whole table (each row with each column), whose totals of rows and of columns are shown."""
    gone = {cell for cell, number in cells.items() if number < SHOWN_FROM}
    while (known := next((cell for cell in _ordered(gone) if _known(cell, cells, gone)), None)) is not None:
        beside = [cell for cell in cells if cell not in gone and (cell[0] == known[0] or cell[1] == known[1])]
        others = beside or [cell for cell in cells if cell not in gone]
        if not others:
            break  # nothing is shown but totals
        gone.add(min(others, key=lambda cell: (cells[cell], str(cell))))
    return frozenset(gone)


def _ordered(cells: Iterable[tuple[Row, Column]]) -> Sequence[tuple[Row, Column]]:
    return sorted(cells, key=str)


def _known(cell: tuple[Row, Column], cells: Mapping[tuple[Row, Column], int], gone: Iterable[tuple[Row, Column]]) -> bool:
    """Whether this hidden cell can be computed: it can be neither more nor less."""
    row, column = cell
    rest = [each for each in gone if each != cell]
    # More here needs a way back from its column to its row over the others; less needs something to take, and a way from its row to its column.
    more = _reaches(("column", column), ("row", row), cells, rest)
    less = cells[cell] > 0 and _reaches(("row", row), ("column", column), cells, rest)
    return not more and not less


def _reaches(start: tuple[str, object], end: tuple[str, object], cells: Mapping[tuple[Row, Column], int], gone: Sequence[tuple[Row, Column]]) -> bool:
    """Whether one comes from here to there: from a row to a column by any hidden cell (it gets more), back by one that has something to give."""
    seen, waiting = {start}, [start]
    while waiting:
        kind, name = waiting.pop()
        for row, column in gone:
            if kind == "row" and row == name:
                following: tuple[str, object] = ("column", column)
            elif kind == "column" and column == name and cells[row, column] > 0:
                following = ("row", row)
            else:
                continue
            if following == end:
                return True
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return False
