"""One job per module, and the list of those that the service runs."""

from scheduler.job import Job
from scheduler.jobs import danger, transport

JOBS: tuple[Job, ...] = (danger.JOB, transport.JOB)
