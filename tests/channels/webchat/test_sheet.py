"""Which lines begin a day, name their author, and still offer their buttons."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.channels.webchat.sheet import Questions, Sheet, buttons
from bot.messages import Attachment, Choice
from content.words import Words

EVENING = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)
ASK = (Choice("a", "Oui"), Choice("b", "Non"))
LINK = (Choice("l", "Le site", link="https://www.visale.fr"),)


@dataclass(frozen=True)
class Said:
    """A line, as storage gives it."""

    number: int
    author: str = "bot"
    text: str = "…"
    choices: tuple[Choice, ...] = ()
    chosen: str | None = None
    name: str | None = None
    card: str = ""
    attachments: tuple[Attachment, ...] = ()
    language: str = "fr"
    at: datetime = EVENING


def still_open(*lines: Said) -> set[int]:
    questions = Questions()
    for line in lines:
        questions.see(line)
    return questions.open


ME = Said(9, "person")

CASES: list[tuple[str, list[Said], set[int]]] = [
    ("a question waits", [Said(1, choices=ASK)], {1}),
    ("links are no question", [Said(1, choices=LINK)], set()),
    ("an answer in words leaves the buttons until something else is asked", [Said(1, choices=ASK), ME], {1}),
    ("a press closes its question", [Said(1, choices=ASK), Said(2, "person", chosen="1.0")], set()),
    ("two questions of one breath", [Said(1, choices=ASK), Said(2, choices=ASK)], {1, 2}),
    ("a press closes only its own", [Said(1, choices=ASK), Said(2, choices=ASK), Said(3, "person", chosen="2.1")], {1}),
    ("a new question closes the old ones", [Said(1, choices=ASK), ME, Said(3, choices=ASK)], {3}),
    ("a plain answer closes nothing", [Said(1, choices=ASK), ME, Said(3)], {1}),
    ("a human in between closes nothing", [Said(1, choices=ASK), Said(2, "caseworker", name="Samira")], {1}),
]


@pytest.mark.parametrize(("lines", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_which_questions_are_open(lines: list[Said], expected: set[int]) -> None:
    assert still_open(*lines) == expected


def sheet() -> Sheet:
    return Sheet(Words("fr"), ZoneInfo("Europe/Paris"), date(2026, 3, 3))


def test_days_and_authors_are_named_once() -> None:
    page = sheet()
    lines = [
        Said(1, "person"),
        Said(2),
        Said(3),
        Said(4, at=EVENING + timedelta(hours=1)),
        Said(5, "caseworker", name="Samira", at=EVENING + timedelta(hours=1)),
        Said(6, "caseworker", name="Théo", at=EVENING + timedelta(hours=1)),
    ]
    shown = [one for line in lines if (one := page.add(line))]
    assert [one.day for one in shown] == ["", "", "", "mercredi 4 mars", "", ""]
    assert [one.by for one in shown] == [False, True, False, True, True, True]
    assert [one.hour for one in shown][:4] == ["23\u00a0h\u00a030"] * 3 + ["0\u00a0h\u00a030"]
    assert [one.initials for one in shown][-2:] == ["SA", "TH"]


def test_commands_and_openings_are_shown_in_words() -> None:
    page = sheet()
    assert page.add(Said(1, "person", text="", card="started")) is None
    menu, other, file = (
        page.add(line)
        for line in (
            Said(2, "person", text="/urgence"),
            Said(3, "person", text="/autre"),
            Said(4, "person", text="", attachments=(Attachment("photo", "x"),)),
        )
    )
    assert [one.text for one in (menu, other, file) if one] == ["Urgence", "/autre", "Fichier envoyé"]


def test_an_event_is_no_bubble() -> None:
    shown = sheet().add(Said(1, card="event", text="Samira te répond maintenant."))
    assert shown is not None
    assert shown.side == "event"


@pytest.mark.parametrize(
    ("labels", "shape"),
    [(["Oui", "Non"], "side"), (["Une réponse assez longue", "Non"], ""), (["Un", "Deux", "Trois", "Quatre"], "pairs"), (["Seul"], ""), ([], "")],
)
def test_buttons_take_the_shape_their_labels_allow(labels: list[str], shape: str) -> None:
    assert buttons(1, [Choice("x", label) for label in labels]).shape == shape


def test_buttons_are_sorted_by_what_they_are() -> None:
    choices = (Choice("a", "Appeler le 115", link="tel:115"), Choice("b", "Pas de place"), Choice("c", "Le site", link="https://a.fr"))
    found = buttons(7, choices)
    assert [one.number for one in found.calls] == ["115"]
    assert [one.value for one in found.asks] == ["7.1"]
    assert [one.link for one in found.links] == ["https://a.fr"]


@pytest.mark.parametrize(
    ("body", "language", "first"),
    [
        ("Moins de 18 ans : 119. 18 ans ou plus : 115. En danger tout de suite : 17.", "fr", "119"),
        ("أقل من 18 سنة: \u2066119\u2069. 18 سنة أو أكثر: \u2066115\u2069. مجانًا، ليلًا ونهارًا.", "ar", "119"),
        ("Appelle le 3114. C'est gratuit, jour et nuit, et quelqu'un t'écoute.", "fr", "3114"),
        ("J’ai bien lu ton message. Voici quoi faire. Appelle.", "fr", "115"),
    ],
)
def test_the_large_button_of_a_card_calls_the_number_above_it(body: str, language: str, first: str) -> None:
    calls = tuple(Choice(f"call:{number}", f"Appeler le {number}", link=f"tel:{number}") for number in ("115", "119", "3114"))
    shown = Sheet(Words(language), ZoneInfo("Europe/Paris"), date(2026, 3, 3)).add(
        Said(1, text=body, choices=calls, card="crisis", language=language)
    )
    assert shown is not None
    assert shown.buttons.calls[0].number == first
    assert sorted(button.number for button in shown.buttons.calls) == ["115", "119", "3114"]
