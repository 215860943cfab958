"""`palier understand`: what the robot makes of messages, a line of JSON each, without a database or a network."""

import json
from collections.abc import Iterable, Iterator

from bot.errors import PalierError
from bot.messages import Json
from content.library import load_library
from content.understanding.learnt import learnt
from content.understanding.reader import Reader


class NotAMessage(PalierError):
    """A line is no message: write {"id": …, "text": …}."""


def understand(lines: Iterable[str], *, explain: bool) -> Iterator[str]:
    """One answer for each line that is not empty: id, language, label (null where it abstains), score, candidates, crisis; `explain` adds why.

    Raises NotAMessage, with the line's number.
    """
    reader = Reader(learnt(), load_library().danger)
    for number, line in enumerate(lines, 1):
        if line.strip():
            name, text = _message(number, line)
            yield json.dumps({"id": name, **_read(reader, text), **(_why(reader, text) if explain else {})}, ensure_ascii=False)


def _message(number: int, line: str) -> tuple[Json, str]:
    try:
        said = json.loads(line)
        return said["id"], str(said["text"])
    except (ValueError, KeyError, TypeError) as fault:
        raise NotAMessage(f'line {number} is no message: write {{"id": "1", "text": "…"}}') from fault


def _read(reader: Reader, text: str) -> dict[str, Json]:
    meaning = reader.read(text)
    candidates: list[Json] = [{"label": candidate.label, "score": candidate.score} for candidate in meaning.candidates]
    score = meaning.candidates[0].score if meaning.label is not None else 0.0
    danger = reader.danger(text)
    crisis = None if danger is None else danger.crisis
    return {"language": meaning.language, "label": meaning.label, "score": score, "candidates": candidates, "crisis": crisis}


def _why(reader: Reader, text: str) -> dict[str, Json]:
    why = reader.explain(text)
    return {
        "certainty": why.meaning.certainty.value,
        "second": why.meaning.second,
        "because": {
            "words": [[word, added] for word, added in why.words],
            "example": why.example,
            "danger": why.danger_score,
            "phrases": [[phrase, crisis] for phrase, crisis in why.phrases],
        },
    }
