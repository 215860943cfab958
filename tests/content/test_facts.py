"""A fact is said only when it may be: once checked, until its review date, unless the team withdrew it. A number of danger always is."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from content.facts import ALWAYS, CHECKED, DANGER, PHONE, TEXT, Fact, Facts, State

DUE = date(2027, 5, 20)
DAY = timedelta(days=1)
READ: dict[str, Any] = {"verified_on": date(2026, 11, 26), "verified_by": "Nadège"}


def fact(shown: str = CHECKED, **changes: Any) -> Fact:
    """One that nobody has checked."""
    plain = Fact("most", "1 200", "euros", "Le plus", shown, "une page", "2025", "high", None, None, DUE)
    return replace(plain, **changes)


@pytest.mark.parametrize(
    ("one", "today", "state", "said"),
    [
        (fact(), DUE, State.UNVERIFIED, False),
        (fact(ALWAYS), DUE, State.UNVERIFIED, True),
        (fact(DANGER), DUE, State.UNVERIFIED, True),
        (fact(**READ), DUE - 40 * DAY, State.VERIFIED, True),
        (fact(**READ), DUE - 30 * DAY, State.SOON, True),
        (fact(**READ), DUE, State.SOON, True),
        (fact(**READ), DUE + DAY, State.STALE, False),
        (fact(**READ), None, State.VERIFIED, True),
        (fact(), DUE + DAY, State.UNVERIFIED, False),
        (fact(ALWAYS), DUE + DAY, State.STALE, False),
        (fact(DANGER), DUE + DAY, State.STALE, True),
        (fact(ALWAYS, withdrawn=True), DUE, State.WITHDRAWN, False),
        (fact(**READ, withdrawn=True), DUE, State.WITHDRAWN, False),
        (fact(value=""), DUE, State.EMPTY, False),
        (fact(value="", **READ), DUE, State.EMPTY, False),
    ],
)
def test_when_it_is_said(one: Fact, today: date | None, state: State, said: bool) -> None:
    assert (one.state(today), one.said(today)) == (state, said)


@pytest.mark.parametrize(
    ("unit", "value", "fits"),
    [
        ("euros", "1 200", True),
        ("euros", "", False),
        ("euros", "1 200 €", False),
        ("euros", "environ 1 200", False),
        ("euros", "-3", False),
        (PHONE, "0 800 112 212", True),
        (PHONE, "+33 8", False),
        (PHONE, "9" * 21, False),
        (TEXT, "12 rue du Port, Brémont", True),
        (TEXT, " ", False),
        (TEXT, "x" * 121, False),
        (TEXT, "deux\nlignes", False),
        (TEXT, "{service.phone}", False),
    ],
)
def test_what_fits(unit: str, value: str, fits: bool) -> None:
    assert fact(unit=unit).fits(value) is fits


def test_a_check_holds_for_one_value() -> None:
    assert fact().fingerprint == fact(**READ).fingerprint
    assert len({one.fingerprint for one in (fact(), fact(value="1 300"), fact(unit="months"), fact(says="Le moins"), fact(name="x"))}) == 5


def test_what_is_not_to_be_said_is_not() -> None:
    facts = Facts({"most": fact(), "least": fact(name="least", value="20", **READ)}, DUE)
    assert [one.name for one in facts.unsaid("{fact.most} {fact.least} {fact.none}")] == ["most"]
    assert facts.fill("{fact.least} €") == "20 €"
    with pytest.raises(ValueError, match="not checked yet"):
        facts.fill("{fact.most} €")
    assert facts.fill("{fact.most} €", unsaid=True) == "1 200 €"


@pytest.mark.parametrize("text", ["3 mois", "{fact.least} 3", "٣"])
def test_a_figure_is_a_fact(text: str) -> None:
    with pytest.raises(ValueError, match="is a figure"):
        Facts({"least": fact(name="least", value="20", **READ)}).fill(text)
