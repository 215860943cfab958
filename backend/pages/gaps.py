"""What the robot did not understand, where five people or more asked something alike: what to write next.

Nothing is kept open: the questions are opened and grouped in memory each time the page is asked for. The team says what it makes of a group; the
mark is put on its questions, and goes with them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from backend.frame import Frame, Refused, Visit, to
from bot.rules.crowds import people, told
from content.library import Library
from content.understanding.grouping import Alike
from content.words import RIGHT_TO_LEFT, typeset
from handlers.notice import lasting
from storage import gaps
from storage.engine import Storage, Work
from storage.gaps import Asked, Mark, Missed, Verdict

PATH = "/backend/gaps"
EXAMPLES = 3
LONGEST_EXAMPLE = 160
"""Characters of a question that are shown."""
MONTHS = 3
SAID = {
    "write": "C'est noté : une page est à écrire.",
    "covered": "C'est noté : une page y répond déjà.",
    "not-ours": "C'est noté : ce n'est pas pour le service.",
    "back": "La question est de nouveau à trier.",
    "gone": "Ces questions ne sont plus là : rien n'est noté.",
}
FIGURES = {Missed.NOT_UNDERSTOOD: "question pas comprise", Missed.NOT_THAT: "« Ce n'est pas ça »"}
_LAST = ""
"""A verdict that takes the mark back."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question as somebody asked it, what could name them covered. `tongue` is its language, as HTML says it."""

    text: str
    tongue: Markup


@dataclass(frozen=True, slots=True)
class Crowd:
    """Questions that five people or more asked alike. `token` is one of them; `number` « ou plus »; `near` the page closest to them, by its id."""

    token: str
    tokens: tuple[str, ...]
    number: int
    examples: tuple[Example, ...]
    near: str | None
    mark: Mark | None


def crowds(asked: Sequence[Asked], library: Library) -> list[Crowd]:
    """What may be shown of these questions, what most people asked first."""
    alike = Alike([one.text for one in asked], _leads(library))
    found = []
    for members in alike.groups():
        group = [asked[place] for place in members]
        number = told(people((one.quarter, one.who) for one in group))
        if number is not None:
            tokens = tuple(one.token for one in group)
            found.append(Crowd(tokens[0], tokens, number, _examples(group), alike.page(members), _mark(group)))
    return sorted(found, key=lambda one: -one.number)


def _leads(library: Library) -> Mapping[str, list[str]]:
    """What leads to each page, whatever the language."""
    found: dict[str, list[str]] = {}
    for (name, _language), page in library.texts.items():
        found.setdefault(name, []).extend((page.title, *page.questions))
    return found


def _examples(group: Sequence[Asked]) -> tuple[Example, ...]:
    """A few of the most central, each of somebody else, in other words."""
    shown: dict[str, Asked] = {}
    whose: set[bytes] = set()
    for one in group:
        if one.who not in whose and one.text.casefold() not in shown:
            whose.add(one.who)
            shown[one.text.casefold()] = one
    return tuple(Example(_short(one.text), _tongue(one.language)) for one in list(shown.values())[:EXAMPLES])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE].rsplit(' ', 1)[0]}…"


def _tongue(language: str) -> Markup:
    return Markup('lang="{}" dir="{}"').format(language.partition("-")[0], "rtl" if language in RIGHT_TO_LEFT else "ltr")


def _mark(group: Sequence[Asked]) -> Mark | None:
    """The last thing the team said of any of them: a question that came since belongs with the others."""
    return max((one.mark for one in group if one.mark is not None), key=lambda mark: mark.at, default=None)


def look(work: Work) -> tuple[list[Asked], Mapping[str, Mapping[Missed, int]]]:
    """Every question, and how often it happened in a month."""
    return gaps.asked(work), gaps.figures(work)


class Gaps:
    """Read and marked by whoever answers young people."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        self._frame.readers(router, PATH, get=self.show)
        self._frame.readers(router, f"{PATH}/{{token}}", post=self.mark)

    async def show(self, visit: Visit) -> Response:
        asked, figures = await self._storage.read(look)
        library = self._frame.library()
        found = await asyncio.to_thread(crowds, asked, library)
        return self._frame.page(
            visit,
            "gaps.html",
            here=PATH,
            to_sort=[one for one in found if one.mark is None],
            to_write=_marked(found, Verdict.WRITE),
            covered=_marked(found, Verdict.COVERED),
            not_ours=_marked(found, Verdict.NOT_OURS),
            pages={page.id: page.title for page in sorted(library.pages.values(), key=lambda page: page.title)},
            months=_months(figures),
            kept=lasting(self._frame.show.words, library.keeping.question),
            said=self._frame.show.said(SAID.get(visit.request.query_params.get("fait", ""), "")),
        )

    async def mark(self, visit: Visit) -> Response:
        verdict, page = self._verdict(visit)
        asked = await self._storage.read(gaps.asked)
        found = await asyncio.to_thread(crowds, asked, self._frame.library())
        crowd = next((one for one in found if visit.path("token") in one.tokens), None)
        if crowd is None:
            return to(f"{PATH}?fait=gone")
        await self._storage.run(gaps.mark, crowd.tokens, verdict, page)
        return to(f"{PATH}?fait={verdict or 'back'}")

    def _verdict(self, visit: Visit) -> tuple[Verdict | None, str]:
        """What a form says, None to take it back. Refused where no form of ours says it."""
        given, page = visit.form.get("as", ""), visit.form.get("page", "")
        if given not in (_LAST, *Verdict) or (given == Verdict.COVERED and page not in self._frame.library().pages):
            raise Refused(400, "odd.html")
        return (Verdict(given) if given else None), (page if given == Verdict.COVERED else "")


def _marked(found: Sequence[Crowd], verdict: Verdict) -> list[Crowd]:
    return [one for one in found if one.mark is not None and one.mark.verdict is verdict]


def _months(figures: Mapping[str, Mapping[Missed, int]]) -> list[str]:
    """« novembre 2026 : question pas comprise, 12 fois », the newest first."""
    return [
        typeset(f"{format_date(date.fromisoformat(f'{month}-01'), 'MMMM y', locale='fr')} : {', '.join(_told(numbers))}")
        for month, numbers in list(figures.items())[:MONTHS]
    ]


def _told(numbers: Mapping[Missed, int]) -> list[str]:
    return [f"{name} {numbers[missed]} fois" for missed, name in FIGURES.items() if missed in numbers]
