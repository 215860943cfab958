"""« Chiffres »: how appointments went, quarter by quarter, for the team. Never by caseworker, nothing under five, nothing that would give it back.

The same may be taken away as a table (UTF-8, semicolons). No name is in it.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from backend.frame import Frame, Refused, Visit
from bot.rules import figures
from bot.rules.figures import OTHER, WITH, WITHOUT, Also, Board, By, Came, Line, Quarter
from content.words import typeset
from storage import motives, outcomes, places
from storage.engine import Storage, Work

PATH, FILE = "/backend/figures", "/backend/figures.csv"
COLUMNS: Mapping[Came, str] = {
    Came.CAME: "Présence",
    Came.ABSENT: "Absence",
    Came.SAID: "Prévenu ou empêché",
    Came.OURS: "De notre fait",
    Came.OPEN: "Pas noté",
    Came.OTHER: "Autre suite",
}
ALSO: Mapping[Also, str] = {Also.CONFIRMED: "Confirmé", Also.MOVED: "Déplacé"}
TITLES: Mapping[By, str] = {By.MOTIVE: "Par motif", By.PLACE: "Par lieu", By.REMINDER: "Par rappel", By.CHANNEL: "Par messagerie"}
REMINDERS = {WITH: "Avec un rappel parti", WITHOUT: "Sans rappel"}
HIDDEN = "non montré"
ORDINALS = ("1er", "2e", "3e", "4e")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for something to work out."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page reads. `names`: of each motive and place, by its token."""

    board: Board | None
    names: Mapping[str, str]


def look(work: Work, of: Quarter) -> Shown:
    """One quarter, and how its rows are called."""
    names = {place.token: place.name for place in places.ever(work)}
    board = figures.board(outcomes.quarter(work, of))
    for line in board.tables[By.MOTIVE] if board is not None else ():
        if line.name != OTHER:
            names[line.name] = motives.name_of(work, line.name) or "Motif retiré"
    return Shown(board, names)


class Figures:
    """One page, and the same as a file."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        self._frame.members(router, PATH, get=self.show)
        self._frame.members(router, FILE, get=self.download)

    async def show(self, visit: Visit) -> Response:
        quarter = self._quarter(visit)
        shown = await self._storage.read(look, quarter)
        return self._frame.page(
            visit,
            "figures.html",
            board=shown.board,
            quarter=quarter,
            quarters=self._quarters(),
            said=said,
            titles=TITLES,
            columns=self._columns(shown.board),
            also=ALSO,
            row_name=lambda by, name: self._row(shown, by, name),
        )

    async def download(self, visit: Visit) -> Response:
        quarter = self._quarter(visit)
        shown = await self._storage.read(look, quarter)
        text = io.StringIO()
        table = csv.writer(text, delimiter=";")
        table.writerow(("trimestre", "découpage", "valeur", "mesure", "nombre"))
        for row in self._rows(shown):
            table.writerow((quarter.name, *(_plain(cell) for cell in row)))
        headers = {"content-disposition": f'attachment; filename="palier-chiffres-{quarter.name}.csv"'}
        # Spreadsheets know UTF-8 by its mark.
        return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)

    def _quarters(self) -> tuple[Quarter, ...]:
        return figures.over(self._storage.clock.now().astimezone(self._frame.show.zone).date())

    def _quarter(self, visit: Visit) -> Quarter:
        """The one asked for, the last that is over by default; none that is not over yet."""
        asked, there = visit.request.query_params.get("trimestre", ""), self._quarters()
        found = there[0] if not asked else next((each for each in there if each.name == asked), None)
        if found is None:
            raise Refused(404, "not-there.html")
        return found

    def _columns(self, board: Board | None) -> Mapping[Came, str]:
        return {came: name for came, name in COLUMNS.items() if board is not None and came in board.total.cells}

    def _row(self, shown: Shown, by: By, name: str) -> str:
        if name == OTHER:
            return "Autre"
        if by is By.REMINDER:
            return REMINDERS[name]
        return self._frame.show.channel(name) if by is By.CHANNEL else shown.names.get(name, "Autre")

    def _rows(self, shown: Shown) -> Iterator[tuple[str, str, str, str]]:
        board = shown.board
        if board is None:
            return
        yield from _line("ensemble", "", board.total)
        if board.lead is not None:
            yield "ensemble", "", "délai médian en jours", _number(board.lead)
        if board.taken_of is not None:
            yield "ensemble", "", "créneaux proposés", str(board.taken_of[1])
            yield "ensemble", "", "créneaux pris", str(board.taken_of[0])
        for by, lines in board.tables.items():
            for line in lines:
                yield from _line(TITLES[by].lower(), self._row(shown, by, line.name), line)


def said(quarter: Quarter) -> str:
    """« 3e trimestre 2026 »."""
    return typeset(f"{ORDINALS[quarter.number - 1]} trimestre {quarter.year}")


def _line(by: str, name: str, line: Line) -> Iterator[tuple[str, str, str, str]]:
    yield by, name, "rendez-vous", str(line.number)
    for came, number in line.cells.items():
        yield by, name, COLUMNS[came].lower(), HIDDEN if number is None else str(number)
    for which, number in line.also.items():
        yield by, name, ALSO[which].lower(), HIDDEN if number is None else str(number)


def _number(days: float) -> str:
    return f"{days:g}".replace(".", ",")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
