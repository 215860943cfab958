"""What becomes of an answer is said before it is written, in plain words, without a script."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.lawful import said
from backend.show import Show
from bot.channels.base import Channel
from bot.deciding import Law
from bot.knocking import NAME
from bot.messages import Standing
from storage import lanes, standings
from storage.engine import Storage, Work
from tests.bot.strict import LIMITS, PARIS
from tests.clock import TestClock
from tests.doubles.channel import FakeChannel

SHOW = Show(ZoneInfo("Europe/Paris"), {})
NOW = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


CASES = [
    ("telegram", 100.0, "approved", ""),
    ("whatsapp", 3.0, "approved", "Votre réponse partira telle quelle, si elle part avant demain 7 h 30."),
    ("messenger", 30.0, "approved", "Pas de message de sa part depuis un jour : Messenger laisse encore passer votre réponse, jusqu'à lundi 4 h 30."),
    (
        "messenger",
        200.0,
        "approved",
        "Pas de message de sa part depuis trop longtemps : Messenger ne laisserait pas passer votre réponse. Mieux vaut appeler.",
    ),
    ("whatsapp", 30.0, "approved", "Pas de message de sa part depuis un jour : WhatsApp lui dira seulement qu'une réponse l'attend."),
    (
        "whatsapp",
        30.0,
        "pending",
        "Pas de message de sa part depuis trop longtemps : WhatsApp ne laisserait pas passer votre réponse. Mieux vaut appeler.",
    ),
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_each_in_words(storage: Storage, clock: TestClock) -> None:
    apps: dict[tuple[str, str], Channel] = {(name, "here"): FakeChannel(name=name, limits=limits) for name, limits in LIMITS.items()}
    law = Law(apps, PARIS)
    for nth, (name, hours, state, words) in enumerate(CASES):

        def unit(work: Work, name: str = name, hours: float = hours, state: str = state, nth: int = nth) -> int:
            standings.put(work, Standing("whatsapp", "here", NOW, templates={f"{NAME}/fr": state}))
            lane = lanes.open_lane(work, FakeChannel(name=name).address(f"zoe-{nth}"))
            lane.last_inbound_at = work.now - timedelta(hours=hours)
            lanes.keep(work, lane)
            return lane.conversation_id

        conversation = await storage.run(unit)
        foreseen = await storage.read(law.foresee, conversation)
        told = plain(said(foreseen, SHOW, clock.now()))
        assert told == words or (words and told.startswith(words) and "dès que la personne écrit" in told), (name, told)
    assert await storage.read(law.foresee, 10**6) is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_by_sms_a_page_or_a_task_is_said(storage: Storage, clock: TestClock) -> None:
    sms = FakeChannel(name="relay", account="sms", limits=replace(LIMITS["relay"], by_link=True))
    law = Law({("relay", "sms"): sms}, PARIS)

    def unit(work: Work, *, stopped: bool) -> int:
        lane = lanes.open_lane(work, sms.address("+33612345678"))
        lane.opted_out_at = work.now if stopped else None
        lanes.keep(work, lane)
        return lane.conversation_id

    shut = FakeChannel(name="relay", account="sms", limits=replace(sms.limits, opens=False))
    here = Law({("relay", "sms"): shut}, PARIS)
    conversation = await storage.run(unit, stopped=False)
    told = plain(said(await storage.read(here.foresee, conversation), SHOW, clock.now()))
    assert told.endswith("aucun lien ne peut lui être envoyé par là. Rien ne partira : une tâche s'ouvre. Mieux vaut appeler.")

    for stopped, words in ((False, "Un SMS ou un e-mail ne porte pas vos mots : la personne y lit"), (True, "aucun lien ne peut lui être envoyé")):
        conversation = await storage.run(unit, stopped=stopped)
        told = plain(said(await storage.read(law.foresee, conversation), SHOW, clock.now()))
        assert words in told
        assert "tâche" in told
