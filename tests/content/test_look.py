"""The shelf, and the promises of the common stylesheet."""

import re
from pathlib import Path

import pytest

from bot.channels.webchat import STATIC
from content.look.shelf import LOOK, Shelf

SHEETS = [LOOK / "palier.css", STATIC / "chat.css"]


def test_a_name_changes_with_its_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a {}")
    before = Shelf(tmp_path).url("a.css")
    (tmp_path / "a.css").write_text("b {}")
    after = Shelf(tmp_path).url("a.css")
    assert before != after
    assert re.fullmatch(r"/static/a\.[0-9a-f]{12}\.css", after)
    asset = Shelf(tmp_path).find(after.rpartition("/")[2])
    assert asset is not None
    assert asset.body == b"b {}"
    assert Shelf(tmp_path).find("a.css") is None


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.js").write_text("")
    with pytest.raises(ValueError, match="rename"):
        Shelf(tmp_path / "one", tmp_path / "two")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_only_logical_properties(sheet: Path) -> None:
    """A page turns right-to-left by its dir attribute alone."""
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
    assert not re.findall(r"(?<![\w-])(?:left|right|(?:margin|padding|border)-(?:left|right|top|bottom)|top|bottom)\s*:", css)
    assert "url(" not in css
    assert "@import" not in css


def test_colours_live_in_the_tokens() -> None:
    for sheet in SHEETS:
        rules = re.sub(r":root\s*\{.*?\}", "", sheet.read_text(), flags=re.S)
        assert not re.findall(r"#[0-9a-f]{3,6}\b|rgba?\(", rules), sheet.name


def test_every_icon_that_is_used_exists() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (LOOK / "icons.svg").read_text()))
    used = {name for file in (STATIC.parent / "templates").iterdir() for name in re.findall(r'name = "(\w+)"', file.read_text())}
    used |= set(re.findall(r'\? "(\w+)" : "(\w+)"\)', (STATIC / "chat.js").read_text())[0])
    assert used <= drawn
