"""« Options »: off until the head turns it on, and by nobody else; what is off shows nowhere."""

from storage import switches
from storage.caseworkers import Role
from storage.switches import Switch
from tests.backend.desk import House, words

PATH = "/backend/switches"


async def test_everything_is_off_until_the_head_turns_it_on(house: House) -> None:
    await house.colleague("Maud", "maud@example.org", Role.HEAD)
    assert not any([await house.storage.read(switches.on, switch) for switch in Switch])
    async with house.browser() as browser:
        await browser.log_in("maud@example.org")
        said = await words(browser, PATH)
        assert said.count("Éteint") >= len(Switch), "each has its state"
        assert said.count("Par semaine") == len(Switch), "and says what it costs"
        await browser.send(f"{PATH}/{Switch.WORKSHOPS}", on="1")
        assert "C’est gardé." in browser.page.text
        assert [switch for switch in Switch if await house.storage.read(switches.on, switch)] == [Switch.WORKSHOPS]
        await browser.send(f"{PATH}/{Switch.WORKSHOPS}", on="0")
    assert not await house.storage.read(switches.on, Switch.WORKSHOPS)


async def test_it_is_the_heads_alone(house: House) -> None:
    await house.colleague()
    async with house.browser() as browser:
        await browser.log_in()
        assert "Options" not in await words(browser, "/backend")
        token = browser.form("/backend/logout")["token"]
        assert (await browser.get(PATH)).status_code == 403
        assert (await browser.post(f"{PATH}/{Switch.WORKSHOPS}", {"token": token, "on": "1"})).status_code == 403
    assert not await house.storage.read(switches.on, Switch.WORKSHOPS)


async def test_one_that_does_not_exist(house: House) -> None:
    await house.colleague("Maud", "maud@example.org", Role.HEAD)
    async with house.browser() as browser:
        await browser.log_in("maud@example.org")
        await browser.get(PATH)
        token = browser.form("/backend/logout")["token"]
        assert (await browser.post(f"{PATH}/clock.offset", {"token": token, "on": "1"})).status_code == 404
