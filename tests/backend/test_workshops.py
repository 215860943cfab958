"""« Ateliers »: a workshop, its series as it falls, who comes and who waits, and what is told when something changes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

from bot.rules.hours import Days
from bot.rules.reminders import Kind
from storage import announcements, attendance, consents, hours, places, reminders, seats, switches, threads, workshops
from storage.appointment_view import Outcome
from storage.consents import Choice
from storage.engine import Storage, Work
from storage.reminders import State as StepState
from storage.reminders import Step
from storage.switches import Switch
from storage.workshops import Session, Workshop
from tests.backend.desk import Browser, House, words
from tests.clock import TestClock
from tests.rules.waiting import OFFICE
from tests.storage.diary import paris

PATH = "/backend/workshops"
START = paris("2026-03-20 14:00")


async def give(storage: Storage, capacity: int = 2) -> str:
    """Workshops are on, and one has a session on the twentieth; the session's token."""

    def unit(work: Work) -> str:
        switches.turn(work, Switch.WORKSHOPS, on=True)
        places.add(work, "Antenne de Carvin", "12 place Jean-Jaurès, 62220 Carvin", OFFICE)
        (place,) = places.places(work)
        token = workshops.put(work, Workshop("", "Chercher un logement"))
        (session,) = workshops.plan(work, token, place.id, [(START, START + timedelta(hours=2))], capacity)
        return session

    return await storage.run(unit)


@asynccontextmanager
async def at_the_desk(house: House, path: str) -> AsyncIterator[Browser]:
    """Nadège, on this page."""
    await house.colleague()
    async with house.browser() as browser:
        await browser.log_in()
        await browser.get(path)
        yield browser


async def person(house: House, thread: str) -> int:
    found = await house.storage.read(threads.person_of, thread)
    assert found is not None
    return found


async def found(house: House, session: str) -> Session:
    session_now = await house.storage.read(workshops.find, session)
    assert session_now is not None
    return session_now


def planned(work: Work, seat: int) -> tuple[Step, ...]:
    return reminders.steps(work, seat_id=seat)


async def steps(house: House, session: str) -> list[Kind]:
    """What is planned for the seats of a session."""
    sheet = await house.storage.read(seats.sheet, session)
    found = [step for seat in sheet for step in await house.storage.read(planned, seat.id)]
    return [step.kind for step in found if step.state is StepState.PLANNED]


async def test_off_there_is_no_such_page_and_no_way_to_it(house: House) -> None:
    async with at_the_desk(house, "/backend") as browser:
        assert "Ateliers" not in browser.page.text
        assert (await browser.get(PATH)).status_code == 404
        await browser.get("/backend")
        token = browser.form("/backend/logout")["token"]
        assert (await browser.post(PATH, {"token": token, "title": "Budget"})).status_code == 404
    assert await house.storage.read(workshops.workshops) == ()


async def test_a_workshop_and_its_series(house: House) -> None:
    await give(house.storage)
    await house.storage.run(hours.close, Days(date(2026, 4, 13), date(2026, 4, 13)), "Formation")
    async with at_the_desk(house, PATH) as browser:
        await browser.send(PATH, title="Mon budget", about="Deux heures.", age_from="18", age_to="25", measure="les jeunes suivis par l'ASE")
        path = browser.page.url.path
        token = path.rpartition("/")[2]
        given = await house.storage.read(workshops.given, token)
        assert given == Workshop(token, "Mon budget", "Deux heures.", "18-25", "les jeunes suivis par l'ASE")
        (place,) = await house.storage.read(places.places)
        wanted = {"place": place.token, "first": "2026-03-30", "opens": "14:00", "closes": "16:00", "capacity": "8", "weeks": "4"}
        await browser.send(f"{path}/plan", **wanted)
        said = browser.page.text
        assert [f'value="{day}" checked' in said for day in ("2026-03-30", "2026-04-06", "2026-04-13", "2026-04-20")] == [True, False, False, True]
        assert "jour férié" in said
        assert "fermé\u00a0: Formation" in said
        assert len(await house.storage.read(workshops.to_come)) == 1, "nothing is planned by looking"
        ticked = {name: value for name, value in browser.form(f"{path}/plan").items() if name not in ("day1", "day2")}
        await browser.post(f"{path}/plan", ticked)
    planned = [each for each in await house.storage.read(workshops.to_come) if each.workshop.token == token]
    assert [each.starts_at for each in planned] == [paris("2026-03-30 14:00"), paris("2026-04-20 14:00")]
    assert {each.capacity for each in planned} == {8}


async def test_what_cannot_be_kept_is_said_and_nothing_is_lost(house: House) -> None:
    await give(house.storage)
    (workshop,) = await house.storage.read(workshops.workshops)
    (place,) = await house.storage.read(places.places)
    good = {"place": place.token, "first": "2026-03-30", "opens": "14:00", "closes": "16:00", "capacity": "8", "weeks": "4"}
    wrong = (
        {"place": "x"},
        {"first": "2026-03-02"},
        {"first": "2030-01-01"},
        {"closes": "13:00"},
        {"capacity": "0"},
        {"weeks": "21"},
        {"weeks": "-1"},
    )
    async with at_the_desk(house, PATH) as browser:
        for fields in (
            {"title": ""},
            {"title": "a" * 81},
            {"title": "Budget", "age_from": "25", "age_to": "18"},
            {"title": "Budget", "age_from": "18"},
        ):
            await browser.get(PATH)
            assert (await browser.send(PATH, **fields)).status_code == 422
            assert "faute" in browser.page.text
        for fields in wrong:
            await browser.get(f"{PATH}/{workshop.token}")
            assert (await browser.send(f"{PATH}/{workshop.token}/plan", **{**good, **fields, "seen": "1", "day0": "2026-03-30"})).status_code == 422
        await browser.get(f"{PATH}/{workshop.token}")
        await browser.send(f"{PATH}/{workshop.token}/plan", **good, seen="1", day0="2026-03-31")
        assert browser.page.status_code == 422, "a day that was not among those seen"
        assert 'value="14:00"' in browser.page.text
        assert (await browser.get(f"{PATH}/nothing")).status_code == 404
        assert (await browser.get(f"{PATH}/sessions/nothing")).status_code == 404
    assert len(await house.storage.read(workshops.to_come)) == 1
    assert len(await house.storage.read(workshops.workshops)) == 1


async def test_somebody_is_signed_up_then_the_next_waits(house: House) -> None:
    session = await give(house.storage, 1)
    path = f"{PATH}/sessions/{session}"
    yanis, ines = await house.asks_for_somebody("yanis"), await house.asks_for_somebody("ines")
    await house.named("ines", "Inès")
    async with at_the_desk(house, path) as browser:
        await browser.send(f"{path}/sign-up", who=yanis)
        assert "La place est prise" in browser.page.text
        assert await steps(house, session) == [Kind.CONFIRMATION, Kind.TWO_DAYS]
        await browser.send(f"{path}/sign-up", who=ines)
        assert "attend sur la liste" in browser.page.text
        assert "1. <a" in " ".join(browser.page.text.split())
        assert [waits.who.name for waits in await house.storage.read(attendance.line, (await found(house, session)).id)] == ["Inès"]
        (row,) = await house.storage.read(attendance.sheet, session)
        await browser.send(f"{path}/give-back", who=row.who.token)
        assert "elle lui est gardée" in browser.page.text
        (held,) = await house.storage.read(attendance.sheet, session)
        assert (held.who.name, held.seat.state) == ("Inès", seats.State.HELD)
        assert "gardée jusqu" in browser.page.text
        assert (await browser.send(f"{path}/sign-up", who="nobody")).status_code == 422


async def test_moved_and_cancelled_are_told(house: House) -> None:
    session = await give(house.storage)
    path = f"{PATH}/sessions/{session}"
    await house.storage.run(seats.take, session, await person(house, await house.asks_for_somebody()))
    (place,) = await house.storage.read(places.places)
    async with at_the_desk(house, path) as browser:
        await browser.send(f"{path}/move", place=place.token, first="2026-03-21", opens="10:00", closes="12:00")
        assert "déplacée" in browser.page.text
        assert (await found(house, session)).starts_at == paris("2026-03-21 10:00")
        assert await steps(house, session) == [Kind.MOVED, Kind.TWO_DAYS]
        assert (await browser.send(f"{path}/move", place=place.token, first="2026-03-02", opens="10:00", closes="12:00")).status_code == 422
        assert (await browser.send(f"{path}/seats", capacity="1")).status_code == 422, "no seat is taken away"
        await browser.send(f"{path}/seats", capacity="12")
        assert (await found(house, session)).capacity == 12
        await browser.send(f"{path}/cancel")
        assert await steps(house, session) == [Kind.CANCELLED]
        assert "N’aura pas lieu" in browser.page.text


async def test_the_attendance_sheet_one_tap_each_and_no_count(house: House, clock: TestClock) -> None:
    session = await give(house.storage)
    path = f"{PATH}/sessions/{session}"
    await house.storage.run(seats.take, session, await person(house, await house.asks_for_somebody()))
    await house.named("yanis", "Yanis")
    async with at_the_desk(house, path) as browser:
        assert "Rendre la place" in browser.page.text
        assert "Pas là" not in browser.page.text, "not before it begins"
        clock.turn_to(START)
        await browser.get(path)
        await browser.send(f"{path}/attendance", outcome="came")
        (seat,) = await house.storage.read(seats.sheet, session)
        assert seat.outcome is Outcome.CAME
        await browser.send(f"{path}/attendance", outcome="absent")
        (seat,) = await house.storage.read(seats.sheet, session)
        assert seat.outcome is Outcome.ABSENT, "said again, it is put right"
        assert (await browser.send(f"{path}/attendance", outcome="ours")).status_code == 400
        page = await words(browser, PATH)
        assert "feuille à remplir" not in page
        assert "Pas là" not in page, "nobody's absence shows anywhere else"
        printed = await words(browser, f"{path}/sheet")
        assert "Yanis" in printed
        assert "Pas là" not in printed


async def test_a_sheet_that_waits_is_seen(house: House, clock: TestClock) -> None:
    session = await give(house.storage)
    await house.storage.run(seats.take, session, await person(house, await house.asks_for_somebody()))
    clock.turn_to(START + timedelta(hours=3))
    async with at_the_desk(house, PATH) as browser:
        assert "feuille à remplir" in browser.page.text
        clock.turn_to(START + timedelta(days=30))
        assert "feuille à remplir" not in (await browser.get(PATH)).text


async def test_a_session_is_announced_once_and_to_how_many_is_said(house: House, clock: TestClock) -> None:
    session = await give(house.storage)
    path = f"{PATH}/sessions/{session}"
    async with at_the_desk(house, path) as browser:
        assert "Personne n’a encore dit oui aux annonces" in browser.page.text
        for nth in range(6):
            someone = await person(house, await house.asks_for_somebody(f"p{nth}"))
            await house.storage.run(consents.choose, someone, Choice.ANNOUNCEMENTS, "1", "oui")
            said = "Moins de cinq personnes ont" if nth < 4 else f"{nth + 1} personnes ont"
            assert said in (await browser.get(path)).text
        assert "Le message part tout de suite" in browser.page.text
        clock.turn(hours=12)
        await browser.log_in()
        assert "Le message part demain 8\u00a0h" in (await browser.get(path)).text
        await browser.send(f"{path}/announce")
        assert "L’annonce part" in browser.page.text
        assert "Annoncée" in browser.page.text
        assert await house.storage.read(announcements.running) == (session,)
        token = browser.form("/backend/logout")["token"]
        await browser.post(f"{path}/announce", {"token": token})
        assert "Rien n’est annoncé" in browser.page.text
