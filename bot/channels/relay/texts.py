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
EMERGENCY = "emergency"
"""Not ours: the line of the numbers, as the robot says it."""
TEXTS: Mapping[str, Text] = {
    "answer": ANSWER,
    "no_answer": NO_ANSWER,
    "the_rest": THE_REST,
    "read": READ,
    "call": CALL,
    "write": WRITE,
    "subject": SUBJECT,
    "answer_here": ANSWER_HERE,
    "nobody_reads": NOBODY_READS,
}
Say = Callable[[str, Text], str]


@dataclass(frozen=True, slots=True)
class Around:
    """These texts by language, then by name; each keeps its {place}. `emergency` is the line of the numbers in each language."""

    texts: Mapping[str, Mapping[str, str]]
    emergency: Mapping[str, str]

    def say(self, language: str, name: str, **values: str) -> str:
        """One of them, in French where that language has none."""
        return self.texts.get(language, self.texts["fr"])[name].format(**values)

    def numbers(self, language: str) -> str:
        return self.emergency.get(language, self.emergency["fr"])


def around(say: Say, languages: tuple[str, ...], emergency: Callable[[str], str]) -> Around:
    """All of them in these languages."""
    texts = {language: {name: say(language, text) for name, text in TEXTS.items()} for language in languages}
    return Around(texts, {language: emergency(language) for language in languages})


FRENCH = around(lambda _language, text: text.msgid, ("fr",), lambda _language: "Urgence : 115 · 17 · 119 · 3114")
