"""Papers left on a page of our own, straight on this server: asked for by the person, offered where a paper is spoken of, or asked of them by a
caseworker (backend/acts.py). What is left there stands in the demande as files; nothing of it passes by the application.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages import Attachment, Choice, Purpose, Status
from bot.routing import Rank, Turn, choices, on, words
from content.library import Library
from content.words import Words, _, words_of
from handlers import notice, waiting
from handlers.buttons import MENU, PERSON, buttons
from handlers.greeting import greeting
from handlers.my_data import day
from handlers.unopened import no_page
from storage import actions, consents, lanes, letterboxes, media, messages, threads
from storage.engine import Work
from storage.letterboxes import Box

DEPOSIT = "deposit"
DEPOSIT_LABEL, OPEN_LABEL = _("Déposer un papier"), _("Ouvrir la page")
YOUR_PAGE = _(
    "Voici une page pour déposer tes papiers. Ils vont tout droit sur notre serveur, et l'équipe seule les voit. Elle marche jusqu'au {jour}."
)
ASKS = _(
    "{prenom} te demande un papier. Cette page te dit lequel, et tu peux le déposer là : il va tout droit sur notre serveur. "
    "Elle marche jusqu'au {jour}."
)
STAYS = _("Un fichier s'efface {apres} après qu'on s'en est occupé, et au bout de {plus} dans tous les cas.")
LEFT = "deposit"
"""The mark of a line of files that came by such a page."""
WANTS = (
    *("deposer un papier", "deposer un document", "deposer mes papiers", "je veux deposer un papier", "envoyer un papier", "envoyer un document"),
    *("je veux envoyer un papier", "je veux envoyer un document", "ou envoyer mes papiers", "comment envoyer un papier", "depot de papiers"),
    *("send a document", "i want to send a document", "send a paper", "upload a document", "where do i send my papers"),
    *("إرسال وثيقة", "أريد إرسال وثيقة", "أريد إرسال ورقة", "إيداع وثيقة"),
)


@on(Rank.ALLOWED, choices(DEPOSIT))
@on(Rank.TEXT, words(*WANTS))
def give_page(turn: Turn) -> None:
    """A page of their own, for a week."""
    if no_page(turn):
        return
    before = notice.notice(turn, greeting(turn))
    token, until = letterboxes.make(turn.work, turn.lane)
    body = before + turn.words.say(YOUR_PAGE, jour=day(turn, until))
    turn.reply_content(body, opens(turn.words, token), *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


def opens(said: Words, token: str) -> Choice:
    """The button that leads to a page."""
    return Choice(DEPOSIT, said.say(OPEN_LABEL), link=f"/depot/{token}")


# -- what the page itself asks, outside any turn


@dataclass(frozen=True, slots=True)
class Left:
    """What was taken, and when the team will have looked at it, in the person's words."""

    files: tuple[Attachment, ...]
    when: str


@dataclass(frozen=True, slots=True)
class Given:
    """The files of one form, and those of it that a scanner refused: their line says so to the team."""

    files: Sequence[Attachment]
    refused: Sequence[Attachment] = ()


def told(box: Box, library: Library) -> str:
    """Who reads what is left there, and how long it stays."""
    said, keeping = words_of(box.language), library.keeping
    stays = said.say(STAYS, apres=notice.lasting(said, keeping.file_done), plus=notice.lasting(said, keeping.file))
    return f"{notice.worded(said, library.service.name, keeping.thread, '')} {stays}"


def leave(work: Work, token: str, given: Given, act: str, library: Library) -> Left | None:
    """Give these files to the demande of whoever the page is for. None where it opens nothing any more. `act` names this very form: sent twice, its
    files are taken once.
    """
    found = letterboxes.hold(work, token)
    if found is None:
        return None
    box, lane = found
    said = words_of(lane.language)
    again = not actions.first_time(work, LEFT, act)
    taken = () if again else media.claim(work, lane, lane.number + 1, given.files[: box.room])
    came = taken if again else (*taken, *media.claim(work, lane, lane.number + 1, given.refused))
    if came:
        messages.say(work, lane, "person", messages.Content("", attachments=came, card=LEFT, language=lane.language), Status.READ)
        letterboxes.count(work, token, len(came))
    if taken and not consents.notice_shown(work, lane.person_id, notice.VERSION):
        consents.show_notice(work, lane.person_id, notice.VERSION, told(box, library))
    thread = threads.open_for(work, lane) if came else threads.open_thread_of(work, lane.person_id)
    when = waiting.given(work, thread, said) if thread is not None else ""
    lanes.keep(work, lane)
    return Left(tuple(given.files) if again else taken, when)
