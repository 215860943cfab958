"""The same dialogue on every channel: welcomed, a page read, an appointment booked in words, its reminder 48 h before by what each channel allows,
moved in words, and a caseworker who answers from the desk.

The whole service runs, its clock turned as the demo turns it, before strict doubles of its providers.
"""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.app import web
from bot.messages import Address
from bot.rules.gsm7 import parts
from bot.settings import Settings
from storage import appointment_view, consents, lanes, linking, tasks, threads
from storage.appointment_view import Appointment
from storage.caseworkers import Member
from storage.engine import Work
from tests.backend.desk import House as Desk
from tests.channels.kit import Seen
from tests.channels.town import Town, Young, town
from tests.handlers.receiving import receiving
from tests.storage.diary import paris

TUESDAY = paris("2026-03-03 10:30")
AS_IT_IS = {"Je viens", "Déplacer", "Je ne peux pas"}
RECALLED = {
    "telegram": "Je t’écris 48\u00a0h avant",
    "whatsapp": "Je t’écris 48\u00a0h avant",
    "messenger": "Pas de rappel ici",
    "webchat": "Pour le lire, reviens sur cette page.",
}
"""What is promised of the reminder, once it is booked: what the channel can keep."""
AS_TEMPLATE, CALLED = {"whatsapp"}, {"messenger"}
"""Where, a day after somebody wrote, only what was agreed beforehand passes; where nothing does."""


@pytest.fixture
async def here(settings: Settings) -> AsyncIterator[Town]:
    async with town(settings, TUESDAY) as found:
        await receiving(found.service.storage)
        yield found


async def one_appointment(young: Young) -> Appointment:
    """Their only one."""

    def unit(work: Work) -> tuple[Appointment, ...]:
        lane = lanes.lane_of(work, young.address)
        assert lane is not None
        return appointment_view.to_come(work, lane.person_id)

    (found,) = await young.town.service.storage.run(unit)
    return found


def hears(seen: list[Seen], *words: str) -> None:
    """All of these are in what was said."""
    said = "\n".join(each.text for each in seen)
    assert [each for each in words if each not in said] == [], said


async def is_welcomed_and_reads(young: Young) -> None:
    welcome = await young.says("slt")
    hears(welcome, "115")
    assert "Trouver un logement" in welcome[-1].buttons
    hears(await young.says("c koi visale"), "Garant gratuit", "Visale")


async def books(young: Young) -> Appointment:
    """By words, then by a button; a name is given and no number. In a week: by then nobody has written for more than a day."""
    hears(await young.says("jveu un rdv"), "C’est pour quoi")
    hears(await young.says("trouver un logement"), "Dans quelle ville")
    hears(await young.says("oignies"), "Lequel te va")
    hears(await young.says("la semaine pro"), "Lequel te va")
    hears(await young.says("la deuxième"), "Je réserve")
    hears(await young.presses("Oui"), "Un prénom pour te retrouver")
    await young.says("yanis")
    hears(await young.says("passer"), "C’est réservé.", RECALLED[young.kit.name], "115 · 17 · 119 · 3114")
    return await one_appointment(young)


async def is_reminded(young: Young, mine: Appointment, called: list[str]) -> None:
    """As it is on Telegram and the web chat; what was agreed beforehand on WhatsApp; a colleague who calls where nothing passes."""
    news = await young.news()
    when = f"{mine.slot.start.astimezone(TUESDAY.tzinfo):%-d mars, %-H}\u00a0h"
    if young.kit.name in CALLED:
        assert news == []
        assert sum(when in text for text in called) == 1, called
        return
    assert len(news) == 1, (young.kit.name, news, called)
    [said] = news
    assert when in said.text
    assert not any(when in text for text in called)
    if young.kit.name in AS_TEMPLATE:
        assert (said.template, len(said.buttons)) == ("rdv_rappel", 3)
    else:
        assert (said.text.startswith("Ton rendez-vous"), said.template, set(said.buttons)) == (True, "", AS_IT_IS)


async def is_reminded_by_sms(young: Young, mine: Appointment, sms: Address, called: list[str]) -> None:
    """By the fallback they accepted: one segment, discreet, and nobody has to call."""
    when = f"{mine.slot.start.astimezone(TUESDAY.tzinfo):%-d mars}"
    gateway = young.town.doubles["relay"]
    [said] = [message.text for message in gateway.sent if message.to == sms.peer]
    assert (when in said, parts(said), "CLLAJ" in said) == (True, 1, False), said
    assert await young.news() == []
    assert len(called) == len(CALLED), called


async def moves(young: Young, mine: Appointment) -> None:
    hears(await young.says("on peut decaler a un autre jour"), "au même endroit", "Lequel te va")
    hears(await young.says("le dernier"), "On change")
    assert (await one_appointment(young)).slot == mine.slot, "asked back before anything is done"
    hears(await young.says("oui"), "C’est fait.")
    moved = await one_appointment(young)
    assert (moved.token, moved.slot.start != mine.slot.start, moved.version) == (mine.token, True, mine.version + 1)


async def gets_a_person(young: Young, desk: Desk) -> None:
    """The robot is silent from there; what a caseworker writes at the desk arrives."""
    hears(await young.says("je veux parler a une personne"), "Une personne te répond avant")
    assert await young.says("c pour le dépôt de garantie") == []
    async with desk.browser() as browser:
        await browser.log_in()
        path = f"/backend/threads/{await _thread(young)}"
        assert "c pour le dépôt de garantie" in (await browser.get(path)).text
        assert (await browser.send(f"{path}/reply", text="Bonjour Yanis, on regarde ça ensemble.")).status_code == 303
    await young.town.settled()
    hears(await young.news(), "Nadège te répond maintenant.", "Bonjour Yanis, on regarde ça ensemble.")


async def _thread(young: Young) -> str:
    def unit(work: Work) -> str:
        lane = lanes.lane_of(work, young.address)
        assert lane is not None
        return threads.token_of(work, threads.open_for(work, lane))

    return await young.town.service.storage.run(unit)


async def accepts_sms(young: Young, number: str) -> Address:
    """Their number is tied to them by its code, and they said yes to an SMS where the app does not pass."""
    address = Address("relay", "sms", number)

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, young.address)
        assert lane is not None
        linking.tie(work, lane.person_id, address, linking.Proof.CODE)
        consents.choose(work, lane.person_id, consents.Choice.FALLBACK, "1", "SMS ou e-mail si l’application ne marche pas")

    await young.town.service.storage.run(unit)
    return address


async def to_call(here: Town, who: Member) -> list[str]:
    """What colleagues have to call people for."""
    found = await here.service.storage.read(tasks.waiting, who)
    return [task.text for task in found if task.kind is tasks.Kind.CALL]


async def test_from_the_welcome_to_a_caseworker(here: Town) -> None:
    service = here.service
    desk = Desk(service.storage, web(service), service.stopping, service.bell, "http://palier.test")
    nadege = await desk.colleague()
    people = here.young()
    mine: dict[str, Appointment] = {}
    for name, young in people.items():
        await is_welcomed_and_reads(young)
        mine[name] = await books(young)
    other = here.young(2)["messenger"]
    await is_welcomed_and_reads(other)
    also = await books(other)
    sms = await accepts_sms(other, "+33612345678")
    assert len({each.slot.start for each in mine.values()}) == len(people), "nobody has another's time"

    await here.turn_to(max(each.slot.start for each in (*mine.values(), also)) - timedelta(hours=47, minutes=30))
    called = await to_call(here, nadege)
    await is_reminded_by_sms(other, also, sms, called)
    for name, young in people.items():
        await is_reminded(young, mine[name], called)
        await moves(young, mine[name])
        await gets_a_person(young, desk)
