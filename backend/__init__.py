"""The caseworkers' web: server-rendered pages that work without JavaScript; script adds live, never meaning."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"
