"""How often Python looks for what nobody holds any more: seldom while a process starts, as ever once it serves."""

import gc
import subprocess
import sys
from pathlib import Path

from bot.collecting import SELDOM, USUAL, seldom, settle
from tests.processes import environment

LOOKS = "import gc; from bot.__main__ import main; looks = [each['collections'] for each in gc.get_stats()]; code = main(['jobs', 'list'])"
SAID = "looks = [each['collections'] - before for each, before in zip(gc.get_stats(), looks)]; print(code, sum(looks), gc.get_threshold())"
MOST = 50
"""Looks at what the whole service imports: with Python's own thresholds they were 388."""


def test_seldom_for_a_while_then_as_ever() -> None:
    with seldom():
        assert gc.get_threshold() == (SELDOM, *USUAL[1:])
    assert gc.get_threshold() == USUAL


def test_as_ever_once_it_serves() -> None:
    with seldom():
        settle()
        assert gc.get_threshold() == USUAL


def test_a_command_starts_without_looking_at_what_it_imports(tmp_path: Path) -> None:
    given = environment({"DATABASE_URL": f"sqlite:///{tmp_path}/palier.db"})
    command = [sys.executable, "-c", f"{LOOKS}; {SAID}"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], env=given, capture_output=True, text=True, check=True)
    code, looks, thresholds = done.stdout.splitlines()[-1].split(" ", 2)
    assert (code, thresholds) == ("0", str(USUAL))
    assert int(looks) < MOST
