"""Who is told of an alert, and where. On call is a paid duty that the employer decides: nobody is, unless the head named somebody with dates.

Addresses (Apprise's) may carry a password, and a name on call is a colleague's affair: both are kept sealed.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from bot.messages import Json
from bot.rules.duty import Duty
from bot.rules.hours import Days
from storage import hours, settings_store
from storage.engine import Work

ON_CALL, HEAD = "on_call", "alert.head"


@dataclass(frozen=True, slots=True)
class OnCall:
    """Somebody on call, and the address they are told at."""

    token: str
    name: str
    address: str
    duty: Duty


def entries(work: Work) -> tuple[OnCall, ...]:
    """Everybody named, by their first day. Duties over for a month are left out."""
    kept = settings_store.confidential(work, ON_CALL)
    oldest = (work.now - hours.KEPT).astimezone(hours.zone(work)).date()
    found = [_load(each) for each in json.loads(kept or "[]")]
    return tuple(sorted((one for one in found if one.duty.days.last >= oldest), key=lambda one: (one.duty.days, one.name)))


def add(work: Work, name: str, address: str, duty: Duty) -> str:
    """Name somebody; the entry's token."""
    entry = OnCall(secrets.token_urlsafe(16), name, address, duty)
    _put(work, (*entries(work), entry))
    return entry.token


def remove(work: Work, token: str) -> bool:
    """Take an entry away; False where it is gone already."""
    before = entries(work)
    after = tuple(entry for entry in before if entry.token != token)
    _put(work, after)
    return after != before


def forget_old(work: Work) -> None:
    """A duty that is over for a month is nobody's business any more."""
    kept = entries(work)
    if len(json.loads(settings_store.confidential(work, ON_CALL) or "[]")) > len(kept):
        _put(work, kept)


def addresses_now(work: Work) -> tuple[str, ...]:
    """The addresses of whoever is on call at this moment."""
    zone = hours.zone(work)
    return tuple(entry.address for entry in entries(work) if entry.duty.on_at(work.now, zone))


def team_addresses(work: Work) -> tuple[str, ...]:
    """The team's addresses entered in the backend, beside those of PALIER_ALERT_URLS."""
    return _lines(settings_store.confidential(work, settings_store.ALERT_ADDRESSES))


def add_team_address(work: Work, address: str) -> None:
    """One more address of the team's."""
    _put_team(work, dict.fromkeys((*team_addresses(work), address)))


def forget_team_address(work: Work, token: str) -> bool:
    """Tell this address no more; False where it is gone already."""
    before = team_addresses(work)
    after = [address for address in before if address_token(work, address) != token]
    _put_team(work, after)
    return len(after) < len(before)


def address_token(work: Work, address: str) -> str:
    """Names an address in a form, and gives nothing of it away."""
    return work.vault.lookup("confidential.value", address).hex()[:32]


def _put_team(work: Work, found: Iterable[str]) -> None:
    settings_store.put_confidential(work, settings_store.ALERT_ADDRESSES, "\n".join(found))


def head_addresses(work: Work) -> tuple[str, ...]:
    """The head's own."""
    return _lines(settings_store.confidential(work, HEAD))


def put_head_addresses(work: Work, addresses: tuple[str, ...]) -> None:
    """Where the head is told after ten minutes."""
    settings_store.put_confidential(work, HEAD, "\n".join(addresses))


def _lines(kept: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in kept.splitlines() if line.strip())


def _put(work: Work, found: tuple[OnCall, ...]) -> None:
    settings_store.put_confidential(work, ON_CALL, json.dumps([_dump(entry) for entry in found]))


def _dump(entry: OnCall) -> Json:
    days, duty = entry.duty.days, entry.duty
    return {
        **{"token": entry.token, "name": entry.name, "address": entry.address},
        **{"first": days.first.isoformat(), "last": days.last.isoformat()},
        **{"opens": f"{duty.opens:%H:%M}", "closes": f"{duty.closes:%H:%M}"},
    }


def _load(kept: dict[str, str]) -> OnCall:
    days = Days(date.fromisoformat(kept["first"]), date.fromisoformat(kept["last"]))
    return OnCall(kept["token"], kept["name"], kept["address"], Duty(days, time.fromisoformat(kept["opens"]), time.fromisoformat(kept["closes"])))
