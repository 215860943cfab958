"""« Mes données »: see in plain words, correct, choose, download. On the channel's own proof, no identity paper asked; under a human too.

Erasing is in handlers/forgetting.py, STOP and START in handlers/privacy.py.
"""

from collections.abc import Callable
from datetime import date, datetime

from bot.messages import Choice, Purpose
from bot.routing import ANSWER, Rank, Turn, choices, commands, on, words
from bot.rules.keeping import SHOWN_FROM
from bot.rules.reminders import Wants
from content.understanding.asking import asks_what_is_kept
from content.words import _
from handlers.apps import APPS, APPS_LABEL, together
from handlers.asking import answered, in_words
from handlers.buttons import DATA, MENU, NO_WORDS, PERSON, button, buttons
from handlers.greeting import greeting
from handlers.meant import wants_else
from handlers.notice import VERSION, lasting, notice
from handlers.own_appointments import to_come
from handlers.screen import SHARED, SHARED_LABEL, WIPE, WIPE_LABEL, can_wipe
from handlers.unopened import no_page
from handlers.young import too_young_to_choose
from storage import audit, consents, downloads, fallbacks, hours, reaching, reminders, rights
from storage.consents import Choice as Chosen
from storage.rights import Summary

HERE_IS = _("Voici ce qu'on a : {liste}.")
NOTHING = _("rien d'autre que ce message")
MESSAGES_SINCE = _("tes messages depuis le {jour}")
YOUR_NAME = _("ton prénom")
YOUR_PHONE = _("ton numéro de téléphone")
YOUR_RELAYS = _("ce que tu as donné pour les SMS ou e-mails")
YOUR_FILES = _("tes fichiers ({nombre})")
YOUR_MEETINGS = _("tes rendez-vous ({nombre})")
YOUR_MEETING = _("ton rendez-vous à venir ({jour})")
OTHER_MEETINGS = _("tes autres rendez-vous et ateliers ({nombre})")
YOUR_DEMAND = _("ta demande à l'équipe du {jour}")
YOUR_DEMANDS = _("tes demandes à l'équipe ({nombre})")
UNDERSTOOD = _("ce que le robot a compris de tes messages")
YOUR_CHOICES = _("Tes choix : messages en premier {premier}, rappels {rappels}, ateliers et annonces {ateliers}.")
KEPT_ALONE = _("Tes messages s'effacent {duree} après le dernier. L'équipe ne les lit pas.")
KEPT_FOLLOWED = _("L'équipe lit ta demande. On garde tout ça {duree} après ton dernier message.")
APART = _("Ce que je ne comprends pas reste à part, sans ton nom, {duree}. L'équipe le lit si {nombre} personnes ou plus ont demandé la même chose.")
ERASURE_ASKED = _("Tu as demandé d'effacer : réponse avant le {jour}.")
ON, OFF, ALL = _("oui"), _("non"), _("complets")
REMINDED = {Wants.NONE: OFF, Wants.DISCREET: ON, Wants.FULL: ALL}

CORRECT, DOWNLOAD, CHOOSE, ERASE, NOTES, READERS = (f"data:{name}" for name in ("correct", "download", "choose", "erase", "notes", "readers"))
NAME, PHONE = "data:name", "data:phone"
TURN_ON, TURN_OFF = "data:on:", "data:off:"
CORRECT_LABEL, DOWNLOAD_LABEL, CHOOSE_LABEL, ERASE_LABEL = _("Corriger"), _("Télécharger"), _("Mes choix"), _("Effacer")
NAME_LABEL, PHONE_LABEL, NOTES_LABEL, OPEN_LABEL = _("Mon prénom"), _("Mon numéro"), _("Notes de l'équipe"), _("Ouvrir mes données")
READERS_LABEL = _("Qui l'a lu")
WORKSHOPS_ON, WORKSHOPS_OFF = _("Ateliers : oui"), _("Ateliers : non")
DROP, KEEP = f"{ANSWER}drop", f"{ANSWER}keep"
DROP_LABEL, KEEP_LABEL = _("Ne plus le garder"), _("Laisser comme ça")

WHAT_IS_WRONG = _("Qu'est-ce qui est faux ? Pour le reste, une personne le corrige avec toi.")
NOTHING_TO_CORRECT = _("On n'a ni ton prénom ni ton numéro. Pour le reste, une personne le corrige avec toi.")
WHICH_NAME = _("Quel prénom on garde ? Écris-le ici.")
WHICH_PHONE = _("Quel numéro on garde ? Écris-le ici.")
CORRECTED = _("C'est corrigé.")
DROPPED = _("C'est effacé : on ne le garde plus.")
AS_IT_WAS = _("D'accord, rien n'a changé.")
NOT_A_PHONE = _("Ce n'est pas un numéro de téléphone. Écris-le en chiffres.")
ABOUT_CHOICES = _("Chaque choix est à part, et un mot suffit pour le reprendre. Ne rien recevoir en premier : STOP. Recevoir de nouveau : START.")
CHOSEN = _("C'est noté : ateliers et annonces, oui. Pour arrêter, le même bouton.")
TAKEN_BACK = _("C'est noté : ateliers et annonces, non.")
NO_CHOICE = _("Il n'y a rien à choisir ici. Le {numero} est gratuit, jour et nuit. Une personne de l'équipe peut aussi répondre.")
YOUR_LINK = _("Voici ton lien. Il marche une fois, pendant 30 minutes. Le fichier montre tout : ouvre-le sur un téléphone à toi.")
NOTES_APART = _("Ce que l'équipe a noté n'y est pas. Tu peux le demander à la cheffe ou au chef de service.")
NOTES_ASKED = _("C'est demandé à la cheffe ou au chef de service : réponse avant le {jour}.")
READ_BY = _("Dans l'équipe, ta demande a été ouverte par : {prenoms}. On garde cette liste {duree}.")
OPENED_BY_NOBODY = _("Personne de l'équipe n'a encore ouvert ta demande. Dans la liste de l'équipe, on voit tes derniers mots.")
READ_BY_NOBODY = _("Personne de l'équipe n'a ouvert tes messages.")

ASKS = ("mes donnees", "my data", "بياناتي")
WHO = ("qui l a lu", "qui a lu", "qui a lu mes messages", "ki a lu mes messages", "qui lit mes messages", "who read my messages")
CHOICES = ("mes choix", "my choices", "اختياراتي")
FEWEST, MOST = 6, 15
"""Figures of a phone number."""


@on(Rank.ALLOWED, choices(DATA), commands("donnees"), words(*ASKS))
@on(Rank.TEXT, in_words(asks_what_is_kept))
def show(turn: Turn) -> None:
    """What there is, what was chosen, how long it stays."""
    found = rights.summary(turn.work, turn.lane.person_id)
    here = turn.words.say(HERE_IS, liste=", ".join(_list(turn, found)) or turn.words.say(NOTHING))
    lines = [here, *filter(None, [together(turn)]), chosen(turn, found), _kept(turn, found), _apart(turn)]
    if found.answer_before is not None:
        lines.append(turn.words.say(ERASURE_ASKED, jour=day(turn, found.answer_before)))
    hidden = CHOOSE if not found.chosen and too_young_to_choose(turn) else ""
    offered = [button(turn, name, label) for name, label in OFFERED if name != hidden]
    wipe = (button(turn, WIPE, WIPE_LABEL),) if can_wipe(turn.lane.address) else ()
    turn.reply_content(greeting(turn) + "\n\n".join(lines), *offered, *wipe, *buttons(turn, MENU), ends=True, purpose=Purpose.SERVICE)


OFFERED = (
    *((READERS, READERS_LABEL), (CORRECT, CORRECT_LABEL), (CHOOSE, CHOOSE_LABEL), (DOWNLOAD, DOWNLOAD_LABEL)),
    *((ERASE, ERASE_LABEL), (APPS, APPS_LABEL), (SHARED, SHARED_LABEL)),
)


def _list(turn: Turn, found: Summary) -> list[str]:
    say = turn.words.say
    demands = found.demands
    parts: list[tuple[object, Callable[[], str]]] = [
        (found.since, lambda: say(MESSAGES_SINCE, jour=day(turn, found.since or turn.now))),
        (found.name, lambda: say(YOUR_NAME)),
        (found.phone, lambda: say(YOUR_PHONE)),
        (turn.relays and _relayed(turn), lambda: say(YOUR_RELAYS)),
        (found.files, lambda: say(YOUR_FILES, nombre=found.files)),
        (found.meetings, lambda: _meetings(turn, found.meetings)),
        (len(demands) == 1, lambda: say(YOUR_DEMAND, jour=day(turn, demands[0]))),
        (len(demands) > 1, lambda: say(YOUR_DEMANDS, nombre=len(demands))),
        (found.deduced or found.followed, lambda: say(UNDERSTOOD)),
    ]
    return [worded() for there, worded in parts if there]


def _relayed(turn: Turn) -> bool:
    return any(other.channel == reaching.RELAY for other in fallbacks.known(turn.work, turn.lane.person_id, turn.lane.address_id))


def _meetings(turn: Turn, number: int) -> str:
    """Those to come by their day; the others by how many they are."""
    days = [day(turn, each.slot.start) for each in to_come(turn)]
    if not days:
        return turn.words.say(YOUR_MEETINGS, nombre=number)
    ahead, others = turn.words.say(YOUR_MEETING, jour=", ".join(days)), number - len(days)
    return f"{ahead}, {turn.words.say(OTHER_MEETINGS, nombre=others)}" if others > 0 else ahead


def chosen(turn: Turn, found: Summary) -> str:
    """What stands, in one line."""
    first, workshops = (OFF if found.stopped else ON), (ON if Chosen.ANNOUNCEMENTS in found.chosen else OFF)
    return turn.words.say(YOUR_CHOICES, premier=first, rappels=REMINDED[reminders.wants(turn.work, turn.lane.person_id)], ateliers=workshops)


def _kept(turn: Turn, found: Summary) -> str:
    keeping = turn.library.keeping
    text, span = (KEPT_FOLLOWED, keeping.thread) if found.followed else (KEPT_ALONE, keeping.conversation)
    return turn.words.say(text, duree=lasting(turn.words, span))


def _apart(turn: Turn) -> str:
    """What is kept beside the conversation, without anybody's name."""
    return turn.words.say(APART, duree=lasting(turn.words, turn.library.keeping.question), nombre=SHOWN_FROM)


def day(turn: Turn, at: datetime) -> str:
    on = localday(turn, at)
    return turn.words.day(on) if on.year == localday(turn, turn.now).year else f"{turn.words.day(on)} {on.year}"


def localday(turn: Turn, at: datetime) -> date:
    """The day by the service's own clocks."""
    return at.astimezone(hours.zone(turn.work)).date()


# -- correct


@on(Rank.ALLOWED, choices(CORRECT))
def correct(turn: Turn) -> None:
    """The first name and the number, where there are some; a person for the rest."""
    found = rights.summary(turn.work, turn.lane.person_id)
    offered = [button(turn, name, label) for name, label, there in ((NAME, NAME_LABEL, found.name), (PHONE, PHONE_LABEL, found.phone)) if there]
    text = WHAT_IS_WRONG if offered else NOTHING_TO_CORRECT
    turn.reply(text, *offered, *buttons(turn, PERSON, DATA), ends=True, purpose=Purpose.SERVICE)


@on(Rank.ALLOWED, choices(NAME))
def ask_name(turn: Turn) -> None:
    """Which first name, or none."""
    turn.ask(NAME, WHICH_NAME, button(turn, DROP, DROP_LABEL), button(turn, KEEP, KEEP_LABEL))


@on(Rank.ALLOWED, choices(PHONE))
def ask_phone(turn: Turn) -> None:
    """Which number, or none."""
    turn.ask(PHONE, WHICH_PHONE, button(turn, DROP, DROP_LABEL), button(turn, KEEP, KEEP_LABEL))


_corrected = answered(NAME, PHONE)


def corrects(turn: Turn) -> bool:
    """The answer to which name, which number: a number is one whatever stands around it."""
    asked = turn.question
    numbered = asked is not None and asked.id == PHONE and _figures(turn) >= FEWEST
    return _corrected(turn) and (numbered or not wants_else(turn))


def _figures(turn: Turn) -> int:
    return sum(letter.isdecimal() for letter in turn.text)


@on(Rank.ALLOWED, corrects)
def take_correction(turn: Turn) -> None:
    """Write what was said, drop it, or leave it."""
    asked = turn.question
    if asked is None:
        return
    write = rights.rename if asked.id == NAME else rights.put_phone
    said = turn.text.strip()
    if turn.choice == DROP:
        write(turn.work, turn.lane.person_id, "")
        told = DROPPED
    elif turn.choice == KEEP or turn.plain in NO_WORDS:
        told = AS_IT_WAS
    elif asked.id == PHONE and not FEWEST <= _figures(turn) <= MOST:
        turn.ask(PHONE, NOT_A_PHONE, button(turn, DROP, DROP_LABEL), button(turn, KEEP, KEEP_LABEL))
        return
    else:
        write(turn.work, turn.lane.person_id, said)
        told = CORRECTED
    turn.close_question()
    turn.reply(told, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


# -- choose


def toggle(turn: Turn, *, on: bool) -> Choice:
    """« Ateliers : oui », « Ateliers : non »."""
    if on:
        return button(turn, f"{TURN_OFF}{Chosen.ANNOUNCEMENTS}", WORKSHOPS_OFF)
    return button(turn, f"{TURN_ON}{Chosen.ANNOUNCEMENTS}", WORKSHOPS_ON)


@on(Rank.ALLOWED, choices(f"{TURN_ON}{Chosen.ANNOUNCEMENTS}"))
def choose_workshops(turn: Turn) -> None:
    """A choice is kept: the notice comes first."""
    if too_young_to_choose(turn):
        no_choice(turn)
        return
    before = notice(turn, greeting(turn))
    words_shown = turn.words.say(CHOSEN)
    consents.choose(turn.work, turn.lane.person_id, Chosen.ANNOUNCEMENTS, VERSION, words_shown)
    turn.reply_content(before + words_shown, toggle(turn, on=True), *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


def no_choice(turn: Turn) -> None:
    """Too young for a choice to tick: the 119, and a person."""
    number = turn.library.facts["119"].value
    turn.reply(NO_CHOICE, *buttons(turn, PERSON, DATA, MENU), ends=True, purpose=Purpose.SERVICE, numero=number)


@on(Rank.ALLOWED, choices(f"{TURN_OFF}{Chosen.ANNOUNCEMENTS}"))
def take_workshops_back(turn: Turn) -> None:
    """Without a reason, without consequence."""
    consents.take_back(turn.work, turn.lane.person_id, Chosen.ANNOUNCEMENTS)
    turn.reply(TAKEN_BACK, toggle(turn, on=False), *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


# -- take away, and who read it


@on(Rank.ALLOWED, choices(DOWNLOAD))
def download(turn: Turn) -> None:
    """A private link of our own server: the same on every channel."""
    if no_page(turn):
        return
    person = turn.lane.person_id
    token = downloads.make(turn.work, person, turn.language)
    followed = rights.followed(turn.work, person)
    body = turn.words.say(YOUR_LINK) + (f"\n\n{turn.words.say(NOTES_APART)}" if followed else "")
    link = Choice(DOWNLOAD, turn.words.say(OPEN_LABEL), link=f"/chat/export/{token}")
    notes = (button(turn, NOTES, NOTES_LABEL),) if followed else ()
    turn.reply_content(body, link, *notes, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


@on(Rank.ALLOWED, choices(NOTES))
def ask_for_notes(turn: Turn) -> None:
    """What colleagues wrote is the head's to hand out."""
    due_at = rights.ask_head_to_show(turn.work, turn.lane.person_id)
    turn.reply(NOTES_ASKED, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE, jour=day(turn, due_at))


@on(Rank.ALLOWED, choices(READERS))
@on(Rank.TEXT, words(*WHO))
def who_read(turn: Turn) -> None:
    """First names, of who opened the demande or wrote about it. Never when, nor how often."""
    person = turn.lane.person_id
    names = audit.readers(turn.work, person)
    if names:
        said = turn.words.say(READ_BY, prenoms=", ".join(names), duree=lasting(turn.words, turn.library.keeping.audit))
    else:
        said = turn.words.say(OPENED_BY_NOBODY if rights.followed(turn.work, person) else READ_BY_NOBODY)
    turn.reply_content(said, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)
