"""Whatever a person and two colleagues do, in whatever order: nobody is left in a silence that no one watches, and nothing of the team gets out."""

from collections.abc import Awaitable, Callable
from random import Random

import pytest
from sqlalchemy import select

from backend.acts import Acts, Draft, Outcome
from backend.minors import Minors
from bot import outbox
from storage import crises, lanes, messages, tables, thread_view, threads
from storage.caseworkers import Member
from storage.endings import Closing, Ending, Report
from storage.engine import Work, table
from tests.backend.desk import House, load, peer
from tests.clock import TestClock

MESSAGE, THREAD, RANGE = table(tables.Message), table(tables.Thread), table(tables.ThreadRange)
STEPS = 150
SECRET = "entre collègues"
REPORT = Report(because="le service la suit déjà")


class Week:
    """A person and two colleagues, at random."""

    def __init__(self, house: House, team: list[Member], dice: Random) -> None:
        self._house = house
        self._team = team
        self._dice = dice
        self._acts = Acts(outbox.put, Minors(load))
        self._nth = 0
        self.done: set[str] = set()
        """The acts that went through."""

    async def step(self) -> None:
        if self._dice.random() < 0.3:
            person: list[Callable[..., Awaitable[object]]] = [self._house.says, self._house.asks_for_somebody, self._house.is_in_danger]
            (does,) = self._dice.choices(person, [5, 4, 1])
            await does(text=f"parole {self._count()}")
        else:
            await self._house.storage.run(self._colleague)

    def _count(self) -> int:
        self._nth += 1
        return self._nth

    def _colleague(self, work: Work) -> None:
        tokens = list(work.session.execute(select(THREAD.c.token).order_by(THREAD.c.id)).scalars())
        if not tokens:
            return
        by, token = self._dice.choice(self._team), self._dice.choice([*tokens, *[tokens[-1]] * 9])
        view = thread_view.view(work, token)
        assert view is not None
        draft = Draft(self._dice.choice(["Bonjour", ""]), self._dice.choice([view.seen, view.seen, "0-0"]), f"f{self._count()}")
        closing = Closing(self._dice.choice(list(Ending)), "", by.name, self._dice.choice([None, REPORT]))
        acts: dict[str, Callable[[], Outcome]] = {
            "reply": lambda: self._acts.reply(work, by, token, draft),
            "take": lambda: self._acts.take(work, by, token),
            "give back": lambda: self._acts.give_back(work, by, token, draft),
            "close": lambda: self._acts.close(work, by, token, closing, draft),
            "reopen": lambda: self._acts.reopen(work, by, token, lambda how, at: SECRET),
            "note": lambda: self._acts.note(work, by, token, SECRET, draft.form),
            "acknowledge": lambda: self._acts.acknowledge(work, by, token),
            "minor": lambda: self._see_a_minor(work),
        }
        (name,) = self._dice.choices(list(acts), [3, 3, 3, 6, 3, 1, 3, 0.3])
        if acts[name]() in (Outcome.DONE, Outcome.QUIET):
            self.done.add(name)

    def _see_a_minor(self, work: Work) -> Outcome:
        lane = lanes.lane_of(work, peer("yanis"))
        assert lane is not None
        if threads.open_thread_of(work, lane.person_id) is None:
            return Outcome.GONE  # a danger opens one
        crises.add(work, lane.conversation_id, next(iter(load().crises.minors)), lane.number, None)
        return Outcome.DONE


def check(work: Work) -> None:
    """What holds after every step."""
    lane = lanes.lane_of(work, peer("yanis"))
    if lane is None:
        return
    opened = select(THREAD.c.id).where(THREAD.c.person_id == lane.person_id, THREAD.c.closed_at.is_(None))
    following = list(work.session.execute(opened).scalars())
    assert len(following) <= 1, "one demande at a time"
    ranges = select(RANGE.c.thread_id).where(RANGE.c.conversation_id == lane.conversation_id, RANGE.c.last_number.is_(None))
    assert set(work.session.execute(ranges).scalars()) == set(following), "what is said now belongs to the open demande, and to no other"
    assert not lane.human or following, "the robot is silent only where the team follows"
    for thread in work.session.execute(select(THREAD.c.id).where(THREAD.c.closed_at.is_not(None))).scalars():
        assert not threads.alert_waits(work, thread), "closed with a danger that nobody read"
        how = threads.closing_of(work, thread)
        assert how is not None, "closed by somebody who said what came of it"
        assert how[0].report is not None or not Minors(load)(work, thread), "a minor, and nothing of who was informed"
    contents = work.session.execute(select(MESSAGE.c.content)).scalars()
    assert not [content for content in contents if SECRET in messages.load(work.vault.open(messages.PLACE, content)).text]


@pytest.mark.parametrize("seed", range(3))
async def test_nobody_is_left_in_a_silence_that_no_one_watches(house: House, clock: TestClock, seed: int) -> None:
    dice = Random(seed)
    team = [await house.colleague(), await house.colleague("Théo", "theo@example.org")]
    week = Week(house, team, dice)
    for _ in range(STEPS):
        await week.step()
        clock.turn(minutes=dice.choice([1, 30, 600]))
        await house.storage.run(check)
    assert week.done >= {"reply", "take", "give back", "close", "reopen", "note", "acknowledge"}, "a week in which little happened proves little"
