"""Notes: what colleagues tell one another. Nothing of it ever reaches the person."""

from storage.engine import Work
from storage.talks import conversation_of_peer, messages_after
from tests.backend.desk import House, peer

NOTE = "Il préfère qu'on l'appelle le matin."


async def read_by_the_person(house: House, name: str = "yanis") -> list[str]:
    """What any page of the chat and any channel could show: the messages of the conversation."""

    def unit(work: Work) -> list[str]:
        address = peer(name)
        talk = conversation_of_peer(work, address.channel, address.account, address.peer)
        assert talk is not None
        return [line.text for line in messages_after(work, talk.id, 0, 500)]

    return await house.storage.read(unit)


class TestNotes:
    async def test_are_read_by_colleagues_and_by_nobody_else(self, house: House) -> None:
        await house.colleague()
        await house.colleague("Théo", "theo@example.org")
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser, house.browser() as other:
            await browser.log_in()
            await browser.get(path)
            before = await house.said()
            await browser.send(f"{path}/note", text=NOTE)
            assert "Note gardée" in browser.page.text
            await other.log_in("theo@example.org")
            page = (await other.get(path)).text
            assert NOTE.replace("'", "&#39;") in page
            assert "by-note" in page
        assert await house.said() == before
        assert NOTE not in await read_by_the_person(house)

    async def test_do_not_answer_nor_take(self, house: House) -> None:
        async with house.at_a_thread() as (browser, _, path):
            await browser.send(f"{path}/note", text=NOTE)
            assert "1 personne attend" in (await browser.get("/backend")).text
            assert "attend une personne, le robot se tait" in (await browser.get(path)).text

    async def test_a_form_sent_twice_is_one_note_and_an_empty_one_none(self, house: House) -> None:
        async with house.at_a_thread() as (browser, _, path):
            form = {**browser.form(f"{path}/note"), "text": NOTE}
            for _ in range(2):
                await browser.post(f"{path}/note", form)
            assert (await browser.get(path)).text.count("by-note") == 1
            assert (await browser.send(f"{path}/note", text="  ")).status_code == 422
            assert (await browser.post(f"{path}/note", {**form, "form": "other", "text": "x" * 10_001})).status_code == 422
            assert "x" * 10_001 in browser.page.text

    async def test_come_to_pages_that_are_open(self, house: House) -> None:
        async with house.at_a_thread() as (browser, _, path):
            async with house.watch(browser, f"{path}/events") as watch:
                await watch.next()
                await browser.send(f"{path}/note", text=NOTE)
                _, fragments = await watch.next()
        assert list(fragments) == ["l-note-1"]

    async def test_are_kept_on_a_closed_thread(self, house: House) -> None:
        async with house.at_a_thread() as (browser, token, path):
            await browser.send(f"{path}/note", text="vu avec le bailleur")
            await browser.close(token)
            assert "vu avec le bailleur" in (await browser.get(path)).text
