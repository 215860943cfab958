"""Caseworkers: how they come in (invitation), how they prove who they are (password, session), how they leave.

Nothing here hashes a password: that takes time and never happens inside a unit of work (backend/auth.py does it).
Sessions, invitations and counted tries live by the machine's time (`work.elapsed`).
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from sqlalchemy import CursorResult, delete, update
from sqlmodel import col, select

from bot.errors import StorageError
from storage.engine import Work
from storage.tables import Action, Caseworker, Login

INVITATION = "invitation"
INVITATION_LIVES = 7 * 24 * 3600.0
SESSION_LIVES = 12 * 3600.0


class Role(StrEnum):
    """What someone may do. An administrator mends the machine and reads no message."""

    CASEWORKER = "caseworker"
    HEAD = "head"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Member:
    """Someone of the team. `name` is the first name young people see, "" until the invitation is accepted."""

    id: int
    token: str
    email: str
    name: str
    role: Role
    disabled: bool

    @property
    def reads(self) -> bool:
        """True for who may open what people wrote."""
        return self.role is not Role.ADMIN


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is checked against, and whose it is."""

    member: Member
    password: str


def normalised(email: str) -> str:
    """An e-mail address as it is looked up."""
    return email.strip().casefold()


def invite(work: Work, email: str, role: Role) -> str:
    """A one-time token that lets the holder of this e-mail choose a name and a password within seven days.

    Someone already here gets the role, and the invitation renews their password (also after `disable`). Older invitations of theirs stop working.
    """
    key = work.vault.lookup("caseworker.email_key", normalised(email))
    row = work.session.exec(select(Caseworker).where(col(Caseworker.email_key) == key)).first()
    if row is None:
        sealed = work.vault.seal("caseworker.email", normalised(email))
        row = Caseworker(token=secrets.token_urlsafe(16), email=sealed, email_key=key, role=role, created_at=work.now)
    row.role = role
    work.session.add(row)
    work.session.flush()
    _withdraw_invitations(work, _known(row.id))
    return _write_invitation(work, _known(row.id))


def invited(work: Work, token: str) -> Member | None:
    """Whom this invitation is for, or None where it is unknown, used or too old."""
    action = _invitation(work, token)
    return None if action is None else _member_of(work, action)


def accept_invitation(work: Work, token: str, name: str, password: str) -> Member | None:
    """Use the invitation: set the shown first name and the password's argon2id hash. None where it is unknown, used or too old.

    Whoever was connected with the older password no longer is.
    """
    action = _invitation(work, token)
    if action is None or not _use(work, _known(action.id)):
        return None
    row = work.session.get_one(Caseworker, int(work.vault.open("action.subject", action.subject or b"")))
    row.name = work.vault.seal("caseworker.name", name)
    row.password = password
    row.disabled_at = None
    work.session.flush()
    log_out_everywhere(work, _known(row.id))
    return _member(work, row)


def credentials(work: Work, email: str) -> Credentials | None:
    """What to check this e-mail's password against; None for someone unknown, disabled or not come in yet."""
    key = work.vault.lookup("caseworker.email_key", normalised(email))
    row = work.session.exec(select(Caseworker).where(col(Caseworker.email_key) == key)).first()
    if row is None or row.password is None or row.disabled_at is not None:
        return None
    return Credentials(_member(work, row), row.password)


def renew_hash(work: Work, caseworker_id: int, password: str) -> None:
    """Keep the same password under newer hashing settings."""
    work.session.get_one(Caseworker, caseworker_id).password = password
    work.session.flush()


def log_in(work: Work, caseworker_id: int) -> str:
    """Open a session of twelve hours; the random cookie that names it, kept here only as a keyed hash."""
    cookie = secrets.token_urlsafe(32)
    work.session.add(
        Login(
            caseworker_id=caseworker_id,
            token_key=work.vault.lookup("login.token_key", cookie),
            seen_at=work.elapsed,
            expires_at=work.elapsed + SESSION_LIVES,
        )
    )
    work.session.flush()
    return cookie


def who(work: Work, cookie: str) -> Member | None:
    """Whose open session this cookie names, or None."""
    key = work.vault.lookup("login.token_key", cookie)
    row = work.session.exec(
        select(Caseworker)
        .join(Login, col(Login.caseworker_id) == col(Caseworker.id))
        .where(col(Login.token_key) == key, col(Login.expires_at) > work.elapsed, col(Caseworker.disabled_at).is_(None))
    ).first()
    return None if row is None else _member(work, row)


def log_out(work: Work, cookie: str) -> None:
    """Close this session; an unknown one is closed already."""
    work.session.execute(delete(Login).where(col(Login.token_key) == work.vault.lookup("login.token_key", cookie)))


def log_out_everywhere(work: Work, caseworker_id: int) -> None:
    """Close every session of this caseworker."""
    work.session.execute(delete(Login).where(col(Login.caseworker_id) == caseworker_id))


def disable(work: Work, caseworker_id: int) -> None:
    """Let somebody in no more: their sessions and invitations end now, what they wrote stays."""
    work.session.get_one(Caseworker, caseworker_id).disabled_at = work.now
    work.session.flush()
    log_out_everywhere(work, caseworker_id)
    _withdraw_invitations(work, caseworker_id)


def team(work: Work) -> tuple[Member, ...]:
    """Everybody, in the order they came."""
    return tuple(_member(work, row) for row in work.session.exec(select(Caseworker).order_by(col(Caseworker.id))))


def readers(work: Work) -> list[Member]:
    """Who is here and may open what people wrote."""
    return [member for member in team(work) if member.reads and member.name and not member.disabled]


def has_head(work: Work) -> bool:
    """Whether a head of service has come in."""
    head = select(Caseworker.id).where(
        col(Caseworker.role) == Role.HEAD, col(Caseworker.disabled_at).is_(None), col(Caseworker.password).is_not(None)
    )
    return work.session.exec(head.limit(1)).first() is not None


def _member(work: Work, row: Caseworker) -> Member:
    return Member(
        id=_known(row.id),
        token=row.token,
        email=work.vault.open("caseworker.email", row.email),
        name=work.vault.open("caseworker.name", row.name) if row.name else "",
        role=Role(row.role),
        disabled=row.disabled_at is not None,
    )


def _write_invitation(work: Work, caseworker_id: int) -> str:
    token = secrets.token_urlsafe(32)
    work.session.add(
        Action(
            kind=INVITATION,
            token_key=work.vault.lookup("action.token_key", token),
            subject=work.vault.seal("action.subject", str(caseworker_id)),
            expires_at=work.elapsed + INVITATION_LIVES,
        )
    )
    work.session.flush()
    return token


def _invitation(work: Work, token: str) -> Action | None:
    key = work.vault.lookup("action.token_key", token)
    return work.session.exec(
        select(Action).where(
            col(Action.kind) == INVITATION, col(Action.token_key) == key, col(Action.used_at).is_(None), col(Action.expires_at) > work.elapsed
        )
    ).first()


def _use(work: Work, action_id: int) -> bool:
    """Mark a one-time id as used; False where somebody was quicker."""
    used = work.session.execute(update(Action).where(col(Action.id) == action_id, col(Action.used_at).is_(None)).values(used_at=work.elapsed))
    return cast("CursorResult[object]", used).rowcount == 1


def _member_of(work: Work, action: Action) -> Member:
    row = work.session.get_one(Caseworker, int(work.vault.open("action.subject", action.subject or b"")))
    return _member(work, row)


def _withdraw_invitations(work: Work, caseworker_id: int) -> None:
    open_ones = work.session.exec(select(Action).where(col(Action.kind) == INVITATION, col(Action.used_at).is_(None))).all()
    for action in open_ones:
        if int(work.vault.open("action.subject", action.subject or b"")) == caseworker_id:
            action.used_at = work.elapsed
    work.session.flush()


def _known(row_id: int | None) -> int:
    if row_id is None:
        raise StorageError("a row without an id: it was read before it was flushed")
    return row_id
