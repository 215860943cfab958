"""The table of docs/operations/legality.md, made by asking the law: `python -m tests.bot.legality_page` writes it anew."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backend.show import REASONS
from bot.legality import MOVES, Case, Drop, Elsewhere, OnAPage, Send, SendAs, Verdict, Wait, WaitForThem, Way, Window, decide
from bot.messages import Purpose, Template
from tests.bot.strict import LIMITS, PARIS

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "legality.md"
START, END = "<!-- table -->\n", "<!-- /table -->"
NOON, NIGHT = datetime(2026, 3, 3, 12, tzinfo=UTC), datetime(2026, 3, 3, 22, tzinfo=UTC)
SAID, KNOCK = Template("rdv_rappel", (), "fr"), Template("reponse_attend", (), "fr")
WHEN = {"within a day": timedelta(hours=3), "1 to 7 days": timedelta(days=2), "later": timedelta(days=9)}
WAITS = {"quiet_hours": "waits for 8 h", "after_danger": "waits seven days"}


def case(name: str, purpose: Purpose, ago: timedelta, *, approved: bool = True) -> Case:
    """Something to say by an app, so long after the person's last message."""
    limits = LIMITS[name]
    keys = frozenset({SAID.key, KNOCK.key}) if approved else frozenset()
    agreed = (SAID if purpose is Purpose.REMINDER else None, keys, KNOCK) if limits.templates else (None,)
    window = Window(NOON - ago, limits.window, limits.human_window, *agreed)
    return Case(purpose, 1, 1, None, blocked=False, opted_out=False, window=window, carried=purpose in limits.purposes, by_page=name == "relay")


def words(verdict: Verdict) -> str:
    """A verdict as the page has it; a reason as the desk says it."""
    match verdict:
        case Send():
            return "as it is"
        case SendAs(template):
            return "marked as a human's" if template.name == "HUMAN_AGENT" else f"as `{template.name}`"
        case Wait(reason=reason):
            return WAITS[reason]
        case WaitForThem():
            return "`reponse_attend` goes, it waits until they write, three days"
        case OnAPage():
            return "a link goes, it waits on a page of ours until it is opened, three days"
        case Elsewhere():
            return "by another way of theirs"
        case Drop(reason=reason):
            return f"no: {REASONS.get(reason, reason)}"


def rows() -> Iterator[str]:
    yield "| what | app | within a day | 1 to 7 days | later | after a STOP | at night | blocked |"
    yield "|---|---|---|---|---|---|---|---|"
    for purpose in Purpose:
        for name in LIMITS:
            cells = [words(decide(case(name, purpose, ago), NOON, PARIS)) for ago in WHEN.values()]
            fresh = case(name, purpose, WHEN["within a day"])
            cells += [words(decide(replace(fresh, opted_out=True), NOON, PARIS)), words(decide(fresh, NIGHT, PARIS))]
            cells.append(words(decide(replace(fresh, blocked=True), NOON, PARIS)))
            yield f"| {purpose} | {name} | {' | '.join(cells)} |"


def moves() -> set[Purpose]:
    """What goes by another way where this one is shut."""
    shut = Way(7, Window(None, None, None, None))
    late = {purpose: replace(case("messenger", purpose, WHEN["later"]), ways=(shut,)) for purpose in Purpose}
    found = {purpose for purpose, each in late.items() if isinstance(decide(each, NOON, PARIS), Elsewhere)}
    assert found == MOVES
    return found


def table() -> str:
    return "\n".join((*rows(), ""))


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    before, _start, rest = page.partition(START)
    PAGE.write_text(before + START + table() + END + rest.partition(END)[2], encoding="utf-8")
