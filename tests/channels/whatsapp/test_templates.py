"""What was agreed with WhatsApp: the files, how they are said, submitted and compared."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.whatsapp import agreeing
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.rendering import render
from bot.channels.whatsapp.settings import WhatsAppSettings
from bot.channels.whatsapp.templates import LANGUAGES, Agreed, State, catalogue, known_as, state_of, submitted
from bot.errors import ContentError, Misconfigured, OutsideWindow, SettingsError
from bot.messages import APPROVED, Address, Choice, Ignored, Outbound, Purpose, Standing, Template
from bot.standing import ASKED_EVERY, follow
from storage import standings
from storage.engine import Storage
from tests.channels.whatsapp.conftest import settings
from tests.clock import TestClock
from tests.doubles.whatsapp import PHONE_ID, WABA_ID, WhatsAppDouble, rules

SAMIRA = Address("whatsapp", "100000000000001", "FR.1")
CHOICES = (Choice("appointment:come:x:1", "Je viens"), Choice("appointment:move:x:1", "Déplacer"), Choice("appointment:drop:x:1", "Je ne peux pas"))
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
EVERY = [(agreed, language) for agreed in catalogue().values() for language in LANGUAGES]


def reminder(*values: str, language: str = "fr") -> Outbound:
    return Outbound(SAMIRA, Purpose.REMINDER, "…", CHOICES, template=Template("rdv_rappel", values, language, (0, 1, 2)), language=language, number=9)


@pytest.mark.parametrize(("agreed", "language"), EVERY, ids=lambda each: each if isinstance(each, str) else each.name)
def test_each_can_be_said_in_each_language(agreed: Agreed, language: str) -> None:
    template = Template(agreed.name, agreed.wordings[language].sample, language, tuple(range(len(agreed.buttons))))
    choices = tuple(Choice(f"our:{name}", name) for name in agreed.buttons)
    [call] = render(Outbound(SAMIRA, Purpose.REMINDER, "…", choices, template=template, language=language, number=9))
    rules.check_message(call.payload)
    shown: Any = call.payload["template"]
    pressed = [part["parameters"][0]["payload"] for part in shown["components"] if part["type"] == "button"]
    assert pressed == [f"9.{nth}" for nth in range(len(agreed.buttons))]


def test_a_reminder_never_reads_as_cancelled_and_says_no_more_than_it_must() -> None:
    for wording in catalogue()["rdv_rappel"].wordings.values():
        assert "annul" not in wording.text[:40].lower()
        assert "cancel" not in wording.text[:40].lower()
    assert catalogue()["rdv_rappel"].variables == ("when", "where")


def test_values_that_meta_would_refuse_are_made_to_fit() -> None:
    [call] = render(reminder("jeudi\n10 h 30", "  \t"))
    rules.check_message(call.payload)
    shown: Any = call.payload["template"]
    assert [value["text"] for value in shown["components"][0]["parameters"]] == ["jeudi 10 h 30", "…"]


@pytest.mark.parametrize(("spoken", "said"), [("fr", "fr"), ("en", "en"), ("ar", "ar"), ("uk", "fr")])
def test_a_language_without_wording_gets_french(spoken: str, said: str) -> None:
    [call] = render(reminder("a", "b", language=spoken))
    shown: Any = call.payload["template"]
    assert shown["language"] == {"code": said}


def test_easy_french_has_a_name_of_its_own_for_meta_knows_one_french() -> None:
    [call] = render(reminder("a", "b", language="fr-facile"))
    shown: Any = call.payload["template"]
    assert (shown["name"], shown["language"]) == ("rdv_rappel_facile", {"code": "fr"})
    asked = submitted(catalogue()["rdv_rappel"], "fr-facile")
    assert (asked["name"], asked["language"]) == ("rdv_rappel_facile", "fr")
    theirs = [{**submitted(catalogue()["rdv_rappel"], "fr"), "id": "1", "status": "APPROVED"}, {**asked, "id": "2", "status": "PENDING"}]
    assert [state_of(catalogue()["rdv_rappel"], each, theirs) for each in ("fr", "fr-facile")] == [(State.APPROVED, "1"), (State.PENDING, "2")]


async def test_outside_the_window_only_what_was_agreed_arrives(double: WhatsAppDouble, wired: WhatsAppChannel) -> None:
    double.outside.add("FR.1")
    [free] = wired.render(Outbound(SAMIRA, Purpose.REMINDER, "Bonjour.", number=8))
    with pytest.raises(OutsideWindow):
        await wired.send(SAMIRA, free)
    await agreeing.push(settings(double.base))
    for template in double.templates.values():
        template["status"] = "APPROVED"
    [agreed] = wired.render(reminder("jeudi 26 novembre, 10 h 30", "1 place du Marché"))
    assert await wired.send(SAMIRA, agreed)


async def test_push_then_status(double: WhatsAppDouble) -> None:
    given = settings(double.base)
    told = await agreeing.status(given, NOW)
    assert (len(told.lines), told.whole) == (len(EVERY), False)
    assert all("missing" in line for line in told.lines)
    _said, whole = await agreeing.push(given)
    assert whole
    assert {(each["name"], each["language"]) for each in double.templates.values()} == {known_as(agreed.name, language) for agreed, language in EVERY}
    for template in double.templates.values():
        template["status"] = "APPROVED"
    told = await agreeing.status(given, NOW)
    assert (told.lines, told.whole) == ([f"{agreed.name} {language}: approved" for agreed, language in EVERY], True)
    before = len(double.calls)
    await agreeing.push(given)
    assert all(call.method == "GET" for call in double.calls[before:]), "what is agreed is not submitted again"


async def test_a_text_that_changed_is_submitted_again(double: WhatsAppDouble) -> None:
    given = settings(double.base)
    await agreeing.push(given)
    theirs = double.templates["rdv_rappel/fr"]
    theirs["components"][0]["text"] = "Un ancien texte : {{1}}, {{2}}."
    told = await agreeing.status(given, NOW)
    assert any(line.startswith("rdv_rappel fr: different") for line in told.lines)
    assert told.standing is not None
    assert told.standing.templates["rdv_rappel/fr"] == "different", "what is agreed there says something else: it is not used"
    await agreeing.push(given)
    assert double.templates["rdv_rappel/fr"]["components"] == submitted(catalogue()["rdv_rappel"], "fr")["components"]


async def test_what_meta_refuses_is_said(double: WhatsAppDouble) -> None:
    double.fault("message_templates", code=100, status=400, skip=1)
    said, whole = await agreeing.push(settings(double.base))
    assert not whole
    assert "refused by Meta (whatsapp_100)" in said[0]
    double.fault("message_templates", code=190, status=401)
    with pytest.raises(Misconfigured):
        await agreeing.status(settings(double.base), NOW)


async def test_without_the_account_it_says_which_setting(double: WhatsAppDouble) -> None:
    for given in (WhatsAppSettings(), settings(double.base).model_copy(update={"waba_id": None})):
        with pytest.raises(SettingsError, match="PALIER_WHATSAPP_"):
            await agreeing.status(given, NOW)


@pytest.mark.parametrize("status", ["APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED", "IN_APPEAL"])
def test_every_state_of_metas_is_known(status: str) -> None:
    agreed = catalogue()["rdv_rappel"]
    state, name = state_of(agreed, "fr", [{**submitted(agreed, "fr"), "status": status, "id": "3"}])
    assert (state, name) == (State(status.lower()) if status != "IN_APPEAL" else State.PENDING, "3")


WRONG = {
    "a text that ends with a place": "Ton rendez-vous : {{1}}",
    "places out of order": "Le {{2}} à {{1}}, voilà.",
    "a place that is not named": "Le {{1}} à {{2}} et {{3}}, voilà.",
    "nothing": "",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_meta_would_refuse_is_refused_before(tmp_path: Path, name: str) -> None:
    file = tmp_path / "rdv.yaml"
    words = f'{{text: "{WRONG[name]}", sample: ["a"], buttons: []}}'
    file.write_text("\n".join(["category: UTILITY", "variables: [when]", *(f"{language}: {words}" for language in LANGUAGES)]), encoding="utf-8")
    with pytest.raises(ContentError, match=r"rdv\.yaml"):
        catalogue(tmp_path)


@pytest.mark.parametrize(("rating", "good"), [("GREEN", True), ("YELLOW", False), ("RED", False), ("UNKNOWN", True)])
async def test_the_quality_of_the_number_is_told(double: WhatsAppDouble, rating: str, good: bool) -> None:
    double.number |= {"quality_rating": rating, "messaging_limit_tier": "TIER_250"}
    said, fine = await agreeing.number(settings(double.base))
    assert fine is good
    assert said == f"quality {rating.lower()}, tier 250 to people outside the window"


@pytest.mark.parametrize(
    ("tier", "people"),
    [("TIER_50", 50), ("TIER_250", 250), ("TIER_2K", 2000), ("TIER_100K", 100_000), ("TIER_UNLIMITED", None), (None, 250), ("TIER_NEW", 250)],
)
def test_how_many_people_may_be_written_to_is_read_of_the_tier(tier: str | None, people: int | None) -> None:
    assert agreeing.people_of(tier) == people


async def test_a_number_without_its_account_knows_no_template(double: WhatsAppDouble, clock: TestClock) -> None:
    given = settings(double.base).model_copy(update={"waba_id": None})
    channel = WhatsAppChannel(given, clock, "https://logement.example.org")
    standing = await channel.standing()
    await channel.close()
    assert set(standing.templates.values()) == {"missing"}


async def test_how_we_stand_is_asked_at_once_and_when_meta_says_that_it_changed(
    double: WhatsAppDouble, wired: WhatsAppChannel, clock: TestClock, storage: Storage
) -> None:
    await agreeing.push(settings(double.base))
    double.number |= {"quality_rating": "YELLOW", "messaging_limit_tier": "TIER_1K"}
    change = {"field": "message_template_status_update", "value": {"event": "APPROVED", "message_template_name": "rdv_rappel"}}
    call = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": WABA_ID, "changes": [change]}]}).encode()
    async with followed(storage, clock, wired) as until:
        first = await until(lambda known: True)
        assert (first.channel, first.account, first.quality, first.people) == ("whatsapp", PHONE_ID, "yellow", 1000)
        assert await storage.read(standings.approved, "whatsapp", PHONE_ID) == frozenset()
        double.templates["rdv_rappel/fr"]["status"] = "APPROVED"
        assert wired.parse(call) == [Ignored("message_template_status_update")]
        await until(lambda known: known.templates["rdv_rappel/fr"] == APPROVED)
        assert await storage.read(standings.approved, "whatsapp", PHONE_ID) == {"rdv_rappel/fr"}


async def test_meta_away_is_no_reason_to_stop_asking(double: WhatsAppDouble, wired: WhatsAppChannel, clock: TestClock, storage: Storage) -> None:
    fault = double.fault(PHONE_ID, code=2, status=503, times=1)
    async with followed(storage, clock, wired) as until:
        while await storage.read(standings.of, "whatsapp", PHONE_ID) is None:
            clock.turn(ASKED_EVERY * fault.struck)
        await until(lambda known: True)


Until = Callable[[Callable[[Standing], bool]], Awaitable[Standing]]


@asynccontextmanager
async def followed(storage: Storage, clock: TestClock, channel: WhatsAppChannel) -> AsyncIterator[Until]:
    """The channel's standing is asked and kept beside the block, which may wait until what is known is as it wants."""

    async def until(wanted: Callable[[Standing], bool]) -> Standing:
        async with asyncio.timeout(10):
            while True:
                known = await storage.read(standings.of, channel.name, channel.account)
                if known is not None and wanted(known):
                    return known

    following = asyncio.create_task(follow(storage, clock, channel))
    try:
        yield until
    finally:
        following.cancel()
