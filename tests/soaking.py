"""What the long runs found is kept in docs/operations/performance.md, each by the name that repeats it."""

from bench import report

HEADING = "| soak | figures | seconds | when and where |"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def keep(what: str, dialect: str, found: str, seconds: float) -> None:
    """One line, in place of the one that the same soak left on the same database."""
    report.write_row("soaks", HEADING, f"| {what}, {NAMES[dialect]} | {found} | {seconds:.0f} | {report.machine()} |")
