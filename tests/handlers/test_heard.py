"""Answers to a reminder, by what both readers have learnt: what is plainly an answer is one, whatever else its words may be taken for."""

import pytest

from storage.appointment_view import State
from tests.handlers.meetings import books, now, reminded
from tests.storage.diary import diary
from tests.talk import Talk, bodies

COMES, DROPS, TIMES, TOLD = "C’est noté, à jeudi.", "Tu ne peux pas venir jeudi 5 mars", "Trois moments", "Jeudi 5 mars, 10\u00a0h\u00a030"


@pytest.mark.parametrize(
    ("words", "answered"),
    [
        ("Je viens", COMES),
        ("merci, je viens", COMES),
        ("slt c bon jvien jeudi", COMES),
        ("oui madame demain je viens, merci beaucoup", COMES),
        ("oé", COMES),
        ("ui", COMES),
        ("i'll come", COMES),
        ("Merci pour le rappel, mais je ne serai pas là.", DROPS),
        ("jan veu plu de vo rdv merci", DROPS),
        ("Je ne peux pas", DROPS),
        ("quels papiers", TOLD),
        ("c ou deja votre truc", TOLD),
        ("ct oui mé la c non dsl", TOLD),
    ],
)
async def test_right_after_a_reminder(talk: Talk, words: str, answered: str) -> None:
    mine = await books(talk, await diary(talk.road.storage))
    await reminded(talk, mine)
    assert bodies(await talk.says(words)).startswith(answered)
    after = await now(talk.road.storage, mine)
    assert after.state is (State.CONFIRMED if answered == COMES else State.BOOKED)


@pytest.mark.parametrize("words", ["oui merci", "c koi visale", "merci", "salut", "jpeux pas payer mon loyer", "arrete de m'écrire"])
async def test_what_asks_for_something_else_is_answered_as_that(talk: Talk, words: str) -> None:
    mine = await books(talk, await diary(talk.road.storage))
    await reminded(talk, mine)
    said = bodies(await talk.says(words))
    assert not said.startswith((DROPS, TIMES, TOLD))


@pytest.mark.parametrize("words", ["oui", "ui", "oki", "ouep"])
async def test_a_yes_however_it_is_written_cancels_what_was_asked_back(talk: Talk, words: str) -> None:
    mine = await books(talk, await diary(talk.road.storage))
    await talk.says("jpeu pas venir jeudi")
    await talk.says(words)
    assert (await now(talk.road.storage, mine)).state is State.CANCELLED


@pytest.mark.parametrize("words", ["ساتاخر قليلا", "سوف أتأخر 10 دقائق", "jvai etre a la bourre", "im running late sorry"])
@pytest.mark.parametrize("told", [True, False], ids=["after a reminder", "out of the blue"])
async def test_who_comes_late_keeps_it_in_each_language(talk: Talk, words: str, told: bool) -> None:
    mine = await books(talk, await diary(talk.road.storage))
    if told:
        await reminded(talk, mine)
    assert "Viens même en retard." in bodies(await talk.says(words))
    assert await now(talk.road.storage, mine) == mine
