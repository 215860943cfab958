"""The tree obeys its rules, and the lock holds what the project asks for."""

import re
import subprocess
import sys
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.rules import findings
from tests.house.source import ROOT, tree


def test_no_rule_is_broken() -> None:
    assert [str(finding) for finding in findings(tree())] == []


def test_the_lock_satisfies_every_requirement() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [Requirement(line) for line in project["project"]["dependencies"] + project["dependency-groups"]["dev"]]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", lock, re.MULTILINE)}
    stale = [str(need) for need in wanted if not need.specifier.contains(locked.get(canonicalize_name(need.name), "0"), prereleases=True)]
    assert stale == [], "run make lock"
    assert lock.count("--hash=sha256:") > len(locked)


def test_every_module_of_bot_has_its_layer() -> None:
    """A module that no layer names could import anything."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    named = set(re.findall(r"bot\.(\w+)", " ".join(contracts[0]["layers"])))
    modules = {
        path.stem for path in (ROOT / "bot").iterdir() if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem != "__init__"
    }
    assert modules - named == set()


def test_a_channels_library_is_not_imported_before_the_channel_is_on() -> None:
    """aiogram is long to import and large, which a service without Telegram does not pay."""
    look = "import sys, bot.app; sys.exit('aiogram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], cwd=ROOT, check=False).returncode == 0
