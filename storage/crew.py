"""Threads that share the jobs of one queue. There are as many as there were ever jobs at once, up to a limit: each has a connection of its own, which
costs its server a process, and a quiet service needs one or two.
"""

import asyncio
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Event, Lock, Thread

from storage.post import Job


class Crew:
    """`work` is what each thread does: go through `jobs`, and say `done` after each, before its caller is told."""

    def __init__(self, name: str, most: int, work: Callable[[], None]) -> None:
        self._name, self._most, self._work = name, most, work
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._unfinished = 0
        self._counting = Lock()
        self._idle = Event()
        self._idle.set()

    def put(self, job: Job) -> None:
        """Have it done, by one more thread where all are busy. From one thread, always the same."""
        with self._counting:
            self._unfinished += 1
            self._idle.clear()
            short = self._unfinished > len(self._threads) < self._most
        if short:
            self._threads.append(Thread(target=self._work, name=self._name, daemon=True))
            self._threads[-1].start()
        self._queue.put(job)

    def jobs(self) -> Iterator[Job]:
        """What there is to do, until the end."""
        while (job := self._queue.get()) is not None:
            yield job

    def done(self) -> None:
        """A job is over: whoever did it is free for the next."""
        with self._counting:
            self._unfinished -= 1
            if not self._unfinished:
                self._idle.set()

    def pass_first(self, seconds: float) -> None:
        """Wait until nothing is left to do here, so long at most: for a thread of another crew, whose work comes after ours."""
        self._idle.wait(seconds)

    async def close(self) -> None:
        """Do what was asked before, then end the threads."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
