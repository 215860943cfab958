"""Reads content/*.yaml with the line of everything, so that a mistake is told as "file:line: what to write"."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml

from bot.errors import ContentError
from content.words import FRENCH, Words

_TEXT = "tag:yaml.org,2002:str"
"""What most values are: they need no loader of their own."""
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, in C where the wheel has it: ten times faster
LANGUAGE = re.compile(r"[a-z]{2}(-[a-z]+)?")
FINGERPRINT = 16
_MISSING, _FAULTY = object(), object()
T = TypeVar("T")
Report = Callable[[ContentError], None]
"""What is done with a mistake: the start stops at the first, a check lists them all."""


def stop(fault: ContentError) -> NoReturn:
    """Raise it: nothing starts with a mistake in what it says."""
    raise fault


def attempt(report: Report, read: Callable[[], T], otherwise: T) -> T:
    """What `read` gives; `otherwise` once the mistake it raises has been reported."""
    try:
        return read()
    except ContentError as fault:
        report(fault)
        return otherwise


def digest(*texts: str) -> str:
    """What names exactly these texts: another word is another name."""
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()[:FINGERPRINT]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing said in the languages it was written in; French where it was not."""

    texts: Mapping[str, str]

    def of(self, language: str) -> str:
        return self.texts.get(language) or self.texts[FRENCH]


class Entry:
    """One mapping of a file. What a reader finds wrong goes to `report` with the file, the line and what to write, and the reader gives something
    empty; where `report` is `stop`, it raises. `done` refuses what nobody read.
    """

    def __init__(self, file: Path, line: int, values: Mapping[str, Any], lines: Mapping[str, int], report: Report = stop) -> None:
        self.file = file
        self.line = line
        self._values = values
        self._lines = lines
        self._report = report
        self._read: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    @property
    def names(self) -> list[str]:
        return list(self._values)

    def wrong(self, advice: str, name: str | None = None, line: int | None = None) -> NoReturn:
        """Raise, whatever becomes of other mistakes: nothing can be read on."""
        raise self._fault(advice, name, line)

    def fault(self, advice: str, name: str | None = None, line: int | None = None) -> None:
        """Report a mistake, and read on where that is allowed."""
        self._report(self._fault(advice, name, line))

    def _fault(self, advice: str, name: str | None, line: int | None) -> ContentError:
        return ContentError(f"{self.file}:{line or self._lines.get(name or '', self.line)}: {advice}")

    def text(self, name: str, *, longest: int = 10_000) -> str:
        value = self._value(name)
        if value is _FAULTY:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fault(f"write {name}: some text", name)
            return ""
        if len(value) > longest:
            self.fault(f"{name} has {len(value)} characters, {longest} at most", name)
        return value.strip()

    def one_of(self, name: str, allowed: Collection[str]) -> str:
        """A text of a closed list."""
        value = self.text(name)
        if value and value not in allowed:
            self.fault(f"{value} means nothing here: write {name}: one of {', '.join(allowed)}", name)
        return value

    def some_of(self, name: str, allowed: Collection[str]) -> tuple[str, ...]:
        """Texts of a closed list, one at least."""
        values = self.texts(name)
        if wrong := [value for value in values if value not in allowed]:
            self.fault(f"{', '.join(wrong)} means nothing here: write {name}: some of {', '.join(allowed)}", name)
        elif not values:
            self.fault(f"write {name}: some of {', '.join(allowed)}", name)
        return values

    def maybe(self, name: str) -> str | None:
        """A text, or None where it is still to be filled in (« à compléter »): the name is there, with null."""
        return (self.text(name) or None) if self._value(name) not in (None, _FAULTY) else None

    def optional(self, name: str) -> str | None:
        """A text, or None where the name is not written at all."""
        return self.text(name) if name in self else None

    def number(self, name: str) -> int:
        value = self._value(name)
        if not isinstance(value, int) or isinstance(value, bool):
            self.wrong(f"write {name}: a whole number", name)
        return value

    def flag(self, name: str) -> bool:
        value = self._value(name, default=False)
        if not isinstance(value, bool):
            self.wrong(f"write {name}: true or false", name)
        return value

    def day(self, name: str) -> date | None:
        """A date, or None where it is not known yet: the name is there, with null."""
        value = self._value(name)
        if value is None or value is _FAULTY or type(value) is date:
            return value if type(value) is date else None
        self.fault(f"write {name}: a date as 2026-11-26, or null", name)
        return None

    def some_day(self, name: str) -> date:
        """A date; the last of all where it is missing and others are still looked for."""
        value = self._value(name)
        if type(value) is date:
            return value
        if value is not _FAULTY:
            self.fault(f"write {name}: a date as 2026-11-26", name)
        return date.max

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._value(name, default=[])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.fault(f"write {name}: a list of texts", name)
            return ()
        return tuple(value)

    def spoken(self, name: str, fill: Callable[[str], str] = str, *, longest: int = 10_000) -> Spoken:
        """Texts by language, filled and typeset; French is required. `fill` raises ValueError with what to write."""
        entry = self.entry(name)
        if FRENCH not in entry:
            entry.wrong(f"write {name}: {{{FRENCH}: …}}, French is the one every other falls back to")
        texts = {}
        for language in self.languages(entry):
            try:
                texts[language] = Words(language).typeset(fill(entry.text(language)))
            except ValueError as error:
                entry.wrong(str(error), language)
            if len(texts[language]) > longest:
                entry.wrong(f"{name} has {len(texts[language])} characters, {longest} at most", language)
        return Spoken(texts)

    def languages(self, entry: "Entry") -> list[str]:
        for language in entry.names:
            if not LANGUAGE.fullmatch(language):
                entry.wrong(f"{language} is not a language: write fr, fr-facile, en, ar…", language)
        return entry.names

    def lists(self, name: str) -> Mapping[str, tuple[tuple[int, str], ...]]:
        """Lists of texts by language, each text with its line."""
        if name not in self:
            self._read.add(name)
            return {}
        entry = self.entry(name)
        found = {}
        for language in self.languages(entry):
            texts, line = entry.texts(language), entry._lines[language]
            found[language] = tuple((entry._lines.get(f"{language}/{index}", line), text) for index, text in enumerate(texts))
        return found

    def entry(self, name: str) -> "Entry":
        value = self._value(name)
        if not isinstance(value, Entry):
            self.wrong(f"write {name}: with its own lines under it", name)
        return value

    def entries(self, name: str | None = None) -> Iterator[tuple[str, "Entry"]]:
        """The named entries under `name` (or under this one)."""
        parent = self if name is None else self.entry(name)
        for child in parent.names:
            yield child, parent.entry(child)

    def items(self, name: str) -> list["Entry"]:
        """The entries of a list."""
        value = self._value(name, default=[])
        if not isinstance(value, list) or not all(isinstance(item, Entry) for item in value):
            self.wrong(f"write {name}: a list of - entries", name)
        return value

    def done(self) -> None:
        """Refuse a name nobody asked for: it is a slip of the hand."""
        for name in self._values:
            if name not in self._read:
                self.fault(f"{name} means nothing here: take it away, or correct its spelling", name)

    def _value(self, name: str, *, default: object = _MISSING) -> Any:
        self._read.add(name)
        if name not in self._values:
            if default is _MISSING:
                self.fault(f"write {name}:")
                return _FAULTY
            return default
        return self._values[name]


def read_yaml(file: Path, body: str | None = None, first_line: int = 1, report: Report = stop) -> Entry:
    """The mapping a YAML file holds (or `body`, which starts at `first_line` of it). Raises ContentError where it is none."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8") if body is None else body, Loader=_Loader)
        if not isinstance(node, yaml.MappingNode):
            raise ContentError(f"{file}:{first_line}: write names and values, as « name: value »")
        return _entry(file, node, first_line, report)
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise ContentError(f"{file}:{line}: {error.problem}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentError(f"{file}: {error}") from error


def _entry(file: Path, node: yaml.MappingNode, first_line: int, report: Report) -> Entry:
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        name = str(key.value)
        line = key.start_mark.line + first_line
        if name in values:
            raise ContentError(f"{file}:{line}: {name} is written twice: keep one")
        values[name] = _python(file, value, first_line, report)
        lines[name] = line
        if isinstance(value, yaml.SequenceNode):
            lines |= {f"{name}/{index}": item.start_mark.line + first_line for index, item in enumerate(value.value)}
    return Entry(file, node.start_mark.line + first_line, values, lines, report)


def _python(file: Path, node: yaml.Node, first_line: int, report: Report) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _entry(file, node, first_line, report)
    if isinstance(node, yaml.SequenceNode):
        return [_python(file, item, first_line, report) for item in node.value]
    if node.tag == _TEXT:
        return str(node.value)
    try:
        return yaml.SafeLoader("").construct_object(node)
    except ValueError as fault:  # 2026-13-45 looks like a date and is none
        raise ContentError(f"{file}:{node.start_mark.line + first_line}: {node.value}: {fault}") from fault
