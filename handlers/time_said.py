"""A time chosen in words: « jeudi », « mardi aprem », « le 2e », « 14 h », « plus tard », « à Carvin ». Of the times shown, or of any that is free.

Whatever is understood is asked back before anything is done.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.plain import plain
from bot.routing import Rank, Turn, on, question
from bot.rules.hours import Days
from bot.rules.slots import Slot
from content.understanding.appointment import Answer
from content.understanding.asking import speaks_of_an_appointment
from content.understanding.times import NOT_SAID, When, pick
from content.understanding.when import when
from handlers import looking as look
from handlers import slots_offered as slots
from handlers.buttons import NO, YES
from handlers.deciding import agrees, refuses
from handlers.looking import Looking
from handlers.matching import best
from handlers.meant import BOOK, MOVE, free_words, sure, wants_else
from handlers.slots_offered import asked_slot, looked_for, offer, offer_these, shown_in
from storage import hours, places

_LEAVES = ("laisse tomber", "laisse", "tant pis", "non merci", "oublie", "rien", "no thanks", "never mind", "forget it", "لا شكرا", "لا داعي")
LEAVES = frozenset(map(plain, _LEAVES))
"""What leaves the search, rather than refusing these times."""
_OTHERWISE = (
    *("aucun", "aucune", "autre", "autre jour", "un autre jour", "une autre date", "autre date", "autre lieu", "ailleurs", "ca me va pas"),
    *("jpeu pas", "je peux pas", "none", "another day", "another one", "other", "somewhere else", "غير ذلك", "يوم آخر", "مكان آخر"),
)
OTHERWISE = frozenset(map(plain, _OTHERWISE))
_UNDECIDED = (
    *("jsp", "jsais pas", "jsai pas", "je sais pas", "je ne sais pas", "sais pas", "sai pas", "jc pas", "chais pas", "aucune idee", "bof", "hein"),
    *("i dont know", "i don t know", "idk", "dunno", "not sure", "لا اعرف", "ما بعرف", "مانعرف", "ما نعرفش"),
)
UNDECIDED = frozenset(map(plain, _UNDECIDED))
A_FEW = 4
"""Words that may name a place."""
SHORT = 6
"""Words that are an answer whatever else they may mean, where they name a time."""


def said_of_time(turn: Turn) -> When:
    """What these words say of time."""
    return when(turn.text, turn.now, hours.zone(turn.work)) if free_words(turn) else NOT_SAID


def choose(turn: Turn, looking: Looking, shown: Sequence[Slot], said: When, before: str = "") -> None:
    """What was said, among the times shown, then among all that are free; else the next ones."""
    zone = hours.zone(turn.work)
    found = pick(said, shown, zone)
    if said.any and found:
        found = found[:1]
    if not found and said.later and shown:
        offer(turn, replace(looking.widened(), since=max(slot.end for slot in shown)), before=before)
        return
    if not found and said.earlier and shown:
        first = min(slot.start for slot in shown)
        until = _until(first.astimezone(zone).date(), turn.now.astimezone(zone).date())
        sooner = look.times_said(turn.work, turn.lane.person_id, looking.widened(), until)
        found = tuple(slot for slot in sooner if slot.start < first)
    elif not found and said.names_a_time:
        found = look.times_said(turn.work, turn.lane.person_id, looking.widened(), said)
    if len(found) == 1:
        slots.take(turn, looking.widened(), found[0], before)
    elif found:
        offer_these(turn, looking.widened(), found, before)
    else:
        offer(turn, looking.widened(), slots.NOTHING_THEN if said.names_a_time or said.earlier else None, before)


def _until(last: date, today: date) -> When:
    """Any day up to this one."""
    return When(days=(Days(min(today, last), last),))


# -- words instead of one of the times shown


def _place_said(turn: Turn, looking: Looking | None) -> places.Place | None:
    """The place that a few words name."""
    motive = None if looking is None else look.motive_of(turn.work, looking)
    if motive is None or not free_words(turn) or len(turn.plain.split()) > A_FEW:
        return None
    return best(turn.plain, look.doors(turn.work, motive), place_words)


def place_words(place: places.Place) -> str:
    """What a place may be named by."""
    return f"{place.name} {place.town} {place.address}"


def _names_a_time(turn: Turn) -> bool:
    """Whether these words are about time: in a longer message, unless it plainly asks for something else."""
    short = len(turn.plain.split()) <= SHORT or sure(turn) in (BOOK, MOVE)
    return free_words(turn) and said_of_time(turn).says and (short or not wants_else(turn))


def _answers(turn: Turn) -> bool:
    if not question(slots.SLOTS)(turn) or not free_words(turn):
        return False
    known = turn.plain in LEAVES | OTHERWISE or refuses(turn) or _takes_the_one(turn) or _keeps(turn) or _chooses_none(turn)
    return known or _names_a_time(turn) or _place_said(turn, looked_for(turn.question)) is not None


def _takes_the_one(turn: Turn) -> bool:
    """A yes, where one time alone was shown."""
    return len(shown_in(turn.question)) == 1 and agrees(turn)


def _keeps(turn: Turn) -> bool:
    """« ok jserai la », said to several times for one that stands: it is of that one."""
    looking = looked_for(turn.question)
    moving = looking is not None and looking.moving is not None and len(shown_in(turn.question)) > 1
    return moving and turn.heard.sure is Answer.CONFIRM and speaks_of_an_appointment(turn.text) and not said_of_time(turn).says


def _chooses_none(turn: Turn) -> bool:
    """A yes to several times, or « jsp »."""
    return len(shown_in(turn.question)) > 1 and (turn.plain in UNDECIDED or agrees(turn))


@on(Rank.QUESTION, _answers)
def by_words(turn: Turn) -> None:
    """The time that is meant, another day or place, or none at all."""
    looking, shown = looked_for(turn.question), shown_in(turn.question)
    if looking is None:
        slots.nothing_of_it(turn)
    elif turn.plain in LEAVES or _keeps(turn):
        slots.leave(turn, looking)
    elif turn.plain in OTHERWISE:
        slots.show_ways(turn, looking, shown)
    elif _names_a_time(turn):
        choose(turn, looking, shown, said_of_time(turn))
    elif (place := _place_said(turn, looking)) is not None:
        offer(turn, replace(looking.widened(), places=frozenset({place.id}), modes=frozenset()))
    elif _takes_the_one(turn):
        slots.take(turn, looking, shown[0])
    elif _chooses_none(turn):
        slots.show_again(turn, looking, shown)
    else:
        slots.show_ways(turn, looking, shown)


# -- words about the time that is asked back


def decision(turn: Turn) -> bool | None:
    """A yes or a no to it; None for anything else, another time that is named among them."""
    slot = asked_slot(turn.question)
    if slot is None:
        return turn.choice == YES if turn.choice in (YES, NO) else None
    if free_words(turn) and (said := said_of_time(turn)).names_a_time:
        zone = hours.zone(turn.work)
        if not said.fits(slot.day(zone), slot.start.astimezone(zone).time()):
            return None
    asked = turn.question
    if agrees(turn, to_a_change=asked is not None and asked.id == slots.MOVE):
        return True
    return False if refuses(turn) else None


@on(Rank.QUESTION, lambda turn: question(slots.BOOK, slots.MOVE)(turn) and decision(turn) is None and _names_a_time(turn))
def rather(turn: Turn) -> None:
    """« Plutôt vendredi »: that is looked for, and asked back in its turn."""
    looking = looked_for(turn.question)
    if looking is None:
        slots.nothing_of_it(turn)
    else:
        choose(turn, looking, shown_in(turn.question), said_of_time(turn))
