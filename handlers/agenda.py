"""« Mon agenda »: an appointment as a file for one's own calendar. It says « Rendez-vous », the place and the time; moved, the same entry moves.

Where the channel sends files it is one; elsewhere a link to it, which always gives what is true then.
"""

from bot.messages import Attachment, Choice, Purpose
from bot.routing import Rank, Turn, choices, on
from bot.rules.calendars import Entry, card
from content.words import _
from handlers.appointment_words import Button, named_in
from handlers.buttons import MENU, buttons
from handlers.own_appointments import mine
from handlers.slots_offered import nothing_of_it
from handlers.unopened import no_page
from handlers.upcoming import tell_truth
from storage import feeds

FILE = _("Voici le fichier pour ton agenda. Il dit « Rendez-vous » et le lieu, rien d'autre. S'il change, appuie encore sur « Mon agenda ».")
LINK = _("Ouvre le lien : le rendez-vous s'ajoute à ton agenda. Il dit « Rendez-vous » et le lieu, rien d'autre.")
OPEN = _("Ajouter à l'agenda")
NAME, MIME = "rendez-vous.ics", "text/calendar"
SENDS_FILES = frozenset({"telegram"})
"""The channels that send a file of ours."""


@on(Rank.ALLOWED, choices(Button.FILE))
def give(turn: Turn) -> None:
    """The file, or where it is; for one that is not to come any more, the truth."""
    of = mine(turn, named_in(turn.choice or "", Button.FILE)[0])
    entry = None if of is None else feeds.card_of(turn.work, of.token)
    if of is None:
        nothing_of_it(turn)
    elif entry is None or not of.state.stands:
        tell_truth(turn, of)
    else:
        hand_over(turn, entry, of.token)


def hand_over(turn: Turn, entry: Entry, token: str) -> None:
    """The file itself, or a link to it: of an appointment, or of a seat by its session's token."""
    if turn.lane.address.channel in SENDS_FILES:
        file = Attachment("document", "", MIME, name=NAME, text=card(entry).decode())
        turn.reply_content(turn.words.say(FILE), *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE, attachments=(file,))
        return
    if no_page(turn):
        return
    link = Choice(f"{Button.FILE}{token}", turn.words.say(OPEN), link=f"/chat/dates/{token}")
    turn.reply_content(turn.words.say(LINK), link, *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE)
