"""What a step says as a template: its buttons stand for the right choices, its words are as discreet as the reminder's."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from bot.channels.whatsapp.rendering import render
from bot.channels.whatsapp.templates import LANGUAGES, catalogue
from bot.messages import Address, Outbound, Purpose, Template
from bot.rules.discretion import tells
from bot.rules.openings import Mode
from bot.rules.reminders import Kind, Wants
from handlers.agreed_words import WAITS, name_of
from handlers.reminder_words import Said, Teller
from storage import places
from storage.engine import Storage, Work
from storage.places import Place
from storage.reminders import Due, Matter
from tests.doubles.whatsapp import rules
from tests.storage.diary import paris
from tests.talk import shared_library

START = paris("2026-11-26 10:30")
PERSON = Address("whatsapp", "100000000000001", "FR.1")
BUTTONS = {
    "appointment:come:": "come",
    "appointment:move:": "move",
    "appointment:drop:": "cannot",
    "appointment:again:": "again",
    "appointment:enough:": "enough",
    "seat:leave:": "cannot",
    "offer:take:": "take",
    "offer:leave:": "leave",
    "seat:take:": "take",
    "personne": "person",
}
"""What each button of a file is called, by the choice that stands behind it."""
SAID = [(kind, seat) for kind in Kind for seat in (False, True) if name_of(kind, seat=seat)]


def due(kind: Kind, place: int, *, seat: bool = False, mode: Mode = Mode.ON_SITE, wants: Wants = Wants.DISCREET, start: datetime = START) -> Due:
    about = Matter("token", start, place, mode, "", None, None)
    return Due(1, None if seat else 1, 1 if seat else None, 1, 3, kind, start, start + timedelta(hours=1), about, wants, None)


async def say(storage: Storage, of: Due, language: str = "fr", place: Place | None = None) -> Said:
    """A step as the job says it, at this place."""

    def unit(work: Work) -> Said:
        given = place or Place("", "Antenne de Carvin", "12 place Jean-Jaurès, 62220 Carvin", ((),) * 7, directions="Sonne à gauche.")
        places.add(work, given.name, given.address, given.week, directions=given.directions)
        here = of._replace(about=of.about._replace(place_id=places.everywhere(work)[-1].id))
        return Teller(work, shared_library(), templates=True).say(here, language, automatic=False)

    return await storage.run(unit)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


async def test_each_button_stands_for_the_choice_it_is_called_after(storage: Storage) -> None:
    for kind, seat in SAID:
        said = await say(storage, due(kind, 1, seat=seat))
        assert said.template is not None
        named = [next(name for start, name in BUTTONS.items() if said.choices[place].id.startswith(start)) for place in said.template.buttons]
        assert tuple(named) == catalogue()[said.template.name].buttons
        assert len(said.template.values) == len(catalogue()[said.template.name].variables)


async def test_nothing_where_no_template_says_it(storage: Storage) -> None:
    """What is booked, a seat that is not held: a wrong word is worse than a colleague's call."""
    for kind, seat in {(kind, seat) for kind in Kind for seat in (False, True)} - set(SAID):
        if not kind.is_task:
            assert (await say(storage, due(kind, 1, seat=seat))).template is None


async def test_the_day_the_hour_and_the_place_in_their_language_and_in_french(storage: Storage) -> None:
    said = (await say(storage, due(Kind.TWO_DAYS, 1, wants=Wants.FULL), "en")).template
    assert said is not None
    assert said.instead is not None
    where = "Antenne de Carvin, 12 place Jean-Jaurès, 62220 Carvin"
    assert [*map(plain, said.values)] == ["Thursday 26 November, 10:30", where]
    assert [*map(plain, said.instead.values)] == ["jeudi 26 novembre, 10 h 30", where]
    assert (said.language, said.instead.language, said.instead.instead) == ("en", "fr", None)


WHERE = (
    (Place("", "Le CLLAJ", "19 rue du 19 Mars 1962", ((),) * 7), Mode.ON_SITE, "19 rue du 19 Mars 1962"),
    (Place("", "Foyer des jeunes", "", ((),) * 7), Mode.ON_SITE, "celui qu'on t'a dit"),
    (Place("", "Téléphone", "", ((),) * 7), Mode.PHONE, "par téléphone"),
    (Place("", "Visio", "", ((),) * 7), Mode.VIDEO, "en visio"),
    (Place("", "Chez la personne", "", ((),) * 7), Mode.HOME, "chez toi"),
)


async def test_where_says_no_more_than_the_reminder(storage: Storage) -> None:
    for place, mode, where in WHERE:
        said = (await say(storage, due(Kind.TWO_DAYS, 1, mode=mode, wants=Wants.FULL), place=place)).template
        assert said is not None
        assert plain(said.values[1]) == where


@pytest.mark.parametrize("name", [*sorted({name_of(kind, seat=seat) for kind, seat in SAID}), WAITS])
def test_the_texts_themselves_tell_nothing(name: str) -> None:
    agreed = catalogue()[name]
    for language in LANGUAGES:
        wording = agreed.wordings[language]
        assert not tells(wording.text, (shared_library().service.name, shared_library().service.association))
        assert "annul" not in wording.text.lower()
        assert "cancel" not in wording.text.lower()
        assert wording.footer, "it says itself that a robot speaks"


async def test_the_api_takes_each(storage: Storage) -> None:
    long = Place("", "Antenne " * 40, "Rue " * 80, ((),) * 7)
    for (kind, seat), language in product(SAID, ("fr", "fr-facile", "en", "ar")):
        said = await say(storage, due(kind, 1, seat=seat), language, long)
        shown: Template | None = said.template
        while shown is not None:
            [call] = render(Outbound(PERSON, Purpose.REMINDER, said.body, said.choices, template=shown, language=language, number=7))
            rules.check_message(call.payload)
            shown = shown.instead
