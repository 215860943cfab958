"""What each provider last said of our own account: quality, limits, which templates it approved. A setting each: it concerns nobody.

Asked by whoever attends the account, by `palier doctor` and by `palier whatsapp templates`; read where it is decided whether something may be sent.
"""

from collections.abc import Mapping
from datetime import datetime

from bot.messages import APPROVED, Json, Standing
from storage import settings_store
from storage.engine import Work

PREFIX = "standing"


def put(work: Work, standing: Standing) -> None:
    """Keep what was said, instead of what was said before."""
    kept: Mapping[str, Json] = {
        "at": standing.at.isoformat(),
        "quality": standing.quality,
        "people": standing.people,
        "templates": dict(standing.templates),
    }
    settings_store.put(work, _name(standing.channel, standing.account), kept)


def of(work: Work, channel: str, account: str) -> Standing | None:
    """What was said last, None where it was never asked."""
    kept = settings_store.mapping(work, _name(channel, account))
    if not kept:
        return None
    templates, people = kept.get("templates"), kept.get("people")
    return Standing(
        channel,
        account,
        datetime.fromisoformat(str(kept["at"])),
        str(kept.get("quality") or ""),
        people if isinstance(people, int) else None,
        {str(key): str(state) for key, state in templates.items()} if isinstance(templates, Mapping) else {},
    )


def every(work: Work) -> tuple[Standing, ...]:
    """What was said last of each account that was ever asked about, by name."""
    names = settings_store.names(work, f"{PREFIX}.")
    found = (of(work, *name.removeprefix(f"{PREFIX}.").split(".", 1)) for name in names)
    return tuple(each for each in found if each is not None)


def known(work: Work) -> bool:
    """Whether any account was ever asked about."""
    return bool(settings_store.names(work, f"{PREFIX}."))


def approved(work: Work, channel: str, account: str) -> frozenset[str]:
    """The templates (`Template.key`) that the provider lets pass."""
    standing = of(work, channel, account)
    return frozenset() if standing is None else frozenset(key for key, state in standing.templates.items() if state == APPROVED)


def _name(channel: str, account: str) -> str:
    return f"{PREFIX}.{channel}.{account}"
