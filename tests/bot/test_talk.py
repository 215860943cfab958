"""`palier talk`: what is typed goes down the real road, what is said comes back with its buttons numbered, each of which can be typed."""

from collections.abc import Iterator

import pytest

from bot import talk
from content.words import LANGUAGES, words_of
from handlers.fallback import TRY_AGAIN


class Keyboard:
    """Lines typed one after the other, each once what came before was answered; `answers` is how much was said before each."""

    def __init__(self, lines: Iterator[str], said: list[str]) -> None:
        self._lines = lines
        self._said = said
        self.answers: list[int] = []

    def readline(self) -> str:
        self.answers.append(len(self._said))
        return next(self._lines, "")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_line_is_answered_in_the_language(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    keyboard = Keyboard(iter(["/start\n", "/menu\n", "2\n", "1\n", "gzgz\n"]), said)
    monkeypatch.setattr("sys.stdin", keyboard)  # the terminal is what it reads
    assert await talk.talk(language, said.append) == 0
    assert len(said) == keyboard.answers[-1]
    assert all(before < after for before, after in zip(keyboard.answers, keyboard.answers[1:], strict=False)), "each line has its answer"
    assert all("[1] " in one for one in said), "each answer leads on"
    assert words_of(language).say(TRY_AGAIN) in said[-1]
