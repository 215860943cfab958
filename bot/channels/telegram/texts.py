"""What Telegram itself shows of us: the command list, and the line said in a group. Only commands that a handler answers are listed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

TWO_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A French text, for the catalogues of whoever composes the service."""

    msgid: str


def _(msgid: str) -> Text:
    """Mark a French text for the catalogues."""
    return Text(msgid)


COMMANDS: Mapping[str, Text] = {
    "urgence": _("Urgence : 115 · 17 · 119 · 3114"),
    "menu": _("Le menu"),
    "personne": _("Écrire à une personne de l'équipe"),
    "donnees": _("Mes données"),
    "langue": _("Langue"),
    "stop": _("Ne plus recevoir de messages"),
}

PRIVATE_ONLY = _("Je suis un robot et je réponds seulement en privé, à une personne à la fois. Écris-moi directement. Je quitte ce groupe.")

Say = Callable[[str, Text], str]
"""A text in a language."""


@dataclass(frozen=True, slots=True)
class Face:
    """What Telegram shows of us. `commands` are descriptions by command, by language of the application; "" for every other one.

    In a group nobody's language is known: `private_only` says it in all of ours.
    """

    commands: Mapping[str, Mapping[str, str]]
    private_only: str


def face(say: Say, languages: Iterable[str]) -> Face:
    """Our face, whose first language is the one for everybody else. Telegram knows languages by two letters: others are left out."""
    first, *others = [language for language in languages if len(language) == TWO_LETTERS]
    spoken = {"": first, **{language: language for language in others}}
    commands = {code: {name: say(language, text) for name, text in COMMANDS.items()} for code, language in spoken.items()}
    return Face(commands, "\n\n".join(say(language, PRIVATE_ONLY) for language in (first, *others)))


FRENCH = face(lambda _language, text: text.msgid, ["fr"])
