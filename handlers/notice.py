"""The information notice, before the first thing kept beyond a conversation's own days: who reads, for how long, how to see and erase it.

Which edition was shown, in which words and when, is written down (storage/consents.py): it is a notice, and asks for nothing.
"""

from bot.messages import Purpose
from bot.routing import Turn
from bot.rules.keeping import Span
from content.words import Text, Words, _, ngettext
from handlers.buttons import DATA, buttons
from storage import consents

VERSION = "2026-11"
NOTICE = _(
    "Ce que tu écris est lu par l'équipe du {service}, par personne d'autre sans ton accord, sauf danger grave. "
    "On le garde {duree} après ton dernier message. Tu peux voir, corriger ou effacer : « Mes données »."
)
ELSEWHERE = _(
    "{app} appartient à une entreprise hors de notre contrôle : n'envoie pas ici de carte d'identité, de titre de séjour, de RIB ni d'ordonnance."
)
NOT_OURS = {"telegram": "Telegram", "whatsapp": "WhatsApp", "messenger": "Messenger"}
"""The channels of other companies, by the name people know. The web chat is the service's own server."""
DAYS = ngettext("{count} jour", "{count} jours")
MONTHS = ngettext("{count} mois", "{count} mois")


def lasting(words: Words, span: Span) -> str:
    """« 24 mois », « 30 jours »."""
    text: Text = DAYS if span.unit == "day" else MONTHS
    return words.say(text, count=span.number)


def worded(words: Words, service: str, span: Span, channel: str) -> str:
    """The notice as it is said on one channel."""
    paragraphs = [words.say(NOTICE, service=service, duree=lasting(words, span))]
    if channel in NOT_OURS:
        paragraphs.append(words.say(ELSEWHERE, app=NOT_OURS[channel]))
    return "\n\n".join(paragraphs)


def notice(turn: Turn, before: str = "") -> str:
    """Show it, unless this edition was shown already. What stood `before` goes with it; what still stands before the answer is given back."""
    body = noticed(turn)
    if not body:
        return before
    turn.reply_content(before + body, *buttons(turn, DATA), purpose=Purpose.SERVICE)
    return ""


def noticed(turn: Turn) -> str:
    """Its words, written down as shown: the caller says them. "" where this edition was shown already."""
    lane = turn.lane
    if consents.notice_shown(turn.work, lane.person_id, VERSION):
        return ""
    body = worded(turn.words, turn.library.service.name, turn.library.keeping.thread, lane.address.channel)
    consents.show_notice(turn.work, lane.person_id, VERSION, body)
    return body
