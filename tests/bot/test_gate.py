"""So many calls at a time, whoever dies, and nobody forgotten who waits."""

from bot.rounds import Gate


def test_who_finds_it_full_is_woken_in_order() -> None:
    gate = Gate(2, 20.0)
    assert [gate.enter(each, 0.0) for each in (1, 2, 3, 4)] == [True, True, False, False]
    assert gate.leave(1) == 3
    assert gate.enter(3, 1.0)
    assert gate.leave(2) == 4
    assert gate.leave(3) is None


def test_asking_again_takes_no_second_place() -> None:
    gate = Gate(2, 20.0)
    assert [gate.enter(each, 0.0) for each in (1, 1, 1, 2, 3)] == [True, True, True, True, False]
    assert gate.leave(9) is None, "who was not in wakes nobody"
    assert gate.leave(1) == 3


def test_who_never_leaves_is_out_by_itself() -> None:
    """A unit that failed let somebody in who never goes out."""
    gate = Gate(1, 20.0)
    assert gate.enter(1, 0.0)
    assert not gate.enter(2, 19.0)
    assert gate.enter(2, 20.0)
