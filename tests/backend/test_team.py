"""Inviting colleagues and closing accounts: the head's and the administrators', never one's own."""

import pytest

from storage import busy, caseworkers, feeds, tasks, threads
from storage.caseworkers import Role
from storage.engine import Work
from storage.tasks import Kind
from tests.backend.desk import PASSWORD, Browser, House

PATH = "/backend/team"


async def link_in(browser: Browser) -> str:
    """The invitation shown on the page."""
    return browser.page.text.partition('readonly value="http://127.0.0.1:8000')[2].partition('"')[0]


@pytest.mark.parametrize("role", [Role.HEAD, Role.ADMIN])
async def test_an_invitation_is_shown_once_and_lets_in(house: House, role: Role) -> None:
    await house.colleague("Nadia", "nadia@example.org", role)
    async with house.browser() as browser, house.browser() as newcomer:
        await browser.log_in("nadia@example.org")
        await browser.get(PATH)
        await browser.send(f"{PATH}/invite", email="Theo@Example.org", role="caseworker")
        link = await link_in(browser)
        assert link.startswith("/backend/invitation/")
        assert link not in (await browser.get(PATH)).text
        assert "Invitation en attente" in browser.page.text
        await newcomer.get(link)
        assert (await newcomer.send(link, name="Théo", password=PASSWORD, again=PASSWORD)).status_code == 303
    team = {member.email: member.role for member in await house.storage.read(caseworkers.team)}
    assert team == {"nadia@example.org": role, "theo@example.org": Role.CASEWORKER}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"email": "pas une adresse", "role": "head"}, 422),
        ({"email": "a@b.example\nx", "role": "head"}, 422),
        ({"email": "theo@example.org", "role": "root"}, 422),
        ({"email": "theo@example.org", "role": ""}, 422),
        ({"email": "Nadege@example.org", "role": "head"}, 409),
    ],
)
async def test_a_faulty_invitation_changes_nothing(house: House, fields: dict[str, str], status: int) -> None:
    await house.colleague()
    await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    async with house.browser() as browser:
        await browser.log_in("nadia@example.org")
        await browser.get(PATH)
        assert (await browser.send(f"{PATH}/invite", **fields)).status_code == status
    assert {member.name: member.role for member in await house.storage.read(caseworkers.team)} == {"Nadège": Role.CASEWORKER, "Nadia": Role.HEAD}


async def test_a_caseworker_sees_who_is_here_and_changes_nothing(house: House) -> None:
    nadege = await house.colleague()
    theo = await house.colleague("Théo", "theo@example.org")
    async with house.browser() as browser:
        await browser.log_in()
        page = (await browser.get(PATH)).text
        assert "Théo" in page
        assert "theo@example.org" not in page
        form = {"token": browser.form("/backend/logout")["token"], "email": "x@example.org", "role": "head"}
        for path in ("invite", f"{theo.token}/link", f"{theo.token}/close", f"{nadege.token}/close"):
            assert (await browser.post(f"{PATH}/{path}", form)).status_code == 403
    assert len(await house.storage.read(caseworkers.team)) == 2


async def test_a_lost_password_gets_a_new_link_and_the_role_stays(house: House) -> None:
    await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    theo = await house.colleague("Théo", "theo@example.org")
    async with house.browser() as browser, house.browser() as other:
        await browser.log_in("nadia@example.org")
        await browser.get(PATH)
        await browser.send(f"{PATH}/{theo.token}/link")
        link = await link_in(browser)
        await other.get(link)
        await other.send(link, name="Théo", password="encore quatre autres mots", again="encore quatre autres mots")
        assert (await other.get("/backend")).status_code == 200
    member = next(one for one in await house.storage.read(caseworkers.team) if one.id == theo.id)
    assert member.role is Role.CASEWORKER


async def test_a_closed_account_is_out_at_once_and_its_work_is_everybodys(house: House) -> None:
    await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    theo = await house.colleague("Théo", "theo@example.org")
    token = await house.asks_for_somebody()

    def give(work: Work) -> None:
        thread = threads.find(work, token)
        assert thread is not None
        threads.take(work, thread.id, theo.id)
        tasks.add(work, Kind.DO, text="rappeler", caseworker_id=theo.id)

    await house.storage.run(give)
    async with house.browser() as browser, house.browser() as gone:
        await gone.log_in("theo@example.org")
        await browser.log_in("nadia@example.org")
        await browser.get(PATH)
        await browser.send(f"{PATH}/{theo.token}/close")
        assert "Le compte est fermé." in browser.page.text
        assert "Comptes fermés" in browser.page.text
        assert (await gone.get("/backend")).status_code == 303
        assert (await gone.log_in("theo@example.org")).status_code == 401

    def look(work: Work) -> tuple[int | None, list[int | None]]:
        thread = threads.find(work, token)
        assert thread is not None
        return thread.owner_id, [task.for_id for task in tasks.waiting(work, theo)]

    assert await house.storage.run(look) == (None, [None])


async def test_what_opens_a_colleagues_calendars_goes_with_them(house: House) -> None:
    theo = await house.colleague("Théo", "theo@example.org")
    await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    secret = await house.storage.run(feeds.give, theo.id)
    await house.storage.run(busy.add, theo.id, busy.Kind.ICS, "https://calendar.example/secret.ics")
    async with house.browser() as browser:
        await browser.log_in("nadia@example.org")
        await browser.get(PATH)
        await browser.send(f"{PATH}/{theo.token}/close")
    assert await house.storage.read(busy.sources) == ()
    await house.invite("theo@example.org")
    assert await house.storage.read(feeds.whose, secret) is None, "come back, they make another"


async def test_nobody_closes_or_renews_their_own_account(house: House) -> None:
    nadia = await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    async with house.browser() as browser:
        await browser.log_in("nadia@example.org")
        await browser.get(PATH)
        form = {"token": browser.form("/backend/logout")["token"]}
        for path in ("close", "link"):
            assert (await browser.post(f"{PATH}/{nadia.token}/{path}", form)).status_code == 409
        assert (await browser.get("/backend")).status_code == 200


async def test_the_last_head_stays(house: House) -> None:
    nadia = await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    await house.colleague("Root", "root@example.org", Role.ADMIN)
    async with house.browser() as browser:
        await browser.log_in("root@example.org")
        await browser.get(PATH)
        assert (await browser.send(f"{PATH}/{nadia.token}/close")).status_code == 409
        await house.colleague("Nora", "nora@example.org", Role.HEAD)
        await browser.get(PATH)
        assert (await browser.send(f"{PATH}/{nadia.token}/close")).status_code == 303


async def test_somebody_who_left_may_come_back_with_another_role(house: House) -> None:
    await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    theo = await house.colleague("Théo", "theo@example.org")
    await house.storage.run(caseworkers.disable, theo.id)
    async with house.browser() as browser, house.browser() as other:
        await browser.log_in("nadia@example.org")
        await browser.get(PATH)
        await browser.send(f"{PATH}/invite", email="theo@example.org", role="admin")
        link = await link_in(browser)
        await other.get(link)
        await other.send(link, name="Théo", password=PASSWORD, again=PASSWORD)
        assert "Compte d’administration" in (await other.get("/backend")).text
