"""A page as it is said, with all that is true of it: whether the team read it and when, whether a figure was left out, and what to do next.

A page nobody of the team has read says so; a translation no speaker has read shows its French.
"""

from collections.abc import Iterator

from bot.messages import Choice
from bot.routing import Rank, Turn, choices, on
from content.pages import APPOINTMENT, CALLING, DOCUMENTS, WORKSHOPS, Page
from content.words import FRENCH, _
from handlers import again, pictured
from handlers.buttons import MENU, PERSON, buttons, labelled
from handlers.looking import can_book
from handlers.meant import ACT, BOOK, NAMES
from handlers.menu import PAGE, rows
from handlers.workshops import LIST, LIST_LABEL, on_now

NUMBERS = "numbers:"
"""Prefix of the buttons that say whom to call, by page."""
PAPERS = "service-documents-rdv"
"""The page that says which papers to bring."""
UNREAD = _("Information générale, pas encore relue par l'équipe : à vérifier avec ta conseillère ou ton conseiller.")
VERIFIED = _("Vérifié le {jour} par l'équipe.")
READ_BEFORE = _("L'équipe a relu cette page le {jour}. Depuis, des choses ont pu changer : à vérifier avec ta conseillère ou ton conseiller.")
NO_FIGURE = _("Je n'ai pas de chiffre sûr. Une personne peut te le dire.")
TOO_OLD = _("Un chiffre date trop : je ne le dis plus. Une personne peut te le dire.")
UNSURE = _("Un chiffre a pu changer : à vérifier avec ta conseillère ou ton conseiller.")
IN_FRENCH = _("Cette traduction n'est pas encore relue. Texte français :")
DEMO = _("Démonstration : ce service n'existe pas.")
WHO_TO_CALL = _("Qui appeler")
WHAT_THEN = _("D'accord. C'était plutôt quoi ? Choisis, ou écris avec d'autres mots.")


def told(turn: Turn, page: Page, nth: int | None) -> str:
    """The first message of a page, or one of its sections, with all that is true of it."""
    part = page.part(nth)
    french = turn.library.page(page.id, FRENCH)
    paragraphs = [part.title, part.body]
    if page.unread and french is not None:
        paragraphs += [turn.words.say(IN_FRENCH), french.part(nth).body]
    if part.held or part.stale:
        paragraphs.append(turn.words.say(TOO_OLD if part.stale else NO_FIGURE))
    return "\n\n".join([*paragraphs, *_truth(turn, page, unsure=part.unsure)])


def next_steps(turn: Turn, page: Page) -> tuple[Choice, ...]:
    """The buttons of what to do next that somebody answers; a person is under every page already."""
    return tuple(_steps(turn, page))


def _truth(turn: Turn, page: Page, *, unsure: bool) -> Iterator[str]:
    """Who stands for it, and since when. In a demonstration, that nobody does."""
    if page.verified_on is None or not page.verified:
        yield turn.words.say(UNREAD)
    elif page.past(turn.library.today):
        yield turn.words.say(READ_BEFORE, jour=turn.words.full_day(page.verified_on))
    else:
        if unsure:
            yield turn.words.say(UNSURE)
        yield turn.words.say(VERIFIED, jour=turn.words.full_day(page.verified_on))
    if turn.library.demo:
        yield turn.words.say(DEMO)


def _steps(turn: Turn, page: Page) -> Iterator[Choice]:
    if DOCUMENTS in page.acts and (papers := turn.library.page(PAPERS, pictured.language(turn))) is not None:
        yield Choice(f"{PAGE}{papers.id}", papers.label)
    if APPOINTMENT in page.acts and can_book(turn.work):
        yield labelled(turn.words, f"{ACT}{BOOK}", NAMES[BOOK])
    if CALLING in page.acts and page.calls:
        yield Choice(f"{NUMBERS}{page.id}", turn.words.say(WHO_TO_CALL))
    if WORKSHOPS in page.acts and on_now(turn):
        yield Choice(LIST, turn.words.say(LIST_LABEL))


@on(Rank.CHOICE, choices(NUMBERS))
def who_to_call(turn: Turn) -> None:
    """The numbers of a page, each with its own words. Where there are none any more, the menu."""
    page = turn.library.page((turn.choice or "").removeprefix(NUMBERS), pictured.language(turn))
    if page is None or not page.calls:
        turn.reply(WHAT_THEN, *rows(turn), ends=True)
        return
    french = turn.library.page(page.id, FRENCH)
    paragraphs = [page.title, _list(page)]
    if page.unread and french is not None:
        paragraphs += [turn.words.say(IN_FRENCH), _list(french)]
    again.remember(turn, f"{PAGE}{page.id}")
    body = "\n\n".join([*paragraphs, *_truth(turn, page, unsure=False)])
    turn.reply_content(body, Choice(f"{PAGE}{page.id}", page.label), *buttons(turn, PERSON, MENU), card="page", ends=True)


def _list(page: Page) -> str:
    return "\n".join(f"• {line}" for line in page.calls)
