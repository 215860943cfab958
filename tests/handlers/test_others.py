"""Who writes for somebody else, by profession, or too young or too old: told kindly where to go, nothing kept about the absent."""

import re

import pytest

from bot.messages import Purpose
from content.library import Library
from storage import messages
from storage.engine import Storage, Work
from tests.clock import TestClock
from tests.talk import HOME, Road, Talk, bodies, labels

LINE = "115 · 17 · 119 · 3114"
ADDRESSED = re.compile(r"\b(tu|te|toi|ton|ta|tes|vous|votre|vos)\b")


async def kept(talk: Talk) -> list[str]:
    """What the database holds of what this person said."""
    lane = await talk.lane()

    def unit(work: Work) -> list[str]:
        found = (messages.read_content(work, lane.conversation_id, number) for number in range(1, lane.number + 1))
        return [content.text for content in found if content is not None]

    return await talk.road.storage.read(unit)


async def test_for_a_son(talk: Talk) -> None:
    (said,) = await talk.says("bonjour c'est pour mon fils de 19 ans il cherche un logement")
    assert said.body.startswith("Merci d’écrire pour quelqu’un.")
    assert "Rien n’est gardé sur elle." in said.body
    assert not ADDRESSED.search(said.body.lower())
    assert labels([said]) == ["Comment ça marche", "Lien à lui donner", "Une personne", "Urgence"]
    (said,) = await talk.taps("Comment ça marche")
    assert "de 16 à 30\u00a0ans" in said.body
    assert not ADDRESSED.search(said.body.lower())
    assert LINE in said.body


async def test_a_link_to_hand_on(talk: Talk) -> None:
    await talk.says("c'est pour ma fille elle cherche un studio")
    (said,) = await talk.taps("Lien à lui donner")
    assert said.body.startswith(f"Ce lien ouvre le robot du CLLAJ, sans compte et sans nom\u00a0:\n{HOME}\n")
    assert not ADDRESSED.search(said.body.lower().partition("urgence")[0])
    assert LINE in said.body


async def test_without_an_address_no_link_is_handed_on(storage: Storage, clock: TestClock, library: Library) -> None:
    talk = Road(storage, clock, library, home="").talk()
    (said,) = await talk.says("c'est pour mon fils il cherche un studio")
    assert "Lien à lui donner" not in labels([said])


async def test_a_link_promised_before_the_address_went_away(road: Road, library: Library) -> None:
    await road.talk().says("c'est pour ma fille elle cherche un studio")
    later = Road(road.storage, road.clock, library, home="").talk()
    later.heard = road.talk().news()
    (said,) = await later.taps("Lien à lui donner")
    assert "n’a pas encore de lien à donner" in said.body
    assert "http" not in said.body


async def test_nobody_is_confirmed_and_the_name_is_not_kept(talk: Talk) -> None:
    await talk.says("c'est pour mon fils il cherche un logement")
    (said,) = await talk.says("il est suivi chez vous je crois ? il s'appelle Yanis Quidam")
    assert said.body.startswith("Je ne dis jamais si le service connaît quelqu’un, même à sa famille.")
    assert not ADDRESSED.search(said.body.lower())
    await talk.says("Yanis Quidam, né à Carvin")
    assert not [text for text in await kept(talk) if "Quidam" in text or "fils" in text]


@pytest.mark.parametrize("text", ["il est suivi chez vous ?", "is my brother registered with you?", "where is my sister", "هل تعرفون أخي"])
async def test_known_or_not_the_answer_is_the_same(talk: Talk, text: str) -> None:
    await talk.says("slt")
    assert "Je ne dis jamais si le service connaît quelqu’un" in bodies(await talk.says(text))


async def test_what_a_relative_leaves_to_the_team_is_kept_for_it(road: Road, talk: Talk) -> None:
    await talk.says("c'est pour ma fille elle cherche un studio")
    await talk.taps("Une personne")
    await talk.says("elle a 19 ans et elle dort chez moi")
    assert "elle a 19 ans et elle dort chez moi" in await kept(talk)
    assert not [text for text in await kept(talk) if "studio" in text]


async def test_it_was_for_oneself(talk: Talk) -> None:
    await talk.says("c'est pour ma soeur elle cherche un studio")
    assert "Urgence" in labels(await talk.says("non c'est pour moi"))
    await talk.says("mon dossier est prêt")
    assert "mon dossier est prêt" in await kept(talk)


async def test_a_page_asked_for_is_given_to_a_relative_too(talk: Talk) -> None:
    await talk.says("c'est pour mon fils il cherche un logement")
    assert "Visale" in bodies(await talk.says("c koi visale"))


async def test_a_relative_who_is_not_understood_gets_a_person(talk: Talk) -> None:
    await talk.says("c'est pour mon fils il cherche un logement")
    (said,) = await talk.says("zzz qqq")
    assert not ADDRESSED.search(said.body.lower())
    assert "Une personne" in labels([said])
    assert LINE in said.body


async def test_the_danger_of_another(talk: Talk) -> None:
    said = await talk.says("mon fils dort dehors ce soir")
    assert said[0].purpose is Purpose.CRISIS
    assert said[0].body.startswith(
        "Moins de 18\u00a0ans\u00a0: 119. Dehors ce soir, 18\u00a0ans ou plus\u00a0: 115. En danger\u00a0: 17. Pour une victime\u00a0: 116\u00a0006."
    )
    assert "Tu as moins de" not in bodies(said)


async def test_a_professional_is_said_vous_and_told_how_to_reach_the_team(talk: Talk) -> None:
    (said,) = await talk.says("Bonjour, je suis éducatrice, j'accompagne un jeune de 18 ans")
    service = talk.road.library.service
    assert "Vous pouvez joindre l’équipe" in said.body
    assert service.email is not None
    assert service.email in said.body
    assert "Oignies" in said.body
    assert "None" not in said.body
    assert "Je ne dis jamais si le service connaît quelqu’un." in said.body
    assert not re.search(r"\b(tu|te|toi|ton|ta|tes)\b", said.body.lower())


# -- age


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("jai 15 ans", "Avant 16\u00a0ans, il y a le 119"),
        ("I'm 14", "Avant 16\u00a0ans"),
        ("j'ai 34 ans est ce que vous pouvez m'aider", "Après 30\u00a0ans, il y a la Maison du Département Solidarité"),
        ("عمري 45 سنة", "Après 30\u00a0ans"),
    ],
)
async def test_too_young_or_too_old_is_told_where_to_go(talk: Talk, text: str, words: str) -> None:
    await talk.says("slt")
    said = (await talk.says(text))[0]
    assert words in said.body
    assert LINE in said.body
    assert labels([said]) == ["Une personne", "Menu"]


async def test_an_age_closes_no_door(talk: Talk) -> None:
    said = await talk.says("j'ai 15 ans c koi visale")
    assert "Visale" in said[0].body
    assert "Avant 16\u00a0ans" in said[1].body
    assert "Avant 16" not in bodies(await talk.says("jai 15 ans")), "told once"
    await talk.says("une personne")
    assert (await talk.lane()).human


@pytest.mark.parametrize("text", ["j'ai 16 ans", "j'ai 30 ans", "ma fille a 3 ans", "bonjour"])
async def test_an_age_the_service_receives_is_not_remarked_on(talk: Talk, text: str) -> None:
    assert "reçoit de" not in bodies(await talk.says(text))


async def test_age_never_comes_before_danger(talk: Talk) -> None:
    said = await talk.says("jai 14 ans mon pere me frappe")
    assert said[0].purpose is Purpose.CRISIS
    assert "119" in said[0].body
    assert "reçoit de" not in bodies(said)
