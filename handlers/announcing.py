"""A session is announced to those who chose to hear of workshops, a bounded unit at a time: day, hour, town, how to see it, how to stop.

No title: a screen may be seen. Nobody is told twice, nor under a human, nor where somebody else may read the phone; quiet hours, seven calm days
after a danger, the pace and their choice are looked at again when it leaves (bot/outbox.py).
"""

from bot import outbox
from bot.messages import Choice, Outbound, Purpose
from bot.rules.reminders import HELPS
from content.words import Words, _, words_of
from handlers.my_data import TURN_OFF, WORKSHOPS_OFF
from handlers.workshops import when_and_where
from storage import announcements, lanes, reaching, workshops
from storage.announcements import SEE
from storage.consents import Choice as Chosen
from storage.engine import Work
from storage.lanes import Lane
from storage.workshops import Session

ANNOUNCED = _("Un atelier est prévu {rdv}. Ça t'intéresse ?")
YOU_CHOSE = _("Tu as dit oui à ces messages. Pour arrêter : « Ateliers : non », ou STOP.")
SEE_LABEL = _("Voir l'atelier")


def announce(work: Work, token: str, first: frozenset[str] = frozenset(), most: int = announcements.AT_ONCE) -> bool:
    """Put the next of an announcement in the outbox; whether more are to come. `first`: the channels that bring a message to who is not looking."""
    batch, session = announcements.batch(work, token, most), workshops.find(work, token)
    if session is None or session.cancelled:
        return not batch.over
    people = set(batch.people) - announcements.in_it(work, session.id, batch.people)
    ways = reaching.ways(work, people, first)
    held = [lane for way in sorted(way for way in ways.values() if isinstance(way, int)) if (lane := lanes.lane(work, way)) is not None]
    care = reaching.care(work, {lane.conversation_id for lane in held})
    for lane in held:
        guarded = lane.conversation_id in care and care[lane.conversation_id].guarded
        if not lane.human and not guarded:
            _put(work, lane, session)
    return not batch.over


def _put(work: Work, lane: Lane, session: Session) -> None:
    words = words_of(lane.language)
    body = "\n\n".join((words.say(ANNOUNCED, rdv=when_and_where(work, words, session)), words.say(YOU_CHOSE)))
    key = f"announcement:{session.token}:{lane.person_id}"
    until = session.starts_at - HELPS
    outbound = Outbound(lane.address, Purpose.ANNOUNCEMENT, body, _choices(words, session), expires_at=until, dedup_key=key, language=lane.language)
    outbox.put(work, lane, outbound)
    lanes.keep(work, lane)


def _choices(words: Words, session: Session) -> tuple[Choice, ...]:
    see, stop = f"{SEE}{session.token}", f"{TURN_OFF}{Chosen.ANNOUNCEMENTS}"
    return Choice(see, words.say(SEE_LABEL)), Choice(stop, words.say(WORKSHOPS_OFF), tone="quiet")
