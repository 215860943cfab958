"""What the robot and the team say in the browser tests: one of each thing a page can show."""

from bot.messages import Choice, Purpose
from tests.channels.webchat.site import Robot, answer

PAGE = answer(
    "Garant gratuit : Visale\n\n"
    "Visale, c’est un garant gratuit. Si un mois tu ne peux pas payer le loyer, Action Logement paie le propriétaire.\n\n"
    "- Demande-le avant de signer le bail.\n- Le propriétaire peut accepter ou non.\n\n"
    "Information générale, pas encore relue par l’équipe : à vérifier avec ta conseillère ou ton conseiller.\n\n"
    "Urgence : 115 · 17 · 119 · 3114",
    Choice("site", "Ouvrir visale.fr", link="https://www.visale.fr"),
    Choice("how", "Comment demander"),
    Choice("no", "Si c’est non"),
    Choice("other", "Ce n’est pas ça"),
    Choice("personne", "Une personne"),
    card="page",
)
CRISIS = answer(
    "Appelle le 3114 : gratuit, jour et nuit, une personne t’écoute.\n\n"
    "Danger tout de suite : 15 ou 112. Tu ne peux pas parler : 114 par SMS.\n\n"
    "Je suis un robot, je ne sais pas quand l’équipe lira. N’attends pas : appelle maintenant.\n\nMessage automatique.",
    Choice("call", "Appeler le 3114", link="tel:3114"),
    Choice("call", "Appeler le 15", link="tel:15"),
    Choice("sms", "SMS au 114", link="sms:114"),
    Choice("impossible", "Appel impossible"),
    card="crisis",
    purpose=Purpose.CRISIS,
)
QUESTION = answer("Tu as pris quelque chose, ou tu as une blessure ?", Choice("answer:yes", "Oui"), Choice("answer:no", "Non"))
OVERVIEW = answer(
    "Voici quel numéro appeler. Tous sont gratuits.\n\n• 115 : nulle part où dormir, 18 ans ou plus.\n• 119 : moins de 18 ans, en danger ou dehors.\n"
    "• 114 par SMS : danger, sans pouvoir parler.\n\nOu dis-moi ce qui se passe :",
    *(Choice("crisis", label) for label in ("Malaise, feu, gaz", "Je vais très mal", "Nulle part où dormir", "On me frappe")),
    card="crisis",
)
PROMISE = answer(
    "Une personne te répond quand une personne sera là.\n\nTu n’auras pas à tout répéter.\n\nUrgence : 115 · 17 · 119 · 3114",
    Choice("robot", "Reprendre le robot"),
    card="promise",
    purpose=Purpose.SERVICE,
)
EVENT = answer("Samira te répond maintenant. Le robot se tait.", card="event", purpose=Purpose.SERVICE)
HUMAN = answer("Bonjour, c’est Samira. J’ai lu ta demande.\n\nTu peux regarder https://www.visale.fr avant ?", purpose=Purpose.HUMAN)

ANSWERS = {
    "visale": [PAGE],
    "jen peux plus": [CRISIS, QUESTION],
    "answer:yes": [answer("Appelle le 15 maintenant, c’est gratuit.", Choice("call", "Appeler le 15", link="tel:15"))],
    "urgence": [OVERVIEW],
    "personne": [PROMISE],
    "Trouver un logement": [answer("Tu cherches plutôt quoi ?", Choice("a", "Location"), Choice("b", "HLM"))],
}


def teach(robot: Robot) -> None:
    """Give the robot its answers; it says « D’accord. » to anything else."""
    robot.answers = dict(ANSWERS)
    robot.otherwise = [answer("D’accord.")]
