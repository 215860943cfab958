"""Photos, papers, voice notes: the truth about who will see them, said once for several, and said again where a file turns out not to be kept.

A file opens a thread with a promise; the conversation stays with the robot. Under a human the receipt goes once after their last line. What
becomes of a file later (bot/fetcher.py) is said here too, outside any turn.
"""

from datetime import datetime, timedelta

from bot import outbox
from bot.messages import Attachment, Choice, Kind, Outbound, Purpose
from bot.plain import plain
from bot.routing import AUTOMATIC, Rank, Turn, emergency_line, kinds, on
from bot.rules.files import too_large
from content.words import FRENCH, Text, _, words_of
from handlers import depositing, menu, pictured, screen, waiting
from handlers.buttons import MENU, PERSON, URGENCE, button, buttons, labelled
from handlers.greeting import greeting
from handlers.notice import notice, noticed
from handlers.pictured import SOUNDS
from storage import crises, hours, lanes, tasks, threads
from storage.columns import from_moment, to_moment
from storage.engine import Work
from storage.lanes import Lane
from storage.media import State
from storage.tasks import Kind as Task

VOICE = _(
    "J'ai reçu ton vocal. Je suis un robot, je ne peux pas l'écouter. L'équipe l'écoutera {quand}. "
    "Si c'est urgent maintenant, n'attends pas : appelle. Sinon, choisis :"
)
VOICE_AGAIN = _("Je ne peux pas écouter. Appuie :")
VOICE_TO_TEAM = _("J'ai reçu ton vocal. Je suis un robot, je ne peux pas l'écouter. L'équipe l'écoutera {quand}.")
RECEIVED = _("Reçu. Je suis un robot, je ne sais pas le lire. L'équipe le verra {quand}.")
MAYBE_PERSONAL = _("Reçu. Si c'est un papier personnel, efface-le de cette conversation.")
PERSONAL = _("Reçu. Ce papier est personnel : efface-le de cette conversation.")
SHALL_I = _("Je peux l'effacer d'ici : l'équipe garde sa copie.")
UNREAD = _("Je suis un robot, je ne sais pas le lire. L'équipe le verra {quand}.")
NOT_HERE = _("Ce fichier ne passe pas ici. Une photo ou un PDF plus léger, oui. Ou apporte-le au rendez-vous.")
LOST = _("Ton fichier n'est pas arrivé jusqu'ici. Renvoie-le, ou apporte-le au rendez-vous.")
VOICE_LOST = _("Ton vocal n'est pas arrivé jusqu'ici. Renvoie-le, ou écris un mot.")

ASK_AGAIN = _("Un fichier reçu le {jour} est refusé : l'antivirus y reconnaît un programme dangereux. Rien n'en est gardé ; à redemander.")

PAPERS = (
    *("carte d'identite", "carte d identite", "carte didentite", "ma carte nationale", "cni", "passeport", "titre de sejour", "recepisse"),
    *("rib", "releve d'identite bancaire", "carte vitale", "carte bancaire", "ordonnance", "certificat medical", "acte de naissance"),
    *("id card", "identity card", "passport", "residence permit", "bank details", "prescription", "بطاقة الهوية", "بطاقة التعريف", "جواز السفر"),
)
"""How people call, under a picture, a paper that has no place on somebody else's server."""
PAUSE = timedelta(minutes=1)
"""A minute without a file ends a burst: three hundred photos have one receipt."""
DAYS = timedelta(days=7)
_TOLD = "files_told"
"""In a conversation's state, by what is said of files: when it was last wanted, and under which epoch."""


# -- in a turn


@on(Rank.ALLOWED, lambda turn: turn.lane.human and turn.inbound.kind is Kind.MEDIA)
def under_a_human(turn: Turn) -> None:
    """The receipt, once after the human's last line, as the robot and for the team."""
    if _refused(turn):
        _not_here(turn)
    elif _first_after_human(turn.lane, turn.now, "human"):
        thread = threads.open_for(turn.work, turn.lane)
        when, sound = waiting.when(turn, thread), pictured.voice(turn)
        receipt = turn.words.say(VOICE_TO_TEAM, quand=when) if sound else _receipt(turn, when)
        paragraphs = [text for text in (noticed(turn), receipt) if text]  # one message: the robot speaks here once
        turn.reply_content("\n\n".join(paragraphs), *(() if sound else _offers(turn)), ends=True, purpose=Purpose.SERVICE)


@on(Rank.CHOICE, kinds(Kind.MEDIA))
def receive(turn: Turn) -> None:
    """Who will see or hear it, and when. Several that come together have one answer."""
    if _refused(turn):
        _not_here(turn)
        return
    thread = threads.open_for(turn.work, turn.lane)
    sound, again = pictured.voice(turn), pictured.voice(turn) and pictured.few(turn)
    if not _first_in_a_while(turn.lane, turn.now, "again" if again else "voice" if sound else "file"):
        return
    before = notice(turn, greeting(turn))
    when = waiting.when(turn, thread)
    if sound:
        turn.reply_content(before + turn.words.say(VOICE_AGAIN if again else VOICE, quand=when), *menu.rows(turn), ends=True)
    else:
        turn.reply_content(before + _receipt(turn, when), *_offers(turn), *buttons(turn, PERSON, MENU), ends=True)


def _ours(turn: Turn) -> bool:
    """It came by our own page: there is nobody else's server to take it off."""
    return any(attachment.token for attachment in turn.inbound.attachments)


def _receipt(turn: Turn, when: str) -> str:
    """What is said of a picture or a paper: taken, to be taken off that application, and how, or by us after a yes."""
    say, address = turn.words.say, turn.lane.address
    if _ours(turn):
        return say(RECEIVED, quand=when)
    asked = say(PERSONAL if names_a_paper(turn.text) else MAYBE_PERSONAL)
    how = say(SHALL_I) if screen.can_wipe(address) else screen.how_file(turn.words, address)
    return f"{asked} {how}\n\n{say(UNREAD, quand=when)}"


def _offers(turn: Turn) -> tuple[Choice, ...]:
    """Take it off where we can; and for the next one, a page that no application sees."""
    if _ours(turn):
        return ()
    wipes = (button(turn, screen.WIPE_PAPER, screen.WIPE_PAPER_LABEL),) if screen.can_wipe(turn.lane.address) else ()
    return (*wipes, button(turn, depositing.DEPOSIT, depositing.DEPOSIT_LABEL))


def names_a_paper(caption: str) -> bool:
    """Whether the words under a picture say that it is a personal paper."""
    said = f" {plain(caption)} "
    return any(f" {plain(paper)} " in said for paper in PAPERS)


def _not_here(turn: Turn) -> None:
    if _may_say(turn.lane, turn.now, State.REFUSED.value):
        purpose = Purpose.SERVICE if turn.lane.human else Purpose.REPLY
        turn.reply(NOT_HERE, *buttons(turn, PERSON, MENU), ends=True, purpose=purpose)


def _refused(turn: Turn) -> bool:
    """Whether nothing of what came is kept: too large; or refused by the scanner before it came, as our own page can."""
    sent = turn.inbound.attachments
    return bool(sent) and all(each.refused or too_large(each) for each in sent)


# -- outside a turn


def refused_late(work: Work, person_id: int, received_at: datetime) -> None:
    """A file that could not be checked when it came is dangerous: nothing of it is left, and somebody of the team asks for it again."""
    words = words_of(FRENCH)
    text = words.say(ASK_AGAIN, jour=words.day(received_at.astimezone(hours.zone(work)).date()))
    tasks.add(work, Task.DO, text=text, thread_id=threads.open_thread_of(work, person_id), person_id=person_id)


def tell(work: Work, lane: Lane, claimed: Attachment, became: State) -> None:
    """Say that a file never came, or turned out, once here, to be of a kind that is not taken. Keeps the lane.

    To a phone that somebody else may read nothing is said: a colleague sees it and decides.
    """
    if crises.written_with_care(work, lane.conversation_id):
        return
    lost = VOICE_LOST if claimed.kind in SOUNDS else LOST
    if _may_say(lane, work.now, became.value):
        _put(work, lane, NOT_HERE if became is State.REFUSED else lost)
    lanes.keep(work, lane)


def _put(work: Work, lane: Lane, text: Text) -> None:
    words = words_of(lane.language)
    paragraphs = [words.say(text), emergency_line(lane, words)]
    if lane.human:
        paragraphs.append(words.say(AUTOMATIC))
    choices = tuple(labelled(words, name) for name in ((URGENCE,) if lane.human else (PERSON, MENU)))
    outbox.put(work, lane, Outbound(lane.address, Purpose.SERVICE, "\n\n".join(paragraphs), choices, language=lane.language))


# -- how often


def _may_say(lane: Lane, now: datetime, what: str) -> bool:
    """Once a burst, and under a human once after their last line; noted."""
    return _first_after_human(lane, now, what) if lane.human else _first_in_a_while(lane, now, what)


def _first_in_a_while(lane: Lane, now: datetime, what: str) -> bool:
    at, _epoch = _told(lane, what)
    _note(lane, now, what)
    return at is None or now - at >= PAUSE


def _first_after_human(lane: Lane, now: datetime, what: str) -> bool:
    at, epoch = _told(lane, what)
    spoken = at is not None and lane.last_human_at is not None and at < lane.last_human_at
    if at is not None and epoch == lane.epoch and not spoken and now - at < DAYS:
        return False
    _note(lane, now, what)
    return True


def _told(lane: Lane, what: str) -> tuple[datetime | None, int]:
    kept = lane.state.get(_TOLD)
    found = kept.get(what) if isinstance(kept, dict) else None
    return (from_moment(found[0]), found[1]) if isinstance(found, list) else (None, -1)


def _note(lane: Lane, now: datetime, what: str) -> None:
    kept = lane.state.get(_TOLD)
    lane.state[_TOLD] = {**(kept if isinstance(kept, dict) else {}), what: [to_moment(now), lane.epoch]}
