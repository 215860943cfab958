"""A second app by a ready link: shown in one app, opened in the other, two yes; before the real channels and their doubles."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.clock import MachineClock
from bot.doors import Doors
from bot.settings import Settings
from storage import lanes
from tests.channels.kit import Seen
from tests.channels.kits import KITS
from tests.channels.town import Town, Young, town
from tests.doubles import messenger
from tests.handlers.receiving import receiving
from tests.storage.diary import paris

TUESDAY = paris("2026-03-03 10:30")
LINK = re.compile(r"https://(?:t\.me|wa\.me|m\.me)/[\w?=%/.-]+")


@pytest.fixture
async def here(settings: Settings) -> AsyncIterator[Town]:
    async with town(settings, TUESDAY) as found:
        await receiving(found.service.storage)
        yield found


def links(seen: list[Seen]) -> dict[str, str]:
    """What opens each app, by the name of its door."""
    found = LINK.findall(" ".join(json.dumps([each.text, each.raw]) for each in seen))
    return {urlsplit(link).hostname or "": link for link in found}


async def follows(young: Young, link: str) -> list[Seen]:
    """Open a link, and send what it wrote for them."""
    asked = parse_qs(urlsplit(link).query)
    if "text" in asked:
        return await young.says(asked["text"][0])
    if "start" in asked:
        return await young.says(f"/start {asked['start'][0]}")
    now = int(young.town.service.clock.now().timestamp() * 1000)
    event = {
        "sender": {"id": young.who},
        "recipient": {"id": messenger.PAGE_ID},
        "timestamp": now,
        "referral": {"ref": asked["ref"][0], "type": "OPEN_THREAD"},
    }
    body = {"object": "page", "entry": [{"id": messenger.PAGE_ID, "time": now, "messaging": [event]}]}
    return await young._does(young.kit.sign(json.dumps(body).encode()))


async def person(young: Young) -> int:
    lane = await young.town.service.storage.run(lanes.lane_of, young.address)
    assert lane is not None
    return lane.person_id


@pytest.mark.parametrize("asks", ["telegram", "whatsapp", "messenger", "webchat"])
async def test_each_app_opens_the_others(here: Town, asks: str) -> None:
    people = here.young()
    first = people.pop(asks)
    doors = {"telegram": "t.me", "whatsapp": "wa.me", "messenger": "m.me"}
    await first.says("slt")
    await first.says("mes applis")
    shown = links(await first.presses("J’ai une autre appli"))
    assert shown.keys() == {doors[name] for name in people if name in doors}, "neither the app itself nor one the service does not have"
    for name, other in people.items():
        if name not in doors:
            continue
        await first.says("mes applis")
        code = links(await first.presses("J’ai une autre appli"))[doors[name]]
        assert "Tu as demandé ce code" in " ".join(each.text for each in await follows(other, code))
        await other.presses("Oui")
        await first.news()
        assert "tes applis sont ensemble" in " ".join(each.text for each in await first.presses("Oui, c’est moi"))
        assert await person(other) == await person(first)
    await first.says("mes applis")
    assert links(await first.presses("J’ai une autre appli")) == {}, "each is theirs"


async def test_a_provider_that_does_not_answer_leaves_its_link_out_until_it_does() -> None:
    kit = next(kit for kit in KITS if kit.name == "telegram")
    clock = MachineClock(timedelta())
    async with kit.double() as double:
        channel = kit.open(clock, double.base)
        doors = Doors([channel])
        double.fault("getMe", status=500)
        assert (await doors.every("k7"), doors.known("k7")) == ({"telegram": ""}, {})
        assert doors.known("k7") == {}
        assert await doors.every("k7") == {"telegram": "https://t.me/palier_double_bot?start=k7"}
        assert doors.known("") == {"telegram": "https://t.me/palier_double_bot"}
        await channel.close()
