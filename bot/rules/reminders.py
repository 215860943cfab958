"""Reminders: what is said of an appointment before and after it, and until when it still helps. Pure.

Nothing of this is sent between 21 h and 8 h: what falls then waits for the morning, and is left out where it would come too late. Each is checked
again when it is sent.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.rules.holidays import is_holiday
from bot.rules.hours import ONE_DAY
from bot.rules.quiet import quiet_until

HELPS = timedelta(hours=1)
"""What is read later than this before an appointment changes nothing any more."""
EVENING_BEFORE = time(18)
CALL_FROM = time(10)


class Kind(StrEnum):
    """One step of a chain."""

    CONFIRMATION = "confirmation"
    """At once: where, how to get there, what to bring."""
    MOVED = "moved"
    """At once: another time or place."""
    CANCELLED = "cancelled"
    """At once: by us."""
    WEEK = "week"
    TWO_DAYS = "two_days"
    DAY_BEFORE = "day_before"
    HOURS = "hours"
    CALL = "call"
    """No message: a task « appeler » for a caseworker."""
    OFFER = "offer"
    """A slot or a seat is held for somebody who waited, until an hour that is said."""
    MISSED = "missed"
    """After somebody did not come: one message, without reproach, with the way to another time."""

    @property
    def is_news(self) -> bool:
        """True for what tells that something was decided, at once."""
        return self in _NEWS

    @property
    def is_task(self) -> bool:
        """True for what a caseworker does, as no message can."""
        return self is Kind.CALL


class Wants(StrEnum):
    """What somebody chose. DISCREET: day, hour and place. FULL: the motive and the service's name too. NONE: « pas de rappel »."""

    DISCREET = "discreet"
    FULL = "full"
    NONE = "none"


_NEWS = frozenset({Kind.CONFIRMATION, Kind.MOVED, Kind.CANCELLED})
TOLD_ANYHOW = frozenset({Kind.MOVED, Kind.CANCELLED, Kind.OFFER})
"""Told even to who wants no reminder: what they counted on is not any more, what they asked for is."""
DEFAULT = (Kind.CONFIRMATION, Kind.TWO_DAYS)
REMINDERS = (Kind.WEEK, Kind.TWO_DAYS, Kind.DAY_BEFORE, Kind.HOURS)
"""What a service may choose for a chain: all of it is optional."""
LEADS: Mapping[Kind, timedelta] = {Kind.WEEK: timedelta(days=7), Kind.TWO_DAYS: timedelta(hours=48), Kind.HOURS: timedelta(hours=3)}
LATENESS: Mapping[Kind, timedelta] = {
    Kind.CONFIRMATION: timedelta(hours=24),
    Kind.MOVED: timedelta(hours=24),
    Kind.CANCELLED: timedelta(hours=24),
    Kind.WEEK: timedelta(hours=48),
    Kind.TWO_DAYS: timedelta(hours=24),
    Kind.DAY_BEFORE: timedelta(hours=3),
    Kind.HOURS: timedelta(hours=2),
    Kind.MISSED: timedelta(days=3),
}
"""How late each may still be; none comes less than an hour before the appointment, but for what was decided."""
LATE_CHOICES = (Kind.DAY_BEFORE, Kind.HOURS)
"""What is said once, the first that is still to come, where it was booked after everything of its chain."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One step: not before `due_at`, and not after `latest_at`, from when a caseworker sees why it was not. Aware UTC."""

    kind: Kind
    due_at: datetime
    latest_at: datetime


def plan(
    now: datetime,
    start: datetime,
    zone: ZoneInfo,
    *,
    chain: Iterable[Kind] = DEFAULT,
    wants: Wants = Wants.DISCREET,
    unhoused: bool = False,
    news: Kind | None = None,
) -> tuple[Planned, ...]:
    """The steps of an appointment booked or moved now, in order.

    `news` is what is told at once besides: None where the person decided it in the conversation, and has been answered. « Sans logement »: the
    second step is a call, never the only way. « Pas de rappel »: nothing at all, but that we moved it, or they would come for nothing.
    """
    start = start.astimezone(UTC)  # 48 hours are 48 hours, whatever the clocks on the wall do meanwhile
    if wants is Wants.NONE:
        return tuple(_news(now, start, zone, news)) if news in TOLD_ANYHOW else ()
    steps = [*_news(now, start, zone, news), *_before(now, start, zone, tuple(chain))]
    if unhoused:
        steps += _call(now, start, zone)
    return tuple(sorted(steps, key=lambda step: (step.due_at, step.kind)))


def afterwards(now: datetime, zone: ZoneInfo, *, wants: Wants = Wants.DISCREET) -> tuple[Planned, ...]:
    """What is said once after somebody did not come."""
    if wants is Wants.NONE:
        return ()
    due = quiet_until(now, zone) or now
    return (Planned(Kind.MISSED, due, due + LATENESS[Kind.MISSED]),)


def told(kind: Kind, now: datetime, zone: ZoneInfo) -> Planned:
    """What we decided is told whatever was chosen, by day: an appointment that is not kept would make somebody come for nothing."""
    due = quiet_until(now, zone) or now
    return Planned(kind, due, due + LATENESS[kind])


def offer(now: datetime, until: datetime, zone: ZoneInfo) -> Planned | None:
    """What is held is told by day; None where the hold would be over by then."""
    due = quiet_until(now, zone) or now
    return Planned(Kind.OFFER, due, until) if due < until else None


def _news(now: datetime, start: datetime, zone: ZoneInfo, news: Kind | None) -> Iterator[Planned]:
    if news is not None and (step := told(news, now, zone)).due_at < start:
        yield Planned(news, step.due_at, min(step.latest_at, start))


def _before(now: datetime, start: datetime, zone: ZoneInfo, chain: tuple[Kind, ...]) -> list[Planned]:
    wanted = [kind for kind in dict.fromkeys(chain) if kind in REMINDERS]
    found = [step for kind in wanted if (step := _step(kind, now, start, zone)) is not None]
    if wanted and not found:
        found = [step for kind in LATE_CHOICES if (step := _step(kind, now, start, zone)) is not None][:1]
    return found


def _step(kind: Kind, now: datetime, start: datetime, zone: ZoneInfo) -> Planned | None:
    """This step, None where its time is past or it would come too late to help."""
    meant = _meant(kind, start, zone)
    due = quiet_until(meant, zone) or meant
    latest = min(due + LATENESS[kind], start - HELPS)
    return Planned(kind, due, latest) if now <= due <= latest else None


def _meant(kind: Kind, start: datetime, zone: ZoneInfo) -> datetime:
    if kind is Kind.DAY_BEFORE:
        return datetime.combine(start.astimezone(zone).date() - ONE_DAY, EVENING_BEFORE, tzinfo=zone).astimezone(start.tzinfo)
    return start - LEADS[kind]


def _call(now: datetime, start: datetime, zone: ZoneInfo) -> Iterator[Planned]:
    """On the last working day before, or at once where that is past, as long as it helps."""
    day = _working_day_before(start.astimezone(zone).date())
    due = max(now, datetime.combine(day, CALL_FROM, tzinfo=zone).astimezone(start.tzinfo))
    if due <= start - HELPS:
        yield Planned(Kind.CALL, due, start - HELPS)


def _working_day_before(day: date) -> date:
    day -= ONE_DAY
    while day.weekday() > 4 or is_holiday(day):
        day -= ONE_DAY
    return day
