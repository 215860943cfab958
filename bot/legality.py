"""May this be sent now? Asked when a message is put in the line and again at the moment of sending. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.messages import Purpose, Template
from bot.rules.quiet import quiet_until

HUMAN_AGENT = Template("HUMAN_AGENT")
"""What marks a human's message outside the window, where a provider lets one through."""
AFTER_CALM = frozenset({Purpose.SURVEY, Purpose.ANNOUNCEMENT})
"""What waits seven days after a danger. A reminder is about an appointment of theirs: it goes."""


@dataclass(frozen=True, slots=True)
class Send:
    """It may go as it is."""


@dataclass(frozen=True, slots=True)
class SendAs:
    """The provider takes only what was agreed with it: it goes as this template."""

    template: Template


@dataclass(frozen=True, slots=True)
class Wait:
    """It leaves the line until `until` (service time) and rejoins it at the end."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """It will not be sent. `reason` is a short code shown to caseworkers in words."""

    reason: str


Verdict = Send | SendAs | Wait | Drop
SEND = Send()


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which a channel takes what we say, counted from somebody's last message. `free`: anything, None for always; `human`: a human's own
    message, marked. `template` is what says this message as something agreed, None for nothing; `approved`: what the provider let pass of it."""

    last_inbound_at: datetime | None
    free: timedelta | None
    human: timedelta | None
    template: Template | None
    approved: frozenset[str] = frozenset()

    @property
    def agreed(self) -> Template | None:
        """The first wording of it that the provider approved, alone."""
        template = self.template
        while template is not None and template.key not in self.approved:
            template = template.instead
        return None if template is None else replace(template, instead=None)

    def open(self, now: datetime, lasts: timedelta | None) -> bool:
        """Whether it is still open where it lasts so long."""
        return lasts is not None and self.last_inbound_at is not None and now - self.last_inbound_at < lasts


NO_WINDOW = Window(None, None, None, None)


@dataclass(frozen=True, slots=True)
class Case:
    """What the law of the house looks at. `epoch` is the one it was written under, `current_epoch` the conversation's own.

    `calm_until`: a danger was told of here, and nothing that is no answer is asked or announced before it. `carried`: the channel takes such things.
    """

    purpose: Purpose
    epoch: int
    current_epoch: int
    expires_at: datetime | None
    blocked: bool
    opted_out: bool
    calm_until: datetime | None = None
    window: Window = NO_WINDOW
    carried: bool = True


def decide(case: Case, now: datetime, zone: ZoneInfo) -> Verdict:
    """What becomes of a message now. `now` is aware; quiet hours are read in `zone`."""
    if case.blocked:
        return Drop("blocked")
    if case.expires_at is not None and case.expires_at <= now:
        return Drop("expired")
    if not (case.carried or case.purpose is Purpose.CRISIS):
        return Drop("not_this_way")
    if case.purpose is Purpose.REPLY and case.epoch != case.current_epoch:
        return Drop("another_speaks")
    if case.purpose.answers:
        return within(case, now)
    if case.opted_out:
        return Drop("stopped")
    if case.purpose in AFTER_CALM and case.calm_until is not None and case.calm_until > now:
        return Wait(case.calm_until, "after_danger")
    until = quiet_until(now, zone)
    return within(case, now) if until is None else Wait(until, "quiet_hours")


def within(case: Case, now: datetime) -> Verdict:
    """How it goes by what the channel takes now: as it is, as what was agreed, or not at all, which a caseworker sees."""
    window = case.window
    if window.free is None or window.open(now, window.free):
        return SEND
    if case.purpose is Purpose.HUMAN and window.open(now, window.human):
        return SendAs(HUMAN_AGENT)
    if (agreed := window.agreed) is not None:
        return SendAs(agreed)
    return Drop("outside_window" if window.template is None else "not_approved")
