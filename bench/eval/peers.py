"""What one would pick instead: full-text search over the same pages. BM25 by bm25s, and SQLite's own FTS5."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

import bm25s

from bench.eval.messages import Judged
from bench.report import Row
from content.pages import Page
from content.understanding.normalise import simple

Search = Callable[[str], list[str]]
"""A text → the ids of the pages found, the best first, three at most."""
MOST = 3
ENOUGH = 12
"""Documents asked for: a page is found in several languages."""


def documents(pages: Mapping[tuple[str, str], Page]) -> tuple[list[str], list[str]]:
    """The id and the words of every page in every language."""
    ids, texts = [], []
    for (name, _language), page in pages.items():
        ids.append(name)
        parts = [page.title, page.title, page.summary, *page.words, *page.questions, page.body, *(section.body for section in page.sections)]
        texts.append(simple(" ".join(parts)))
    return ids, texts


def bm25(ids: Sequence[str], texts: Sequence[str]) -> Search:
    """Search by bm25s, as its documentation shows."""
    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(texts), stopwords=[], show_progress=False), show_progress=False)

    def search(text: str) -> list[str]:
        query = bm25s.tokenize([simple(text)], stopwords=[], show_progress=False, return_ids=False)
        if not query[0]:
            return []
        places, scores = index.retrieve(query, k=ENOUGH, show_progress=False)
        return _first(ids[place] for place, score in zip(places[0].tolist(), scores[0].tolist(), strict=True) if score > 0)

    return search


def fts5(ids: Sequence[str], texts: Sequence[str]) -> Search:
    """Search by SQLite's FTS5: any of the words, ranked by its bm25."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE page USING fts5(id UNINDEXED, words)")
    database.executemany("INSERT INTO page VALUES (?, ?)", list(zip(ids, texts, strict=True)))

    def search(text: str) -> list[str]:
        words = re.findall(r"\w+", simple(text))
        asked = " OR ".join(f'"{word}"' for word in words)
        if not words:
            return []
        return _first(row[0] for row in database.execute("SELECT id FROM page WHERE page MATCH ? ORDER BY rank LIMIT ?", (asked, ENOUGH)))

    return search


def _first(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))[:MOST]


def rows(name: str, search: Search, messages: Sequence[Judged], pages: frozenset[str]) -> list[Row]:
    """The first and one among three, on the messages that a page answers."""
    asking = [message for message in messages if message.label in pages]
    found = [(message, search(message.text)) for message in asking]
    first = sum(bool(best) and best[0] in message.right for message, best in found) / len(asking)
    among = sum(bool(message.right.intersection(best)) for message, best in found) / len(asking)
    return [Row(f"{name}, messages that a page answers: first / among three", f"{first:.3f} / {among:.3f} ({len(asking)})", "", None)]
