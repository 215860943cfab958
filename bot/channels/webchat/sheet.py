"""Lines as a page shows them: who speaks, where a day begins, which questions are still open."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from functools import partial

from bot.channels.webchat.markup import Block, blocks
from bot.channels.webchat.ports import COMMANDS, Line, Text, Words, _, nobody_knows
from bot.messages import Choice, parse_reference, reference

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur", "ckb", "ug", "yi"})
SHORT, SHORT_LABEL, PAIR_LABEL = 3, 14, 21
PAIRS_FROM = 4
CALLS = ("tel:", "sms:")


def tongue(language: str) -> str:
    """The tag of a language, for `lang`: fr-facile is French."""
    return language.partition("-")[0]


def direction(language: str) -> str:
    """How a language is written, for `dir`."""
    return "rtl" if tongue(language) in RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class Button:
    """A choice as a page offers it: `value` is what a press sends; a link has an address instead."""

    value: str
    label: str
    tone: str
    link: str = ""

    @property
    def number(self) -> str:
        """The number a call button calls, for its own place in a list."""
        return self.link.partition(":")[2].partition("?")[0] if self.link.startswith(CALLS) else ""


@dataclass(frozen=True, slots=True)
class Buttons:
    """The choices of one message, sorted by what they are: `asks` go once answered, links and calls stay."""

    asks: tuple[Button, ...] = ()
    links: tuple[Button, ...] = ()
    calls: tuple[Button, ...] = ()

    @property
    def shape(self) -> str:
        """ "side" for two or three short ones, "pairs" for a menu, "" for a list."""
        lengths = [len(button.label) for button in self.asks]
        if 2 <= len(lengths) <= SHORT and max(lengths) <= SHORT_LABEL:
            return "side"
        return "pairs" if len(lengths) >= PAIRS_FROM and max(lengths) <= PAIR_LABEL else ""


def buttons(number: int, choices: Iterable[Choice]) -> Buttons:
    """The choices of message `number`, by what they are."""
    asks: list[Button] = []
    links: list[Button] = []
    calls: list[Button] = []
    for index, choice in enumerate(choices):
        button = Button(reference(number, index), choice.label, choice.tone, choice.link or "")
        (asks if not button.link else calls if button.number else links).append(button)
    return Buttons(tuple(asks), tuple(links), tuple(calls))


@dataclass(frozen=True, slots=True)
class Shown:
    """One line ready for the template. `day` is set where a day begins, `by` where the author changes."""

    number: int
    side: str
    card: str
    text: str
    blocks: list[Block]
    buttons: Buttons
    day: str
    by: bool
    name: str
    hour: str
    iso: str
    language: str
    written: str
    direction: str

    @property
    def initials(self) -> str:
        return self.name[:2].upper()

    @property
    def foot(self) -> tuple[list[Block], list[Block]]:
        """A card's blocks without the emergency line that ends them, and that line."""
        ends = bool(self.blocks) and self.blocks[-1].kind == "sos"
        return (self.blocks[:-1], self.blocks[-1:]) if ends else (self.blocks, [])


class Questions:
    """Which messages still offer their buttons: the last that asked, with those of the same breath, until one of theirs is pressed."""

    def __init__(self) -> None:
        self.open: set[int] = set()
        self._answered = True

    def see(self, line: Line) -> None:
        if line.author == "person":
            self._answered = True
            place = parse_reference(line.chosen or "")
            self.open.discard(place[0] if place else -1)
        elif any(choice.link is None for choice in line.choices):
            if self._answered:
                self.open.clear()
            self._answered = False
            self.open.add(line.number)


@dataclass(slots=True)
class Sheet:
    """Shows lines one after the other; remembers the one before."""

    words: Words
    zone: tzinfo
    today: date
    written: Callable[[str], str | None] = nobody_knows
    questions: Questions = field(default_factory=Questions)
    _before: tuple[str, str, date] | None = None

    def prime(self, lines: Iterable[Line]) -> None:
        """Take note of lines that are on the page already."""
        for line in lines:
            self.add(line)

    def add(self, line: Line) -> Shown | None:
        """The line as it is shown after those before it; None for one that says nothing (a first opening)."""
        self.questions.see(line)
        side = _side(line)
        text = _said(line, self.words)
        if not (text or line.choices or line.attachments):
            return None
        local = line.at.astimezone(self.zone)
        now = (side, line.name or "", local.date())
        before, self._before = self._before, now
        other = partial(self.other, tongue(line.language), ours=side == "bot")
        new_day = before[2] != now[2] if before else now[2] != self.today
        card = line.card if side == "bot" else ""
        headed = card in ("page", "crisis")
        said = [] if side == "me" else blocks(text, heading=headed, direction=direction(line.language), other=other)
        return Shown(
            number=line.number,
            side=side,
            card=card,
            text=text.replace("\0", "\ufffd"),
            blocks=said,
            buttons=_as_headed(buttons(line.number, line.choices), said[0].text) if card == "crisis" and said else buttons(line.number, line.choices),
            day=self.words.day(now[2]) if new_day else "",
            by=side in ("bot", "team") and (new_day or before is None or before[:2] != now[:2]),
            name=line.name or "",
            hour=self.words.hour(local.time()),
            iso=local.isoformat(timespec="minutes"),
            language=tongue(line.language),
            written=_not_arabic(self.written(text)) if side == "me" else "",
            direction=direction(line.language),
        )

    def other(self, whole: str, text: str, *, ours: bool) -> str:
        """The language of a piece of a message in `whole`, "" where it is the same or nobody can be sure."""
        found = self.written(text) or ""
        return found if found != whole and (ours or _not_arabic(found)) else ""


def _as_headed(found: Buttons, heading: str) -> Buttons:
    """With the call that the heading names first: it is the large one, right under « Moins de 18 ans : 119 »."""
    named = set(re.findall(r"\d+", heading))
    return replace(found, calls=tuple(sorted(found.calls, key=lambda button: button.number not in named)))


def _not_arabic(language: str | None) -> str:
    """What others write in Arabic letters may be Persian or Urdu: only its direction is sure."""
    return language if language and language != "ar" else ""


def _side(line: Line) -> str:
    if line.author == "person":
        return "me"
    if line.author == "caseworker":
        return "team"
    return "event" if line.card == "event" else "bot"


FILE: Text = _("Fichier envoyé")


def _said(line: Line, words: Words) -> str:
    if line.author != "person":
        return line.text
    if line.card == "started":
        return ""
    command = COMMANDS.get(line.text[1:]) if line.text.startswith("/") else None
    if command is not None:
        return words.say(command)
    return line.text or (words.say(FILE) if line.attachments else "")
