"""How things known to the machine are said to a caseworker. Only what is known: sent is not delivered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.sent import FILE_KINDS, Sent, sent
from bot.messages import Status
from content.words import Words
from handlers import buttons
from storage.desk import Stray
from storage.media import File
from storage.messages import Content
from storage.thread_view import Line

CHANNELS = {"webchat": "Chat du site", "telegram": "Telegram", "whatsapp": "WhatsApp", "messenger": "Messenger", "relay": "SMS"}
MAIL = "E-mail"
STATUSES = {
    "queued": "Pas encore parti",
    "sent": "Envoyé",
    "delivered": "Distribué",
    "read": "Lu",
    "failed": "Non distribué",
    "unknown": "On ne sait pas si c'est parti",
    "dropped": "Pas envoyé",
    "expired": "Pas envoyé : trop tard",
    "on_a_page": "Dit sur une page privée, ouverte par le lien envoyé ici",
}
MODELS = {
    "rdv_rappel": "Rappel d'un rendez-vous",
    "rdv_change": "Rendez-vous déplacé par l'équipe",
    "rdv_autre_date": "Rendez-vous annulé par l'équipe",
    "rdv_suite": "Après un rendez-vous manqué",
    "place_rappel": "Rappel d'une place à un atelier",
    "rdv_propose": "Rendez-vous libéré, proposé à qui attendait",
    "place_proposee": "Place libérée à un atelier, proposée à qui attendait",
    "reponse_attend": "Votre réponse attend la personne",
}
"""What each message agreed with a provider is for."""
MARK = 4
"""Letters that tell one unnamed person from another."""
WAITED_FOR = frozenset({"until_they_open", "until_they_write"})
"""Why something has not gone yet, where it is for the person to act."""
LOST = frozenset({Status.FAILED, Status.UNKNOWN, "dropped", "expired"})
REASONS = {
    "blocked": "la personne a bloqué le robot",
    "bot_was_blocked_by_the_user": "la personne a bloqué le robot",
    "user_is_deactivated": "ce compte n'existe plus",
    "chat_not_found": "ce compte n'existe plus",
    "stopped": "la personne a écrit STOP",
    "elsewhere": "la personne n'écrit plus de cette appli",
    "another_speaks": "quelqu'un d'autre parlait déjà",
    "unwanted": "la personne n'en veut plus",
    "changed": "ce n'était plus vrai",
    "not_this_way": "cela ne part ni par SMS ni par e-mail",
    "outside_window": "la messagerie ne le permet plus maintenant",
    "beyond_reach": "WhatsApp ne laisse pas écrire à plus de personnes aujourd'hui",
    "by_another_way": "dit par un autre moyen de la personne",
    "too_many": "trop de SMS à ce numéro en un jour",
    "until_they_open": "attend que la personne ouvre sa page",
    "until_they_write": "attend que la personne écrive",
    "not_approved": "WhatsApp n'a pas encore accepté ce modèle de message",
    "no_connection": "la messagerie ne répondait pas",
    "provider_fault": "la messagerie ne répondait pas",
    "token_refused": "la messagerie refuse le robot, dites-le à la personne qui administre Palier",
}
"""Why something did not go, by its code (bot.legality, the channels): the others are « refusé »."""
PURPOSES = {
    "crisis": "Un message d'urgence",
    "reply": "Une réponse du robot",
    "human": "Une réponse de l'équipe",
    "reminder": "Un rappel",
    "survey": "Une question",
    "announcement": "Une annonce",
    "service": "Une information",
}
SAID_OTHERWISE = {
    "location": "A envoyé une position",
    "other": "A envoyé quelque chose que le robot ne sait pas lire",
    "started": "A ouvert la conversation",
    "deposit": "Par la page de dépôt",
    "deleted": "A effacé un message",
    "changed": "A changé de numéro ou de compte",
}
LATE = timedelta(minutes=1)
DAYS_NAMED = 7
"""A moment less than so many days ahead is called by its weekday."""
KINDS = {
    "do": "À faire",
    "call": "À appeler",
    "data": "Notes demandées par la personne",
    "erasure": "Effacement demandé",
    "late": "Promesse manquée deux fois",
    "minor": "Mineur en danger : à voir",
    "not_coming": "Ne vient pas au rendez-vous",
    "coming_late": "Sera en retard au rendez-vous",
    "at_the_door": "Attend pour son rendez-vous, ne trouve personne",
}
"""What sort of thing a task is."""


@dataclass(frozen=True, slots=True)
class Show:
    """The words of the desk, in French, on the clocks of `zone`. `themes`: the title of each theme id."""

    zone: ZoneInfo
    themes: Mapping[str, str]
    words: Words = field(default_factory=lambda: Words("fr"))

    def person(self, name: str, token: str) -> str:
        """What someone is called here: their name, or a mark that tells two unnamed people apart."""
        return name or f"Sans prénom, {''.join(filter(str.isalnum, token))[:MARK].upper()}"

    def channel(self, name: str) -> str:
        return CHANNELS.get(name, name)

    def app(self, channel: str, account: str) -> str:
        """The same, where an SMS and an e-mail are two."""
        return MAIL if (channel, account) == ("relay", "email") else self.channel(channel)

    def theme(self, theme: str) -> str:
        return self.themes.get(theme, "")

    def initials(self, name: str) -> str:
        return name[:2].upper()

    def hour(self, at: datetime) -> str:
        return self.words.hour(at.astimezone(self.zone).time())

    def day(self, at: datetime, now: datetime) -> str:
        """« aujourd'hui », « hier », « lundi 23 novembre »."""
        day, today = at.astimezone(self.zone).date(), now.astimezone(self.zone).date()
        near = {today: "aujourd'hui", today - timedelta(days=1): "hier"}
        return self.words.typeset(near.get(day) or self.words.day(day))

    def moment(self, at: datetime, now: datetime) -> str:
        """« à 9 h 58 », « hier à 9 h 58 », « lundi 23 novembre à 9 h »."""
        day = self.day(at, now)
        return f"à {self.hour(at)}" if day.startswith("aujourd") else f"{day} à {self.hour(at)}"

    def said(self, text: str) -> str:
        """Words of ours, typeset."""
        return self.words.typeset(text)

    def near(self, at: datetime, now: datetime) -> str:
        """A moment to come, short: « 17 h », « demain 9 h », « mardi 17 h », « 24 novembre, 17 h »."""
        local = at.astimezone(self.zone)
        ahead = (local.date() - now.astimezone(self.zone).date()).days
        if ahead == 0:
            return self.hour(at)
        if ahead == 1:
            return f"demain {self.hour(at)}"
        weekday, _, date = self.words.day(local.date()).partition(" ")
        return f"{weekday} {self.hour(at)}" if 1 < ahead < DAYS_NAMED else f"{date}, {self.hour(at)}"

    def last_day(self, ends: datetime, now: datetime) -> str:
        """The last whole day before a moment: « lundi 23 novembre 2026 »."""
        day = (ends - LATE).astimezone(self.zone).date()
        return self.words.typeset(f"{self.words.day(day)} {day.year}")

    def since(self, at: datetime, now: datetime) -> str:
        """How long somebody has waited: « depuis 12 min », « depuis 9 h 58 », « depuis hier, 9 h 58 »."""
        waited = now - at
        if waited < timedelta(hours=1):
            return self.words.typeset(f"depuis {max(waited // LATE, 1)} min")
        day = self.day(at, now)
        return f"depuis {self.hour(at)}" if day.startswith("aujourd") else f"depuis {day}, {self.hour(at)}"

    def kind(self, name: str) -> str:
        """What sort of thing a task is."""
        return self.words.typeset(KINDS.get(name, ""))

    def status(self, line: Line) -> str:
        """What is known of a line of ours, and why it did not go where that is known."""
        return self._state(line.status, line.failure)

    def as_template(self, name: str) -> str:
        """« envoyé comme modèle « Rappel d'un rendez-vous » »: what was read is its words, and not those shown."""
        return self.words.typeset(f"envoyé comme modèle « {MODELS.get(name, name)} »")

    def stray(self, stray: Stray, now: datetime) -> str:
        """What did not arrive, when, where and why."""
        what = f"{PURPOSES.get(stray.purpose, 'Un message')}, {self.moment(stray.at, now)}, sur {self.channel(stray.channel)}."
        return self.words.typeset(f"{what} {self._state(stray.status, stray.failure)}.")

    def _state(self, status: str, failure: str) -> str:
        said = STATUSES.get(status, "")
        waits = status == Status.QUEUED and failure in WAITED_FOR
        reason = REASONS.get(failure, "") if status in LOST or waits else ""
        if status == Status.FAILED and not reason:
            reason = "la messagerie l'a refusé"
        return self.words.typeset(f"{said} : {reason}" if reason else said)

    def lost_words(self, status: str) -> str:
        """The same in the list, where somebody's last answer may not have arrived."""
        return self.words.typeset(STATUSES.get(status, ""))

    def lost(self, line: Line) -> bool:
        """Whether this line of ours did not arrive, or perhaps not."""
        return line.status in LOST

    def otherwise(self, line: Line) -> tuple[str, ...]:
        """What somebody did that is no text: files, a position, a sticker."""
        files = tuple(FILE_KINDS.get(file.kind, "Fichier") for file in line.content.attachments)
        mark = SAID_OTHERWISE.get(line.content.card, "") if line.author == "person" else ""
        return (*files, mark) if mark else files

    def file(self, file: File) -> Sent:
        """A file in words."""
        said = sent(file)
        return replace(said, state=self.words.typeset(said.state), size=self.words.typeset(said.size))

    def words_of(self, content: Content) -> str:
        """The last words of somebody, for one line of the list."""
        files = [FILE_KINDS.get(file.kind, "Fichier") for file in content.attachments]
        said = buttons.said(self.words, content.text) or SAID_OTHERWISE.get(content.card, "")
        return self.text(" · ".join([*files, f"«\u00a0{said}\u00a0»" if content.text else said]) if said else " · ".join(files))

    def text(self, body: str) -> str:
        """What can be shown of it: a page carries no NUL, and a permanent entry is called by its name."""
        return buttons.said(self.words, body).replace("\x00", "\ufffd")
