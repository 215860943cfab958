"""Who writes for somebody else, and who is too young or too old for the service: told kindly where to go, and nothing kept about the absent."""

from bot.messages import Choice
from bot.routing import Rank, Turn, beside, choices, on
from content.understanding.age import age_in
from content.understanding.people import Writer, asks_who_is_known, names_somebody, writer
from content.words import Text, _
from handlers import menu
from handlers.buttons import MENU, PERSON, URGENCE, buttons, labelled
from handlers.greeting import WELCOMED, greeting
from handlers.meant import TOO_YOUNG_OR_OLD, ages, free_words, sure
from storage import messages

HOW, LINK = "comment", "lien"
RELATIVE = "for_another"
"""In the state of a conversation whose person writes for somebody else: what they write of them is not kept."""
TOLD_AGE = "told_age"
FOR_ANOTHER = _(
    "Merci d'écrire pour quelqu'un. Le plus simple : que cette personne écrive ici ou vienne, même avec quelqu'un. "
    "Le robot peut expliquer comment ça marche. Rien n'est gardé sur elle."
)
HOW_IT_WORKS = _(
    "Le {service}, c'est gratuit, de {debut} à {fin} ans. Ici, un robot donne des informations et des numéros, sans demander de nom. "
    "Une personne de l'équipe peut aussi répondre par écrit."
)
HOW_LABEL = _("Comment ça marche")
LINK_LABEL = _("Lien à lui donner")
THE_LINK = _("Ce lien ouvre le robot du {service}, sans compte et sans nom :\n{lien}")
NO_LINK = _("Le robot du {service} n'a pas encore de lien à donner.")
NEVER_SAID = _("Je ne dis jamais si le service connaît quelqu'un, même à sa famille. Cette personne peut écrire elle-même quand elle veut.")
ASK_A_PERSON = _("Je n'ai pas compris, ça vient de moi. Une personne de l'équipe peut répondre.")
PROFESSIONAL = _("Bonjour. Je suis le robot du {service}, pour les jeunes de {debut} à {fin} ans. Vous pouvez joindre l'équipe directement.")
REACH = _("Téléphone : {telephone}"), _("E-mail : {email}"), _("Adresse : {adresse}")
NOT_ABOUT_ANYONE = _("Je ne dis jamais si le service connaît quelqu'un.")
TOO_YOUNG = _(
    "Le {service} reçoit de {debut} à {fin} ans. Avant {debut} ans, il y a le {numero} (gratuit, jour et nuit) "
    "et la Maison du Département Solidarité près de chez toi. Une personne de l'équipe peut te dire où aller."
)
TOO_OLD = _(
    "Le {service} reçoit de {debut} à {fin} ans. Après {fin} ans, il y a la Maison du Département Solidarité près de chez toi, "
    "et le CCAS, le service d'aide de ta mairie. Tu peux lire ici quand même. Une personne de l'équipe peut te dire où aller."
)
RECEIVES = _(
    "Le {service} reçoit de {debut} à {fin} ans. Avant ou après, il y a la Maison du Département Solidarité près de chez toi. "
    "Une personne de l'équipe peut te dire où aller."
)

# -- for somebody else


@on(Rank.TEXT, lambda turn: free_words(turn) and writer(turn.text) is Writer.RELATIVE)
def for_another(turn: Turn) -> None:
    """Neither « tu » nor « vous »: whoever writes is not who it is about."""
    turn.lane.state[RELATIVE] = turn.lane.state[WELCOMED] = True
    _forget_words(turn)
    turn.reply(FOR_ANOTHER, *_ways(turn), ends=True)


@on(Rank.TEXT, lambda turn: free_words(turn) and _who_is_known(turn))
def known_or_not(turn: Turn) -> None:
    """Nobody is confirmed to anybody; the name just written is not kept."""
    turn.lane.state[WELCOMED] = True
    _forget_words(turn)
    turn.reply(NEVER_SAID, *_ways(turn), ends=True)


def _who_is_known(turn: Turn) -> bool:
    return asks_who_is_known(turn.text) or (bool(turn.lane.state.get(RELATIVE)) and names_somebody(turn.text))


@on(Rank.CHOICE, choices(HOW))
def how_it_works(turn: Turn) -> None:
    """In general, to anybody."""
    turn.reply_content(turn.words.say(HOW_IT_WORKS, **_service(turn)), *buttons(turn, PERSON, MENU, URGENCE), ends=True)


@on(Rank.CHOICE, choices(LINK))
def link_to_give(turn: Turn) -> None:
    """Where the young person can write, to be handed on: it names nobody, and is counted nowhere."""
    text = turn.words.say(THE_LINK if turn.home else NO_LINK, lien=turn.home, service=turn.library.service.name)
    turn.reply_content(text, *buttons(turn, PERSON, MENU, URGENCE), ends=True)


@on(Rank.TEXT, lambda turn: free_words(turn) and writer(turn.text) is Writer.SELF)
def for_oneself(turn: Turn) -> None:
    """« C'est pour moi »: the menu, and words are kept as anyone's again."""
    turn.lane.state.pop(RELATIVE, None)
    menu.show(turn)


def _ways(turn: Turn) -> tuple[Choice, ...]:
    return (labelled(turn.words, HOW, HOW_LABEL), *_link(turn), *buttons(turn, PERSON, URGENCE))


def _link(turn: Turn) -> tuple[Choice, ...]:
    """Only where there is one to give."""
    return (labelled(turn.words, LINK, LINK_LABEL),) if turn.home else ()


def _forget_words(turn: Turn) -> None:
    messages.blank(turn.work, turn.lane.conversation_id, turn.number)


@beside
def forget_the_absent(turn: Turn) -> None:
    """What a relative writes of somebody is not kept, until they ask for a person: the team must be able to read what it is asked."""
    if not turn.lane.state.get(RELATIVE):
        return
    if turn.lane.human:
        del turn.lane.state[RELATIVE]
    elif free_words(turn):
        _forget_words(turn)


@on(Rank.FALLBACK, lambda turn: bool(turn.lane.state.get(RELATIVE)) and free_words(turn))
def not_understood(turn: Turn) -> None:
    """Words of a relative that nothing answers: a person does."""
    turn.reply(ASK_A_PERSON, *_ways(turn), ends=True)


# -- by profession


@on(Rank.TEXT, lambda turn: free_words(turn) and writer(turn.text) is Writer.PROFESSIONAL)
def professional(turn: Turn) -> None:
    """« Vous », and how to reach the team."""
    turn.lane.state[WELCOMED] = True
    service = turn.library.service
    known = zip(REACH, ("telephone", "email", "adresse"), (service.phone, service.email, service.address), strict=True)
    lines = [turn.words.say(text, **{name: value}) for text, name, value in known if value is not None]
    paragraphs = [turn.words.say(PROFESSIONAL, **_service(turn)), "\n".join(lines), turn.words.say(NOT_ABOUT_ANYONE)]
    turn.reply_content("\n\n".join(filter(None, paragraphs)), *_link(turn), *buttons(turn, PERSON, URGENCE), ends=True)


# -- too young, too old


def referral(turn: Turn) -> Text | None:
    """Where to go, for the age these words give, told once; None for an age the service receives."""
    age = age_in(turn.text) if free_words(turn) and not turn.lane.state.get(TOLD_AGE) else None
    first, last = ages(turn)
    if age is None or first <= age <= last:
        return None
    return TOO_YOUNG if age < first else TOO_OLD


@on(Rank.TEXT, lambda turn: sure(turn) in (None, TOO_YOUNG_OR_OLD) and referral(turn) is not None)
def out_of_age(turn: Turn) -> None:
    """An age, and nothing else that can be answered: the referral is the answer."""
    turn.lane.state[WELCOMED] = True
    _refer(turn, referral(turn))


def receives(turn: Turn) -> None:
    """Their age is what they wrote about, and it is told already, or no age was read in it: whom the service receives, and who helps the others."""
    turn.reply_content(greeting(turn) + turn.words.say(RECEIVES, **_service(turn)), *buttons(turn, PERSON, MENU), ends=True)


@beside
def mention_age(turn: Turn) -> None:
    """What was asked is answered first, whatever the age."""
    if not turn.lane.human:
        _refer(turn, referral(turn))


def _refer(turn: Turn, text: Text | None) -> None:
    if text is not None:
        turn.lane.state[TOLD_AGE] = True
        body = turn.words.say(text, numero=turn.library.facts["119"].value, **_service(turn))
        turn.reply_content(body, *buttons(turn, PERSON, MENU), ends=True)


def _service(turn: Turn) -> dict[str, str]:
    facts = turn.library.facts
    return {"service": turn.library.service.name, "debut": facts["age-from"].value, "fin": facts["age-to"].value}
