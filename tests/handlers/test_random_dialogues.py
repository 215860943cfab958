"""Any dialogue, in any language: no dead end, nothing left in French, nothing over the channel's limits, no he or she, and always the numbers."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
import yaml
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot import wiring
from bot.channels.telegram.rendering import LIMITS
from bot.messages import Call, Kind, Outbound, Purpose
from bot.routing import EMERGENCY
from bot.rules.splitting import utf16_size
from content.library import load_library
from content.voice import GENDERED, HALF, NEVER, plainly
from content.words import ARABIC, LANGUAGES, words_of
from handlers import speaking
from handlers.forgetting import WIPED
from handlers.meant import NAMES, OWN_BUTTONS, UNNAMED
from handlers.privacy import STOPPED
from handlers.resuming import RESUME
from storage.engine import open_storage
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.content.said import ROOT
from tests.databases import SqliteTemplate
from tests.handlers.crowd import SILENT, Act, Crowd, Exchange, Sheet
from tests.handlers.reader import reader
from tests.handlers.receiving import OWN, receiving
from tests.handlers.spoken import Spoken
from tests.talk import Road

LIBRARY = load_library()
DANGER = wiring.detector(LIBRARY)
TOGETHER = 20
DIALOGUES, SOAK = 1_000, 10_000
BOOKED, BOOKED_LONG = 300, 3_000
LONGEST_LABEL = 24
DANGERS = [
    text
    for texts in yaml.safe_load((ROOT / "tests/content/understanding/danger_sentences.yaml").read_text(encoding="utf-8")).values()
    for text in texts
]
SAID = [
    *("slt", "bonjour", "hello", "مرحبا", "c koi visale", "je peux pas payer mon loyer", "jai un retard de loyer", "je cherche un appart", "caution"),
    *(
        "menu",
        "القائمة",
        "urgence",
        "emergency",
        "الطوارئ",
        "une personne",
        "a person",
        "شخص من الفريق",
        "reprendre le robot",
        "oui",
        "non",
        "yes",
        "لا",
    ),
    *(
        "نعم",
        "la 2",
        "2",
        "le dernier",
        "ok",
        "merci",
        "thanks",
        "شكرا",
        "au revoir",
        "bye",
        "t'es un robot ?",
        "are you human?",
        "bot de merde",
        "ftg",
    ),
    *("tu parles arabe ?", "english please", "plus simple stp", "comme avant", "en français", "العربية", "langue", "je comprends rien", "anglais"),
    *(
        "c'est pour mon fils il cherche un logement",
        "il est suivi chez vous ?",
        "c'est pour moi",
        "je suis éducatrice, j'accompagne un jeune",
        "jai 15 ans",
    ),
    *(
        "j'ai 45 ans c koi visale",
        "I'm 14",
        "عمري 45 سنة",
        "can you help me with the rent",
        "أريد أن أعرف كيف أطلب السكن",
        "how do i get a flat in lens",
    ),
    *(
        "STOP",
        "START",
        "unsubscribe",
        "توقف",
        "mes données",
        "my data",
        "efface tout",
        "efface cette conversation",
        "qui l'a lu",
        "gzgz",
        "blrp",
        "🏠",
        "🙋",
        "🙃",
    ),
    *(
        "le truc la pr le machin",
        "sa decroche pa",
        "le 115 ma di non",
        "they said no",
        "قالوا لا",
        "jai pu de baterie",
        "fo ke jlui parle ?",
        "nan jrigole",
    ),
    *(
        "/start",
        "/start aide-visale",
        "/start zzz",
        "/menu",
        "/urgence",
        "/personne",
        "/donnees",
        "/langue",
        "/stop",
        "/nimporte",
        "\u200b",
        "x" * 5000,
    ),
]
MEANT = {
    **{f"je parle de {label}": f"sure {label} | aide-visale orientation" for label in (*NAMES, *OWN_BUTTONS, *UNNAMED)},
    "une page et deux autres": "sure bail-preavis | aide-visale chercher-dossier",
    "une page et un acte": "sure aide-apl | book-appointment outside-job + bail-signer",
    "une page qui n'est pas ici": "sure page-of-another-service",
    "un acte et une page": "sure orientation + aide-visale",
    "une personne et une page": "sure talk-to-human + aide-visale",
    "mes données et une page": "sure my-data + aide-visale",
    "peut-être trois pages": "unsure bail-reparations bail-depot-garantie-retour bail-conge-proprietaire",
    "peut-être trois actes": "unsure move-appointment stop for-someone-else",
    "peut-être ça ou ça": "unsure outside-papers my-data impayes-loyer + bail-preavis",
    "peut-être merci": "unsure thanks menu talk-to-human",
    "una página": "sure aide-visale @ es",
    "no sé qué": "none @ es",
    "щось інше": "unsure aide-apl heberge-siao orientation @ uk",
}
"""Texts that mean what is said of them here (tests/handlers/reader.py): every act, courtesy and matter of others; sure, unsure, two needs."""
TIMES = [
    *("jeudi", "mardi aprem", "14h", "le 2e", "la premiere", "le dernier", "plus tard", "plus tot", "dimanche", "nimporte", "le soir", "demain"),
    *(
        "thursday",
        "tuesday morning",
        "next week",
        "الخميس",
        "غدا",
        "oignies",
        "carvin",
        "lens",
        "yanis",
        "06 11 22 33 44",
        "passer",
        "skip",
        "autre jour",
    ),
    *(
        "oui",
        "non",
        "ok",
        "laisse tomber",
        "je parle de move-appointment",
        "je parle de book-appointment",
        "aide",
        "un autre",
        "pas jeudi",
        "ca me va",
    ),
]
"""What is said of a time, a place, a name and a number."""
ACTS: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.just("says"), st.sampled_from(SAID)),
    st.tuples(st.just("says"), st.sampled_from(list(MEANT))),
    st.tuples(st.just("taps"), st.integers(0, 30)),
    st.tuples(st.just("taps"), st.integers(0, 12)),
    st.tuples(st.just("says"), st.sampled_from(DANGERS)),
    st.tuples(st.just("says"), st.text(max_size=40)),
    st.tuples(st.just("sends"), st.sampled_from(["voice", "photo", "document", "sticker"])),
    st.tuples(st.just("does"), st.sampled_from([Kind.LOCATION, Kind.OTHER, Kind.DELETED, Kind.CHANGED, Kind.STOPPED])),
    st.tuples(st.just("human"), st.none()),
)
BOOKING: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.just("taps"), st.integers(0, 4)),
    st.tuples(st.just("says"), st.sampled_from(TIMES)),
    ACTS,
)
"""What is done in the middle of booking: mostly one of the buttons just shown."""
WANTS: Act = ("says", "je parle de book-appointment")
TO_THE_END: st.SearchStrategy[list[Act]] = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)).map(
    lambda taps: [WANTS, *(("taps", place) for place in taps), ("taps", 0), ("says", "yanis"), ("says", "06 11 22 33 44")]
)
"""What for, where, which time, a yes, a first name, a number."""
BEGUN: st.SearchStrategy[list[Act]] = st.one_of(
    st.lists(BOOKING, min_size=4, max_size=8).map(lambda rest: [WANTS, *rest]),
    st.builds(lambda whole, nth, acts: [*whole[:nth], *acts, *whole[nth:]], TO_THE_END, st.integers(1, 7), st.lists(BOOKING, min_size=1, max_size=4)),
)
"""Booking, with something else in the middle of it, or after."""
DIALOGUE = st.tuples(st.sampled_from(LANGUAGES), st.lists(ACTS, min_size=2, max_size=8))
TOGETHERS = st.lists(DIALOGUE, min_size=TOGETHER, max_size=TOGETHER)
BOOKINGS = st.lists(st.tuples(st.sampled_from(LANGUAGES), BEGUN), min_size=TOGETHER, max_size=TOGETHER)


@dataclass
class World:
    """One database and one road for every example, on a loop of their own."""

    runner: asyncio.Runner
    crowd: Crowd
    sheet: Sheet

    def live(self, dialogues: list[tuple[str, list[Act]]]) -> list[Exchange]:
        return self.runner.run(self.crowd.live(dialogues))


@pytest.fixture(scope="module")
def world(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    clock, sheet = TestClock(), Sheet()
    with asyncio.Runner() as runner:
        storage = runner.run(open_storage(settings_for(sqlite_template.create(tmp_path_factory.mktemp("crowd"))), clock))
        runner.run(receiving(storage))
        understand = reader(MEANT, wiring.understand(LIBRARY))
        yield World(runner, Crowd(Road(storage, clock, LIBRARY, sheet, understand=understand), sheet), sheet)
        runner.run(storage.close())


@cache
def spoken(language: str) -> Spoken:
    return Spoken(LIBRARY, language, OWN)


def plan(dialogues: int, *, same: bool) -> settings:
    """`same`: the same stories each time, so that a change is what a failure tells of; others each time in the long run, which is given the time to
    make a failure small."""
    return settings(
        max_examples=dialogues // TOGETHER,
        derandomize=same,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate) if same else (Phase.explicit, Phase.generate, Phase.shrink),
    )


@given(TOGETHERS)
@example([(language, [("says", "je parle de impayes-loyer"), ("taps", place)]) for language in LANGUAGES for place in range(8)])
@plan(DIALOGUES, same=True)
def test_a_thousand_dialogues(world: World, dialogues: list[tuple[str, list[Act]]]) -> None:
    check(world, dialogues)


@given(BOOKINGS)
@plan(BOOKED, same=True)
def test_three_hundred_bookings(world: World, dialogues: list[tuple[str, list[Act]]]) -> None:
    check(world, dialogues)


@pytest.mark.soak
@given(BOOKINGS)
@plan(BOOKED_LONG, same=False)
def test_three_thousand_bookings(world: World, dialogues: list[tuple[str, list[Act]]]) -> None:
    check(world, dialogues)


@pytest.mark.soak
@given(TOGETHERS)
@plan(SOAK, same=False)
def test_ten_thousand_dialogues(world: World, dialogues: list[tuple[str, list[Act]]]) -> None:
    check(world, dialogues)


def check(world: World, dialogues: list[tuple[str, list[Act]]]) -> None:
    """All that must hold of every exchange of these dialogues."""
    world.sheet.calls.clear()
    for exchange in world.live(dialogues):
        leads_on(exchange)
        carries_the_numbers(exchange)
        for said in exchange.said:
            if said.purpose is not Purpose.HUMAN:
                is_translated(said)
                speaks_to_anyone(said)
    for said, calls in world.sheet.calls:
        fits(said, calls)


def leads_on(exchange: Exchange) -> None:
    """The robot answers, and its answer offers something to press, or a number to call. A screen just wiped keeps a bare word and the numbers."""
    if exchange.human or exchange.inbound.kind in (*SILENT, Kind.MEDIA):
        return
    if exchange.human_wrote and not exchange.said:
        assert DANGER(exchange.inbound.text) or exchange.inbound.choice, "a colleague who has just written has two minutes to answer a danger"
        return
    assert exchange.said, f"silence after {exchange.inbound}"
    wiped = words_of(exchange.said[-1].language).say(WIPED)
    offered = any(said.choices or said.body.startswith(wiped) for said in exchange.said)
    assert offered or any(said.purpose is Purpose.CRISIS and re.search(r"\d", said.body) for said in exchange.said), exchange


def carries_the_numbers(exchange: Exchange) -> None:
    """An answer that may be the last one read has the line; a question back, and what is said in danger, have not."""
    said = [one for one in exchange.said if one.purpose is not Purpose.HUMAN]
    if not said or any(one.purpose is Purpose.CRISIS for one in said):
        return
    has_line = any(words_of(one.language).say(EMERGENCY) in one.body for one in said)
    asks = any(re.search("[?؟]", one.body.split("\n\n")[-1]) for one in said)
    assert has_line or asks or exchange.human, exchange


def is_translated(said: Outbound) -> None:
    known = spoken(said.language)
    assert not known.unknown(said.body), (said.language, known.unknown(said.body))
    assert not [choice.label for choice in said.choices if known.unknown_label(choice.label)], (said.language, said.choices)


def speaks_to_anyone(said: Outbound) -> None:
    """Neither he nor she."""
    if said.language == ARABIC:
        assert not GENDERED.search(said.body), GENDERED.search(said.body)
    if speaking.is_french(said.language):
        assert not re.search(NEVER["he or she said of « tu »"].pattern, plainly(said.body)), said.body
        assert not HALF.search(said.body), said.body


def fits(said: Outbound, calls: list[Call]) -> None:
    """What Telegram takes, counted as it counts."""
    assert calls
    assert all(len(choice.label) <= LONGEST_LABEL for choice in said.choices), said.choices
    for call in calls:
        assert 0 < utf16_size(str(call.payload["text"])) <= LIMITS.text
        for row in _rows(call):
            for button in row:
                assert 0 < utf16_size(button["text"]) <= LIMITS.label
                assert len(button.get("callback_data", "").encode()) <= 64


def _rows(call: Call) -> list[list[dict[str, str]]]:
    markup = call.payload.get("reply_markup")
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else []
    return rows if isinstance(rows, list) else []


def test_what_is_not_translated_is_seen() -> None:
    """The checks themselves: they would fail where they should."""
    for language in LANGUAGES:
        assert spoken(language).unknown("Une phrase que personne n'a écrite nulle part.")
        assert spoken(language).unknown_label("Un bouton inconnu")
        assert not spoken(language).unknown(words_of(language).say(EMERGENCY))
    assert spoken("ar").unknown(words_of("fr").say(STOPPED)), "French alone is no Arabic"
    assert spoken("en").unknown(words_of("ar").say(STOPPED))
    assert spoken("en").unknown(words_of("en").say(RESUME, question=words_of("fr").say(STOPPED)))
    assert not spoken("en").unknown(words_of("en").say(RESUME, question=words_of("en").say(STOPPED)))
    assert not spoken("ar").unknown(LIBRARY.pages["aide-visale"].body), "the French of a page stands beside by design"
