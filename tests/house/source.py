"""What the house rules read: the project's own files, and the few questions every rule asks of a syntax tree."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = {".git", ".venv", "var", "build", "dist", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """One file: its path from the root of the project, and its text."""

    path: str
    text: str

    @property
    def is_python(self) -> bool:
        return self.path.endswith(".py")

    @property
    def is_migration(self) -> bool:
        return self.path.startswith("storage/migrations/")

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/")

    @property
    def is_product(self) -> bool:
        return self.is_python and not self.path.startswith(("tests/", "bench/", "tools/"))

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path) if self.is_python else ast.Module(body=[], type_ignores=[])

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return {child: parent for parent in self.nodes for child in ast.iter_child_nodes(parent)}

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def calls(self) -> Iterator[ast.Call]:
        return (node for node in self.nodes if isinstance(node, ast.Call))

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The node's parent, its parent, and so on to the module."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression made of names and attributes; other parts read as `?`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"


def called(call: ast.Call) -> str:
    """The last name of what is called: `reply` of `turn.reply(…)`."""
    return dotted(call.func).rpartition(".")[2]


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of one keyword argument, None where it is not given."""
    return next((given.value for given in call.keywords if given.arg == name), None)


def is_text(node: ast.AST | None) -> bool:
    """True for a string written in the code, plain or formatted."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def listed() -> list[str]:
    """Paths of the project's files: what git tracks or would, or everything where there is no git."""
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        answer = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        paths = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        return sorted(path.as_posix() for path in paths if not LEFT_OUT & set(path.parts))
    return sorted(set(filter(None, answer.stdout.split("\0"))))


def tree() -> Iterator[Source]:
    """Every text file of the project."""
    for path in listed():
        try:
            yield Source(path, (ROOT / path).read_text(encoding="utf-8"))
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a picture or a font; a file removed and not yet committed
