"""The menu: ten rows, and what each theme leads to."""

from bot.messages import Choice
from bot.plain import plain, plain_label
from bot.routing import Rank, Turn, choices, commands, on, words
from content.words import _
from handlers import again, handover, pictured
from handlers.buttons import DATA, LANGUAGE, MENU, PERSON, URGENCE, buttons
from handlers.greeting import greeting

THEME = "theme:"
SERVICE = "service"
"""The theme of the service itself, of one's own data and language."""
PAGE = "page:"
REST = ":rest"
"""After a theme: its pages that were not shown first."""
AT_FIRST = 6
OTHERS = _("La suite")
ASK = _("De quoi tu as besoin ? Choisis, ou écris avec tes mots.")
WHICH = _("Tu cherches plutôt quoi ?")
NOT_WRITTEN = _("Sur « {theme} », aucune page n'est encore écrite. Une personne peut te répondre.")
_ASKED = (
    *("menu", "aide", "help", "retour", "accueil", "tu peux faire quoi", "recommencer", "le menu"),
    *("back", "home", "start again", "the menu", "القائمة", "قائمة", "مساعدة", "رجوع"),
)
ASKED = frozenset(map(plain, _ASKED))
"""Compared with `Turn.plain`."""
_KNOWN = (URGENCE, PERSON)


def rows(turn: Turn) -> tuple[Choice, ...]:
    """The ten rows, « Urgence » first, « Une personne » last; six pictograms for who sends their voice."""
    if pictured.voice(turn) or pictured.few(turn):
        return pictured.rows(turn)
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
    """The whole message is the label of a theme, and no other button of that name."""
    return turn.choice is None and bool(said := turn.plain) and len(said) < 40 and named(turn) is not None


@on(Rank.COMMAND, commands("menu", "aide", "help"))
@on(Rank.CHOICE, choices(MENU))
@on(Rank.TEXT, words(*ASKED))
def show(turn: Turn) -> None:
    """The menu itself."""
    turn.close_question()
    ask = pictured.PRESS if pictured.few(turn) else ASK
    turn.reply_content(greeting(turn) + turn.words.say(ask), *rows(turn), ends=True)


@on(Rank.TEXT, lambda turn: pictured.drawn(turn) is not None)
def open_drawn(turn: Turn) -> None:
    """A pictogram sent alone is its row."""
    drawn = pictured.drawn(turn) or ""
    if drawn == PERSON:
        handover.pass_on(turn)
    else:
        tell_theme(turn, drawn.removeprefix(THEME))


@on(Rank.CHOICE, choices(THEME), label_written)
def open_theme(turn: Turn) -> None:
    """The pages of a theme, or the truth that there is none yet."""
    tell_theme(turn, turn.choice.removeprefix(THEME) if turn.choice else named(turn))


def tell_theme(turn: Turn, theme: str | None) -> None:
    """The same, by its name: what is asked most, then, behind a button, the others. A theme that is gone gives the menu."""
    name = (theme or "").removesuffix(REST)
    row, rest = next((row for row in turn.library.menu if row.id == name), None), name != theme
    if row is None:
        show(turn)
        return
    again.remember(turn, f"{THEME}{theme}")
    pages = turn.library.pages_of(row, pictured.language(turn))
    if not pages:
        body = greeting(turn) + turn.words.say(NOT_WRITTEN, theme=row.label.of(turn.language))
        turn.reply_content(body, *buttons(turn, PERSON, MENU), ends=True)
        return
    shown, others = (pages[AT_FIRST:], []) if rest else (pages[:AT_FIRST], pages[AT_FIRST:])
    offered = [Choice(f"{PAGE}{page.id}", page.label) for page in shown or pages]
    if others:
        offered.append(Choice(f"{THEME}{row.id}{REST}", turn.words.say(OTHERS)))
    own = buttons(turn, DATA, LANGUAGE) if row.id == SERVICE else ()
    turn.reply_content(greeting(turn) + turn.words.say(WHICH), *offered, *own, *buttons(turn, PERSON, MENU), ends=True)
