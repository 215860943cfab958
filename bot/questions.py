"""What the robot asked and still waits for, as a conversation's state keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.messages import Choice, Json


@dataclass(frozen=True, slots=True)
class Question:
    """A question that is open.

    `numbers` are the messages that asked it, those that said it again among them; `last` is the last message of the turn that did. `stays`: it is
    said again after whatever else is answered meanwhile; otherwise it waits for one answer only.
    """

    id: str
    body: str
    choices: tuple[Choice, ...] = ()
    data: Mapping[str, Json] = field(default_factory=dict)
    stays: bool = True
    numbers: tuple[int, ...] = ()
    last: int = 0

    @property
    def number(self) -> int:
        """The newest message that asks it."""
        return self.numbers[-1]

    def kept(self) -> dict[str, Json]:
        """What the state holds of it."""
        asked: dict[str, Json] = {"id": self.id, "body": self.body, "choices": [[choice.id, choice.label] for choice in self.choices]}
        return {**asked, "data": dict(self.data), "stays": self.stays, "numbers": list(self.numbers), "last": self.last}


def from_kept(kept: Mapping[str, Any]) -> Question:
    """The question of a state; an older release kept the number of its message and no button."""
    numbers = tuple(kept.get("numbers") or (kept["number"],))
    choices = tuple(Choice(name, label) for name, label in kept.get("choices", ()))
    return Question(kept["id"], kept["body"], choices, kept.get("data") or {}, kept.get("stays", True), numbers, kept.get("last", numbers[-1]))
