"""Reads content/pages/<language>/<id>.md: French first, then its translations. What is wrong is told with file, line and what to write."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import ContentError
from content.facts import DANGER, PHONE, State, loose_figure
from content.pages import (
    ACTS,
    AGES,
    CALLING,
    LONGEST_FIRST,
    LONGEST_LABEL,
    LONGEST_SECTION,
    LONGEST_SUMMARY,
    STATUSES,
    Audience,
    Page,
    Rules,
    Section,
    Translation,
)
from content.reading import Report, attempt, digest, read_yaml, stop
from content.words import FRENCH, words_of

_FENCE = "---\n"
_HEADING = re.compile(r"## +(.+)")
_LINK = re.compile(r"https?://[^\s)»]*[^\s)».,;:!?]")
_SERVICE = re.compile(r"\{service\.([a-z_]+)\}")
_CITED = re.compile(r"\{[a-z.][^}\s]*\}")
_SOMETHING = re.compile(r"[{\d]|https?:")
"""What makes a line worth looking at: most hold words alone."""
_TELEPHONE = "{service.phone}"
KEPT = 6000
"""Texts whose typography is kept in mind: those of every page, twice."""


def load_pages(folder: Path, rules: Rules, report: Report = stop) -> dict[tuple[str, str], Page]:
    """Every page by id and language. Raises ContentError, or gives each mistake to `report` and goes on."""
    files = sorted(folder.glob("*/*.md"))
    read = {(file.stem, file.parent.name): attempt(report, _reader(file, rules, report), None) for file in files}
    originals = {name: file for (name, language), file in read.items() if language == FRENCH and file is not None}
    french = {name: file.page() for name, file in originals.items()}
    found = {(name, FRENCH): page for name, page in french.items()}
    for (name, language), file in read.items():
        if (name, FRENCH) not in read:
            report(ContentError(f"{folder / language / name}.md:1: write its French first, in pages/{FRENCH}/{name}.md"))
        elif language != FRENCH and file is not None and name in french:
            file.refuse_drift(originals[name])
            found[name, language] = file.translated(french[name])
    for name, file in originals.items():
        file.refuse_strangers(french[name], french)
    return found


@lru_cache(maxsize=KEPT)
def _typeset(language: str, text: str) -> str:
    """What a page says, as it is printed. An edit of the service reads every page again, and changes a line or two of them all."""
    return words_of(language).typeset(text)


def _reader(file: Path, rules: Rules, report: Report) -> "Callable[[], _File]":
    return lambda: _File(file, rules, report)


@dataclass(frozen=True, slots=True)
class _Part:
    """The first message (title "") or a section: where its title stands, and its lines, each with its number."""

    title: str
    line: int
    lines: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        return "\n".join(line for _number, line in self.lines)


class _File:
    """One file, cut into its head, its first message and its sections. Raises ContentError where it cannot be cut."""

    def __init__(self, file: Path, rules: Rules, report: Report) -> None:
        text = _text(file)
        if not text.startswith(_FENCE) or _FENCE not in text[len(_FENCE) :]:
            raise ContentError(f"{file}:1: begin with --- , the page's title and the rest, then --- on a line of its own")
        head, _, self._body = text[len(_FENCE) :].partition(_FENCE)
        self._file = file
        self._language = file.parent.name
        self._head = read_yaml(file, head, 2, report)
        self._parts = list(_parts(self._body, head.count("\n") + 3))
        self._rules = rules
        self._report = report

    def page(self) -> Page:
        """A page written in French."""
        head = self._head
        name, fingerprint = self._file.stem, digest(head.text("title"), self._body)
        check = self._rules.checks.page(name, fingerprint)
        on, by, review_by = head.day("verified_on"), head.maybe("verified_by"), head.some_day("review_by")
        page = Page(
            id=name,
            language=FRENCH,
            title=self._spoken("title"),
            label=self._spoken("label", LONGEST_LABEL),
            theme=head.one_of("theme", sorted(self._rules.themes)),
            first=self._first(),
            sections=tuple(self._section(part) for part in self._parts[1:]),
            words=head.texts("words"),
            summary=self._spoken("summary", LONGEST_SUMMARY),
            questions=self._several("questions"),
            related=head.texts("related"),
            audience=self._audience(),
            acts=head.some_of("acts", ACTS),
            calls=self._calls(),
            links=tuple(dict.fromkeys(_LINK.findall(self._body))),
            cites=frozenset(fact.name for fact in self._rules.facts.cited(self._body)),
            sources=self._several("sources"),
            verified_on=check.on if check else on,
            verified_by=check.by if check else by,
            written_on=head.some_day("written_on"),
            review_by=(check.review_by if check else None) or review_by,
            translation=None,
            raw=self._body,
            fingerprint=fingerprint,
        )
        if (on is None) != (by is None):
            head.fault("verified_on and verified_by go together: who checked it, and when", "verified_on")
        head.done()
        return page

    def translated(self, french: Page) -> Page:
        """The same page in the language of this file."""
        fingerprint = digest(self._head.text("title"), self._body, french.fingerprint)
        translation = Translation(self._head.one_of("translation", list(Translation)) or Translation.MACHINE)
        if self._rules.checks.reading(french.id, self._language, fingerprint) is not None:
            translation = Translation.READ
        page = replace(
            french,
            language=self._language,
            title=self._spoken("title"),
            label=self._spoken("label", LONGEST_LABEL),
            first=self._first(),
            sections=tuple(self._section(part) for part in self._parts[1:]),
            words=self._head.texts("words"),
            summary=self._spoken("summary", LONGEST_SUMMARY),
            questions=self._head.texts("questions"),
            calls=self._calls(),
            translation=translation,
            raw=self._body,
            fingerprint=fingerprint,
        )
        self._head.done()
        return page

    def refuse_drift(self, french: "_File") -> None:
        """A translation has the sections of its French, in the same order, and the same facts, service's details and links in each."""
        if len(self._parts) != len(french._parts):
            self._wrong(
                self._parts[0].line, f"{len(self._parts) - 1} sections, {len(french._parts) - 1} in French: write the same ones, in the same order"
            )
            return
        for nth, (said, meant) in enumerate(zip(self._parts, french._parts, strict=True)):
            if wrong := _cited(said.text) ^ _cited(meant.text):
                advice = f"{', '.join(sorted(wrong))} in part {nth} of one language and not of the other: cite the same as the French"
                self._wrong(said.line, advice)

    def refuse_strangers(self, page: Page, pages: "dict[str, Page]") -> None:
        """The pages that are close to this one exist, and are others; there is somebody to call where it says so."""
        for name in page.related:
            if name not in pages or name == page.id:
                self._head.fault(f"{name} is no other page: write the id of one, a file of pages/{FRENCH}", "related")
        cites = self._rules.facts.cited(self._body)
        if CALLING in page.acts and _TELEPHONE not in self._body and not any(fact.unit == PHONE for fact in cites):
            self._head.fault(f"the page names nobody to call: cite a number in it, or take {CALLING} away", "acts")

    def _wrong(self, line: int, advice: str) -> None:
        self._report(ContentError(f"{self._file}:{line}: {advice}"))

    # -- the head

    def _spoken(self, name: str, longest: int = LONGEST_SUMMARY) -> str:
        """A text of the head that is said to people: no figure stands in it."""
        text = self._head.text(name, longest=longest)
        if (figure := loose_figure(text)) is not None:
            self._head.fault(f"{figure} is a figure: {name} says none, the text cites {{fact.name}}", name)
        return _typeset(self._language, text)

    def _several(self, name: str) -> tuple[str, ...]:
        """A list that is not empty."""
        if not (texts := self._head.texts(name)):
            self._head.fault(f"write {name}: one at least", name)
        return texts

    def _audience(self) -> Audience:
        entry = attempt(self._report, lambda: self._head.entry("audience"), None)
        if entry is None:
            return Audience(AGES[0], ())
        audience = Audience(entry.one_of("age", AGES), entry.some_of("status", STATUSES))
        entry.done()
        return audience

    # -- the text

    def _first(self) -> Section:
        first = self._section(self._parts[0])
        return replace(first, title=_typeset(self._language, self._head.text("title")))

    def _section(self, part: _Part) -> Section:
        """A part as it is said today: without the lines whose facts are not to be said, or about what is not known of the service."""
        good = [line for number, line in part.lines if self._holds(number, line)]
        whole = self._told(good)
        if len(whole) > LONGEST_FIRST:
            what = f"« {part.title} »" if part.title else "the first message"
            self._wrong(part.line, f"{what} has {len(whole)} characters, {LONGEST_FIRST} at most: move the rest to another ## section")
        if len(part.title) > LONGEST_SECTION:
            self._wrong(part.line, f"« {part.title} » has {len(part.title)} characters, {LONGEST_SECTION} at most: it is a button")
        if (figure := loose_figure(part.title)) is not None:
            self._wrong(part.line, f"{figure} is a figure: a title says none, the text cites {{fact.name}}")
        facts, today = self._rules.facts, self._rules.facts.today
        said = [line for line in good if self._known(line) and not facts.unsaid(line)]
        missing = [fact for line in good if self._known(line) for fact in facts.unsaid(line)]
        states = {fact.state(today) for fact in missing}
        return Section(
            title=_typeset(self._language, part.title),
            body=whole if len(said) == len(good) else self._told(said),
            held=bool(states - {State.STALE}),
            stale=State.STALE in states,
            unsure=any(fact.unsure for line in said for fact in facts.cited(line)),
        )

    def _known(self, line: str) -> bool:
        """Whether everything a line cites is known to somebody: of what is « à compléter » nothing is said."""
        if "{" not in line:
            return True
        details = all(self._rules.service.get(name) is not None for name in _SERVICE.findall(line))
        return details and all(fact.value for fact in self._rules.facts.cited(line))

    def _calls(self) -> tuple[str, ...]:
        """The lines that say a number to call, each once."""
        facts = self._rules.facts
        cites = [line for part in self._parts for _number, line in part.lines if "{" in line]
        lines = [line for line in cites if self._known(line) and not facts.unsaid(line)]
        calling = [line for line in lines if _TELEPHONE in line or any(fact.unit == PHONE for fact in facts.cited(line))]
        return tuple(dict.fromkeys(self._told([line]).removeprefix("• ") for line in calling))

    def _told(self, lines: "list[str]") -> str:
        """Markdown to what is said: paragraphs, and lines that begin with a bullet. Facts and the service's details are put in."""
        filled = self._rules.facts.fill("\n".join(lines), unsaid=True)
        filled = _SERVICE.sub(lambda match: self._rules.service[match.group(1)] or "", filled)
        return _typeset(self._language, re.sub(r"^- ", "• ", re.sub(r"\n{3,}", "\n\n", filled.strip()), flags=re.MULTILINE))

    def _holds(self, number: int, line: str) -> bool:
        """Whether a line cites only what there is; what is wrong with it is reported."""
        if not _SOMETHING.search(line):
            return True
        faults = list(self._faults(line))
        for fault in faults:
            self._wrong(number, fault)
        return not faults

    def _faults(self, line: str) -> Iterator[str]:
        for link in _LINK.findall(line):
            host = urlsplit(link).hostname or ""
            if not any(host == domain or host.endswith(f".{domain}") for domain in self._rules.allowed):
                yield f"{host} is not in links.yaml: add it once a colleague has checked whose site it is"
        details = _SERVICE.findall(line)
        for name in details:
            if name not in self._rules.service:
                yield f"{{service.{name}}}: write one of {', '.join(sorted(self._rules.service))}"
        try:
            self._rules.facts.fill(line, unsaid=True)
        except ValueError as fault:
            yield str(fault)
        cited = self._rules.facts.cited(line)
        if any(fact.shown == DANGER for fact in cited) and (details or any(fact.shown != DANGER for fact in cited)):
            yield "a number said in danger shares its line with what may be withheld: give it a line of its own"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ContentError(f"{file}: {fault}") from fault


def _parts(body: str, first: int) -> Iterator[_Part]:
    """The first message, then each section."""
    title, at, lines = "", first, list[tuple[int, str]]()
    for number, line in enumerate(body.split("\n"), first):
        if heading := _HEADING.fullmatch(line):
            yield _Part(title, at, tuple(lines))
            title, at, lines = heading.group(1).strip(), number, []
        else:
            lines.append((number, line))
    yield _Part(title, at, tuple(lines))


def _cited(text: str) -> set[str]:
    """What a text cites, whatever its language."""
    return {*_CITED.findall(text), *_LINK.findall(text)}
