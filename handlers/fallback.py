"""What is not understood, and what is no text. Two misses in a row lead to a person; never a third « je n'ai pas compris »."""

from bot.messages import Kind
from bot.routing import Rank, Turn, always, kinds, on, question
from content.words import _
from handlers import handover, information, menu
from handlers.buttons import MENU, NO, NO_WORDS, PERSON, YES, YES_WORDS, button, buttons
from handlers.greeting import greeting
from handlers.meant import unsure
from handlers.open_danger import in_danger
from handlers.second import also

LEAVE, MISSED = "leave-messages", "missed"
GUESSES = 2
"""Tries in a row to which what they may be is proposed."""
NOT_SURE = _("Je ne suis pas sûr de moi. C'est plutôt quoi ?")
OTHER = _("Autre chose")
TRY_AGAIN = _("Je n'ai pas compris, ça vient de moi. Essaie avec un ou deux mots : « garant », « loyer », « rendez-vous ».")
NOT_AN_ANSWER = _("Je n'ai pas compris, ça vient de moi.")
"""Where a question of ours waits: it is said again right after."""
GIVE_UP = _("Je n'y arrive pas, pardon. Une personne comprendra mieux. Je lui laisse tes deux messages ?")
NO_MENU = _("Non, le menu")
PAST = _("Cette question est passée.")
PAST_NOW_AT = _("Cette question est passée. On en est là :\n\n{question}")
LOCATION = _("Je ne garde pas ta position. Écris le nom de ta ville si tu veux, ou choisis :")
UNREADABLE = _("Je ne sais pas lire ça. Écris un mot, ou choisis :")


@on(Rank.QUESTION, lambda turn: turn.past)
def past_question(turn: Turn) -> None:
    """A button of a question that is over changes nothing."""
    if turn.question is None:
        turn.reply(PAST, *menu.rows(turn), ends=True)
    else:
        turn.ask_again(PAST_NOW_AT, *buttons(turn, MENU, PERSON))


@on(Rank.MEANT, lambda turn: bool(unsure(turn)) and not in_danger(turn))
def propose(turn: Turn) -> None:
    """What it may be, and a person; a third try in a row that stays unclear gets a person, never a fourth guess."""
    if turn.in_a_row(MISSED) > GUESSES:
        turn.reply(information.NO_BETTER, *buttons(turn, PERSON, MENU), ends=True)
        return
    guesses = unsure(turn)
    more, other = also(turn, guesses)
    body = greeting(turn) + "\n\n".join([turn.words.say(NOT_SURE), *more])
    turn.reply_content(body, *guesses, *other, button(turn, PERSON), button(turn, MENU, OTHER), ends=True)


def answers_leaving(turn: Turn) -> bool:
    """A yes or a no to whether a person is left the two messages."""
    return question(LEAVE)(turn) and (turn.choice is not None or turn.plain in YES_WORDS or turn.plain in NO_WORDS)


@on(Rank.QUESTION, answers_leaving)
@on(Rank.FALLBACK, question(LEAVE))
def leave_messages(turn: Turn) -> None:
    """A yes leaves them to the team, and so does what is still not understood; a no gives the menu."""
    turn.close_question()
    if turn.choice == NO or turn.plain in NO_WORDS:
        menu.show(turn)
    else:
        handover.pass_on(turn)


@on(Rank.FALLBACK, always)
def not_understood(turn: Turn) -> None:
    """Say so, make the next try easier; the second time, propose a person."""
    if turn.inbound.kind not in (Kind.TEXT, Kind.EDITED):
        return
    if turn.in_a_row(MISSED) == 1:
        turn.reply(TRY_AGAIN if turn.waiting is None else NOT_AN_ANSWER, *buttons(turn, MENU, PERSON), ends=True)
        return
    turn.ask(LEAVE, GIVE_UP, button(turn, YES), button(turn, NO, NO_MENU), ends=True, stays=False)


@on(Rank.CHOICE, kinds(Kind.LOCATION))
def location(turn: Turn) -> None:
    """The coordinates were dropped when this was read."""
    turn.reply(LOCATION, *menu.rows(turn), ends=True)


@on(Rank.CHOICE, kinds(Kind.OTHER))
def unreadable(turn: Turn) -> None:
    """A sticker, a contact, a poll: nothing of it is kept. After another miss, a person rather than the same words."""
    if turn.in_a_row(MISSED) == 1:
        turn.reply(UNREADABLE, *menu.rows(turn), ends=True)
    else:
        turn.reply(information.NO_BETTER, *buttons(turn, PERSON, MENU), ends=True)


@on(Rank.CHOICE, kinds(Kind.COMMAND))
def unknown_command(turn: Turn) -> None:
    """A command that does not exist: the menu."""
    menu.show(turn)


@on(Rank.CHOICE, kinds(Kind.DELETED, Kind.CHANGED))
def nothing_to_say(turn: Turn) -> None:
    """The person took something back, or unblocked us: no answer is wanted."""
