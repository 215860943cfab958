"""« Contenus »: what the service says, who checked it and until when; checked by fact, once for every page and language, a few of them a week."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from backend import freshness
from backend.frame import Frame, Refused, Visit, to
from backend.freshness import FactRow, PageRow
from bot.errors import ContentError
from bot.messages import Json
from bot.rules.keeping import SHOWN_FROM, Span
from content.checks import FACT, Checks, fact_key, page_key, reading_key
from content.facts import CONFIDENCES, DANGER, LONGEST_TEXT, TEXT, Fact, Facts, State
from content.library import Library
from content.pages import Page
from content.words import FRENCH, LANGUAGES, RIGHT_TO_LEFT, Words, typeset
from storage import caseworkers, checks, reads
from storage.engine import Storage, Work

PATH = "/backend/content"
NAMES = {"fr": "Français", "fr-facile": "Français facile", "en": "Anglais", "ar": "Arabe"}
UNITS = {"euros": "€", "percent": "%", "days": "jours", "weeks": "semaines", "months": "mois", "years": "ans", "age": "ans", "m2": "m²", "m3": "m³"}
SURE = {
    "high": "C'est sûr : la loi, ou un site de l'État",
    "medium": "Ça peut bouger, ou c'est de seconde main",
    "low": "Une seule source, ou ancienne",
}
DONE = {"verified": "vérifié", "corrected": "corrigé", "withdrawn": "retiré", "restored": "remis, à vérifier"}
SAID = {
    "verified": "C'est vérifié : les jeunes le liront ainsi.",
    "corrected": "C'est corrigé et vérifié : les jeunes liront la nouvelle valeur.",
    "withdrawn": "C'est retiré : le robot ne le dit plus.",
    "restored": "C'est remis. Il reste à le vérifier.",
    "read": "C'est noté : cette traduction a été lue par une personne qui parle la langue.",
    "undone": "La vérification est retirée.",
}
HALF_A_YEAR = Span(6, "month")
FARTHEST = Span(24, "month")
LONGEST_SOURCE = 200


class Wrong(StrEnum):
    """Why nothing was kept."""

    CHANGED = "Cela a changé pendant que vous lisiez : rien n'est vérifié. Voici ce qui est écrit maintenant."
    VALUE = "Écrivez des chiffres seuls, comme « 1 200 »."
    WORDS = "Écrivez une ligne, sans accolades."
    SOURCE = "Dites où vous l'avez lu, et de quand c'est."
    DATE = "Choisissez une date à venir, dans les deux ans."
    ROOM = "C'est trop long pour tenir dans une des pages qui le citent."
    UNREAD = "Cochez la case : une personne qui parle la langue a relu la traduction."


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of the content, and who is in the team."""

    checks: Checks
    reads: Mapping[str, int]
    names: Mapping[str, str]


def look(work: Work) -> Known:
    """All of it, as it is now."""
    names = {str(member.id): member.name for member in caseworkers.team(work)}
    return Known(Checks(checks.edits(work), checks.today(work)), reads.lately(work), names)


class Contents:
    """Read by everybody of the team; checked by those who answer young people."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        members, fact, page = self._frame.members, f"{PATH}/facts/{{name}}", f"{PATH}/pages/{{name}}"
        members(router, PATH, get=self.board)
        members(router, fact, get=self.show_fact)
        members(router, f"{fact}/verify", post=self.verify_fact)
        members(router, f"{fact}/correct", post=self.correct_fact)
        members(router, f"{fact}/withdraw", post=self.withdraw_fact)
        members(router, f"{fact}/restore", post=self.restore_fact)
        members(router, page, get=self.show_page)
        members(router, f"{page}/verify", post=self.verify_page)
        members(router, f"{page}/read", post=self.read_page)
        members(router, f"{page}/undo", post=self.undo_page)

    # -- what is shown

    async def board(self, visit: Visit) -> Response:
        library, known = self._frame.library(), await self._storage.read(look)
        facts = known.checks.facts(library.files)
        rows = freshness.fact_rows(library, facts, known.reads)
        past = frozenset(name for name in library.pages if checks.history(known.checks.edits, page_key(name)))
        checked = checks.checked_since(known.checks.edits, FACT, freshness.monday(_day(known)))
        return self._shown(
            visit,
            known,
            "content.html",
            shown=_tab(visit),
            week=freshness.proposed(rows, checked),
            checked=checked,
            a_week=freshness.A_WEEK,
            rows=[row for row in rows if row.state is not State.EMPTY],
            empty=[row for row in rows if row.state is State.EMPTY],
            missing=library.service.missing(),
            pages=freshness.page_rows(library, known.checks, past, known.reads),
            count=_counts(rows),
        )

    async def show_fact(self, visit: Visit) -> Response:
        return await self._fact(visit)

    async def show_page(self, visit: Visit) -> Response:
        return await self._page(visit)

    # -- facts

    async def verify_fact(self, visit: Visit) -> Response:
        by, name = _worker(visit), self._name(visit)
        review_by = _review_by(visit, await self._storage.read(checks.today))
        if review_by is None:
            return await self._fact(visit, Wrong.DATE)
        if not await self._storage.run(_verify, self._frame.library().files, by, name, visit.form.get("seen", ""), review_by):
            return await self._fact(visit, Wrong.CHANGED, 409)
        return to(f"{PATH}?fait=verified" if visit.form.get("from") == "board" else f"{PATH}/facts/{name}?fait=verified")

    async def correct_fact(self, visit: Visit) -> Response:
        by, name, known = _worker(visit), self._changeable(visit), await self._storage.read(look)
        library, review_by = self._frame.library(), _review_by(visit, _day(known))
        value, wrong = _corrected(visit, library.files[name])
        if wrong is not None or review_by is None:
            return await self._fact(visit, wrong or Wrong.DATE)
        if not await asyncio.to_thread(_fits, library, known.checks, name, value):
            return await self._fact(visit, Wrong.ROOM)
        if not await self._storage.run(_correct, library.files, by, name, visit.form.get("seen", ""), review_by, value):
            return await self._fact(visit, Wrong.CHANGED, 409)
        return to(f"{PATH}/facts/{name}?fait=corrected")

    async def withdraw_fact(self, visit: Visit) -> Response:
        return await self._change(visit, checks.withdraw, "withdrawn")

    async def restore_fact(self, visit: Visit) -> Response:
        return await self._change(visit, checks.restore, "restored")

    async def _change(self, visit: Visit, act: Callable[[Work, int, str], None], said: str) -> Response:
        by, name = _worker(visit), self._changeable(visit)
        await self._storage.run(act, by, fact_key(name))
        return to(f"{PATH}/facts/{name}?fait={said}")

    # -- pages

    async def verify_page(self, visit: Visit) -> Response:
        by, page = _worker(visit), self._found(visit)
        review_by = _review_by(visit, await self._storage.read(checks.today))
        if visit.form.get("seen") != page.fingerprint:
            return await self._page(visit, Wrong.CHANGED, 409)
        if review_by is None:
            return await self._page(visit, Wrong.DATE)
        await self._storage.run(checks.verify, by, page_key(page.id), page.fingerprint, review_by)
        return to(f"{PATH}/pages/{page.id}?fait=verified")

    async def read_page(self, visit: Visit) -> Response:
        by, language = _worker(visit), visit.form.get("langue", "")
        page = self._frame.library().texts.get((self._found(visit).id, language))
        if page is None or language == FRENCH or visit.form.get("seen") != page.fingerprint:
            return await self._page(visit, Wrong.CHANGED, 409)
        if not visit.form.get("read"):
            return await self._page(visit, Wrong.UNREAD)
        await self._storage.run(checks.verify, by, reading_key(page.id, language), page.fingerprint, page.review_by)
        return to(f"{PATH}/pages/{page.id}?langue={language}&fait=read")

    async def undo_page(self, visit: Visit) -> Response:
        by, name, asked = _worker(visit), self._found(visit).id, visit.form.get("langue", FRENCH)
        language = asked if asked in LANGUAGES else FRENCH
        await self._storage.run(checks.restore, by, page_key(name) if language == FRENCH else reading_key(name, language))
        return to(f"{PATH}/pages/{name}?langue={language}&fait=undone")

    # -- one of each

    async def _fact(self, visit: Visit, wrong: Wrong | None = None, status: int = 422) -> Response:
        library, known, name = self._frame.library(), await self._storage.read(look), self._name(visit)
        facts = known.checks.facts(library.files)
        (row,) = (row for row in freshness.fact_rows(library, facts, known.reads) if row.fact.name == name)
        cited = library.service.cited()
        return self._shown(
            visit,
            known,
            "content-fact.html",
            200 if wrong is None else status,
            row=row,
            lines=[(page, list(freshness.lines(page, row.fact, facts, cited))) for page in row.pages],
            history=checks.history(known.checks.edits, fact_key(name)),
            written=visit.form if wrong is not None else {},
            wrong=typeset(wrong) if wrong is not None else "",
            danger=row.fact.shown == DANGER,
            words=row.fact.unit == TEXT,
            longest=LONGEST_TEXT,
            longest_source=LONGEST_SOURCE,
            sure={name: typeset(said) for name, said in SURE.items()},
        )

    async def _page(self, visit: Visit, wrong: Wrong | None = None, status: int = 422) -> Response:
        library, known, french = self._frame.library(), await self._storage.read(look), self._found(visit)
        asked = visit.form.get("langue") or visit.request.query_params.get("langue", FRENCH)
        page = library.texts.get((french.id, asked), french)
        facts, edits = known.checks.facts(library.files), known.checks.edits
        key = page_key(page.id) if page.translation is None else reading_key(page.id, page.language)
        return self._shown(
            visit,
            known,
            "content-page.html",
            200 if wrong is None else status,
            row=_page_row(library, french, known),
            page=page,
            blocks=list(freshness.blocks(page, facts, library.service.cited())),
            is_read=freshness.read(library, known.checks, page.id, page.language),
            languages=[(code, NAMES[code]) for code in LANGUAGES if (page.id, code) in library.texts],
            tongue=Markup('lang="{}" dir="{}"').format(page.language.partition("-")[0], "rtl" if page.language in RIGHT_TO_LEFT else "ltr"),
            typeset=Words(page.language).typeset,
            facts=[row for row in freshness.fact_rows(library, facts, known.reads) if row.fact.name in french.cites],
            history=checks.history(edits, key),
            wrong=typeset(wrong) if wrong is not None else "",
        )

    def _shown(self, visit: Visit, known: Known, template: str, status: int = 200, **values: object) -> Response:
        french = Words(FRENCH)
        return self._frame.page(
            visit,
            template,
            status,
            here=PATH,
            **{
                "said": typeset(SAID.get(visit.request.query_params.get("fait", ""), "")),
                "day": french.full_day,
                "typeset": french.typeset,
                "names": known.names,
                "units": UNITS,
                "done": DONE,
                "few": SHOWN_FROM,
                "six_months": _later(_day(known), HALF_A_YEAR).isoformat(),
                "today": _day(known),
                "tongues": NAMES,
                "mine": visit.me.reads,
                **values,
            },
        )

    def _name(self, visit: Visit) -> str:
        name = visit.path("name")
        if name not in self._frame.library().files:
            raise Refused(404, "gone.html")
        return name

    def _changeable(self, visit: Visit) -> str:
        """The same, of a fact whose value is the team's to change: a number of danger is changed with the signed texts, by a release."""
        name = self._name(visit)
        if self._frame.library().files[name].shown == DANGER:
            raise Refused(403, "not-yours.html")
        return name

    def _found(self, visit: Visit) -> Page:
        page = self._frame.library().pages.get(visit.path("name"))
        if page is None:
            raise Refused(404, "gone.html")
        return page


def _worker(visit: Visit) -> int:
    """Whoever stands for it: a colleague who answers young people. The person who mends the machine does not."""
    if not visit.me.reads:
        raise Refused(403, "not-yours.html")
    return visit.me.id


def _verify(work: Work, files: Facts, by: int, name: str, seen: str, review_by: date) -> bool:
    """Keep that somebody read exactly this; False where it was something else, or nothing."""
    fact = Checks(checks.locked(work)).fact(files[name])
    if not fact.value or fact.fingerprint != seen:
        return False
    checks.verify(work, by, fact_key(name), seen, review_by)
    return True


def _correct(work: Work, files: Facts, by: int, name: str, seen: str, review_by: date, value: Mapping[str, Json]) -> bool:
    """Keep another value; False where a colleague changed it since it was read."""
    if Checks(checks.locked(work)).fact(files[name]).fingerprint != seen:
        return False
    now = replace(files[name], value=str(value["value"])).fingerprint
    checks.correct(work, by, fact_key(name), now, review_by, value)
    return True


def _corrected(visit: Visit, fact: Fact) -> tuple[dict[str, Json], Wrong | None]:
    """What the form says of a fact, or why it cannot be kept."""
    value, source, dated = (" ".join(visit.form.get(name, "").split()) for name in ("value", "source", "source_date"))
    sure = visit.form.get("confidence", "")
    read: dict[str, Json] = {"value": value, "source": source, "source_date": dated, "confidence": sure if sure in CONFIDENCES else "medium"}
    if not fact.fits(value):
        return read, Wrong.WORDS if fact.unit == TEXT else Wrong.VALUE
    if not source or not dated or len(source) > LONGEST_SOURCE or len(dated) > LONGEST_SOURCE:
        return read, Wrong.SOURCE
    return read, None


def _fits(library: Library, known: Checks, name: str, value: Mapping[str, Json]) -> bool:
    """Whether every page that cites the fact holds its new value."""
    edits = {**known.edits, fact_key(name): value}
    try:
        library.with_edits({}, Checks(edits, known.today))
    except ContentError:
        return False
    return True


def _review_by(visit: Visit, today: date) -> date | None:
    """The day it is to be read again: six months from now where nothing else is written, None for a day that is none or out of reach."""
    written = visit.form.get("review_by", "").strip()
    if not written:
        return _later(today, HALF_A_YEAR)
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if today < day <= _later(today, FARTHEST) else None


def _later(today: date, span: Span) -> date:
    return span.after(datetime.combine(today, time(), UTC)).date()


def _day(known: Known) -> date:
    return known.checks.today or date.min


def _tab(visit: Visit) -> str:
    asked = visit.request.query_params.get("voir", "")
    return asked if asked in ("faits", "pages") else ""


def _counts(rows: list[FactRow]) -> dict[str, int]:
    """How many facts stand where."""
    return {state.value: sum(row.state is state for row in rows) for state in State}


def _page_row(library: Library, page: Page, known: Known) -> PageRow:
    past = bool(checks.history(known.checks.edits, page_key(page.id)))
    return freshness.page_row(library, page, known.checks, known.reads, known=past)
