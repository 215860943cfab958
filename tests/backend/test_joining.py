"""Two demandes of one person, put together by a colleague who says why and reads first what it does; parted again within 30 days."""

import pytest
from sqlmodel import col, select

from bot.messages import Address
from storage import crises, formers, lanes, rights, shared, threads
from storage.audit import Act
from storage.engine import Storage, Work
from storage.tables import Audit, Person
from tests.backend.desk import House, peer
from tests.clock import TestClock

WHY = "Elle est devant moi, avec ses deux téléphones <b>"


async def two(house: House) -> tuple[str, str]:
    """Somebody who asks for a person from two apps: the tokens of both threads."""
    return await house.asks_for_somebody("zoe-a", "je veux parler à quelqu'un"), await house.asks_for_somebody("zoe-b", "c encore moi")


async def people(house: House, *tokens: str) -> list[int]:
    return await house.storage.read(lambda work: [threads.person_of(work, token) or 0 for token in tokens])


async def acts(storage: Storage) -> list[tuple[str, int | None]]:
    def unit(work: Work) -> list[tuple[str, int | None]]:
        wanted = col(Audit.act).in_((Act.JOINED.value, Act.PARTED.value))
        return [(row.act, row.caseworker_id) for row in work.session.exec(select(Audit).where(wanted).order_by(col(Audit.id)))]

    return await storage.read(unit)


async def test_reads_first_decides_says_why_and_parts_again(house: House) -> None:
    me = await house.colleague()
    one, other = await two(house)
    before = await people(house, one, other)
    for person, name in zip(before, ("Zoé", "Zo"), strict=True):
        await house.storage.run(rights.rename, person, name)
    path = f"/backend/threads/{one}"
    async with house.browser() as browser:
        await browser.log_in()
        assert f"{path}/join" in (await browser.get(path)).text
        assert "Voir avant de décider" in (await browser.get(f"{path}/join")).text
        page = (await browser.get(f"{path}/join?avec=https://chat.example/backend/threads/{other}?fait=x")).text
        assert "Les prénoms diffèrent" in page
        assert "Mettre ensemble" in page
        assert (await browser.send(f"{path}/join", other=other, reason=" ")).status_code == 422
        await browser.send(f"{path}/join", other=other, reason=WHY)
        assert "une seule personne" in browser.page.text
        assert f"/backend/threads/{other}" in browser.page.text, "the other demande of this person"
        assert await people(house, one, other) == [before[0], before[0]]
        assert "&lt;b&gt;" in (await browser.get(f"{path}/join")).text
        union = browser.page.text.split('name="union" value="')[1].split('"')[0]
        assert (await browser.send(f"{path}/join/part", union="nothing-like-it", reason="erreur")).status_code == 422
        await browser.send(f"{path}/join/part", union=union, reason="Une erreur de ma part")
        assert "deux personnes de nouveau" in browser.page.text
        assert "Une erreur de ma part" in browser.page.text, "why stays as a note"
    assert await people(house, one, other) == before
    assert await acts(house.storage) == [("joined", me.id), ("joined", me.id), ("parted", me.id), ("parted", me.id)]


async def test_two_colleagues_at_once_do_it_once(house: House) -> None:
    await house.colleague()
    one, other = await two(house)
    async with house.browser() as browser, house.browser() as second:
        for each in (browser, second):
            await each.log_in()
            await each.get(f"/backend/threads/{one}/join?avec={other}")
        for each in (browser, second):
            await each.send(f"/backend/threads/{one}/join", other=other, reason=WHY)
    assert len(await acts(house.storage)) == 2
    (person, again) = await people(house, one, other)
    assert person == again
    assert len(await house.storage.read(formers.of, person)) == 1


@pytest.mark.parametrize("side", ["zoe-a", "zoe-b"])
async def test_refused_where_somebody_else_may_read(house: House, side: str) -> None:
    await house.colleague()
    one, other = await two(house)

    def lane(work: Work, address: Address) -> lanes.Lane:
        found = lanes.lane_of(work, address)
        assert found is not None
        return found

    def watched(work: Work) -> None:
        here = lane(work, peer(side))
        crises.note(work, crises.add(work, here.conversation_id, "violence", here.number, None).id, watched_phone=True)

    async with house.browser() as browser:
        await browser.log_in()
        await browser.get(f"/backend/threads/{one}/join?avec={other}")
        await house.storage.run(watched)
        assert (await browser.send(f"/backend/threads/{one}/join", other=other, reason=WHY)).status_code == 422, "told meanwhile"
        page = await browser.get(f"/backend/threads/{one}/join?avec={other}")
        assert page.status_code == 422
        assert "Suivez les deux demandes à part" in page.text
        assert "Mettre ensemble" not in page.text
    assert len(set(await people(house, one, other))) == 2
    assert await acts(house.storage) == []


async def test_a_shared_telephone_is_told_above_the_reply_and_is_not_tied(house: House) -> None:
    await house.colleague()
    one, other = await two(house)

    def share(work: Work) -> None:
        found = lanes.lane_of(work, peer("zoe-b"))
        assert found is not None
        shared.put(work, found)

    await house.storage.run(share)
    async with house.browser() as browser:
        await browser.log_in()
        assert "Ce téléphone est partagé" in (await browser.get(f"/backend/threads/{other}")).text
        assert "Ce téléphone est partagé" not in (await browser.get(f"/backend/threads/{one}")).text
        assert "partagé" in (await browser.get(f"/backend/threads/{one}/join?avec={other}")).text


@pytest.mark.parametrize("asked", ["", "..", "x" * 80, "nothing-like-a-token", "/backend/threads/"])
async def test_an_address_that_is_none_is_said(house: House, asked: str) -> None:
    await house.colleague()
    one, _ = await two(house)
    async with house.browser() as browser:
        await browser.log_in()
        assert (await browser.get(f"/backend/threads/{one}/join?avec={asked}")).status_code == 422
        assert (await browser.get(f"/backend/threads/{one}/join?avec={one}")).status_code == 422, "itself"
        assert (await browser.get("/backend/threads/nothing-like-it/join")).status_code == 404


async def test_thirty_days_later_nothing_is_offered(house: House, clock: TestClock) -> None:
    await house.colleague()
    one, other = await two(house)
    async with house.browser() as browser:
        await browser.log_in()
        await browser.get(f"/backend/threads/{one}/join?avec={other}")
        await browser.send(f"/backend/threads/{one}/join", other=other, reason=WHY)
        clock.turn(days=31)
        await browser.log_in()
        assert "Séparer" not in (await browser.get(f"/backend/threads/{one}/join")).text


async def test_nobody_is_proposed_by_name_or_number(house: House) -> None:
    await house.colleague()
    one, other = await two(house)
    persons = await people(house, one, other)

    def name(work: Work) -> None:
        for person in persons:
            rights.rename(work, person, "Zéphyrine")
            rights.put_phone(work, person, "0612345678")

    await house.storage.run(name)
    async with house.browser() as browser:
        await browser.log_in()
        page = (await browser.get(f"/backend/threads/{one}/join")).text
    assert other not in page
    names = await house.storage.read(lambda work: len(work.session.exec(select(Person.id)).all()))
    assert names == 2
