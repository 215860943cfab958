"""By which app an answer leaves: said before it is written, with what becomes of it in each, and the colleague's to choose."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import col, select

from bot.channels.base import Channel
from bot.deciding import Law
from bot.messages import Address
from bot.settings import Settings
from storage import lanes, linking, messages, reaching, shared, threads
from storage.engine import Storage, Work
from storage.linking import Proof
from storage.tables import Message
from tests.backend.desk import House, build, peer
from tests.bot.strict import LIMITS, PARIS
from tests.doubles.channel import FakeChannel

WHATSAPP = Address("whatsapp", "here", "FR.1")


@pytest.fixture
def house(storage: Storage, settings: Settings) -> House:
    apps: dict[tuple[str, str], Channel] = {(name, "here"): FakeChannel(name=name, limits=limits) for name, limits in LIMITS.items()}
    apps["telegram", "bot"] = FakeChannel(name="telegram", account="bot", limits=LIMITS["telegram"])
    return build(storage, settings, foresee=Law(apps, PARIS).foresee)


async def ties(house: House, *others: Address, name: str = "yanis") -> None:
    """More apps of the same person, who never wrote there."""

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, peer(name))
        assert lane is not None
        for other in others:
            linking.tie(work, lane.person_id, other, Proof.CODE)

    await house.storage.run(unit)


async def said_at(house: House, address: Address) -> list[tuple[str, str]]:
    def unit(work: Work) -> list[tuple[str, str]]:
        lane = lanes.lane_of(work, address)
        assert lane is not None
        rows = work.session.exec(select(Message).where(col(Message.conversation_id) == lane.conversation_id).order_by(col(Message.number)))
        return [(row.author, messages.load(work.vault.open(messages.PLACE, row.content)).text) for row in rows]

    return await house.storage.run(unit)


def offered(page: str) -> dict[str, str]:
    """Each app on offer, and all that is said of it."""
    found = re.findall(r'<label class="way"><input type="radio" name="way" value="([^"]*)"([^>]*)>(.*?)</label>', page, re.DOTALL)
    return {name: " ".join(unescape(re.sub(r"<[^>]+>", " ", said)).split()) + (" *" if "checked" in given else "") for name, given, said in found}


async def test_one_app_leaves_nothing_to_choose(house: House) -> None:
    async with house.at_a_thread() as (browser, _, _path):
        assert offered(browser.page.text) == {}


async def test_each_app_says_what_becomes_of_an_answer_there(house: House) -> None:
    async with house.at_a_thread() as (browser, _, path):
        await ties(house, WHATSAPP, Address("telegram", "here", "two"))

        def prefers(work: Work) -> None:
            lane = lanes.lane_of(work, WHATSAPP)
            assert lane is not None
            reaching.prefer(work, lane.person_id, lane.address_id)

        await house.storage.run(prefers)
        found = offered((await browser.get(path)).text)
        assert list(found) == ["telegram", "whatsapp", "telegram.2"]
        assert found["telegram"] == "Telegram , où la personne a écrit en dernier Votre réponse part telle quelle. *"
        assert found["whatsapp"].startswith("WhatsApp , où elle préfère qu’on lui écrive Pas de message de sa part depuis trop longtemps")
        assert found["telegram.2"] == "Telegram (2) Votre réponse part telle quelle."


async def test_an_answer_leaves_by_the_app_chosen_and_the_demande_goes_on_there(house: House) -> None:
    other = Address("telegram", "here", "two")
    async with house.at_a_thread() as (browser, token, path):
        await ties(house, other)
        await browser.get(path)
        assert (await browser.send(f"{path}/reply", text="Bonjour, c'est ici.", way="telegram.2")).status_code == 303
        assert await said_at(house, other) == [("bot", "Nadège te répond maintenant. Le robot se tait."), ("caseworker", "Bonjour, c'est ici.")]
        assert [author for author, _text in await house.said()] == ["person"]
        page = (await browser.get(path)).text
        assert "Bonjour, c&#39;est ici." in page
        assert offered(page)["telegram.2"].endswith("*"), "where something was said last"
        parts = await house.storage.run(lambda work: threads.conversations(work, _id(work, token)))
        assert len(parts) == 2


def _id(work: Work, token: str) -> int:
    found = threads.find(work, token)
    assert found is not None
    return found.id


async def test_words_that_cross_it_are_read_first_and_the_choice_is_kept(house: House) -> None:
    other = Address("telegram", "here", "two")
    async with house.at_a_thread() as (browser, _, path):
        await ties(house, other)
        await browser.get(path)
        await house.says("attends")
        answer = await browser.send(f"{path}/reply", text="Mon brouillon", way="telegram.2")
        assert answer.status_code == 409
        assert offered(answer.text)["telegram.2"].endswith("*")
        assert await said_at(house, other) == []


@pytest.mark.parametrize("way", ["whatsapp", "telegram.7", "elsewhere"])
async def test_an_app_that_is_theirs_no_more_takes_nothing(house: House, way: str) -> None:
    async with house.at_a_thread() as (browser, _, path):
        await browser.get(path)
        answer = await browser.send(f"{path}/reply", text="Mon brouillon", way=way)
        assert answer.status_code == 409
        assert "La personne n’a plus cette appli" in answer.text
        assert "Mon brouillon" in answer.text
    assert [author for author, _text in await house.said()] == ["person"]


async def test_where_somebody_else_may_read_it_is_said(house: House) -> None:
    other = Address("telegram", "here", "two")
    async with house.at_a_thread() as (browser, _, path):
        await ties(house, other)

        def several_read(work: Work) -> None:
            lane = lanes.lane_of(work, other)
            assert lane is not None
            shared.put(work, lane)

        await house.storage.run(several_read)
        assert "Quelqu’un d’autre peut lire là" in offered((await browser.get(path)).text)["telegram.2"]


MESSENGER = Address("messenger", "here", "m.1")


async def heard(house: House, address: Address, hours: float) -> None:
    """When they wrote there last."""

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, address)
        assert lane is not None
        lane.last_inbound_at = work.now - timedelta(hours=hours)
        lanes.keep(work, lane)

    await house.storage.run(unit)


async def test_where_an_app_is_shut_the_one_that_is_open_is_named(house: House) -> None:
    async with house.at_a_thread() as (browser, _, path):
        await ties(house, WHATSAPP, MESSENGER)
        await heard(house, MESSENGER, 200.0)
        found = offered((await browser.get(path)).text)
        for shut in ("whatsapp", "messenger"):
            assert found[shut].endswith("ne laisserait pas passer votre réponse. Choisissez plutôt « Telegram », où elle part aussitôt."), shut
            assert "appeler" not in found[shut]


async def test_the_app_they_prefer_is_named_and_none_that_somebody_else_may_read(house: House) -> None:
    async with house.at_a_thread() as (browser, _, path):
        await ties(house, WHATSAPP, MESSENGER, Address("telegram", "here", "two"))

        def unit(work: Work) -> None:
            lane = lanes.lane_of(work, Address("telegram", "here", "two"))
            assert lane is not None
            reaching.prefer(work, lane.person_id, lane.address_id)

        await house.storage.run(unit)
        assert "Choisissez plutôt « Telegram (2) »," in offered((await browser.get(path)).text)["whatsapp"]

        def several_read(work: Work) -> None:
            for address in (peer("yanis"), Address("telegram", "here", "two")):
                lane = lanes.lane_of(work, address)
                assert lane is not None
                shared.put(work, lane)

        await house.storage.run(several_read)
        assert offered((await browser.get(path)).text)["whatsapp"].endswith("Mieux vaut appeler.")


async def test_an_app_that_blocked_us_is_not_said_to_be_open(house: House) -> None:
    async with house.at_a_thread() as (browser, _, path):
        await ties(house, WHATSAPP)
        await heard(house, WHATSAPP, 1.0)

        def unit(work: Work) -> None:
            lane = lanes.lane_of(work, peer("yanis"))
            assert lane is not None
            lane.blocked_at = work.now
            lanes.keep(work, lane)

        await house.storage.run(unit)
        found = offered((await browser.get(path)).text)
        assert "La personne a bloqué le robot : votre réponse n’y arriverait pas. Choisissez plutôt « WhatsApp »" in found["telegram"]
        assert found["whatsapp"].startswith("WhatsApp Votre réponse partira telle quelle")
