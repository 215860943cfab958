"""What an SMS and an e-mail say around ours: how to answer, where the rest is, whom to call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A French text, for the catalogues of whoever composes the service."""

    msgid: str


def _(msgid: str) -> Text:
    """Mark a French text for the catalogues."""
    return Text(msgid)


ANSWER = _("Répondre : {lien}")
NO_ANSWER = _("Ne réponds pas ici : {telephone}")
THE_REST = _("La suite : {lien}")
READ = _("J'ai bien lu ton message.")
CALL, WRITE = _("Appelle : {numeros}."), _("SMS : {numeros}.")
SUBJECT = _("Un message pour toi")
ANSWER_HERE = _("Pour répondre, ou ne plus rien recevoir : {lien}")
NOBODY_READS = _("Personne ne lit les réponses à cette adresse.")
Say = Callable[[str, Text, Mapping[str, str]], str]
"""A language, a text and the values of its places → what is read."""


@dataclass(frozen=True, slots=True)
class Around:
    """Says these texts. `numbers` is the line of the emergency numbers in a language, as the robot says it."""

    speak: Say
    numbers: Callable[[str], str]

    def say(self, language: str, text: Text, **values: str) -> str:
        return self.speak(language, text, values)


FRENCH = Around(lambda _language, text, values: text.msgid.format(**values), lambda _language: "Urgence : 115 · 17 · 119 · 3114")
