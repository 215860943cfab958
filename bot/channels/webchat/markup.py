"""A message's plain text as blocks that a page can show: paragraphs, lists, addresses and emergency numbers that can be tapped.

Nothing in a text is code: the template escapes every span.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

_LINK = re.compile(r"https?://[^\s<>\"«»]+[^\s<>\"«».,;:!?)\]’'…]")
_BULLET = re.compile(r"[-•–]\s+")
_ISOLATE = "[\u2066\u2069]?"  # around figures in a language written from right to left
_NUMBERS = re.compile(rf"\d{{2,5}}(?:{_ISOLATE}\s*[·,]\s*{_ISOLATE}\d{{2,5}})+")
_NUMBER = re.compile(r"\d{2,5}")
_BY_TEXT = "par SMS|by text message|برسالة SMS"
_CALL = re.compile(rf"{_ISOLATE}(?P<number>\d{{2,5}}|\d{{3}}[ \u00a0\u202f]?\d{{3}}){_ISOLATE}(?P<sms>\s+(?:{_BY_TEXT}))?\s*:\s*")
_MORE = re.compile(rf"(?<=\.)\s+(?={_CALL.pattern.replace('?P<number>', '?:').replace('?P<sms>', '?:')})")
_SENTENCE = re.compile(r".{2,}?[.!?…](?=\s)")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LEFT_TO_RIGHT = re.compile("[A-Za-zÀ-ɏ]")
HEADING = 80


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text, and where a tap on it leads."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading ("h"), a paragraph ("p", one row per line of it), a list ("ul", one row per item), one of numbers to call ("numbers"),
    or the emergency line ("sos"). `dir` is set where it is all written the other way than the rest of its message."""

    kind: str
    rows: tuple[tuple[Span, ...], ...]
    dir: str = ""
    lang: str = ""
    """Set where it is surely in another language than the rest of its message."""

    @property
    def text(self) -> str:
        return " ".join("".join(span.text for span in row) for row in self.rows)


def blocks(text: str, *, heading: bool = False, direction: str = "ltr", other: Callable[[str], str] = lambda text: "") -> list[Block]:
    """The blocks of a text written in `direction`. `heading`: a first paragraph or sentence short enough to be a title becomes one.

    `other` gives the language of a piece that is in another one than the whole, "" for the same.
    """
    paragraphs = re.split(r"\n\s*\n", text.replace("\0", "\ufffd").strip())
    found: list[Block] = []
    if heading and (title := _title(paragraphs[0], alone=len(paragraphs) == 1)):
        found.append(Block("h", ((Span(title),),)))
        paragraphs[0] = paragraphs[0].removeprefix(title).strip()
    for paragraph in filter(None, paragraphs):
        found += _paragraph(paragraph)
    return [replace(block, dir=_other(block, direction), lang="" if _mixed(block) else other(block.text)) for block in found]


def _mixed(block: Block) -> bool:
    """Both ways of writing in one piece: the name of an aid inside Arabic, which is Arabic all the same."""
    return bool(_LEFT_TO_RIGHT.search(block.text) and _RIGHT_TO_LEFT.search(block.text))


def _other(block: Block, direction: str) -> str:
    """The other direction where every letter is written in it: the French under a translation, Arabic under French."""
    said = "".join(span.text for row in block.rows for span in row)
    left, right = bool(_LEFT_TO_RIGHT.search(said)), bool(_RIGHT_TO_LEFT.search(said))
    if left == right:
        return ""
    mine = "rtl" if right else "ltr"
    return mine if mine != direction else ""


def _title(paragraph: str, *, alone: bool) -> str:
    """What stands first in large letters, or "": the short first paragraph, else its short first sentence."""
    if "\n" in paragraph or _BULLET.match(paragraph):
        return ""
    if len(paragraph) <= HEADING and not alone:
        return paragraph
    sentence = _SENTENCE.match(paragraph)
    return sentence.group() if sentence and len(sentence.group()) <= HEADING else ""


def _paragraph(paragraph: str) -> Iterator[Block]:
    """Lines that begin with a dash are a list; the others stay together."""
    rows: list[str] = []
    kind = "p"
    for line in paragraph.split("\n"):
        bullet = _BULLET.match(line.strip())
        now = "ul" if bullet else "p"
        if rows and now != kind:
            yield _block(kind, rows)
            rows = []
        kind = now
        rows.append(line.strip()[bullet.end() :] if bullet else line.rstrip())
    yield _block(kind, rows)


def _block(kind: str, rows: list[str]) -> Block:
    calls = [_CALL.match(row) for row in rows] if kind == "ul" else []
    if calls and all(calls):
        return Block("numbers", tuple(_call(part) for row in rows for part in _MORE.split(row)))
    spans = tuple(tuple(_spans(row)) for row in rows)
    sos = kind == "p" and len(spans) == 1 and any(span.href.startswith("tel:") for span in spans[0])
    return Block("sos" if sos else kind, spans)


def _call(row: str) -> tuple[Span, ...]:
    """« 114 par SMS : danger, sans pouvoir parler »: the number, then what it is for."""
    match = _CALL.match(row)
    if match is None:
        return (Span(""), Span(row))
    scheme, number = "sms" if match["sms"] else "tel", re.sub(r"\D", "", match["number"])
    what = row[match.end() :]
    return (Span(match["number"], f"{scheme}:{number}"), Span(f"{what[:1].upper()}{what[1:]}" + (" (SMS)" if match["sms"] else "")))


def _spans(line: str) -> Iterator[Span]:
    at = 0
    for match in _LINK.finditer(line):
        yield from _plain(line[at : match.start()])
        yield Span(match.group().removeprefix("https://").removesuffix("/"), match.group())
        at = match.end()
    yield from _plain(line[at:])


def _plain(text: str) -> Iterator[Span]:
    """« 115 · 17 · 119 · 3114 »: each number calls. Figures elsewhere are only figures."""
    at = 0
    for row in _NUMBERS.finditer(text):
        if "·" not in row.group():
            continue
        for match in _NUMBER.finditer(text, row.start(), row.end()):
            if match.start() > at:
                yield Span(text[at : match.start()])
            yield Span(match.group(), f"tel:{match.group()}")
            at = match.end()
    if text[at:]:
        yield Span(text[at:])
