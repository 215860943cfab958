"""Danger. The card is written in the commit that accepts the message; this module also answers what comes after it.

A danger stays open for a day: its second steps are answered by button and by words, whoever owns the conversation, and what is not
understood never gets « je n'ai pas compris ». While a caseworker may be answering, the card waits two minutes for them (`send_due_card`).
"""

from dataclasses import replace
from datetime import timedelta

from bot import outbox
from bot.messages import Choice, Inbound, Kind, Outbound, Purpose
from bot.routing import Rank, Turn, choices, commands, on, words
from content.crises import CALL, DO, NUMBER, OPEN, SMS, STEP, Card, Crisis, Offer, Step
from content.library import Library
from content.reading import Spoken
from content.understanding.meaning import NOTHING
from content.words import FRENCH, _
from handlers import handover, private, screen, speaking, waiting
from handlers.buttons import PERSON, URGENCE, button
from handlers.greeting import WELCOMED
from handlers.meant import BOOK, MOVE, named, plainly
from handlers.open_danger import Open, colleague_since, in_danger, in_writing, opened, remember, said_step, target
from handlers.reception import HELLO
from storage import crises, gaps, lanes, messages, threads
from storage.crises import Seen
from storage.engine import Work
from storage.road import Accepted

ONE_CARD_EVERY = timedelta(hours=1)
CASEWORKER_THERE = timedelta(minutes=5)
PATIENCE = timedelta(minutes=2)
LONGEST_WISH = 500
"""How much of what a person says of how to answer them is kept, in characters."""
ALARMS = (
    *("urgence", "urgences", "urgent", "sos", "numero d'urgence", "numeros d'urgence", "les numeros d'urgence"),
    *("emergency", "urgency", "emergency numbers", "الطوارئ", "طوارئ", "حالة طوارئ", "النجدة", "نجدة"),
)
CALL_IT = _("Compose le {number} sur un téléphone : c'est gratuit.")
WRITE_IT = _("Écris un SMS au {number} : c'est gratuit.")
ASKED_FOR = _("Pour ce que tu demandes, touche le bouton dessous.")
APPOINTMENTS = frozenset({BOOK, MOVE, "my-appointments"})
"""What is still proposed, after the number, to who asks for it."""


# -- what the accept commit and the job write


def answer_danger(work: Work, accepted: Accepted, crisis_id: str, library: Library) -> None:
    """Raise the alert and write the answer of a message that shows danger, in the commit that accepts it. The caller keeps the lane."""
    lane = accepted.lane
    turn = Turn(accepted.inbound, accepted.number, lane, library, work, None, None, NOTHING, automatic=lane.human)
    speaking.follow(lane, accepted.inbound.text)
    _meet(turn, _for_minor(turn, crisis_id), accepted.inbound.text)
    _put(turn)


def _for_minor(turn: Turn, crisis_id: str) -> str:
    """Who is known to be under age in an open danger never gets a card for adults."""
    here = opened(turn)
    meant = turn.library.crises[crisis_id].under_age
    return crisis_id if here is None or meant is None or here.crisis != meant else meant


def send_due_card(work: Work, seen_id: int, conversation_id: int, library: Library) -> bool:
    """Write the card whose two minutes are over, unless a caseworker answered meanwhile or it went already; whether it goes."""
    lane = lanes.lane_of_conversation(work, conversation_id)
    seen = crises.find(work, seen_id)
    if lane is None or seen is None or seen.card_due_at is None or seen.card_due_at > work.now:
        return False
    if crises.human_answered(work, seen):
        crises.cancel(work, seen.id)
        return False
    said = messages.read_content(work, conversation_id, seen.number)
    text = said.text if said is not None else ""
    heard = Inbound(lane.address, "", Kind.TEXT, work.now, text=text)
    turn = Turn(heard, seen.number, lane, library, work, None, None, NOTHING, automatic=lane.human)
    _tell(turn, seen.crisis, seen, text)
    _put(turn)
    lanes.keep(work, lane)
    return True


def _put(turn: Turn) -> None:
    turn.spoken([outbox.put(turn.work, turn.lane, outbound) or turn.lane.number for outbound in turn.said])


def _meet(turn: Turn, crisis_id: str, text: str) -> None:
    """Somebody is in danger: the team's alert, then the card, now or once a caseworker has had two minutes."""
    thread = threads.open_for(turn.work, turn.lane, urgency=turn.library.crises[crisis_id].urgency)
    threads.raise_alert(turn.work, thread)
    gaps.erase_before_danger(turn.work, turn.lane.person_id)
    turn.close_question()
    turn.lane.state[WELCOMED] = True
    seen = crises.last_of(turn.work, turn.lane.conversation_id, crisis_id)
    if turn.lane.last_human_at is None or turn.now - turn.lane.last_human_at >= CASEWORKER_THERE:
        _tell(turn, crisis_id, seen, text)
        return
    due_at = turn.now + PATIENCE
    if seen is None or _card_wanted(turn, seen):
        crises.add(turn.work, turn.lane.conversation_id, crisis_id, turn.number, due_at)
    else:
        crises.wait(turn.work, seen.id, turn.number, due_at)


def _card_wanted(turn: Turn, seen: Seen) -> bool:
    """True where this danger's last card is more than an hour old."""
    return seen.last_card_at is not None and turn.now - seen.last_card_at >= ONE_CARD_EVERY


def _tell(turn: Turn, crisis_id: str, seen: Seen | None, text: str) -> None:
    """The full card, at most once an hour; the short answer meanwhile. Never silence."""
    if seen is None or _card_wanted(turn, seen):
        seen = crises.add(turn.work, turn.lane.conversation_id, crisis_id, turn.number, None)
    full = seen.last_card_at is None
    crises.shown(turn.work, seen.id, card=full)
    if full:
        _card(turn, turn.library.crises[crisis_id], seen.id, text)
        return
    here = Open(seen.id, crisis_id)
    step = turn.library.danger.step(crisis_id, text)
    if step is not None:
        _go(turn, here, step)
    else:
        again = turn.library.crises[crisis_id].again
        _say(turn, turn.library.crises[crisis_id], again.text, again.offers)
        remember(turn, here, "")


def _card(turn: Turn, crisis: Crisis, row: int, text: str) -> None:
    """The card that fits these words, ended by the truth about who reads, then its question."""
    variant = turn.library.danger.variant(crisis.id, text) if text else None
    card: Card = variant.card if variant is not None else crisis.card
    if card.becomes is not None:
        crises.becomes(turn.work, row, card.becomes)
        crisis = turn.library.crises[card.becomes]
    common, language = turn.library.crises.common, turn.language
    paragraphs = [card.text.of(language)]
    if common.signature.of(language) not in paragraphs[0]:
        paragraphs.append(common.signature.of(language))
    paragraphs += [waiting.who_reads(turn), *_french_beside(turn, card.text)]
    buttons = _buttons(turn, crisis, card.offers)
    turn.said.append(Outbound(turn.lane.address, Purpose.CRISIS, "\n\n".join(paragraphs), buttons, card="crisis", language=language))
    here = Open(row, crisis.id)
    remember(turn, here, "")
    if (told := _told_no(turn, crisis, text)) is not None:
        _go(turn, here, told)
    if card.then is not None:
        _go(turn, here, card.then)


def _told_no(turn: Turn, crisis: Crisis, text: str) -> str | None:
    """The step for who says at once that they called and found no place, no answer, a refusal: the card alone would send them back there."""
    named = turn.library.danger.step(crisis.id, text) if text else None
    return named if named is not None and turn.library.crises.steps[named].counted is not None else None


# -- the second steps


def _go(turn: Turn, here: Open, name: str) -> None:
    """Say one step, settle what it settles, and ask what comes with it."""
    step = turn.library.crises.steps[name]
    _settle(turn, here, step)
    if step.becomes is not None:
        here = replace(here, crisis=step.becomes)
    crises.step(turn.work, here.row, name)
    _say(turn, turn.library.crises[here.crisis], step.text, step.offers)
    if step.keeps == "watched":  # the way out to a page that this telephone does not show
        turn.said[-1] = replace(turn.said[-1], choices=(*turn.said[-1].choices, *private.offers(turn)))
    asks = any(offer.id.startswith(STEP) for offer in step.offers)
    remember(turn, here, name if asks else here.asked)
    if step.then is not None:
        _go(turn, here, step.then)


def _settle(turn: Turn, here: Open, step: Step) -> None:
    if step.counted is not None:
        crises.count_shelter_call(turn.work, step.counted)
    if step.becomes is not None:
        crises.becomes(turn.work, here.row, step.becomes)
    if step.keeps == "how":
        crises.note(turn.work, here.row, how_to_answer=turn.text[:LONGEST_WISH])
    elif step.keeps is not None:
        crises.note(turn.work, here.row, watched_phone=step.keeps == "watched")


def _say(turn: Turn, crisis: Crisis, text: Spoken, offers: tuple[Offer, ...]) -> None:
    """Something said in a danger, marked automatic while a human owns the conversation."""
    language = turn.language
    paragraphs = [text.of(language), *_french_beside(turn, text)]
    if turn.automatic:
        paragraphs.append(turn.library.crises.common.signature.of(language))
    body = "\n\n".join(paragraphs).replace("{number}", turn.words.typeset(crisis.number))
    turn.said.append(Outbound(turn.lane.address, Purpose.CRISIS, body, _buttons(turn, crisis, offers), language=language))


def _french_beside(turn: Turn, text: Spoken) -> list[str]:
    """The French, where no speaker has read what was said in another language."""
    return [text.of(FRENCH)] if turn.language in turn.library.crises.common.unread and not speaking.is_french(turn.language) else []


def _buttons(turn: Turn, crisis: Crisis, offers: tuple[Offer, ...]) -> tuple[Choice, ...]:
    return tuple((crisis.call if offer.id == NUMBER else offer).choice(turn.language) for offer in offers)


def pressed(turn: Turn) -> bool:
    """A button of a card or of a step, or its place said (« la 2 ») while nobody else spoke since."""
    if turn.choice is None or not turn.choice.startswith("crisis:"):
        return False
    here = opened(turn)
    return turn.inbound.kind is Kind.CHOICE or here is None or not colleague_since(turn, here)


@on(Rank.CRISIS, commands(URGENCE), choices(URGENCE), words(*ALARMS))
def numbers(turn: Turn) -> None:
    """Which number is which, and the eight dangers as buttons."""
    offered = tuple(Choice(f"{OPEN}{crisis.id}", crisis.label.of(turn.language)) for crisis in turn.library.crises.values())
    overview = turn.library.crises.common.overview
    body = "\n\n".join([overview.of(turn.language), *_french_beside(turn, overview)])
    turn.reply_content(body, *offered, button(turn, PERSON), purpose=Purpose.CRISIS)


@on(Rank.CRISIS, pressed)
def press(turn: Turn) -> None:
    """A button: a danger named, a step, a number where it cannot be dialled, or an act."""
    choice = turn.choice or ""
    here = opened(turn) or _from_storage(turn)
    if choice.startswith(OPEN) and choice.removeprefix(OPEN) in turn.library.crises:
        _meet(turn, choice.removeprefix(OPEN), "")
    elif choice.startswith((CALL, SMS)):
        _dial(turn, choice)
    elif choice == f"{DO}write":
        handover.pass_on(turn)
    elif choice == f"{DO}erase":
        _erase_here(turn)
    elif here is not None and target(choice) in turn.library.crises.steps:
        _go(turn, here, target(choice))
    else:
        numbers(turn)


def _from_storage(turn: Turn) -> Open | None:
    seen = crises.last(turn.work, turn.lane.conversation_id)
    return None if seen is None or seen.crisis not in turn.library.crises else Open(seen.id, seen.crisis)


def _dial(turn: Turn, choice: str) -> None:
    """Some phones do not dial from the app: the number again, large and alone."""
    fact = turn.library.facts.get(choice.rpartition(":")[2])
    if fact is None:
        numbers(turn)
        return
    turn.reply(CALL_IT if choice.startswith(CALL) else WRITE_IT, number=fact.value, purpose=Purpose.CRISIS)
    turn.said[-1] = replace(turn.said[-1], choices=_still_offered(turn))
    _still_open(turn)


def _still_offered(turn: Turn) -> tuple[Choice, ...]:
    """The question that was open stays open."""
    here = opened(turn)
    step = turn.library.crises.steps.get(here.asked) if here is not None else None
    return () if here is None or step is None else _buttons(turn, turn.library.crises[here.crisis], step.offers)


def _still_open(turn: Turn) -> None:
    """What was just said was about this danger: the question asked before it is still the one that « oui » answers."""
    if (here := opened(turn)) is not None:
        remember(turn, here, here.asked)


def _erase_here(turn: Turn) -> None:
    """Off the screen right after this turn, where the channel can; told how otherwise."""
    if screen.can_wipe(turn.lane.address):
        screen.wipe(turn)
        return
    body = f"{turn.words.say(screen.CANNOT)}\n\n{screen.how(turn.words, turn.lane.address)}"
    turn.reply_content(body, *_still_offered(turn), purpose=Purpose.CRISIS)
    _still_open(turn)


def say_again(turn: Turn) -> bool:
    """What the open danger asks for, once more, in the language now spoken; False where there is none."""
    here = opened(turn)
    if here is None:
        return False
    crisis, asked = turn.library.crises[here.crisis], turn.library.crises.steps.get(here.asked)
    _say(turn, crisis, crisis.again.text, crisis.again.offers)
    if asked is not None:
        _say(turn, crisis, asked.text, asked.offers)
    _still_open(turn)
    return True


@on(Rank.CRISIS, lambda turn: said_step(turn) is not None)
def next_step(turn: Turn) -> None:
    """What comes after a card, said in words."""
    here, step = opened(turn), said_step(turn)
    if here is not None and step is not None:
        _go(turn, here, step)


def greets_in_danger(turn: Turn) -> bool:
    """« Bonjour » while a danger is open."""
    return turn.plain in HELLO and in_writing(turn) and in_danger(turn)


def shows_in_danger(turn: Turn) -> bool:
    """A voice note, a photo, a sticker while a danger is open."""
    return turn.inbound.kind in (Kind.MEDIA, Kind.LOCATION, Kind.OTHER) and in_danger(turn)


@on(Rank.CHOICE, shows_in_danger)
@on(Rank.TEXT, greets_in_danger)
@on(Rank.FALLBACK, lambda turn: in_writing(turn) and in_danger(turn))
def mistaken(turn: Turn) -> None:
    """What is not understood in a danger: the number."""
    here = opened(turn)
    if here is not None:
        crisis, asked, common = turn.library.crises[here.crisis], turn.library.crises.steps.get(here.asked), turn.library.crises.common
        if asked is not None and asked.asks_age:
            _say(turn, crisis, common.both_doors, asked.offers)
        else:
            _say(turn, crisis, common.mistaken, (crisis.call,))
        _offer_what_was_asked(turn)
        _still_open(turn)


def _offer_what_was_asked(turn: Turn) -> None:
    """The number comes first; an appointment that was plainly asked for is one tap away, today and tomorrow."""
    label = plainly(turn)
    wanted = named(turn, label) if label in APPOINTMENTS else None
    if wanted is not None:
        last = turn.said[-1]
        body = f"{last.body}\n\n{turn.words.say(ASKED_FOR)}"
        turn.said[-1] = replace(last, body=body, choices=(*last.choices, wanted))
