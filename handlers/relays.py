"""« SMS ou e-mail si l'application ne marche pas »: a choice of its own, off until somebody gives a number or an address and says back the code sent
there; taken back by one word. Reminders, promises and short news go by it, never what a colleague writes nor an announcement.

Not offered under 15, nor where somebody else may read the telephone: an SMS lights it up.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import outbox
from bot.messages import Address, Choice, Json, Outbound, Purpose
from bot.routing import ANSWER, Rank, Turn, choices, on, words
from bot.rules.contacts import end_of, mail, number, takes_sms
from content.words import Text, _
from handlers.asking import answered
from handlers.buttons import DATA, MENU, NO_WORDS, PERSON, button, buttons
from handlers.greeting import greeting
from handlers.meant import wants_else
from handlers.my_data import no_choice
from handlers.notice import NOT_OURS, VERSION, notice
from handlers.young import too_young_to_choose
from storage import answer_links, attempts, consents, crises, fallbacks, lanes, linking
from storage.attempts import Limit, Try
from storage.consents import Choice as Chosen
from storage.fallbacks import Other
from storage.linking import Proof
from storage.reaching import RELAY

SMS, EMAIL = "sms", "email"
ASK, LEAVE, BY_LINK, NO_LINK = "relay:ask:", "relay:leave:", "relay:link", "relay:no-link"
WHERE, CODE = "relay-where", "relay-code"
AGAIN, NOT_NOW = f"{ANSWER}relay-again", f"{ANSWER}relay-no"
LIVES = timedelta(minutes=10)
FIGURES, TRIES = 6, 3
"""Of a code, and how often a wrong one may be said."""
HOUR, DAY = 3600.0, 24 * 3600.0
LIMITS = (Limit("relay_code.person", 3, HOUR), Limit("relay_code.person_day", 6, DAY), Limit("relay_code.peer", 3, DAY))
"""Codes that one person asks for, and that one number or address gets: nobody's telephone is rung by somebody else."""
FEWEST = 6
"""Figures from which on words may be a number."""

LABELS: Mapping[str, Text] = {SMS: _("SMS si besoin"), EMAIL: _("E-mail si besoin")}
NO_MORE: Mapping[str, Text] = {SMS: _("Plus de SMS"), EMAIL: _("Plus d'e-mail")}
NOT_NOW_LABEL, AGAIN_LABEL = _("Laisser comme ça"), _("Un nouveau code")
LINK_LABEL, NO_LINK_LABEL = _("SMS avec un lien"), _("SMS sans lien")
ASKED: Mapping[str, Text] = {
    SMS: _("À quel numéro ? Si {app} ne marche pas, tes rappels et tes nouvelles de rendez-vous arrivent là, par SMS. Jamais ce qu'on s'écrit."),
    EMAIL: _(
        "À quelle adresse ? Si {app} ne marche pas, tes rappels et tes nouvelles de rendez-vous arrivent là, par e-mail. Jamais ce qu'on s'écrit."
    ),
}
HERE = _("cette page")
NOT_ONE: Mapping[str, Text] = {
    SMS: _("Ce n'est pas un numéro de portable. Écris-le en chiffres, comme 06 12 34 56 78."),
    EMAIL: _("Ce n'est pas une adresse e-mail. Elle a un @, comme prenom@exemple.fr."),
}
SENT: Mapping[str, Text] = {
    SMS: _("Un code de 6 chiffres est parti par SMS. Écris-le ici : il marche 10 minutes."),
    EMAIL: _("Un code de 6 chiffres est parti par e-mail. Écris-le ici : il marche 10 minutes."),
}
YOUR_CODE = _("Ton code : {code}. Il marche 10 minutes. Tu n'as rien demandé ? Ne fais rien.")
YOUR_CODE_SHORT = _("Ton code : {code}. Il marche 10 minutes.")
WRONG = _("Ce n'est pas le bon code. Regarde encore, ou demande un nouveau code.")
TOO_MANY_WRONG = _("Ce n'est pas le bon code. On s'arrête là : rien n'est noté. Tu peux recommencer plus tard.")
OVER = _("Ce code ne marche plus. Tu peux en demander un nouveau.")
TOO_MANY = _("Ça fait beaucoup de codes. Rien n'est noté : recommence plus tard.")
NOTED: Mapping[str, Text] = {
    SMS: _("C'est noté : si {app} ne marche pas, un SMS au {fin}. Pour arrêter : « plus de SMS », ou STOP."),
    EMAIL: _("C'est noté : si {app} ne marche pas, un e-mail à {fin}. Pour arrêter : « plus d'e-mail », ou STOP."),
}
LEFT: Mapping[str, Text] = {
    SMS: _("D'accord, plus de SMS. On n'écrit plus à ce numéro."),
    EMAIL: _("D'accord, plus d'e-mail. On n'écrit plus à cette adresse."),
}
NOTHING_DONE = _("D'accord, rien n'a changé.")
NOT_FROM_HERE = _("Quelqu'un d'autre peut lire ce téléphone : pas de SMS ni d'e-mail. Une personne de l'équipe peut trouver un autre moyen avec toi.")
OFF = _("L'équipe n'envoie pas de SMS ni d'e-mail pour l'instant.")
WITH_LINK = _("C'est noté : tes SMS ont un lien pour répondre.")
WITHOUT_LINK = _("C'est noté : tes SMS n'ont plus de lien.")

ENOUGH_SMS = (
    *("plus de sms", "pas de sms", "arrete les sms", "arretez les sms", "jveux plus de sms", "je veux plus de sms", "stop les sms"),
    *("no more sms", "no more texts", "stop texting me", "لا رسائل قصيرة", "بدون رسائل قصيرة"),
)
ENOUGH_MAIL = (
    *("plus d e-mail", "plus d email", "plus de mail", "plus de mails", "pas de mail", "arrete les mails", "arretez les mails"),
    *("no more emails", "no more e-mails", "stop emailing me", "لا بريد إلكتروني", "بدون بريد"),
)


# -- who may, and what there is


def offered(turn: Turn) -> tuple[Choice, ...]:
    """The buttons of what may be chosen, or is: none where the service sends none, or where they may not be chosen here."""
    if not turn.relays or turn.lane.address.channel == RELAY:
        return ()
    tied = {other.account for other in _tied(turn)}
    found = [button(turn, f"{LEAVE}{account}", NO_MORE[account]) for account in (SMS, EMAIL) if account in tied]
    if not (too_young_to_choose(turn) or _read_by_others(turn)):
        found += [button(turn, f"{ASK}{account}", LABELS[account]) for account in (SMS, EMAIL) if account in turn.relays and account not in tied]
    return tuple(found)


def asks(turn: Turn) -> tuple[Choice, ...]:
    """Those of them that ask for one, where an appointment has just been booked."""
    return tuple(choice for choice in offered(turn) if choice.id.startswith(ASK))


def ways(turn: Turn) -> tuple[str, ...]:
    """By what reminders may come beside the application: "sms", "email"."""
    accepted = Chosen.FALLBACK in consents.chosen(turn.work, turn.lane.person_id)
    return tuple(other.account for other in _tied(turn) if accepted and not other.opted_out and other.account in turn.relays) if turn.relays else ()


def _tied(turn: Turn) -> list[Other]:
    known = fallbacks.known(turn.work, turn.lane.person_id, turn.lane.address_id)
    return sorted((other for other in known if other.channel == RELAY), key=lambda other: (SMS, EMAIL).index(other.account))


def _read_by_others(turn: Turn) -> bool:
    return crises.written_with_care(turn.work, turn.lane.conversation_id) or turn.lane.shared


def _app(turn: Turn) -> str:
    return NOT_OURS.get(turn.lane.address.channel) or turn.words.say(HERE)


# -- to which number


@on(Rank.ALLOWED, choices(f"{ASK}{SMS}", f"{ASK}{EMAIL}"))
def ask_where(turn: Turn) -> None:
    """A number or an address, and what for, before anything is given."""
    account = (turn.choice or "").removeprefix(ASK)
    if account not in turn.relays or turn.lane.address.channel == RELAY:
        turn.reply(OFF, *buttons(turn, PERSON, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
    elif too_young_to_choose(turn):
        no_choice(turn)
    elif _read_by_others(turn):
        turn.reply(NOT_FROM_HERE, *buttons(turn, PERSON, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
    else:
        _ask(turn, account, turn.words.say(ASKED[account], app=_app(turn)))


def _ask(turn: Turn, account: str, body: str) -> None:
    turn.ask_content(WHERE, body, button(turn, NOT_NOW, NOT_NOW_LABEL), data={"account": account})


_where_said, _code_said = answered(WHERE), answered(CODE)


def _refuses(turn: Turn) -> bool:
    return turn.choice == NOT_NOW or turn.plain in NO_WORDS


def gives(turn: Turn) -> bool:
    """What may be a number or an address, or a no."""
    if not _where_said(turn):
        return False
    return _refuses(turn) or "@" in turn.text or sum(letter.isdecimal() for letter in turn.text) >= FEWEST or not wants_else(turn)


@on(Rank.ALLOWED, gives)
def take_where(turn: Turn) -> None:
    """Send a code there, whoever it leads to: the answer never tells whether anybody is known."""
    asked = turn.question
    account = SMS if asked is None else str(asked.data["account"])
    if _refuses(turn):
        _nothing_done(turn)
        return
    peer = number(turn.text) if account == SMS else mail(turn.text)
    if peer is None or (account == SMS and not takes_sms(peer)):
        _ask(turn, account, turn.words.say(NOT_ONE[account]))
    else:
        _send_code(turn, account, peer)


def _nothing_done(turn: Turn) -> None:
    turn.close_question()
    turn.reply(NOTHING_DONE, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


def _send_code(turn: Turn, account: str, peer: str) -> None:
    mine = str(turn.lane.person_id)
    tries = [Try(limit, who) for limit, who in zip(LIMITS, (mine, mine, f"{account}:{peer}"), strict=True)]
    if account not in turn.relays or attempts.count(turn.work, tries):
        turn.close_question()
        turn.reply(TOO_MANY if account in turn.relays else OFF, *buttons(turn, PERSON, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    code, until = f"{secrets.randbelow(10**FIGURES):0{FIGURES}}", turn.now + LIVES
    lane = lanes.open_lane(turn.work, Address(RELAY, account, peer))
    say = turn.words.say
    body, short = say(YOUR_CODE, code=code), say(YOUR_CODE_SHORT, code=code)
    outbox.put(turn.work, lane, Outbound(lane.address, Purpose.SERVICE, body, expires_at=until, language=turn.language, short=short))
    lanes.keep(turn.work, lane)
    data: dict[str, Json] = {"account": account, "peer": peer, "code": _kept(turn, code), "until": until.isoformat(), "left": TRIES}
    _ask_code(turn, SENT[account], data)


def _ask_code(turn: Turn, text: Text, data: Mapping[str, Json]) -> None:
    turn.ask(CODE, text, button(turn, AGAIN, AGAIN_LABEL), button(turn, NOT_NOW, NOT_NOW_LABEL), data=data)


def _kept(turn: Turn, code: str) -> str:
    """A code as the conversation remembers it."""
    return turn.work.vault.lookup("relay.code", f"{turn.lane.conversation_id}.{code}").hex()


# -- the code


@dataclass(frozen=True, slots=True)
class Waited:
    """What the code is waited for."""

    account: str
    peer: str
    code: str
    until: datetime
    left: int


def _waited(turn: Turn) -> Waited | None:
    data = None if turn.question is None else turn.question.data
    if data is None:
        return None
    until = datetime.fromisoformat(str(data["until"]))
    return Waited(str(data["account"]), str(data["peer"]), str(data["code"]), until, int(str(data["left"])))


def _data(turn: Turn) -> Mapping[str, Json]:
    return {} if turn.question is None else turn.question.data


def _less(turn: Turn, waited: Waited) -> Mapping[str, Json]:
    """The same, with one try less."""
    left: dict[str, Json] = dict(_data(turn))
    left["left"] = waited.left - 1
    return left


def _figures(turn: Turn) -> str:
    return "".join(str(int(letter)) for letter in turn.text if letter.isdecimal())


def says_code(turn: Turn) -> bool:
    """A code, another one asked for, or a no."""
    return _code_said(turn) and (turn.choice == AGAIN or _refuses(turn) or bool(_figures(turn)) or not wants_else(turn))


@on(Rank.ALLOWED, says_code)
def take_code(turn: Turn) -> None:
    """The right one ties the number to this person; a few wrong ones end it."""
    waited = _waited(turn)
    if waited is None or _refuses(turn):
        _nothing_done(turn)
    elif turn.choice == AGAIN:
        _send_code(turn, waited.account, waited.peer)
    elif waited.until <= turn.now:
        _ask_code(turn, OVER, _data(turn))
    elif secrets.compare_digest(_kept(turn, _figures(turn)), waited.code):
        _tie(turn, waited)
    elif waited.left > 1:
        _ask_code(turn, WRONG, _less(turn, waited))
    else:
        turn.close_question()
        turn.reply(TOO_MANY_WRONG, *buttons(turn, PERSON, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


def _tie(turn: Turn, waited: Waited) -> None:
    turn.close_question()
    for other in _tied(turn):  # one number at a time
        if other.account == waited.account:
            _untie(turn, other)
    lane = linking.tie(turn.work, turn.lane.person_id, Address(RELAY, waited.account, waited.peer), Proof.CODE)
    lane.language = turn.language
    lanes.keep(turn.work, lane)
    before = notice(turn, greeting(turn))
    said = turn.words.say(NOTED[waited.account], app=_app(turn), fin=end_of(waited.peer))
    consents.choose(turn.work, turn.lane.person_id, Chosen.FALLBACK, VERSION, said)
    link = (button(turn, BY_LINK, LINK_LABEL),) if waited.account == SMS and turn.opens else ()
    more = (button(turn, f"{LEAVE}{waited.account}", NO_MORE[waited.account]), *link)
    turn.reply_content(before + said, *more, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


def _untie(turn: Turn, other: Other) -> None:
    lane = lanes.lane(turn.work, other.address_id)
    if lane is not None and lane.person_id == turn.lane.person_id:
        linking.untie(turn.work, lane)


# -- taken back, and how one answers


@on(Rank.ALLOWED, choices(f"{LEAVE}{SMS}"))
@on(Rank.STOP, lambda turn: bool(turn.relays) and words(*ENOUGH_SMS)(turn) and turn.lane.address.channel != RELAY)
def no_more_sms(turn: Turn) -> None:
    """Without a reason: the number is nobody's here any more."""
    _leave(turn, SMS)


@on(Rank.ALLOWED, choices(f"{LEAVE}{EMAIL}"))
@on(Rank.STOP, lambda turn: bool(turn.relays) and words(*ENOUGH_MAIL)(turn) and turn.lane.address.channel != RELAY)
def no_more_mail(turn: Turn) -> None:
    """The same of an address."""
    _leave(turn, EMAIL)


def _leave(turn: Turn, account: str) -> None:
    tied = _tied(turn)
    for other in tied:
        if other.account == account:
            _untie(turn, other)
    if all(other.account == account for other in tied):
        consents.take_back(turn.work, turn.lane.person_id, Chosen.FALLBACK)
    turn.reply(LEFT[account], *offered(turn), *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


@on(Rank.ALLOWED, choices(BY_LINK, NO_LINK))
def link_or_not(turn: Turn) -> None:
    """Whether an SMS ends with a link to answer, rather than with a telephone."""
    wanted = turn.choice == BY_LINK
    if wanted and not turn.opens:
        _nothing_done(turn)
        return
    for other in _tied(turn):
        lane = lanes.lane(turn.work, other.address_id) if other.account == SMS else None
        if lane is not None:
            lane.state[answer_links.FIRST] = wanted
            lanes.keep(turn.work, lane)
    back = button(turn, NO_LINK, NO_LINK_LABEL) if wanted else button(turn, BY_LINK, LINK_LABEL)
    turn.reply(WITH_LINK if wanted else WITHOUT_LINK, back, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
