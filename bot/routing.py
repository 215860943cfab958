"""Who answers. A `Turn` is one thing a person said and all that is needed to answer it; handlers declare what they answer with `@on`.

Precedence is by `Rank`, never by import order: the first handler of the lowest rank whose test holds. Between CRISIS and COMMAND stands the
gate: while a human owns the conversation, only STOP, CRISIS and ALLOWED are answered, each marked automatic.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import ModuleType
from typing import TypeVar

from bot import offered
from bot.messages import Attachment, Choice, Inbound, Json, Kind, Outbound, Purpose
from bot.plain import plain
from bot.questions import Question, from_kept
from bot.ranks import Rank as Rank
from content.library import Library
from content.understanding.appointment import NOTHING_HEARD, Hear, Heard, hear
from content.understanding.meaning import Meaning
from content.words import Text, Words, _, words_of
from storage import messages, threads
from storage.engine import Work
from storage.lanes import BOT, HUMAN, Lane

EMERGENCY = _("Urgence : 115 · 17 · 119 · 3114")
EMERGENCY_FIRST = _("Urgence : 115 · 17 · 119 · 3114 (le bouton Urgence dit lequel)")
AUTOMATIC = _("Message automatique")
ANSWER = "answer:"
"""Prefix of the choices that answer a question: pressed after the question is over, they are refused kindly."""

ROW = "in_a_row"
"""What was answered last, and how many times in a row."""
_TOLD = "emergency_told"
QUESTION = "question"

Doors = Callable[[str], Mapping[str, str]]
"""A code → the address that opens each channel of the service with it as the first words said there, where it is known."""


def nowhere(code: str) -> Mapping[str, str]:
    """No channel that a link can open."""
    return {}


@dataclass(slots=True)
class Turn:
    """One thing a person said, and what is said back. Lives in one unit of work; nothing of it is kept but through the lane and `said`."""

    inbound: Inbound
    number: int
    lane: Lane
    library: Library
    work: Work
    choice: str | None
    asked: int | None
    meaning: Meaning
    """What free text means, found before the turn; NOTHING for anything else."""
    said: list[Outbound] = field(default_factory=list)
    automatic: bool = False
    """A human owned the conversation when this came: what is said is marked."""
    greeted: bool = False
    """The channel's own page has said who speaks."""
    home: str = ""
    """Where anybody opens the web chat, "" where it has no address for everybody."""
    relays: frozenset[str] = frozenset()
    """By what somebody may be written to where their application does not work: "sms", "email"."""
    opens: bool = True
    """A link to a page of ours opens on a telephone that gets an SMS or an e-mail."""
    doors: Doors = nowhere
    hear: Hear = hear
    phrase: bool = False
    """Written, and word for word what some handler waits for, wherever the conversation stands: « mes applis » is nobody's first name."""
    _asking: tuple[Question, int] | None = None
    """What is asked in this turn, and its place in `said`."""
    _heard: Heard | None = None
    _before: tuple[str, ...] | None = None
    _plain: str | None = None
    _in_a_row: bool = False

    @property
    def language(self) -> str:
        return self.lane.language

    @property
    def words(self) -> Words:
        return words_of(self.lane.language)

    @property
    def now(self) -> datetime:
        return self.work.now

    @property
    def text(self) -> str:
        return self.inbound.text

    @property
    def plain(self) -> str:
        """The text without capitals, accents and punctuation: for comparing whole words."""
        if self._plain is None:
            self._plain = plain(self.inbound.text)
        return self._plain

    @property
    def understood(self) -> str | None:
        """The page that free text surely wants, or None."""
        label = self.meaning.sure
        return label if label is not None and self.library.page(label, self.language) is not None else None

    @property
    def heard(self) -> Heard:
        """How free text answers about an appointment, whatever it is; NOTHING_HEARD for anything else. Found when it is first asked for."""
        if self._heard is None:
            self._heard = self.hear(self.inbound.text) if self.inbound.kind in (Kind.TEXT, Kind.EDITED) else NOTHING_HEARD
        return self._heard

    @property
    def offered_before(self) -> tuple[str, ...]:
        """The ids of the choices under what the robot said right before these words, the newest first; none where a colleague spoke since."""
        if self._before is None:
            self._before = offered.just_before(self.lane.state, self.number)
        if self._before is None:
            said = messages.robot_said_before(self.work, self.lane.conversation_id, self.number)
            self._before = tuple(choice.id for each in said for choice in each.choices)
        return self._before

    @property
    def question(self) -> Question | None:
        """The question still open, if any."""
        kept = self.lane.state.get(QUESTION)
        return from_kept(kept) if isinstance(kept, Mapping) else None

    @property
    def waiting(self) -> Question | None:
        """The question that was asked before this turn, and is still open."""
        return self.question if self._asking is None else None

    @property
    def past(self) -> bool:
        """True for an answer button of a question that is over."""
        if self.choice is None or not self.choice.startswith(ANSWER):
            return False
        question = self.question
        return question is None or self.asked not in question.numbers

    def reply(self, text: Text, *choices: Choice, card: str = "", ends: bool = False, purpose: Purpose = Purpose.REPLY, **values: object) -> None:
        """Say a text of the catalogues, in the person's language. `ends` marks a terminal answer: it carries the emergency line."""
        self.reply_content(self.words.say(text, **values), *choices, card=card, ends=ends, purpose=purpose)

    def reply_content(
        self,
        body: str,
        *choices: Choice,
        card: str = "",
        ends: bool = False,
        purpose: Purpose = Purpose.REPLY,
        attachments: tuple[Attachment, ...] = (),
    ) -> None:
        """Say something already worded: a page, a card. `attachments` are small files of ours, for a channel that sends them."""
        paragraphs = [body]
        if ends:
            paragraphs.append(emergency_line(self.lane, self.words))
        if self.automatic:
            paragraphs.append(self.words.say(AUTOMATIC))
        body = "\n\n".join(paragraphs)
        self.said.append(Outbound(self.lane.address, purpose, body, choices, attachments, card=card, language=self.lane.language))

    def ask(
        self,
        question: str,
        text: Text,
        *choices: Choice,
        data: Mapping[str, Json] | None = None,
        ends: bool = False,
        stays: bool = True,
        **values: object,
    ) -> None:
        """Ask something and wait for it: the next words of this person go to the handler of `question`, unless something higher takes them."""
        self.ask_content(question, self.words.say(text, **values), *choices, data=data, ends=ends, stays=stays)

    def ask_content(
        self, question: str, body: str, *choices: Choice, data: Mapping[str, Json] | None = None, ends: bool = False, stays: bool = True
    ) -> None:
        """The same with something already worded. What is asked while a human owns the conversation is on the short list: it is of the service."""
        self.reply_content(body, *choices, ends=ends, purpose=Purpose.SERVICE if self.automatic else Purpose.REPLY)
        self._asking = Question(question, body, choices, data or {}, stays), len(self.said) - 1

    def ask_again(self, text: Text, *more: Choice) -> None:
        """Say the question that waits once more, where `text` has {question}; it waits as before, for its buttons of then and of now."""
        asked = self.waiting
        if asked is not None:
            self.reply_content(self.words.say(text, question=asked.body), *asked.choices, *more)
            self._asking = asked, len(self.said) - 1

    @property
    def asks(self) -> bool:
        """True where something is asked in this turn, or was and still waits."""
        return self._asking is not None or self.question is not None

    def in_a_row(self, what: str) -> int:
        """How many answers of this kind the person got one after the other, this one counted. Any other answer starts the count again."""
        kept = self.lane.state.get(ROW)
        before = int(kept[1]) if isinstance(kept, list) and kept[0] == what else 0
        self.lane.state[ROW] = [what, before + 1]
        self._in_a_row = True
        return before + 1

    def close_question(self) -> None:
        """Stop waiting for an answer."""
        self.lane.state.pop(QUESTION, None)
        self._asking = None

    def hand_over(self, theme: str | None = None) -> int:
        """A human owns the conversation from here, before anybody takes it; the id of its thread."""
        self.close_question()
        self.lane.to(HUMAN)
        return threads.open_for(self.work, self.lane, theme=theme)

    def back_to_robot(self) -> None:
        """The robot speaks again."""
        self.lane.to(BOT)

    def answered(self) -> None:
        """Called once the handler is done: what it did not count in a row is one no more, and a question that waits for one answer is over."""
        if not self._in_a_row:
            self.lane.state.pop(ROW, None)
        asked = self.waiting
        if self.said and asked is not None and not asked.stays:
            self.close_question()

    def spoken(self, numbers: list[int]) -> None:
        """Called with the numbers given to `said`: keeps what the next turn needs to understand « 2 », « oui » or a late button."""
        if not self.said:
            return
        first = self.said[-1 if self._asking is None else self._asking[1]]  # what is said beside a question is named after it
        offered.keep(self.lane.state, tuple(dict.fromkeys((*first.choices, *self.said[-1].choices))), self.said, numbers[-1])
        if self._asking is not None:
            asked, place = self._asking
            self.lane.state[QUESTION] = replace(asked, numbers=(*asked.numbers, numbers[place]), last=numbers[-1]).kept()


def emergency_line(lane: Lane, words: Words) -> str:
    """The line every terminal answer carries; the first time, it says what it is for."""
    told = bool(lane.state.get(_TOLD))
    lane.state[_TOLD] = True
    return words.say(EMERGENCY if told else EMERGENCY_FIRST)


Handler = Callable[[Turn], None]
Test = Callable[[Turn], bool]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True)
class Rule:
    """One declaration: at `rank`, where any of `tests` holds, `handler` answers."""

    rank: Rank
    tests: tuple[Test, ...]
    handler: Handler

    def holds(self, turn: Turn) -> bool:
        for test in self.tests:  # a plain loop, for every rule is asked of every message
            if test(turn):
                return True
        return False


_RULES = "palier_rules"
_BEFORE = "palier_before"
_BESIDE = "palier_beside"
_PHRASES = "palier_phrases"


def on(rank: Rank, *tests: Test) -> Callable[[H], H]:
    """Declare a plain function as the answer to whatever one of `tests` accepts. May be stacked."""

    def declare(handler: H) -> H:
        setattr(handler, _RULES, (*getattr(handler, _RULES, ()), Rule(rank, tests, handler)))
        return handler

    return declare


def before(handler: H) -> H:
    """Declare a plain function that looks at every turn of the robot's before anybody answers it: it says nothing."""
    setattr(handler, _BEFORE, True)
    return handler


def beside(handler: H) -> H:
    """Declare a plain function that looks at every turn the robot answers for itself, once it is answered: it may add a word, never take one away."""
    setattr(handler, _BESIDE, True)
    return handler


def commands(*names: str) -> Test:
    """One of these commands, as the channel lists them."""
    return lambda turn: turn.inbound.kind is Kind.COMMAND and turn.inbound.text.partition(" ")[0].lower() in names


def choices(*ids: str) -> Test:
    """One of these buttons; an id ending in ":" accepts every button that starts with it."""
    whole = frozenset(ids)
    prefixes = tuple(name for name in ids if name.endswith(":"))
    return lambda turn: turn.choice is not None and (turn.choice in whole or turn.choice.startswith(prefixes))


def words(*said: str) -> Test:
    """The whole message is one of these, whatever its capitals, accents and punctuation."""
    accepted = frozenset(plain(text) for text in said)

    def holds(turn: Turn) -> bool:
        return turn.inbound.kind in (Kind.TEXT, Kind.EDITED) and turn.plain in accepted

    setattr(holds, _PHRASES, accepted)
    return holds


def both(test: Test, condition: Test) -> Test:
    """The two of them; what the first waits for word for word stays so."""

    def holds(turn: Turn) -> bool:
        return test(turn) and condition(turn)

    setattr(holds, _PHRASES, getattr(test, _PHRASES, frozenset()))
    return holds


def means(*labels: str) -> Test:
    """Free words that surely mean one of these."""
    wanted = frozenset(labels)
    return lambda turn: turn.choice is None and turn.meaning.sure in wanted


def kinds(*wanted: Kind) -> Test:
    """One of these kinds."""
    accepted = frozenset(wanted)
    return lambda turn: turn.inbound.kind in accepted


def question(*ids: str) -> Test:
    """The question still open is one of these, and this is words or one of its buttons."""
    wanted = frozenset(ids)

    def holds(turn: Turn) -> bool:
        asked = turn.question
        if asked is None or asked.id not in wanted:
            return False
        if turn.choice is not None:
            return turn.choice.startswith(ANSWER) and not turn.past
        return turn.inbound.kind in (Kind.TEXT, Kind.EDITED)

    return holds


def always(turn: Turn) -> bool:
    """Anything."""
    return True


class Router:
    """The handlers of an explicit list of modules, in order of rank."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        declared = [value for module in modules for value in vars(module).values() if callable(value)]
        rules: list[Rule] = [rule for value in declared for rule in getattr(value, _RULES, ())]
        self._rules = sorted(dict.fromkeys(rules), key=lambda rule: rule.rank)
        self._before: list[Handler] = list(dict.fromkeys(value for value in declared if getattr(value, _BEFORE, False)))
        self._beside: list[Handler] = list(dict.fromkeys(value for value in declared if getattr(value, _BESIDE, False)))
        tests = [test for rule in self._rules if rule.rank in (Rank.ALLOWED, Rank.TEXT) for test in rule.tests]
        self._phrases: frozenset[str] = frozenset().union(*(getattr(test, _PHRASES, ()) for test in tests))

    def answer(self, turn: Turn) -> None:
        """Let whoever looks first look, whoever answers answer, then whoever looks at every answer look."""
        for look in () if turn.lane.human else self._before:
            look(turn)
        turn.phrase = turn.inbound.kind in (Kind.TEXT, Kind.EDITED) and turn.plain in self._phrases
        rule = self.find(turn)
        if rule is None:
            return
        rule.handler(turn)
        turn.answered()
        if rule.rank > Rank.ALLOWED:
            for look in self._beside:
                look(turn)

    def find(self, turn: Turn) -> Rule | None:
        """Who answers, or None for silence: a human owns the conversation and nothing on the short list matches."""
        human = turn.lane.human
        for rule in self._rules:
            if human and rule.rank > Rank.ALLOWED:
                return None
            if rule.holds(turn):
                return rule
        return None
