"""The ends of many lines: something is put behind each at once, in one statement for each table. One line at a time is storage/line.py."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import select

from bot.messages import Purpose
from storage import bulk, line, messages
from storage.columns import to_moment
from storage.engine import Wake, Work, among, statement
from storage.lanes import ADDRESS, CONVERSATION, FRENCH, HUMAN, JOINED

_COLUMNS = (ADDRESS.c.id, ADDRESS.c.position, *(CONVERSATION.c[name] for name in ("id", "epoch", "owner", "last_number", "language")))
_ENDS = select(*_COLUMNS).select_from(JOINED)
_THESE = among(ADDRESS.c.id, "ids")
# Both rows are locked, as those of a lane are (storage/lanes.py).
ENDS_IF_FREE = statement(
    sqlite=_ENDS.where(_THESE.sqlite),
    postgresql=_ENDS.where(_THESE.postgresql).with_for_update(of=(ADDRESS, CONVERSATION), skip_locked=True),
)
LAST_IN_LINE, LAST_SAID = bulk.changing(ADDRESS, ("position",), {}), bulk.changing(CONVERSATION, ("last_number",), {})


@dataclass(slots=True)
class End:
    """The end of an address's line, locked in this unit with the conversation it leads to: of a lane, what it takes to say something there."""

    address_id: int
    position: int
    conversation_id: int
    epoch: int
    human: bool
    number: int
    language: str


class Put(NamedTuple):
    """Something to be said behind a line, under the number it has there; `content` and `template` as they are kept (`messages.dump`, `line.dump`)."""

    end: End
    position: int
    number: int
    content: str
    template: str | None
    expires_at: datetime


def ends_if_free(work: Work, address_ids: Collection[int]) -> dict[int, End]:
    """The ends of the lines of these addresses that nobody else holds, by address id."""
    rows = work.execute(ENDS_IF_FREE, {"ids": json.dumps(sorted(address_ids))}).fetchall() if address_ids else []
    spoken = iter(work.vault.open_all("conversation.language", [row[6] for row in rows if row[6] is not None]))
    return {row[0]: End(row[0], row[1], row[2], row[3], row[4] == HUMAN, row[5], FRENCH if row[6] is None else next(spoken)) for row in rows}


def behind(end: End, content: str, template: str | None, expires_at: datetime) -> Put:
    """The next thing to be said there; `put` writes it."""
    end.position += 1
    end.number += 1
    return Put(end, end.position, end.number, content, template, expires_at)


def put(work: Work, purpose: Purpose, puts: Sequence[Put]) -> None:
    """Add these to their conversations and their lines, and keep the ends. Wakes the senders and the live pages."""
    now, why, moment = to_moment(work.now), purpose.value, cache(to_moment)
    contents = work.vault.seal_all(messages.PLACE, [each.content for each in puts])
    templates = iter(work.vault.seal_all(line.PLACE, [each.template for each in puts if each.template is not None]))
    due, said = [], []
    for (end, position, number, _content, template, expires_at), content in zip(puts, contents, strict=True):
        sealed = None if template is None else next(templates)
        due.append((end.address_id, end.conversation_id, number, why, end.epoch, position, moment(expires_at), sealed, now))
        said.append((end.conversation_id, number, why, content, now))
    work.execute_many(line.PUT_ALL, due)
    work.execute_many(messages.SAY_ALL, said)
    ends = {each.end.address_id: each.end for each in puts}
    work.execute_many(LAST_IN_LINE, [(end.address_id, end.position) for end in ends.values()])
    work.execute_many(LAST_SAID, [(end.conversation_id, end.number) for end in ends.values()])
    for end in ends.values():
        work.notify(Wake.SEND, end.address_id)
        work.notify(Wake.TALK, end.conversation_id)
