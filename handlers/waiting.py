"""The promise: what somebody who waits is told, what they are told when it was missed, and again after days without a word.

One thread has one promise: asked for again, the one that stands is said again. A colleague's line, closing the thread, « rendre au robot » and
« Reprendre le robot » end it.
"""

from datetime import timedelta

from bot import outbox, waiting
from bot.messages import Kind, Outbound, Purpose
from bot.routing import AUTOMATIC, Rank, Turn, emergency_line, on
from bot.rules.promises import Before, ClosedUntil, Promise, next_reading
from content.library import Library
from content.words import Text, Words, _, words_of
from handlers.buttons import ROBOT, URGENCE, buttons, labelled
from storage import alerts, crises, hours, lanes, places, promises, tasks, threads
from storage.engine import Work
from storage.lanes import Lane
from storage.tasks import Kind as Task

PROMISED = _("Une personne te répond avant {quand}. Tu peux continuer à écrire ici.")
CLOSED = _("L'équipe est fermée jusqu'au {fin}. On te répondra à partir du {reprise}.")
CLOSING = _("L'équipe est fermée du {debut} au {fin}. Si on ne t'a pas répondu avant, on te répondra à partir du {reprise}.")
PHONE = _("Téléphone : {telephone}.")
UNKNOWN = _("C'est noté. L'équipe lira tes messages quand une personne sera là. Tu peux continuer à écrire ici, le robot se tait.")
NOT_YET = _("On n'a pas encore répondu, pardon.")
NOT_YET_BEFORE = _("On n'a pas encore répondu, pardon. Une personne te répond avant {quand}.")
FAILED = _("On n'a pas réussi à te répondre, pardon.")
CALL_OR_COME = _("Appelle le {telephone} ou viens à {lieu}.")
CALL = _("Appelle le {telephone}.")
COME = _("Tu peux venir à {lieu}.")
HEAD_TOLD = _("On l'a signalé à la cheffe ou au chef de service.")
FOLLOWED_BY = _("{prenom} suit ta demande.")
STILL_THERE = _("L'équipe a toujours ta demande.")
STILL_UNKNOWN = _("L'équipe lira tes messages quand une personne sera là.")
PLACE_HOURS = _("{lieu} ({heures})")
MOST = 2
"""Promises missed in a row: after that many nothing is promised any more."""
LATELY = timedelta(hours=1)
SAID = (Kind.TEXT, Kind.EDITED, Kind.OTHER, Kind.LOCATION)


# -- giving a promise


def promise(turn: Turn, thread_id: int) -> str:
    """Promise an answer on this thread, or keep the promise that stands; the sentences that say so."""
    given = _give(turn.work, thread_id)
    if given is None:
        return turn.words.say(UNKNOWN)
    return _said(turn.work, turn.words, given, turn.library, PROMISED)


def when(turn: Turn, thread_id: int) -> str:
    """The same in few words, to stand in a sentence: « L'équipe l'écoutera {quand} »."""
    return given(turn.work, thread_id, turn.words)


def given(work: Work, thread_id: int, words: Words) -> str:
    """The same outside a turn."""
    return waiting.until(_give(work, thread_id), work.now, hours.zone(work), words)


def _give(work: Work, thread_id: int) -> Promise | None:
    """What is promised now. A promise still to come stands, unless a sooner one can be given."""
    can, stands = waiting.promised(work), promises.of(work, thread_id)
    kept = stands.deadline if stands.deadline is not None and stands.deadline > work.now else None
    if kept is not None and (can is None or kept < can.deadline):
        can = Before(kept)
    missed = stands.missed if kept is not None else 0
    promises.give(work, thread_id, None if can is None else can.deadline, missed=missed)
    return can


def _said(work: Work, words: Words, given: Promise, library: Library, before: Text) -> str:
    """A promise in words: an hour, or the days of a closure and the telephone where it is known."""
    if isinstance(given, Before):
        return words.say(before, quand=waiting.deadline(given.deadline, work.now, hours.zone(work), words))
    body = _closed(words, given)
    phone = library.service.phone
    return f"{body} {words.say(PHONE, telephone=phone)}" if phone else body


def _closed(words: Words, given: ClosedUntil) -> str:
    until, again = words.day(given.last_closed), words.day(given.first_open)
    if given.first_closed is None:
        return words.say(CLOSED, fin=until, reprise=again)
    return words.say(CLOSING, debut=words.day(given.first_closed), fin=until, reprise=again)


# -- danger: who reads


def who_reads(turn: Turn) -> str:
    """The last words of a danger card, which are true: an alert that somebody may be told of now, or when the team reads again, or neither.

    Nobody is said to be reading before they have read; and where a colleague wrote within the hour, nobody is said not to.
    """
    common, work, last = turn.library.crises.common, turn.work, turn.lane.last_human_at
    if alerts.audience(work) is not None:
        return common.alerted.of(turn.language)
    known = hours.known(work)
    at = None if known is None or (last is not None and turn.now - last < LATELY) else next_reading(turn.now, known)
    if known is None or at is None:
        return common.ending.of(turn.language)
    return common.closed.of(turn.language).replace("{when}", waiting.reading(at, turn.now, known.zone, turn.words))


# -- back after days


def returns_after_days(turn: Turn) -> bool:
    """Words in a conversation that a human owns, where for a week nobody wrote and nothing was promised."""
    lane = turn.lane
    if not lane.human or turn.choice is not None or turn.inbound.kind not in SAID:
        return False
    if lane.last_human_at is not None and turn.now - lane.last_human_at < promises.SILENCE:
        return False
    thread = threads.open_thread_of(turn.work, lane.person_id)
    return thread is None or turn.now - promises.silent_since(turn.work, thread) >= promises.SILENCE


@on(Rank.ALLOWED, returns_after_days)
def welcome_back(turn: Turn) -> None:
    """Who has their words, and until when an answer is promised: never in silence."""
    thread = threads.open_for(turn.work, turn.lane)
    name = promises.follower(turn.work, thread)
    whose = turn.words.say(FOLLOWED_BY, prenom=name) if name else turn.words.say(STILL_THERE)
    given = _give(turn.work, thread)
    then = turn.words.say(STILL_UNKNOWN) if given is None else _said(turn.work, turn.words, given, turn.library, PROMISED)
    turn.reply_content(f"{whose} {then}", *buttons(turn, ROBOT, URGENCE), card="promise", ends=True, purpose=Purpose.SERVICE)


# -- a promise missed


def answer_missed(work: Work, thread_id: int, library: Library) -> bool:
    """Say what is true once a deadline is over without an answer: another one, once; then the telephone and the place, and the head knows.
    To a phone that somebody else may read nothing is said: the head knows at once.

    False where there was nothing to say: a colleague answered meanwhile, or another process has said it.
    """
    lane = lanes.lane_of_conversation(work, threads.answered_in(work, thread_id)[1])
    missed = None if lane is None else promises.still_missed(work, thread_id)
    if lane is None or missed is None or missed.deadline is None:
        return False
    again = missed.missed + 1
    silent = lane.shared or crises.written_with_care(work, lane.conversation_id)
    given = waiting.promised(work) if again < MOST and not silent else None
    key = f"promise:{thread_id}:{missed.deadline.isoformat()}"
    if given is not None:
        promises.give(work, thread_id, given.deadline, missed=again)
        _put(work, lane, _again(work, words_of(lane.language), given, library), key)
        return True
    promises.end(work, thread_id)
    tasks.add(work, Task.LATE, thread_id=thread_id)
    if not silent:
        _put(work, lane, _sorry(work, words_of(lane.language), library), key)
    return True


def _again(work: Work, words: Words, given: Promise, library: Library) -> str:
    said = _said(work, words, given, library, NOT_YET_BEFORE)
    return said if isinstance(given, Before) else f"{words.say(NOT_YET)} {said}"


def _sorry(work: Work, words: Words, library: Library) -> str:
    """No third date: where to call, where to come, or at least who knows."""
    phone, place = library.service.phone, _place(work, words, library)
    if phone and place:
        then = words.say(CALL_OR_COME, telephone=phone, lieu=place)
    elif phone:
        then = words.say(CALL, telephone=phone)
    else:
        then = words.say(COME, lieu=place) if place else words.say(HEAD_TOLD)
    return f"{words.say(FAILED)} {then}"


def _place(work: Work, words: Words, library: Library) -> str | None:
    """The first place entered with its hours; else the service's address."""
    place = next(iter(places.places(work)), None)
    if place is None:
        return library.service.address
    where = ", ".join(part for part in (place.name, place.address) if part)
    opening = waiting.week_said(place.week, words)
    return words.say(PLACE_HOURS, lieu=where, heures=opening) if opening else where


def _put(work: Work, lane: Lane, body: str, key: str) -> None:
    """A line of ours, with the numbers, marked where a human owns the conversation; said once for one deadline."""
    words = words_of(lane.language)
    paragraphs = [body, emergency_line(lane, words)]
    if lane.human:
        paragraphs.append(words.say(AUTOMATIC))
    choices = tuple(labelled(words, name) for name in ((ROBOT, URGENCE) if lane.human else (URGENCE,)))
    outbox.put(work, lane, Outbound(lane.address, Purpose.SERVICE, "\n\n".join(paragraphs), choices, dedup_key=key, language=lane.language))
    lanes.keep(work, lane)
