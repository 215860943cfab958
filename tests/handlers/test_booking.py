"""Booking in the conversation: by words and by buttons, from what for to a yes; the time is theirs from there, whatever they do next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import wiring
from bot.messages import Inbound, Kind, Purpose
from bot.routing import QUESTION
from bot.rules.openings import Mode, Needs
from bot.rules.slots import Wish
from content.library import Library
from content.words import LANGUAGES
from handlers.notice import VERSION
from storage import appointments, consents, crises, motives, openings, reminders, rights, switches, waiting_list
from storage.appointment_view import Appointment, Booking
from storage.consents import Choice
from storage.engine import Storage, Work
from storage.motives import Motive
from storage.reminders import State
from storage.switches import Switch
from tests.clock import TestClock
from tests.handlers.reader import reader
from tests.handlers.receiving import MOTIVES, Receiving, receiving
from tests.handlers.test_languages import speaking
from tests.talk import Paper, Road, Talk, bodies, labels

LINE = "115 · 17 · 119 · 3114"
SAID = {
    "jveu un rdv": "sure book-appointment",
    "au fait cest quoi visale": "sure aide-visale",
    "i want to meet someone": "sure book-appointment @ en",
}
FIRST = "mar. 3, 14\u00a0h"
"""The first time at Oignies."""


@pytest.fixture
def road(storage: Storage, clock: TestClock, library: Library) -> Road:
    """The road, on which these texts mean what they are said to mean here."""
    return Road(storage, clock, library, understand=reader(SAID, wiring.understand(library)))


@pytest.fixture
async def service(storage: Storage) -> Receiving:
    return await receiving(storage)


async def asked(talk: Talk) -> str:
    """The question that waits, "" for none."""
    state = (await talk.lane()).state.get(QUESTION)
    return str(state["id"]) if isinstance(state, dict) else ""


async def shown_times(talk: Talk, town: str = "Oignies") -> list[str]:
    """Somebody before three times."""
    await talk.says("jveu un rdv")
    await talk.taps("Trouver un logement")
    return labels(await talk.taps(town))


async def before_the_yes(talk: Talk) -> str:
    """Somebody who is asked whether it is booked."""
    times = await shown_times(talk)
    (asked_back,) = await talk.taps(times[0])
    return asked_back.body


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
    assert refused.startswith("Ce moment vient d’être pris. Trois moments, à Oignies.")
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


# -- a first name, a number


async def test_a_known_name_is_not_asked_again(talk: Talk, service: Receiving, storage: Storage) -> None:
    await before_the_yes(talk)
    person = (await talk.lane()).person_id
    await storage.run(rights.rename, person, "Yanis")
    said = await talk.says("oui")
    assert "Un numéro, au cas où ça change" in said[-1].body


async def test_a_number_given_first_is_a_number(talk: Talk, service: Receiving, storage: Storage) -> None:
    await before_the_yes(talk)
    await talk.says("oui")
    said = await talk.says("06 11 22 33 44")
    mine = await service.one(talk)
    assert mine.callback == "06 11 22 33 44"
    assert (await storage.read(rights.summary, mine.person_id)).name == ""
    assert "C’est réservé." in said[0].body


async def test_what_is_no_number_is_asked_once_more(talk: Talk, service: Receiving) -> None:
    await before_the_yes(talk)
    await talk.says("oui")
    await talk.says("yanis")
    (said,) = await talk.says("jsp")
    assert "Ce n’est pas un numéro" in said.body
    (said,) = await talk.says("06" * 20)
    assert "Ce n’est pas un numéro" in said.body
    await talk.says("0611223344")
    assert (await service.one(talk)).callback == "0611223344"


async def test_the_team_cancels_while_a_name_is_asked(talk: Talk, service: Receiving, storage: Storage) -> None:
    await before_the_yes(talk)
    await talk.says("oui")
    mine = await service.one(talk)
    await storage.run(appointments.cancel, mine.token, mine.version)
    (said,) = await talk.says("yanis")
    assert "n’est plus prévu" in said.body
    assert LINE in said.body


async def test_the_notice_comes_once_before_anything_is_kept(talk: Talk, service: Receiving, storage: Storage) -> None:
    await before_the_yes(talk)
    person = (await talk.lane()).person_id
    assert not await storage.read(consents.notice_shown, person, VERSION)
    await talk.says("oui")
    assert await storage.read(consents.notice_shown, person, VERSION)


# -- what is told of reminders is true


@pytest.mark.parametrize(
    ("days", "hours", "told"),
    [(0, 0, "48\u00a0h avant"), (0, 28, "la veille"), (0, 42, "3\u00a0h avant"), (0, 49, "")],
    ids=["in time", "the day before", "that morning", "too late for any"],
)
async def test_what_is_said_of_reminders_is_what_is_planned(
    talk: Talk, service: Receiving, clock: TestClock, days: int, hours: int, told: str
) -> None:
    """The time is that of Thursday, 14:00; now is Tuesday, 10:30, and later."""
    await talk.says("jveu un rdv")
    await talk.taps("Aides, garant")
    await talk.taps("Carvin")
    await talk.says("1")
    clock.turn(days=days, hours=hours)
    await talk.says("oui")
    await talk.says("yanis")
    said = await talk.says("non")
    assert (f"Je t’écris {told}" in bodies(said)) == bool(told)
    assert ("Je t’écris" in bodies(said)) == bool(told)
    assert LINE in said[-1].body


async def test_no_reminder_is_a_choice(talk: Talk, service: Receiving, storage: Storage) -> None:
    await before_the_yes(talk)
    for said in ("oui", "yanis", "non"):
        await talk.says(said)
    (noted,) = await talk.taps("Pas de rappel")
    assert "Ton rendez-vous tient" in noted.body
    mine = await service.one(talk)
    assert Choice.NO_REMINDERS in await storage.read(consents.chosen, mine.person_id)


async def test_after_a_stop_no_reminder_is_promised(talk: Talk, service: Receiving) -> None:
    await talk.says("STOP")
    await before_the_yes(talk)
    for word in ("oui", "yanis"):
        await talk.says(word)
    said = await talk.says("non")
    assert "Je t’écris" not in bodies(said)
    assert "Tu as écrit STOP" in bodies(said)


async def test_a_phone_that_somebody_else_reads_is_promised_nothing(talk: Talk, service: Receiving, storage: Storage) -> None:
    await before_the_yes(talk)
    here = (await talk.lane()).conversation_id

    def watched(work: Work) -> None:
        crises.note(work, crises.add(work, here, "violence", 1, None).id, watched_phone=True)

    await storage.run(watched)
    for word in ("oui", "yanis"):
        await talk.says(word)
    said = await talk.says("non")
    assert "Je t’écris" not in bodies(said)
    assert "Pas de rappel ici" in bodies(said)


@pytest.mark.parametrize(("nth", "hours", "told"), [("2", 0, "Pas de rappel ici"), ("1", 42, "Je t’écris 3\u00a0h avant")])
async def test_where_nothing_may_be_written_a_day_later_nothing_is_promised(
    storage: Storage, clock: TestClock, library: Library, service: Receiving, nth: str, hours: int, told: str
) -> None:
    """Messenger takes nothing a day after somebody's last message."""
    paper = Paper()
    paper.name = "messenger"
    talk = Road(storage, clock, library, paper, understand=reader(SAID, wiring.understand(library))).talk()
    await talk.says("jveu un rdv")
    await talk.taps("Aides, garant")
    await talk.taps("Carvin")
    await talk.says(nth)
    clock.turn(hours=hours)
    await talk.says("oui")
    await talk.says("yanis")
    assert told in bodies(await talk.says("non"))


# -- more than one


async def test_who_has_one_is_asked_which_is_meant(talk: Talk, service: Receiving) -> None:
    await before_the_yes(talk)
    for word in ("oui", "yanis", "non"):
        await talk.says(word)
    (said,) = await talk.says("jveu un rdv")
    assert said.body == "Tu as déjà un rendez-vous\u00a0: mardi 3 mars, 14\u00a0h, à Oignies. Tu veux le changer, ou en prendre un autre\u202f?"
    (other,) = await talk.taps("Un autre")
    assert "C’est pour quoi" in other.body
    await talk.taps("Je dirai sur place")
    (times,) = await talk.taps("Oignies")
    assert FIRST not in labels([times]), "nobody is in two places at once"


async def test_three_ahead_are_enough(talk: Talk, service: Receiving, storage: Storage) -> None:
    await talk.says("slt")
    person = (await talk.lane()).person_id

    def unit(work: Work) -> None:
        motive = motives.motives(work)[0]
        for slot in openings.find(work, Wish(motive.needs), 3):
            assert isinstance(appointments.book(work, Booking(person, motive.token, slot)), Appointment)

    await storage.run(unit)
    (said,) = await talk.says("jveu un rdv")
    assert "Tu as déjà 3 rendez-vous" in said.body
    assert "Une personne" in labels([said])


# -- waiting for what is freed


async def test_who_waits_is_told_it_is_no_appointment(talk: Talk, service: Receiving, storage: Storage) -> None:
    await storage.run(switches.turn, Switch.OFFERS, on=True)
    await shown_times(talk, "Carvin")
    await talk.taps("Autre jour ou lieu")
    notice_said, noted = await talk.taps("Préviens-moi")
    assert "On le garde" in notice_said.body
    assert "Ce n’est pas encore un rendez-vous" in noted.body
    (place,) = await storage.read(waiting_list.waiting)
    assert place.wanted.places == frozenset({service.places["Carvin"]})
    await talk.taps("Ne plus attendre")
    assert await storage.read(waiting_list.waiting) == ()


async def test_nobody_takes_another_out_of_the_line(road: Road, talk: Talk, service: Receiving, storage: Storage) -> None:
    await storage.run(switches.turn, Switch.OFFERS, on=True)
    await shown_times(talk)
    await talk.taps("Autre jour ou lieu")
    await talk.taps("Préviens-moi")
    (place,) = await storage.read(waiting_list.waiting)
    await storage.run(waiting_list.leave, place.token)
    (said,) = await talk.taps("Ne plus attendre")
    assert "tu n’attends plus" in said.body


async def test_with_nothing_free_there_is_the_line_and_a_person(talk: Talk, service: Receiving, storage: Storage) -> None:
    await storage.run(switches.turn, Switch.OFFERS, on=True)

    def full(work: Work) -> None:
        for kept in openings.openings(work):
            far = replace(kept.opening, first=kept.opening.first + timedelta(days=400))
            openings.change(work, kept.token, far)

    await storage.run(full)
    await talk.says("jveu un rdv")
    await talk.taps("Trouver un logement")
    (said,) = await talk.taps("Passer")
    assert "Je ne vois aucun moment libre" in said.body
    assert labels([said]) == ["Préviens-moi", "Une personne", "Menu"]


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
