"""Pages: by button, or found from free words; then their sections, and what is close to them."""

from collections.abc import Sequence

from bot.messages import Choice, Kind
from bot.routing import Rank, Turn, choices, on
from content.words import _
from handlers import again, pictured, private
from handlers.buttons import MENU, PERSON, buttons
from handlers.greeting import greeting
from handlers.meant import keep_others, others, proposals
from handlers.menu import PAGE, rows
from handlers.pages import WHAT_THEN, next_steps, told
from handlers.second import also
from storage import reads

MORE = "more:"
NOT_THAT = "notthat:"
OWN_BUSINESS = frozenset({"jeune-handicap", "jeune-etranger", "separation-rupture", "sortie-prison"})
"""Pages whose questions are nobody else's business: health, papers, violence, justice. What follows may be said on a page of ours."""
NOT_THAT_LABEL = _("Ce n'est pas ça")
NO_BETTER = _("Je n'y arrive pas, pardon. Une personne comprendra mieux.")
MISSED = "pages_missed"
"""How many pages were not it, since one was read further."""
ENOUGH = 2
MOST = 2
"""What is proposed after « Ce n'est pas ça »."""


def found(turn: Turn) -> bool:
    """Free words that a page answers."""
    return turn.understood is not None and turn.inbound.kind in (Kind.TEXT, Kind.EDITED)


@on(Rank.CHOICE, choices(PAGE))
def open_page(turn: Turn) -> None:
    """The page of a button."""
    tell(turn, (turn.choice or "").removeprefix(PAGE))


@on(Rank.TEXT, found)
def answer(turn: Turn) -> None:
    """The page that free words lead to, and the other need they hold."""
    page = turn.understood or ""
    keep_others(turn, page)
    tell(turn, page, *also(turn))


def tell(turn: Turn, page_id: str, more: Sequence[str] = (), other: Sequence[Choice] = ()) -> None:
    """Say a page: its first message, then `more`; its sections as buttons, then `other` ones. A page that is gone gives the menu."""
    page = turn.library.page(page_id, pictured.language(turn))
    if page is None:
        turn.reply(WHAT_THEN, *rows(turn), ends=True)
        return
    again.remember(turn, f"{PAGE}{page.id}")
    reads.count(turn.work, turn.lane.address.channel, page.id)
    offered = [Choice(f"{MORE}{page.id}:{nth}", section.title) for nth, section in enumerate(page.sections)]
    wrong = Choice(f"{NOT_THAT}{page.id}", turn.words.say(NOT_THAT_LABEL), tone="quiet")
    body = "\n\n".join([told(turn, page, None), *more])
    apart = private.offers(turn) if page.id in OWN_BUSINESS else ()
    turn.reply_content(
        greeting(turn) + body, *offered, *other, *next_steps(turn, page), *apart, wrong, *buttons(turn, PERSON, MENU), card="page", ends=True
    )


@on(Rank.CHOICE, choices(MORE))
def open_section(turn: Turn) -> None:
    """One section of a page."""
    tell_section(turn, turn.choice or "")


def tell_section(turn: Turn, choice: str) -> None:
    """The same, by the id of its button. A section that is gone gives the menu."""
    page_id, _colon, nth = choice.removeprefix(MORE).rpartition(":")
    page = turn.library.page(page_id, pictured.language(turn))
    if page is None or not nth.isdigit() or int(nth) >= len(page.sections):
        turn.reply(WHAT_THEN, *rows(turn), ends=True)
        return
    again.remember(turn, choice)
    turn.lane.state.pop(MISSED, None)
    others = [Choice(f"{MORE}{page.id}:{place}", other.title) for place, other in enumerate(page.sections) if place != int(nth)]
    turn.reply_content(told(turn, page, int(nth)), *others, *buttons(turn, PERSON, MENU), card="page", ends=True)


@on(Rank.CHOICE, choices(NOT_THAT))
def not_that(turn: Turn) -> None:
    """What else the words may have meant, then pages close to it; a person. The second time, a person: never a third guess."""
    missed = int(str(turn.lane.state.get(MISSED) or 0)) + 1
    if missed >= ENOUGH:
        turn.lane.state.pop(MISSED, None)
        turn.reply(NO_BETTER, *buttons(turn, PERSON, MENU), ends=True)
        return
    turn.lane.state[MISSED] = missed
    wrong = (turn.choice or "").removeprefix(NOT_THAT)
    page = turn.library.pages.get(wrong)
    close = [*others(turn, wrong), *(page.related if page is not None else ())]
    turn.reply(WHAT_THEN, *proposals(turn, close, MOST), *buttons(turn, PERSON, MENU), ends=True)
