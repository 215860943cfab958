"""Buttons that stand under many answers, one wording each."""

from bot.messages import Choice
from bot.plain import plain
from bot.routing import ANSWER, Turn
from content.words import Text, Words, _

PERSON, MENU, URGENCE, ROBOT, DATA, LANGUAGE = "personne", "menu", "urgence", "robot", "donnees", "langue"
YES, NO = f"{ANSWER}yes", f"{ANSWER}no"
_YES = (
    *("oui", "ouais", "ouai", "ouep", "wi", "vi", "ui", "oe", "we", "ok", "okay", "oki", "okk"),
    *("d'accord", "dac", "c ok", "vas-y", "vazy", "oui stp", "oui merci"),
    *("yes", "yeah", "yep", "sure", "yes please", "نعم", "اي", "ايه", "ايوه", "اه", "واه", "اكيد", "حسنا", "na3am", "wah", "iyeh"),
)
_NO = (
    *("non", "nn", "nan", "nop", "nope", "no", "laisse tomber", "non merci", "nn merci", "nan merci"),
    *("no thanks", "no thank you", "nah", "لا", "لا شكرا", "lla"),
)
YES_WORDS, NO_WORDS = frozenset(map(plain, _YES)), frozenset(map(plain, _NO))
"""Compared with `Turn.plain`."""

_LABELS: dict[str, Text] = {
    PERSON: _("Une personne"),
    MENU: _("Menu"),
    URGENCE: _("Urgence"),
    ROBOT: _("Reprendre le robot"),
    DATA: _("Mes données"),
    LANGUAGE: _("Langue"),
    YES: _("Oui"),
    NO: _("Non"),
}


_COMMANDS = {**{f"/{name}": label for name, label in _LABELS.items() if name.isalpha()}, "/stop": _("Ne plus recevoir de messages")}


def said(words: Words, text: str) -> str:
    """What somebody pressed, where a permanent entry is kept as its command: « Urgence » for « /urgence ». Other words as they are."""
    label = _COMMANDS.get(text)
    return text if label is None else words.say(label)


def button(turn: Turn, name: str, label: Text | None = None) -> Choice:
    """The button of this id, in the person's language."""
    return labelled(turn.words, name, label)


def labelled(words: Words, name: str, label: Text | None = None) -> Choice:
    """The same where nobody's turn it is."""
    return Choice(name, words.say(label or _LABELS[name]), tone="urgent" if name == URGENCE else "")


def buttons(turn: Turn, *names: str) -> tuple[Choice, ...]:
    """Several of them, in order."""
    return tuple(button(turn, name) for name in names)
