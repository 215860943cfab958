"""Reads crises.yaml, and refuses what would fail when it is needed most."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from content.crises import CALL, DO, NUMBER, SHARED, SMS, STEP, Card, Common, Crises, Crisis, Offer, Phrases, Step, Variant
from content.facts import DANGER, Fact, Facts
from content.pages import Translation
from content.reading import Entry, Spoken, read_yaml
from content.understanding.normalise import simple
from content.understanding.phrases import BadPhrase, Grammar, spelling
from content.words import FRENCH, LANGUAGES

LONGEST_LABEL = 20
LONGEST_TEXT = 800
SCREEN = 60
"""What a locked screen shows of a message, in characters."""
ACTS = ("write", "erase")
AGES = ("minor", "adult")


def load_crises(file: Path, facts: Facts) -> Crises:
    """Raises ContentError: file, line, what to write."""
    return _Reader(read_yaml(file), facts).crises()


class _Reader:
    def __init__(self, root: Entry, facts: Facts) -> None:
        self._root = root
        self._facts = facts
        self._labels = dict(root.entries("labels"))
        self._grammars = {
            language: Grammar({name: group.texts(name) for name in group.names}, spelling(language)) for language, group in root.entries("groups")
        }

    def crises(self) -> Crises:
        root = self._root
        steps = {name: self._step(name, entry) for name, entry in root.entries("steps")}
        crises = Crises({name: self._crisis(name, entry) for name, entry in root.entries("crises")}, steps, self._common())
        private = {language: tuple(simple(text) for _line, text in texts) for language, texts in root.lists("private").items()}
        if missing := [language for language in LANGUAGES if language.partition("-")[0] not in private]:
            root.entry("private").wrong(f"write the words that a locked screen never shows in {', '.join(missing)} too")
        _check(root, crises, private)
        root.done()
        return crises

    def _common(self) -> Common:
        said = {name: self._said(self._root, name, longest=LONGEST_TEXT * 2) for name in SHARED}
        return Common(figurative=self._phrases(self._root, "figurative"), unread=self._unread(self._root.entry("translations")), **said)

    def _unread(self, entry: Entry) -> frozenset[str]:
        states = {language: entry.text(language) for language in LANGUAGES if language != FRENCH}
        for language, state in states.items():
            if state not in set(Translation):
                entry.wrong(f"write {language}: one of {', '.join(Translation)}", language)
        entry.done()
        return frozenset(language for language, state in states.items() if state == Translation.MACHINE)

    def _crisis(self, name: str, entry: Entry) -> Crisis:
        number = self._fact(entry, "number")
        card = self._card(entry)
        crisis = Crisis(
            id=name,
            label=self._said(entry, "label", longest=LONGEST_LABEL),
            urgency=entry.number("urgency"),
            number=number.value,
            call=self._call("call", number),
            watched=entry.flag("watched"),
            under_age=entry.optional("under_age"),
            card=card,
            variants=tuple(self._variant(item) for item in entry.items("variants")),
            again=Card(self._said(entry, "again"), self._offers(entry, "again_choices") or card.offers, None),
            steps=entry.texts("steps"),
            phrases=self._phrases(entry, "phrases"),
        )
        if crisis.urgency not in (1, 2):
            entry.wrong("write urgency: 1 (tonight) or 2 (now)", "urgency")
        entry.done()
        return crisis

    def _said(self, entry: Entry, name: str, *, longest: int = LONGEST_TEXT, fill: Callable[[str], str] | None = None) -> Spoken:
        """What is said in danger, in every language of the robot: French is no answer to somebody who does not read it."""
        said = entry.spoken(name, fill or self._fill, longest=longest)
        if missing := [language for language in LANGUAGES if language not in said.texts]:
            entry.entry(name).wrong(f"write {name} in {', '.join(missing)} too")
        return said

    def _fill(self, text: str) -> str:
        if fleeting := [fact.name for fact in self._facts.cited(text) if fact.shown != DANGER]:
            raise ValueError(f"{', '.join(fleeting)} may be withheld one day: here goes only what facts.yaml shows: {DANGER}")
        return self._facts.fill(text)

    def _card(self, entry: Entry) -> Card:
        return Card(self._said(entry, "card"), self._offers(entry, "choices"), entry.optional("then"), entry.optional("becomes"))

    def _variant(self, entry: Entry) -> Variant:
        variant = Variant(self._age(entry), self._phrases(entry, "words"), self._card(entry))
        if variant.age is None and not variant.phrases:
            entry.wrong("write age: or words:, so that it is known when this card goes")
        entry.done()
        return variant

    def _step(self, name: str, entry: Entry) -> Step:
        step = Step(
            id=name,
            text=self._said(entry, "text"),
            offers=self._offers(entry, "choices"),
            phrases=self._phrases(entry, "words"),
            late=entry.flag("late"),
            **{key: entry.optional(key) for key in ("then", "becomes", "counted", "keeps", "takes")},
        )
        entry.done()
        return step

    def _offers(self, entry: Entry, name: str) -> tuple[Offer, ...]:
        return tuple(self._offer(item) for item in entry.items(name))

    def _offer(self, entry: Entry) -> Offer:
        if entry.flag("number"):
            return Offer(NUMBER, Spoken({FRENCH: ""}), None, {})
        for kind in ("call", "sms"):
            if kind in entry:
                return self._call(kind, self._fact(entry, kind))
        label = entry.text("label")
        if label not in self._labels:
            entry.wrong(f"{label} is not one of the labels: write it there first", "label")
        said = self._labels[label]
        words = {language: frozenset(simple(text) for _line, text in texts) for language, texts in said.lists("words").items()}
        if "do" in entry and entry.text("do") not in ACTS:
            entry.wrong(f"write do: {' or '.join(ACTS)}", "do")
        target = f"{DO}{entry.text('do')}" if "do" in entry else f"{STEP}{entry.text('to')}:{label}"
        age = self._age(entry)
        entry.done()
        return Offer(target, self._said(said, "says", longest=LONGEST_LABEL), None, words, age)

    def _age(self, entry: Entry) -> str | None:
        age = entry.optional("age")
        if age not in (None, *AGES):
            entry.wrong(f"write age: {' or '.join(AGES)}", "age")
        return age

    def _call(self, kind: str, fact: Fact) -> Offer:
        label = self._said(self._labels[kind], "says", longest=LONGEST_LABEL, fill=lambda text: text.replace("{number}", fact.value))
        prefix, scheme = (CALL, "tel") if kind == "call" else (SMS, "sms")
        return Offer(f"{prefix}{fact.name}", label, f"{scheme}:{fact.digits}", {})

    def _fact(self, entry: Entry, name: str) -> Fact:
        wanted = entry.text(name)
        if wanted not in self._facts or self._facts[wanted].shown != DANGER:
            entry.wrong(f"{wanted} is not in facts.yaml: write it there with its source, and shown: {DANGER}", name)
        return self._facts[wanted]

    def _phrases(self, entry: Entry, name: str) -> Phrases:
        found = {}
        for language, texts in entry.lists(name).items():
            grammar = self._grammars.get(language) or Grammar({}, spelling(language))
            phrases = []
            for line, text in texts:
                try:
                    phrases.append(grammar.phrase(text))
                except BadPhrase as error:
                    entry.wrong(str(error), line=line)
            found[language] = tuple(phrases)
        return found


def _check(root: Entry, crises: Crises, private: Mapping[str, tuple[str, ...]]) -> None:
    """Every name leads somewhere, every card is signed by code, and a watched phone shows nothing first."""
    for name, crisis in crises.items():
        entry = root.entry("crises").entry(name)
        for step in (*crisis.steps, *_targets(crisis)):
            if step not in crises.steps:
                entry.wrong(f"{step} is not one of the steps: write it, or correct its spelling")
        for other in (crisis.under_age, *(variant.card.becomes for variant in crisis.variants)):
            if other is not None and other not in crises:
                entry.wrong(f"{other} is not one of the crises", "under_age")
        if crisis.watched:
            for said in _said_in(crises, crisis):
                _check_first_words(entry, said, private)
    for name, one in crises.steps.items():
        lost = [target for target in (*_of(one.offers), one.then, one.takes) if target is not None and target not in crises.steps]
        if lost or (one.becomes is not None and one.becomes not in crises):
            root.entry("steps").entry(name).wrong(f"{name} leads to {', '.join(lost) or one.becomes}, which is not written")


def _check_first_words(entry: Entry, said: Spoken, private: Mapping[str, tuple[str, ...]]) -> None:
    for language, text in said.texts.items():
        shown = f" {simple(text[:SCREEN])} "
        for word in private[language.partition("-")[0]]:
            if f" {word}" in shown:
                entry.wrong(f"« {text[:SCREEN]} » shows « {word} » on a locked screen: begin with {SCREEN} neutral characters")


def _of(offers: tuple[Offer, ...]) -> Iterator[str]:
    for offer in offers:
        if offer.id.startswith(STEP):
            yield offer.id.removeprefix(STEP).partition(":")[0]


def _targets(crisis: Crisis) -> Iterator[str]:
    for card in (crisis.card, crisis.again, *(variant.card for variant in crisis.variants)):
        yield from _of(card.offers)
        if card.then is not None:
            yield card.then


def _said_in(crises: Crises, crisis: Crisis) -> Iterator[Spoken]:
    """Everything this crisis may say: its cards, then every step they lead to."""
    yield from (crisis.card.text, crisis.again.text, *(variant.card.text for variant in crisis.variants))
    waiting, seen = [*crisis.steps, *_targets(crisis)], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        step = crises.steps[name]
        yield step.text
        waiting += [*_of(step.offers), *(name for name in (step.then, step.takes) if name)]
