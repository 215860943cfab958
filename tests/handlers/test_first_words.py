"""A robot, whose it is, what it is not; then something useful before any question."""

from dataclasses import replace

import pytest

from bot.messages import Kind, Purpose
from content.library import Library
from storage import posters
from storage.engine import Storage
from tests.clock import TestClock
from tests.talk import Road, Talk, bodies, labels

UNREAD = "Information générale, pas encore relue par l’équipe\u00a0: à vérifier avec ta conseillère ou ton conseiller."


async def test_the_welcome(talk: Talk) -> None:
    (said,) = await talk.says("slt")
    assert said.body.startswith(
        "Salut\u202f! Je suis le robot du CLLAJ (logement, 16\u201130\u00a0ans). C’est gratuit. Je ne suis pas un service d’urgence."
    )
    assert "Tu peux lire sans dire qui tu es, et demander une personne quand tu veux." in said.body
    assert "s’effacent au bout de 30\u00a0jours." in said.body
    assert len(said.choices) == 11
    assert said.choices[-2].label == "Mes données"
    assert len(said.body) <= 500


async def test_a_need_in_the_first_words_is_answered_in_the_same_message(talk: Talk) -> None:
    (said,) = await talk.says("c koi visale")
    assert said.body.startswith("Salut\u202f! Je suis le robot du CLLAJ")
    assert "un garant gratuit" in said.body
    assert UNREAD in said.body
    assert "Salut" not in bodies(await talk.says("jai un retard de loyer"))


async def test_a_poster_opens_its_page(talk: Talk) -> None:
    said = await talk.says("/start aide-visale")
    assert "Visale" in bodies(said)
    assert "Je suis le robot" in bodies(said)


@pytest.mark.parametrize(("page", "shown"), [("aide-visale", "Visale"), ("", "De quoi tu as besoin"), ("gone", "De quoi tu as besoin")])
async def test_the_code_of_a_poster_opens_what_it_was_made_for(talk: Talk, page: str, shown: str) -> None:
    code = await talk.road.storage.run(posters.add, "affiche Mission Locale", page)
    said = bodies(await talk.says(f"/start {code}"))
    assert shown in said
    assert "Je suis le robot" in said
    assert "Mission Locale" not in said


async def test_a_withdrawn_poster_gets_the_welcome(talk: Talk) -> None:
    code = await talk.road.storage.run(posters.add, "vieille affiche", "aide-visale")
    await talk.road.storage.run(posters.withdraw, code)
    assert bodies(await talk.says(f"/start {code}")) == bodies(await (talk.road.talk("lou")).says("slt"))


@pytest.mark.parametrize("code", ["AUTRE-CLLAJ_42", "abcdef", "0" * 64, "aide-visale-2", "theme:logement", "urgence"])
async def test_the_link_of_another_service_gets_the_welcome(talk: Talk, code: str) -> None:
    assert bodies(await talk.says(f"/start {code}")) == bodies(await (talk.road.talk("lou")).says("slt"))


async def test_who_comes_by_a_poster_is_counted_once_without_anybody(road: Road, clock: TestClock) -> None:
    code = await road.storage.run(posters.add, "affiche Mission Locale", "")
    for nth in range(5):
        assert await road.storage.read(posters.arrivals) == {}
        talk = road.talk(f"jeune {nth}")
        await talk.says(f"/start {code}")
        await talk.says(f"/start {code}")
    late = road.talk("late")
    await late.says("slt")
    await late.says(f"/start {code}")
    month = clock.now().strftime("%Y-%m")
    assert await road.storage.read(posters.arrivals) == {code: {month: 5}}


async def test_an_unknown_link_gets_the_welcome_without_a_word_about_it(talk: Talk) -> None:
    assert bodies(await talk.says("/start zzz")) == bodies(await (talk.road.talk("lou")).says("slt"))


async def test_a_theme_without_a_page_says_so(storage: Storage, clock: TestClock, library: Library) -> None:
    bare = replace(library, texts={key: page for key, page in library.texts.items() if page.theme != "rendez-vous"})
    talk = Road(storage, clock, bare).talk()
    await talk.says("slt")
    said = await talk.taps("Mes rendez-vous")
    assert "aucune page n’est encore écrite" in bodies(said)
    assert labels(said) == ["Une personne", "Menu"]


async def test_a_page_is_never_said_to_be_verified(talk: Talk) -> None:
    for text in ("c koi visale", "je peux pas payer mon loyer", "c quoi le préavis"):
        said = bodies(await talk.says(text))
        assert UNREAD in said
        assert "Vérifié" not in said


async def test_not_understood_twice_a_person(talk: Talk) -> None:
    await talk.says("slt")
    assert "ça vient de moi" in bodies(await talk.says("le truc la pr le machin du 3"))
    assert "Je lui laisse tes deux messages" in bodies(await talk.says("mé le papié bleu"))
    said = await talk.says("ok")
    assert "C’est noté" in bodies(said)
    assert (await talk.lane()).human


async def test_never_a_third_time(talk: Talk) -> None:
    await talk.says("slt")
    said = [bodies(await talk.says(text)) for text in ("gzgz", "brbr", "plpl")]
    assert sum("ça vient de moi" in one for one in said) == 1


async def test_a_person(talk: Talk) -> None:
    said = await talk.says("jveu parler a qqun")
    assert "lu par l’équipe du CLLAJ" in said[0].body
    assert "quand une personne sera là" in said[-1].body
    assert labels(said) == ["Mes données", "Reprendre le robot", "Urgence"]
    assert all(one.purpose is Purpose.SERVICE for one in said)
    assert not await talk.says("c pr mon garant")
    said = await talk.taps("Reprendre le robot")
    assert "Le robot répond de nouveau" in bodies(said)
    assert "Visale" in bodies(await talk.says("c koi visale"))


async def test_the_notice_is_shown_once(talk: Talk) -> None:
    await talk.says("une personne")
    await talk.taps("Reprendre le robot")
    assert "lu par l’équipe" not in bodies(await talk.says("une personne"))


async def test_stop_and_start_are_exact_words(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("je veux que le bruit s'arrête, stop aux voisins")
    assert (await talk.lane()).opted_out_at is None
    for stop, start in (("STOP", "START"), ("arrêt", "start"), (" Stop. ", "reprendre")):
        assert "Pour reprendre" in bodies(await talk.says(stop))
        assert (await talk.lane()).opted_out_at is not None
        assert "C’est repris" in bodies(await talk.says(start))
        assert (await talk.lane()).opted_out_at is None


async def test_stop_is_answered_under_a_human(road: Road, talk: Talk) -> None:
    await talk.says("une personne")
    await road.human_says(talk, "Bonjour.")
    talk.news()
    assert "Message automatique" in bodies(await talk.says("STOP"))


async def test_a_voice_note_is_not_said_to_be_passed_on(talk: Talk) -> None:
    await talk.says("slt")
    said = bodies(await talk.sends("voice"))
    assert "je ne peux pas l’écouter" in said
    assert "transmis" not in said


async def test_a_photo_may_be_personal(talk: Talk) -> None:
    await talk.says("slt")
    assert "efface-le de cette conversation" in bodies(await talk.sends("photo"))


async def test_a_place_is_not_kept(talk: Talk) -> None:
    await talk.says("slt")
    assert "Je ne garde pas ta position" in bodies(await talk.does(Kind.LOCATION))


async def test_a_message_taken_back_gets_no_answer(talk: Talk) -> None:
    await talk.says("slt")
    assert not await talk.does(Kind.DELETED)


async def test_a_corrected_message_is_answered(talk: Talk) -> None:
    await talk.says("slt")
    assert "Visale" in bodies(await talk.does(Kind.EDITED, "c koi visale"))


async def test_a_first_need_that_is_not_understood_is_not_passed_over(road: Road) -> None:
    talk = road.talk("lou")
    (said,) = await talk.says("blik blok blouk")
    assert said.body.startswith("Salut")
    assert "Ton premier message, je ne l’ai pas compris. Ça vient de moi." in said.body
    assert "Une personne comprendra mieux" in bodies(await talk.says("zgueg zgueg zgueg"))


async def test_a_greeting_in_other_words_is_a_greeting(road: Road) -> None:
    (said,) = await road.talk("lou").says("wsh frr")
    assert "pas compris" not in said.body
