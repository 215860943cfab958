"""The operator's pages tell the truth: each setting, command and address of the code is in docs/operations, and nothing else is."""

import argparse
import ast
import importlib
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import takewhile
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings
from starlette.routing import BaseRoute, Route

from bot import demo
from bot.__main__ import _parser
from bot.app import Role, open_service
from bot.clock import MachineClock
from bot.phones.opening import open_phones
from bot.settings import load_settings
from content.library import load_library

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs"


def cells(page: str) -> Iterator[list[str]]:
    """The rows of every table of a page of docs/operations, without its headings."""
    for line in (PAGES / "operations" / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("| `") or line.startswith("| /"):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def shown(value: object) -> str:
    """A default as settings.md writes it."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, Enum):
        value = value.value
    return "none" if value in (None, (), "") else f"`{value}`"


def settings() -> dict[str, str]:
    """Every setting of the code with its default."""
    files = [ROOT / "bot" / "settings.py", *sorted((ROOT / "bot" / "channels").glob("*/settings.py"))]
    found: dict[str, str] = {}
    for file in files:
        module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, BaseSettings) and kind.__module__ == module.__name__:
                prefix = kind.model_config.get("env_prefix", "")
                found |= {f"{prefix}{name}".upper(): shown(field.get_default(call_default_factory=True)) for name, field in kind.model_fields.items()}
    return found


def test_every_setting_is_documented_with_its_default() -> None:
    documented = {name.strip("`"): default for name, default, *_ in cells("settings.md")}
    assert documented == settings()


def commands(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
    """Every command that does something, with its options and the names of its arguments."""
    deeper = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not deeper:
        own = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
        yield " ".join(words), {action.option_strings[0] if action.option_strings else action.dest.upper() for action in own}
    for action in deeper:
        for name, inner in action.choices.items():
            yield from commands(inner, (*words, name))


def test_every_command_is_documented_with_its_options() -> None:
    documented = {}
    for cell, *_ in cells("commands.md"):
        usage = re.sub(r"(--[a-z-]+) [^\]`]+", r"\1", cell.strip("`"))  # an option's values are left aside
        name = " ".join(takewhile(re.compile(r"[a-z-]+").fullmatch, usage.split()))
        documented[name] = set(re.findall(r"--[a-z-]+|\b[A-Z]+\b", usage))
    assert documented == dict(commands(_parser(), ("palier",)))


def routes(given: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Every method and path, those of included routers too."""
    for route in given:
        if isinstance(route, Route):
            yield from ((method, route.path) for method in route.methods or () if method != "HEAD")
        else:
            yield from routes(vars(route)["original_router"].routes)


async def test_every_address_is_documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo with every channel on answers to everything there is."""
    monkeypatch.setenv("PALIER_TELEGRAM_TOKEN", "1:token")
    monkeypatch.setenv("PALIER_TELEGRAM_SECRET", "secret")
    monkeypatch.setenv("PALIER_TELEGRAM_MODE", "webhook")
    for name, value in (("PHONE_ID", "100000000000001"), ("TOKEN", "token"), ("APP_SECRET", "secret"), ("VERIFY_TOKEN", "word")):
        monkeypatch.setenv(f"PALIER_WHATSAPP_{name}", value)
        monkeypatch.setenv(f"PALIER_MESSENGER_{name.replace('PHONE', 'PAGE')}", value)
    for name, value in (("SMS_URL", "json://127.0.0.1:9/?:to={to}"), ("EMAIL_URL", "json://127.0.0.1:9/?:to={to}"), ("SECRET", "s" * 32)):
        monkeypatch.setenv(f"PALIER_RELAY_{name}", value)
    settings, clock = demo.demo_settings(tmp_path, load_settings()), MachineClock()
    async with (
        open_phones(tmp_path, settings, clock) as phones,
        open_service(settings, clock, Role.WEB, library=load_library(demo=True)) as service,
    ):
        site = vars(demo.web(service, phones))["_app"]
        answered = set(routes(site.routes))
    rows = [cell.strip("`").split() for cell, *_ in cells("addresses.md")]
    documented = {(method.strip(","), path) for *methods, path in rows for method in methods}
    assert documented == answered


def named_tests() -> set[str]:
    """Every test, as safety.md names it: file::test or file::Class::test."""
    found = set()
    for file in (ROOT / "tests").rglob("test_*.py"):
        name = file.relative_to(ROOT / "tests").as_posix()
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            inner = node.body if isinstance(node, ast.ClassDef) else [node]
            prefix = f"{name}::{node.name}" if isinstance(node, ast.ClassDef) else name
            found |= {f"{prefix}::{each.name}" for each in inner if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}
    return found


def doctor_lines() -> set[str]:
    """What each line of `palier doctor` may be about."""
    calls = (node for node in ast.walk(ast.parse((ROOT / "bot/doctor.py").read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    named = (call.args[1] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Finding" and len(call.args) > 1)
    return {each.value for each in named if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def safety_lines() -> Iterator[tuple[str, list[str]]]:
    """Each line of safety.md, with what holds it."""
    for line in (PAGES / "operations" / "safety.md").read_text(encoding="utf-8").splitlines():
        if re.match(r"\| \d\.\d\d \|", line):
            number, _said, held = (cell.strip() for cell in line.strip("|").split("|"))
            yield number, re.findall(r"`([^`]+)`", held)


def test_every_line_of_safety_is_held_by_what_exists() -> None:
    tests, lines = named_tests(), doctor_lines()
    page = (PAGES / "operations" / "safety.md").read_text(encoding="utf-8")
    to_come = set(re.findall(r"\*\*([a-z -]+)\*\*", page))
    wrong = []
    for number, held in safety_lines():
        known = {
            *(name for name in held if name in tests and name.rpartition("::")[2].startswith("test_")),
            *(name for name in held if name.startswith("doctor: ") and name.removeprefix("doctor: ") in lines),
            *(name for name in held if name.startswith("later: ") and name.removeprefix("later: ") in to_come),
        }
        wrong += [f"{number}: {name}" for name in held if name not in known] + ([] if held else [f"{number}: held by nothing"])
    assert wrong == []


def test_the_lines_of_safety_are_numbered_without_a_gap() -> None:
    numbers = [number for number, _held in safety_lines()]
    chapters = {number[0] for number in numbers}
    assert chapters == set("12345")
    assert numbers == [f"{chapter}.{nth:02}" for chapter in sorted(chapters) for nth in range(1, 1 + sum(n[0] == chapter for n in numbers))]


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in [*PAGES.rglob("*.md"), *ROOT.glob("*.md")]:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:|#", target) and not (page.parent / target.partition("#")[0]).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []
