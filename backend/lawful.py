"""What becomes of an answer, said before it is written: only what is known, in plain words."""

from collections.abc import Callable
from datetime import datetime

from backend.show import Show
from bot.legality import Drop, Foreseen, OnAPage, Send, SendAs, WaitForThem
from storage.engine import Work

Foresee = Callable[[Work, int], Foreseen | None]
"""What would become of a colleague's words in a conversation now."""


def foresees_nothing(work: Work, conversation_id: int) -> Foreseen | None:
    """Where no channel is known."""
    return None


def as_it_is(show: Show) -> str:
    """What is said where an answer goes as it is at any time, beside others that do not."""
    return show.said("Votre réponse part telle quelle.")


def passes(foreseen: Foreseen | None) -> bool:
    """Whether an answer would leave there at once."""
    return foreseen is not None and isinstance(foreseen.verdict, Send | SendAs)


def said(foreseen: Foreseen | None, show: Show, now: datetime, better: str = "") -> str:
    """A sentence, "" where an answer goes as it is at any time. `better`: the app of the same person that lets it pass, "" for none."""
    if foreseen is None:
        return ""
    instead = f"Choisissez plutôt « {better} », où elle part aussitôt." if better else "Mieux vaut appeler."
    app, until = show.channel(foreseen.channel), "" if foreseen.until is None else show.near(foreseen.until, now)
    match foreseen.verdict:
        case Send():
            words = f"Votre réponse partira telle quelle, si elle part avant {until}." if until else ""
        case SendAs():
            words = f"Pas de message de sa part depuis un jour : {app} laisse encore passer votre réponse, jusqu'à {until}."
        case WaitForThem():
            words = (
                f"Pas de message de sa part depuis un jour : {app} lui dira seulement qu'une réponse l'attend. "
                "Votre texte part dès que la personne écrit. Sans nouvelles au bout de 3 jours, une tâche vous le dit."
            )
        case OnAPage():
            words = (
                "Un SMS ou un e-mail ne porte pas vos mots : la personne y lit « Tu as une réponse » et un lien, qui ouvre une page à elle. "
                "Votre texte y attend 3 jours. Sans nouvelles, une tâche vous le dit."
            )
        case Drop(reason="not_this_way"):
            words = (
                "Un SMS ou un e-mail ne porte pas vos mots, et aucun lien ne peut lui être envoyé par là. "
                f"Rien ne partira : une tâche s'ouvre. {instead}"
            )
        case Drop(reason="outside_window" | "not_approved"):
            words = f"Pas de message de sa part depuis trop longtemps : {app} ne laisserait pas passer votre réponse. {instead}"
        case Drop(reason="blocked"):
            words = f"La personne a bloqué le robot : votre réponse n'y arriverait pas. {instead}"
        case _:
            words = ""
    return show.said(words)
