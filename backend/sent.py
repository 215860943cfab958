"""How a file that somebody sent is said to a caseworker: what it is, where it is, and if it is not here why."""

from dataclasses import dataclass

from bot.rules.files import LARGEST, TYPES, Family
from storage.media import File, State

FILE_KINDS = {
    "photo": "Photo",
    "image": "Photo",
    "live_photo": "Photo",
    "voice": "Message vocal",
    "audio": "Son",
    "video": "Vidéo",
    "video_note": "Vidéo",
    "animation": "Image animée",
    "document": "Fichier",
    "sticker": "Autocollant",
}
REFUSED = {
    "too_large": f"il pèse plus de {LARGEST // 1024**2} Mo",
    "unknown_kind": "ce n'est ni une photo, ni un PDF, ni un son, ni une vidéo",
    "two_kinds": "il se lit de deux façons, ce qui peut être un piège",
    "another_kind": "il n'est pas ce que son nom annonce",
    "too_many_pixels": "l'image est trop grande",
    "empty": "il est vide",
    "infected": "l'antivirus y reconnaît un programme dangereux",
}
DAMAGED = "il est abîmé"
LOST = {
    "channel_off": "cette messagerie est éteinte ici",
    "no_connection": "la messagerie ne répondait pas",
    "provider_fault": "la messagerie ne répondait pas",
    "timeout": "la messagerie ne répondait pas",
    "cut": "la messagerie ne répondait pas",
    "token_refused": "la messagerie refuse le robot, dites-le à la personne qui administre Palier",
    "": "son temps était passé",
}
NOT_GIVEN = "la messagerie ne le donne plus"
SHAPES = {Family.PICTURE: "picture", Family.SOUND: "sound", Family.FILM: "film"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file in words. `shape`: how a page shows it ("picture", "sound", "film", "paper" to download, "" where there is nothing to open).
    `bad` where it will not come any more."""

    what: str
    state: str
    shape: str
    bad: bool
    name: str
    size: str


def sent(file: File) -> Sent:
    """A file in words, in French, not yet typeset."""
    kept = file.state is State.KEPT
    type = TYPES.get(file.mime)
    shape = "" if not kept else SHAPES.get(type.family, "paper") if type is not None and type.shown else "paper"
    bad = file.state in (State.REFUSED, State.LOST)
    size = "" if file.size is None or not kept else weight(file.size)
    return Sent(FILE_KINDS.get(file.kind, "Fichier"), _state(file), shape, bad, file.name.replace("\0", "\ufffd"), size)


def weight(size: int) -> str:
    """« 640 ko », « 2,3 Mo »."""
    return f"{size / 1024**2:.1f} Mo".replace(".", ",") if size >= 1024**2 else f"{max(size // 1024, 1)} ko"


def _state(file: File) -> str:
    match file.state:
        case State.KEPT:
            return ""
        case State.REFUSED:
            return f"Refusé, rien n'en est gardé : {REFUSED.get(file.failure, DAMAGED)}."
        case State.LOST:
            return f"Pas arrivé jusqu'ici : {LOST.get(file.failure, NOT_GIVEN)}."
        case State.SEEN:
            return "Copie détruite."
        case State.GONE:
            return "Effacé : sa durée de conservation est passée."
        case _:
            return "Annoncé, pas encore arrivé ici : on va le chercher."
