"""Erasing: asked back once, then done at once for what only the robot knows. What the team follows goes to the head, who answers within a month.

« Oublier cette conversation » on the web chat is the same erasure. « Effacer ici » only takes messages off the screen.
"""

from collections.abc import Sequence
from datetime import datetime

from bot import outbox
from bot.eraser import Done
from bot.messages import Outbound, Purpose
from bot.routing import ANSWER, AUTOMATIC, Rank, Turn, choices, emergency_line, on, words
from content.understanding.asking import asks_to_erase, speaks_of_an_appointment
from content.words import _, words_of
from handlers import screen
from handlers.asking import answered, in_words
from handlers.buttons import DATA, MENU, NO, NO_WORDS, PERSON, YES_WORDS, button, buttons, labelled
from handlers.greeting import greeting
from handlers.my_data import ERASE, ERASE_LABEL, day
from handlers.own_appointments import to_come
from storage import appointments, erasing, hours, rights
from storage.appointment_view import Appointment
from storage.engine import Work
from storage.erasing import Extent
from storage.lanes import Lane

FORGET = "forget"
ALL, ALL_LABEL = f"{ANSWER}forget", _("Tout effacer")
ALL_BUT, ALL_BUT_LABEL = f"{ANSWER}forget-but", _("Garder mon rdv")
ASK_ALONE = _("J'efface tout ce qu'on a sur toi ici : tes messages et ce que le robot a compris. On ne peut pas revenir en arrière.")
ASK_FOLLOWED = _(
    "J'efface tout de suite ce que le robot est seul à avoir. Ce que l'équipe suit avec toi va à la cheffe ou au chef de service : "
    "réponse avant le {jour}, avec ce qui reste et pourquoi."
)
SHALL_WE = _("On le fait ?")
GOES_TOO = _("Ton rendez-vous du {jour} part aussi. On le fait ?")
GO_TOO = _("Tes rendez-vous partent aussi : {jours}. On le fait ?")
NOT_DONE = _("D'accord, rien n'est effacé.")
ERASED = _("C'est effacé. Si tu écris de nouveau, on ne te reconnaîtra pas.")
ERASED_HERE = _(
    "C'est effacé ici. Ce que l'équipe suit avec toi reste pour l'instant : la cheffe ou le chef de service te répond avant le {jour}, "
    "avec ce qui reste et pourquoi."
)
KEPT = _("Tu avais demandé d'effacer ce que l'équipe suit avec toi. La cheffe ou le chef de service le garde, parce que :")
YOU_MAY = _("Tu peux demander encore. Tu peux aussi écrire à la CNIL, qui protège les données : cnil.fr.")
ERASED_BUT = _("C'est effacé ici. Ton rendez-vous du {jour} reste.")
ERASED_BUT_FOLLOWED = _(
    "C'est effacé ici. Ton rendez-vous du {rdv} reste. Ce que l'équipe suit avec toi reste pour l'instant : "
    "la cheffe ou le chef de service te répond avant le {jour}, avec ce qui reste et pourquoi."
)
WIPED = _("C'est fait.")
PAPER_LATER = _("L'équipe n'a pas encore reçu ton fichier. Je l'efface d'ici dès qu'elle l'a.")
PAPER_WIPED = _("C'est effacé d'ici. L'équipe garde sa copie.")
PAPER_LEFT = _("Je n'ai pas pu l'effacer d'ici. L'équipe a sa copie.")
WIPED_PARTLY = _("C'est fait pour ce qui a moins de 48 heures. Le reste est encore là.")
_KEEP = frozenset(("garde", "gardez", "garder", "laisse", "laissez", "sauf", "keep", "except", "احتفظوا", "ابقاء", "الا"))
HERE = ("effacer ici", "efface ici", "efface cette conversation", "effacer cette conversation", "supprime cette conversation", "erase here")


@on(Rank.ALLOWED, choices(ERASE))
@on(Rank.TEXT, in_words(asks_to_erase))
def ask_back(turn: Turn) -> None:
    """What goes at once, what the head decides. No reason asked."""
    ahead = to_come(turn)
    kept = (button(turn, ALL_BUT, ALL_BUT_LABEL),) if ahead else ()
    offered = (button(turn, ALL, ALL_LABEL), *kept, button(turn, NO))
    if rights.followed(turn.work, turn.lane.person_id):
        body = turn.words.say(ASK_FOLLOWED, jour=day(turn, rights.ANSWER_WITHIN.after(turn.now)))
    else:
        body = turn.words.say(ASK_ALONE)
    turn.ask_content(FORGET, f"{greeting(turn)}{body} {_meetings(turn, ahead)}", *offered)


def _meetings(turn: Turn, ahead: Sequence[Appointment]) -> str:
    """That what is to come goes too, said by its day; and the question."""
    days = [day(turn, each.slot.start) for each in ahead]
    if not days:
        return turn.words.say(SHALL_WE)
    return turn.words.say(GOES_TOO, jour=days[0]) if len(days) == 1 else turn.words.say(GO_TOO, jours=", ".join(days))


def decides(turn: Turn) -> bool:
    """A yes or a no, in so many words or by its button; or all but an appointment."""
    return turn.choice in (ALL, ALL_BUT, NO) or turn.plain in YES_WORDS or turn.plain in NO_WORDS or _keeps(turn) or asks_to_erase(turn.text)


def _keeps(turn: Turn) -> bool:
    """« garde mon rdv »."""
    words = set(turn.plain.split())
    return turn.choice == ALL_BUT or (not _KEEP.isdisjoint(words) and speaks_of_an_appointment(turn.text))


_answers = answered(FORGET)


@on(Rank.ALLOWED, lambda turn: _answers(turn) and decides(turn))
def decide(turn: Turn) -> None:
    """A yes is written down and done right after this turn (bot/eraser.py), whose last word is the answer."""
    turn.close_question()
    if turn.choice == NO or turn.plain in NO_WORDS:
        turn.reply(NOT_DONE, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    keeps = _keeps(turn)
    if not keeps:
        for each in to_come(turn):  # said in the question: their time is somebody else's at once
            appointments.cancel(turn.work, each.token, each.version)
    erasing.ask(turn.work, turn.lane.person_id, turn.lane.conversation_id, Extent.ALL_BUT_MEETING if keeps else Extent.ROBOT)


@on(Rank.ALLOWED, choices(screen.WIPE_PAPER))
def erase_paper(turn: Turn) -> None:
    """The files they sent, off the screen alone: their yes to what a receipt offered. Elsewhere, how to do it by hand."""
    if screen.can_wipe(turn.lane.address):
        screen.wipe_papers(turn)
        if erasing.files_on_their_way(turn.work, turn.lane.conversation_id):
            turn.reply(PAPER_LATER, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
    else:
        body = f"{turn.words.say(screen.CANNOT)}\n\n{screen.how_file(turn.words, turn.lane.address)}"
        turn.reply_content(body, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)


@on(Rank.ALLOWED, choices(screen.WIPE))
@on(Rank.TEXT, words(*HERE))
def erase_here(turn: Turn) -> None:
    """Off the screen where the channel can; on our own page the conversation itself is what is shown."""
    if screen.can_wipe(turn.lane.address):
        screen.wipe(turn)
    elif turn.lane.address.channel == "webchat":
        ask_back(turn)
    else:
        body = f"{turn.words.say(screen.CANNOT)}\n\n{screen.how(turn.words, turn.lane.address)}"
        erase = button(turn, ERASE, ERASE_LABEL)
        turn.reply_content(body, erase, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


# -- the last word, outside any turn


def tell(work: Work, lane: Lane, done: Done) -> None:
    """What was done, and what stays: put in the outbox of this lane, which the caller keeps."""
    said = words_of(lane.language)
    paragraphs = [_what(work, lane, done)]
    if done.extent is Extent.PAPERS:
        paragraphs += [screen.how_file(said, lane.address)] if done.left else []
    elif done.left or (done.extent is not Extent.SCREEN and not _ours(lane)):
        paragraphs.append(screen.how(said, lane.address))
    paragraphs.append(emergency_line(lane, said))
    if lane.human:
        paragraphs.append(said.say(AUTOMATIC))
    offered = () if done.extent in (Extent.SCREEN, Extent.PAPERS) else tuple(labelled(said, name) for name in (MENU, PERSON))
    body = "\n\n".join(paragraphs)
    outbox.put(work, lane, Outbound(lane.address, Purpose.SERVICE, body, offered, language=lane.language))


def kept(lane: Lane, because: str) -> Outbound:
    """What the head decided to keep, and why, in their own words: the answer to somebody who asked to be erased."""
    said = words_of(lane.language)
    paragraphs = [f"{said.say(KEPT)}\n{because}", said.say(YOU_MAY), emergency_line(lane, said)]
    if lane.human:
        paragraphs.append(said.say(AUTOMATIC))
    offered = tuple(labelled(said, name) for name in (DATA, PERSON))
    return Outbound(lane.address, Purpose.SERVICE, "\n\n".join(paragraphs), offered, language=lane.language)


def _what(work: Work, lane: Lane, done: Done) -> str:
    said = words_of(lane.language)
    if done.extent is Extent.PAPERS:
        return said.say(PAPER_LEFT if done.left else PAPER_WIPED)
    if done.extent is Extent.SCREEN:
        return said.say(WIPED_PARTLY if done.left else WIPED)
    if done.meeting is not None:
        kept = _day(work, lane, done.meeting)
        if done.answer_before is None:
            return said.say(ERASED_BUT, jour=kept)
        return said.say(ERASED_BUT_FOLLOWED, rdv=kept, jour=_day(work, lane, done.answer_before))
    if done.answer_before is None:
        return said.say(ERASED)
    return said.say(ERASED_HERE, jour=_day(work, lane, done.answer_before))


def _day(work: Work, lane: Lane, at: datetime) -> str:
    return words_of(lane.language).day(at.astimezone(hours.zone(work)).date())


def _ours(lane: Lane) -> bool:
    """Our own page shows what the database holds, and nothing else."""
    return lane.address.channel == "webchat"
