"""« Si l'appli ne peut pas »: one's own other ways, or a call; kept at once, changed by a press, and obeyed."""

from sqlmodel import col, update

from bot.messages import Address
from storage import consents, fallbacks, lanes
from storage.consents import Choice
from storage.engine import Work
from storage.tables import Link
from tests.talk import Road, Talk, labels


async def ways(road: Road, talk: Talk, *others: tuple[str, str]) -> None:
    """They have these ways too, and said yes to an SMS."""
    person = (await talk.lane()).person_id

    def unit(work: Work) -> None:
        ids = [lanes.open_lane(work, Address(channel, account, "zoe")).address_id for channel, account in others]
        work.session.execute(update(Link).where(col(Link.address_id).in_(ids)).values(person_id=person))
        consents.choose(work, person, Choice.FALLBACK, "1", "oui")

    await road.storage.run(unit)


async def test_who_has_one_way_is_asked_nothing(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("/donnees")
    assert "Si l’appli ne peut pas" not in labels(await talk.taps("Mes choix"))


async def test_chosen_changed_and_obeyed(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    await ways(road, talk, ("telegram", "1"), ("relay", "sms"))
    await talk.says("/donnees")
    await talk.taps("Mes choix")
    shown = labels(await talk.taps("Si l’appli ne peut pas"))
    assert shown == ["Par Telegram", "Par SMS", "On m’appelle", "Mes données"]
    lane = await talk.lane()
    for label, first in (("Par SMS", ["relay", "telegram"]), ("Par Telegram", ["telegram", "relay"]), ("On m’appelle", [])):
        assert "C’est noté" in (await talk.taps(label))[-1].body
        found = await road.storage.read(fallbacks.others, lane.person_id, lane.address_id)
        assert [other.channel for other in found] == first


async def test_a_way_that_is_theirs_no_more_is_not_kept(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    await ways(road, talk, ("telegram", "1"), ("relay", "sms"))
    await talk.says("/donnees")
    await talk.taps("Mes choix")
    await talk.taps("Si l’appli ne peut pas")
    lane = await talk.lane()
    await road.storage.run(consents.take_back, lane.person_id, Choice.FALLBACK)
    assert "Par SMS" not in labels(await talk.taps("Par SMS"))
    assert await road.storage.read(fallbacks.chosen, lane.person_id) == ""
