"""What people ask after a card, whatever was spoken of between, and words stuck together."""

import pytest

from bot.messages import Outbound
from tests.talk import Talk, bodies, labels


def plain(said: list[Outbound]) -> str:
    return bodies(said).replace("\u00a0", " ").replace("’", "'")


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("le 119 c payant ?", "gratuit, même sans crédit"),
        ("ils vont prevenir ma mere?", "Tu peux poser cette question au 119"),
        ("jpeu appeler le 115", "Avant 18 ans, c'est le 119"),
    ],
)
async def test_a_question_of_the_danger_is_answered_after_something_else_too(talk: Talk, said: str, answered: str) -> None:
    await talk.says("g 17 ans mes parents mon foutu dehors")
    assert answered in plain(await talk.says(said))
    assert "Visale" in bodies(await talk.says("c koi visale"))
    assert answered in plain(await talk.says(said))


@pytest.mark.parametrize("said", ["mon mec menferme a la maison", "il mtape", "il mfrappe tt le temps"])
async def test_words_stuck_together_are_danger_too(talk: Talk, said: str) -> None:
    assert (await talk.says(said))[0].card == "crisis"


async def test_a_person_asked_for_in_a_danger_is_told_when(talk: Talk) -> None:
    await talk.says("je me fais frapper par mon mec")
    said = bodies(await talk.says("jveu parler a qqn"))
    assert "On te répondra à partir" in said or "te répond avant" in said or "quand une personne sera là" in said
    assert "17" in said


class TestAnAppointmentAskedForInADanger:
    """The number first; what was plainly asked for is one tap away, and no word of it is lost."""

    @pytest.mark.parametrize(("words", "label"), [("je voudrai un rdv svp", "Prendre rendez-vous"), ("c kan mon rdv", "Mes rendez-vous")])
    async def test_is_one_tap_away_after_the_number(self, talk: Talk, words: str, label: str) -> None:
        await talk.says("g nul par ou dormir se soir")
        said = await talk.says(words)
        assert "Moins de 18\u00a0ans\u00a0: 119." in bodies(said)
        assert bodies(said).endswith("Pour ce que tu demandes, touche le bouton dessous.")
        assert labels(said) == ["Oui", "Non", "Appeler le 115", "Appeler le 119", label]
        assert "rendez-vous" in bodies(await talk.taps(label))

    async def test_the_question_that_was_open_still_is(self, talk: Talk) -> None:
        await talk.says("g nul par ou dormir se soir")
        await talk.says("je voudrai un rdv svp")
        assert "Appelle le 119" in bodies(await talk.says("oui"))

    async def test_nothing_is_proposed_to_who_asked_for_nothing(self, talk: Talk) -> None:
        await talk.says("g nul par ou dormir se soir")
        assert "bouton dessous" not in bodies(await talk.says("gzgzgz"))
