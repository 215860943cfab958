"""What each channel does with what it cannot show as it is: by one rule (buttons, then a list, then numbers in the text), and nothing is lost.

A number is a choice's place among all that were offered, links too: « 2 » or « la deuxième » then names the same on every channel.
"""

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.messages import Choice, Inbound, Kind, Outbound, Purpose, parse_reference
from bot.spoken import named
from tests.channels.kit import Kit, Said
from tests.channels.kits import each, having
from tests.clock import TestClock

NUMBERED = re.compile(r"^(\d+)\. (.+?)(?: : (\S+))?$", re.MULTILINE)


def choices(many: int, **links: str) -> tuple[Choice, ...]:
    """« Choix 1 » and so on; `c3="https://…"` makes the third a link."""
    return tuple(Choice(f"our:{nth}", f"Choix {nth}", links.get(f"c{nth}")) for nth in range(1, many + 1))


MENU = (*choices(10), Choice("data", "Mes données", tone="quiet"), Choice("person", "Une personne"))
SENTENCES = "Une phrase de plus, pas très longue. " * 41
ARABIC = "عندك موعد يوم الثلاثاء. \u2067115\u2069"
LINK = "https://www.visale.fr"
CASES: dict[str, tuple[str, tuple[Choice, ...]]] = {
    "three choices": ("Lequel ?", choices(3)),
    "seven choices": ("Lequel ?", choices(7)),
    "twelve choices": ("Lequel ?", choices(12)),
    "twelve, one of them quiet": ("Lequel ?", MENU),
    "eleven, one of them quiet": ("Lequel ?", MENU[1:]),
    "fourteen choices": ("Lequel ?", choices(14)),
    "fourteen with links": ("Lequel ?", choices(14, c2=LINK, c5="tel:115")),
    "1 500 characters": (SENTENCES[:1500], choices(2)),
    "right to left": (ARABIC, (Choice("a", "نعم"), Choice("b", "لا"))),
    "right to left, twelve choices": (ARABIC, tuple(replace(each, label=f"خيار {nth}") for nth, each in enumerate(choices(12), 1))),
}
SHOWN: dict[str, dict[str, str]] = {
    "three choices": {"telegram": "3 buttons", "whatsapp": "3 buttons", "messenger": "3 buttons"},
    "seven choices": {"telegram": "7 buttons", "whatsapp": "list of 7", "messenger": "7 buttons"},
    "twelve choices": {"telegram": "12 buttons", "whatsapp": "12 numbered", "messenger": "12 buttons"},
    "twelve, one of them quiet": {"telegram": "12 buttons", "whatsapp": "12 numbered", "messenger": "12 buttons"},
    "eleven, one of them quiet": {"telegram": "11 buttons", "whatsapp": "list of 10, 1 numbered", "messenger": "11 buttons"},
    "fourteen choices": {"telegram": "14 buttons", "whatsapp": "14 numbered", "messenger": "14 numbered"},
    "fourteen with links": {"telegram": "14 buttons", "whatsapp": "14 numbered", "messenger": "13 buttons, 1 written"},
    "1 500 characters": {"telegram": "2 buttons", "whatsapp": "2 messages, 2 buttons", "messenger": "2 buttons"},
    "right to left": {"telegram": "2 buttons", "whatsapp": "2 buttons", "messenger": "2 buttons"},
    "right to left, twelve choices": {"telegram": "12 buttons", "whatsapp": "12 numbered", "messenger": "12 buttons"},
}


def shown(kit: Kit, outbound: Outbound) -> str:
    """How it is shown, in words."""
    calls = kit.open(TestClock()).render(outbound)
    last: Any = calls[-1].payload
    buttons, numbered = len(kit.seen_in(calls[-1]).buttons), len(NUMBERED.findall(kit.text_of(calls[-1])))
    written = sum(choice.link == LINK for choice in outbound.choices) if not numbered and kit.name != "telegram" else 0
    parts = [
        f"{len(calls)} messages" if len(calls) > 1 else "",
        (f"list of {buttons}" if last.get("interactive", {}).get("type") == "list" else f"{buttons} buttons") if buttons else "",
        f"{numbered} numbered" if numbered else "",
        f"{written} written" if written else "",
    ]
    return ", ".join(filter(None, parts))


def say(kit: Kit, case: str) -> Outbound:
    body, offered = CASES[case]
    return Outbound(kit.address(kit.who(1)), Purpose.REPLY, body, offered, number=12)


@each(having("parts"))
def test_the_table(kit: Kit) -> None:
    assert {case: shown(kit, say(kit, case)) for case in CASES} == {case: how[kit.name] for case, how in SHOWN.items()}


@each(having("parts"))
@pytest.mark.parametrize("case", CASES)
def test_nothing_is_lost_and_every_name_leads_to_its_choice(kit: Kit, case: str) -> None:
    """Each choice stands once: on a button that says its place, or in the text under the number that names it."""
    outbound = say(kit, case)
    calls = kit.open(TestClock()).render(outbound)
    kit.check(calls)
    text = "\n".join(map(kit.text_of, calls))
    found = {int(number) - 1 for number, _label, _link in NUMBERED.findall(text)}
    for number, label, _link in NUMBERED.findall(text):
        assert named(number, [choice.label for choice in outbound.choices]) == int(number) - 1
        assert outbound.choices[int(number) - 1].label == label
    found |= {reference[1] for name in kit.pressed(calls[-1]) if (reference := parse_reference(name))}
    found |= {place for place, choice in enumerate(outbound.choices) if choice.link == LINK}
    assert found == set(range(len(outbound.choices)))
    assert LINK in str([call.payload for call in calls]) or all(choice.link != LINK for choice in outbound.choices)
    assert outbound.body[:20] in text


@each(having("parts"))
def test_what_does_not_break_is_kept_in_a_label(kit: Kit) -> None:
    outbound = Outbound(kit.address(kit.who(1)), Purpose.REPLY, "Lequel ?", (Choice("a", "jeu. 5,\n 14\u00a0h"),), number=12)
    assert list(kit.seen_in(kit.open(TestClock()).render(outbound)[-1]).buttons) == [
        "jeu. 5, 14\u00a0h" if kit.name != "telegram" else "jeu. 5,\n 14\u00a0h"
    ]


@each(having("pictures"))
def test_a_picture_comes_with_its_caption(kit: Kit) -> None:
    """The web chat's own is in webchat/test_files.py."""
    [said] = kit.open(TestClock()).parse(kit.picture(Said(kit.who(1), "1", "c’est la lettre"), "file-1").body)
    assert isinstance(said, Inbound)
    assert (said.kind, said.text, [file.kind for file in said.attachments]) == (Kind.MEDIA, "c’est la lettre", ["photo"])
