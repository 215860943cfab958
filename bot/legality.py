"""May this be sent now? Asked when a message is put in the line and again at the moment of sending. Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.messages import Purpose
from bot.rules.quiet import quiet_until

AFTER_CALM = frozenset({Purpose.SURVEY, Purpose.ANNOUNCEMENT})
"""What waits seven days after a danger. A reminder is about an appointment of theirs: it goes."""


@dataclass(frozen=True, slots=True)
class Send:
    """It may go as it is."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It leaves the line until `until` (service time) and rejoins it at the end."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """It will not be sent. `reason` is a short code shown to caseworkers in words."""

    reason: str


Verdict = Send | Wait | Drop
SEND = Send()


@dataclass(frozen=True, slots=True)
class Case:
    """What the law of the house looks at. `epoch` is the one it was written under, `current_epoch` the conversation's own.

    `calm_until`: a danger was told of here, and nothing that is no answer is asked or announced before it.
    """

    purpose: Purpose
    epoch: int
    current_epoch: int
    expires_at: datetime | None
    blocked: bool
    opted_out: bool
    calm_until: datetime | None = None


def decide(case: Case, now: datetime, zone: ZoneInfo) -> Verdict:
    """What becomes of a message now. `now` is aware; quiet hours are read in `zone`."""
    if case.blocked:
        return Drop("blocked")
    if case.expires_at is not None and case.expires_at <= now:
        return Drop("expired")
    if case.purpose is Purpose.REPLY and case.epoch != case.current_epoch:
        return Drop("another_speaks")
    if case.purpose.answers:
        return SEND
    if case.opted_out:
        return Drop("stopped")
    if case.purpose in AFTER_CALM and case.calm_until is not None and case.calm_until > now:
        return Wait(case.calm_until, "after_danger")
    until = quiet_until(now, zone)
    return SEND if until is None else Wait(until, "quiet_hours")
