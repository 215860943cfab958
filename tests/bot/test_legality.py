"""May this be sent now? The law of the house, as a table and as properties."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.legality import HUMAN_AGENT, MOVES, NO_WINDOW, SEND, Case, Drop, Elsewhere, Send, SendAs, Wait, WaitForThem, Way, Window, decide
from bot.messages import Purpose, Template
from bot.rules.quiet import quiet_until

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
NIGHT = datetime(2026, 3, 3, 22, tzinfo=UTC)
EIGHT = datetime(2026, 3, 4, 7, tzinfo=UTC)
PLAIN = Case(Purpose.REPLY, epoch=1, current_epoch=1, expires_at=None, blocked=False, opted_out=False)
STARTED_BY_US = (Purpose.REMINDER, Purpose.SURVEY, Purpose.ANNOUNCEMENT)
ANSWERS = (Purpose.CRISIS, Purpose.REPLY, Purpose.HUMAN, Purpose.SERVICE)

DAY, WEEK = timedelta(days=1), timedelta(days=7)
AGREED = Template("rdv_rappel", ("jeudi à 10 h 30", "le CLLAJ"), "fr")
KNOCK = Template("reponse_attend", (), "fr", (0,))
THREE_DAYS = timedelta(days=3)
WINDOWS = st.builds(
    Window,
    last_inbound_at=st.none() | st.timedeltas(timedelta(days=-9), timedelta()).map(lambda by: NOON + by),
    free=st.none() | st.just(DAY),
    human=st.none() | st.just(WEEK),
    template=st.none() | st.just(AGREED),
    approved=st.frozensets(st.sampled_from([AGREED.key, KNOCK.key])),
    knock=st.none() | st.just(KNOCK),
)
WAYS = st.builds(
    Way,
    address_id=st.integers(1, 9),
    window=WINDOWS,
    blocked=st.booleans(),
    opted_out=st.booleans(),
    accepted=st.booleans(),
    watched=st.booleans(),
    carries=st.frozensets(st.sampled_from(Purpose)),
)
CASES = st.builds(
    Case,
    window=WINDOWS,
    purpose=st.sampled_from(Purpose),
    epoch=st.integers(0, 2),
    current_epoch=st.integers(0, 2),
    expires_at=st.none() | st.timedeltas(timedelta(days=-1), timedelta(days=1)).map(lambda by: NOON + by),
    blocked=st.booleans(),
    opted_out=st.booleans(),
    carried=st.booleans(),
    calm_until=st.none() | st.timedeltas(timedelta(days=-1), timedelta(days=7)).map(lambda by: NOON + by),
    wanted=st.booleans(),
    spoken_for=st.booleans(),
    ways=st.lists(WAYS, max_size=3).map(tuple),
)
TIMES = st.timedeltas(timedelta(), timedelta(days=11 * 365)).map(lambda by: NOON + by)


class TestDecide:
    @pytest.mark.parametrize("purpose", ANSWERS)
    @pytest.mark.parametrize("now", [NOON, NIGHT])
    def test_what_answers_goes_day_and_night_even_after_a_stop(self, purpose: Purpose, now: datetime) -> None:
        assert decide(replace(PLAIN, purpose=purpose, opted_out=True), now, PARIS) == SEND

    @pytest.mark.parametrize("purpose", Purpose)
    def test_what_a_channel_does_not_carry_never_goes_by_it(self, purpose: Purpose) -> None:
        danger = purpose is Purpose.CRISIS
        assert decide(replace(PLAIN, purpose=purpose, carried=False), NOON, PARIS) == (SEND if danger else Drop("not_this_way"))

    @pytest.mark.parametrize("purpose", STARTED_BY_US)
    def test_what_we_start_waits_for_the_morning(self, purpose: Purpose) -> None:
        assert decide(replace(PLAIN, purpose=purpose), NOON, PARIS) == SEND
        assert decide(replace(PLAIN, purpose=purpose), NIGHT, PARIS) == Wait(EIGHT, "quiet_hours")

    @pytest.mark.parametrize("purpose", STARTED_BY_US)
    def test_what_we_start_is_dropped_after_a_stop(self, purpose: Purpose) -> None:
        assert decide(replace(PLAIN, purpose=purpose, opted_out=True), NOON, PARIS) == Drop("stopped")

    @pytest.mark.parametrize("purpose", Purpose)
    def test_no_survey_and_no_announcement_for_a_week_after_a_danger(self, purpose: Purpose) -> None:
        week = NOON + timedelta(days=7)
        held = purpose in (Purpose.SURVEY, Purpose.ANNOUNCEMENT)
        assert decide(replace(PLAIN, purpose=purpose, calm_until=week), NOON, PARIS) == (Wait(week, "after_danger") if held else SEND)
        assert decide(replace(PLAIN, purpose=purpose, calm_until=week), week, PARIS) == SEND

    @pytest.mark.parametrize("purpose", Purpose)
    def test_nothing_goes_to_who_has_blocked_us(self, purpose: Purpose) -> None:
        assert decide(replace(PLAIN, purpose=purpose, blocked=True), NOON, PARIS) == Drop("blocked")

    @pytest.mark.parametrize("purpose", Purpose)
    def test_expires_at_its_very_moment(self, purpose: Purpose) -> None:
        case = replace(PLAIN, purpose=purpose, expires_at=NOON)
        assert decide(case, NOON, PARIS) == Drop("expired")
        assert decide(case, NOON - timedelta(microseconds=1), PARIS) == SEND

    @pytest.mark.parametrize("purpose", Purpose)
    def test_only_a_reply_is_dropped_when_another_speaks(self, purpose: Purpose) -> None:
        verdict = decide(replace(PLAIN, purpose=purpose, current_epoch=2), NOON, PARIS)
        assert verdict == (Drop("another_speaks") if purpose is Purpose.REPLY else SEND)

    @given(CASES, TIMES)
    def test_a_wait_ends_at_a_time_when_the_same_case_is_decided(self, case: Case, now: datetime) -> None:
        verdict = decide(case, now, PARIS)
        if isinstance(verdict, Wait):
            assert now < verdict.until
            assert not isinstance(decide(case, verdict.until, PARIS), Wait)

    @given(CASES, TIMES)
    def test_danger_is_answered_whatever_the_hour_the_owner_and_the_stop(self, case: Case, now: datetime) -> None:
        """Who has just written is in the window."""
        window = replace(case.window, last_inbound_at=now)
        assert isinstance(decide(replace(case, purpose=Purpose.CRISIS, blocked=False, expires_at=None, window=window), now, PARIS), Send)


AFTER = [timedelta(hours=23, minutes=59), timedelta(hours=24), timedelta(days=6, hours=23), timedelta(days=7), None]
"""How long after the last message; None where somebody never wrote."""
NO_WAY = Drop("outside_window")
ONCE_THEY_WRITE = WaitForThem(NOON + THREE_DAYS, KNOCK)
WHATSAPP = {
    Purpose.REMINDER: [SEND, SendAs(AGREED), SendAs(AGREED), SendAs(AGREED), SendAs(AGREED)],
    Purpose.HUMAN: [SEND, ONCE_THEY_WRITE, ONCE_THEY_WRITE, ONCE_THEY_WRITE, ONCE_THEY_WRITE],
    Purpose.SERVICE: [SEND, SendAs(AGREED), SendAs(AGREED), SendAs(AGREED), SendAs(AGREED)],
}
MESSENGER = {
    Purpose.REMINDER: [SEND, NO_WAY, NO_WAY, NO_WAY, NO_WAY],
    Purpose.HUMAN: [SEND, SendAs(HUMAN_AGENT), SendAs(HUMAN_AGENT), NO_WAY, NO_WAY],
    Purpose.SERVICE: [SEND, NO_WAY, NO_WAY, NO_WAY, NO_WAY],
    Purpose.ANNOUNCEMENT: [SEND, NO_WAY, NO_WAY, NO_WAY, NO_WAY],
}


def windowed(purpose: Purpose, after: timedelta | None, human: timedelta | None, template: Template | None) -> Case:
    approved, knock = frozenset({AGREED.key, KNOCK.key}), None if template is None else KNOCK
    return replace(PLAIN, purpose=purpose, window=Window(None if after is None else NOON - after, DAY, human, template, approved, knock))


class TestWindow:
    @pytest.mark.parametrize("purpose", WHATSAPP)
    def test_where_templates_are_agreed(self, purpose: Purpose) -> None:
        assert [decide(windowed(purpose, after, None, AGREED), NOON, PARIS) for after in AFTER] == WHATSAPP[purpose]

    @pytest.mark.parametrize("purpose", MESSENGER)
    def test_where_only_a_human_may_come_back(self, purpose: Purpose) -> None:
        """No reminder leaves there after a day: that its tags end in errors is no reason to try."""
        assert [decide(windowed(purpose, after, WEEK, None), NOON, PARIS) for after in AFTER] == MESSENGER[purpose]

    @pytest.mark.parametrize("purpose", Purpose)
    def test_where_there_is_no_window_nothing_is_asked(self, purpose: Purpose) -> None:
        case = replace(PLAIN, purpose=purpose, window=Window(None, None, None, AGREED))
        assert decide(case, NOON, PARIS) == SEND

    @given(CASES, TIMES)
    def test_a_robot_never_speaks_as_a_human(self, case: Case, now: datetime) -> None:
        if case.purpose is not Purpose.HUMAN:
            assert decide(case, now, PARIS) != SendAs(HUMAN_AGENT)

    @given(CASES, TIMES)
    def test_nothing_free_leaves_outside_the_window(self, case: Case, now: datetime) -> None:
        window = case.window
        outside = window.free is not None and (window.last_inbound_at is None or now - window.last_inbound_at >= window.free)
        assert not (outside and decide(case, now, PARIS) == SEND)

    @pytest.mark.parametrize("purpose", [Purpose.REMINDER, Purpose.HUMAN])
    def test_what_the_provider_did_not_approve_is_not_used(self, purpose: Purpose) -> None:
        late = windowed(purpose, DAY, None, AGREED)
        assert decide(replace(late, window=replace(late.window, approved=frozenset())), NOON, PARIS) == Drop("not_approved")

    def test_an_approved_wording_in_french_stands_for_one_that_is_not(self) -> None:
        english = replace(AGREED, language="en", instead=AGREED)
        late = windowed(Purpose.REMINDER, DAY, None, english)
        assert decide(late, NOON, PARIS) == SendAs(AGREED)
        both = replace(late.window, approved=frozenset({AGREED.key, english.key}))
        assert decide(replace(late, window=both), NOON, PARIS) == SendAs(replace(english, instead=None))

    def test_who_speaks_now_is_said_with_what_they_say_and_knocks_for_nothing(self) -> None:
        late = replace(windowed(Purpose.SERVICE, DAY, None, None), spoken_for=True)
        assert decide(late, NOON, PARIS) == NO_WAY
        knocked = replace(late.window, knock=KNOCK)
        assert decide(replace(late, window=knocked), NOON, PARIS) == WaitForThem(NOON + THREE_DAYS, None)

    def test_what_was_asked_for_once_is_not_asked_for_again(self) -> None:
        late = replace(windowed(Purpose.HUMAN, DAY, None, AGREED), expires_at=NOON + DAY)
        assert isinstance(decide(late, NOON, PARIS), Drop)


OPEN, SHUT = Way(7, NO_WINDOW), Window(NOON - DAY, DAY, None, None)
MESSENGER_AFTER_A_DAY = replace(PLAIN, window=Window(NOON - DAY, DAY, WEEK, None))


class TestElsewhere:
    @pytest.mark.parametrize("purpose", Purpose)
    def test_reminders_and_promises_go_by_another_way_and_nothing_else_does(self, purpose: Purpose) -> None:
        """What a colleague wrote was written for where the person wrote; what is announced was asked for there."""
        case = replace(MESSENGER_AFTER_A_DAY, purpose=purpose, window=SHUT, ways=(OPEN,))
        assert decide(case, NOON, PARIS) == (Elsewhere(7, "outside_window") if purpose in MOVES else NO_WAY)

    @pytest.mark.parametrize(
        "shut",
        [
            {"blocked": True},
            {"opted_out": True},
            {"accepted": False},
            {"watched": True},
            {"carries": frozenset({Purpose.CRISIS})},
            {"window": SHUT},
            {"window": replace(SHUT, template=AGREED)},
        ],
    )
    def test_a_way_that_is_shut_is_passed_over(self, shut: dict[str, Any]) -> None:
        case = replace(MESSENGER_AFTER_A_DAY, purpose=Purpose.REMINDER)
        assert decide(replace(case, ways=(replace(OPEN, **shut),)), NOON, PARIS) == NO_WAY
        assert decide(replace(case, ways=(replace(OPEN, **shut), replace(OPEN, address_id=8))), NOON, PARIS) == Elsewhere(8, "outside_window")

    def test_it_goes_there_as_what_was_agreed_there(self) -> None:
        whatsapp = replace(OPEN, window=replace(SHUT, template=AGREED, approved=frozenset({AGREED.key})))
        case = replace(MESSENGER_AFTER_A_DAY, purpose=Purpose.REMINDER, ways=(whatsapp,))
        assert decide(case, NOON, PARIS) == Elsewhere(7, "outside_window")

    @pytest.mark.parametrize("why", [{"opted_out": True}, {"expires_at": NOON}, {"spoken_for": True, "purpose": Purpose.SERVICE}, {"wanted": False}])
    def test_what_is_not_true_or_not_wanted_goes_nowhere(self, why: dict[str, Any]) -> None:
        case = replace(MESSENGER_AFTER_A_DAY, purpose=Purpose.REMINDER, ways=(OPEN,))
        assert isinstance(decide(replace(case, **why), NOON, PARIS), Drop)

    def test_who_blocked_us_here_is_reminded_there(self) -> None:
        assert decide(replace(PLAIN, purpose=Purpose.REMINDER, blocked=True, ways=(OPEN,)), NOON, PARIS) == Elsewhere(7, "blocked")

    def test_at_night_nothing_that_we_begin_moves(self) -> None:
        case = replace(MESSENGER_AFTER_A_DAY, purpose=Purpose.REMINDER, ways=(OPEN,))
        assert decide(case, NIGHT, PARIS) == Wait(EIGHT, "quiet_hours")

    @given(CASES, TIMES)
    def test_a_way_is_taken_only_where_it_may_be(self, case: Case, now: datetime) -> None:
        verdict = decide(case, now, PARIS)
        if isinstance(verdict, Elsewhere):
            way = next(way for way in case.ways if way.takes(case.purpose, now))
            assert verdict.address_id == way.address_id
            assert case.purpose in MOVES
            assert not (case.purpose is Purpose.REMINDER and case.opted_out)


@pytest.mark.parametrize("purpose", [Purpose.ANNOUNCEMENT, Purpose.SURVEY])
def test_what_was_not_chosen_or_was_refused_is_not_sent(purpose: Purpose) -> None:
    assert decide(replace(PLAIN, purpose=purpose, wanted=False), NOON, PARIS) == Drop("unwanted")


class TestQuietUntil:
    @pytest.mark.parametrize(
        ("local", "until"),
        [
            ("2026-03-03T20:59", None),
            ("2026-03-03T21:00", "2026-03-04T08:00"),
            ("2026-03-04T00:00", "2026-03-04T08:00"),
            ("2026-03-04T07:59", "2026-03-04T08:00"),
            ("2026-03-04T08:00", None),
            ("2026-03-28T23:00", "2026-03-29T08:00"),  # the night is an hour shorter
            ("2026-10-24T23:00", "2026-10-25T08:00"),  # and an hour longer
        ],
    )
    def test_from_nine_to_eight_by_the_clocks_of_the_place(self, local: str, until: str | None) -> None:
        now = datetime.fromisoformat(local).replace(tzinfo=PARIS).astimezone(UTC)
        expected = None if until is None else datetime.fromisoformat(until).replace(tzinfo=PARIS)
        assert quiet_until(now, PARIS) == expected

    @given(TIMES)
    def test_what_waits_leaves_at_eight(self, now: datetime) -> None:
        until = quiet_until(now, PARIS)
        if until is not None:
            assert until.astimezone(PARIS).strftime("%H:%M") == "08:00"
            assert until - now <= timedelta(hours=12)
            assert quiet_until(until, PARIS) is None
