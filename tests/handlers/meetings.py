"""Somebody who writes and has an appointment: what the tests of it share."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import outbox
from bot.messages import Choice, Outbound, Purpose
from bot.rules.slots import Slot
from storage import appointment_view, lanes
from storage.appointment_view import Appointment
from storage.engine import Storage, Work
from tests.storage.diary import Diary, diary
from tests.talk import Talk

LINE = "115 · 17 · 119 · 3114"


async def books(talk: Talk, of: Diary, at: str = "2026-03-05 10:30", **more: Any) -> Appointment:
    """They have an appointment: Thursday 5 March at 10:30, two days from the tests' Tuesday, unless another time is said."""
    await talk.says("slt")
    return await of.book((await talk.lane()).person_id, of.at(at), **more)


async def now(storage: Storage, of: Appointment) -> Appointment:
    """The appointment as it stands."""
    found = await storage.read(appointment_view.find, of.token)
    assert found is not None
    return found


async def reminded(talk: Talk, of: Appointment, body: str = "Ton rendez-vous") -> list[Outbound]:
    """A reminder with its three buttons, put in the outbox as a job does."""
    acts = {"come": "Je viens", "move": "Déplacer", "drop": "Je ne peux pas"}
    return await told(talk, body, {f"appointment:{act}:{of.token}:{of.version}": label for act, label in acts.items()})


async def told(talk: Talk, body: str, buttons: Mapping[str, str]) -> list[Outbound]:
    """Something of ours about an appointment, first to speak."""

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        choices = tuple(Choice(name, label) for name, label in buttons.items())
        outbox.put(work, lane, Outbound(talk.address, Purpose.REMINDER, body, choices))
        lanes.keep(work, lane)

    talk.road.clock.turn_machine(2.0)  # what we start ourselves is paced, a second for each person
    await talk.road.storage.run(unit)
    await talk.road.run()
    return talk.news()


def later(of: Slot, at: Slot) -> Slot:
    """The same with somebody, at another time."""
    return replace(of, start=at.start, end=at.end)


__all__ = ["Diary", "diary"]
