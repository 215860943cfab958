"""What the code cannot do to people, read in the code itself: each list is the whole list, and a new place has to be thought about."""

import ast
import re
from collections.abc import Iterator

import pytest
from sqlmodel import SQLModel

from storage import tables
from storage.columns import Leaving
from storage.erasure import holdings
from tests.house.source import Source, called, keyword, tree

SPEAKS = {"reply", "reply_content"}
NOT_TERMINAL = {
    "handlers/crisis.py numbers": "« Urgence » itself: all the numbers, each with what it is for",
    "handlers/crisis.py _dial": "a number that could not be dialled, said again",
    "handlers/crisis.py _erase_here": "within a danger, whose card holds its numbers",
    "handlers/languages.py propose": "one line beside an answer, which holds them",
    "handlers/languages.py tell_what_is_spoken": "one line beside an answer, which holds them",
    "handlers/notice.py notice": "the notice, said before the answer that follows it",
    "handlers/reminder_choices.py offer_call": "one line beside an answer, which holds them",
    "handlers/second.py offer": "the other need, beside the answer to the first, which holds them",
}
"""Every place that speaks without ending anything, and why the line « Urgence : 115 · 17 · 119 · 3114 » is not there."""
PUTS = {
    "backend/acts.py": "a caseworker's own words, and who speaks now",
    "bot/inbox.py": "cards, written with the message",
    "bot/knocking.py": "what tells that a colleague answered, a template agreed beforehand",
    "bot/turns.py": "answers, and the line of an error, which holds the numbers",
    "handlers/announcing.py": "announcements to those who asked for them, which end nothing",
    "handlers/apps.py": "what is asked and said in the other app of the same person, which holds the numbers",
    "handlers/crisis.py": "cards",
    "handlers/files.py": "receipts, which hold the numbers",
    "handlers/forgetting.py": "the last word of an erasure, which holds them",
    "handlers/private.py": "that an answer is on a private page, which ends nothing and says nothing more; and the first line of that page",
    "handlers/relays.py": "a code, at the number or address that somebody gives: it ends nothing",
    "handlers/reminding.py": "reminders of an appointment, which end nothing: a locked screen shows a day, an hour and a place",
    "handlers/waiting.py": "promises, which hold them",
}
FORBIDDEN_FIELDS = re.compile(
    r"nationalit|permit|residence|titre_de|orientation|sexual|gender|religion|faith|offen[cs]e|convict|diagnos|disease|health|handicap|ethnic|race"
)
BY_CASEWORKER = re.compile(
    r"response_time|reply_time|answered_in|volume|presence|present_at|last_seen|online|typing|closing_rate|satisfaction|late_count|score"
)
FIGURES = ("event", "monthly_count", "bucket", "poster")


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in source.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def rooms(*names: str) -> Iterator[Source]:
    yield from (source for source in tree() if source.is_product and source.path.startswith(names))


def is_true(call: ast.Call) -> bool:
    value = keyword(call, "ends")
    return value is not None and not (isinstance(value, ast.Constant) and value.value is False)


def test_every_terminal_answer_carries_the_emergency_line() -> None:
    """Everything the robot says ends with the numbers, but what is listed here."""
    found = {
        f"{source.path} {function.name}"
        for source in rooms("handlers/")
        for function in functions(source)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and called(call) in SPEAKS and not is_true(call)
    }
    assert found == set(NOT_TERMINAL)


def test_every_place_that_puts_words_in_the_outbox_is_known() -> None:
    found = {source.path for source in rooms("handlers/", "backend/", "bot/", "scheduler/") for call in source.calls if called(call) == "Outbound"}
    assert found - {"bot/messages.py"} <= {*PUTS, "bot/routing.py"}
    missing = {path for path in PUTS if path.startswith("handlers/")} - {
        "handlers/announcing.py",
        "handlers/crisis.py",
        "handlers/relays.py",
        "handlers/private.py",
        "handlers/reminding.py",
    }
    for source in rooms(*sorted(missing)):
        assert "emergency_line(" in source.text, source.path


def test_nothing_else_carries_the_emergency_line() -> None:
    """It is added where an answer ends, and to what ends outside a turn: no card and no question has it."""
    found = {
        source.path for source in rooms("handlers/", "bot/", "backend/", "scheduler/") for call in source.calls if called(call) == "emergency_line"
    }
    assert found == {
        "backend/acts.py",
        "bot/routing.py",
        "bot/turns.py",
        "handlers/apps.py",
        "handlers/files.py",
        "handlers/forgetting.py",
        "handlers/waiting.py",
    }


def test_only_a_person_closes_a_thread() -> None:
    """No job and no handler does: a thread is never closed by a timer."""
    found = {
        source.path
        for source in rooms("handlers/", "backend/", "bot/", "scheduler/", "storage/")
        for call in source.calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "close"
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "threads"
    }
    assert found == {"backend/acts.py"}


def columns() -> Iterator[str]:
    yield from (f"{each.name}.{column.name}" for each in SQLModel.metadata.sorted_tables for column in each.columns)


def test_what_must_never_be_a_field_is_none() -> None:
    assert [name for name in columns() if FORBIDDEN_FIELDS.search(name)] == []
    assert FORBIDDEN_FIELDS.search("person.nationality")


def test_nothing_measures_a_caseworker() -> None:
    """No column tells when somebody is there or how fast they are; figures are made of rows that name no caseworker."""
    assert [name for name in columns() if BY_CASEWORKER.search(name)] == []
    for name in FIGURES:
        assert not [key for key in SQLModel.metadata.tables[name].foreign_keys if key.column.table.name == tables.Caseworker.__tablename__], name


@pytest.mark.parametrize("name", FIGURES)
def test_what_figures_are_made_of_goes_with_its_person_or_names_nobody(name: str) -> None:
    assert holdings()[name].leaving in (Leaving.DELETE, Leaving.NOBODY)


def test_nobody_s_position_is_ever_a_field() -> None:
    assert [name for name in columns() if re.search(r"latitude|longitude|coordinate|position_", name)] == []
    parsed = [source.path for source in rooms("bot/channels/") if re.search(r"\.(latitude|longitude)\b|\[.(latitude|longitude).\]", source.text)]
    assert parsed == [], "a location is known as one, and read no further"


def test_the_robot_writes_to_nobody_of_another_house() -> None:
    """No police, no 119, no parent, no partner: what leaves goes to the person, or to the team's own addresses."""
    clients = {"httpx", "aiohttp", "smtplib", "urllib.request", "apprise", "aiogram", "requests"}
    found = set()
    for source in rooms("handlers/", "backend/", "bot/", "scheduler/", "storage/", "content/"):
        for node in source.nodes:
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            found |= {source.path for name in names if any(name == client or name.startswith(f"{client}.") for client in clients)}
    beside = {
        "bot/courier.py",  # Apprise: for the team's own addresses (bot/notices.py), and for the relay, which is a channel
        "bot/opinion.py",  # the operator's own service, off unless they host one
        "bot/phones/provider.py",  # the demo's invented phone, which calls this very service
        "bot/reaching.py",  # asks a colleague's own calendar when it is busy: a question that says nothing of anybody
    }
    assert {path for path in found if not path.startswith("bot/channels/")} == beside
    readers = {source.path for source in rooms("handlers/", "backend/", "bot/", "scheduler/") if "bot.reaching import" in source.text}
    assert readers == {"backend/pages/busy.py", "scheduler/jobs/__init__.py", "scheduler/jobs/busy.py"}, "nothing else asks anything there"
