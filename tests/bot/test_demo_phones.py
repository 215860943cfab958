"""The phone of the demo: what is written in each of its apps goes by the real road, and what is answered comes back as that app shows it."""

import stat
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot import demo
from bot.phones.messenger import PEER
from bot.phones.opening import LOOPBACK, open_phones
from bot.phones.phone import App, State
from bot.phones.provider import NUMBER, PICTURE
from bot.story import photo
from storage.engine import Work
from tests.bot.phone_held import Hand, opened, settings_at

in_one_loop = pytest.mark.asyncio(loop_scope="module")
WRITTEN = (App.WHATSAPP, App.MESSENGER, App.TELEGRAM, App.SMS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hand(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hand]:
    async with opened(tmp_path_factory.mktemp("demo")) as found:
        yield found


@in_one_loop
@pytest.mark.parametrize("app", WRITTEN)
async def test_what_is_written_is_taken_and_answered(hand: Hand, app: App) -> None:
    mine, *answers = await hand.says(app, "slt")
    assert (mine.text, mine.mine) == ("slt", True)
    assert mine.state in (State.ARRIVED, State.READ)
    assert "115" in "".join(answer.text for answer in answers)


@in_one_loop
async def test_whatsapp_shows_its_list_its_ticks_and_what_was_pressed(hand: Hand) -> None:
    welcome = (await hand.says(App.WHATSAPP, "menu"))[-1]
    assert welcome.opens == "Choisir"
    assert len(welcome.buttons) == 10
    pressed, *answers = await hand.presses(App.WHATSAPP, "Argent et aides")
    assert (pressed.text, pressed.mine) == ("Argent et aides", True)
    assert answers
    await hand.until(lambda: hand.state(pressed) is State.READ)
    await hand.phones.providers[App.WHATSAPP].looks()
    assert hand.phones.phone.unread(App.WHATSAPP) == 0

    def read(work: Work) -> int:
        rows = work.session.connection().exec_driver_sql("SELECT count(*) FROM delivery WHERE state = 'read'")
        return int(rows.scalar_one())

    await hand.service.settled()
    assert await hand.service.storage.read(read) > 0


@in_one_loop
async def test_messenger_takes_its_quick_replies_away(hand: Hand) -> None:
    phone, double = hand.phones.phone, hand.phones.providers[App.MESSENGER]
    await hand.says(App.MESSENGER, "menu")  # its first words, of who writes for the first time, have « Mes données » too
    await hand.says(App.MESSENGER, "menu")
    assert len(phone.lines(App.MESSENGER)[-1].buttons) == 10
    pressed, *answers = await hand.presses(App.MESSENGER, "Mes rendez-vous")
    assert pressed.text == "Mes rendez-vous"
    assert answers
    assert sum(bool(line.buttons) for line in phone.lines(App.MESSENGER)) <= 1
    menu = double.front().menu
    assert "Urgence" in {row.label for row in menu}
    before = len(phone.lines(App.MESSENGER))
    await double.presses(next(row for row in menu if row.label == "Urgence"), None)
    assert "119" in (await hand.lines(App.MESSENGER))[before + 1].text


@in_one_loop
async def test_telegram_says_nothing_for_a_button_and_its_menu_stays(hand: Hand) -> None:
    shown = (await hand.says(App.TELEGRAM, "/menu"))[-1]
    answers = await hand.presses(App.TELEGRAM, "Mes rendez-vous")
    assert [answer.mine for answer in answers] == [False] * len(answers)
    assert answers
    assert shown in hand.phones.phone.lines(App.TELEGRAM)
    assert "/urgence" in {row.label for row in hand.phones.providers[App.TELEGRAM].front().menu}


@in_one_loop
async def test_telegram_takes_off_what_it_is_asked_to(hand: Hand) -> None:
    shown = (await hand.says(App.TELEGRAM, "/menu"))[-1]
    bot = hand.phones.accounts.telegram
    assert bot is not None
    assert bot.token is not None
    async with httpx.AsyncClient(base_url=f"{bot.api_base}/bot{bot.token.get_secret_value()}", trust_env=False) as client:
        closed = await client.post("/editMessageReplyMarkup", json={"chat_id": 99_000_001, "message_id": int(shown.id)})
        assert closed.json() == {"ok": True, "result": True}
        assert hand.phones.phone.lines(App.TELEGRAM)[-1].buttons == ()
        await client.post("/deleteMessages", json={"chat_id": 99_000_001, "message_ids": [int(shown.id)]})
        assert shown.id not in {line.id for line in hand.phones.phone.lines(App.TELEGRAM)}
        nobody = await client.post("/sendMessage", json={"chat_id": 1, "text": "a"})
        assert nobody.json()["description"] == "Bad Request: chat not found"


@in_one_loop
@pytest.mark.parametrize("app", [App.WHATSAPP, App.MESSENGER, App.TELEGRAM])
async def test_a_photo_is_fetched_and_kept(hand: Hand, app: App) -> None:
    def photos(work: Work) -> int:
        kept = work.session.connection().exec_driver_sql("SELECT count(*) FROM media WHERE state = 'kept' AND kind = 'photo'")
        return int(kept.scalar_one())

    before = await hand.service.storage.read(photos)
    shown = len(hand.phones.phone.lines(app))
    await hand.phones.providers[app].shows(photo())
    mine = (await hand.lines(app))[shown]
    assert (mine.title, mine.mine, mine.state is State.FAILED) == (PICTURE, True, False)
    assert await hand.service.storage.read(photos) == before + 1


@in_one_loop
@pytest.mark.parametrize("app", [App.WHATSAPP, App.MESSENGER, App.TELEGRAM])
async def test_a_link_with_a_code_begins_a_conversation(hand: Hand, app: App) -> None:
    shown = len(hand.phones.phone.lines(app))
    await hand.phones.providers[app].opens("abc12")
    answers = [line for line in (await hand.lines(app))[shown:] if not line.mine]
    assert answers
    assert answers[-1].buttons


@in_one_loop
async def test_a_day_later_only_what_was_agreed_passes(hand: Hand) -> None:
    """The doubles refuse as their providers do; what the road asked of them before was lawful."""
    await hand.says(App.MESSENGER, "slt")
    await hand.service.advance(timedelta(hours=25))
    meta = hand.phones.accounts.messenger
    assert meta is not None
    assert meta.token is not None
    said = {"recipient": {"id": PEER}, "messaging_type": "RESPONSE", "message": {"text": "trop tard"}}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{meta.api_base}/me/messages", json=said, headers={"authorization": f"Bearer {meta.token.get_secret_value()}"})
        assert answer.json()["error"]["error_subcode"] == 2018278
        forged = await client.post(f"{meta.api_base}/me/messages", json=said, headers={"authorization": "Bearer another"})
        assert forged.status_code == 401
    assert "trop tard" not in {line.text for line in hand.phones.phone.lines(App.MESSENGER)}


@in_one_loop
async def test_the_phone_is_found_again_and_nothing_of_it_is_in_clear(tmp_path: Path) -> None:
    async with opened(tmp_path) as hand:
        await hand.says(App.WHATSAPP, "jai perdu mes clés")
        kept = hand.phones.phone.lines(App.WHATSAPP)
    written = (tmp_path / "phones").read_bytes()
    assert stat.S_IMODE((tmp_path / "phones").stat().st_mode) == 0o600
    assert b"cl\xc3\xa9s" not in written
    assert NUMBER.encode() not in written
    with (tmp_path / "phones").open("ab") as file:
        file.write(b"cut by a ki")
    async with opened(tmp_path) as hand:
        assert hand.phones.phone.lines(App.WHATSAPP) == kept
        assert (await hand.says(App.WHATSAPP, "menu"))[-1].buttons


@in_one_loop
async def test_every_account_of_the_phone_is_on_this_machine(tmp_path: Path) -> None:
    settings = settings_at(tmp_path, 9)
    async with open_phones(tmp_path, settings, demo.clock_of(tmp_path, settings)) as phones:
        found = phones.accounts
        assert found.telegram is not None
        assert found.whatsapp is not None
        assert found.messenger is not None
        assert found.relay is not None
        places = {found.telegram.api_base, found.whatsapp.api_base, found.messenger.api_base}
        assert all(place.startswith(f"http://{LOOPBACK}:") for place in places)
        assert all(url.get_secret_value().startswith(f"json://{LOOPBACK}:") for url in found.relay.addresses.values())
