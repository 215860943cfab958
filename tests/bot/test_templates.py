"""Templates are opened in one way, and each is compiled once in a process."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.ext import Extension
from typing_extensions import override

from bot.templates import templates


class Seen(Extension):
    """Keeps what was compiled."""

    sources: list[str] = []  # noqa: RUF012 - Jinja makes the extension itself

    @override
    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        self.sources.append(source)
        return source


def test_a_file_is_compiled_once_and_again_when_it_changed(tmp_path: Path) -> None:
    Seen.sources.clear()
    file = tmp_path / "page.html"
    file.write_text("Bonjour {{ name }}", encoding="utf-8")
    sites = [templates(tmp_path, Seen) for _ in range(3)]
    assert {site.get_template("page.html").render(name="Zoé") for site in sites} == {"Bonjour Zoé"}
    assert Seen.sources == ["Bonjour {{ name }}"]
    file.write_text("Salut {{ name }}", encoding="utf-8")
    assert templates(tmp_path, Seen).get_template("page.html").render(name="Zoé") == "Salut Zoé"
    assert len(Seen.sources) == 2


def test_each_site_keeps_its_own_globals(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ who }}", encoding="utf-8")
    sites = [templates(tmp_path) for _ in range(2)]
    for number, site in enumerate(sites):
        site.globals["who"] = number
    assert [site.get_template("page.html").render() for site in sites] == ["0", "1"]


def test_what_is_given_is_escaped_and_what_is_not_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ name }}", encoding="utf-8")
    page = templates(tmp_path).get_template("page.html")
    assert page.render(name="<b>") == "&lt;b&gt;"
    with pytest.raises(UndefinedError):
        page.render()
