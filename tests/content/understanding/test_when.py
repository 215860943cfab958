"""What a text says of time, on a Monday, and on any day; which of some slots is meant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.rules.hours import Days
from bot.rules.openings import Mode
from bot.rules.slots import Part, Slot
from content.understanding.times import FARTHEST, NOT_SAID, Hour, When, pick
from content.understanding.when import when
from content.words import Words

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 30, 10, tzinfo=PARIS)
TODAY = NOW.date()
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = range(6)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def on(day: int, month: int = 12, year: int = 2026) -> tuple[Days, ...]:
    """One day."""
    return (Days(date(year, month, day), date(year, month, day)),)


def days(first: tuple[int, int], last: tuple[int, int]) -> tuple[Days, ...]:
    """From (month, day) to (month, day) of the year of NOW, or the next one where the month is before."""
    ends = [date(2026 if month >= 11 else 2027, month, day) for month, day in (first, last)]
    return (Days(*ends),)


def weekly(*which: int) -> When:
    return When(weekdays=frozenset(which))


def but(*refused: When, **wanted: object) -> When:
    return When(**wanted, but=refused)  # type: ignore[arg-type]


def part(which: Part) -> When:
    return When(parts=frozenset({which}))


MORNING, AFTERNOON, EVENING = (part(each) for each in Part)
AT_14 = (Hour(time(14), exact=False),)
SOON = When(days=days((11, 30), (12, 1)))

DAYS = {
    "2main": When(days=on(1)),
    "demin": When(days=on(1)),
    "aprè 2main": When(days=on(2)),
    "aujourd'hui": When(days=on(30, 11)),
    "jeudi": weekly(THURSDAY),
    "sam": weekly(SATURDAY),
    "ok pr mer. matin": When(weekdays=frozenset({WEDNESDAY}), parts=frozenset({Part.MORNING})),
    "vandredi": weekly(FRIDAY),
    "merkredi ou samdi": weekly(WEDNESDAY, SATURDAY),
    "lundi pro": but(SOON, weekdays=frozenset({MONDAY})),
    "mardi en 8": When(days=on(8)),
    "jeudi en quinze": When(days=on(17)),
    "le 12": When(days=on(12)),
    "le jeudi 10": When(days=on(10)),
    "mar. 8, 14 h": When(days=on(8), hours=AT_14),
    "12/12": When(days=on(12)),
    "le 12/01/27": When(days=on(12, 1, 2027)),
    "2 janvier": When(days=on(2, 1, 2027)),
    "le 1er février": When(days=on(1, 2, 2027)),
    "la semaine pro": When(days=days((12, 7), (12, 13))),
    "la semaine d'après": When(days=days((12, 7), (12, 13))),
    "en début de semaine prochaine": When(days=days((12, 7), (12, 9))),
    "cette semaine": When(days=days((11, 30), (12, 6))),
    "la semaine du 14": When(days=days((12, 14), (12, 20))),
    "dans 2 semaines": When(days=days((12, 14), (12, 20))),
    "dans 15 jours": When(days=on(14)),
    "ce week-end": When(days=days((12, 5), (12, 6))),
    "le mois prochain": When(days=days((12, 1), (12, 31))),
    "en janvier": When(days=days((1, 1), (1, 31))),
    "mi décembre": When(days=days((12, 11), (12, 20))),
    "du 3 au 8": When(days=days((12, 3), (12, 8))),
    "avant le 10": When(days=days((11, 30), (12, 9))),
    "après le 15": When(days=(Days(date(2026, 12, 16), TODAY + FARTHEST),)),
    "à partir de lundi": When(days=(Days(date(2026, 12, 7), TODAY + FARTHEST),)),
    "pas avant jeudi": When(days=(Days(date(2026, 12, 3), TODAY + FARTHEST),)),
}
HOURS = {
    "14h30": When(hours=(Hour(time(14, 30)),)),
    "14 h": When(hours=AT_14),
    "à 2h": When(hours=AT_14),
    "2h de l'aprem": When(hours=AT_14),
    "neuf heures trente": When(hours=(Hour(time(9, 30)),)),
    "midi et demi": When(hours=(Hour(time(12, 30)),)),
    "10h moins le quart": When(hours=(Hour(time(9, 45)),)),
    "vers 14h": When(hours=(Hour(time(14), exact=False, about=True),)),
    "apres 17h": When(since=time(17)),
    "avant 10h": When(until=time(9, 59)),
    "pas avant 15h": When(since=time(15)),
    "je peux pas venir avant 15h": When(since=time(15)),
    "pas après 16h": When(until=time(16)),
    "entre midi et 2": When(since=time(12), until=time(14)),
    "je finis à 17h": When(since=time(17)),
    "j'ai cours jusqu'à 16h30": When(since=time(16, 30)),
    "je commence à 13h": When(until=time(12, 59)),
    "en fin de matinée": When(since=time(10, 30), until=time(12)),
    "le matin": MORNING,
    "jpref laprem": AFTERNOON,
    "plutôt le soir": EVENING,
    "jeudi aprem": When(weekdays=frozenset({THURSDAY}), parts=frozenset({Part.AFTERNOON})),
    "demain 14h": When(days=on(1), hours=AT_14),
    "ce soir": When(days=on(30, 11), parts=frozenset({Part.EVENING})),
}
REFUSED = {
    "pas lundi": but(weekly(MONDAY)),
    "oui mais pas jeudi": but(weekly(THURSDAY)),
    "pas le matin": but(MORNING),
    "pas jeudi matin": but(When(weekdays=frozenset({THURSDAY}), parts=frozenset({Part.MORNING}))),
    "jpeu pa jeudi on pe fer vendredi ?": but(weekly(THURSDAY), weekdays=frozenset({FRIDAY})),
    "jeudi je bosse, vendredi plutôt ?": but(weekly(THURSDAY), weekdays=frozenset({FRIDAY})),
    "jeudi, je peux pas": but(weekly(THURSDAY)),
    "demain je peux pas, après demain oui": but(When(days=on(1)), days=on(2)),
    "lundi nn mardi oui": but(weekly(MONDAY), weekdays=frozenset({TUESDAY})),
    "pas lundi mardi c'est possible": but(weekly(MONDAY), weekdays=frozenset({TUESDAY})),
    "plutôt mardi que lundi": but(weekly(MONDAY), weekdays=frozenset({TUESDAY})),
    "au lieu de jeudi mettez vendredi": but(weekly(THURSDAY), weekdays=frozenset({FRIDAY})),
    "15h au lieu de 14h": but(When(hours=AT_14), hours=(Hour(time(15), exact=False),)),
    "j'ai cours le matin l'aprem c mieu": but(MORNING, parts=frozenset({Part.AFTERNOON})),
    "vendredi mais pas le matin": but(MORNING, weekdays=frozenset({FRIDAY})),
    "tout sauf lundi": but(weekly(MONDAY)),
    "je peux plus le 12": but(When(days=on(12))),
}
LOOSE = {
    "nimporte": When(any=True),
    "comme vous voulez": When(any=True),
    "plus tôt c possible ?": When(earlier=True),
    "une heure plus tard": When(later=True),
    "la deuxième": When(place=1),
    "la 3e": When(place=2),
    "la dernière": When(place=-1),
    "le premier": When(place=0),
    "le 1er": When(days=on(1), place=0),
    "le plus tôt possible": When(place=0),
    "2": When(days=on(2), place=1),
}
FOREIGN = {
    "tomorrow afternoon": When(days=on(1), parts=frozenset({Part.AFTERNOON})),
    "the day after tomorrow": When(days=on(2)),
    "Tuesday at 2pm": When(weekdays=frozenset({TUESDAY}), hours=(Hour(time(14)),)),
    "next week": When(days=days((12, 7), (12, 13))),
    "not before 3pm": When(since=time(15)),
    "can I come at 4 instead of 2": When(hours=(Hour(time(16), exact=False),)),
    "any day but wednesday": but(weekly(WEDNESDAY)),
    "on the 12th of December": When(days=on(12)),
    "the second one": When(place=1),
    "whenever": When(any=True),
    "غدا": When(days=on(1)),
    "غدوة الصباح": When(days=on(1), parts=frozenset({Part.MORNING})),
    "بعد غد": When(days=on(2)),
    "يوم الخميس بعد الظهر": When(weekdays=frozenset({THURSDAY}), parts=frozenset({Part.AFTERNOON})),
    "الأسبوع القادم": When(days=days((12, 7), (12, 13))),
    "الساعة الثالثة": When(hours=(Hour(time(15), exact=False),)),
    "لا أستطيع قبل الساعة الثالثة": When(since=time(15)),
    "الثاني": When(place=1),
    "ghedda sbah": When(days=on(1), parts=frozenset({Part.MORNING})),
}
NOTHING = (
    *("", "🙏", "merci", "je viens", "j'ai 17 ans", "20 min de retard", "1h de retard", "ma mer é malade", "jeux", "06 12 34 56 78", "c'est quand ?"),
    *("le rdv", "dans 10 min", "je m'appelle Sam", "mon loyer est de 450 euros", "what time is it", "99h", "le 32", "31/02"),
)


@pytest.mark.parametrize(("text", "said"), [*DAYS.items(), *HOURS.items(), *REFUSED.items(), *LOOSE.items(), *FOREIGN.items()])
def test_what_is_said(text: str, said: When) -> None:
    assert when(text, NOW, PARIS) == said


@pytest.mark.parametrize("text", NOTHING)
def test_what_says_nothing_of_time(text: str) -> None:
    assert not when(text, NOW, PARIS).says


# -- among what is offered


def slot(day: date, hour: int, minute: int = 0) -> Slot:
    """Half an hour with somebody; a skipped wall time is the moment after it."""
    start = datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)
    return Slot(start, start + timedelta(minutes=30), 1, 1, Mode.ON_SITE)


OFFERED = (slot(date(2026, 12, 1), 10), slot(date(2026, 12, 2), 14, 30), slot(date(2026, 12, 3), 9), slot(date(2026, 12, 3), 16))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("mardi", [0]),
        ("2main", [0]),
        ("jeudi", [2, 3]),
        ("jeudi aprem", [3]),
        ("jeudi mais pas le matin", [3]),
        ("14h", [1]),
        ("14h30", [1]),
        ("vers 15h", [1, 3]),
        ("le 3 à 9h", [2]),
        ("la deuxième", [1]),
        ("la dernière", [3]),
        ("le 1er", [0]),
        ("le 2", [1]),
        ("le 3", [2, 3]),
        ("pas mardi", [1, 2, 3]),
        ("apres 15h", [3]),
        ("que le matin", [0, 2]),
        ("nimporte", [0, 1, 2, 3]),
        ("vendredi", []),
        ("jeudi 14h", []),
        ("la cinquième", []),
        ("merci", []),
        ("plus tard", []),
    ],
)
def test_which_slots_are_meant(text: str, places: list[int]) -> None:
    assert pick(when(text, NOW, PARIS), OFFERED, PARIS) == tuple(OFFERED[place] for place in places)


def test_the_second_one_and_the_second_of_the_month_are_both_meant_where_both_are_there() -> None:
    offered = (slot(TODAY, 15), slot(date(2026, 12, 1), 10), slot(date(2026, 12, 2), 9))
    assert pick(when("le 2", NOW, PARIS), offered, PARIS) == offered[1:]
    assert pick(when("la deuxième", NOW, PARIS), offered, PARIS) == (offered[1],)


def test_the_next_days_of_a_name_leave_today_out_and_those_refused_too() -> None:
    assert when("lundi", NOW, PARIS).next_days(TODAY, 2) == (date(2026, 12, 7), date(2026, 12, 14))
    assert when("aujourd'hui", NOW, PARIS).next_days(TODAY, 2) == (TODAY,)
    assert when("pas demain", NOW, PARIS).next_days(TODAY, 2) == (date(2026, 12, 2), date(2026, 12, 3))
    assert when("la semaine pro pas lundi", NOW, PARIS).next_days(TODAY, 1) == (date(2026, 12, 8),)
    assert when("le matin", NOW, PARIS).next_days(TODAY, 1) == ()


# -- on any day

moments = st.integers(0, 11 * 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
BEFORE_A_CLOCK_CHANGE = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


@given(moments)
@example(BEFORE_A_CLOCK_CHANGE)
@example(NEW_YEAR)
def test_tomorrow_is_the_next_day_on_the_wall(now: datetime) -> None:
    today = now.astimezone(PARIS).date()
    assert when("dem1", now, PARIS).days == (Days(today + timedelta(days=1), today + timedelta(days=1)),)
    assert when("demain", now, PARIS).next_days(today, 3) == (today + timedelta(days=1),)


@given(moments, st.integers(1, 31))
@example(NEW_YEAR, 31)
@example(datetime(2027, 1, 30, 12, tzinfo=UTC), 29)
def test_a_number_is_the_next_day_of_the_month_that_has_it(now: datetime, number: int) -> None:
    today = now.astimezone(PARIS).date()
    ((first, last),) = [(each.first, each.last) for each in when(f"le {number}", now, PARIS).days]
    assert first == last >= today
    assert first.day == number
    assert not any((today + timedelta(days=ahead)).day == number for ahead in range((first - today).days))


@given(moments, st.integers(0, 6))
def test_a_weekday_is_within_the_week_and_in_8_a_week_later(now: datetime, weekday: int) -> None:
    today = now.astimezone(PARIS).date()
    (coming,) = when(WEEKDAYS[weekday], now, PARIS).next_days(today, 1)
    assert coming.weekday() == weekday
    assert timedelta(0) < coming - today <= timedelta(days=7)
    assert when(f"{WEEKDAYS[weekday]} en huit", now, PARIS).days == (Days(coming + timedelta(days=7), coming + timedelta(days=7)),)


@given(moments, st.integers(0, 60), st.integers(8, 19), st.sampled_from((0, 15, 30)))
@example(BEFORE_A_CLOCK_CHANGE, 0, 9, 0)
@example(NEW_YEAR, 1, 9, 30)
def test_a_slot_told_as_it_is_shown_is_that_slot(now: datetime, ahead: int, hour: int, minute: int) -> None:
    today = now.astimezone(PARIS).date()
    meant = slot(today + timedelta(days=ahead), hour, minute)
    others = [slot(today + timedelta(days=ahead + more), at) for more, at in ((0, 20), (1, hour), (7, hour))]
    shown = Words("fr").moment(meant.start, PARIS)
    assert pick(when(shown, now, PARIS), sorted((meant, *others)), PARIS) == (meant,)


PHRASES = st.lists(st.sampled_from([*DAYS, *HOURS, *REFUSED, *LOOSE, *FOREIGN, "mais", "ou", "pas", "?", ","]), max_size=6).map(" ".join)


@given(moments, PHRASES | st.text(max_size=60))
def test_whatever_is_said_it_is_read_and_no_day_is_past(now: datetime, text: str) -> None:
    today = now.astimezone(PARIS).date()
    said = when(text, now, PARIS)
    for each in said.days:
        assert each.first <= each.last
        assert each.last >= today or "27" in text, "a year that was written may be past"
    offered = [slot(today + timedelta(days=ahead), hour) for ahead, hour in ((1, 10), (2, 14), (9, 17))]
    assert set(pick(said, offered, PARIS)) <= set(offered)
    assert set(said.next_days(today, 3)) == {day for day in said.next_days(today, 3) if said.on(day)}


def test_nothing_is_said_by_default() -> None:
    assert when("bonjour", NOW, PARIS) == NOT_SAID
    assert not NOT_SAID.says
