"""The menu: ten rows, and what each theme leads to."""

from bot.messages import Choice
from bot.routing import Rank, Turn, choices, commands, on, plain_label, words
from content.words import _
from handlers.buttons import MENU, PERSON, URGENCE, buttons
from handlers.greeting import greeting

THEME = "theme:"
PAGE = "page:"
ASK = _("De quoi tu as besoin ? Choisis, ou écris avec tes mots.")
WHICH = _("Tu cherches plutôt quoi ?")
NOT_WRITTEN = _("Sur « {theme} », aucune page n'est encore écrite. Une personne peut te répondre.")
_KNOWN = (URGENCE, PERSON)


def rows(turn: Turn) -> tuple[Choice, ...]:
    """The ten rows, « Urgence » first, « Une personne » last."""
    found = []
    for row in turn.library.menu:
        name = row.id if row.id in _KNOWN else f"{THEME}{row.id}"
        found.append(Choice(name, row.label.of(turn.language), tone="urgent" if row.id == URGENCE else ""))
    return tuple(found)


def named(turn: Turn) -> str | None:
    """The theme whose label was written out, as a page without JavaScript and a keyboard do."""
    said = turn.plain
    return next((row.id for row in turn.library.menu if row.id not in _KNOWN and plain_label(row.label.of(turn.language)) == said), None)


def label_written(turn: Turn) -> bool:
    """The whole message is the label of a theme."""
    return bool(said := turn.plain) and len(said) < 40 and named(turn) is not None


@on(Rank.COMMAND, commands("menu", "aide", "help"))
@on(Rank.CHOICE, choices(MENU))
@on(Rank.TEXT, words("menu", "aide", "help", "retour", "accueil", "tu peux faire quoi", "recommencer"))
def show(turn: Turn) -> None:
    """The menu itself."""
    turn.close_question()
    turn.reply_content(greeting(turn) + turn.words.say(ASK), *rows(turn), ends=True)


@on(Rank.CHOICE, choices(THEME), label_written)
def open_theme(turn: Turn) -> None:
    """The pages of a theme, or the truth that there is none yet."""
    theme = turn.choice.removeprefix(THEME) if turn.choice else named(turn)
    row = next((row for row in turn.library.menu if row.id == theme), None)
    if row is None:
        show(turn)
        return
    pages = [page for page in turn.library.pages_in(turn.language) if page.theme == row.id]
    if not pages:
        body = greeting(turn) + turn.words.say(NOT_WRITTEN, theme=row.label.of(turn.language))
        turn.reply_content(body, *buttons(turn, PERSON, MENU), ends=True)
        return
    offered = [Choice(f"{PAGE}{page.id}", page.label) for page in pages]
    turn.reply_content(greeting(turn) + turn.words.say(WHICH), *offered, *buttons(turn, PERSON, MENU), ends=True)
