"""What people put around an answer: who they are, thanks, excuses. Learnt with, so that an answer is heard through it. Pure.

A greeting or a « merci » says nothing of whether somebody comes; where every example goes straight to the point, it weighs as if it did.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from content.understanding.examples import Example

SHARE = 0.5
"""How many of the examples are learnt a second time, with something around them."""
SEED = 20261130
_BEFORE, _AFTER = 0.75, 0.6
_BEGINNINGS = """
Bonjour | bjr | slt | salut | bonsoir | coucou | hello | wesh | wsh | yo | bonjour madame | bonjour monsieur | madame | Bonjour à vous
rebonjour | cc | re | euh | ben | bon | alors | donc | voilà | du coup | en fait | au fait | sinon | bon alors | ok alors | franchement
allô oui | allô bonjour | oui bonjour | bonjour alors | alors euh | euh oui bonjour | bonjour c'est Dylan | c'est Inès | coucou c'est Lina
salut c'est moi Karim | bonjour je suis Sarah | bonjour je m'appelle Yanis | c'est encore moi | désolé | désolée | dsl | pardon | excusez-moi
je voulais vous dire que | juste pour vous dire que | je vous écris pour vous dire que | c'était pour vous dire que | je vous appelle parce que
je vous préviens | petit message pour vous dire que | j'ai bien vu votre message | bien reçu votre message | j'ai eu votre sms
je viens de voir le message | suite à votre message | merci pour le rappel | merci pour votre message | merci du rappel
bonjour merci pour le rappel | à propos du rendez-vous | pour mon rendez-vous | pour le rdv | par rapport au rdv | concernant mon rendez-vous
"""
_ENDINGS = """
merci | merci d'avance | merci beaucoup | merci bcp | mci | mrc | svp | stp | s'il vous plaît | dsl | désolé | désolée | sorry | pardon
excusez-moi | je m'excuse | encore désolé | bonne journée | bonne soirée | bon week-end | cordialement | bien à vous | à bientôt | au revoir
voilà | voilà voilà | voilà merci | voilà quoi | quoi | hein | point | merci au revoir | merci madame | merci de votre compréhension
merci pour tout | je vous remercie | bisous | frr | mdr | a+ | tkt | 🙏 | 😊 | 😅 | ! | …
"""
_JOINS = (" ", ", ", " ")


def surrounded(examples: Sequence[Example]) -> list[Example]:
    """Some of the French answers, told with a beginning, an ending or both. The same examples give the same ones."""
    dice = Random(SEED)  # noqa: S311 - repeated, not secret
    told = [example for example in examples if example.language == "fr" and not example.aside and dice.random() < SHARE]
    return [replace(example, text=_around(example.text, dice)) for example in told]


def _around(text: str, dice: Random) -> str:
    drawn = dice.random()
    if drawn < _BEFORE:
        text = dice.choice(_ways(_BEGINNINGS)) + dice.choice(_JOINS) + text
    if drawn > 1 - _AFTER:
        text = text + dice.choice(_JOINS) + dice.choice(_ways(_ENDINGS))
    return text


def _ways(lines: str) -> list[str]:
    return [way.strip() for line in lines.strip().splitlines() for way in line.split("|")]
