"""Booking: what for, in which town, one of three times, a yes; then a first name and a number, each refusable.

The time is booked at the yes: whoever drops out after it has an appointment, and nobody has one without it. What comes after is added to it.
"""

import re
from datetime import datetime

from bot.messages import Choice, Json
from bot.plain import plain
from bot.questions import Question
from bot.routing import ANSWER, Rank, Turn, choices, means, on, question, words
from bot.rules.openings import Mode
from bot.rules.slots import Slot
from content.understanding.asking import keeps_it_to_oneself, speaks_of_an_appointment
from content.understanding.times import NOT_SAID
from content.understanding.when import when
from content.words import Text, _
from handlers import looking as look
from handlers import slots_offered as slots
from handlers.appointment_words import Button, brief, offered, town_of
from handlers.booked import finish
from handlers.buttons import MENU, NO_WORDS, PERSON, button, buttons
from handlers.greeting import greeting
from handlers.information import NO_BETTER
from handlers.looking import Looking, can_book
from handlers.matching import best
from handlers.meant import ACT, BOOK, free_words, keep_others, wants_else
from handlers.notice import notice
from handlers.open_danger import in_danger
from handlers.own_appointments import THE_WORD, to_come
from handlers.slots_offered import ask_ours, asked_slot, looked_for, offer, under_a_human
from handlers.time_said import UNDECIDED, choose, decision, place_words, said_of_time
from storage import appointment_view, appointments, hours, motives, outcomes, places, rights, threads
from storage.appointment_view import Appointment, Booking
from storage.motives import Motive

MOTIVE, TOWN, NAME, PHONE, SECOND = (f"appointment-{name}" for name in ("motive", "town", "name", "phone", "second"))
FOR, HERE, WAY, SKIP, ANOTHER = (f"{ANSWER}{name}" for name in ("motive:", "place:", "way:", "skip", "another"))
FEWEST, MOST = 6, 15
"""Figures of a phone number."""
A_FEW = 4
"""Words that may be a first name, or name a motive or a town whatever else they may mean."""

WHAT_FOR = _("C'est pour quoi ?")
NEAREST = _("C'est pour quoi ? Choisis le plus proche, tu diras le reste sur place.")
WHICH_TOWN = _("Dans quelle ville c'est plus simple ?")
NOT_THERE = _("L'équipe ne reçoit pas là. Tu préfères où ?")
SKIP_LABEL = _("Passer")
WAYS = {Mode.PHONE: _("Par téléphone"), Mode.VIDEO: _("En visio"), Mode.HOME: _("Chez moi")}
WAY_WORDS = {
    Mode.PHONE: frozenset(("telephone", "tel", "phone", "appel", "appele", "appelle", "call", "هاتف", "الهاتف", "بالهاتف")),
    Mode.VIDEO: frozenset(("visio", "video", "zoom", "فيديو", "الفيديو")),
    Mode.HOME: frozenset(("domicile", "home", "البيت", "بيتي")),
}
ALREADY = _("Tu as déjà un rendez-vous : {rdv}. Tu veux le changer, ou en prendre un autre ?")
ANOTHER_LABEL = _("Un autre")
WHICH_NAME = _("Un prénom pour te retrouver ? Tu peux passer.")
WHICH_PHONE = _("Un numéro, au cas où ça change ? Tu peux passer.")
TO_BE_CALLED = _("À quel numéro on t'appelle ? C'est un rendez-vous par téléphone. Tu peux passer.")
NOT_A_PHONE = _("Ce n'est pas un numéro de téléphone. Tu l'écris en chiffres, ou tu passes ?")
_SAYS_A_NAME = re.compile(
    r"^(?:(?:moi|ok|oui|alors)[ ,]+)?"
    r"(?:c['’ ]?(?:est|é)?|je m['’ ]?appell?e?|jm['’ ]?app?ell?e?|mon pr[ée]nom (?:c['’])?est|my name(?: is|['’]s)|i(?:['’ ]a?)?m|اسمي|أنا|انا)[ :]+",
    re.IGNORECASE,
)
"""« moi c yanis »: what comes before a first name."""
UNCLEAR = "booking_unclear"
"""Words in a row that chose nothing of what was asked."""
NO_NUMBER = "booking_no_number"
"""Words in a row that are no number: it is asked once more, and then no more."""
NOT_STANDING = _("Ce rendez-vous n'est plus prévu.")


# -- what for


_names_it = words(*THE_WORD, "1 rdv", "un rdv", "rdv svp", "rdv stp", "un rendez vous", "an appointment")


def _wants_one(turn: Turn) -> bool:
    """« rdv » and nothing else, of who has none: the first one is wanted."""
    return _names_it(turn) and not in_danger(turn) and can_book(turn.work) and not to_come(turn)


@on(Rank.TEXT, _wants_one)
@on(Rank.TEXT, lambda turn: means(BOOK)(turn) and not in_danger(turn) and can_book(turn.work))
@on(Rank.CHOICE, lambda turn: choices(f"{ACT}{BOOK}")(turn) and can_book(turn.work))
def begin(turn: Turn) -> None:
    """What for; or first what is booked already, which may be what is meant."""
    if free_words(turn):
        keep_others(turn, BOOK)
    turn.close_question()
    ahead = to_come(turn)
    if len(ahead) >= slots.MOST_AHEAD:
        slots.enough(turn)
    elif ahead:
        body = greeting(turn) + turn.words.say(ALREADY, rdv=brief(turn.work, turn.words, ahead[0].slot))
        another = button(turn, ANOTHER, ANOTHER_LABEL)
        ask_ours(turn, SECOND, body, *offered(turn.words, ahead[0], Button.MOVE), another, *buttons(turn, MENU), data=_first_words(turn))
    else:
        what_for(turn)


def _first_words(turn: Turn) -> dict[str, Json]:
    """What somebody asked with, for the day or the town it may name: said once, it is not asked again. A time said since counts in its place."""
    asked = turn.question
    if free_words(turn) and asked is not None and said_of_time(turn).names_a_time:
        return {"said": turn.text, "at": turn.now.isoformat()}
    if asked is not None and asked.id in (MOTIVE, TOWN, SECOND):
        return {name: asked.data[name] for name in ("said", "at") if name in asked.data}
    return {"said": turn.text, "at": turn.now.isoformat()} if free_words(turn) else {}


@on(Rank.QUESTION, lambda turn: question(SECOND)(turn) and turn.choice == ANOTHER)
def what_for(turn: Turn) -> None:
    """The motives of the service; nothing is asked where it has one only."""
    offers = motives.motives(turn.work)
    if len(offers) == 1:
        where(turn, offers[0])
    else:
        ask_ours(turn, MOTIVE, greeting(turn) + turn.words.say(WHAT_FOR), *_motives(turn, offers), data=_first_words(turn))


def _motives(turn: Turn, offers: tuple[Motive, ...]) -> list[Choice]:
    return [*(Choice(f"{FOR}{each.token}", each.name) for each in offers), *buttons(turn, MENU)]


def _motive_said(turn: Turn) -> Motive | None:
    """The motive that is pressed, or that a few words name."""
    offers, token = motives.motives(turn.work), (turn.choice or "").removeprefix(FOR)
    pressed = next((each for each in offers if each.token == token), None)
    return pressed or (best(turn.plain, offers, lambda each: each.name) if len(turn.plain.split()) <= A_FEW else None)


@on(Rank.QUESTION, lambda turn: question(MOTIVE)(turn) and (not wants_else(turn) or _motive_said(turn) is not None))
def take_motive(turn: Turn) -> None:
    """The motive that is pressed or named; where none is, the list once more."""
    if gives_up(turn):
        return
    offers, motive = motives.motives(turn.work), _motive_said(turn)
    if motive is None:
        ask_ours(turn, MOTIVE, _unclear(turn, NEAREST, WHAT_FOR), *_motives(turn, offers), button(turn, PERSON), data=_first_words(turn))
    else:
        where(turn, motive)


# -- where


def where(turn: Turn, motive: Motive) -> None:
    """In which town, where there are several; by telephone too, where that may be."""
    there, first = look.doors(turn.work, motive), _first_words(turn)
    named = best(plain(str(first.get("said", ""))), there, place_words)
    if len(there) + len(look.ways(turn.work, motive)) < 2 or named is not None:
        _offer(turn, Looking(motive.token, places=frozenset() if named is None else frozenset({named.id})))
    else:
        ask_ours(turn, TOWN, greeting(turn) + turn.words.say(WHICH_TOWN), *_towns(turn, motive, there), data={"motive": motive.token, **first})


def _offer(turn: Turn, looking: Looking) -> None:
    """The next times, or those that the first words named."""
    first = _first_words(turn)
    said = NOT_SAID
    if first:
        said = when(str(first["said"]), datetime.fromisoformat(str(first["at"])), hours.zone(turn.work))
    if said.names_a_time:
        choose(turn, looking, [], said)
    else:
        offer(turn, looking)


def _towns(turn: Turn, motive: Motive, there: tuple[places.Place, ...]) -> list[Choice]:
    """The towns, then the ways to meet without going anywhere."""
    towns = [Choice(f"{HERE}{each.token}", town_of(turn.work, each.id) or each.name) for each in there]
    return [*towns, *(button(turn, f"{WAY}{mode}", WAYS[mode]) for mode in look.ways(turn.work, motive)), button(turn, SKIP, SKIP_LABEL)]


def _way_said(turn: Turn) -> Mode | None:
    """« Par téléphone », by its button or in a few words."""
    pressed = next((mode for mode in WAYS if turn.choice == f"{WAY}{mode}"), None)
    said = set(turn.plain.split()) if free_words(turn) and len(turn.plain.split()) <= A_FEW else set()
    return pressed or next((mode for mode, words in WAY_WORDS.items() if said & words), None)


@on(Rank.QUESTION, lambda turn: question(TOWN)(turn) and not wants_else(turn))
def take_town(turn: Turn) -> None:
    """The place of this town; where the team receives in none of these words, the list once more."""
    asked = turn.question
    motive = None if asked is None else motives.find(turn.work, str(asked.data.get("motive")))
    if motive is None:
        what_for(turn)
        return
    if turn.choice == SKIP or (free_words(turn) and (turn.plain in NO_WORDS | UNDECIDED or said_of_time(turn).any)):
        _offer(turn, Looking(motive.token))
        return
    there, way = look.doors(turn.work, motive), _way_said(turn)
    if way in look.ways(turn.work, motive):
        _offer(turn, Looking(motive.token, modes=frozenset({way})))
        return
    token = (turn.choice or "").removeprefix(HERE)
    place = next((each for each in there if each.token == token), None) or best(
        turn.plain, there, lambda each: f"{each.name} {each.town} {each.address}"
    )
    if place is None and said_of_time(turn).names_a_time:  # « plutôt le soir »: when matters more than where
        _offer(turn, Looking(motive.token))
    elif place is None:
        data = {"motive": motive.token, **_first_words(turn)}
        ask_ours(turn, TOWN, _unclear(turn, NOT_THERE, WHICH_TOWN), *_towns(turn, motive, there), button(turn, PERSON), data=data)
    else:
        _offer(turn, Looking(motive.token, places=frozenset({place.id})))


def _unclear(turn: Turn, text: Text, question: Text) -> str:
    """What is said to words that choose nothing; the second time in a row, that a person understands better, and the question."""
    return turn.words.say(text) if turn.in_a_row(UNCLEAR) == 1 else f"{turn.words.say(NO_BETTER)} {turn.words.say(question)}"


def gives_up(turn: Turn) -> bool:
    """A no to all of it: nothing is booked."""
    if not free_words(turn) or turn.plain not in NO_WORDS:
        return False
    turn.close_question()
    turn.reply(slots.DROPPED, *buttons(turn, PERSON, MENU), ends=True)
    return True


# -- yes or another time


@on(Rank.ALLOWED, lambda turn: under_a_human(slots.BOOK)(turn) and decision(turn) is not None)
@on(Rank.QUESTION, lambda turn: question(slots.BOOK)(turn) and decision(turn) is not None)
def decide(turn: Turn) -> None:
    """A yes books it, if it is still free; a no shows the others."""
    looking, slot = looked_for(turn.question), asked_slot(turn.question)
    if looking is None or slot is None:
        slots.nothing_of_it(turn)
    elif decision(turn) is False:
        offer(turn, looking)
    else:
        _book(turn, looking, slot)


def _book(turn: Turn, looking: Looking, slot: Slot) -> None:
    person = turn.lane.person_id
    if slots.has_enough(turn, slot):
        slots.enough(turn)
        return
    if slot.start <= turn.now or look.motive_of(turn.work, looking) is None:
        offer(turn, looking, slots.ALREADY_PAST if slot.start <= turn.now else slots.NOT_FREE)
        return
    thread = threads.open_thread_of(turn.work, person)
    found = appointments.book(turn.work, Booking(person, looking.motive, slot, thread_id=thread))
    if not isinstance(found, Appointment):
        offer(turn, looking, slots.NOT_FREE)
        return
    outcomes.taken(turn.work, turn.lane.address.channel)
    before = notice(turn, greeting(turn))
    if turn.automatic:
        finish(turn, found)
    else:
        ask_name(turn, found, before + turn.words.say(slots.RESERVED, rdv=brief(turn.work, turn.words, slot)) + " ")


def resume(turn: Turn, asked: Question) -> bool:
    """Ask anew what was being asked, in the language now spoken; False where it was nothing of a booking."""
    looking = looked_for(asked)
    motive = motives.find(turn.work, str(asked.data.get("motive"))) if asked.id == TOWN else None
    if motive is not None:
        where(turn, motive)
    elif asked.id in (MOTIVE, TOWN, SECOND):
        what_for(turn)
    elif asked.id in (slots.SLOTS, slots.BOOK, slots.MOVE) and looking is not None:
        offer(turn, looking)
    elif asked.id in (NAME, PHONE) and (appointment := _asked_about(turn, asked)) is not None:
        (ask_name if asked.id == NAME else ask_phone)(turn, appointment, "")
    else:
        return False
    return True


# -- a first name, a number


def ask_name(turn: Turn, appointment: Appointment, before: str) -> None:
    """Unless it is known, or others read here."""
    if turn.lane.shared or rights.summary(turn.work, turn.lane.person_id).name:
        ask_phone(turn, appointment, before)
    else:
        ask_ours(turn, NAME, before + turn.words.say(WHICH_NAME), button(turn, SKIP, SKIP_LABEL), data={"token": appointment.token})


def ask_phone(turn: Turn, appointment: Appointment, before: str = "", text: Text | None = None) -> None:
    """For this appointment alone, with why where it is by telephone."""
    asks = text or (TO_BE_CALLED if appointment.slot.mode is Mode.PHONE else WHICH_PHONE)
    ask_ours(turn, PHONE, before + turn.words.say(asks), button(turn, SKIP, SKIP_LABEL), data={"token": appointment.token})


def _skips(turn: Turn) -> bool:
    """« Passer », by its button or in words: « non », « jai pas de tel », « pas envie »."""
    return turn.choice == SKIP or (free_words(turn) and (turn.plain in NO_WORDS or _refuses(turn)))


def _refuses(turn: Turn) -> bool:
    """A no to what is asked, and to nothing else: « jpeu pas venir » is about the appointment."""
    if _figures(turn) > 1 or not keeps_it_to_oneself(turn.text) or speaks_of_an_appointment(turn.text):
        return False
    return not said_of_time(turn).says and not wants_else(turn)


def _names(turn: Turn) -> bool:
    """What may be a first name, or a number given first."""
    return _skips(turn) or _figures(turn) >= FEWEST or (not wants_else(turn) and len(turn.plain.split()) <= A_FEW)


@on(Rank.QUESTION, lambda turn: question(NAME)(turn) and _names(turn))
def take_name(turn: Turn) -> None:
    """Keep it, or not."""
    appointment = _asked_about(turn, turn.question)
    if appointment is None:
        return
    if _figures(turn) >= FEWEST:
        take_phone(turn)
        return
    if not _skips(turn):
        rights.rename(turn.work, turn.lane.person_id, _SAYS_A_NAME.sub("", turn.text.strip()) or turn.text.strip())
    ask_phone(turn, appointment)


@on(Rank.QUESTION, lambda turn: question(PHONE)(turn) and (_skips(turn) or _figures(turn) >= FEWEST or not wants_else(turn)))
def take_phone(turn: Turn) -> None:
    """Keep it with the appointment, or not."""
    appointment = _asked_about(turn, turn.question)
    if appointment is None:
        return
    if not _skips(turn):
        if not FEWEST <= _figures(turn) <= MOST and (_figures(turn) or turn.in_a_row(NO_NUMBER) == 1):
            ask_phone(turn, appointment, text=NOT_A_PHONE)
            return
    if FEWEST <= _figures(turn) <= MOST:
        appointments.reach_at(turn.work, appointment.token, turn.text.strip()[: rights.LONGEST_PHONE])
    turn.close_question()
    finish(turn, appointment_view.find(turn.work, appointment.token) or appointment)


def _asked_about(turn: Turn, asked: Question | None) -> Appointment | None:
    """The appointment of this question; where it is not to be any more, that is said."""
    found = None if asked is None else appointment_view.find(turn.work, str(asked.data.get("token")))
    if found is not None and slots.stands(turn, found):
        return found
    turn.close_question()
    turn.reply(NOT_STANDING, *buttons(turn, PERSON, MENU), ends=True)
    return None


def _figures(turn: Turn) -> int:
    return sum(letter.isdecimal() for letter in turn.text) if free_words(turn) else 0
