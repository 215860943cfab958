"""A lane: one address whose row is locked in the running unit, with the conversation it leads to.

Everything ordered for a person (numbers, line positions, leases, ownership) is changed on the lane and written back once by `keep`.
Statements are built with Core, compiled once, and run on the driver's cursor.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from bot.messages import Address, Json, Outbound
from storage import tables
from storage.columns import from_moment, to_moment
from storage.crypto import Vault
from storage.engine import Wake, Work, statement, table, upsert

ADDRESS, LINK, CONVERSATION, PERSON = (table(noun) for noun in (tables.Address, tables.Link, tables.Conversation, tables.Person))

_COLUMNS = (
    *(ADDRESS.c[name] for name in ("id", "channel", "account", "peer", "fence", "sending", "position", "stopped_until")),
    *(ADDRESS.c[name] for name in ("opted_out_at", "blocked_at", "last_inbound_at")),
    LINK.c.person_id,
    *(CONVERSATION.c[name] for name in ("id", "token", "language", "state", "owner", "epoch", "last_number", "last_human_at")),
    ADDRESS.c.shared,
)
JOINED = ADDRESS.join(LINK, (LINK.c.address_id == ADDRESS.c.id) & LINK.c.until.is_(None)).join(CONVERSATION, CONVERSATION.c.link_id == LINK.c.id)
_LANE = select(*_COLUMNS).select_from(JOINED)
_PEER = _LANE.where(ADDRESS.c.channel == bindparam("channel"), ADDRESS.c.account == bindparam("account"), ADDRESS.c.peer_key == bindparam("peer_key"))
# Both rows are locked, though the address alone orders everything: PostgreSQL reads again, after a wait, only the rows it locks.
_BY_PEER = statement(_PEER.with_for_update(of=(ADDRESS, CONVERSATION)))
_BY_ID = statement(_LANE.where(ADDRESS.c.id == bindparam("address_id")).with_for_update(of=(ADDRESS, CONVERSATION)))
_BY_ID_IF_FREE = statement(_LANE.where(ADDRESS.c.id == bindparam("address_id")).with_for_update(of=(ADDRESS, CONVERSATION), skip_locked=True))
_BY_CONVERSATION = statement(_LANE.where(CONVERSATION.c.id == bindparam("conversation_id")).with_for_update(of=(ADDRESS, CONVERSATION)))
_BY_PERSON = statement(_LANE.where(LINK.c.person_id == bindparam("person_id")).order_by(ADDRESS.c.id).with_for_update(of=(ADDRESS, CONVERSATION)))

_ADDRESS_KEY = ("channel", "account", "peer_key")
_TAKE = statement(select(ADDRESS.c.id).where(*(ADDRESS.c[name] == bindparam(name) for name in _ADDRESS_KEY)).with_for_update())
_EXISTS = statement(select(ADDRESS.c.id).where(ADDRESS.c.id == bindparam("address_id")))

_KEPT_ON_ADDRESS = ("fence", "sending", "position", "stopped_until", "opted_out_at", "blocked_at", "last_inbound_at")
_KEPT_ON_CONVERSATION = ("language", "state", "owner", "epoch", "last_number", "last_human_at")
_KEEP_ADDRESS = statement(update(ADDRESS).where(ADDRESS.c.id == bindparam("row_id")).values({name: bindparam(name) for name in _KEPT_ON_ADDRESS}))
_KEEP_CONVERSATION = statement(
    update(CONVERSATION).where(CONVERSATION.c.id == bindparam("row_id")).values({name: bindparam(name) for name in _KEPT_ON_CONVERSATION})
)

_ADDRESS_NAMES = ("channel", "account", "peer", "peer_key", "fence", "position", "stopped_until", "created_at")
_NEW_ADDRESS = upsert(
    lambda insert: (
        insert(ADDRESS)
        .values({name: bindparam(name) for name in _ADDRESS_NAMES})
        .on_conflict_do_nothing(index_elements=_ADDRESS_KEY)
        .returning(ADDRESS.c.id)
    )
)
_NEW_PERSON = statement(insert(PERSON).values({name: bindparam(name) for name in ("token", "created_at")}).returning(PERSON.c.id))
_NEW_LINK = statement(insert(LINK).values({name: bindparam(name) for name in ("address_id", "person_id", "since", "proof")}).returning(LINK.c.id))
_NEW_CONVERSATION = statement(
    insert(CONVERSATION)
    .values({name: bindparam(name) for name in ("token", "link_id", "owner", "epoch", "last_number", "created_at")})
    .returning(CONVERSATION.c.id)
)

_LAST_SAID = statement(
    select(func.max(CONVERSATION.c.last_number))
    .select_from(LINK.join(CONVERSATION, CONVERSATION.c.link_id == LINK.c.id))
    .where(LINK.c.address_id == bindparam("address_id"))
)
_RENAME = statement(update(ADDRESS).where(ADDRESS.c.id == bindparam("row_id")).values(peer=bindparam("new_peer"), peer_key=bindparam("new_peer_key")))

SURE_OF_A_NAME = timedelta(days=30)
BOT, HUMAN = "bot", "human"
FRENCH = "fr"
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Kept:
    """A sealed text of a row, opened when somebody first asks for it (most units never do), and sealed anew only if it changed."""

    __slots__ = ("_place", "_text", "_vault", "blob")

    def __init__(self, vault: Vault, place: str, blob: bytes | None) -> None:
        self._vault = vault
        self._place = place
        self._text: str | None = None
        self.blob = blob

    def open(self) -> str:
        """The text; "" where there is none."""
        if self._text is None:
            self._text = "" if self.blob is None else self._vault.open(self._place, self.blob)
        return self._text

    def seal(self, text: str) -> bytes | None:
        """The text as the row is to hold it: the same bytes if it is the same and its key is still the one that writes."""
        if text != self.open() or (self.blob is not None and self.blob[0] != self._vault.writing):
            self._text = text
            self.blob = self._vault.seal(self._place, text) if text else None
        return self.blob


@dataclass(slots=True)
class Lane:
    """An address locked in this unit. Times are the service's; `number` is the last message number given in its conversation."""

    address: Address
    address_id: int
    person_id: int
    conversation_id: int
    token: str
    fence: int
    sending: int | None
    position: int
    stopped_until: float
    opted_out_at: datetime | None
    blocked_at: datetime | None
    last_inbound_at: datetime | None
    owner: str
    epoch: int
    number: int
    last_human_at: datetime | None
    shared: bool
    """Others read on this telephone (storage/shared.py): only read here."""
    _language: "Kept" = field(repr=False)
    _memory: "Kept" = field(repr=False)
    _spoken: str | None = field(default=None, repr=False)
    _state: dict[str, Json] | None = field(default=None, repr=False)
    to_send: bool = False
    """Something was put in the line and nobody in this unit leads it: `keep` wakes a sender."""
    said: bool = False
    """A message was added: `keep` wakes the pages that show this conversation."""
    put: dict[int, Outbound] = field(default_factory=dict, repr=False)
    """What this very unit put in the line, by number: whoever leads it need not open it again."""
    _before: tuple[object, ...] = field(default=(), repr=False)

    @property
    def language(self) -> str:
        """The language spoken here."""
        if self._spoken is None:
            self._spoken = self._language.open() or FRENCH
        return self._spoken

    @language.setter
    def language(self, language: str) -> None:
        self._spoken = language

    @property
    def state(self) -> dict[str, Json]:
        """What the robot keeps in mind of this conversation; changed in place."""
        if self._state is None:
            self._state = json.loads(self._memory.open() or "{}")
        return self._state

    @property
    def human(self) -> bool:
        """True while a human owns the conversation: the bot is silent outside the short list."""
        return self.owner == HUMAN

    def to(self, owner: str) -> None:
        """Change who speaks. What was written under the former owner's epoch is not sent any more."""
        if owner != self.owner:
            self.owner = owner
            self.epoch += 1


def _moment(value: Any) -> datetime | None:
    return None if value is None else from_moment(value)


def _micro(value: datetime | None) -> int | None:
    return None if value is None else to_moment(value)


def _lane(work: Work, row: Sequence[Any] | None) -> Lane | None:
    if row is None:
        return None
    vault = work.vault
    lane = Lane(
        address=Address(row[1], row[2], vault.open("address.peer", row[3])),
        address_id=row[0],
        fence=row[4],
        sending=row[5],
        position=row[6],
        stopped_until=row[7],
        opted_out_at=_moment(row[8]),
        blocked_at=_moment(row[9]),
        last_inbound_at=_moment(row[10]),
        person_id=row[11],
        conversation_id=row[12],
        token=row[13],
        _language=Kept(vault, "conversation.language", row[14]),
        _memory=Kept(vault, "conversation.state", row[15]),
        owner=row[16],
        epoch=row[17],
        number=row[18],
        last_human_at=_moment(row[19]),
        shared=row[20] is not None,
    )
    lane._before = (tuple(row[4:11]), tuple(row[14:20]))
    return lane


def lane(work: Work, address_id: int) -> Lane | None:
    """Lock an address and read its lane; None where it is gone. Waits for whoever holds it (milliseconds: nothing awaits in a unit)."""
    return _lane(work, work.execute(_BY_ID, {"address_id": address_id}).fetchone())


def lane_if_free(work: Work, address_id: int) -> Lane | None:
    """The same without waiting: None also where another process holds it."""
    return _lane(work, work.execute(_BY_ID_IF_FREE, {"address_id": address_id}).fetchone())


def exists(work: Work, address_id: int) -> bool:
    """Whether this address is still there, held by somebody or not."""
    return work.execute(_EXISTS, {"address_id": address_id}).fetchone() is not None


def lane_of_conversation(work: Work, conversation_id: int) -> Lane | None:
    """The lane a conversation is held on."""
    return _lane(work, work.execute(_BY_CONVERSATION, {"conversation_id": conversation_id}).fetchone())


def lanes_of_person(work: Work, person_id: int) -> list[Lane]:
    """Every lane of a person, locked in the order of their ids."""
    rows = work.execute(_BY_PERSON, {"person_id": person_id}).fetchall()
    return [found for row in rows if (found := _lane(work, row)) is not None]


def lane_of(work: Work, address: Address) -> Lane | None:
    """The lane of an address, or None where nobody has written from it."""
    values = {"channel": address.channel, "account": address.account, "peer_key": work.vault.lookup("address.peer", address.peer)}
    return _lane(work, work.execute(_BY_PEER, values).fetchone())


def follow(work: Work, address: Address, formerly: Sequence[str], *, told: bool) -> Lane | None:
    """The lane of somebody who had another name until now, under the one they have; None where nobody had any of these.

    `told`: the provider says itself that the name changed. Else a name unheard for a month is nobody's: numbers are given to other people.
    """
    for peer in formerly:
        former = lane_of(work, replace(address, peer=peer))
        heard = None if former is None else former.last_inbound_at
        if former is not None and (told or (heard is not None and work.now - heard < SURE_OF_A_NAME)):
            names = {"new_peer": work.vault.seal("address.peer", address.peer), "new_peer_key": work.vault.lookup("address.peer", address.peer)}
            work.execute(_RENAME, {"row_id": former.address_id, **names})
            return lane_of(work, address)
    return None


def open_lane(work: Work, address: Address) -> Lane:
    """The lane of an address, with a person and a conversation made for it where it is new."""
    found = lane_of(work, address)
    if found is not None:
        return found
    _create(work, address)
    made = lane_of(work, address)
    if made is None:
        raise RuntimeError("an address just made is not there")
    return made


def _create(work: Work, address: Address) -> None:
    free = claim(work, address)
    if free is None:
        return
    person = _returned(work.execute(_NEW_PERSON, {"token": secrets.token_urlsafe(16), "created_at": to_moment(work.now)}).fetchone())
    attach(work, free, person, "channel")


def claim(work: Work, address: Address) -> int | None:
    """The row of an address that leads to nobody, locked, made where it is new; None where it leads to somebody."""
    vault = work.vault
    values: dict[str, object] = {
        "channel": address.channel,
        "account": address.account,
        "peer": vault.seal("address.peer", address.peer),
        "peer_key": vault.lookup("address.peer", address.peer),
        "fence": 0,
        "position": 0,
        "stopped_until": 0.0,
        "created_at": to_moment(work.now),
    }
    row = work.execute(_NEW_ADDRESS, values).fetchone()
    if row is None:  # another process made it while we looked, and ours waited for its commit; or whoever it led to was erased, or left it
        row = work.execute(_TAKE, {name: values[name] for name in _ADDRESS_KEY}).fetchone()
        if row is None or lane_of(work, address) is not None:
            return None
    return int(row[0])


def attach(work: Work, address_id: int, person_id: int, proof: str) -> None:
    """Link an address that leads to nobody to this person, with a conversation of its own.

    It is numbered on from whatever was said there before: a button still shown there must not name another question.
    """
    now = to_moment(work.now)
    link = work.execute(_NEW_LINK, {"address_id": address_id, "person_id": person_id, "since": now, "proof": proof}).fetchone()
    values = {"token": secrets.token_urlsafe(16), "link_id": _returned(link), "owner": BOT, "epoch": 0, "created_at": now}
    last = work.execute(_LAST_SAID, {"address_id": address_id}).fetchone()
    _returned(work.execute(_NEW_CONVERSATION, {**values, "last_number": 0 if last is None else last[0] or 0}).fetchone())


def _returned(row: Sequence[Any] | None) -> int:
    if row is None:
        raise RuntimeError("an insert returned nothing")
    return int(row[0])


def _of_address(lane: Lane) -> tuple[object, ...]:
    """What the address row is to hold, in the order of _KEPT_ON_ADDRESS, which is that of the columns read."""
    stops = (lane.opted_out_at, lane.blocked_at, lane.last_inbound_at)
    return (lane.fence, lane.sending, lane.position, lane.stopped_until, *map(_micro, stops))


def _of_conversation(lane: Lane) -> tuple[object, ...]:
    """The same for the conversation, in the order of _KEPT_ON_CONVERSATION."""
    language = lane._language.blob if lane._spoken is None else lane._language.seal(lane._spoken)
    state = lane._memory.blob if lane._state is None else lane._memory.seal(_ENCODE(lane._state) if lane._state else "")
    return (language, state, lane.owner, lane.epoch, lane.number, _micro(lane.last_human_at))


def keep(work: Work, lane: Lane) -> None:
    """Write the lane back: only the rows that changed. Wakes a sender and the live pages where something waits for them."""
    address, conversation = _of_address(lane), _of_conversation(lane)
    if lane._before[0] != address:
        work.execute(_KEEP_ADDRESS, dict(zip(_KEPT_ON_ADDRESS, address, strict=True), row_id=lane.address_id))
    if lane._before[1] != conversation:
        work.execute(_KEEP_CONVERSATION, dict(zip(_KEPT_ON_CONVERSATION, conversation, strict=True), row_id=lane.conversation_id))
    lane._before = (address, conversation)
    if lane.to_send:
        work.notify(Wake.SEND, lane.address_id)
        lane.to_send = False
    if lane.said:
        work.notify(Wake.TALK, lane.conversation_id)
        lane.said = False
