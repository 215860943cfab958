"""By SMS and e-mail, a link to a page of ours leaves only where the telephone that gets it can open it; on the demo's own phone it always can."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import outbox, wiring
from bot.channels.relay.settings import RelaySettings
from bot.messages import Address, Choice, Outbound, Purpose
from bot.phones.phone import App
from bot.phones.provider import NUMBER
from bot.settings import Settings
from bot.wiring import Accounts
from storage import lanes
from storage.engine import Work
from tests.bot.phone_held import opened
from tests.clock import TestClock

ELSEWHERE = ("https://logement.example.org", "https://logement.example.org:8443", "https://8.8.8.8")
HERE = (
    *("http://127.0.0.1:8000", "https://127.0.0.1", "http://localhost:8000", "https://localhost", "https://[::1]:8000"),
    *("https://192.168.1.20", "https://10.0.0.4", "https://palier.local", "https://palier.lan", "http://logement.example.org", "https://palier"),
)
ASKS = Outbound(
    Address("relay", "sms", "+33600000000"),
    Purpose.REMINDER,
    "Ton rendez-vous : jeudi.",
    (Choice("page", "Lire", link="/c/page"), Choice("come", "Je viens")),
    link="t" * 16,
    link_first=True,
)


@pytest.mark.parametrize("account", ["sms", "email"])
@pytest.mark.parametrize("base_url", [*ELSEWHERE, *HERE])
def test_only_an_https_address_that_others_reach(clock: TestClock, base_url: str, account: str) -> None:
    url = SecretStr("json://127.0.0.1:9/?:to={to}")
    accounts = Accounts(relay=RelaySettings(_env_file=None, sms_url=url, email_url=url))
    settings = Settings(_env_file=None, base_url=base_url)
    found = {each.account: each for each in wiring.channels(settings, clock, accounts) if each.name == "relay"}
    [call] = found[account].render(ASKS)
    assert found[account].limits.opens == (base_url in ELSEWHERE)
    assert any(base_url in str(part) for part in call.payload.values()) == (base_url in ELSEWHERE)


async def test_an_answer_by_sms_opens_its_page_on_the_phone_of_the_demo(tmp_path: Path) -> None:
    async with opened(tmp_path) as hand:
        await hand.says(App.SMS, "je veux parler à une personne")

        def answers(work: Work) -> None:
            lane = lanes.lane_of(work, Address("relay", "sms", NUMBER))
            assert lane is not None
            outbox.put(work, lane, Outbound(lane.address, Purpose.HUMAN, "Bonjour, ta demande est acceptée."))
            lanes.keep(work, lane)

        await hand.service.storage.run(answers)
        await hand.service.outbox.sweep()
        said = (await hand.lines(App.SMS))[-1].text
        assert f"{hand.service.settings.base_url}/c/" in said
        assert "acceptée" not in said
