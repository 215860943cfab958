"""The web chat: a channel of our own, usable without an account, without JavaScript and on a bad network."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"
