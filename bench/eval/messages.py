"""The messages that the understanding is judged by: written by others than those it learns from. A line of JSON each."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from content.understanding.examples import CRISIS, OUTSIDE, SOCIAL

HERE = Path(__file__).parent
MESSAGES = HERE / "messages.jsonl"
NONSENSE = HERE / "nonsense.txt"


@dataclass(frozen=True, slots=True)
class Judged:
    """One message. `label`: what it wants or shows; `also`: what a fair judge accepts too; `near`: the crisis whose words it borrows, being none."""

    id: str
    text: str
    language: str
    label: str
    also: tuple[str, ...]
    style: str
    near: str

    @property
    def danger(self) -> bool:
        return self.label.startswith(CRISIS)

    @property
    def asks(self) -> bool:
        """True where a page or an act answers it."""
        return not self.danger and not self.label.startswith(OUTSIDE) and self.label not in SOCIAL

    @property
    def right(self) -> frozenset[str]:
        """Every label that is right."""
        return frozenset({self.label, *self.also})


Wanted = Callable[[Judged], bool]


def read_messages(file: Path = MESSAGES) -> list[Judged]:
    """Every message of a file."""
    return [_message(json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _message(fields: dict[str, str]) -> Judged:
    return Judged(
        fields["id"], fields["text"], fields["lang"], fields["label"], tuple(fields.get("also", ())), fields["style"], fields.get("negative_of") or ""
    )


def read_nonsense() -> list[str]:
    """Messages that mean nothing."""
    return [line for line in NONSENSE.read_text(encoding="utf-8").splitlines() if line.strip()]
