"""Booking in the conversation: by words and by buttons, from what for to a yes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages import Inbound, Kind, Purpose
from bot.rules.openings import Mode, Needs
from content.library import Library
from content.words import LANGUAGES
from storage import motives, openings, reminders, rights
from storage.engine import Storage, Work
from storage.motives import Motive
from storage.reminders import State
from tests.clock import TestClock
from tests.handlers.booking import LINE, SAID, asked, before_the_yes, shown_times
from tests.handlers.receiving import MOTIVES, Receiving, receiving
from tests.handlers.test_languages import speaking
from tests.storage.diary import paris
from tests.talk import Road, Talk, bodies, labels


@pytest.fixture
def meanings() -> Mapping[str, str]:
    return SAID


# -- the whole of it


async def test_from_words_to_a_booked_appointment(talk: Talk, service: Receiving, storage: Storage) -> None:
    (what,) = await talk.says("jveu un rdv")
    assert what.body.endswith("C’est pour quoi\u202f?")
    assert labels([what]) == [*(motive.name for motive in MOTIVES), "Menu"]
    (where,) = await talk.says("aide")
    assert where.body == "Dans quelle ville c’est plus simple\u202f?"
    assert labels([where]) == ["Oignies", "Carvin", "Par téléphone", "Passer"]
    (times,) = await talk.says("carvin")
    assert times.body == "Trois moments, à Carvin. Lequel te va\u202f?"
    assert labels([times]) == ["jeu. 5, 14\u00a0h", "mar. 10, 9\u00a0h", "jeu. 12, 17\u00a0h", "Autre jour ou lieu"]
    (back,) = await talk.says("la première")
    assert back.body == "Jeudi 5 mars, 14\u00a0h, à Carvin. Je réserve\u202f?"
    assert await service.ahead(talk) == ()
    told, name = await talk.says("oui")
    assert "On le garde 24\u00a0mois" in told.body
    assert name.body == "C’est réservé\u00a0: jeudi 5 mars, 14\u00a0h, à Carvin. Un prénom pour te retrouver\u202f? Tu peux passer."
    (number,) = await talk.says("yanis")
    assert number.body.startswith("Un numéro, au cas où ça change")
    card, recalled = await talk.says("06 11 22 33 44")
    assert card.body == (
        "C’est réservé.\n"
        "Jeudi 5 mars, 14\u00a0h, 30\u00a0min, avec Théo.\n"
        "Lieu\u00a0: Mission Locale, 12 place Jean-Jaurès, 62220 Carvin. Au premier étage.\n"
        "À apporter\u00a0: tes derniers papiers de la CAF. Il en manque\u202f? Viens quand même."
    )
    assert labels([card]) == ["Mon agenda", "Déplacer", "Je ne peux pas"]
    assert recalled.body.startswith("Je t’écris 48\u00a0h avant\u00a0: jour, heure, lieu, rien d’autre.")
    assert recalled.body.endswith(LINE + " (le bouton Urgence dit lequel)")
    assert labels([recalled]) == ["Ça me va", "Pas de rappel"]
    assert await asked(talk) == ""
    mine = await service.one(talk)
    assert (mine.slot.place, mine.slot.mode, mine.callback) == (service.places["Carvin"], Mode.ON_SITE, "06 11 22 33 44")
    assert (await storage.read(rights.summary, mine.person_id)).name == "yanis"
    (fine,) = await talk.taps("Ça me va")
    assert "Écris ici, même au dernier moment" in fine.body
    assert LINE in fine.body


@pytest.mark.parametrize("words", ["slt jvoudrai 1 rdv pr trouvé 1 logmen", "je veux un rdv pour une coloc", "besoin rdv urgent pour expulsion"])
async def test_asked_for_with_a_reason_it_is_begun_all_the_same(talk: Talk, service: Receiving, words: str) -> None:
    asks = await talk.says(words)
    assert any(said.body.endswith("C’est pour quoi\u202f?") for said in asks)
    assert await asked(talk) == "appointment-motive"


@pytest.mark.parametrize("word", ["rdv", "Rendez-vous", "un rdv", "موعد"])
async def test_the_word_alone_begins_one_for_who_has_none_and_tells_of_the_one_there_is(talk: Talk, service: Receiving, word: str) -> None:
    await talk.says("slt")
    await talk.says(word)
    assert await asked(talk) == "appointment-motive"
    await talk.taps("Trouver un logement")
    await talk.taps("Carvin")
    await talk.says("le premier")
    await talk.says("oui")
    await talk.taps("Passer")
    await talk.taps("Passer")
    told, *_proposal = await talk.says(word)
    assert "5 mars" in told.body.lower() or "5 مارس" in told.body


async def test_by_buttons_alone_and_giving_nothing(talk: Talk, service: Receiving, storage: Storage) -> None:
    await talk.says("menu")
    assert "Oignies" in (await before_the_yes(talk))
    await talk.taps("Oui")
    await talk.taps("Passer")
    card, _recalled = await talk.taps("Passer")
    mine = await service.one(talk)
    found = await storage.read(rights.summary, mine.person_id)
    assert (found.name, found.phone, mine.callback) == ("", "", "")
    assert "C’est réservé." in card.body


async def test_by_the_button_of_a_page(talk: Talk, service: Receiving, library: Library) -> None:
    said = await talk.says("/start accompagnement-fsl")
    assert "Prendre rendez-vous" in labels(said)
    (what,) = await talk.taps("Prendre rendez-vous")
    assert "C’est pour quoi" in what.body


@pytest.mark.parametrize("missing", ["motive", "opening"])
async def test_a_person_where_nothing_can_be_booked(talk: Talk, service: Receiving, storage: Storage, missing: str) -> None:
    def nothing(work: Work) -> None:
        for motive in motives.motives(work) if missing == "motive" else ():
            motives.withdraw(work, motive.token)
        for kept in openings.openings(work) if missing == "opening" else ():
            openings.close(work, kept.token)

    await storage.run(nothing)
    (said,) = await talk.says("jveu un rdv")
    assert "Une personne de l’équipe en trouve un avec toi" in said.body
    said_by_page = await talk.says("/start accompagnement-fsl")
    assert "Prendre rendez-vous" not in labels(said_by_page)


async def test_one_motive_and_one_place_ask_for_neither(talk: Talk, storage: Storage) -> None:
    service = await receiving(storage, kinds=(Motive("", "Question par téléphone", Needs(15, frozenset({Mode.PHONE}))),))
    (times,) = await talk.says("jveu un rdv")
    assert "Trois moments, par téléphone." in times.body
    await talk.says("2")
    _notice, name = await talk.says("ok")
    assert "par téléphone. Un prénom" in name.body
    (number,) = await talk.says("passer")
    assert number.body.startswith("À quel numéro on t’appelle")
    assert "Tu peux passer" in number.body
    card, _recalled = await talk.says("0611223344")
    assert "On t’appelle au numéro qui finit par 44." in card.body
    assert (await service.one(talk)).slot.mode is Mode.PHONE


async def test_without_a_number_a_call_says_so(talk: Talk, storage: Storage) -> None:
    await receiving(storage, kinds=(Motive("", "Question par téléphone", Needs(15, frozenset({Mode.PHONE}))),))
    for said in ("jveu un rdv", "1", "oui", "non"):
        await talk.says(said)
    card, _recalled = await talk.says("nan")
    assert "Sans numéro, on ne peut pas t’appeler." in card.body


# -- what for, and where


async def test_words_that_name_no_motive_get_the_list_again(talk: Talk, service: Receiving) -> None:
    await talk.says("jveu un rdv")
    (again,) = await talk.says("blabla")
    assert "Choisis le plus proche" in again.body
    assert await asked(talk) == "appointment-motive"


async def test_a_no_books_nothing(talk: Talk, service: Receiving) -> None:
    await talk.says("jveu un rdv")
    (said,) = await talk.says("laisse tomber")
    assert "rien n’est réservé" in said.body
    assert LINE in said.body
    assert await asked(talk) == ""


async def test_a_town_without_a_place_gets_the_places(talk: Talk, service: Receiving) -> None:
    await talk.says("jveu un rdv")
    await talk.taps("Trouver un logement")
    (said,) = await talk.says("lens")
    assert "ne reçoit pas là" in said.body
    assert labels([said]) == ["Oignies", "Carvin", "Passer", "Une personne"]


async def test_the_same_words_never_come_three_times(talk: Talk, service: Receiving) -> None:
    await talk.says("jveu un rdv")
    first, second = [bodies(await talk.says(words)) for words in ("blabla", "gzgz")]
    assert "Choisis le plus proche" in first
    assert "Une personne comprendra mieux" in second
    assert await asked(talk) == "appointment-motive"
    await talk.taps("Trouver un logement")
    assert "ne reçoit pas là" in bodies(await talk.says("lens"))
    assert "Une personne comprendra mieux" in bodies(await talk.says("arras"))
    assert labels(await talk.taps("Carvin"))


@pytest.mark.parametrize(
    ("said", "first"), [("jeudi apres midi", "jeu. 5, 14\u00a0h"), ("plutot le soir", "jeu. 5, 17\u00a0h"), ("carvin jeudi", "jeu. 5, 14\u00a0h")]
)
async def test_a_time_said_instead_of_a_town_is_looked_for(talk: Talk, service: Receiving, said: str, first: str) -> None:
    await talk.says("jveu un rdv")
    await talk.taps("Trouver un logement")
    assert labels(await talk.says(said))[0] == first


async def test_a_time_said_before_the_motive_is_kept(talk: Talk, service: Receiving) -> None:
    await talk.says("jveu un rdv")
    await talk.says("jeudi")
    await talk.taps("Trouver un logement")
    assert labels(await talk.taps("Passer"))[0] == "jeu. 5, 9\u00a0h"


@pytest.mark.parametrize("said", ["Par téléphone", "au tel stp"])
async def test_without_going_anywhere(talk: Talk, service: Receiving, said: str) -> None:
    await talk.says("jveu un rdv")
    await talk.taps("Aides, garant")
    (times,) = await talk.says(said)
    assert times.body == "Trois moments, par téléphone. Lequel te va\u202f?"


async def test_a_way_that_is_not_offered_is_no_way(talk: Talk, service: Receiving) -> None:
    await talk.says("jveu un rdv")
    await talk.taps("Trouver un logement")
    (said,) = await talk.says("par telephone")
    assert "ne reçoit pas là" in said.body


async def test_hours_that_are_for_both_may_be_a_call(talk: Talk, service: Receiving, storage: Storage) -> None:
    """Samira ticked « sur place » and « au téléphone » for the same hours: who wants a call has one, and no bus is named for it."""

    def both(work: Work) -> None:
        for kept in openings.openings(work, service.team[1]):
            openings.close(work, kept.token)
        (hers,) = openings.openings(work)
        openings.change(work, hers.token, replace(hers.opening, modes=frozenset({Mode.ON_SITE, Mode.PHONE})))

    await storage.run(both)
    await talk.says("jveu un rdv")
    (where,) = await talk.taps("Aides, garant")
    assert labels([where]) == ["Oignies", "Par téléphone", "Passer"]
    (times,) = await talk.taps("Par téléphone")
    assert times.body == "Trois moments, par téléphone. Lequel te va\u202f?"
    await talk.says("le premier")
    await talk.says("oui")
    await talk.taps("Passer")
    card, _recalled = await talk.taps("Passer")
    assert "Par téléphone." in card.body
    assert "Bus 7" not in card.body


async def test_wherever_shows_each_place(talk: Talk, service: Receiving) -> None:
    times = await shown_times(talk, "Passer")
    assert len(times) == 4
    assert "pas tous au même endroit" in talk.heard[-1].body
    assert "• Mercredi 4 mars, 9\u00a0h, à Oignies" in talk.heard[-1].body
    assert "• Jeudi 5 mars, 17\u00a0h, à Carvin" in talk.heard[-1].body


# -- another time


async def test_another_day_another_place_the_evening(talk: Talk, service: Receiving) -> None:
    times = await shown_times(talk, "Carvin")
    (ways,) = await talk.taps("Autre jour ou lieu")
    assert labels([ways]) == ["Un autre jour", "Un autre lieu", "Le matin", "L’après-midi", "Le soir", "Une personne", "Menu"]
    (days,) = await talk.taps("Un autre jour")
    assert not set(labels([days])) & set(times[:3])
    await talk.taps("Autre jour ou lieu")
    (evening,) = await talk.taps("Le soir")
    assert all("17" in label or "18" in label for label in labels([evening])[:3])
    await talk.taps("Autre jour ou lieu")
    (elsewhere,) = await talk.taps("Un autre lieu")
    assert "à Oignies" in elsewhere.body
    await talk.taps(labels([elsewhere])[0])
    (again,) = await talk.taps("Autre moment")
    assert labels([again]) == labels([elsewhere])


async def test_an_older_time_may_still_be_picked(talk: Talk, service: Receiving) -> None:
    times = await shown_times(talk, "Carvin")
    await talk.taps("Autre jour ou lieu")
    await talk.taps("Un autre jour")
    (back,) = await talk.taps(times[0])
    assert back.body == "Jeudi 5 mars, 14\u00a0h, à Carvin. Je réserve\u202f?"


async def test_a_time_that_is_past_gets_others(talk: Talk, service: Receiving, clock: TestClock) -> None:
    times = await shown_times(talk)
    clock.turn(days=1)
    (said,) = await talk.taps(times[0])
    assert said.body.startswith("Ce moment est passé. Trois moments")
    assert await service.ahead(talk) == ()


async def test_a_yes_that_comes_too_late_gets_others(talk: Talk, service: Receiving, clock: TestClock) -> None:
    await before_the_yes(talk)
    clock.turn(days=2)
    (said,) = await talk.says("oui")
    assert said.body.startswith("Ce moment est passé. Trois moments")
    assert await service.ahead(talk) == ()


async def test_a_yes_to_what_is_offered_no_more_is_told_the_truth(talk: Talk, service: Receiving, storage: Storage) -> None:
    await before_the_yes(talk)
    await storage.run(lambda work: motives.withdraw(work, motives.motives(work)[0].token))
    (said,) = await talk.says("oui")
    assert said.body.startswith("Ce moment n’est plus libre.")
    assert await service.ahead(talk) == ()


async def test_a_yes_that_takes_a_few_minutes_is_in_time_and_one_that_comes_within_the_notice_is_told_the_truth(
    talk: Talk, service: Receiving, clock: TestClock
) -> None:
    times = await shown_times(talk)
    at = paris("2026-03-03 14:00")
    clock.turn_to(at - timedelta(hours=2, minutes=1))
    await talk.taps(times[0])
    clock.turn(minutes=30)
    (late,) = await talk.says("oui")
    assert late.body.startswith("Ce moment n’est plus libre. Trois moments"), "nobody has taken it"
    clock.turn_to(paris("2026-03-04 07:00") - timedelta(minutes=1))
    await talk.taps(times[1])
    clock.turn(minutes=10)
    await talk.says("oui")
    assert (await service.one(talk)).slot.start == paris("2026-03-04 09:00")


async def test_nobody_waits_where_offers_are_off(talk: Talk, service: Receiving) -> None:
    await shown_times(talk)
    assert "Préviens-moi" not in labels(await talk.taps("Autre jour ou lieu"))


# -- the yes


async def test_whoever_stops_after_the_yes_has_it_and_before_has_nothing(road: Road, service: Receiving) -> None:
    early, late = road.talk("early"), road.talk("late")
    await before_the_yes(early)
    await before_the_yes(late)
    await late.says("oui")
    assert await service.ahead(early) == ()
    mine = await service.one(late)
    assert mine.state.stands
    planned = await service.storage.read(lambda work: reminders.steps(work, appointment_id=mine.id))
    assert [step.state for step in planned] == [State.PLANNED]


async def test_the_last_place_is_for_one(road: Road, service: Receiving) -> None:
    first, second = road.talk("first"), road.talk("second")
    await before_the_yes(first)
    await before_the_yes(second)
    await road.take(*(Inbound(talk.address, "", Kind.TEXT, road.clock.now(), "oui") for talk in (first, second)))
    said = [bodies(first.news()), bodies(second.news())]
    assert sorted("C’est réservé" in each for each in said) == [False, True]
    (refused,) = (each for each in said if "C’est réservé" not in each)
    assert refused.startswith("Ce moment n’est plus libre. Trois moments, à Oignies.")
    assert len(await service.ahead(first)) + len(await service.ahead(second)) == 1


async def test_an_aside_is_answered_and_the_question_comes_again(talk: Talk, service: Receiving) -> None:
    await before_the_yes(talk)
    said = await talk.says("au fait cest quoi visale")
    assert "Visale" in said[0].body
    assert said[-1].body.startswith("On reprend\u00a0: Mardi 3 mars")
    await talk.says("oui")
    assert await service.one(talk)


async def test_danger_leaves_the_booking(talk: Talk, service: Receiving) -> None:
    await before_the_yes(talk)
    said = await talk.says("jsai pas ou dormir ce soir")
    assert said[0].purpose is Purpose.CRISIS
    assert "réserve" not in bodies(said)
    assert await asked(talk) == ""
    await talk.says("oui")
    assert await service.ahead(talk) == ()


async def test_a_human_who_takes_over_is_not_spoken_over(talk: Talk, service: Receiving) -> None:
    times = await shown_times(talk)
    await talk.road.human_says(talk, "Bonjour, c’est Samira.")
    talk.news()
    assert await talk.says("oui") == []
    assert await talk.taps(times[0]) == []
    assert await service.ahead(talk) == ()


# -- languages


@pytest.mark.parametrize("language", LANGUAGES)
async def test_in_each_language(talk: Talk, service: Receiving, language: str) -> None:
    await speaking(talk, language)
    said = await talk.says("jveu un rdv")
    said += await talk.says(MOTIVES[0].name)
    said += await talk.says("Oignies")
    said += await talk.says("1")
    said += await talk.says({"ar": "نعم", "en": "yes"}.get(language, "oui"))
    assert all(each.language == language for each in said)
    assert await service.one(talk)
