"""Questions the robot did not understand, kept apart from whoever asked, so that the team sees what to write next.

What could name somebody is covered before anything is sealed. A row refers to nobody: a keyed hash of the person and the quarter (`who_key`) tells
people apart, and finds a person's rows again from their id. It goes with the person: their rows are erased when they are; when only their time is
over, a random number takes its place, so that five people who asked are still five for as long as the questions are kept.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, delete, func, insert, select, update

from bot.rules.masking import masked, says_something
from storage import formers, monthly, tables
from storage.columns import to_moment
from storage.crypto import LOOKUP_SIZE, Vault
from storage.engine import Work, statement, table

GAP, PERSON, EVENT = table(tables.Gap), table(tables.Person), table(tables.Event)
WHO, TEXT, LANGUAGE, MARK = "gap.who_key", "gap.text", "gap.language", "gap.mark"
LONGEST = 500
"""Characters of a question: what is longer is somebody's story."""
MOST_OF_ONE = 20
"""Questions of one person kept in a quarter."""
MOST = 5_000
"""Questions looked at together, the newest."""
BEFORE_A_DANGER = timedelta(days=1)
"""How long before a danger is recognised somebody's questions may have been about it."""
MONTHS_IN_A_QUARTER = 3

_NAMES = ("token", "who_key", "text", "language", "at")
_KEEP = statement(insert(GAP).values({name: bindparam(name) for name in _NAMES}))
_HELD = statement(select(func.count()).select_from(GAP).where(GAP.c.who_key == bindparam("who_key")))
_NAME = statement(select(PERSON.c.name).where(PERSON.c.id == bindparam("person_id")))
_COUNT = statement(insert(EVENT).values(kind=bindparam("kind"), at=bindparam("at")))


class Missed(StrEnum):
    """How a question stayed without an answer: no page was found, or the person said that the page was not it."""

    NOT_UNDERSTOOD = "not_understood"
    NOT_THAT = "not_that"


class Verdict(StrEnum):
    """What the team makes of a question."""

    WRITE = "write"
    COVERED = "covered"
    NOT_OURS = "not-ours"


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict, and when. `page`: the id of the page that covers it, "" otherwise. Nobody's name: it is no measure of anybody's work."""

    verdict: Verdict
    page: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, opened. `who` is a pseudonym that holds within `quarter` (« 2026-1 ») and no longer."""

    token: str
    quarter: str
    who: bytes
    text: str
    language: str
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question of somebody's own, as they are given it. `at`: the day."""

    at: datetime
    text: str


def keep(work: Work, person_id: int, text: str, language: str, names: Iterable[str] = ()) -> bool:
    """Keep a question, what could name somebody covered; `names` are known beside the person's own. Whether it is kept: neither a long one, nor one
    with nothing left of it, nor the next of somebody who has asked so many. The caller sees that nobody is in danger."""
    if len(text) > LONGEST:
        return False
    covered = masked(text, (*names, *_own_name(work, person_id)))
    day = _day(work.now)
    who = who_key(work.vault, person_id, quarter(day))
    held = work.execute(_HELD, {"who_key": who}).fetchone()
    if not says_something(covered) or (held is not None and held[0] >= MOST_OF_ONE):
        return False
    vault = work.vault
    sealed = {"text": vault.seal(TEXT, covered), "language": vault.seal(LANGUAGE, language)}
    work.execute(_KEEP, {"token": secrets.token_urlsafe(16), "who_key": who, "at": to_moment(day), **sealed})
    return True


def count(work: Work, missed: Missed) -> None:
    """Count that a question stayed without an answer, without anybody: no conversation, and the day for a time."""
    work.execute(_COUNT, {"kind": missed.value, "at": to_moment(_day(work.now))})


def figures(work: Work) -> Mapping[str, Mapping[Missed, int]]:
    """By month (« 2026-11 »), the newest first, how often it happened, where it did often enough to be told."""
    found: dict[str, dict[Missed, int]] = {}
    for figure in reversed(monthly.figures(work)):
        if figure.kind in set(Missed):
            found.setdefault(figure.month, {})[Missed(figure.kind)] = figure.number
    return found


def asked(work: Work) -> list[Asked]:
    """What was asked, the newest first."""
    rows = work.session.execute(select(GAP).order_by(GAP.c.id.desc()).limit(MOST)).all()
    vault = work.vault
    return [
        Asked(
            token=row.token,
            quarter=quarter(row.at),
            who=bytes(row.who_key),
            text=vault.open(TEXT, row.text),
            language=vault.open(LANGUAGE, row.language),
            mark=None if row.mark is None else _load(vault.open(MARK, row.mark)),
        )
        for row in rows
    ]


def mark(work: Work, tokens: Sequence[str], verdict: Verdict | None, page: str = "") -> None:
    """Say what the team makes of these questions; None takes it back."""
    sealed = None if verdict is None else work.vault.seal(MARK, _dump(Mark(verdict, page, work.now)))
    ids = list(work.session.execute(select(GAP.c.id).where(GAP.c.token.in_(tokens)).order_by(GAP.c.id).with_for_update()).scalars())
    work.session.execute(update(GAP).where(GAP.c.id.in_(ids)).values(mark=sealed))


# -- whose


def quarter(at: datetime) -> str:
    """« 2026-1 » for January to March 2026, in UTC."""
    return f"{at.year}-{(at.month - 1) // MONTHS_IN_A_QUARTER + 1}"


def who_key(vault: Vault, person_id: int, of: str) -> bytes:
    """What a person's questions of a quarter are found by."""
    return vault.lookup(WHO, f"{person_id} in {of}")


def of_person(work: Work, person_id: int) -> tuple[Unanswered, ...]:
    """The questions of somebody's that can still be told to be theirs."""
    rows = work.session.execute(select(GAP.c.at, GAP.c.text).where(GAP.c.who_key.in_(_keys(work, person_id))).order_by(GAP.c.id))
    return tuple(Unanswered(at, work.vault.open(TEXT, text)) for at, text in rows)


def erase(work: Work, person_id: int) -> None:
    """Erase every question that is somebody's."""
    work.session.execute(delete(GAP).where(GAP.c.who_key.in_(_keys(work, person_id))))


def erase_before_danger(work: Work, person_id: int) -> None:
    """A danger is recognised: erase what they asked today and the day before, which may have told of it in other words."""
    since = _day(work.now - BEFORE_A_DANGER)
    keys = {who_key(work.vault, each, quarter(day)) for each in formers.whole(work, person_id) for day in (since, work.now)}
    work.session.execute(delete(GAP).where(GAP.c.who_key.in_(keys), GAP.c.at >= since))


def let_go(work: Work, person_id: int) -> None:
    """Their time is over: what they asked leads to them no more, and still counts as one person's."""
    for key in _keys(work, person_id):
        work.session.execute(update(GAP).where(GAP.c.who_key == key).values(who_key=secrets.token_bytes(LOOKUP_SIZE)))


def _keys(work: Work, person_id: int) -> list[bytes]:
    """The hashes a person's questions may be found by, those they were before included: one for each quarter of what is kept, of whoever."""
    ends = select(select(func.min(GAP.c.at)).scalar_subquery(), select(func.max(GAP.c.at)).scalar_subquery())
    first, last = work.session.execute(ends).one()
    people = () if first is None else formers.whole(work, person_id)
    return [who_key(work.vault, whose, each) for whose in people for each in _quarters(first, last)]


def _quarters(first: datetime, last: datetime) -> list[str]:
    """Every quarter from one day to another."""
    ends = [at.year * 4 + (at.month - 1) // MONTHS_IN_A_QUARTER for at in (first, last)]
    return [f"{number // 4}-{number % 4 + 1}" for number in range(ends[0], ends[1] + 1)]


def _day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _own_name(work: Work, person_id: int) -> list[str]:
    row = work.execute(_NAME, {"person_id": person_id}).fetchone()
    return [] if row is None or row[0] is None else [work.vault.open("person.name", row[0])]


# -- marks


def _dump(given: Mark) -> str:
    return json.dumps({"verdict": given.verdict.value, "page": given.page, "at": given.at.isoformat()}, separators=(",", ":"))


def _load(text: str) -> Mark:
    fields = json.loads(text)
    return Mark(Verdict(fields["verdict"]), str(fields["page"]), datetime.fromisoformat(fields["at"]))
