"""French typography for templates, once, when they are compiled: what people wrote is filled in later and never touched."""

import re

from jinja2 import Environment
from jinja2.ext import Extension
from typing_extensions import override

from content.words import typeset

_KEPT = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>|&#?\w+;", re.DOTALL)
_PLACE = "\ue000"  # private use: stands for markup while the words around it are typeset


class French(Extension):
    """Typesets the words written in the template itself; tags, entities and Jinja stay as they are."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)

    @override
    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        kept = iter(_KEPT.findall(source))
        return "".join(next(kept) if piece == _PLACE else piece for piece in re.split(f"({_PLACE})", typeset(_KEPT.sub(_PLACE, source))))
