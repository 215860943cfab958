"""What was offered right before a message is known without a look at the conversation, only where nothing else can have spoken since."""

from bot import offered
from bot.messages import Address, Choice, Json, Outbound, Purpose

MENU, PERSON, COME = Choice("menu", "Menu"), Choice("personne", "Une personne"), Choice("appointment:come:a:1", "Je viens")


def says(*choices: Choice) -> Outbound:
    return Outbound(Address("telegram", "main", "1"), Purpose.REPLY, "…", choices)


def test_right_after_a_turn_it_is_what_the_turn_offered() -> None:
    state: dict[str, Json] = {}
    offered.keep(state, (COME, MENU), [says(COME, MENU)], 7)
    assert offered.just_before(state, 8) == (COME.id, MENU.id)


def test_where_something_was_said_since_it_is_looked_for() -> None:
    """A reminder, a colleague, another message of theirs."""
    state: dict[str, Json] = {}
    assert offered.just_before(state, 1) is None
    offered.keep(state, (MENU,), [says(MENU)], 7)
    assert offered.just_before(state, 9) is None
    assert offered.just_before(state, 7) is None


def test_where_a_turn_offered_more_than_can_be_named_it_is_looked_for() -> None:
    state: dict[str, Json] = {}
    offered.keep(state, (MENU,), [says(MENU)], 7)
    offered.keep(state, (MENU,), [says(COME, PERSON), says(MENU)], 9)
    assert offered.just_before(state, 10) is None


def test_a_turn_without_any_offered_nothing() -> None:
    state: dict[str, Json] = {}
    offered.keep(state, (), [says()], 7)
    assert offered.just_before(state, 8) == ()


def test_what_a_colleague_took_away_is_looked_for() -> None:
    state: dict[str, Json] = {}
    offered.keep(state, (MENU,), [says(MENU)], 7)
    state.pop(offered.OFFERED)
    assert offered.just_before(state, 8) is None
