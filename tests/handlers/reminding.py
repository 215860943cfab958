"""Somebody who has an appointment, and what the job of reminders has said to them."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.messages import Outbound
from bot.rules.reminders import Kind
from scheduler.job import JobContext
from scheduler.jobs import reminders as job
from storage import appointments, lanes, reminders, tasks
from storage.appointment_view import Appointment, Booking, By
from storage.caseworkers import Role
from storage.engine import Storage, Work
from storage.lanes import Lane
from storage.reminders import State
from storage.tasks import ToDo
from tests.opening import colleague
from tests.rules.waiting import PARIS
from tests.storage.diary import Diary, paris
from tests.talk import Road, Talk

THURSDAY = "2026-11-26 10:30"
TUESDAY = paris("2026-11-24 10:30")
BEFORE = paris("2026-11-18 09:00")


@dataclass
class Case:
    """A service that receives, and somebody who writes to it."""

    road: Road
    of: Diary
    talk: Talk
    zoe: int

    @property
    def storage(self) -> Storage:
        return self.road.storage

    async def book(self, text: str = THURSDAY, by: By = By.PERSON, **more: object) -> Appointment:
        made = await self.storage.run(appointments.book, Booking(self.zoe, self.of.motive.token, self.of.at(text, **more), by, freely=True))  # type: ignore[arg-type]
        assert isinstance(made, Appointment)
        return made

    async def look(self) -> list[Outbound]:
        """What the job has said by now, were it run twice."""
        for _again in range(2):
            await job.job(lambda: self.road.library).run(JobContext(self.storage, self.road.clock, PARIS, self.road.clock.now()))
        await self.road.run()
        return self.talk.news()

    async def at(self, text: str) -> list[Outbound]:
        self.road.clock.turn_to(paris(text))
        self.road.clock.turn_machine(2)  # what we start goes to one person once a second
        return await self.look()

    async def steps(self, mine: Appointment) -> list[tuple[Kind, State, str]]:
        found = await self.storage.read(lambda work: reminders.steps(work, appointment_id=mine.id))
        return [(step.kind, step.state, step.reason) for step in found]

    async def lane(self, change: Callable[[Lane], None]) -> None:
        def unit(work: Work) -> None:
            lane = lanes.lane_of(work, self.talk.address)
            assert lane is not None
            change(lane)
            lanes.keep(work, lane)

        await self.storage.run(unit)

    async def tasks(self) -> list[ToDo]:
        head = await colleague(self.storage, "Nadia", Role.HEAD)
        return [task for task in await self.storage.read(tasks.waiting, head) if task.kind is tasks.Kind.CALL]


def plain(said: Outbound | str) -> str:
    body = said if isinstance(said, str) else said.body
    return body.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def buttons(said: Outbound) -> dict[str, str]:
    return {choice.label: choice.id for choice in said.choices}
