"""Three times as buttons, other days and places, and the time that somebody picks, which is asked back before anything is done.

A time is picked by its button, however old: what it names is looked for again, and never believed. A question of these that was asked while a human
owns the conversation is answered there too, marked automatic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.messages import Choice, Json, Kind, Purpose
from bot.questions import Question
from bot.routing import ANSWER, Rank, Test, Turn, choices, on, question
from bot.rules.slots import Part, Slot, dump, load
from content.understanding.when import when
from content.words import Text, _
from handlers import meant
from handlers.appointment_words import Button, brief, capital, day, moment, offered, short
from handlers.buttons import MENU, NO, PERSON, YES, button, buttons, labelled
from handlers.greeting import greeting
from handlers.looking import SLOT, Looking, Moving, Pick, can_book, from_kept, motive_of, moved, read_pick, still_free, times
from handlers.meant import ACT, NAMES
from handlers.notice import notice
from handlers.own_appointments import to_come
from handlers.slot_words import announced
from storage import hours, outcomes, waiting_list
from storage.appointment_view import Appointment
from storage.waiting_list import Wanted

SLOTS, BOOK, MOVE = "slots", "book", "move"
"""The questions: which time; is it booked; is it moved."""
AUTOMATIC = "automatic"
"""In the data of a question that was asked while a human owned the conversation."""
OTHER, DAY, PLACE, PART, WAIT = (f"{ANSWER}slots:{name}" for name in ("other", "day", "place", "part:", "wait"))
MOST_AHEAD = 3
"""Appointments to come, from which on a person of the team finds the next with whoever asks."""
WAIT_NO_MORE = "waiting:leave:"
"""Prefix of the button that leaves the waiting list, by the token of the place in it."""

HOW_ELSE = _("Tu préfères quoi ?")
BOOK_IT = _("{rdv}. Je réserve ?")
CHANGE_IT = _("{rdv}, à la place de {ancien}. On change ?")
NOT_FREE = _("Ce moment n'est plus libre.")
ALREADY_PAST = _("Ce moment est passé.")
NOTHING_THEN = _("Rien de libre à ce moment-là.")
ANY_OF_THEM = _("Choisis un moment, ou écris « le premier ».")
NOTHING_THERE = _("Rien de libre à cet endroit pour l'instant.")
NOTHING = _("Je ne vois aucun moment libre pour l'instant. Une personne de l'équipe peut en trouver un avec toi.")
RESERVED = _("C'est réservé : {rdv}.")
ENOUGH = _("Tu as déjà {nombre} rendez-vous à venir. Pour un autre, une personne de l'équipe regarde avec toi.")
NO_SUCH = _("Je ne retrouve pas ce rendez-vous. Une personne de l'équipe peut regarder avec toi.")
GONE = _("Ce rendez-vous n'est plus prévu. Tu peux en prendre un autre.")
DROPPED = _("D'accord, rien n'est réservé.")
AS_IT_WAS = _("D'accord, rien ne change : {rdv}.")
WAITS = _("C'est noté. Si un moment se libère, je t'écris ici, dans l'ordre des demandes. Ce n'est pas encore un rendez-vous.")
WAITS_NO_MORE = _("C'est noté : tu n'attends plus.")

LAST = -1
"""« Le dernier » is the last time, whatever button stands after it."""
OTHER_LABEL = _("Autre jour ou lieu")
DAY_LABEL, PLACE_LABEL, WAIT_LABEL = _("Un autre jour"), _("Un autre lieu"), _("Préviens-moi")
WAIT_NO_MORE_LABEL = _("Ne plus attendre")
PART_LABELS: Mapping[Part, Text] = {Part.MORNING: _("Le matin"), Part.AFTERNOON: _("L'après-midi"), Part.EVENING: _("Le soir")}
ANOTHER_TIME = _("Autre moment")


# -- what other capabilities begin with


def offer_slots(turn: Turn, motive: str, like: Slot | None = None, before: str = "") -> None:
    """Begin to choose a time for a motive (its token), at the place and in the way of `like`; `before` is said first, with its own blank line."""
    if like is None:
        offer(turn, Looking(motive), before=before)
    else:
        offer(turn, Looking(motive, places=frozenset({like.place}), modes=frozenset({like.mode})), before=before)


def offer(turn: Turn, looking: Looking, why: Text | None = None, before: str = "") -> None:
    """The next times for what is looked for, as buttons. Where there are none, whenever; then wherever; else a person, and the waiting list."""
    person = turn.lane.person_id
    found = times(turn.work, person, looking)
    if not found and looking.narrowed:
        why, looking = why or (NOTHING_THERE if looking.not_at else NOTHING_THEN), looking.widened()
        found = times(turn.work, person, looking)
    if not found and (looking.places or looking.modes):
        why, looking = why or NOTHING_THERE, looking.anywhere()
        found = times(turn.work, person, looking)
    opening = greeting(turn) + before + ("" if why is None else turn.words.say(why) + " ")
    if not found:
        _nothing(turn, looking, opening)
        return
    offer_these(turn, looking, found, opening)


def offer_these(turn: Turn, looking: Looking, found: Sequence[Slot], before: str = "") -> None:
    """Up to three times as buttons, and the way to others."""
    outcomes.offered(turn.work, turn.lane.address.channel, len(found))
    _show(turn, looking, found, before + announced(turn, looking, found))


def show_again(turn: Turn, looking: Looking, shown: Sequence[Slot]) -> None:
    """The same times, to words that choose none of them: how they may be chosen."""
    _show(turn, looking, shown, greeting(turn) + turn.words.say(ANY_OF_THEM))


def _show(turn: Turn, looking: Looking, found: Sequence[Slot], body: str) -> None:
    slots = [Choice(Pick(looking.motive, looking.moving, slot).name(), short(turn.work, turn.words, slot.start)) for slot in found]
    ask_ours(turn, SLOTS, body, *slots, button(turn, OTHER, OTHER_LABEL), data=_data(looking, found))


def ask_back(turn: Turn, looking: Looking, slot: Slot, before: str = "") -> None:
    """Say the day, the hour and the place again, and wait for a yes."""
    data = {**_data(looking, [slot]), "slot": dump(slot)}
    rdv, old = brief(turn.work, turn.words, slot), moved(turn.work, looking)
    if old is None:
        body = capital(turn.words.say(BOOK_IT, rdv=rdv))
        ask_ours(turn, BOOK, before + body, button(turn, YES), button(turn, NO, ANOTHER_TIME), data=data)
        return
    zone = hours.zone(turn.work)
    same_day = old.slot.day(zone) == slot.day(zone)
    said = (moment if same_day else day)(turn.work, turn.words, old.slot.start)
    body = capital(turn.words.say(CHANGE_IT, rdv=rdv, ancien=said))
    ask_ours(turn, MOVE, before + body, button(turn, YES), button(turn, NO), data=data)


# -- questions of ours


def ask_ours(turn: Turn, name: str, body: str, *offered_here: Choice, data: Mapping[str, Json]) -> None:
    """Ask one of these questions, and remember whether a human owned the conversation then."""
    turn.ask_content(name, body, *offered_here, data={**data, AUTOMATIC: turn.automatic})


def under_a_human(*names: str) -> Test:
    """One of these questions, asked under a human, gets its button, or words that come right after it."""
    answers = question(*names)
    return lambda turn: turn.lane.human and answers(turn) and asked_there(turn)


def asked_there(turn: Turn) -> bool:
    """The question that is open was asked under a human, and this is a press, or the very next words."""
    asked = turn.question
    right_after = asked is not None and (turn.inbound.kind is Kind.CHOICE or asked.last == turn.number - 1)
    return asked is not None and asked.data.get(AUTOMATIC) is True and right_after


def looked_for(asked: Question | None) -> Looking | None:
    """What a question of these is about."""
    return None if asked is None else from_kept(asked.data.get("looking"))


def asked_slot(asked: Question | None) -> Slot | None:
    """The time that was asked back."""
    return None if asked is None else load(asked.data.get("slot"))


# -- a time is picked


def _picks_under_a_human(turn: Turn) -> bool:
    asked = turn.question
    return turn.lane.human and choices(SLOT)(turn) and asked is not None and asked.id in (SLOTS, BOOK, MOVE) and asked_there(turn)


@on(Rank.ALLOWED, _picks_under_a_human)
@on(Rank.CHOICE, choices(SLOT))
def pick(turn: Turn) -> None:
    """Ask it back, or say that it is gone and offer others."""
    chosen = read_pick(turn.choice or "")
    if chosen is None or motive_of(turn.work, chosen) is None:
        nothing_of_it(turn)
        return
    old = moved(turn.work, chosen)
    if chosen.moving is not None and not stands(turn, old):
        (gone if old is not None and old.person_id == turn.lane.person_id else nothing_of_it)(turn)
        return
    if old is not None:
        chosen = replace(chosen, moving=Moving(old.token, old.version))
    take(turn, _around(turn, chosen), chosen.slot)


def take(turn: Turn, looking: Looking, slot: Slot, before: str = "") -> None:
    """A time somebody wants: asked back where it is still free, and where they may have one more."""
    if (own := _own_then(turn, looking, slot)) is not None:
        ways = offered(turn.words, own, Button.FILE, Button.MOVE, Button.DROP)
        turn.reply(RESERVED, *ways, *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE, rdv=brief(turn.work, turn.words, own.slot))
    elif looking.moving is None and has_enough(turn, slot):
        enough(turn)
    elif slot.start <= turn.now:
        offer(turn, looking, ALREADY_PAST, before)
    elif still_free(turn.work, Pick(looking.motive, looking.moving, slot)):
        ask_back(turn, looking, slot, greeting(turn) + before)
    else:
        offer(turn, looking, NOT_FREE, before)


def has_enough(turn: Turn, slot: Slot) -> bool:
    """Whether this would be one more than somebody may book by themselves, by however old a button."""
    return sum(1 for each in to_come(turn) if not _is(each.slot, slot)) >= MOST_AHEAD


def enough(turn: Turn) -> None:
    """A person of the team finds the next with them."""
    turn.close_question()
    turn.reply(ENOUGH, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE, nombre=len(to_come(turn)))


def _own_then(turn: Turn, looking: Looking, slot: Slot) -> Appointment | None:
    """Their own appointment at this very time, or during it: nobody is at two places. One that moves may move within its own time."""
    moving = "" if looking.moving is None else looking.moving.token
    during = (each for each in to_come(turn) if each.slot.start < slot.end and slot.start < each.slot.end)
    return next((each for each in during if each.token != moving or _is(each.slot, slot)), None)


def _is(slot: Slot, other: Slot) -> bool:
    """The same time with the same person."""
    return (slot.start, slot.who) == (other.start, other.who)


def stands(turn: Turn, appointment: Appointment | None) -> bool:
    """Whether this is an appointment of theirs that is still to be."""
    theirs = appointment is not None and appointment.person_id == turn.lane.person_id
    return theirs and appointment is not None and appointment.state.stands and appointment.slot.end > turn.now


def nothing_of_it(turn: Turn) -> None:
    """What was pressed names nothing of theirs any more."""
    turn.close_question()
    turn.reply(NO_SUCH, *ways_to_book(turn), *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


def gone(turn: Turn) -> None:
    """An appointment of theirs that was cancelled, or is over."""
    turn.close_question()
    turn.reply(GONE, *ways_to_book(turn), *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


def ways_to_book(turn: Turn) -> tuple[Choice, ...]:
    """The button that begins anew, where anything may be booked."""
    return (labelled(turn.words, f"{ACT}{meant.BOOK}", NAMES[meant.BOOK]),) if can_book(turn.work) else ()


def _around(turn: Turn, chosen: Pick) -> Looking:
    """What was being looked for when this was shown, as far as it is known; else the same place and way."""
    current = looked_for(turn.question)
    if current is not None and current.motive == chosen.motive and (current.moving is None) == (chosen.moving is None):
        return replace(current, moving=chosen.moving)
    slot = chosen.slot
    return Looking(chosen.motive, chosen.moving, frozenset({slot.place}), frozenset({slot.mode}))


# -- another day, another place, another part of the day, the waiting list


def _answers_slots(turn: Turn) -> bool:
    return question(SLOTS)(turn) and turn.choice is not None


@on(Rank.ALLOWED, lambda turn: under_a_human(SLOTS)(turn) and turn.choice is not None)
@on(Rank.QUESTION, _answers_slots)
def otherwise(turn: Turn) -> None:
    """What else there is, or the times of what was chosen."""
    looking, shown = looked_for(turn.question), shown_in(turn.question)
    if looking is None:
        nothing_of_it(turn)
        return
    choice, zone = turn.choice or "", hours.zone(turn.work)
    if choice == OTHER and shown and turn.inbound.kind is Kind.TEXT and when(turn.text, turn.now, zone).place == LAST:
        take(turn, looking, shown[-1])
    elif choice == OTHER:
        show_ways(turn, looking, shown)
    elif choice == DAY:
        offer(turn, looking.another_day({slot.day(zone) for slot in shown}))
    elif choice == PLACE:
        offer(turn, looking.another_place(shown))
    elif choice == WAIT:
        wait(turn, looking)
    else:
        offer(turn, replace(looking, part=Part(choice.removeprefix(PART)), but=frozenset()))


def show_ways(turn: Turn, looking: Looking, shown: Sequence[Slot]) -> None:
    """Another day, another place, another part of the day, the waiting list, a person."""
    ask_ours(turn, SLOTS, turn.words.say(HOW_ELSE), *_ways(turn, looking, shown), data=_data(looking, shown))


def leave(turn: Turn, looking: Looking) -> None:
    """Nothing of all that: what stands stands."""
    turn.close_question()
    old = moved(turn.work, looking)
    if old is None:
        turn.reply(DROPPED, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    ways = offered(turn.words, old, Button.MOVE, Button.DROP)
    turn.reply(AS_IT_WAS, *ways, *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE, rdv=brief(turn.work, turn.words, old.slot))


def _ways(turn: Turn, looking: Looking, shown: Sequence[Slot]) -> list[Choice]:
    """The ways to look on: only those that lead somewhere."""
    zone = hours.zone(turn.work)

    def leads(other: Looking) -> bool:
        return bool(times(turn.work, turn.lane.person_id, other, 1))

    found = [button(turn, DAY, DAY_LABEL)] if leads(looking.another_day({slot.day(zone) for slot in shown})) else []
    found += [button(turn, PLACE, PLACE_LABEL)] if leads(looking.another_place(shown)) else []
    parts = [part for part in Part if part != looking.part and {part} != {slot.part(zone) for slot in shown}]
    found += [button(turn, f"{PART}{part}", PART_LABELS[part]) for part in parts if leads(replace(looking, part=part, but=frozenset()))]
    found += [button(turn, WAIT, WAIT_LABEL)] if waiting_list.on(turn.work) else []
    return [*found, *buttons(turn, PERSON, MENU)]


def wait(turn: Turn, looking: Looking) -> None:
    """A place in the line: in order, held by nothing else."""
    turn.close_question()
    before, old = notice(turn, greeting(turn)), moved(turn.work, looking)
    wanted = Wanted(looking.motive, looking.places, looking.modes, looking.part, None if old is None else old.slot.start)
    token = waiting_list.wait(turn.work, turn.lane.person_id, wanted)
    leave = Choice(f"{WAIT_NO_MORE}{token}", turn.words.say(WAIT_NO_MORE_LABEL))
    turn.reply_content(before + turn.words.say(WAITS), leave, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


@on(Rank.CHOICE, choices(WAIT_NO_MORE))
def wait_no_more(turn: Turn) -> None:
    """Out of the line, without a reason."""
    token = (turn.choice or "").removeprefix(WAIT_NO_MORE)
    if any(place.token == token for place in waiting_list.of_person(turn.work, turn.lane.person_id)):
        waiting_list.leave(turn.work, token)
    turn.reply(WAITS_NO_MORE, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


# -- parts


def shown_in(asked: Question | None) -> list[Slot]:
    """The times that a question showed."""
    kept = None if asked is None else asked.data.get("shown")
    slots = [load(each) for each in kept] if isinstance(kept, list) else []
    return [slot for slot in slots if slot is not None]


def _data(looking: Looking, shown: Sequence[Slot]) -> dict[str, Json]:
    return {"looking": looking.kept(), "shown": [dump(slot) for slot in shown]}


def _nothing(turn: Turn, looking: Looking, opening: str) -> None:
    """Nothing at all is free: said, with a person, and the line where the service keeps one."""
    if waiting_list.on(turn.work) and motive_of(turn.work, looking) is not None:
        ways = (button(turn, WAIT, WAIT_LABEL), *buttons(turn, PERSON, MENU))
        ask_ours(turn, SLOTS, opening + turn.words.say(NOTHING) + " " + turn.words.say(HOW_ELSE), *ways, data=_data(looking, []))
        return
    turn.close_question()
    turn.reply_content(opening + turn.words.say(NOTHING), *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
