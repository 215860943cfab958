"""What is not understood, and what is no text. Two misses in a row lead to a person; never a third « je n'ai pas compris »."""

from bot.messages import Kind
from bot.routing import Rank, Turn, always, kinds, on, question
from content.words import _
from handlers import handover, information, menu
from handlers.buttons import MENU, NO, NO_WORDS, PERSON, YES, YES_WORDS, button, buttons

LEAVE, MISSED = "leave-messages", "missed"
TRY_AGAIN = _("Je n'ai pas compris, ça vient de moi. Essaie avec un ou deux mots : « garant », « loyer », « rendez-vous ».")
GIVE_UP = _("Je n'y arrive pas, pardon. Une personne comprendra mieux. Je lui laisse tes deux messages ?")
NO_MENU = _("Non, le menu")
PAST = _("Cette question est passée.")
PAST_NOW_AT = _("Cette question est passée. On en est là :\n\n{question}")
LOCATION = _("Je ne garde pas ta position. Écris le nom de ta ville si tu veux, ou choisis :")
UNREADABLE = _("Je ne sais pas lire ça. Écris un mot, ou choisis :")


@on(Rank.QUESTION, lambda turn: turn.past)
def past_question(turn: Turn) -> None:
    """A button of a question that is over changes nothing."""
    asked = turn.question
    if asked is None:
        turn.reply(PAST, *menu.rows(turn), ends=True)
    else:
        turn.reply(PAST_NOW_AT, *buttons(turn, MENU, PERSON), question=asked.body)


@on(Rank.FALLBACK, always)
def not_understood(turn: Turn) -> None:
    """Say so, make the next try easier; the second time, propose a person."""
    if turn.inbound.kind not in (Kind.TEXT, Kind.EDITED):
        return
    if turn.in_a_row(MISSED) == 1:
        turn.reply(TRY_AGAIN, *buttons(turn, MENU, PERSON), ends=True)
        return
    turn.ask(LEAVE, GIVE_UP, button(turn, YES), button(turn, NO, NO_MENU), ends=True)


@on(Rank.QUESTION, question(LEAVE))
def leave_messages(turn: Turn) -> None:
    """A yes leaves the two messages to the team, a no gives the menu, a need its page; what is still not understood goes to the team too."""
    turn.close_question()
    if turn.choice == YES or turn.plain in YES_WORDS:
        handover.pass_on(turn)
    elif turn.choice == NO or turn.plain in NO_WORDS:
        menu.show(turn)
    elif turn.understood is not None:
        information.tell(turn, turn.understood)
    else:
        handover.pass_on(turn)


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
