"""« Chiffres »: a quarter that is over, nothing under five, nobody pointed to, and the same as a file without a name."""

import csv
import io

from storage import appointments, places
from storage.appointment_view import Appointment, Booking, Outcome
from storage.caseworkers import Role
from tests.backend.desk import House, words
from tests.clock import TestClock
from tests.storage.diary import Diary, diary, paris

PATH = "/backend/figures"
TEAM = ("Samira", "Théo", "Awa")


async def filled(house: House, clock: TestClock, team: tuple[str, ...] = TEAM) -> Diary:
    """Twelve appointments in March: seven came, five did not; two of them elsewhere."""
    of = await diary(house.storage, team)
    await house.storage.run(places.add, "=Maison", "1 rue d'ici", ((),) * 7)
    elsewhere = next(each.id for each in await house.storage.read(places.everywhere) if each.name == "=Maison")
    booked = []
    for nth in range(12):
        slot = of.at(f"2026-03-1{nth // 4} 1{nth % 4}:00", of.team[nth % len(team)])
        there = Diary(of.storage, of.team, elsewhere, of.motive).at(f"2026-03-1{nth // 4} 1{nth % 4}:00", of.team[nth % len(team)])
        wanted = Booking(await of.person(f"p{nth}"), of.motive.token, there if nth > 9 else slot, freely=True)
        found = await house.storage.run(appointments.book, wanted)
        assert isinstance(found, Appointment)
        booked.append(found.token)
    clock.turn_to(paris("2026-03-13 18:00"))
    for nth, token in enumerate(booked):
        await house.storage.run(appointments.close, token, Outcome.CAME if nth < 7 else Outcome.ABSENT)
    return of


async def test_a_quarter_is_shown_once_it_is_over(house: House, clock: TestClock) -> None:
    await filled(house, clock)
    await house.colleague()
    async with house.browser() as browser:
        await browser.log_in()
        assert "Rien à montrer pour le 4e trimestre 2025" in await words(browser, PATH)
        assert (await browser.get(f"{PATH}?trimestre=2026-T1")).status_code == 404, "it would be subtracted day by day"
        clock.turn_to(paris("2026-04-02 10:00"))
        said = await words(browser, PATH)
        assert "Rendez-vous pris 12" in said
        assert "Présence 7" in said
        assert "Absence 5" in said
        assert "médian" in said
        assert (await browser.get(f"{PATH}?trimestre=2019-T1")).status_code == 404
        assert (await browser.get(f"{PATH}?trimestre='")).status_code == 404


async def test_no_colleague_is_pointed_to(house: House, clock: TestClock) -> None:
    await filled(house, clock, TEAM[:2])
    await house.colleague()
    clock.turn_to(paris("2026-04-02 10:00"))
    async with house.browser() as browser:
        await browser.log_in()
        assert "Rien à montrer" in await words(browser, PATH)
        assert not list(csv.reader(io.StringIO((await browser.get(f"{PATH}.csv")).text), delimiter=";"))[1:]


async def test_the_file_says_what_the_page_says_and_nobody_s_name(house: House, clock: TestClock) -> None:
    of = await filled(house, clock)
    await house.colleague("Root", "root@example.org", Role.ADMIN)
    clock.turn_to(paris("2026-04-02 10:00"))
    async with house.browser() as browser:
        await browser.log_in("root@example.org")
        answer = await browser.get(f"{PATH}.csv")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert 'filename="palier-chiffres-2026-T1.csv"' in answer.headers["content-disposition"]
        assert answer.content.startswith(b"\xef\xbb\xbf"), "a spreadsheet knows it by its mark"
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert rows[0] == ["trimestre", "découpage", "valeur", "mesure", "nombre"]
        assert ["2026-T1", "ensemble", "", "présence", "7"] in rows
        assert "Maison" not in answer.text, "two appointments there are put with the others"
        for name in (*TEAM, *(f"p{nth}" for nth in range(12))):
            assert name not in answer.text
    assert of.motive.name not in answer.text, "one motive alone is no table"
