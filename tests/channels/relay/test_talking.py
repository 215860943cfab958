"""Somebody writes by SMS, or is reminded by one: the whole road, to a strict gateway that refuses more than a segment."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr
from sqlmodel import SQLModel, func, select

from bot import outbox
from bot.channels.relay.channel import PATH, RelayChannel
from bot.messages import Choice, Outbound, Purpose
from content.library import load_library
from handlers.appointment_words import Button
from storage import consents, lanes, linking
from storage.engine import Storage, Work
from storage.linking import Proof
from storage.tables import Alert, Inbound
from tests.channels.caller import Caller
from tests.channels.relay.conftest import SAMIRA, SECRET, service, signed
from tests.clock import TestClock
from tests.doubles.relay import Gateway
from tests.handlers.receiving import receiving
from tests.handlers.test_moving import booked
from tests.talk import Paper, Road

EMERGENCY = "Urgence : 115 - 17 - 119 - 3114"


class Messenger(Paper):
    """Where nothing may be written a day after somebody's last message."""

    name = "messenger"


@dataclass
class Town:
    """The road, the gateway, and somebody with a telephone."""

    road: Road
    gateway: Gateway
    caller: Caller
    _said: int = 0

    async def sms(self, text: str, external_id: str = "") -> list[str]:
        """Write one; what comes back."""
        self._said += 1
        at = self.road.clock.now().isoformat()
        body = json.dumps({"id": external_id or f"mo-{self._said}", "from": SAMIRA.peer, "text": text, "at": at}).encode()
        assert await self.caller.post([body], signed(body)) == (200, b"{}")
        await self.road.run()
        return [each.text for each in self.gateway.news()]


def count(work: Work, noun: type[SQLModel]) -> int:
    return work.session.exec(select(func.count()).select_from(noun)).one()


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with Gateway() as gateway:
        yield gateway
        assert gateway.violations == []


@pytest.fixture
def town(storage: Storage, clock: TestClock, gateway: Gateway) -> Town:
    channel = RelayChannel("sms", SecretStr(gateway.url), SecretStr(SECRET), clock, service())
    road = Road(storage, clock, load_library(), paper=Messenger(), beside=(channel,))
    return Town(road, gateway, Caller(channel.routes(road.inbox.take), PATH))


async def test_an_unknown_number_is_somebody_new_and_hears_the_numbers(town: Town) -> None:
    [welcome] = await town.sms("bonjour")
    assert "robot" in welcome
    assert EMERGENCY in welcome


async def test_a_danger_is_answered_and_alerts(town: Town) -> None:
    said = await town.sms("je suis à la rue ce soir")
    assert all(EMERGENCY in each for each in said)
    assert "115" in said[0].removesuffix(EMERGENCY)
    assert await town.road.storage.read(count, Alert) == 1


async def test_stop_and_start_are_words_like_elsewhere(town: Town) -> None:
    await town.sms("bonjour")
    [said] = await town.sms("STOP")
    assert "START" in said
    lane = await town.road.storage.run(lanes.lane_of, SAMIRA)
    assert lane is not None
    assert lane.opted_out_at is not None
    await town.sms("start")
    lane = await town.road.storage.run(lanes.lane_of, SAMIRA)
    assert lane is not None
    assert lane.opted_out_at is None


async def test_a_redelivery_is_answered_once(town: Town) -> None:
    assert len(await town.sms("bonjour", "mo-same")) == 1
    assert await town.sms("bonjour", "mo-same") == []
    assert await town.road.storage.read(count, Inbound) == 1


@pytest.mark.parametrize("text", ["jpeu pa payer ma caution on fé koi", "menu", "mes données", "je veux un rdv", "????", "👍", "سلام", "x" * 3000])
async def test_whatever_is_written_gets_one_segment_each(town: Town, text: str) -> None:
    """The gateway refuses anything else; the numbers are in what ends something."""
    await town.sms("bonjour")
    said = await town.sms(text)
    assert said
    assert any("115" in each or "?" in each for each in said)


async def test_nothing_says_that_anybody_is_known(town: Town) -> None:
    said = " ".join(await town.sms("est-ce que Yanis Belkacem est suivi chez vous ?"))
    assert "Yanis" not in said


async def test_a_reminder_that_an_app_cannot_take_goes_by_sms_and_is_answered_there(town: Town, clock: TestClock) -> None:
    """Accepted; blocked over there; the short form, which ends with nothing as replies are delivered; « oui » by SMS confirms."""
    talk = town.road.talk()
    mine = await booked(talk, await receiving(town.road.storage))

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        consents.choose(work, lane.person_id, consents.Choice.FALLBACK, "1", "oui")
        linking.tie(work, lane.person_id, SAMIRA, Proof.CODE)
        lane.blocked_at = work.now
        choices = tuple(Choice(f"{each}{mine.token}:{mine.version}", str(each)) for each in (Button.COME, Button.MOVE, Button.DROP))
        said = Outbound(talk.address, Purpose.REMINDER, "Ton rendez-vous, en long.", choices, short="Ton rendez-vous : jeudi 5 mars, 14h.")
        outbox.put(work, lane, said)
        lanes.keep(work, lane)

    await town.road.storage.run(unit)
    for _time in range(2):
        clock.turn_machine(2.0)
        await town.road.run()
    assert [each.text for each in town.gateway.news()] == ["Ton rendez-vous : jeudi 5 mars, 14h."]
    [said] = await town.sms("oui je viens")
    assert "C'est noté" in said or "not" in said


async def test_booked_on_messenger_a_way_beside_is_offered_and_accepted(town: Town) -> None:
    """Nothing may be written there two days later: an SMS may, to who says back its code."""
    await receiving(town.road.storage)
    talk = town.road.talk("yanis")
    for said in ("jveu un rdv", "aide", "carvin", "la deuxième", "oui", "yanis"):
        await talk.says(said)
    recalled = (await talk.taps("Passer"))[-1]
    assert "Pas de rappel ici" in recalled.body
    assert "SMS si besoin" in [choice.label for choice in recalled.choices]
    await talk.taps("SMS si besoin")
    await talk.says("06 12 34 56 78")
    [code] = [each.text for each in town.gateway.news()]
    assert len(code) <= 160
    [figures] = re.findall(r"\b\d{6}\b", code)
    assert "un SMS au … 78" in (await talk.says(figures))[-1].body
