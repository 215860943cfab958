"""The order in which the processes of one SQLite file write. SQLite keeps none: who asks at the right instant has the file, and a process that writes
without pause asks again within microseconds of each commit, while one that waits looks only now and then. It could be held out for ever.

So a transaction begins inside the gate, a lock on a file beside the database. Who waits for the database waits in the gate; who has just committed
comes to the gate again, finds somebody in it, and is the next but one. Between two processes each commit of one lets one of the other through.

The gate is for order alone: SQLite's own lock is what keeps two apart. The kernel opens it when its holder dies, however it dies; one that was
suspended inside it is passed by after a second; and where a file system has no locks, there is no order.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock
from pathlib import Path

LOOK_SECONDS = 0.001
PATIENCE = 1_000
"""Looks at a gate that does not open, before one goes by it."""
SUFFIX = ".gate"


class Gate:
    """One connection's way in. Not shared between threads."""

    def __init__(self, database: Path) -> None:
        """Raises OSError where nothing can be written beside the database."""
        of = database.stat()
        self._file = os.open(database.with_name(database.name + SUFFIX), os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, of.st_mode & 0o666)
        if os.geteuid() == 0:
            os.fchown(self._file, of.st_uid, of.st_gid)  # a command run as root must not shut out the service

    @contextmanager
    def inside(self) -> Iterator[None]:
        """For as long as it takes to begin a transaction, which does not end in here."""
        entered = self._enter()
        try:
            yield
        finally:
            if entered:
                flock(self._file, LOCK_UN)

    def close(self) -> None:
        """Leave it for good. A second call does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _enter(self) -> bool:
        for _ in range(PATIENCE):
            try:
                flock(self._file, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                time.sleep(LOOK_SECONDS)
            except OSError:
                return False
            else:
                return True
        return False
