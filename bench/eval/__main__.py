"""`make eval`: how well free text is understood, on messages that others wrote and by cross-validation. Kept in docs/operations/understanding.md."""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import psutil

from bench import report
from bench.eval import appointments, judging, peers, reminded
from bench.eval.judging import Answer
from bench.eval.messages import MESSAGES, Judged, read_messages, read_nonsense
from bench.report import Row
from content.library import Library, load_library
from content.understanding.appointment import hear
from content.understanding.examples import Example, read_examples
from content.understanding.learnt import learnt, prepared
from content.understanding.model import Model
from content.understanding.reader import Reader
from content.understanding.training import learn

FOLDS = 5
MEAN_MS, P99_MS, START_SECONDS, START_MB = 0.8, 5.0, 2.0, 120.0


def main() -> int:
    """0 if every bar held."""
    options = argparse.ArgumentParser(prog="python -m bench.eval", description=__doc__)
    options.add_argument("--messages", type=Path, help="judge by this file alone; nothing is written")
    options.add_argument("--fast", action="store_true", help="without cross-validation; nothing is written")
    given = options.parse_args()
    rows, reader, library = _start()
    messages = read_messages(given.messages or MESSAGES)
    found = judging.answers(reader, messages)
    rows += [*judging.rows(found, [reader.read(text) for text in read_nonsense()]), *_speed(reader, messages)]
    rows += _peers(reader, messages, library)
    print(f"{report.table(rows)}\n")
    print("\n".join([*judging.by_style(found), "", *judging.mistakes(found)]))
    answers = [*appointments.rows(hear), appointments.speed(hear)] if not given.messages else []
    _show_answers(answers)
    after = reminded.rows(reader, library) if not given.messages else []
    print(f"\nright after a reminder\n\n{report.table(after)}")
    if given.messages or given.fast:
        return int(any(row.held is False for row in [*rows, *answers, *after]))
    folds = list(judging.rows(_messages_crossed(messages, library), []))
    answers.append(appointments.crossed())
    hard = [Row(row.measure, row.figure, "", None) for row in judging.rows(_examples_crossed(library), [])]
    for name, mark, part in (
        ("as they are written", "eval", rows),
        ("cross-validation over them", "folds", folds),
        ("over the examples", "hard", hard),
        ("answers about an appointment", "answers", answers),
        ("right after a reminder", "reminded", after),
    ):
        print(f"\n{name}\n\n{report.table(part)}")
        report.write(mark, f"{report.machine()}.\n\n{report.table(part)}", report.UNDERSTANDING)
    return int(any(row.held is False for row in [*rows, *folds, *answers, *after]))


def _show_answers(answers: Sequence[Row]) -> None:
    """How answers about an appointment are heard, and which are taken for which."""
    if answers:
        print(f"\n{report.table(answers)}")
        for name, messages in appointments.sets().items():
            print("\n".join(["", name, *appointments.confusion(messages, hear)]))


def _start() -> tuple[list[Row], Reader, Library]:
    """A reader, with what it costs a start: the model is learnt before, as `make setup` does."""
    library = load_library()
    prepared()
    process = psutil.Process()
    before, started = process.memory_info().rss, time.perf_counter()
    reader = Reader(learnt(), library.danger)
    reader.read("Bonjour")
    seconds, megabytes = time.perf_counter() - started, (process.memory_info().rss - before) / 1e6
    cost = f"{seconds:.2f} s, {megabytes:.0f} MB"
    held = seconds <= START_SECONDS and megabytes <= START_MB
    return [Row("Cost at a start", cost, f"≤ {START_SECONDS:.0f} s, ≤ {START_MB:.0f} MB", held)], reader, library


def _speed(reader: Reader, messages: Sequence[Judged]) -> list[Row]:
    """One message at a time, danger and meaning, each looked at once."""
    waits = []
    for message in messages:
        started = time.perf_counter()
        reader.danger(message.text)
        reader.read(message.text)
        waits.append(1000 * (time.perf_counter() - started))
    mean, p99 = sum(waits) / len(waits), sorted(waits)[int(0.99 * len(waits))]
    held = mean <= MEAN_MS and p99 <= P99_MS
    return [Row("Time a message, mean / p99", f"{mean:.2f} / {p99:.2f} ms", f"≤ {MEAN_MS} / ≤ {P99_MS:.0f} ms, aim 0.3 / 1", held)]


def _peers(reader: Reader, messages: Sequence[Judged], library: Library) -> list[Row]:
    pages = frozenset(library.pages)
    ids, texts = peers.documents(library.texts)
    ours = peers.rows("Palier", lambda text: [candidate.label for candidate in reader.read(text).candidates], messages, pages)
    bm25 = peers.rows("BM25 (bm25s) over the same pages", peers.bm25(ids, texts), messages, pages)
    return [*ours, *bm25, *peers.rows("SQLite FTS5 over the same pages", peers.fts5(ids, texts), messages, pages)]


def _messages_crossed(messages: Sequence[Judged], library: Library) -> list[Answer]:
    """Each judged message read by a model that learnt from the examples and from the other judged ones: a fifth is left out in turn."""
    known = read_examples()
    judged = [Example(message.text, message.language, message.label, message.near) for message in messages]
    folds = _folds(judged)
    found: list[Answer] = []
    for fold in range(FOLDS):
        others = [each for each, place in zip(judged, folds, strict=True) if place != fold]
        left = [message for message, place in zip(messages, folds, strict=True) if place == fold]
        found += judging.answers(_reader_of([*known, *others], library, fold), left)
    return found


def _examples_crossed(library: Library) -> list[Answer]:
    """Each example read by a model that learnt from the others: every fifth of its label and language is left out in turn."""
    examples = read_examples()
    folds = _folds(examples)
    found: list[Answer] = []
    for fold in range(FOLDS):
        reader = _reader_of([each for each, place in zip(examples, folds, strict=True) if place != fold], library, fold)
        left = [each for each, place in zip(examples, folds, strict=True) if place == fold]
        found += judging.answers(reader, [Judged("", each.text, each.language, each.label, (), "", each.near) for each in left])
    return found


def _reader_of(examples: Sequence[Example], library: Library, fold: int) -> Reader:
    print(f"\rfold {fold + 1} of {FOLDS}", end="", file=sys.stderr, flush=True)
    return Reader(Model(learn(examples)), library.danger)


def _folds(examples: Sequence[Example]) -> list[int]:
    seen: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    places = []
    for each in examples:
        key = (each.label, each.language, each.near)
        places.append(seen[key] % FOLDS)
        seen[key] += 1
    return places


if __name__ == "__main__":
    sys.exit(main())
