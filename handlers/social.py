"""What people say to anyone: thanks, goodbye, « t'es un robot ? », an insult. A short true answer, and a way on."""

import re

from bot.routing import Rank, Turn, on, words
from content.understanding.normalise import simple
from content.words import _
from handlers.buttons import MENU, PERSON, buttons
from handlers.greeting import greeting
from handlers.meant import INSULT, free_words, sure

WELCOME_TO_IT = _("De rien. Tu peux revenir quand tu veux, de jour ou de nuit.")
GOODBYE = _("À une prochaine fois. Tu peux reprendre ici quand tu veux.")
A_ROBOT = _("Je suis un robot, celui du {service}. Je donne des informations et des numéros. Une personne de l'équipe peut aussi te répondre.")
INSULTED = _("Je suis un robot, et je n'ai pas répondu à ta question. On reprend en deux mots, ou une personne ?")
STILL_HERE = _("D'accord. Je reste là si tu veux.")
LONGEST = 12
"""Words of an insult that asks for nothing else."""

THANKS = (
    *("merci", "mrc", "mrci", "merki", "merci beaucoup", "merci bcp", "ok merci", "super merci", "merci a vous", "merci a toi", "merci pour tout"),
    *(
        "parfait merci",
        "nickel merci",
        "cool merci",
        "daccord merci",
        "d'accord merci",
        "merci c gentil",
        "merci c'est gentil",
        "cimer",
        "merci bien",
    ),
    *("thanks", "thank you", "thx", "ty", "thanks a lot", "thank you so much", "ok thanks", "many thanks", "cheers"),
    *("شكرا", "شكرا جزيلا", "شكرا لك", "شكرا لكم", "بارك الله فيك", "choukran", "chokran", "shukran"),
)
BYE = (
    *("au revoir", "aurevoir", "bye", "bye bye", "a plus", "a+", "ciao", "tchao", "bonne journee", "bonne soiree", "bonne nuit", "a bientot"),
    *("a demain", "salut merci au revoir", "merci au revoir", "merci bonne journee", "merci bonne soiree", "adios"),
    *("goodbye", "good bye", "see you", "see you later", "good night", "thanks bye", "bye thanks"),
    *("مع السلامة", "إلى اللقاء", "تصبح على خير", "bslama", "beslama"),
)
WHO_ARE_YOU = (
    *("t es un robot", "tu es un robot", "t'es un bot", "es tu un robot", "c'est un robot", "je parle a un robot", "vous etes un robot", "t es qui"),
    *("tu es qui", "qui es tu", "t ki", "vous etes qui", "qui etes vous", "t es humain", "tu es humain", "es tu humain", "t es une vraie personne"),
    *("tu es une vraie personne", "c'est une vraie personne", "t es reel", "c'est une machine", "t'es une ia", "tu es une ia", "t es un humain"),
    *(
        "are you a robot",
        "are you a bot",
        "are you human",
        "are you real",
        "are you a real person",
        "who are you",
        "is this a bot",
        "is this a robot",
    ),
    *("هل أنت روبوت", "أنت روبوت", "هل أنت إنسان", "من أنت", "من أنتم", "هل هذا روبوت", "wach nta robot", "chkoun nta"),
)
_INSULTS = re.compile(
    r"\b(?:conn?ard?e?s?|(?:t es|gros|sale) con|fdp|putes?|putain de|salopes?|salaud|encul\w*|ntm|ftg|tg|ta gueule|gueule|batard|debile|cretin|abruti"
    r"|incapables?|tabass\w*|bouffon|idiote?|stupide|merde|merdique|naze|pourri|inutile|nique|niquer|va te faire|casse toi|sers? a rien"
    r"|t ?es? nul|tes nul|trop nul|fuck\w*|bitch|asshole|shit|shitty|stupid|useless|idiots?|dumb|crap|sucks?|حمار|كلب|غبي|تبا|خرا|تافه|حقير)\b"
)


@on(Rank.TEXT, words(*THANKS))
def thanked(turn: Turn) -> None:
    """Short, and the door stays open."""
    turn.reply_content(greeting(turn) + turn.words.say(WELCOME_TO_IT), *buttons(turn, MENU, PERSON), ends=True)


@on(Rank.TEXT, words(*BYE))
def goodbye(turn: Turn) -> None:
    """Nothing is closed by it."""
    turn.reply_content(greeting(turn) + turn.words.say(GOODBYE), *buttons(turn, MENU, PERSON), ends=True)


@on(Rank.TEXT, words(*WHO_ARE_YOU))
def a_robot(turn: Turn) -> None:
    """The word « robot », whose it is, and the way to a person."""
    turn.reply(A_ROBOT, *buttons(turn, PERSON, MENU), ends=True, service=turn.library.service.name)


def insults(turn: Turn) -> bool:
    """An insult and nothing that can be answered. With a danger word it was heard as danger before."""
    if not free_words(turn) or sure(turn) not in (None, INSULT):
        return False
    said = simple(turn.text)
    return len(said.split()) <= LONGEST and _INSULTS.search(said) is not None


@on(Rank.TEXT, insults)
def insulted(turn: Turn) -> None:
    """No lesson: the fault is ours, and a person is one tap away. The second time, few words."""
    if turn.in_a_row(INSULT) == 1:
        turn.reply_content(greeting(turn) + turn.words.say(INSULTED), *buttons(turn, PERSON, MENU), ends=True)
    else:
        turn.reply(STILL_HERE, *buttons(turn, PERSON, MENU), ends=True)
