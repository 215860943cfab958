"""One job per module, and the list of those that the service runs."""

from collections.abc import Callable
from pathlib import Path

from content.library import Library
from scheduler.job import Job
from scheduler.jobs import danger, promises, retention, transport


def jobs(library: Callable[[], Library], ledger: Path) -> tuple[Job, ...]:
    """Every job of the service. `library` gives its content as it is now; `ledger` is the file of the erasures."""
    return (danger.job(library), promises.job(library), transport.JOB, retention.job(library, ledger))
