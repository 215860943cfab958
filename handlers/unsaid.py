"""What a colleague wrote and no law lets through: something to do for them. And « Lire », by which somebody asks for what waits."""

from bot.knocking import READ, leads_to_a_page
from bot.messages import Purpose
from bot.routing import Rank, Turn, choices, on
from content.words import FRENCH, _, words_of
from handlers.buttons import MENU, PERSON, buttons
from storage import hours, lanes, line, private_links, tasks, threads
from storage import unsaid as words_unsaid
from storage.engine import Work
from storage.tasks import Kind as Task

TO_SAY = _("Votre réponse du {jour} n'a pas pu lui être remise. Elle est dans la conversation : à dire autrement.")
TOO_MANY_SMS = _("Le robot ne lui envoie plus de SMS jusqu'à demain : il y en a eu trop en un jour. Ses derniers messages attendent une réponse.")
NOTHING_WAITS = _("Il n'y a plus de message à lire ici. Une personne de l'équipe peut te répondre.")


def unsaid(work: Work, conversation_id: int, number: int) -> None:
    """A task for who wrote it, or for whoever follows the demande; nothing where it was nobody's words."""
    said = words_unsaid.of_colleague(work, conversation_id, number)
    if said is None:
        return
    words = words_of(FRENCH)
    text = words.say(TO_SAY, jour=words.day(said.at.astimezone(hours.zone(work)).date()))
    thread = threads.open_thread_of(work, said.person_id)
    tasks.add(work, Task.CALL, text=text, thread_id=thread, person_id=said.person_id, caseworker_id=said.caseworker_id)


def link_lost(work: Work, conversation_id: int, number: int, why: str) -> None:
    """The link of a page could not be sent, as to a number that is no more: what waits there is to be said otherwise, now and not in three days.

    Nothing where the message carried no such link.
    """
    content = words_unsaid.content_of(work, conversation_id, number)
    if content is None or not leads_to_a_page(content.choices):
        return
    private_links.take_back(work, conversation_id)
    for kept in words_unsaid.kept_for_a_page(work, conversation_id):
        words_unsaid.lost(work, conversation_id, kept, why)
        unsaid(work, conversation_id, kept.number)


def too_many(work: Work, conversation_id: int) -> None:
    """The robot has sent as many SMS as a day holds: somebody calls, and is told of it once."""
    lane = lanes.lane_of_conversation(work, conversation_id)
    if lane is None or tasks.waits_about(work, lane.person_id, Task.CALL):
        return
    thread = threads.open_thread_of(work, lane.person_id)
    tasks.add(work, Task.CALL, text=words_of(FRENCH).say(TOO_MANY_SMS), thread_id=thread, person_id=lane.person_id)


@on(Rank.ALLOWED, choices(READ))
def read(turn: Turn) -> None:
    """They have written, so that what waited goes; where nothing does any more, that is said, and by whom one is answered."""
    if words_unsaid.any_waits(turn.work, turn.lane.conversation_id):
        line.rejoin(turn.work, turn.lane)
    elif not turn.lane.human:
        turn.reply(NOTHING_WAITS, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
