"""Pages, as content/pages/<language>/<id>.md write them: French first, then its translations, each with its own state."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import ContentError
from content.facts import Facts
from content.reading import Entry, read_yaml
from content.words import FRENCH, Words

LONGEST_FIRST = 500
LONGEST_SUMMARY = 100
LONGEST_LABEL = 20
LONGEST_SECTION = 24
_FENCE = "---\n"
_HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)
_LINK = re.compile(r"https?://[^\s)»]*[^\s)».,;:!?]")
_SERVICE = re.compile(r"\{service\.([a-z_]+)\}")


class Translation(StrEnum):
    """Who has read a translation: nobody yet, or somebody who speaks the language."""

    MACHINE = "machine"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page behind a button. `body` is plain text, ready to be said; `held`: a figure nobody has checked is left out of it."""

    title: str
    body: str
    held: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page in one language. `body` answers by itself in a first message; `words` help to find it; `held` as in a section.

    `summary` says in one line what it answers, "" where nobody wrote it yet; `questions` are asked as people write them; `related` are the ids of
    pages close to it.
    What can be checked, and who checked it, is the French page's. `translation` is None for French.
    """

    id: str
    language: str
    title: str
    label: str
    theme: str
    body: str
    held: bool
    sections: tuple[Section, ...]
    words: tuple[str, ...]
    summary: str
    questions: tuple[str, ...]
    related: tuple[str, ...]
    sources: tuple[str, ...]
    verified_on: date | None
    verified_by: str | None
    written_on: date | None
    review_by: date | None
    translation: Translation | None

    @property
    def verified(self) -> bool:
        """True once a named member of the team pressed « vérifié »."""
        return self.verified_on is not None and self.verified_by is not None

    @property
    def unread(self) -> bool:
        """True for a translation that no speaker has read: the French stands beside it."""
        return self.translation is Translation.MACHINE


@dataclass(frozen=True, slots=True)
class Rules:
    """What a page may cite: facts, sites, themes of the menu, and what is known of the service (None where it is not)."""

    facts: Facts
    allowed: Sequence[str]
    themes: frozenset[str]
    service: Mapping[str, str | None]


def load_pages(folder: Path, rules: Rules) -> dict[tuple[str, str], Page]:
    """Every page by id and language. Raises ContentError."""
    files = sorted(folder.glob("*/*.md"))
    originals = {file.stem: _File(file, rules) for file in files if file.parent.name == FRENCH}
    french = {name: original.page() for name, original in originals.items()}
    found = {(name, FRENCH): page for name, page in french.items()}
    for file in (file for file in files if file.parent.name != FRENCH):
        if file.stem not in french:
            raise ContentError(f"{file}:1: write its French first, in pages/{FRENCH}/{file.stem}.md")
        translation = _File(file, rules)
        translation.refuse_drift(originals[file.stem])
        found[file.stem, file.parent.name] = translation.translated(french[file.stem])
    for name, original in originals.items():
        original.refuse_strangers(french[name].related, french)
    return found


class _File:
    """One file, cut into its head, its first message and its sections."""

    def __init__(self, file: Path, rules: Rules) -> None:
        text = file.read_text(encoding="utf-8")
        if not text.startswith(_FENCE) or _FENCE not in text[len(_FENCE) :]:
            raise ContentError(f"{file}:1: begin with --- , the page's title and the rest, then --- on a line of its own")
        head, _, body = text[len(_FENCE) :].partition(_FENCE)
        self._file = file
        self._line = head.count("\n") + 3
        self._head = read_yaml(file, head, 2)
        self._parts = _HEADING.split(body)
        self._rules = rules
        self._said = Words(file.parent.name)

    def page(self) -> Page:
        """A page written in French."""
        theme = self._head.text("theme")
        if theme not in self._rules.themes:
            self._head.wrong(f"{theme} is no row of menu.yaml: write one of {', '.join(sorted(self._rules.themes))}", "theme")
        first, held = self._first()
        page = Page(
            id=self._file.stem,
            language=FRENCH,
            title=self._title(),
            label=self._label(),
            theme=theme,
            body=first,
            held=held,
            sections=tuple(self._sections()),
            words=self._head.texts("words"),
            summary=self._summary(),
            questions=self._head.texts("questions"),
            related=self._head.texts("related"),
            sources=self._head.texts("sources"),
            verified_on=self._head.day("verified_on"),
            verified_by=self._head.maybe("verified_by"),
            written_on=self._head.optional_day("written_on"),
            review_by=self._head.optional_day("review_by"),
            translation=None,
        )
        self._head.done()
        return page

    def translated(self, french: Page) -> Page:
        """The same page in the language of this file."""
        first, held = self._first()
        page = replace(
            french,
            language=self._file.parent.name,
            title=self._title(),
            label=self._label(),
            body=first,
            held=held,
            sections=tuple(self._sections()),
            words=self._head.texts("words"),
            summary=self._summary(),
            questions=self._head.texts("questions"),
            translation=_translation(self._head),
        )
        self._head.done()
        return page

    def refuse_drift(self, french: "_File") -> None:
        """A translation has the sections of its French, in the same order, and the same facts, service's details and links in each."""
        ours, theirs = self._parts[2::2], french._parts[2::2]
        if len(ours) != len(theirs):
            self._wrong(f"{len(ours)} sections, {len(theirs)} in French: write the same ones, in the same order")
        for nth, (said, meant) in enumerate(zip([self._parts[0], *ours], [french._parts[0], *theirs], strict=True)):
            if wrong := _cited(said) ^ _cited(meant):
                self._wrong(f"{', '.join(sorted(wrong))} in part {nth} of one language and not of the other: cite the same as the French")

    def refuse_strangers(self, related: Sequence[str], pages: Container[str]) -> None:
        """The pages that are close to this one exist, and are others."""
        for name in related:
            if name not in pages or name == self._file.stem:
                self._head.wrong(f"{name} is no other page: write the id of one, a file of pages/{FRENCH}", "related")

    def _wrong(self, advice: str) -> None:
        raise ContentError(f"{self._file}:{self._line}: {advice}")

    def _title(self) -> str:
        return self._said.typeset(self._head.text("title"))

    def _label(self) -> str:
        return self._said.typeset(self._head.text("label", longest=LONGEST_LABEL))

    def _summary(self) -> str:
        return self._said.typeset(self._head.text("summary", longest=LONGEST_SUMMARY)) if "summary" in self._head else ""

    def _first(self) -> tuple[str, bool]:
        whole = self._filled(self._parts[0], held=True)
        if len(whole) > LONGEST_FIRST:
            self._wrong(f"the first message has {len(whole)} characters, {LONGEST_FIRST} at most: move the rest to a ## section")
        return self._told(self._parts[0], whole)

    def _sections(self) -> Iterator[Section]:
        for title, body in zip(self._parts[1::2], self._parts[2::2], strict=True):
            if len(title) > LONGEST_SECTION:
                self._wrong(f"« {title} » has {len(title)} characters, {LONGEST_SECTION} at most: it is a button")
            yield Section(self._said.typeset(title.strip()), *self._told(body, self._filled(body, held=True)))

    def _told(self, text: str, whole: str) -> tuple[str, bool]:
        """What may be said of a text today, and whether a figure had to be left out. `whole`: all of it, said: a line held back is checked too."""
        lines = text.split("\n")
        known = [line for line in lines if all(self._rules.service.get(name) is not None for name in _SERVICE.findall(line))]
        kept = [line for line in known if not self._rules.facts.held(line)]
        if len(kept) == len(lines):
            return whole, False
        return self._filled("\n".join(kept)), len(kept) < len(known)

    def _filled(self, text: str, *, held: bool = False) -> str:
        """Markdown to what is said: paragraphs, and lines that begin with a bullet. Facts and the service's details are put in, links checked."""
        for link in _LINK.findall(text):
            host = urlsplit(link).hostname or ""
            if not any(host == domain or host.endswith(f".{domain}") for domain in self._rules.allowed):
                self._wrong(f"{host} is not in links.yaml: add it once a colleague has checked whose site it is")
        for name in _SERVICE.findall(text):
            if name not in self._rules.service:
                self._wrong(f"{{service.{name}}}: write one of {', '.join(sorted(self._rules.service))}")
        try:
            filled = self._rules.facts.fill(text, held=held)
        except ValueError as fault:
            raise ContentError(f"{self._file}:{self._line}: {fault}") from fault
        filled = _SERVICE.sub(lambda match: self._rules.service[match.group(1)] or "", filled)
        return self._said.typeset(re.sub(r"^- ", "• ", re.sub(r"\n{3,}", "\n\n", filled.strip()), flags=re.MULTILINE))


def _translation(head: Entry) -> Translation:
    said = head.text("translation")
    if said not in set(Translation):
        head.wrong(f"write translation: one of {', '.join(Translation)}", "translation")
    return Translation(said)


def _cited(text: str) -> set[str]:
    """What a text cites, whatever its language."""
    return {*re.findall(r"\{[a-z.][^}\s]*\}", text), *_LINK.findall(text)}
