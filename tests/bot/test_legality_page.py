"""The operator's table of what may be sent is what is decided."""

from tests.bot.legality_page import END, PAGE, START, moves, table


def test_the_page_says_what_is_decided() -> None:
    shown = PAGE.read_text(encoding="utf-8").partition(START)[2].partition(END)[0]
    assert shown == table(), "write it anew: python -m tests.bot.legality_page"


def test_what_moves_is_named() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert {purpose.value for purpose in moves()} == {"reminder", "service"}
    assert "Reminders and service messages go by another way" in page
