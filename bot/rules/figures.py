"""The team's figures: how appointments went in a quarter, by motive, place, reminder and channel. Never by caseworker. Pure.

A quarter is shown once it is over, each alone: figures that overlap or grow give away, by subtraction, what none of them shows. Nothing under five is
shown, nothing that points to fewer than three caseworkers, and nothing from which such a number could be worked out (bot/rules/suppression.py).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from statistics import median

from bot.rules.keeping import SHOWN_FROM
from bot.rules.suppression import THREE, hidden, merged

QUARTERS = 8
"""How many quarters back one may look."""
MONTHS = 3


class By(StrEnum):
    """What the figures are told apart by."""

    MOTIVE = "motive"
    PLACE = "place"
    REMINDER = "reminder"
    CHANNEL = "channel"

    @property
    def points(self) -> bool:
        """Whether a row may point to a caseworker: it is shown where three serve it."""
        return self in (By.MOTIVE, By.PLACE)


class Came(StrEnum):
    """What came of an appointment, as it is counted. SAID: they said before that they could not come. OTHER: those too few to be told apart."""

    CAME = "came"
    ABSENT = "absent"
    SAID = "said"
    OURS = "ours"
    OPEN = "open"
    OTHER = "other"


class Also(StrEnum):
    """What may be true of an appointment besides."""

    CONFIRMED = "confirmed"
    MOVED = "moved"


Measure = Came | Also
OTHER = ""
"""The row of what is too small, or of too few caseworkers, to be told apart."""
WITH, WITHOUT = "with", "without"
"""A reminder went, or none did."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """« 2026-T3 »."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, MONTHS * (self.number - 1) + 1, 1)

    @property
    def after(self) -> date:
        """The first day of the next."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1).first

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(f"{self.year}-{self.first.month + nth:02}" for nth in range(MONTHS))

    @property
    def name(self) -> str:
        return f"{self.year}-T{self.number}"


@dataclass(slots=True)
class Counts:
    """What was counted in a quarter: how often by row and measure, who served each row, and the days between booking and meeting."""

    numbers: dict[By, Counter[tuple[str, Measure]]] = field(default_factory=lambda: defaultdict(Counter))
    served: dict[By, dict[str, set[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    leads: list[int] = field(default_factory=list)
    offered: int = 0
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `cells`: by what came of it, None for what is not shown; `also` the same of what may be true besides."""

    name: str
    number: int
    cells: Mapping[Came, int | None]
    also: Mapping[Also, int | None]


@dataclass(frozen=True, slots=True)
class Board:
    """What may be shown of a quarter. `taken_of`: slots taken and offered; None for what may not be shown."""

    total: Line
    lead: float | None
    taken_of: tuple[int, int] | None
    tables: Mapping[By, tuple[Line, ...]]


def over(today: date) -> tuple[Quarter, ...]:
    """The quarters that are over, the last first."""
    year, number = today.year, (today.month - 1) // MONTHS + 1
    found = []
    for _nth in range(QUARTERS):
        year, number = (year, number - 1) if number > 1 else (year - 1, 4)
        found.append(Quarter(year, number))
    return tuple(found)


def board(counts: Counts) -> Board | None:
    """What may be shown; None where fewer than five appointments were, or fewer than three caseworkers received."""
    totals = _totals(counts.numbers[By.CHANNEL])
    number = sum(totals[came] for came in Came)
    people = set[int]().union(*counts.served[By.PLACE].values())
    if number < SHOWN_FROM or len(people) < THREE:
        return None
    columns = merged({came: totals[came] for came in Came if totals[came]}, Came.OTHER)
    also = [each for each in Also if SHOWN_FROM <= totals[each] <= number - SHOWN_FROM]
    summed = Counter[Came]()
    for came, shown in columns.items():
        summed[shown] += totals[came]
    several = summed if len(summed) > 1 else {}
    return Board(
        Line(OTHER, number, dict(several), {each: totals[each] for each in also}),
        float(median(counts.leads)) if len(counts.leads) >= SHOWN_FROM else None,
        _taken_of(counts),
        {by: _table(counts, by, columns if several else {}, also) for by in By},
    )


def _totals(numbers: Mapping[tuple[str, Measure], int]) -> Counter[Measure]:
    found = Counter[Measure]()
    for (_row, measure), number in numbers.items():
        found[measure] += number
    return found


def _taken_of(counts: Counts) -> tuple[int, int] | None:
    """None too where those left untaken would be too few to tell."""
    enough = counts.taken >= SHOWN_FROM and counts.offered - counts.taken >= SHOWN_FROM
    return (counts.taken, counts.offered) if enough else None


def _table(counts: Counts, by: By, columns: Mapping[Came, Came], also: Sequence[Also]) -> tuple[Line, ...]:
    """The rows of one table, the largest first; none where they could not be told apart."""
    numbers, who = counts.numbers[by], counts.served[by]
    totals = Counter[str]()
    for (row, measure), number in numbers.items():
        totals[row] += number if isinstance(measure, Came) else 0

    def served(rows: Iterable[str]) -> int:
        return len(set[int]().union(*(who[row] for row in rows if row in who))) if by.points else THREE

    shown = merged(totals, OTHER, served)
    rows = Counter[str]()
    for row, number in totals.items():
        rows[shown[row]] += number
    if len(rows) < 2:
        return ()
    cells = _whole(numbers, shown, rows, columns)
    besides = {each: _whether(numbers, shown, rows, each) for each in also}
    ordered = sorted(rows, key=lambda row: (row == OTHER, -rows[row], row))
    return tuple(
        Line(row, rows[row], {came: number for (of, came), number in cells.items() if of == row}, {each: besides[each][row] for each in also})
        for row in ordered
    )


def _whole(
    numbers: Mapping[tuple[str, Measure], int], shown: Mapping[str, str], rows: Iterable[str], columns: Mapping[Came, Came]
) -> Mapping[tuple[str, Came], int | None]:
    """A table by what came of it, with what may not be shown taken out."""
    found: dict[tuple[str, Came], int] = {(row, came): 0 for row in rows for came in dict.fromkeys(columns.values())}
    for (row, measure), number in numbers.items():
        if isinstance(measure, Came) and measure in columns:
            found[shown[row], columns[measure]] += number
    gone = hidden(found)
    return {cell: None if cell in gone else number for cell, number in found.items()}


def _whether(
    numbers: Mapping[tuple[str, Measure], int], shown: Mapping[str, str], rows: Mapping[str, int], measure: Also
) -> Mapping[str, int | None]:
    """How many of each row, where neither they nor the others are too few."""
    yes = Counter[str]()
    for (row, which), number in numbers.items():
        yes[shown[row]] += number if which is measure else 0
    found = {(row, whether): yes[row] if whether else rows[row] - yes[row] for row in rows for whether in (True, False)}
    gone = hidden(found)
    return {row: None if (row, True) in gone else yes[row] for row in rows}
