"""The content, to be spoilt."""

import shutil
from pathlib import Path

import pytest

from content.library import ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of all that content/ says, apart from the catalogues."""
    for name in ("facts.yaml", "links.yaml", "menu.yaml", "service.yaml", "demo.yaml", "crises.yaml", "retention.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "pages", tmp_path / "pages")
    return tmp_path
