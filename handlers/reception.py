"""The first words: a robot, whose it is, what it is not, and something useful before any question."""

from bot.messages import Kind
from bot.routing import Rank, Turn, commands, kinds, on, words
from content.words import _
from handlers import information, menu, speaking
from handlers.fallback import MISSED
from handlers.greeting import WELCOMED, newcomer, welcome_body, welcome_rows
from handlers.meant import GREETING, MENU_WANTED, free_words, sure, unsure
from storage import posters

HELLO = (
    *("bonjour", "bjr", "salut", "slt", "coucou", "cc", "yo", "wesh", "bonsoir", "bsr", "bonjour a tous", "bonjour a vous"),
    *("hello", "hey", "hi", "good morning", "good evening", "hi there", "salam", "slm", "salam alikoum", "salam alaykoum"),
    *("مرحبا", "أهلا", "السلام عليكم", "سلام", "صباح الخير", "مساء الخير", "السلام عليكم ورحمة الله"),
)
NOT_CAUGHT = _("Ton premier message, je ne l'ai pas compris. Ça vient de moi.")
SAYS_SOMETHING = 3
"""Words from which a message that no page answers is no greeting."""


def first_words(turn: Turn) -> bool:
    """The first message, where nothing answers it and nothing is proposed: the welcome does."""
    return newcomer(turn) and free_words(turn) and sure(turn) in (None, GREETING, MENU_WANTED) and not unsure(turn)


@on(Rank.COMMAND, kinds(Kind.STARTED))
def arrive(turn: Turn) -> None:
    """The page of the link or of the poster, after who is speaking; the welcome where it names none, without a word about it."""
    page = _opened(turn)
    if page in turn.library.pages:
        information.tell(turn, page)
    else:
        welcome(turn)


def _opened(turn: Turn) -> str:
    """The page that a link names, by its id or by the code of a poster. Whose first message this is came by it, and is counted without anybody."""
    poster = posters.find(turn.work, turn.inbound.text)
    if poster is None:
        return turn.inbound.text
    if turn.number == 1:
        posters.count(turn.work, poster.code)
    return poster.page


def lost(turn: Turn) -> bool:
    """A first message that says something, and not what: a greeting in other words is short."""
    return first_words(turn) and sure(turn) is None and turn.plain not in HELLO and len(turn.plain.split()) >= SAYS_SOMETHING


@on(Rank.TEXT, lost)
def welcome_and_ask_again(turn: Turn) -> None:
    """A need that no page answers: who speaks, that it was not understood, and the ways to say it otherwise."""
    turn.in_a_row(MISSED)
    turn.lane.state[WELCOMED] = True
    _welcome(turn, turn.words.say(NOT_CAUGHT))


@on(Rank.COMMAND, commands("start"))
@on(Rank.TEXT, first_words, words(*HELLO))
def welcome(turn: Turn) -> None:
    """Who speaks, and ten ways to go on."""
    turn.lane.state[WELCOMED] = True
    if not free_words(turn):  # a greeting in the middle of a question leaves it open
        turn.close_question()
    if turn.greeted:
        menu.show(turn)
    else:
        _welcome(turn)


def _welcome(turn: Turn, more: str = "") -> None:
    """The whole of it, with one line in the language of the words or of the telephone where that is another one of ours."""
    body, rows = welcome_body(turn.words, turn.library), welcome_rows(turn.words, menu.rows(turn))
    language = speaking.at_first(turn)
    if language is not None:
        more = "\n\n".join(filter(None, (more, speaking.offer(turn, language))))
        rows = (*rows[:-1], speaking.name_button(language), rows[-1])
    turn.reply_content("\n\n".join(filter(None, (body, more))), *rows, ends=True)
