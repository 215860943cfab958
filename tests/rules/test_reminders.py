"""The chain of an appointment's reminders: when each comes, until when, and that something that helps always does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.holidays import is_holiday
from bot.rules.quiet import QUIET_FROM, QUIET_TO
from bot.rules.reminders import DEFAULT, HELPS, LATENESS, Kind, Planned, Wants, afterwards, plan, told
from tests.rules.waiting import PARIS, clock_changes


def paris(text: str) -> datetime:
    """« 2026-03-05 10:00 » on the wall of Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def shown(steps: tuple[Planned, ...]) -> list[str]:
    return [f"{step.kind} {step.due_at.astimezone(PARIS):%d %H:%M} to {step.latest_at.astimezone(PARIS):%d %H:%M}" for step in steps]


START = "2026-03-05 10:00"  # a Thursday


@pytest.mark.parametrize(
    ("booked", "start", "expected"),
    [
        ("2026-02-20 15:00", START, ["two_days 03 10:00 to 04 10:00"]),
        ("2026-03-03 10:00", START, ["two_days 03 10:00 to 04 10:00"]),  # exactly 48 h before
        ("2026-03-03 10:01", START, ["day_before 04 18:00 to 04 21:00"]),  # inside 48 h
        ("2026-03-04 18:00", START, ["day_before 04 18:00 to 04 21:00"]),
        ("2026-03-04 18:01", "2026-03-05 14:00", ["hours 05 11:00 to 05 13:00"]),
        ("2026-03-04 22:00", START, ["hours 05 08:00 to 05 09:00"]),  # three hours before is in the quiet hours
        ("2026-03-05 07:30", START, ["hours 05 08:00 to 05 09:00"]),
        ("2026-03-04 22:00", "2026-03-05 08:30", []),  # by the end of them it is too late to help
        ("2026-03-05 09:30", "2026-03-05 14:00", ["hours 05 11:00 to 05 13:00"]),
        ("2026-03-05 11:30", "2026-03-05 14:00", []),  # less than three hours before: it has just been said
        ("2026-02-20 15:00", "2026-03-05 21:30", ["two_days 04 08:00 to 05 08:00"]),  # an evening so late that 48 h before is quiet
        ("2026-02-20 15:00", "2026-03-05 07:30", ["two_days 03 08:00 to 04 08:00"]),
    ],
)
def test_the_default_chain(booked: str, start: str, expected: list[str]) -> None:
    assert shown(plan(paris(booked), paris(start), PARIS)) == expected


def test_what_a_caseworker_decides_is_told_at_once_by_day() -> None:
    first = plan(paris("2026-02-20 15:00"), paris(START), PARIS, news=Kind.CONFIRMATION)
    assert shown(first) == ["confirmation 20 15:00 to 21 15:00", "two_days 03 10:00 to 04 10:00"]
    at_night = plan(paris("2026-02-20 22:00"), paris(START), PARIS, news=Kind.MOVED)
    assert shown(at_night)[0] == "moved 21 08:00 to 22 08:00"
    just_before = plan(paris("2026-03-05 09:50"), paris(START), PARIS, news=Kind.CONFIRMATION)
    assert shown(just_before) == ["confirmation 05 09:50 to 05 10:00"]


def test_a_longer_chain_and_no_step_twice() -> None:
    chain = (*DEFAULT, Kind.WEEK, Kind.HOURS, Kind.HOURS)
    assert shown(plan(paris("2026-02-20 15:00"), paris(START), PARIS, chain=chain)) == [
        "week 26 10:00 to 28 10:00",
        "two_days 03 10:00 to 04 10:00",
        "hours 05 08:00 to 05 09:00",
    ]
    late = plan(paris("2026-03-04 10:00"), paris("2026-03-05 14:00"), PARIS, chain=chain)
    assert shown(late) == ["hours 05 11:00 to 05 13:00"], "one that still comes is enough"


def test_a_chain_without_reminders_has_none() -> None:
    assert plan(paris("2026-03-04 10:00"), paris(START), PARIS, chain=(Kind.CONFIRMATION,)) == ()


def test_no_reminder_is_a_choice() -> None:
    for booked in ("2026-02-20 15:00", "2026-03-04 10:00"):
        assert plan(paris(booked), paris(START), PARIS, wants=Wants.NONE, unhoused=True, news=Kind.CONFIRMATION) == ()
    assert afterwards(paris(START), PARIS, wants=Wants.NONE) == ()
    moved = plan(paris("2026-02-20 15:00"), paris(START), PARIS, wants=Wants.NONE, news=Kind.MOVED)
    assert [step.kind for step in moved] == [Kind.MOVED], "that we moved it is told to everybody, or they would come for nothing"


def test_without_a_home_somebody_calls_besides() -> None:
    steps = plan(paris("2026-02-20 15:00"), paris("2026-03-09 10:00"), PARIS, unhoused=True)
    assert shown(steps) == ["call 06 10:00 to 09 09:00", "two_days 07 10:00 to 08 10:00"], "on the working day before a Monday"
    late = plan(paris("2026-03-04 15:00"), paris(START), PARIS, unhoused=True)
    assert shown(late) == ["call 04 15:00 to 05 09:00", "day_before 04 18:00 to 04 21:00"]
    assert plan(paris("2026-03-05 09:30"), paris(START), PARIS, unhoused=True) == ()


def test_after_somebody_did_not_come_one_message_by_day() -> None:
    assert shown(afterwards(paris("2026-03-05 11:00"), PARIS)) == ["missed 05 11:00 to 08 11:00"]
    assert shown(afterwards(paris("2026-03-05 23:00"), PARIS)) == ["missed 06 08:00 to 09 08:00"]
    assert shown((told(Kind.CANCELLED, paris("2026-03-05 23:00"), PARIS),)) == ["cancelled 06 08:00 to 07 08:00"]


FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES = st.integers(0, 60 * 24 * 12)


@st.composite
def bookings(draw: st.DrawFn) -> tuple[datetime, datetime]:
    """When it is booked and when it is, often around a change of the clocks."""
    any_hour = st.integers(0, 11 * 365 * 24).map(lambda hours: FIRST + timedelta(hours=hours))
    near = draw(st.one_of(st.sampled_from(clock_changes()), any_hour))
    start = near + timedelta(minutes=5 * draw(st.integers(-400, 400)))
    return start - timedelta(minutes=draw(MINUTES)), start


@settings(max_examples=500)
@given(bookings(), st.lists(st.sampled_from(Kind), max_size=4), st.booleans())
def test_what_holds_for_every_chain(booking: tuple[datetime, datetime], more: list[Kind], unhoused: bool) -> None:
    now, start = booking
    steps = plan(now, start, PARIS, chain=(*DEFAULT, *more), unhoused=unhoused)
    assert len({step.kind for step in steps}) == len(steps)
    for step in steps:
        assert now <= step.due_at <= step.latest_at <= start - HELPS
        assert step.kind is Kind.CALL or step.latest_at - step.due_at <= LATENESS[step.kind]
        if not step.kind.is_task:
            assert QUIET_TO <= step.due_at.astimezone(PARIS).time() < QUIET_FROM
    messages = [step for step in steps if not step.kind.is_task]
    if start.astimezone(PARIS).hour >= 11 and now <= start - timedelta(hours=3):
        assert messages, "booked three hours before or earlier, something that helps still comes"
    assert any(step.kind.is_task for step in steps) == (unhoused and now <= start - HELPS)


@settings(max_examples=300)
@given(bookings())
def test_a_call_falls_on_a_working_day_or_at_once(booking: tuple[datetime, datetime]) -> None:
    now, start = booking
    for step in plan(now, start, PARIS, unhoused=True):
        if step.kind is Kind.CALL and step.due_at != now:
            at = step.due_at.astimezone(PARIS)
            assert at.weekday() < 5
            assert not is_holiday(at.date())
            assert at.hour == 10
