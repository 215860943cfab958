"""Reads a page as a person without JavaScript does: its text, its buttons, its forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from typing_extensions import override


@dataclass
class Page(HTMLParser):
    """What a page shows and what each of its forms would send."""

    html: str
    words: list[str] = field(default_factory=list)
    forms: dict[str, dict[str, str]] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    _form: str = ""
    _button: tuple[str, str, str] | None = None
    _label: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.attributes += [(tag, name) for name in given]
        if tag == "form":
            self._form = given.get("id", given.get("class", ""))
            self.forms[self._form] = {}
        elif tag == "input" and self._form:
            self.forms[self._form][given["name"]] = given.get("value", "")
        elif tag == "button":
            self._button = (given.get("form", self._form), given.get("name", ""), given.get("value", ""))
            self._label = ""
        elif tag == "a":
            self.links.append(given["href"])

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif tag == "button" and self._button is not None:
            self.buttons[self._label.strip()] = self._button
            self._button = None

    @override
    def handle_data(self, data: str) -> None:
        self._label += data
        if data.strip():
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return "\n".join(self.words)

    @property
    def token(self) -> str:
        return self.forms["go"]["token"]

    def writes(self, text: str) -> dict[str, str]:
        """What the composer posts."""
        return self.forms["write-form"] | {"text": text}

    def presses(self, label: str) -> dict[str, str]:
        """What pressing a button posts."""
        form, name, value = self.buttons[label]
        return self.forms[form] | {name: value}
