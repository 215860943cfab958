"""One job per module, and the list of those that the service runs."""

from collections.abc import Callable

from bot.reaching import Reach
from bot.settings import Settings
from content.library import Library
from scheduler.job import Job
from scheduler.jobs import alerts, announcements, busy, danger, freed, promises, reminders, rescans, retention, transport
from storage.deposits import Scanner


def jobs(
    library: Callable[[], Library],
    settings: Settings,
    first: frozenset[str] = frozenset(),
    *,
    templates: bool = False,
    scanner: Scanner | None = None,
) -> tuple[Job, ...]:
    """Every job of the service. `library` gives its content as it is now; `first` are the channels that bring a message to who is not looking.

    `templates`: a channel is on that takes nothing else from us after a while. `scanner`: what files are shown to, where the operator has one.
    """
    return (
        danger.job(library),
        alerts.job([address.get_secret_value() for address in settings.alert_urls], settings.base_url),
        promises.job(library),
        announcements.job(first),
        reminders.job(library, first, templates=templates),
        *freed.JOBS,
        *(() if scanner is None else (rescans.job(scanner),)),
        transport.JOB,
        busy.job(Reach(frozenset(settings.calendar_hosts))),
        retention.job(library, settings.erasure_ledger),
    )
