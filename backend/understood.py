"""What the robot understands of what somebody wrote, for whoever reads it: found when a page is shown, kept nowhere."""

from collections.abc import Callable, Mapping

from content.library import Library
from content.understanding.meaning import NOTHING, Certainty, Meaning
from content.words import Words
from storage.thread_view import Line

Reads = Callable[[str], Meaning]
"""A text → what it means: the very function that the robot answers by."""
CALLED: Mapping[str, str] = {
    "talk-to-human": "Parler à quelqu'un",
    "book-appointment": "Prendre rendez-vous",
    "move-appointment": "Déplacer un rendez-vous",
    "cancel-appointment": "Ne pas venir à un rendez-vous",
    "my-appointments": "Voir ses rendez-vous",
    "orientation": "Faire le point sur sa situation",
    "give-feedback": "Donner son avis, se plaindre",
    "my-data": "Voir ou effacer ses données",
    "stop": "Ne plus recevoir de messages",
    "change-language": "Changer de langue",
    "for-someone-else": "Écrire pour quelqu'un d'autre",
    "menu": "Le menu, de l'aide",
    "greeting": "Un bonjour",
    "thanks": "Un merci",
    "goodbye": "Un au revoir",
    "insult": "Une insulte",
    "bot-question": "Qui est le robot",
    "outside-job": "Travail, formation (hors logement)",
    "outside-health": "Santé (hors logement)",
    "outside-school": "École, études (hors logement)",
    "outside-papers": "Papiers, démarches (hors logement)",
    "outside-transport": "Transports, permis (hors logement)",
    "outside-other": "Autre chose que le logement",
    "outside-age": "Âge que le service ne reçoit pas",
}
"""What is no page, as caseworkers call it."""
SURE, UNSURE, LOST, SECOND = "Sûr : {}.", "Pas sûr : {}.", "Rien : ce message n'est pas compris.", "Aussi : {}."


def understands_nothing(text: str) -> Meaning:
    """Where nobody reads."""
    return NOTHING


class Understanding:
    """Says of a person's line what it means, in sentences; nothing of a button, a command, a file or a line without a word."""

    def __init__(self, library: Callable[[], Library], reads: Reads, words: Words) -> None:
        self._library = library
        self._reads = reads
        self._words = words

    def of(self, line: Line) -> list[str]:
        content = line.content
        written = line.author == "person" and content.chosen is None and not content.card and not content.attachments
        if not written or content.text.startswith("/") or not any(map(str.isalpha, content.text)):
            return []
        meaning = self._reads(content.text)
        said = [self._first(meaning)]
        if meaning.label is not None and meaning.second is not None:
            said.append(SECOND.format(self._called(meaning.second)))
        return [self._words.typeset(sentence) for sentence in said]

    def _first(self, meaning: Meaning) -> str:
        if meaning.sure is not None:
            return SURE.format(self._called(meaning.sure))
        labels = [candidate.label for candidate in meaning.candidates] if meaning.certainty is Certainty.UNSURE else []
        return UNSURE.format(", ou ".join(map(self._called, labels))) if labels else LOST

    def _called(self, label: str) -> str:
        page = self._library().pages.get(label)
        return f"« {page.title} »" if page is not None else CALLED.get(label, label)
