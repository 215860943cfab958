"""What people read, in their language.

`_("…")` marks a French text and returns a lazy `Text`; `Words("fr").say(text, name=value)` translates it, fills its `{name}`s and typesets it.
The French texts are the message ids: `fr` needs no catalogue, and a language or a text without translation is said in French.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from pathlib import Path

from babel.core import Locale
from babel.dates import format_date
from babel.messages.pofile import PoFileError, read_po

from bot.errors import ContentError

FRENCH = "fr"
EASY_FRENCH = "fr-facile"
LOCALES = Path(__file__).parent / "locales"
DOMAIN = "palier"

NARROW = "\u202f"
NO_BREAK = "\u00a0"
HYPHEN = "\u2011"

_PLACE = "\ue000"  # private use: stands for what is left alone
_KEPT = re.compile(r"(?:https?://|www\.|(?:tel|sms|mailto):)\S+|[\w.+-]+@[\w-]+\.[\w.-]+|\b[\w-]+(?:\.[\w-]+)+/\S*|\d{1,2}:\d{2}")
_SPACE = "[ \u00a0\u202f]"
_UNITS = r"(?:h|min|minutes?|heures?|jours?|nuits?|semaines?|mois|ans?|€|%|m²|km)\b|[€%]"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"'"), "’"),
    (re.compile(r"\.\.\."), "…"),
    (re.compile(rf"(?<=[^\s;!?]){_SPACE}*([;!?]+)(?=\s|$|[»)\]:])"), NARROW + r"\1"),
    (re.compile(rf"(?<=[^\s:]){_SPACE}*(:+)(?=\s|$|[»)\]])"), NO_BREAK + r"\1"),
    (re.compile(rf"«{_SPACE}*"), "«" + NO_BREAK),
    (re.compile(rf"{_SPACE}*»"), NO_BREAK + "»"),
    (re.compile(r"(?<![\d\-–‑/.])(\d{1,2})[-–](\d{1,2})(?![\d\-–‑/])"), rf"\1{HYPHEN}\2"),
    (re.compile(rf"(?<=\d){_SPACE}?h{_SPACE}?(?=\d{{2}}\b)"), f"{NO_BREAK}h{NO_BREAK}"),
    (re.compile(rf"(?<=\d){_SPACE}(?={_UNITS})"), NO_BREAK),
    (re.compile(rf"(?<=\d){_SPACE}(?=\d)"), NO_BREAK),
)


@dataclass(frozen=True, slots=True)
class Text:
    """Something to say, still in no language. `msgid` is the French text, with `{name}` where a value goes."""

    msgid: str


def _(msgid: str) -> Text:
    """Mark a French text for the catalogues. Give it a plain string: values are filled in when it is said."""
    return Text(msgid)


class Words:
    """One language's way of saying things. An unknown language is French."""

    def __init__(self, language: str, locales: Path = LOCALES) -> None:
        self._catalogue = _catalogue(locales, language)
        self.language = language if self._catalogue or language in (FRENCH, EASY_FRENCH) else FRENCH
        self._locale = Locale.parse(self.language.partition("-")[0])
        self._ready: dict[str, str] = {}

    @property
    def is_french(self) -> bool:
        return self._locale.language == FRENCH

    def say(self, text: Text, **values: object) -> str:
        """The text in this language, its `{name}`s filled (a value that is a Text is said too), typeset. KeyError for a value not given."""
        if (ready := self._ready.get(text.msgid)) is not None:
            return ready
        body = self._catalogue.get(text.msgid, text.msgid)
        if values or "{" in body:
            body = body.format_map({name: self.say(value) if isinstance(value, Text) else value for name, value in values.items()})
            return self.typeset(body)
        self._ready[text.msgid] = said = self.typeset(body)  # of the catalogues, without a value: said often, always the same
        return said

    def typeset(self, body: str) -> str:
        """The spaces, apostrophes and dashes this language wants. Addresses and figures like 12:30 are left alone; doing it twice changes nothing."""
        return typeset(body) if self.is_french else body

    def day(self, on: date) -> str:
        """« jeudi 26 novembre »."""
        said = format_date(on, "EEEE d MMMM", locale=self._locale)
        return said.replace(" 1 ", " 1er ") if self.is_french else said

    def hour(self, at: time) -> str:
        """« 10 h 30 », « 9 h »; elsewhere 10:30."""
        if not self.is_french:
            return f"{at.hour}:{at.minute:02d}"
        return f"{at.hour}{NO_BREAK}h" + (f"{NO_BREAK}{at.minute:02d}" if at.minute else "")

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """« jeudi 26 novembre, 10 h 30 », as the clocks of `zone` show it."""
        local = at.astimezone(zone)
        return f"{self.day(local.date())}, {self.hour(local.time())}"


@lru_cache
def words_of(language: str) -> Words:
    """The Words of a language, made once."""
    return Words(language)


def typeset(body: str) -> str:
    """French typography on plain text: « Où ? » with its unbreakable spaces, ’ for ', « 16‑30 », « 10 h 30 »."""
    return _outside(_KEPT, body, _typeset_piece)


def _typeset_piece(piece: str) -> str:
    for pattern, replacement in _RULES:
        piece = pattern.sub(replacement, piece)
    return piece


def _outside(kept: re.Pattern[str], body: str, change: Callable[[str], str]) -> str:
    """Apply `change` to the whole of `body`, with what `kept` matches hidden from it."""
    pieces, at = [], 0
    for match in kept.finditer(body):
        pieces += [body[at : match.start()], match.group()]
        at = match.end()
    pieces.append(body[at:])
    if len(pieces) == 1:
        return change(body)
    hidden = change(_PLACE.join(piece.replace(_PLACE, "") for piece in pieces[::2])).split(_PLACE)
    return "".join(part for pair in zip(hidden, [*pieces[1::2], ""], strict=True) for part in pair)


@lru_cache
def _catalogue(locales: Path, language: str) -> Mapping[str, str]:
    """The translations of one language, French text → its text. Empty for French and for a language we do not have."""
    file = locales / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+)?", language) or not file.is_file():
        return {}
    try:
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=language.partition("-")[0], abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise ContentError(f"{file}: {error}") from error
    texts = {}
    for message in catalogue:
        if message.id and message.string and not message.fuzzy:
            texts[str(message.id)] = said = str(message.string)
            if _fields(said) != _fields(str(message.id)):
                raise ContentError(f"{file}:{message.lineno}: write the same {{names}} as the French: {sorted(_fields(str(message.id)))}")
    return texts


def _fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w*)}", text))
