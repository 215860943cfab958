"""« J'utilise aussi une autre appli »: a code asked for in one app, typed in the other, and a yes in both; which app we write to first; leaving one.

Nothing is guessed from a name, a number, or words: who says that they wrote from elsewhere is told how to show it. Where a danger was told of with
somebody else near, or a telephone is shared, no other is tied to it: a caseworker talks about it (docs/decisions).
"""

import re
from collections.abc import Sequence

from bot import outbox
from bot.messages import Choice, Kind, Outbound, Purpose
from bot.routing import ANSWER, AUTOMATIC, Rank, Turn, choices, emergency_line, on, words
from content.words import Text, Words, _, words_of
from handlers.asking import answered
from handlers.buttons import DATA, MENU, NO, NO_WORDS, PERSON, YES, YES_WORDS, button, buttons, labelled
from handlers.greeting import greeting
from storage import lanes, link_codes, linking, reaching, unlinking
from storage.lanes import Lane
from storage.linking import Pair, Proof, Refused
from storage.posters import LETTERS
from storage.unlinking import Union

APPS, ADD = "apps", "apps:add"
FIRST, LEAVE = "apps:first:", "apps:leave:"
IT_IS_ME, NOT_ME = "apps:me:", "apps:not:"
TYPED, LEAVING = "apps:typed", "apps:leaving"
LEFT, APART = f"{ANSWER}left", f"{ANSWER}apart"
ARRIVED = "lier-"
"""Before a code, in a link that opens the other app with it."""

APPS_LABEL, ADD_LABEL = _("Mes applis"), _("J'ai une autre appli")
FIRST_LABEL, LEAVE_LABEL = _("D'abord : {appli}"), _("Retirer : {appli}")
ME_LABEL, NOT_ME_LABEL = _("Oui, c'est moi"), _("Non, pas moi")
OPEN_LABEL, OPEN_APP_LABEL = _("Ouvrir le chat"), _("Ouvrir {appli}")
LEFT_LABEL, APART_LABEL = _("Retirer"), _("Séparer")
OUR_PAGE, SMS, MAIL = _("le chat du service"), _("les SMS"), _("l'e-mail")

ONE_APP = _("Tu nous écris d'une seule appli : {applis}.")
YOUR_APPS = _("Tes applis : {applis}. Ce que tu dis dans l'une, l'équipe le voit avec le reste.")
WRITTEN_FIRST = _("On t'écrit d'abord ici : {appli}.")
YOUR_CODE = _(
    "Voici ton code : {code}. Écris-le dans l'autre appli, au robot du {service}. Il marche une fois, pendant 10 minutes. "
    "Ne le donne à personne : il sert à mettre tes applis ensemble."
)
OR_OPEN = _("Ou ouvre l'autre appli d'ici, sur ce téléphone : le code est déjà dedans. S'il attend, touche « Envoyer » ou « Démarrer ».")
IS_IT_YOU = _(
    "Ce code vient d'une autre appli. Si tu dis oui, ce que tu as dit ici et là-bas est mis ensemble : l'équipe le voit, "
    "et tes rendez-vous sont les mêmes. Tu as demandé ce code ?"
)
ONE_MORE_YES = _("Encore une chose : ouvre ton autre appli et dis oui. Avant, rien n'est mis ensemble.")
SOMEBODY_TYPED = _("Ton code a été écrit dans une autre appli : {appli}. C'est toi ? Si ce n'est pas toi, dis non : rien n'est mis ensemble.")
TOGETHER = _("C'est fait : tes applis sont ensemble ({applis}). Tu peux les séparer quand tu veux : « Mes données », « Mes applis ».")
ALREADY = _("C'est déjà fait : ces deux applis sont ensemble.")
NOT_TOGETHER = _("D'accord, rien n'est mis ensemble.")
NO_GOOD = _("Ce code ne marche pas, ou ne marche plus. Tu peux en demander un autre : « Mes données », « Mes applis ».")
TOO_MANY = _("Trop d'essais. Attends 10 minutes, puis demande un autre code.")
NOT_HERE = _("Je ne peux pas mettre d'autre appli avec celle-ci. Une personne de l'équipe peut en parler avec toi.")
TWO_SEATS = _("Tu as une place au même atelier dans les deux applis. Rends-en une, puis recommence.")
NOW_FIRST = _("C'est noté : on t'écrit d'abord ici : {appli}.")
SURE_TO_LEAVE = _(
    "« Retirer » : tu n'as plus {appli}. On n'y écrit plus, et qui écrit de là n'est plus toi. Ce que tu y as dit reste avec tes données.\n\n"
    "« Séparer » : ces applis ne vont pas ensemble. Chacune reprend ce qui était à elle."
)
SURE_TO_LEAVE_ONLY = _("Tu n'as plus {appli} ? On n'y écrit plus, et qui écrit de là n'est plus toi. Ce que tu y as dit reste avec tes données.")
HAS_LEFT = _("C'est fait : {appli} est retiré. Tu peux le remettre avec un code.")
ARE_APART = _("C'est fait : ces applis sont séparées. Chacune a repris ce qui était à elle.")
NOT_LEFT = _("D'accord, rien n'a changé.")
GONE = _("Cette appli n'est plus là.")
ELSEWHERE = _(
    "Si tu nous as déjà écrit d'une autre appli et que tu l'as encore : ouvre-la, va dans « Mes données », « Mes applis ». "
    "Elle te donne un code à écrire ici. Je ne devine jamais qui tu es. Si tu ne l'as plus, une personne de l'équipe peut t'aider."
)

WEB = "webchat"
NAMES = {"telegram": "Telegram", "whatsapp": "WhatsApp", "messenger": "Messenger"}
OURS: dict[tuple[str, str], Text] = {("relay", "sms"): SMS, ("relay", "email"): MAIL}
ASKS = (
    *("mes applis", "mes applications", "relier une autre appli", "j utilise aussi une autre appli", "jai une autre appli", "j ai une autre appli"),
    *("my apps", "link another app", "i have another app", "تطبيقاتي", "mis apps", "mis aplicaciones", "мої застосунки"),
)
SAYS_ELSEWHERE = (
    *("jai change de tel", "j ai change de tel", "jai change de telephone", "j ai change de telephone"),
    *("jai un nouveau tel", "j ai un nouveau telephone"),
    *("jai change de numero", "j ai change de numero", "jai un nouveau numero", "c mon nouveau numero", "c est mon nouveau numero"),
    *("je tecris de mon autre appli", "je t ecris de mon autre appli", "je vous ecris de mon autre appli", "je vous ecris d une autre appli"),
    *("c est encore moi sur une autre appli", "je vous ai deja ecrit sur whatsapp", "je vous ai deja ecrit sur telegram"),
    *("jai deja ecrit sur whatsapp", "j ai deja ecrit sur une autre appli"),
    *("i changed my phone", "i changed phone", "i have a new phone", "i have a new number", "i changed my number"),
    *("i am writing from another app", "i already wrote from another app"),
    *("غيرت هاتفي", "غيرت رقمي", "عندي هاتف جديد", "عندي رقم جديد", "اكتب من تطبيق اخر"),
    *("he cambiado de telefono", "tengo un telefono nuevo", "he cambiado de numero", "escribo desde otra aplicacion"),
    *("я змінив телефон", "я змінила телефон", "у мене новий телефон", "у мене новий номер", "пишу з іншого застосунку"),
)
_CODE = re.compile(rf"(?:code|{ARRIVED[:-1]})?\W*([{LETTERS}]{{4}})\W?([{LETTERS}]{{4}})", re.IGNORECASE)
"""However it was copied: what stands between its halves is a hyphen that some typographies replace."""


# -- ask for a code


@on(Rank.ALLOWED, choices(APPS))
@on(Rank.TEXT, words(*ASKS))
def show(turn: Turn) -> None:
    """The apps that are together, which is written to first, and what can be done."""
    mine = _mine(turn)
    names = _named(turn.words, mine)
    body = turn.words.say(ONE_APP if len(mine) == 1 else YOUR_APPS, applis=", ".join(names.values()))
    offered = [button(turn, ADD, ADD_LABEL)]
    if len(mine) > 1:
        ring = frozenset(each.address.channel for each in mine) - {WEB, reaching.RELAY}
        order = reaching.order(turn.work, turn.lane.person_id, ring)  # as a reminder asks
        body = f"{body} {turn.words.say(WRITTEN_FIRST, appli=names[order[0]])}" if order and order[0] in names else body
        others = [each for each in names if not order or each != order[0]]
        offered += [Choice(f"{FIRST}{each}", turn.words.say(FIRST_LABEL, appli=names[each])) for each in others]
        offered += [Choice(f"{LEAVE}{each}", turn.words.say(LEAVE_LABEL, appli=names[each])) for each in names if each != turn.lane.address_id]
    turn.reply_content(greeting(turn) + body, *offered, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


def together(turn: Turn) -> str:
    """The apps of this person in one line, "" where there is only the one."""
    mine = _mine(turn)
    return turn.words.say(YOUR_APPS, applis=", ".join(_named(turn.words, mine).values())) if len(mine) > 1 else ""


@on(Rank.ALLOWED, choices(ADD))
def give_code(turn: Turn) -> None:
    """A code for the other app. None where somebody else may read here."""
    if linking.guarded(turn.work, turn.lane.person_id) is not None:
        turn.reply(NOT_HERE, *buttons(turn, PERSON, DATA), ends=True, purpose=Purpose.SERVICE)
        return
    code = link_codes.make(turn.work, turn.lane)
    body = turn.words.say(YOUR_CODE, code=f"{code[:4]}-{code[4:]}".upper(), service=turn.library.service.name)
    links = _links(turn, f"{ARRIVED}{code}")
    body = f"{body}\n\n{turn.words.say(OR_OPEN)}" if links else body
    turn.reply_content(body, *links, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


def _links(turn: Turn, code: str) -> list[Choice]:
    """What opens each app of the service with this code, but those that are theirs already. The web chat may be: a browser forgets whom it showed.

    None where the answer goes by SMS or e-mail, which has no room for them."""
    here = turn.lane.address.channel
    if here == reaching.RELAY:
        return []
    theirs = {lane.address.channel for lane in _mine(turn)}
    doors = {name: link for name, link in turn.doors(code).items() if name in NAMES and name not in theirs}
    found = [Choice(ADD, turn.words.say(OPEN_APP_LABEL, appli=NAMES[name]), link=link) for name, link in doors.items()]
    if turn.home and here != WEB:
        found.append(Choice(ADD, turn.words.say(OPEN_LABEL), link=f"{turn.home}?d={code}"))
    return found


@on(Rank.TEXT, words(*SAYS_ELSEWHERE))
def offer(turn: Turn) -> None:
    """They say that they wrote from elsewhere: how to show it."""
    turn.reply_content(
        greeting(turn) + turn.words.say(ELSEWHERE), *buttons(turn, PERSON), button(turn, ADD, ADD_LABEL), *buttons(turn, MENU), ends=True
    )


# -- typed in the other app


def code_in(turn: Turn) -> str | None:
    """The code that this is, and nothing else; None for anything else. Looked at without the database: every message passes here."""
    if turn.choice is not None or turn.inbound.kind not in (Kind.TEXT, Kind.EDITED, Kind.STARTED):
        return None
    text = turn.text.strip()
    if not 8 <= len(text) <= 20 or not any(sign.isdecimal() for sign in text):
        return None
    found = _CODE.fullmatch(text)
    code = "" if found is None else (found[1] + found[2]).lower()
    return code if sum(sign.isdecimal() for sign in code) >= link_codes.FIGURES and not code.isdecimal() else None


@on(Rank.ALLOWED, lambda turn: code_in(turn) is not None)
def take_code(turn: Turn) -> None:
    """A code: a yes is asked here, then there."""
    if not link_codes.may_try(turn.work, turn.lane):
        turn.reply(TOO_MANY, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    code = code_in(turn) or ""
    if _offered(turn, code) is not None:
        turn.ask(TYPED, IS_IT_YOU, *buttons(turn, YES, NO), data={"code": code}, stays=False)


def _offered(turn: Turn, code: str) -> link_codes.Offered | None:
    """The code, where nothing stands in the way; else said why not."""
    found = link_codes.find(turn.work, code)
    if found is None or found.claimed_by is not None:
        _refuse(turn, Refused.GONE)
        return None
    refused = linking.obstacle(turn.work, Pair(found.person_id, turn.lane.person_id))
    if refused is not None:
        _refuse(turn, refused)
        return None
    return found


def _refuse(turn: Turn, why: Refused) -> None:
    turn.close_question()
    turn.reply(WHY_NOT.get(why, NOT_HERE), *buttons(turn, PERSON, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


WHY_NOT: dict[Refused, Text] = {Refused.SELF: ALREADY, Refused.GONE: NO_GOOD, Refused.BOTH: TWO_SEATS}


_typed = answered(TYPED)


@on(Rank.ALLOWED, lambda turn: _typed(turn) and (turn.choice in (YES, NO) or turn.plain in YES_WORDS or turn.plain in NO_WORDS))
def confirm_here(turn: Turn) -> None:
    """A yes where it was typed: the one who asked for it has the last word."""
    code = str(turn.question.data.get("code", "")) if turn.question is not None else ""
    turn.close_question()
    if turn.choice == NO or turn.plain in NO_WORDS:
        turn.reply(NOT_TOGETHER, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    found = _offered(turn, code)
    there = None if found is None else lanes.lane_of_conversation(turn.work, found.conversation_id)
    if found is None or there is None or not link_codes.claim(turn.work, found.id, turn.lane.conversation_id):
        return
    said = words_of(there.language)
    ways = (labelled(said, f"{IT_IS_ME}{found.id}", ME_LABEL), labelled(said, f"{NOT_ME}{found.id}", NOT_ME_LABEL))
    _tell(turn, there, said.say(SOMEBODY_TYPED, appli=app(said, turn.lane)), *ways)
    turn.reply(ONE_MORE_YES, *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE)


# -- the last word


@on(Rank.ALLOWED, choices(IT_IS_ME))
def confirm_there(turn: Turn) -> None:
    """Two yes: one person."""
    found = _claimed(turn, IT_IS_ME)
    there = None if found is None or found.claimed_by is None else lanes.lane_of_conversation(turn.work, found.claimed_by)
    if there is None:
        _refuse(turn, Refused.GONE)
        return
    done = linking.join(turn.work, Pair(turn.lane.person_id, there.person_id), Proof.CODE)
    if isinstance(done, Refused):
        link_codes.drop(turn.work, turn.lane.person_id)
        _refuse(turn, done)
        _tell(turn, there, words_of(there.language).say(WHY_NOT.get(done, NOT_HERE)))
        return
    both = (turn.lane, there)
    _tell(turn, there, words_of(there.language).say(TOGETHER, applis=", ".join(_named(words_of(there.language), both).values())))
    turn.reply_content(
        turn.words.say(TOGETHER, applis=", ".join(_named(turn.words, both).values())),
        *(button(turn, APPS, APPS_LABEL), *buttons(turn, DATA, MENU)),
        ends=True,
        purpose=Purpose.SERVICE,
    )


@on(Rank.ALLOWED, choices(NOT_ME))
def deny(turn: Turn) -> None:
    """Somebody else typed it: the code is dead."""
    found = _claimed(turn, NOT_ME)
    link_codes.drop(turn.work, turn.lane.person_id)
    there = None if found is None or found.claimed_by is None else lanes.lane_of_conversation(turn.work, found.claimed_by)
    if there is not None:
        _tell(turn, there, words_of(there.language).say(NO_GOOD))
    turn.reply(NOT_TOGETHER, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


def _claimed(turn: Turn, pressed: str) -> link_codes.Offered | None:
    return link_codes.claimed_from(turn.work, _number(turn, pressed), turn.lane.conversation_id)


# -- which first, and leaving one


@on(Rank.ALLOWED, choices(FIRST))
def write_first(turn: Turn) -> None:
    """Written to there before any other."""
    chosen = _of_mine(turn, FIRST)
    if chosen is None:
        turn.reply(GONE, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    reaching.prefer(turn.work, turn.lane.person_id, chosen.address_id)
    name = _named(turn.words, _mine(turn))[chosen.address_id]
    turn.reply(NOW_FIRST, *(button(turn, APPS, APPS_LABEL), *buttons(turn, DATA, MENU)), ends=True, purpose=Purpose.SERVICE, appli=name)


@on(Rank.ALLOWED, choices(LEAVE))
def ask_to_leave(turn: Turn) -> None:
    """Asked back: it is no more, or it never was theirs."""
    chosen = _of_mine(turn, LEAVE)
    if chosen is None or chosen.address_id == turn.lane.address_id:
        turn.reply(GONE, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    name = _named(turn.words, _mine(turn))[chosen.address_id]
    parts = _union_of(turn, chosen) is not None
    apart = (button(turn, APART, APART_LABEL),) if parts else ()
    text = SURE_TO_LEAVE if parts else SURE_TO_LEAVE_ONLY
    turn.ask(LEAVING, text, button(turn, LEFT, LEFT_LABEL), *apart, button(turn, NO), data={"address": chosen.address_id}, stays=False, appli=name)


_leaving = answered(LEAVING)


@on(Rank.ALLOWED, lambda turn: _leaving(turn) and (turn.choice in (LEFT, APART, NO) or turn.plain in NO_WORDS))
def leave(turn: Turn) -> None:
    """Done at once; what the other app's line still held goes another way."""
    address = turn.question.data.get("address") if turn.question is not None else None
    turn.close_question()
    chosen = next((each for each in _mine(turn) if each.address_id == address), None)
    if turn.choice not in (LEFT, APART):
        turn.reply(NOT_LEFT, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    if chosen is None or chosen.address_id == turn.lane.address_id:
        turn.reply(GONE, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    name = _named(turn.words, _mine(turn))[chosen.address_id]
    union = _union_of(turn, chosen)
    if turn.choice == APART and union is not None and isinstance(unlinking.part(turn.work, union.token), Pair):
        text = ARE_APART
    else:
        linking.untie(turn.work, chosen)
        text = HAS_LEFT
    turn.reply(text, *(button(turn, APPS, APPS_LABEL), *buttons(turn, MENU)), ends=True, purpose=Purpose.SERVICE, appli=name)


def _union_of(turn: Turn, chosen: Lane) -> Union | None:
    """What brought this app and the one spoken from together, where it can still be undone."""
    return unlinking.union_of(turn.work, turn.lane.conversation_id, chosen.conversation_id)


# -- names


def app(said: Words, lane: Lane) -> str:
    """What an app is called."""
    address = lane.address
    if address.channel in NAMES:
        return NAMES[address.channel]
    return said.say(OURS.get((address.channel, address.account), OUR_PAGE))


def _mine(turn: Turn) -> list[Lane]:
    """Every app of this person, the one spoken from as this turn holds it."""
    found = lanes.lanes_of_person(turn.work, turn.lane.person_id)
    return [turn.lane if each.address_id == turn.lane.address_id else each for each in found]


def _named(said: Words, mine: Sequence[Lane]) -> dict[int, str]:
    """The name of each by its address; of the same name, the second is « Telegram (2) »."""
    names: dict[int, str] = {}
    for lane in mine:
        name = app(said, lane)
        same = sum(each == name or each.startswith(f"{name} (") for each in names.values())
        names[lane.address_id] = f"{name} ({same + 1})" if same else name
    return names


def _of_mine(turn: Turn, pressed: str) -> Lane | None:
    number = _number(turn, pressed)
    return next((each for each in _mine(turn) if each.address_id == number), None)


def _number(turn: Turn, pressed: str) -> int:
    text = (turn.choice or "").removeprefix(pressed)
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _tell(turn: Turn, lane: Lane, body: str, *ways: Choice) -> None:
    """Say something in the other app: of the service, with the numbers, marked where a human owns the conversation."""
    said = words_of(lane.language)
    paragraphs = [body, emergency_line(lane, said), *([said.say(AUTOMATIC)] if lane.human else [])]
    offered = ways or tuple(labelled(said, name) for name in (DATA, MENU))
    outbox.put(turn.work, lane, Outbound(lane.address, Purpose.SERVICE, "\n\n".join(paragraphs), offered, language=lane.language))
    lanes.keep(turn.work, lane)
