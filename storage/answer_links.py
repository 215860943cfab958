"""Links that answer one message where its channel has no buttons: an SMS, an e-mail. The address of a page of ours, good until what is asked is over.

A token is a keyed hash of the message it answers: sent twice, a message carries the same one. The database knows a keyed hash of the token alone.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from bot.messages import Address, Choice, reference
from bot.rules.reminders import Kind
from storage import messages, reminders, tables
from storage.columns import to_moment
from storage.engine import Work, statement, table, upsert
from storage.line import Due
from storage.messages import Content

ANSWER, CONVERSATION, LINK, ADDRESS, MESSAGE = (
    table(noun) for noun in (tables.AnswerLink, tables.Conversation, tables.Link, tables.Address, tables.Message)
)
SIZE = 12
"""Bytes of a token: 16 letters, for an SMS has little room. Nobody guesses one of 2^96, and it is good for some days."""
LATE, A_DAY, A_WEEK = timedelta(hours=2), timedelta(days=1), timedelta(days=7)
"""How long after it begins an appointment's link is good, for who is late; how long any other is; and what follows a missed one."""
FIRST = "link_first"
"""In a conversation's state: the person would rather have a link than a telephone number."""
MOST = 6
"""Answers of the robot that one press gets at most."""

_NAMES = ("token_key", "conversation_id", "number", "expires_at")
_GIVE = upsert(
    lambda insert: (
        insert(ANSWER)
        .values({name: bindparam(name) for name in _NAMES})
        .on_conflict_do_update(index_elements=("token_key",), set_={"expires_at": bindparam("expires_at")})
    )
)
_COLUMNS = (ANSWER.c.conversation_id, ANSWER.c.number, CONVERSATION.c.language, ADDRESS.c.channel, ADDRESS.c.account, ADDRESS.c.peer)
_JOINED = (
    ANSWER.join(CONVERSATION, CONVERSATION.c.id == ANSWER.c.conversation_id)
    .join(LINK, (LINK.c.id == CONVERSATION.c.link_id) & LINK.c.until.is_(None))
    .join(ADDRESS, ADDRESS.c.id == LINK.c.address_id)
)
_LOOK = statement(select(*_COLUMNS).select_from(_JOINED).where(ANSWER.c.token_key == bindparam("token_key"), ANSWER.c.expires_at > bindparam("now")))
_AFTER = statement(
    select(MESSAGE.c.number, MESSAGE.c.author, MESSAGE.c.content)
    .where(MESSAGE.c.conversation_id == bindparam("conversation"), MESSAGE.c.number > bindparam("number"))
    .order_by(MESSAGE.c.number.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Something the page says. `choices` are the buttons under it, each with the `reference` that presses it."""

    text: str
    choices: tuple[tuple[str, Choice], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a token opens: `said` is the message, `pressed` is true once something was pressed, `answers` what the robot said of the last press."""

    address: Address
    conversation_id: int
    language: str
    said: Shown
    pressed: bool
    answers: tuple[Shown, ...]


def give(work: Work, row: Due) -> str:
    """The token that answers this message, good from now on; the same each time it is asked for."""
    token = token_of(work, row.conversation_id, row.number)
    values = {"conversation_id": row.conversation_id, "number": row.number, "expires_at": to_moment(_until(work, row))}
    work.execute(_GIVE, {"token_key": work.vault.lookup("answer_link.token_key", token), **values})
    return token


def token_of(work: Work, conversation_id: int, number: int) -> str:
    """The name of a message outside: nobody finds another from it."""
    raw = work.vault.lookup("answer_link.name", f"{conversation_id}.{number}")[:SIZE]
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _until(work: Work, row: Due) -> datetime:
    due = reminders.of_message(work, row.conversation_id, row.number)
    if due is None:
        return work.now + A_DAY
    if due.kind is Kind.OFFER:
        return due.latest_at
    return work.now + A_WEEK if due.kind in (Kind.MISSED, Kind.CANCELLED) else due.about.start + LATE


def look(work: Work, token: str) -> Asked | None:
    """What a token opens, changing nothing; None where it is none, too old, or its person went."""
    values = {"token_key": work.vault.lookup("answer_link.token_key", token), "now": to_moment(work.now)}
    row = work.execute(_LOOK, values).fetchone()
    content = None if row is None else messages.read_content(work, row[0], row[1])
    if row is None or content is None:
        return None
    address = Address(row[3], row[4], work.vault.open("address.peer", row[5]))
    language = "fr" if row[2] is None else work.vault.open("conversation.language", row[2])
    pressed, answers = _since(work, row[0], row[1])
    return Asked(address, row[0], language, _shown(row[1], content), pressed, answers)


def _since(work: Work, conversation_id: int, number: int) -> tuple[bool, tuple[Shown, ...]]:
    """Whether the last thing that was done there is a press, and what the robot said of it. What is written since is not for this page."""
    rows: Sequence[Any] = work.execute(_AFTER, {"conversation": conversation_id, "number": number, "most": MOST + 1}).fetchall()
    answers: list[Shown] = []
    for nth, author, blob in rows:
        content = messages.load(work.vault.open(messages.PLACE, blob))
        if author == "person":
            return content.chosen is not None, tuple(reversed(answers)) if content.chosen is not None else ()
        if author == "bot":
            answers.append(_shown(nth, content))
    return False, ()


def _shown(number: int, content: Content) -> Shown:
    pressed = tuple((reference(number, place), choice) for place, choice in enumerate(content.choices) if choice.link is None)
    return Shown(content.short or content.text, pressed)
