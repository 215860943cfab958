"""What Telegram itself shows of us, in French: the command list, and the line said in a group. Only commands that a handler answers are listed."""

from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "urgence": "Urgence : 115 · 17 · 119 · 3114",
    "menu": "Le menu",
    "personne": "Écrire à une personne de l’équipe",
    "donnees": "Mes données",
    "stop": "Ne plus recevoir de messages",
}

PRIVATE_ONLY = "Je suis un robot et je réponds seulement en privé, à une personne à la fois. Écris-moi directement. Je quitte ce groupe."
