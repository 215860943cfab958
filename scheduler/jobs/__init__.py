"""One job per module, and the list of those that the service runs."""

from collections.abc import Callable

from content.library import Library
from scheduler.job import Job
from scheduler.jobs import danger, promises, transport


def jobs(library: Callable[[], Library]) -> tuple[Job, ...]:
    """Every job of the service. `library` gives its content as it is now."""
    return (danger.job(library), promises.job(library), transport.JOB)
