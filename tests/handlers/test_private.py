"""« Continuer en privé »: the same person and the same demande on a page of our own, that shows nothing of the application; and back."""

import asyncio

import pytest

from bot.channels.webchat.channel import WebChatChannel
from bot.messages import Address, Inbound, Kind
from handlers import private
from storage import crises, erasure, lanes, private_links, talks, thread_view, threads, transport
from storage.engine import Work
from storage.lanes import Lane
from storage.private_links import LIVES
from tests.clock import TestClock
from tests.handlers.test_terminal import ends_with_the_line
from tests.talk import Road, Talk, bodies, labels

PAGE, OTHER = WebChatChannel().address("a" * 64), WebChatChannel().address("b" * 64)
THERE = "On continue sur ta page à part."


async def link(talk: Talk, words: str = "je veux parler en privé") -> str:
    """The token of the link that these words give."""
    said = await talk.says(words)
    (given,) = [choice.link for outbound in said for choice in outbound.choices if (choice.link or "").startswith("/c/")]
    return (given or "").removeprefix("/c/")


async def moves(talk: Talk, address: Address = PAGE) -> bool:
    return await talk.road.storage.run(private.move, await link(talk), address)


async def shown(road: Road, address: Address = PAGE) -> list[str]:
    """What the page shows."""

    def unit(work: Work) -> list[str]:
        found = talks.conversation_of_peer(work, address.channel, address.account, address.peer)
        return [] if found is None else [line.text for line in talks.messages_after(work, found.id, 0, 100)]

    return await road.storage.read(unit)


async def page(road: Road) -> Lane | None:
    return await road.storage.run(lanes.lane_of, PAGE)


@pytest.mark.parametrize("words", ["Je veux parler en privé", "en privé ?", "I want to talk in private", "أريد التحدث على انفراد"])
async def test_a_link_is_asked_for_in_words(road: Road, talk: Talk, words: str) -> None:
    token = await link(talk, words)
    given = next(outbound for outbound in talk.heard if outbound.choices and (outbound.choices[0].link or "").startswith("/c/"))
    assert ends_with_the_line([given])
    assert await road.storage.read(private_links.look, token) is not None


@pytest.mark.parametrize("words", ["mon parc privé", "privé de logement", "une personne privée"])
async def test_other_words_are_not(talk: Talk, words: str) -> None:
    assert "/c/" not in str([choice.link for said in await talk.says(words) for choice in said.choices])


async def test_the_page_is_the_same_person_s_and_shows_nothing_of_before(road: Road, talk: Talk) -> None:
    await talk.says("une personne")
    await talk.says("mon proprio me menace")
    assert await moves(talk)
    lane, before = await page(road), await talk.lane()
    assert lane is not None
    assert (lane.person_id, lane.human) == (before.person_id, True)
    assert "menace" not in str(await shown(road))
    assert [text[:22] for text in await shown(road)] == ["On continue ici, avec "]

    def view(work: Work) -> tuple[set[int], bool, int]:
        thread = threads.open_thread_of(work, lane.person_id) or 0
        seen = thread_view.view(work, threads.token_of(work, thread))
        assert seen is not None
        return {line.part for line in seen.lines}, seen.private, threads.answered_in(work, thread)[1]

    parts, goes_there, answered = await road.storage.read(view)
    assert (parts, goes_there, answered) == ({0, 1}, True, lane.conversation_id)


async def test_the_language_goes_too(road: Road, talk: Talk) -> None:
    await talk.says("/langue")
    await talk.taps("English")
    assert await road.storage.run(private.move, await link(talk, "in private"), PAGE)
    assert "We go on here" in str(await shown(road))


class TestTheLink:
    async def test_works_once(self, road: Road, talk: Talk) -> None:
        token = await link(talk)
        assert await road.storage.run(private.move, token, PAGE)
        assert not await road.storage.run(private.move, token, OTHER)
        assert await road.storage.run(lanes.lane_of, OTHER) is None

    async def test_at_once_from_two_devices_it_works_for_one(self, road: Road, talk: Talk) -> None:
        token = await link(talk)
        opened = await asyncio.gather(*(road.storage.run(private.move, token, address) for address in (PAGE, OTHER)))
        assert sorted(opened) == [False, True]

    async def test_is_over_after_thirty_minutes_and_its_row_goes(self, road: Road, talk: Talk, clock: TestClock) -> None:
        token = await link(talk)
        clock.turn(LIVES)
        assert await road.storage.read(private_links.look, token) is None
        assert not await road.storage.run(private.move, token, PAGE)
        clock.turn(1)
        keys = await road.storage.read(transport.find_old, "private_link")
        assert await road.storage.run(transport.remove, "private_link", keys) == 1

    async def test_a_new_one_ends_the_one_before(self, road: Road, talk: Talk) -> None:
        former, token = await link(talk), await link(talk)
        assert not await road.storage.run(private.move, former, PAGE)
        assert await road.storage.run(private.move, token, PAGE)

    @pytest.mark.parametrize("token", ["", "x", "a" * 43])
    async def test_a_forged_one_opens_nothing(self, road: Road, talk: Talk, token: str) -> None:
        await link(talk)
        assert not await road.storage.run(private.move, token, PAGE)

    async def test_of_somebody_erased_opens_nothing(self, road: Road, talk: Talk) -> None:
        token = await link(talk)
        await road.storage.run(erasure.erase_rows, (await talk.lane()).person_id)
        assert await road.storage.read(private_links.look, token) is None
        assert not await road.storage.run(private.move, token, PAGE)

    async def test_shows_nothing_of_another_page_that_is_open(self, road: Road, talk: Talk) -> None:
        """Whoever holds the telephone can ask for a link too."""
        assert await moves(talk)
        assert await moves(talk, OTHER)
        assert len(await shown(road, OTHER)) == 1
        assert await shown(road) != []


class TestTheApplication:
    async def test_says_where_it_goes_on_and_nothing_else(self, talk: Talk) -> None:
        assert await moves(talk)
        for words in ("c koi visale", "une personne", "/menu", "oui"):
            said = await talk.says(words)
            assert [outbound.body.split("\n")[0] for outbound in said] == [f"{THERE} Ici, je ne réponds plus."]
            assert ends_with_the_line(said)
            assert labels(said) == ["Revenir ici", "Continuer en privé", "Urgence"]

    async def test_danger_stop_and_files_are_answered_as_ever(self, talk: Talk) -> None:
        assert await moves(talk)
        assert "L’équipe le verra" in bodies(await talk.sends("photo"))
        assert "on ne t’écrit plus en premier" in bodies(await talk.says("stop"))
        (card, *_rest) = await talk.says("je veux mourir")
        assert card.card == "crisis"
        assert THERE not in bodies(await talk.says("oui"))

    async def test_under_a_human_the_robot_stays_silent_and_the_way_back_is_open(self, road: Road, talk: Talk) -> None:
        await talk.says("une personne")
        assert await moves(talk)
        assert await talk.says("vous êtes là ?") == []
        assert "on continue ici" in bodies(await talk.says("revenir ici"))

    async def test_back_again_the_page_leads_to_nobody(self, road: Road, talk: Talk) -> None:
        await talk.says("une personne")
        assert await moves(talk)
        said = await talk.says("Revenir ici")
        assert "D’accord, on continue ici. Ta page à part est fermée." in bodies(said)
        assert "115 · 17 · 119 · 3114" in bodies(said)
        assert await page(road) is None
        assert await road.storage.run(lambda work: talks.was_somebody(work, PAGE.channel, PAGE.account, PAGE.peer))
        assert (await talk.lane()).human, "whoever answered there answers here"

    async def test_the_robot_answers_again_once_back(self, talk: Talk) -> None:
        assert await moves(talk)
        await talk.says("c koi visale")
        await talk.taps("Revenir ici")
        assert "Visale" in bodies(await talk.says("c koi visale"))

    async def test_words_to_come_back_are_ordinary_where_nothing_is_open(self, talk: Talk) -> None:
        assert "page à part" not in bodies(await talk.says("on continue ici"))

    async def test_a_page_closed_otherwise_is_no_reason_to_be_silent(self, road: Road, talk: Talk) -> None:
        assert await moves(talk)

        def part(work: Work) -> None:
            private_links.close(work, lanes.lanes_of_person(work, person))

        person = (await talk.lane()).person_id
        await road.storage.run(part)
        assert "Visale" in bodies(await talk.says("c koi visale"))


class TestOffered:
    async def test_to_who_says_that_their_phone_is_read(self, talk: Talk) -> None:
        await talk.says("mon mec me frappe")
        said = await talk.taps("Oui")
        assert "Continuer en privé" in labels(said)
        assert "privé" not in bodies(said)[:60]
        (given,) = await talk.taps("Continuer en privé")
        assert "privé" not in given.body[:60]

    async def test_beside_what_is_nobody_else_s_business(self, talk: Talk) -> None:
        assert "Continuer en privé" in labels(await talk.says("je suis handicapé"))
        assert "Continuer en privé" not in labels(await talk.says("c koi visale"))

    async def test_not_on_a_page_that_is_ours_already(self, road: Road) -> None:
        here = Talk(road, PAGE)
        await here.does(Kind.TEXT, "en privé")
        assert "c’est déjà une page à nous" in str(await shown(road))


# -- a danger that is open follows


async def in_danger_then_away(road: Road, talk: Talk) -> list[str]:
    """Somebody who sleeps outside tells of it in the application, and goes on on a page; what it shows."""
    assert "115" in bodies(await talk.says("je dors dehors ce soir"))
    assert await moves(talk)
    await road.run()
    return await shown(road)


async def says_there(road: Road, text: str) -> str:
    before = len(await shown(road))
    await road.take(Inbound(PAGE, "", Kind.TEXT, road.clock.now(), text))
    return "\n".join((await shown(road))[before + 1 :])


async def test_its_second_steps_are_answered_on_the_page_which_said_nothing_of_it(road: Road, talk: Talk) -> None:
    seen = await in_danger_then_away(road, talk)
    assert not any("dehors" in text or "abri" in text for text in seen)
    assert "Ce n’est pas ta faute" in await says_there(road, "ils ont pas de place au 115")


async def test_what_is_not_understood_there_is_answered_by_the_number(road: Road, talk: Talk) -> None:
    await in_danger_then_away(road, talk)
    said = await says_there(road, "blibli blabla")
    assert "115" in said
    assert "mal comprendre" in said


async def test_a_bare_yes_there_answers_no_question_of_the_application(road: Road, talk: Talk) -> None:
    await talk.says("je veux mourir")
    assert await moves(talk)
    assert "15" not in (await says_there(road, "oui")).replace("3114", "").replace("115", "")


async def test_a_day_later_it_is_over_there_too(road: Road, talk: Talk, clock: TestClock) -> None:
    await talk.says("je dors dehors ce soir")
    clock.turn(hours=25)
    assert await moves(talk)
    lane = await page(road)
    assert lane is not None
    assert "danger" not in lane.state


async def test_what_was_told_of_on_the_page_is_known_where_they_come_back(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    assert await moves(talk)
    await says_there(road, "je dors dehors ce soir")
    await talk.says("revenir ici")
    assert "Ce n’est pas ta faute" in bodies(await talk.says("ils ont pas de place au 115"))


async def test_what_they_said_of_their_phone_follows(road: Road, talk: Talk) -> None:
    await talk.says("mon copain me frappe")
    await talk.taps("Oui")
    [given] = [choice.link for said in await talk.taps("Continuer en privé") for choice in said.choices if choice.link]
    assert await road.storage.run(private.move, (given or "").removeprefix("/c/"), PAGE)

    def settled(work: Work) -> list[tuple[bool | None, str]]:
        rows = [crises.last(work, each) for each in (lane.conversation_id, here.conversation_id)]
        return [(row.watched_phone, row.crisis) for row in rows if row is not None]

    found, here = await page(road), await talk.lane()
    assert found is not None
    lane = found
    there, before = await road.storage.read(settled)
    assert there == before
    assert there[0] is True
