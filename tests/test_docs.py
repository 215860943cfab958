"""The operator's pages tell the truth: each setting, command and address of the code is in docs/operations, and nothing else is."""

import argparse
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
    async with open_service(demo.demo_settings(tmp_path, load_settings()), MachineClock(), Role.WEB, library=load_library(demo=True)) as service:
        site = vars(demo.web(service))["_app"]
        answered = set(routes(site.routes))
    rows = [cell.strip("`").split() for cell, *_ in cells("addresses.md")]
    documented = {(method.strip(","), path) for *methods, path in rows for method in methods}
    assert documented == answered


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in [*PAGES.rglob("*.md"), *ROOT.glob("*.md")]:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:|#", target) and not (page.parent / target.partition("#")[0]).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []
