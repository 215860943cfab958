"""What the forms of the desk share: a field that cannot be kept, and the readers of a line, a number, some ticks."""

from collections.abc import Iterable, Mapping

from content.words import typeset

LONGEST = 80


class Wrong(Exception):
    """A form that cannot be kept: which one, which field, and what to write."""

    def __init__(self, form: str, field: str, said: str) -> None:
        super().__init__(said)
        self.form, self.field, self.said = form, field, typeset(said)


def line(form: Mapping[str, str], field: str, longest: int = LONGEST) -> str | None:
    """One line of words, "" for nothing; None for what is too long or no words."""
    said = " ".join(form.get(field, "").split())
    return said if len(said) <= longest and (not said or said.isprintable()) else None


def text(form: Mapping[str, str], field: str, longest: int) -> str | None:
    """A few lines, each trimmed, "" for nothing; None for what is too long or cannot be shown."""
    lines = [" ".join(each.split()) for each in form.get(field, "").split("\n")]
    said = "\n".join(lines).strip("\n")
    return said if len(said) <= longest and all(not each or each.isprintable() for each in lines) else None


def number(form: Mapping[str, str], field: str, least: int, most: int) -> int | None:
    """A whole number between two, None for anything else."""
    said = form.get(field, "").strip()
    if not (said.isascii() and said.isdigit()) or len(said) > 6:
        return None
    return int(said) if least <= int(said) <= most else None


def ticked(form: Mapping[str, str], prefix: str, names: Iterable[str]) -> list[str]:
    """Those of these names whose box was ticked: a box is called by the prefix and the name."""
    return [name for name in names if f"{prefix}{name}" in form]
