"""Everything the robot may say, by language: catalogues, cards, pages, menu. What it says that is none of it is not translated."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from babel.messages.pofile import read_po

from content.library import Library
from content.words import DOMAIN, FRENCH, LANGUAGES, LOCALES, words_of
from handlers import languages, speaking
from handlers.resuming import RESUME
from tests.content.said import marked

DATED = re.compile(r"(?:\S+ )?\d{1,2}(?:er)?(?: \S+)?[,،] \d{1,2}(?: h(?: \d\d)?|:\d\d)")
"""A day and an hour on a button: « mar. 24, 10 h 30 »."""
FEWEST_LETTERS = 2
"""A text that is mostly values says nothing of its language: it is no evidence."""


def bare(text: str) -> str:
    """Without what typography adds: kinds of spaces, apostrophes and dashes, isolates."""
    text = re.sub(r"[\u2066\u2069\ufe0f]", "", text).replace("’", "'").replace("\u2011", "-").replace("–", "-").replace("…", "...")
    text = re.sub(r"[ \u00a0\u202f\t]+", " ", text)
    return re.sub(r" ?([:;!?»،؛؟])", r"\1", re.sub(r"« ?", "«", text)).strip()


class Spoken:
    """What may be said in one language."""

    def __init__(self, library: Library, language: str, own: Iterable[str] = ()) -> None:
        """`own`: what a service wrote itself, of its places and motives: said as it is in every language."""
        others = {FRENCH} if not speaking.is_french(language) else {one for one in LANGUAGES if speaking.is_french(one)}
        self._again = bare(words_of(language).say(RESUME, question=""))
        self._exact = {*_content(library, language), *(bare(words_of(other).say(speaking.SPOKEN_HERE)) for other in speaking.UNSPOKEN)}
        self._beside = {text for other in others for text in _content(library, other)}
        self._templates = [*map(_pattern, {part for text in _texts(language) for part in bare(text).split("\n\n") if self._is_own(part)})]
        self._templates.append(_pattern(bare(library.crises.common.closed.of(language))))
        self._known = lru_cache(maxsize=None)(self._said)
        self._label = lru_cache(maxsize=None)(self._labelled)
        self._labels = {bare(text) for text in (*_labels(library, language), *_texts(language), *_own_names())}
        self._labels |= set(map(bare, own))
        self._labels |= {label for other in others if speaking.is_french(language) for label in map(bare, _labels(library, other))}

    def unknown(self, body: str) -> list[str]:
        """The paragraphs of a body that are none of this language's texts, nor French beside by design. A question asked again is looked into."""
        return [part for part in bare(body).removeprefix(self._again).strip().split("\n\n") if part and not self._known(part)]

    def _is_own(self, part: str) -> bool:
        return _says_something(part) and not part.startswith(self._again)

    def unknown_label(self, label: str) -> bool:
        return not self._label(bare(label))

    def _labelled(self, label: str) -> bool:
        return label in self._labels or DATED.fullmatch(label) is not None or any(pattern.fullmatch(label) for pattern in self._templates)

    def _said(self, part: str) -> bool:
        if part in self._exact or part in self._beside:
            return True
        lines = part.split("\n")
        return all(self._sentences(line) for line in lines) or self._sentences(part)

    def _sentences(self, text: str) -> bool:
        """Whether a text is one of ours, or several in a row."""
        if not text or text in self._exact or text in self._beside or any(pattern.fullmatch(text) for pattern in self._templates):
            return True
        ends = (place for place in range(len(text) - 1, 0, -1) if text[place] == " ")
        return any(self._one(text[:place]) and self._sentences(text[place + 1 :]) for place in ends)

    def _one(self, text: str) -> bool:
        return text in self._exact or any(pattern.fullmatch(text) for pattern in self._templates)


def _texts(language: str) -> Iterator[str]:
    """What the code says in this language, with its {names}; the questions about another language stand in both."""
    if language == FRENCH:
        yield from (text for _where, text in marked())
    else:
        with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
            for message in read_po(file, locale=language.partition("-")[0]):
                if message.id and message.string:
                    yield from (message.string,) if isinstance(message.string, str) else message.string
    for other in LANGUAGES:
        yield words_of(other).say(languages.YES_WE_DO)
        yield from (words_of(other).say(text) for text in speaking.GO_ON.values())


def _own_names() -> Iterator[str]:
    return (words_of(language).say(speaking.ITS_NAME) for language in LANGUAGES)


def _content(library: Library, language: str) -> Iterator[str]:
    """Cards and pages, by paragraph; whom a page says to call, by line."""
    for one in library.crises.said():
        yield from (bare(part) for number in _numbers(library) for part in one.text.of(language).replace("{number}", number).split("\n\n"))
    for page in library.pages_in(language):
        for text in (page.title, page.body, *(text for section in page.sections for text in (section.title, section.body))):
            yield from map(bare, text.split("\n\n"))
        yield from (bare(f"• {line}") for line in page.calls)


def _numbers(library: Library) -> list[str]:
    return sorted({crisis.number for crisis in library.crises.values()})


def _labels(library: Library, language: str) -> Iterator[str]:
    for crisis in library.crises.values():
        yield crisis.label.of(language)
        yield crisis.call.label.of(language)
    yield from (offer.label.of(language) for one in library.crises.said() for offer in one.offers)
    for page in library.pages_in(language):
        yield page.label
        yield from (section.title for section in page.sections)
    yield from (row.label.of(language) for row in library.menu)


def _says_something(text: str) -> bool:
    return sum(map(str.isalpha, re.sub(r"{\w+}", "", text))) >= FEWEST_LETTERS


def _pattern(template: str) -> re.Pattern[str]:
    """What fits a text whose {names} are filled."""
    return re.compile(".+?".join(map(re.escape, re.split(r"{\w+}", template))), re.DOTALL)
