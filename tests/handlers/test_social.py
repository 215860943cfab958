"""What people say to anyone: thanks, goodbye, « t'es un robot ? », an insult."""

import pytest

from tests.talk import Road, Talk, bodies, labels

LINE = "115 · 17 · 119 · 3114"
SAID = {
    "merci bcp": "De rien.",
    "Merci !": "De rien.",
    "thank you": "De rien.",
    "شكرا": "De rien.",
    "au revoir": "À une prochaine fois.",
    "bonne soirée": "À une prochaine fois.",
    "bslama": "À une prochaine fois.",
    "t'es un robot ?": "Je suis un robot, celui du CLLAJ.",
    "t ki ?": "Je suis un robot, celui du CLLAJ.",
    "are you human?": "Je suis un robot, celui du CLLAJ.",
    "هل أنت إنسان؟": "Je suis un robot, celui du CLLAJ.",
    "bot de merde tu sers a rien": "Je suis un robot, et je n’ai pas répondu à ta question.",
    "ftg": "Je suis un robot, et je n’ai pas répondu à ta question.",
    "fuck you": "Je suis un robot, et je n’ai pas répondu à ta question.",
}


@pytest.mark.parametrize(("text", "answer"), SAID.items())
async def test_a_short_true_answer_and_a_way_on(talk: Talk, text: str, answer: str) -> None:
    await talk.says("slt")
    (said,) = await talk.says(text)
    assert said.body.startswith(answer)
    assert LINE in said.body
    assert set(labels([said])) == {"Menu", "Une personne"}


async def test_even_as_first_words_they_hear_who_speaks(road: Road) -> None:
    for nth, text in enumerate(("bot de merde tu sers a rien", "t'es un robot ?", "merci")):
        assert "Je suis le robot du CLLAJ" in bodies(await road.talk(f"lou{nth}").says(text)) or text.startswith("t'es")


async def test_a_second_insult_gets_few_words(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("bot de merde tu sers a rien")
    (said,) = await talk.says("ftg")
    assert said.body.startswith("D’accord. Je reste là si tu veux.")
    assert "Une personne" in labels([said])
    await talk.says("menu")
    assert "je n’ai pas répondu" in bodies(await talk.says("ftg")), "it starts again"


async def test_an_insult_with_a_need_is_the_need(talk: Talk) -> None:
    await talk.says("slt")
    assert "Visale" in bodies(await talk.says("c koi visale bordel de merde"))


async def test_an_insult_with_a_danger_word_is_danger(talk: Talk) -> None:
    await talk.says("slt")
    assert "3114" in bodies((await talk.says("bot de merde je vais me tuer"))[:1])


async def test_thanks_in_a_danger_are_thanks_in_a_danger(talk: Talk) -> None:
    await talk.says("je veux mourir")
    assert "Le 3114 reste là" in bodies(await talk.says("merci"))
