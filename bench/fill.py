"""A database as after years: conversations and messages written by the road's own verbs, sealed like any other, in big units."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from bench.crowd import BOT_ID, FIRST_CHAT
from bench.systems import KEY
from bot.clock import MachineClock
from bot.messages import Address, Choice, Inbound, Kind, Outbound, Purpose
from bot.settings import Settings
from storage import lanes, line, road
from storage.engine import Work, open_storage

PAIRS = 5
"""Messages of each person, and as many answers."""
PER_UNIT = 250
SAID = "Bonjour, je cherche un logement à partir de septembre, je suis en alternance et je ne sais pas par où commencer."
ANSWERED = (
    "Tu peux demander une aide pour payer ton loyer. Elle dépend de tes revenus, du logement et de la ville. "
    "Fais une simulation, puis demande à une conseillère ou un conseiller de la relire avec toi."
)
BUTTONS = tuple(Choice(f"page:{number}", f"Rubrique {number}") for number in range(4))


async def fill(file: Path, conversations: int, progress: Callable[[str], None]) -> None:
    """Write so many conversations of `2 * PAIRS` messages into a new database, with their transport."""
    settings = Settings(_env_file=None, database_url=SecretStr(f"sqlite:///{file}"), secret_key=(SecretStr(KEY),))
    storage = await open_storage(settings, MachineClock())
    try:
        for first, last in _slices(conversations):
            await storage.run(_converse, first, last)
            progress(f"stored {last} of {conversations} conversations")
    finally:
        await storage.close()


def _slices(total: int) -> Iterator[tuple[int, int]]:
    for first in range(0, total, PER_UNIT):
        yield first, min(first + PER_UNIT, total)


def _converse(work: Work, first: int, last: int) -> None:
    for place in range(first, last):
        address = Address("telegram", str(BOT_ID), str(FIRST_CHAT + place))
        for turn in range(PAIRS):
            _exchange(work, address, f"-{place}.{turn}")


def _exchange(work: Work, address: Address, external_id: str) -> None:
    """Something said, handled; its answer, sent, its call recorded."""
    now = datetime.now(UTC)
    accepted = road.accept(work, Inbound(address, external_id, Kind.TEXT, now, text=SAID, name="Sam", locale="fr"), handled=True)
    assert accepted is not None
    lane = accepted.lane
    line.put(work, lane, Outbound(address, Purpose.REPLY, ANSWERED, BUTTONS))
    for row in line.due(work, lane):
        lease = line.lease(work, lane, row, 0)
        line.called(work, lane, lease, "sent", f"{address.peer}:{lane.number}")
        line.change(work, row.id, line.Fate("sent", 0, 0, 0, row.position))
    lanes.keep(work, lane)
    work.wakes.clear()
