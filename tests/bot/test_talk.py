"""`palier talk`: what is typed goes down the real road, what is said comes back with its buttons numbered, each of which can be typed."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

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


ODD = {
    "PALIER_TIMEZONE": "Nowhere/At_all",
    "PALIER_PORT": "no port",
    "PALIER_TELEGRAM_MODE": "by pigeon",
    "PALIER_WHATSAPP_PHONE_ID": "1",
    "PALIER_MESSENGER_PAGE_ID": "1",
    "PALIER_RELAY_SMS_URL": "no place for whom",
}
"""What each room refuses to start with, where it reads it at all."""


@pytest.mark.parametrize("given", ["environment", "file"])
async def test_nothing_of_the_operator_s_is_read(given: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No account, no address of an alert, no file of erasures: what is tried in a terminal stays there."""
    monkeypatch.chdir(tmp_path)  # .env stands where one is
    if given == "file":
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in ODD.items()))
    else:
        for name, value in ODD.items():
            monkeypatch.setenv(name, value)  # the environment is what it reads
    said: list[str] = []
    lines = ["/start\n", "efface mes données\n", "oui\n", "je veux mourir\n"]
    monkeypatch.setattr("sys.stdin", Keyboard(iter(lines), said))  # the terminal is what it reads
    assert await talk.talk("fr", said.append) == 0
    assert "3114" in "".join(said)
    assert "C’est effacé" in "".join(said)
    assert await asyncio.to_thread(os.listdir, tmp_path) == ([".env"] if given == "file" else [])
