"""May this be sent now, and if not, what then? Asked when a message is put in the line and again at the moment of sending. Pure.

The whole of it is printed in docs/operations/legality.md, which a test compares with what is decided here.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.messages import EVERY_PURPOSE, Purpose, Template
from bot.rules.quiet import quiet_until
from bot.rules.windows import ASKED_FOR

HUMAN_AGENT = Template("HUMAN_AGENT")
"""What marks a human's message outside the window, where a provider lets one through."""
AFTER_CALM = frozenset({Purpose.SURVEY, Purpose.ANNOUNCEMENT})
"""What waits seven days after a danger. A reminder is about an appointment of theirs: it goes."""
MOVES = frozenset({Purpose.REMINDER, Purpose.SERVICE})
"""What goes by another way where this one is shut. What a human wrote never does: it was written for where the person wrote."""
TOO_MANY = "too_many"
"""Why nothing more goes by this way today."""
NOT_HERE = frozenset({"blocked", "outside_window", "not_approved", "not_this_way", TOO_MANY})
"""Why a way is shut, though what is to be said is as good as it was."""


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
class WaitForThem:
    """It leaves the line until the person writes, `until` at the latest. `knock`: what tells them, once, that something waits; None where nothing
    does, because what follows it will."""

    until: datetime
    knock: Template | None


@dataclass(frozen=True, slots=True)
class OnAPage:
    """This way carries no words of a colleague: they wait, `until` at the latest, for the person to open a page of ours, whose link is sent to them
    here. `tells`: False for what only says who speaks, and sends no link of its own."""

    until: datetime
    tells: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """It goes by another way of the same person. `reason`: why not here."""

    address_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """It will not be sent. `reason` is a short code shown to caseworkers in words."""

    reason: str


Verdict = Send | SendAs | Wait | WaitForThem | OnAPage | Elsewhere | Drop
SEND = Send()


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which a channel takes what we say, counted from somebody's last message. `free`: anything, None for always; `human`: a human's own
    message, marked. `template` is what says this message as something agreed, None for nothing; `knock` what says that a message waits; `approved`:
    what the provider let pass of them."""

    last_inbound_at: datetime | None
    free: timedelta | None
    human: timedelta | None
    template: Template | None
    approved: frozenset[str] = frozenset()
    knock: Template | None = None

    def agreed(self, template: Template | None) -> Template | None:
        """The first wording of it that the provider approved, alone."""
        while template is not None and template.key not in self.approved:
            template = template.instead
        return None if template is None else replace(template, instead=None)

    def open(self, now: datetime, lasts: timedelta | None) -> bool:
        """Whether it is still open where it lasts so long."""
        return lasts is not None and self.last_inbound_at is not None and now - self.last_inbound_at < lasts

    def takes_anything(self, now: datetime) -> bool:
        """Whether what is said may go as it is."""
        return self.free is None or self.open(now, self.free)


NO_WINDOW = Window(None, None, None, None)


@dataclass(frozen=True, slots=True)
class Way:
    """Another address of the same person, in the order they chose. `accepted`: they wrote from there, or said yes to it; `watched`: somebody else may
    read it, or they said when to be written to. `carries`: what may go this way at all."""

    address_id: int
    window: Window
    blocked: bool = False
    opted_out: bool = False
    accepted: bool = True
    watched: bool = False
    carries: frozenset[Purpose] = EVERY_PURPOSE

    def takes(self, purpose: Purpose, now: datetime) -> bool:
        """Whether it may go there now, as it is or as what was agreed."""
        shut = self.blocked or self.opted_out or not self.accepted or self.watched or purpose not in self.carries
        return not shut and (self.window.takes_anything(now) or self.window.agreed(self.window.template) is not None)


@dataclass(frozen=True, slots=True)
class Case:
    """What the law of the house looks at. `epoch` is the one it was written under, `current_epoch` the conversation's own.

    `calm_until`: a danger was told of here, and nothing that is no answer is asked or announced before it. `carried`: the channel takes such things.
    `wanted`: False for an announcement they did not choose, for a survey they refused. `spoken_for`: it tells who speaks, and stays beside what they
    say. `ways`: where else it may go, the first that takes it. `by_page`: the channel carries no words of a colleague, and a link to a page of ours
    may be sent there. `too_many`: as many as a day holds went this way already.
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
    wanted: bool = True
    spoken_for: bool = False
    ways: tuple[Way, ...] = ()
    by_page: bool = False
    too_many: bool = False


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of a colleague's words now, before they are written. `until`: how long that holds, None for as long as nothing changes."""

    channel: str
    verdict: Verdict
    until: datetime | None


def decide(case: Case, now: datetime, zone: ZoneInfo) -> Verdict:
    """What becomes of a message now. `now` is aware; quiet hours are read in `zone`."""
    verdict = here(case, now, zone)
    if not isinstance(verdict, Drop) or verdict.reason not in NOT_HERE or case.purpose not in MOVES or case.spoken_for:
        return verdict
    way = next((way for way in case.ways if way.takes(case.purpose, now)), None)
    return verdict if way is None else Elsewhere(way.address_id, verdict.reason)


def here(case: Case, now: datetime, zone: ZoneInfo) -> Verdict:
    """What becomes of it by this way alone."""
    if case.expires_at is not None and case.expires_at <= now:
        return Drop("expired")
    if case.blocked:
        return Drop("blocked")
    human = case.purpose is Purpose.HUMAN
    if case.by_page and not case.opted_out and (human or case.spoken_for):
        return OnAPage(min(now + ASKED_FOR, case.expires_at or now + ASKED_FOR), human)
    if not (case.carried or case.purpose is Purpose.CRISIS):
        return Drop("not_this_way")
    if case.too_many and case.purpose is not Purpose.CRISIS:
        return Drop(TOO_MANY)
    if case.purpose is Purpose.REPLY and case.epoch != case.current_epoch:
        return Drop("another_speaks")
    if case.purpose.answers:
        return within(case, now)
    if case.opted_out:
        return Drop("stopped")
    if not case.wanted:
        return Drop("unwanted")
    if case.purpose in AFTER_CALM and case.calm_until is not None and case.calm_until > now:
        return Wait(case.calm_until, "after_danger")
    until = quiet_until(now, zone)
    return within(case, now) if until is None else Wait(until, "quiet_hours")


def within(case: Case, now: datetime) -> Verdict:
    """How it goes by what the channel takes now: as it is, as what was agreed, once they write, or not at all, which a caseworker sees."""
    window = case.window
    if window.takes_anything(now):
        return SEND
    human = case.purpose is Purpose.HUMAN
    if human and window.open(now, window.human):
        return SendAs(HUMAN_AGENT)
    if not human and (agreed := window.agreed(window.template)) is not None:
        return SendAs(agreed)
    if (human or case.spoken_for) and case.expires_at is None and (knock := window.agreed(window.knock)) is not None:
        return WaitForThem(now + ASKED_FOR, knock if human else None)
    offered = window.knock if human else window.template
    return Drop("outside_window" if offered is None else "not_approved")
