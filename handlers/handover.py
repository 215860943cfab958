"""A person: asked for anywhere, by button, command or words. From then on the conversation is a human's, before anybody takes it."""

from bot.messages import Purpose
from bot.routing import Rank, Turn, choices, commands, on, words
from content.words import _
from handlers import waiting
from handlers.buttons import MENU, PERSON, ROBOT, URGENCE, buttons
from handlers.greeting import greeting
from handlers.notice import notice as notice
from storage import promises, threads

ROBOT_AGAIN = _("Le robot répond de nouveau. Tu peux redemander une personne quand tu veux.")
ASKED = (
    *("une personne", "un humain", "un conseiller", "une conseillere", "parler a quelqu un", "parler a qqun", "parler a une personne"),
    *("je veux parler a quelqu un", "jveu parler a qqun", "jveux parler a quelqu un", "je veux parler a une personne", "je veux un humain"),
    *("jveu parler a une personne", "je peux parler a quelqu un", "appelle moi", "rappelez moi", "je veux qu on me rappelle"),
    *("a person", "a human", "human", "a person please", "talk to a person", "talk to someone", "i want to talk to a person"),
    *("i want to talk to someone", "can i talk to someone", "can i talk to a person", "speak to a human", "real person", "call me"),
    *(
        "شخص",
        "شخص من الفريق",
        "أريد شخصا",
        "أريد التحدث مع شخص",
        "أريد الكلام مع شخص",
        "أريد التحدث مع إنسان",
        "اتصلوا بي",
        "bghit nhder m3a chi wahed",
    ),
)


@on(Rank.COMMAND, commands("personne"))
@on(Rank.CHOICE, choices(PERSON))
@on(Rank.TEXT, words(*ASKED))
def ask_for_a_person(turn: Turn) -> None:
    """Hand the conversation over, and say only what is known of when."""
    pass_on(turn)


def pass_on(turn: Turn, theme: str | None = None) -> None:
    """The notice the first time, then the promise."""
    before = notice(turn, greeting(turn))
    thread = turn.hand_over(theme)
    body = before + waiting.promise(turn, thread)
    turn.reply_content(body, *buttons(turn, ROBOT, URGENCE), card="promise", ends=True, purpose=Purpose.SERVICE)


@on(Rank.ALLOWED, choices(ROBOT), words("reprendre le robot", "le robot", "robot"))
def take_the_robot_back(turn: Turn) -> None:
    """The person prefers the robot: it speaks again, and nothing is promised any more."""
    turn.automatic = False
    turn.back_to_robot()
    if (thread := threads.open_thread_of(turn.work, turn.lane.person_id)) is not None:
        promises.end(turn.work, thread)
    turn.reply(ROBOT_AGAIN, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
