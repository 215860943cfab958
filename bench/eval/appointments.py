"""How often an answer about an appointment is heard right: on judged messages, some of which were looked at while examples were written.

Every set is declared in docs/operations/understanding.md, with what was known of it when it was measured.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bench.eval.messages import HERE
from bench.report import Row
from content.understanding import answering
from content.understanding.appointment import Answer, AppointmentReader, Hear
from content.understanding.examples import read_answers
from content.understanding.meaning import Certainty
from content.understanding.model import Weights
from content.understanding.normalise import simple
from content.understanding.spelling import Spelling
from content.understanding.training import learn_answers, words_seen

BAR = 0.95
FOLDS = 5
FIRST_SEEN, FIRST_UNSEEN = "first half, looked at", "first half, unseen"
SECOND, THIRD, FOURTH = "second set, looked at since", "third set, looked at since", "fourth set, unseen"
UNSEEN = (FIRST_UNSEEN, FOURTH)


@dataclass(frozen=True, slots=True)
class Said:
    """One message and what it answers."""

    id: str
    text: str
    answer: Answer
    style: str

    @property
    def seen(self) -> bool:
        """Whether it is of the half that may be looked at while examples are written: told by its words alone."""
        return sha256(simple(self.text).encode()).digest()[0] % 2 == 0


def read_judged() -> list[Said]:
    """Every judged message: both halves."""
    return _read("appointments.jsonl")


def _read(name: str) -> list[Said]:
    rows = map(json.loads, (HERE / name).read_text(encoding="utf-8").splitlines())
    return [Said(row["id"], row["text"], Answer(row["label"]), row["style"]) for row in rows]


def sets() -> dict[str, list[Said]]:
    """The messages, by what may be known of them."""
    judged = read_judged()
    return {
        FIRST_SEEN: [message for message in judged if message.seen],
        FIRST_UNSEEN: [message for message in judged if not message.seen],
        SECOND: _read("appointments_fresh.jsonl"),
        THIRD: _read("appointments_third.jsonl"),
        FOURTH: _read("appointments_fourth.jsonl"),
    }


def rows(hear: Hear) -> Iterator[Row]:
    """The bar on what is unseen, the same on the half that was looked at, and what a wrong answer would cost."""
    for name, messages in sets().items():
        right = sum(hear(message.text).answer is message.answer for message in messages)
        bar, held = (f"≥ {BAR:.2f}", right / len(messages) >= BAR) if name in UNSEEN else ("", None)
        yield Row(f"Right answer, {name}", _share(right, len(messages)), bar, held)
    everything = [(message, hear(message.text)) for messages in sets().values() for message in messages]
    sure = [(message, heard) for message, heard in everything if heard.certainty is Certainty.SURE]
    yield Row("  surely heard, of all", _share(len(sure), len(everything)), "", None)
    yield Row("  right where surely heard", _share(sum(heard.answer is message.answer for message, heard in sure), len(sure)), "", None)
    cancels = sum(heard.answer is Answer.CANCEL and message.answer is not Answer.CANCEL for message, heard in sure)
    yield Row("  surely taken for a cancel, being none (asked back, like every cancel)", f"{cancels} of {len(everything)}", "", None)


def speed(hear: Hear) -> Row:
    """One message at a time, each heard once."""
    waits = []
    for message in (message for messages in sets().values() for message in messages):
        started = time.thread_time()
        hear(message.text)
        waits.append(1000 * (time.thread_time() - started))
    mean, p99 = sum(waits) / len(waits), sorted(waits)[int(0.99 * len(waits))]
    return Row("  processor time a message, mean / p99", f"{mean:.2f} / {p99:.2f} ms", "≤ 1 ms", mean <= 1.0)


def crossed() -> Row:
    """Each French example read by what was learnt from the others: every fifth one is left out in turn."""
    examples = read_answers()
    right = total = 0
    for fold in range(FOLDS):
        known = [example for nth, example in enumerate(examples) if nth % FOLDS != fold]
        reader = AppointmentReader(Weights(learn_answers(known), answering.of), Spelling(words_seen(known)))
        left = [example for example in examples[fold::FOLDS] if not example.aside and example.language == "fr"]
        right += sum(reader.hear(example.text).answer == example.label for example in left)
        total += len(left)
    return Row("Right answer, cross-validation over the French examples", _share(right, total), "", None)


def _share(right: int, total: int) -> str:
    return f"{right / total:.3f} ({right} of {total})"


def confusion(messages: Sequence[Said], hear: Hear) -> list[str]:
    """What is meant, a line each, against what is heard, a column each."""
    counts = Counter((message.answer, hear(message.text).answer) for message in messages)
    head = f"{'':10}" + "".join(f"{answer:>10}" for answer in Answer)
    return [head, *(f"{meant:10}" + "".join(f"{counts[meant, heard]:>10}" for heard in Answer) for meant in Answer)]
