"""Many people with an appointment each, written as the road and the booking leave them, in big units: for what is measured or killed."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import insert

from bot.messages import Address
from bot.rules.reminders import plan
from storage import hours, reminders, tables
from storage.engine import Work, table

FIRST = 1_000_000
"""The id of person, address, link, conversation and appointment number 0: far from those of anybody else."""
PEOPLE, ADDRESSES, LINKS, CONVERSATIONS, APPOINTMENTS = (
    table(noun) for noun in (tables.Person, tables.Address, tables.Link, tables.Conversation, tables.Appointment)
)
LASTS = timedelta(minutes=30)


def people(work: Work, numbers: Iterable[int], address: Callable[[int], Address]) -> None:
    """They wrote once, from these addresses."""
    vault, now = work.vault, work.now
    ids = [(FIRST + n, address(n)) for n in numbers]

    def row(id: int, at: Address) -> dict[str, object]:
        peer = {"peer": vault.seal("address.peer", at.peer), "peer_key": vault.lookup("address.peer", at.peer), "stopped_until": 0.0}
        return {"id": id, "channel": at.channel, "account": at.account, "created_at": now, "last_inbound_at": now} | peer

    run = work.session.execute
    run(insert(PEOPLE), [{"id": id, "token": f"p{id}", "created_at": now} for id, _at in ids])
    run(insert(ADDRESSES), [row(id, at) for id, at in ids])
    run(insert(LINKS), [{"id": id, "address_id": id, "person_id": id, "since": now, "proof": "channel"} for id, _at in ids])
    talks = [{"id": id, "token": f"c{id}", "link_id": id, "owner": "bot", "epoch": 0, "last_number": 0, "created_at": now} for id, _at in ids]
    run(insert(CONVERSATIONS), talks)


def appointments(work: Work, numbers: Iterable[int], start: Callable[[int], datetime], *, who: int, place: int, motive: str) -> None:
    """They have an appointment each; whether the caseworker could be everywhere at once is another matter."""
    sealed = {"motive": work.vault.seal("appointment.motive", motive), "mode": work.vault.seal("appointment.mode", "on_site")}
    rows = []
    for n in numbers:
        times = dict.fromkeys(("starts_at", "holds_from"), start(n)) | dict.fromkeys(("ends_at", "holds_until"), start(n) + LASTS)
        kept = {"state": "booked", "version": 1, "sequence": 0, "created_at": work.now, "changed_at": work.now}
        rows.append({"id": FIRST + n, "token": f"a{n}", "person_id": FIRST + n, "caseworker_id": who, "place_id": place} | sealed | times | kept)
    work.session.execute(insert(APPOINTMENTS), rows)


def planned(work: Work, numbers: Iterable[int], start: Callable[[int], datetime]) -> None:
    """The steps of each appointment, as booking plans them."""
    zone = hours.zone(work)
    for n in numbers:
        reminders.plan(work, plan(work.now, start(n), zone), 1, appointment_id=FIRST + n)
