"""How long things are kept: shorter as one likes, longer with a reason only."""

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.rules.keeping import LONGEST, Keeping, Span, span
from content.library import ROOT
from content.retention import load_retention


def write(folder: Path, **changed: str) -> Path:
    """retention.yaml with other spans; `reasons` is written as it is."""
    lines = {field.name: str(getattr(LONGEST, field.name)) for field in fields(Keeping)} | {"reasons": "{}"} | changed
    file = folder / "retention.yaml"
    file.write_text("".join(f"{name}: {value}\n" for name, value in lines.items()), encoding="utf-8")
    return file


def test_the_file_of_the_release_holds_the_longest_times() -> None:
    assert load_retention(ROOT / "retention.yaml") == LONGEST


def test_a_shorter_time_is_taken_as_it_is(tmp_path: Path) -> None:
    assert load_retention(write(tmp_path, thread="12 months", conversation="7 days")).thread == Span(12, "month")


def test_a_longer_time_needs_a_reason(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"retention\.yaml:2: thread is longer than 24 months"):
        load_retention(write(tmp_path, thread="25 months"))
    kept = load_retention(write(tmp_path, thread="25 months", reasons="\n  thread: convention, article 4"))
    assert kept.thread == Span(25, "month")


@pytest.mark.parametrize("written", ["30", "0 days", "-1 days", "1.5 months", "two years", "2 years", "30 jours", "99999 days", "true"])
def test_anything_else_is_refused_by_line(tmp_path: Path, written: str) -> None:
    with pytest.raises(ContentError, match=r"retention\.yaml:1: "):
        load_retention(write(tmp_path, conversation=written))


def test_a_slip_of_the_hand_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="forever means nothing here"):
        load_retention(write(tmp_path, forever="1 day"))
    with pytest.raises(ContentError, match="threads means nothing here"):
        load_retention(write(tmp_path, reasons="\n  threads: because"))


@pytest.mark.parametrize(
    ("written", "now", "before"),
    [
        ("30 days", datetime(2026, 3, 31, 9, 30, tzinfo=UTC), datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("1 month", datetime(2026, 3, 31, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC)),
        ("1 month", datetime(2028, 3, 31, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)),
        ("24 months", datetime(2028, 2, 29, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC)),
        ("13 months", datetime(2026, 1, 15, tzinfo=UTC), datetime(2024, 12, 15, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(written: str, now: datetime, before: datetime) -> None:
    assert span(written).before(now) == before
