"""A service with hours and a team, for the tests that ask when somebody is there."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.rules.hours import Days, Week
from storage import caseworkers, hours
from storage.caseworkers import Member, Role
from storage.engine import Storage, Work
from tests.rules.waiting import OFFICE, PARIS


def paris(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment as the wall shows it."""
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


def days(first: str, last: str | None = None) -> Days:
    """From one day to another, written 2026-08-03."""
    return Days(date.fromisoformat(first), date.fromisoformat(last or first))


async def colleague(storage: Storage, name: str, role: Role = Role.CASEWORKER) -> Member:
    """Somebody of the team who has come in."""

    def unit(work: Work) -> Member | None:
        token = caseworkers.invite(work, f"{name.casefold()}@example.org", role)
        return caseworkers.accept_invitation(work, token, name, "a hash that opens nothing")

    member = await storage.run(unit)
    assert member is not None
    return member


async def opens(storage: Storage, week: Week = OFFICE, team: Sequence[str] = ("Samira",)) -> list[Member]:
    """The hours are known, and somebody keeps them."""
    members = [await colleague(storage, name) for name in team]
    await storage.run(hours.put_week, week)
    return members
