"""No number under five is shown, and none can be worked out: compared with an independent oracle that tries every table there could be."""

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.keeping import SHOWN_FROM
from bot.rules.suppression import THREE, hidden, merged

Table = Mapping[tuple[int, int], int]


@st.composite
def tables(draw: st.DrawFn, rows: int = 4, columns: int = 4, most: int = 12) -> dict[tuple[int, int], int]:
    """A whole table of any shape, whose totals may all be shown."""
    shape = [(row, column) for row, column in product(range(draw(st.integers(2, rows))), range(draw(st.integers(2, columns))))]
    found = {cell: draw(st.integers(0, most)) for cell in shape}
    for nth in (0, 1):
        for name in {cell[nth] for cell in shape}:
            line = [cell for cell in shape if cell[nth] == name]
            missing = SHOWN_FROM - sum(found[cell] for cell in line)
            if missing > 0:
                found[line[draw(st.integers(0, len(line) - 1))]] += missing
    return found


def fillings(table: Table, gone: list[tuple[int, int]]) -> Iterator[dict[tuple[int, int], int]]:
    """Every way to fill in what is hidden that agrees with what is shown and with every total: all that a reader can know."""
    lines = [[cell for cell in table if cell[nth] == name] for nth in (0, 1) for name in {cell[nth] for cell in table}]
    left = {tuple(line): sum(table[cell] for cell in line if cell in gone) for line in lines}

    def fill(place: int, filled: dict[tuple[int, int], int]) -> Iterator[dict[tuple[int, int], int]]:
        if place == len(gone):
            yield dict(filled)
            return
        cell = gone[place]
        room = []
        for line, total in left.items():
            if cell in line:
                used = sum(filled.get(other, 0) for other in line)
                last = all(other in filled or other == cell for other in line if other in gone)
                room.append((total - used, last))
        most = min(free for free, _last in room)
        wanted = [free for free, last in room if last]
        for number in range(most + 1):
            if all(number == free for free in wanted):
                filled[cell] = number
                yield from fill(place + 1, filled)
                del filled[cell]

    yield from fill(0, {})


def computable(table: Table, gone: frozenset[tuple[int, int]]) -> set[tuple[int, int]]:
    """The hidden cells that have one value in every table there could be."""
    cells, seen = sorted(gone), {cell: set[int]() for cell in gone}
    for filled in fillings(table, cells):
        for cell, number in filled.items():
            seen[cell].add(number)
        if all(len(values) > 1 for values in seen.values()):
            return set()
    return {cell for cell, values in seen.items() if len(values) == 1}


@settings(max_examples=300, deadline=None)
@given(tables(rows=3, columns=3))
def test_nothing_hidden_can_be_computed(table: Table) -> None:
    gone = hidden(table)
    assert {cell for cell, number in table.items() if number < SHOWN_FROM} <= gone, "nothing under five is shown"
    assert not computable(table, gone)


@settings(max_examples=300, deadline=None)
@given(tables())
def test_a_line_never_hides_one_cell_alone(table: Table) -> None:
    gone = hidden(table)
    for nth in (0, 1):
        for name in {cell[nth] for cell in table}:
            assert sum(cell in gone for cell in table if cell[nth] == name) != 1


@given(tables())
def test_what_needs_no_hiding_is_shown(table: Table) -> None:
    """Where nothing is under five, nothing is hidden."""
    large = {cell: number + SHOWN_FROM for cell, number in table.items()}
    assert hidden(large) == frozenset()


def test_a_zero_beside_a_zero_would_be_known() -> None:
    """Two hidden cells that add up to nothing are both nothing: a third is hidden with them."""
    table = {(0, 0): 0, (0, 1): 0, (0, 2): 9, (1, 0): 6, (1, 1): 7, (1, 2): 8}
    gone = hidden(table)
    assert len(gone) > 4
    assert not computable(table, gone)


@given(
    st.dictionaries(st.sampled_from("abcdefg"), st.tuples(st.integers(0, 20), st.frozensets(st.integers(1, 5))), min_size=1),
)
def test_rows_put_together_are_five_and_of_three_caseworkers(rows: dict[str, tuple[int, frozenset[int]]]) -> None:
    def served(names: frozenset[str]) -> int:
        return len(frozenset[int]().union(*(rows[name][1] for name in names)))

    shown = merged({name: total for name, (total, _who) in rows.items()}, "autre", served)
    assert set(shown) == set(rows)
    groups = {name: frozenset(row for row, as_ in shown.items() if as_ == name) for name in set(shown.values())}
    if len(groups) > 1:
        for group in groups.values():
            assert sum(rows[name][0] for name in group) >= SHOWN_FROM
            assert served(group) >= THREE
