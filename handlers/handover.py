"""A person: asked for anywhere, by button, command or words. From then on the conversation is a human's, before anybody takes it."""

from bot.messages import Purpose
from bot.routing import Rank, Turn, choices, commands, on, words
from content.understanding.asking import asks_for_a_person
from content.words import _
from handlers import waiting
from handlers.asking import in_words
from handlers.buttons import MENU, PERSON, ROBOT, URGENCE, buttons
from handlers.greeting import greeting
from handlers.notice import notice as notice
from storage import promises, threads

ROBOT_AGAIN = _("Le robot répond de nouveau. Tu peux redemander une personne quand tu veux.")


@on(Rank.COMMAND, commands("personne"), in_words(asks_for_a_person))
@on(Rank.CHOICE, choices(PERSON))
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
