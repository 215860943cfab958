"""A question as a conversation's state keeps it."""

from bot.messages import Choice
from bot.questions import Question, from_kept


def test_is_read_as_it_was_kept() -> None:
    asked = Question("town", "Dans quelle ville ?", (Choice("answer:skip", "Passer"),), {"from": "book"}, numbers=(4, 9), last=10)
    assert from_kept(asked.kept()) == asked
    assert asked.number == 9


def test_that_waits_for_one_answer_only() -> None:
    assert not from_kept(Question("leave", "Oui ?", stays=False, numbers=(1,)).kept()).stays


def test_of_an_older_release_too() -> None:
    old = from_kept({"id": "data:name", "number": 4, "body": "Quel prénom ?", "data": {}})
    assert old == Question("data:name", "Quel prénom ?", numbers=(4,), last=4)
