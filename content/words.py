"""What people read, in their language.

`_("…")` marks a French text and returns a lazy `Text`; `Words("fr").say(text, name=value)` translates it, fills its `{name}`s and typesets it.
`ngettext("… {count} …", "… {count} …")` marks one for one and for several: `say` chooses by its value `count`, as the language counts.
The French texts are the message ids: `fr` needs no catalogue, and a language or a text without translation is said in French.
"""

import gettext
import re
from collections.abc import Callable, Mapping, Sequence
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
ENGLISH = "en"
ARABIC = "ar"
LANGUAGES = (FRENCH, EASY_FRENCH, ENGLISH, ARABIC)
"""What the robot speaks. Everything said to a young person is written in each."""

RIGHT_TO_LEFT = frozenset({ARABIC})
LOCALES = Path(__file__).parent / "locales"
DOMAIN = "palier"

NARROW = "\u202f"
NO_BREAK = "\u00a0"
HYPHEN = "\u2011"
ISOLATE, RELEASE = "\u2066", "\u2069"
"""Around what reads from left to right inside a language that does not: without them a phone number is read backwards."""

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
_ADDRESS = re.compile(rf"{ISOLATE}[^{RELEASE}]*{RELEASE}|(?:https?://|www\.|(?:tel|sms|mailto):)\S+|[\w.+-]+@[\w-]+\.[\w.-]+")
_LETTER = "A-Za-zÀ-ÖØ-öø-ÿ"
_RUN = rf"[{_LETTER}0-9]+(?::[0-9]+)*"
_LATIN = re.compile(rf"{_RUN}(?:['’.,/\-–{HYPHEN}{NO_BREAK} ]+{_RUN})*")
_NUMBER = re.compile(rf"[0-9]+(?:[ {NO_BREAK}.:/][0-9]+)*")
_APART = re.compile(r"(?<=[0-9]) (?=[0-9])")
_READ_BY = re.compile(r'^"X-Read-By: *[^\s\\][^"]*"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Text:
    """Something to say, still in no language. `msgid` is the French text, with `{name}` where a value goes."""

    msgid: str


@dataclass(frozen=True, slots=True)
class Plural(Text):
    """A text that counts: `msgid` for none or one in French, `many` for more."""

    many: str


def _(msgid: str) -> Text:
    """Mark a French text for the catalogues. Give it a plain string: values are filled in when it is said."""
    return Text(msgid)


def ngettext(one: str, many: str) -> Plural:
    """Mark a French text that counts. It is said with a value `count`."""
    return Plural(one, many)


TWO_PARTS = _("{jour}, {heure}")
A_MONTH = 21
"""Days ahead from which a day is named with its month."""
SHORT = 24
"""Characters that a button shows on every channel."""


class Words:
    """One language's way of saying things. An unknown language is French."""

    def __init__(self, language: str, locales: Path = LOCALES) -> None:
        self._catalogue = _catalogue(locales, language)
        self.language = language if self._catalogue.forms or language in (FRENCH, EASY_FRENCH) else FRENCH
        self._locale = Locale.parse(self.language.partition("-")[0])
        self._ready: dict[str, str] = {}

    @property
    def is_french(self) -> bool:
        return self._locale.language == FRENCH

    def say(self, text: Text, **values: object) -> str:
        """The text in this language, its `{name}`s filled (a value that is a Text is said too), typeset. KeyError for a value not given."""
        if (ready := self._ready.get(text.msgid)) is not None:
            return ready
        body = self._form(text, values)
        if values or "{" in body:
            body = body.format_map({name: self.say(value) if isinstance(value, Text) else value for name, value in values.items()})
            return self.typeset(body)
        self._ready[text.msgid] = said = self.typeset(body)  # of the catalogues, without a value: said often, always the same
        return said

    def _form(self, text: Text, values: Mapping[str, object]) -> str:
        """The wording, by number where the text counts."""
        if not isinstance(text, Plural):
            return self._catalogue.forms.get(text.msgid, (text.msgid,))[0]
        count = int(str(values["count"]))
        forms = self._catalogue.forms.get(text.msgid)
        return forms[self._catalogue.choose(count)] if forms else (text.many if count > 1 else text.msgid)

    def typeset(self, body: str) -> str:
        """The spaces, apostrophes and dashes this language wants, and what keeps figures in order from right to left.

        Addresses, and in French figures like 12:30, are left alone; doing it twice changes nothing.
        """
        if self.is_french:
            return typeset(body)
        if self.language in RIGHT_TO_LEFT:
            return _outside(_ADDRESS, body, _isolate)
        return _outside(_ADDRESS, body, lambda piece: _APART.sub(NO_BREAK, piece.replace("'", "’")))

    def day(self, on: date) -> str:
        """« jeudi 26 novembre »."""
        said = format_date(on, "EEEE d MMMM", locale=self._locale)
        return said.replace(" 1 ", " 1er ") if self.is_french else said

    def full_day(self, on: date) -> str:
        """« 26 novembre 2026 »."""
        said = format_date(on, "d MMMM y", locale=self._locale)
        return re.sub(r"^1 ", "1er ", said) if self.is_french else said

    def weekday(self, on: date) -> str:
        """« jeudi »."""
        return format_date(on, "EEEE", locale=self._locale)

    def hour(self, at: time) -> str:
        """« 10 h 30 », « 9 h »; elsewhere 10:30."""
        if not self.is_french:
            return f"{at.hour}:{at.minute:02d}"
        return f"{at.hour}{NO_BREAK}h" + (f"{NO_BREAK}{at.minute:02d}" if at.minute else "")

    def short_moment(self, at: datetime, now: datetime, zone: tzinfo) -> str:
        """« mar. 24, 10 h 30 »: what fits a button. From three weeks on, where a weekday and a figure name two days, the month too."""
        local = at.astimezone(zone)
        far = (local.date() - now.astimezone(zone).date()).days >= A_MONTH
        forms = ("EEE d MMM", "d MMM") if far else ("EEE d",)
        said = [self._said_short(local, form) for form in forms]
        return next((one for one in said if len(one) <= SHORT), said[-1])

    def _said_short(self, local: datetime, form: str) -> str:
        day = format_date(local.date(), form, locale=self._locale)
        first = re.sub(r"(?<!\d)1(?!\d)", "1er", day) if self.is_french else day
        comma = "،" if self.language in RIGHT_TO_LEFT else ","
        return self.typeset(f"{first}{comma} {self.hour(local.time())}")

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """« jeudi 26 novembre, 10 h 30 », as the clocks of `zone` show it."""
        local = at.astimezone(zone)
        return self.say(TWO_PARTS, jour=self.day(local.date()), heure=self.hour(local.time()))


def unread_catalogues(locales: Path = LOCALES) -> list[str]:
    """The languages whose catalogue no speaker has read: its header names nobody under X-Read-By."""
    files = {language: locales / language / "LC_MESSAGES" / f"{DOMAIN}.po" for language in LANGUAGES if language != FRENCH}
    return [language for language, file in files.items() if not (file.exists() and _READ_BY.search(file.read_text(encoding="utf-8")))]


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


def _isolate(piece: str) -> str:
    """Isolate figures, and Latin words together with the figures among them: « 19 rue du 19 Mars 1962 » stays in one piece."""
    return _LATIN.sub(lambda match: _isolated(match.group()), piece)


def _isolated(run: str) -> str:
    if not any(map(str.isdigit, run)):
        return run
    if any(map(str.isalpha, run)):
        return f"{ISOLATE}{run}{RELEASE}"
    return _NUMBER.sub(lambda match: f"{ISOLATE}{match.group().replace(' ', NO_BREAK)}{RELEASE}", run)


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


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """The translations of one language: French text → its wordings, one or as many as the language counts; `choose` gives the place for a number."""

    forms: Mapping[str, tuple[str, ...]]
    choose: Callable[[int], int]


@lru_cache
def _catalogue(locales: Path, language: str) -> _Catalogue:
    """Empty for French and for a language we do not have."""
    file = locales / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+)?", language) or not file.is_file():
        return _Catalogue({}, lambda count: int(count > 1))
    try:
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=language.partition("-")[0], abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise ContentError(f"{file}: {error}") from error
    texts = {}
    for message in catalogue:
        if message.id and message.string and not message.fuzzy:
            texts[_all(message.id)[0]] = forms = _all(message.string)
            named = _fields(_all(message.id)[-1])
            free = {"count"} if len(forms) > 1 else set()  # « one day » needs no figure
            if any((_fields(said) ^ named) - free or _fields(said) - named for said in forms):
                raise ContentError(f"{file}:{message.lineno}: write the same {{names}} as the French: {sorted(named)}")
    return _Catalogue(texts, gettext.c2py(catalogue.plural_expr))


def _all(said: str | Sequence[str]) -> tuple[str, ...]:
    """One text, or those of a text that counts."""
    return (said,) if isinstance(said, str) else tuple(said)


def _fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w*)}", text))
