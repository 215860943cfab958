"""How often a reader is right. What it abstains on counts as wrong where something answers it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.eval.messages import Judged
from bench.report import Row
from content.understanding.examples import OUTSIDE, SOCIAL
from content.understanding.meaning import Meaning
from content.understanding.reader import Reader

SMS = frozenset({"sms", "typo", "voice"})
SPOKEN_ELSEWHERE = ("en", "ar", "es", "uk")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was made of one message."""

    message: Judged
    meaning: Meaning
    crisis: str | None

    @property
    def first(self) -> bool:
        """Right at once."""
        return self.meaning.label in self.message.right

    @property
    def among(self) -> bool:
        """Right one of three."""
        return self.meaning.label is not None and any(candidate.label in self.message.right for candidate in self.meaning.candidates)


Wanted = Callable[[Answer], bool]


def answers(reader: Reader, messages: Sequence[Judged]) -> list[Answer]:
    """What a reader makes of each."""
    dangers = [reader.danger(message.text) for message in messages]
    return [
        Answer(message, reader.read(message.text), None if danger is None else danger.crisis)
        for message, danger in zip(messages, dangers, strict=True)
    ]


def rows(found: Sequence[Answer], nonsense: Sequence[Meaning]) -> Iterator[Row]:
    """The bars of the understanding, on messages it has not seen."""
    asking = [answer for answer in found if answer.message.asks]
    french = [answer for answer in asking if answer.message.language == "fr"]
    yield _at_least("Right page or act first, French", french, lambda answer: answer.first, 0.80, 0.90)
    yield _at_least("Right one among three, French", french, lambda answer: answer.among, 0.92, 0.97)
    typed = [answer for answer in french if answer.message.style in SMS]
    yield _at_least("SMS, typing errors, dictation: first", typed, lambda answer: answer.first, 0.72, 0.85)
    others = [answer for answer in asking if answer.message.language in SPOKEN_ELSEWHERE]
    yield _at_least("English, Arabic, Spanish, Ukrainian: first", others, lambda answer: answer.first, 0.70, 0.85)
    yield from _dangers(found)
    yield from _foreign(found, nonsense)


def _dangers(found: Sequence[Answer]) -> Iterator[Row]:
    danger = [answer for answer in found if answer.message.danger]
    harmless = [answer for answer in found if not answer.message.danger]
    yield _at_least("Danger seen (any crisis)", danger, lambda answer: answer.crisis is not None, 0.97, 1.0)
    yield _at_most("False alerts on everything else", harmless, lambda answer: answer.crisis is not None, 0.04, 0.01)
    near = [answer for answer in harmless if answer.message.near]
    yield Row("  of which on words borrowed from a danger", _share(near, lambda answer: answer.crisis is not None), "", None)
    yield Row("  the very crisis, where one is seen", _share([a for a in danger if a.crisis], lambda a: a.crisis in a.message.right), "", None)


def _foreign(found: Sequence[Answer], nonsense: Sequence[Meaning]) -> Iterator[Row]:
    outside = [answer for answer in found if answer.message.label.startswith(OUTSIDE)]
    apart = sum(not _housing(answer.meaning) for answer in outside) + sum(not _housing(meaning) for meaning in nonsense)
    total = len(outside) + len(nonsense)
    share = apart / total if total else 1.0
    yield Row("Matters of others and nonsense not answered as housing", f"{share:.3f} ({apart} of {total})", "≥ 0.80, aim 0.95", share >= 0.80)
    social = [answer for answer in found if answer.message.label in SOCIAL]
    yield Row("  courtesies right", _share(social, lambda answer: answer.first), "", None)
    yield Row("  matters of others right", _share(outside, lambda answer: answer.first), "", None)


def _housing(meaning: Meaning) -> bool:
    """Whether it would be answered as a page or an act."""
    return meaning.label is not None and not meaning.label.startswith(OUTSIDE) and meaning.label not in SOCIAL


def _share(found: Sequence[Answer], holds: Wanted) -> str:
    count = sum(map(holds, found))
    return f"{count / len(found):.3f} ({count} of {len(found)})" if found else "none"


def _at_least(name: str, found: Sequence[Answer], holds: Wanted, bar: float, aim: float) -> Row:
    held = not found or sum(map(holds, found)) / len(found) >= bar
    return Row(name, _share(found, holds), f"≥ {bar:.2f}, aim {aim:.2f}", held)


def _at_most(name: str, found: Sequence[Answer], holds: Wanted, bar: float, aim: float) -> Row:
    held = not found or sum(map(holds, found)) / len(found) <= bar
    return Row(name, _share(found, holds), f"≤ {bar:.2f}, aim {aim:.2f}", held)


def by_style(found: Sequence[Answer]) -> Iterator[str]:
    """First and among three, by language and by style."""
    asking = [answer for answer in found if answer.message.asks]
    groups: dict[str, list[Answer]] = {}
    for answer in asking:
        for name in (f"language {answer.message.language}", f"style {answer.message.style}"):
            groups.setdefault(name, []).append(answer)
    for name, these in sorted(groups.items()):
        first, among = sum(answer.first for answer in these), sum(answer.among for answer in these)
        yield f"{name}: first {first / len(these):.3f}, among three {among / len(these):.3f} ({len(these)})"


def mistakes(found: Sequence[Answer]) -> Iterator[str]:
    """Dangers missed and false alerts, each whole; then what is taken for what, the most often first."""
    for answer in found:
        if answer.message.danger and answer.crisis is None:
            yield f"missed  {answer.message.id} {answer.message.label}: {answer.message.text}"
        elif answer.crisis and not answer.message.danger:
            yield f"alert   {answer.message.id} {answer.message.label} taken for {answer.crisis}: {answer.message.text}"
    confused: dict[tuple[str, str], list[str]] = {}
    for answer in found:
        if answer.message.asks and not answer.first:
            confused.setdefault((answer.message.label, answer.meaning.label or "nothing"), []).append(answer.message.id)
    for (meant, taken), ids in sorted(confused.items(), key=lambda item: -len(item[1])):
        yield f"{len(ids)} x {meant} taken for {taken}: {', '.join(ids)}"
