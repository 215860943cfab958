"""A second opinion on what is unsure, from an embedding service that the operator hosts. Off by default, and never asked about a danger.

It only changes what is proposed, never what is answered: the page it finds nearest comes first among the proposals. Late, silent or wrong, it
changes nothing.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from content.library import Library
from content.understanding.meaning import Candidate, Certainty, Meaning

log = logging.getLogger(__name__)

WAITS = 0.3
"""Seconds a message waits for it at most."""
LEARNS_IN = 120.0
"""Seconds it may take to read the pages, once at the start."""
BATCH = 32
LONGEST = 1_000
"""Characters of a text that are sent."""
NEAR = 0.5
"""The least cosine of a text and a page that is told."""
MOST = 3
Vectors = NDArray[np.float32]


class Opinion:
    """Asks an address that answers as `POST /v1/embeddings` does: {"input": [texts]} → {"data": [{"embedding": […]}]}, in the same order."""

    def __init__(self, address: str, library: Library) -> None:
        self._address = address
        self._client = httpx.AsyncClient(timeout=LEARNS_IN)
        self._ids = [page.id for page in library.texts.values()]
        self._texts = [f"{page.title}. {page.summary} {' '.join(page.questions)}"[:LONGEST] for page in library.texts.values()]
        self._pages: Vectors | None = None

    async def learn(self) -> None:
        """Have the pages read, once. Where that fails there is no opinion until the next start."""
        try:
            parts = [await self._vectors(self._texts[start : start + BATCH]) for start in range(0, len(self._texts), BATCH)]
            self._pages = np.concatenate(parts)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as fault:
            log.warning("the embedding service gave no vectors", extra={"action": "opinion_missing", "error": type(fault).__name__})

    async def on(self, text: str, meaning: Meaning) -> Meaning:
        """The same meaning, or with the page the service finds nearest before the other proposals."""
        pages = self._pages
        if pages is None or meaning.sure is not None or not text.strip():
            return meaning
        try:
            async with asyncio.timeout(WAITS):
                (vector,) = await self._vectors([text[:LONGEST]])
        except (TimeoutError, httpx.HTTPError, ValueError, KeyError, TypeError):
            return meaning
        if vector.shape[0] != pages.shape[1]:
            return meaning
        near: Vectors = pages @ vector
        best = int(np.argmax(near))
        return meaning if near[best] < NEAR else _proposing(meaning, Candidate(self._ids[best], round(min(float(near[best]), 1.0), 3)))

    async def _vectors(self, texts: Sequence[str]) -> Vectors:
        """A row of length 1 for each text."""
        answer = await self._client.post(self._address, json={"input": list(texts)})
        answer.raise_for_status()
        body: Mapping[str, Any] = answer.json()
        found = np.array([row["embedding"] for row in body["data"]], dtype=np.float32)
        if found.ndim != 2 or len(found) != len(texts):
            raise ValueError("not a vector for each text")
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        rows: Vectors = (found / np.where(lengths > 0, lengths, 1)).astype(np.float32)
        return rows

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()


def _proposing(meaning: Meaning, found: Candidate) -> Meaning:
    others = tuple(candidate for candidate in meaning.candidates if candidate.label != found.label)
    return Meaning((found, *others)[:MOST], Certainty.UNSURE, meaning.second, meaning.language)
