"""What Messenger itself shows of us: the greeting, and the menu beside the field. Only commands that a handler answers are listed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A French text, for the catalogues of whoever composes the service."""

    msgid: str


def _(msgid: str) -> Text:
    """Mark a French text for the catalogues."""
    return Text(msgid)


GREETING = _("Un robot répond ici, pour le logement des 16-30 ans. Urgence : 115 · 17 · 119 · 3114")
COMMANDS: Mapping[str, Text] = {
    "urgence": _("Urgence"),
    "menu": _("Le menu"),
    "personne": _("Une personne"),
    "donnees": _("Mes données"),
    "stop": _("Ne plus recevoir de messages"),
}
LOCALES: Mapping[str, str] = {"en": "en_US", "ar": "ar_AR"}
"""Messenger's names of our languages; French is for everybody else."""
Say = Callable[[str, Text], str]


@dataclass(frozen=True, slots=True)
class Face:
    """What Messenger shows of us, by its names of languages, "default" for every other one: the greeting, and the label of each command."""

    greeting: Mapping[str, str]
    menu: Mapping[str, Mapping[str, str]]


def face(say: Say, languages: Iterable[str]) -> Face:
    """Our face in these languages."""
    spoken = {"default": "fr"} | {LOCALES[language]: language for language in languages if language in LOCALES}
    return Face(
        {name: say(language, GREETING) for name, language in spoken.items()},
        {name: {command: say(language, text) for command, text in COMMANDS.items()} for name, language in spoken.items()},
    )


FRENCH = face(lambda _language, text: text.msgid, ["fr"])
