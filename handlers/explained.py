"""What explains words that look like a danger: an open danger, whose second steps answer them; a button that was just shown, written out; a short
answer about an appointment to come; and, at the hour of one, that nobody opens. Looked at when a message is accepted, before its turn.

Recall first: the phrases of content/crises.yaml are never explained, nor is what a colleague is to read.
"""

from bot.messages import Inbound
from content.library import Library
from content.understanding.appointment import Answer, hear
from content.understanding.asking import finds_nobody, speaks_of_an_appointment
from content.understanding.danger import Danger
from content.understanding.workshops import names_a_workshop
from handlers.open_danger import opened_on
from handlers.own_appointments import about_one, begins_about_now, writes_a_button
from storage import appointment_view, lanes
from storage.engine import Work
from storage.lanes import Lane

SHORT = 12
"""Words of an answer. Longer ones tell a story, in which a danger may be told too."""
FEW = 5
"""Words of which how like a danger they are tells little: « I'm coming »."""
SURELY = 0.75
"""How far ahead of the next one an answer is that does not even name the appointment. All three were chosen on the examples of danger, each read
by what was learnt from others (docs/operations/understanding.md)."""


def explains(work: Work, inbound: Inbound, danger: Danger, library: Library) -> bool:
    """Whether what was said before explains these words, which then have their turn as an answer."""
    lane = lanes.lane_of(work, inbound.address)
    if lane is None:
        return False
    if opened_on(lane, library, work.now) is not None:
        return not danger.plain
    if library.danger.find(inbound.text) is not None:
        return False
    if writes_a_button(work, lane, inbound.text):
        return True
    if lane.human:
        return False
    return _waits_at_a_door(work, lane, inbound.text) or _answers(work, lane, inbound.text, plain=danger.plain)


def _waits_at_a_door(work: Work, lane: Lane, text: str) -> bool:
    """« je suis devant, c'est fermé », at the hour of an appointment of theirs: not their own door."""
    return len(text.split()) <= SHORT and finds_nobody(text) and begins_about_now(work, lane.person_id) is not None


def _answers(work: Work, lane: Lane, text: str, *, plain: bool) -> bool:
    """« vu, j'y serai » right after a reminder, « je ne viens plus » of who has an appointment. `plain`: they look very much like a danger."""
    heard, length = hear(text), len(text.split())
    if heard.sure in (None, Answer.OTHER) or length > (FEW if plain else SHORT) or names_a_workshop(text):
        return False
    named = heard.late or speaks_of_an_appointment(text)
    if not named and (plain or heard.score < SURELY):
        return False
    return bool(appointment_view.to_come(work, lane.person_id)) and (named or about_one(work, lane))
