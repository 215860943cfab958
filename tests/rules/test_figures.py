"""What may be shown of a quarter: totals that hold together, nothing under five, nobody pointed to, and nothing that a subtraction gives back."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.figures import OTHER, QUARTERS, WITH, WITHOUT, Also, Board, By, Came, Counts, Line, Quarter, board, over
from bot.rules.keeping import SHOWN_FROM
from bot.rules.suppression import THREE
from tests.rules.test_suppression import computable

Meeting = tuple[str, str, str, str, int, Came, bool, bool]
COUNTED = (Came.CAME, Came.ABSENT, Came.SAID, Came.OURS, Came.OPEN)


def counted(meetings: Iterable[Meeting]) -> Counts:
    """These meetings (motive, place, reminder, channel, caseworker, what came, confirmed, moved), counted."""
    found = Counts()
    for motive, place, reminder, channel, who, came, confirmed, moved in meetings:
        for by, row in zip(By, (motive, place, reminder, channel), strict=True):
            found.numbers[by][row, came] += 1
            found.numbers[by][row, Also.CONFIRMED] += confirmed
            found.numbers[by][row, Also.MOVED] += moved
            found.served[by][row].add(who)
        found.leads.append(who)
    return found


meetings = st.lists(
    st.tuples(
        st.sampled_from(("first", "budget", "move")),
        st.sampled_from(("office", "carvin", "home")),
        st.sampled_from((WITH, WITHOUT)),
        st.sampled_from(("webchat", "telegram", "whatsapp")),
        st.integers(1, 4),
        st.sampled_from(COUNTED),
        st.booleans(),
        st.booleans(),
    ),
    max_size=60,
)


def lines(of: Board) -> list[Line]:
    return [of.total, *(line for several in of.tables.values() for line in several)]


@settings(deadline=None, max_examples=200)
@given(meetings)
def test_nothing_under_five_is_shown_nor_left_by_a_subtraction(all_of_them: list[Meeting]) -> None:
    shown = board(counted(all_of_them))
    if shown is None:
        assert len(all_of_them) < SHOWN_FROM or len({each[4] for each in all_of_them}) < THREE
        return
    for line in lines(shown):
        assert line.number >= SHOWN_FROM
        assert all(number is None or number >= SHOWN_FROM for number in [*line.cells.values(), *line.also.values()])
        for number in line.also.values():
            assert number is None or line.number - number >= SHOWN_FROM, "those who did not are no fewer"
        if line.cells and None not in line.cells.values():
            assert sum(number or 0 for number in line.cells.values()) == line.number
    for several in shown.tables.values():
        assert not several or sum(line.number for line in several) == shown.total.number
        for came, total in shown.total.cells.items():
            known = [line.cells[came] for line in several]
            assert known.count(None) != 1, "one alone would be what is left"
            if several and None not in known:
                assert sum(number or 0 for number in known) == total


@settings(deadline=None, max_examples=60)
@given(meetings)
def test_no_hidden_cell_of_a_page_can_be_computed(all_of_them: list[Meeting]) -> None:
    counts = counted(all_of_them)
    shown = board(counts)
    for by, several in shown.tables.items() if shown is not None else ():
        named = {line.name for line in several}
        truth: dict[tuple[int, int], int] = {}
        gone = set()
        for nth, line in enumerate(several):
            for place, came in enumerate(line.cells):
                of_it = [one for one in COUNTED if one == came or (came is Came.OTHER and one not in line.cells)]
                rows = {row for row, _measure in counts.numbers[by] if (row if row in named else OTHER) == line.name}
                truth[nth, place] = sum(counts.numbers[by][row, one] for row in rows for one in of_it)
                if line.cells[came] is None:
                    gone.add((nth, place))
        assert not truth or not computable(truth, frozenset(gone))


@given(meetings)
def test_a_motive_and_a_place_point_to_nobody(all_of_them: list[Meeting]) -> None:
    shown = board(counted(all_of_them))
    for by, nth in ((By.MOTIVE, 0), (By.PLACE, 1)) if shown is not None else ():
        several = shown.tables[by] if shown is not None else ()
        named = {line.name for line in several} - {OTHER}
        for line in several:
            who = {each[4] for each in all_of_them if (each[nth] if each[nth] in named else OTHER) == line.name}
            assert len(who) >= THREE


def test_what_a_reader_sees() -> None:
    """Twenty at the office, eight at Carvin, two at home: the two are not told apart, nor is anybody who did not come."""
    office = [("first", "office", WITH, "webchat", nth % 3, Came.CAME, nth % 2 == 0, False) for nth in range(16)]
    missed = [("first", "office", WITH, "webchat", nth % 3, Came.ABSENT, False, False) for nth in range(4)]
    carvin = [("first", "carvin", WITH, "webchat", nth % 3, Came.CAME if nth else Came.ABSENT, False, False) for nth in range(8)]
    home = [("first", "home", WITH, "webchat", nth, Came.CAME, False, False) for nth in range(2)]
    shown = board(counted([*office, *missed, *carvin, *home]))
    assert shown is not None
    assert (shown.total.number, shown.total.cells) == (30, {Came.CAME: 25, Came.ABSENT: 5})
    by_place = {line.name: (line.number, line.cells) for line in shown.tables[By.PLACE]}
    assert by_place == {"office": (20, {Came.CAME: None, Came.ABSENT: None}), OTHER: (10, {Came.CAME: None, Came.ABSENT: None})}
    assert shown.tables[By.MOTIVE] == (), "one motive alone is no table"
    assert shown.total.also == {Also.CONFIRMED: 8}
    assert shown.lead == 1.0


@pytest.mark.parametrize(("taken", "offered", "shown"), [(5, 15, True), (4, 15, False), (12, 15, False), (0, 0, False)])
def test_slots_are_told_where_neither_those_taken_nor_those_left_are_few(taken: int, offered: int, shown: bool) -> None:
    counts = counted([("first", "office", WITH, "webchat", nth % 3, Came.CAME, False, False) for nth in range(9)])
    counts.taken, counts.offered = taken, offered
    found = board(counts)
    assert found is not None
    assert found.taken_of == ((taken, offered) if shown else None)


def test_quarters_are_shown_once_they_are_over() -> None:
    found = over(date(2026, 3, 31))
    assert [each.name for each in found[:3]] == ["2025-T4", "2025-T3", "2025-T2"]
    assert over(date(2026, 4, 1))[0] == Quarter(2026, 1)
    assert len(found) == QUARTERS
    assert (Quarter(2025, 4).first, Quarter(2025, 4).after) == (date(2025, 10, 1), date(2026, 1, 1))
    assert Quarter(2025, 4).months == ("2025-10", "2025-11", "2025-12")
    for each, before in pairwise(found):
        assert before.after == each.first, "they never overlap"
