"""Danger as crises.yaml writes it: the cards, what comes after them, and the phrases that show it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from typing_extensions import override

from bot.messages import Choice
from content.reading import Spoken
from content.understanding.normalise import simple
from content.understanding.phrases import Phrase
from content.words import FRENCH

OPEN, STEP, CALL, SMS, DO = "crisis:open:", "crisis:step:", "crisis:call:", "crisis:sms:", "crisis:do:"
NUMBER = "crisis:number"
"""Stands in a step for the call button of whatever crisis it is said in."""
SHARED = ("signature", "ending", "alerted", "closed", "mistaken", "both_doors", "overview")
"""The texts that no one danger owns."""
Phrases = Mapping[str, tuple[Phrase, ...]]
"""Phrases by language."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A button of a card: `id` is internal, `link` dials, `words` say the same by language, and so does an age ("minor", "adult")."""

    id: str
    label: Spoken
    link: str | None
    words: Mapping[str, frozenset[str]]
    age: str | None = None

    def choice(self, language: str) -> Choice:
        return Choice(self.id, self.label.of(language), self.link, "urgent" if self.link else "")

    def named_by(self, said: str, language: str) -> bool:
        """Whether these words (as `normalise.simple` gives them) are this button; French words are understood in every language."""
        return said == simple(self.label.of(language)) or any(said in self.words.get(one, ()) for one in (language, FRENCH))


@dataclass(frozen=True, slots=True)
class Card:
    """What is said at once, its buttons, and the step that asks a question after it."""

    text: Spoken
    offers: tuple[Offer, ...]
    then: str | None
    becomes: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """Another card, for a stated age ("minor", "adult") or for words."""

    age: str | None
    phrases: Phrases
    card: Card


@dataclass(frozen=True, slots=True)
class Step:
    """Something said after the card. `number` where the crisis's own number is put: {number}.

    `counted` is the shelter-call outcome it stands for, `keeps` what its answer settles, `takes` the step that the next free words answer;
    `late`: its words answer a question of the danger even after something else was spoken of.
    """

    id: str
    text: Spoken
    offers: tuple[Offer, ...]
    phrases: Phrases
    then: str | None
    becomes: str | None
    counted: str | None
    keeps: str | None
    takes: str | None
    late: bool = False

    @property
    def asks_age(self) -> bool:
        """Whether its question is how old somebody is."""
        return any(offer.age is not None for offer in self.offers)


@dataclass(frozen=True, slots=True)
class Crisis:
    """One danger. `urgency` 1 tonight, 2 now. `number` is what to call in one word. `watched`: the phone may be read by someone else."""

    id: str
    label: Spoken
    urgency: int
    number: str
    call: Offer
    watched: bool
    under_age: str | None
    card: Card
    variants: tuple[Variant, ...]
    again: Card
    steps: tuple[str, ...]
    phrases: Phrases


@dataclass(frozen=True, slots=True)
class Common:
    """What every card shares. Its last words: `alerted` while somebody can be told, `closed` (with {when}) while nobody reads, else `ending`.

    `mistaken` answers what is not understood; `both_doors` too, as long as the number depends on an age that is not known.
    `unread`: the languages whose texts no speaker has read yet.
    """

    signature: Spoken
    ending: Spoken
    alerted: Spoken
    closed: Spoken
    mistaken: Spoken
    both_doors: Spoken
    overview: Spoken
    figurative: Phrases
    unread: frozenset[str]


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a person in danger may read. `about` is the danger it belongs to, None for what several share.

    `when` is the name of what is shared, "card", an age, "words", "again" or "step"; `step` is the id of a step.
    """

    about: Spoken | None
    when: str
    text: Spoken
    offers: tuple[Offer, ...] = ()
    step: str = ""


class Crises(Mapping[str, Crisis]):
    """Every crisis, the most pressing first; what they share."""

    def __init__(self, crises: Mapping[str, Crisis], steps: Mapping[str, Step], common: Common) -> None:
        self._crises = crises
        self.steps = steps
        self.common = common

    @override
    def __getitem__(self, name: str) -> Crisis:
        return self._crises[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._crises)

    @override
    def __len__(self) -> int:
        return len(self._crises)

    def said(self) -> Iterator[Said]:
        """Everything a person in danger may read, in the order a reader wants it: what is shared, each danger, then what comes after."""
        common = self.common
        yield from (Said(None, name, getattr(common, name)) for name in SHARED)
        for crisis in self._crises.values():
            yield Said(crisis.label, "card", crisis.card.text, crisis.card.offers)
            for variant in crisis.variants:
                yield Said(crisis.label, variant.age or "words", variant.card.text, variant.card.offers)
            yield Said(crisis.label, "again", crisis.again.text, crisis.again.offers)
        for step in self.steps.values():
            yield Said(None, "step", step.text, step.offers, step.id)

    def step_for_minor(self, crisis_id: str) -> str | None:
        """The step of somebody who turns out to be under age in this danger; None where it says the same to everybody."""
        meant = self._crises[crisis_id].under_age
        return next((step.id for step in self.steps.values() if meant is not None and step.becomes == meant), None)

    @cached_property
    def minors(self) -> frozenset[str]:
        """The dangers of a minor: what others become once somebody is known to be under age."""
        cards = (card for crisis in self._crises.values() for card in (crisis.card, *(variant.card for variant in crisis.variants)))
        named = (*(crisis.under_age for crisis in self._crises.values()), *(card.becomes for card in cards))
        return frozenset(name for name in named if name is not None)

    @cached_property
    def fingerprint(self) -> str:
        """Names exactly these texts, in every language, with their buttons: a signature holds for them and for no others."""
        said = [
            [one.about.texts if one.about else {}, one.when, one.text.texts, [[offer.label.texts, offer.link] for offer in one.offers]]
            for one in self.said()
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=dict).encode()).hexdigest()
