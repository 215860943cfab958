"""Once a time is theirs: a first name, a number, what is told of reminders, a second one, and the line where nothing is free."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import wiring
from bot.rules.slots import Wish
from content.library import Library
from handlers.notice import VERSION
from storage import appointments, consents, crises, motives, openings, rights, switches, waiting_list
from storage.appointment_view import Appointment, Booking
from storage.consents import Choice
from storage.engine import Storage, Work
from storage.switches import Switch
from tests.clock import TestClock
from tests.handlers.booking import FIRST, LINE, SAID, before_the_yes, shown_times
from tests.handlers.reader import reader
from tests.handlers.receiving import Receiving
from tests.talk import Paper, Road, Talk, bodies, labels


@pytest.fixture
def meanings() -> Mapping[str, str]:
    return SAID


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


@pytest.mark.parametrize("words", ["mes applis", "mes rdv", "mes données", "langue", "envoyer un papier", "c pas mon tel", "merci", "atelier"])
async def test_what_asks_for_something_is_no_first_name(talk: Talk, service: Receiving, storage: Storage, words: str) -> None:
    """Word for word what is waited for elsewhere: it is answered there, and nobody is called « mes applis »."""
    await before_the_yes(talk)
    await talk.says("oui")
    assert await talk.says(words)
    mine = await service.one(talk)
    assert (await storage.read(rights.summary, mine.person_id)).name == ""


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


@pytest.mark.parametrize("words", ["pas envie", "jai pas de tel", "jveu pas", "i'd rather not", "ma 3andich", "لا، بدون"])
async def test_each_is_refused_in_words(talk: Talk, service: Receiving, storage: Storage, words: str) -> None:
    await before_the_yes(talk)
    await talk.says("oui")
    await talk.says(words)
    said = await talk.says(words)
    mine = await service.one(talk)
    assert (await storage.read(rights.summary, mine.person_id)).name == ""
    assert mine.callback == ""
    assert bodies(said).startswith("C’est réservé.")


async def test_what_is_no_number_is_not_asked_for_ever(talk: Talk, service: Receiving) -> None:
    await before_the_yes(talk)
    for words in ("oui", "yanis", "jsp"):
        await talk.says(words)
    assert bodies(await talk.says("euh")).startswith("C’est réservé.")


@pytest.mark.parametrize("words", ["annule", "en fait jpeu pas venir"])
async def test_a_cancel_is_no_refusal_of_a_name(talk: Talk, service: Receiving, words: str) -> None:
    await before_the_yes(talk)
    await talk.says("oui")
    assert "Tu ne peux pas venir" in bodies(await talk.says(words))
    assert await service.one(talk)


@pytest.mark.parametrize(
    ("words", "name"), [("moi c yanis", "yanis"), ("Je m'appelle Lou", "Lou"), ("my name is Sam", "Sam"), ("Chloé", "Chloé"), ("Imane", "Imane")]
)
async def test_a_first_name_alone_is_kept(talk: Talk, service: Receiving, storage: Storage, words: str, name: str) -> None:
    await before_the_yes(talk)
    await talk.says("oui")
    await talk.says(words)
    mine = await service.one(talk)
    assert (await storage.read(rights.summary, mine.person_id)).name == name


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
