"""The files a browser fetches beside a page, read once, named by their content and kept compressed.

A name that changes with the content may be cached for ever, so a page costs its files only the first time.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOOK = Path(__file__).parent
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its public name, media type, bytes, and the same bytes compressed."""

    name: str
    kind: str
    body: bytes
    packed: bytes


class Shelf:
    """Every .css, .js and .svg of some folders. Two files of one name are refused: ValueError."""

    def __init__(self, *folders: Path, prefix: str = "/static/") -> None:
        self._prefix = prefix
        self._names: dict[str, str] = {}
        self._assets: dict[str, Asset] = {}
        for folder in folders:
            for file in sorted(folder.iterdir()):
                if file.suffix in KINDS:
                    self._add(file)

    def _add(self, file: Path) -> None:
        if file.name in self._names:
            raise ValueError(f"two files are called {file.name}: rename {file}")
        body = file.read_bytes()
        name = f"{file.stem}.{hashlib.sha256(body).hexdigest()[:12]}{file.suffix}"
        kind = KINDS[file.suffix]
        self._names[file.name] = name
        self._assets[name] = Asset(name, kind, body, gzip.compress(body, 9, mtime=0))

    def url(self, name: str) -> str:
        """The address of a file by its plain name. KeyError if there is none."""
        return self._prefix + self._names[name]

    def find(self, name: str) -> Asset | None:
        """The file of a public name (the last part of its address), or None."""
        return self._assets.get(name)

    @property
    def assets(self) -> Mapping[str, Asset]:
        """Every file, by its plain name."""
        return {plain: self._assets[name] for plain, name in self._names.items()}
