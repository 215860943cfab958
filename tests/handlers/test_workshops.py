"""Workshops in the conversation: seen, taken, waited for, given back; whom they are for is said kindly and kept nowhere."""

from datetime import datetime, timedelta

import pytest

from bot import outbox
from bot.messages import Choice, Outbound, Purpose
from bot.rules.calendars import card
from bot.rules.reminders import Kind
from scheduler.jobs.reminders import release_due
from storage import feeds, lanes, places, reminders, seats, switches, workshops
from storage.engine import Work
from storage.seats import State
from storage.switches import Switch
from storage.workshops import Workshop
from tests.clock import TestClock
from tests.rules.waiting import OFFICE
from tests.storage.diary import paris
from tests.talk import Road, Talk, bodies, labels

TUESDAY, THURSDAY = paris("2026-03-17 14:00"), paris("2026-03-19 10:30")
HOME = Workshop("", "Chercher un logement", "Deux heures, à plusieurs.")


async def give(road: Road, *times: datetime, of: Workshop = HOME, capacity: int = 1) -> tuple[str, ...]:
    """Workshops are on, and this one is given then; the sessions' tokens."""

    def unit(work: Work) -> tuple[str, ...]:
        switches.turn(work, Switch.WORKSHOPS, on=True)
        if not places.places(work):
            places.add(work, "Antenne de Carvin", "12 place Jean-Jaurès, 62220 Carvin", OFFICE, directions="Sonne à gauche.", town="Carvin")
        (place,) = places.places(work)
        return workshops.plan(work, workshops.put(work, of), place.id, [(at, at + timedelta(hours=2)) for at in times], capacity)

    return await road.storage.run(unit)


async def fill(road: Road, session: str, *names: str) -> None:
    """These people take what is free of it."""

    def unit(work: Work) -> None:
        for name in names:
            lane = lanes.open_lane(work, road.talk(name).address)
            lanes.keep(work, lane)
            seats.take(work, session, lane.person_id)

    await road.storage.run(unit)


async def gives_back(road: Road, session: str, name: str) -> None:
    lane = await road.talk(name).lane()
    await road.storage.run(seats.give_back, session, lane.person_id)


async def sheet(road: Road, session: str) -> list[tuple[str, State]]:
    """Whose the seats are."""

    def unit(work: Work) -> list[tuple[str, State]]:
        found = []
        for seat in seats.sheet(work, session):
            (lane,) = lanes.lanes_of_person(work, seat.person_id)
            found.append((lane.address.peer, seat.state))
        return found

    return await road.storage.run(unit)


async def offered(road: Road, talk: Talk) -> None:
    """What is due is said: the seat that is held."""
    await release_due(road.storage, road.library)
    await road.run()
    (said,) = talk.news()
    assert "il y en a une mardi 17 mars" in said.body
    assert "Chercher un logement" not in said.body, "no title: a screen may be seen"
    assert labels([said]) == ["Je la prends", "Non merci"]


async def pretends(road: Road, talk: Talk, session: str) -> None:
    """A button of somebody else's stands in this conversation."""

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        outbox.put(work, lane, Outbound(talk.address, Purpose.REMINDER, "Une place", (Choice(f"seat:take:{session}", "Je la prends"),)))
        lanes.keep(work, lane)

    await road.storage.run(unit)
    await road.run()
    talk.news()


class TestSeen:
    async def test_off_the_page_alone_answers(self, talk: Talk) -> None:
        said = await talk.says("C'est quoi vos ateliers ?")
        assert "Un atelier, c’est un moment en petit groupe" in bodies(said)
        assert "Prochains ateliers" not in labels(said)
        assert "prochains ateliers. Lequel" not in bodies(await talk.says("ateliers"))

    async def test_on_the_page_leads_to_those_to_come(self, road: Road, talk: Talk) -> None:
        await give(road, TUESDAY, THURSDAY)
        await talk.says("C'est quoi vos ateliers ?")
        said = await talk.taps("Prochains ateliers")
        assert "• Chercher un logement\u00a0: mardi 17 mars, 14\u00a0h, à Carvin" in bodies(said)
        assert "Lequel t’intéresse" in bodies(said)
        assert {"mar. 17, 14\u00a0h", "jeu. 19, 10\u00a0h\u00a030", "Une personne"} <= set(labels(said))

    @pytest.mark.parametrize(
        "text",
        [
            *("atelier", "cest kan le prochin atelié", "ya encor dé place pr latelier ?", "jveu minscrire a un atelier", "ya des ateliers ?"),
            *("vous faites des ateliers ?", "quels ateliers vous proposez ce mois-ci", "je veux venir à un atelier", "mes ateliers"),
        ],
    )
    async def test_by_words(self, road: Road, talk: Talk, text: str) -> None:
        await give(road, TUESDAY)
        assert "Voici les prochains ateliers" in bodies(await talk.says(text))

    async def test_the_day_named_is_the_one_shown(self, road: Road, talk: Talk) -> None:
        await give(road, TUESDAY, THURSDAY)
        said = await talk.says("jveu minscrire a latelier de jeudi")
        assert "Jeudi 19 mars, 10\u00a0h\u00a030, à Carvin." in bodies(said)
        assert "Deux heures, à plusieurs." in bodies(said)
        assert "Je t’inscris\u202f?" in bodies(said)

    @pytest.mark.parametrize("text", ["do you have workshops?", "هل توجد ورشات؟"])
    async def test_in_the_language_of_who_asks(self, road: Road, talk: Talk, text: str) -> None:
        await give(road, TUESDAY)
        assert any(choice.id.startswith("workshop:see:") for said in await talk.says(text) for choice in said.choices)

    @pytest.mark.parametrize("text", ["on fait quoi dans un atelier", "les ateliers sont gratuits ?"])
    async def test_what_they_are_is_told_by_the_page(self, road: Road, talk: Talk, text: str) -> None:
        await give(road, TUESDAY)
        assert "Un atelier, c’est un moment en petit groupe" in bodies(await talk.says(text))

    @pytest.mark.parametrize("text", ["le dernier", "celui de jeudi", "jeudi", "le 19", "jeudi matin", "je veux celui du 19", "2", "le 2e"])
    async def test_one_of_the_list_in_words(self, road: Road, talk: Talk, text: str) -> None:
        await give(road, TUESDAY, THURSDAY)
        await talk.says("atelier")
        said = bodies(await talk.says(text))
        assert "Jeudi 19 mars, 10\u00a0h\u00a030, à Carvin." in said
        assert "Je t’inscris\u202f?" in said

    @pytest.mark.parametrize(("text", "before"), [("samedi", "Pas d’atelier à ce moment-là. "), ("oui", ""), ("chercher un logement", "")])
    async def test_none_of_them_or_several_the_list_once_more(self, road: Road, talk: Talk, text: str, before: str) -> None:
        await give(road, TUESDAY, THURSDAY)
        await talk.says("atelier")
        assert bodies(await talk.says(text)).startswith(f"{before}Voici les prochains ateliers.")

    @pytest.mark.parametrize(("text", "said"), [("aucun", "Je reste là"), ("c quoi visale", "Visale"), ("menu", "De quoi tu as besoin")])
    async def test_anything_else_after_the_list_is_answered_as_ever(self, road: Road, talk: Talk, text: str, said: str) -> None:
        await give(road, TUESDAY, THURSDAY)
        await talk.says("atelier")
        assert said in bodies(await talk.says(text))

    async def test_none_is_said_with_a_way_to_hear_of_others(self, road: Road, talk: Talk) -> None:
        await road.storage.run(switches.turn, Switch.WORKSHOPS, on=True)
        said = await talk.says("atelier")
        assert "Aucun atelier n’est prévu" in bodies(said)
        assert "Ateliers\u00a0: oui" in labels(said)
        assert "ateliers et annonces, oui" in bodies(await talk.taps("Ateliers\u00a0: oui"))
        assert "Ateliers\u00a0: oui" not in labels(await talk.says("atelier")), "who said yes is not asked again"

    async def test_in_danger_the_number_comes_and_no_workshop(self, road: Road, talk: Talk) -> None:
        await give(road, TUESDAY)
        await talk.says("jdors dehors ce soir")
        assert "prochains ateliers" not in bodies(await talk.says("jveu minscrire a un atelier"))


class TestTaken:
    async def test_signed_up_with_the_notice_and_one_reminder(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY)
        await talk.says("jveu minscrire a latelier de mardi")
        said = await talk.says("oui")
        assert "lu par l’équipe" in said[0].body, "the notice comes before what is kept"
        assert "C’est réservé." in said[1].body
        assert "Mardi 17 mars, 14\u00a0h." in said[1].body
        assert "Sonne à gauche." in said[1].body
        assert "Je t’écris avant" in said[1].body
        assert "Je ne peux pas" in labels(said)
        assert await sheet(road, session) == [("yanis", State.TAKEN)]
        (seat,) = await road.storage.read(seats.sheet, session)
        steps = await road.storage.read(lambda work: reminders.steps(work, seat_id=seat.id))
        assert [(step.kind, step.due_at) for step in steps] == [(Kind.TWO_DAYS, TUESDAY - timedelta(hours=48))]

    async def test_it_goes_into_ones_own_calendar_and_moves_there(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY)
        await talk.says("jveu minscrire a latelier de mardi")
        await talk.taps("Oui")
        (said,) = await talk.taps("Mon agenda")
        assert said.choices[0].link == f"/chat/dates/{session}"
        entry = await road.storage.read(feeds.card_of, session)
        assert entry is not None
        assert (entry.start, entry.place, entry.cancelled) == (TUESDAY, "Antenne de Carvin, 12 place Jean-Jaurès, 62220 Carvin", False)
        assert b"Chercher un logement" not in card(entry), "an agenda may be seen"
        (place,) = await road.storage.read(places.places)
        await road.storage.run(workshops.move, session, place.id, THURSDAY, THURSDAY + timedelta(hours=2))
        moved = await road.storage.read(feeds.card_of, session)
        assert moved is not None
        assert (moved.uid, moved.start, moved.sequence > entry.sequence) == (entry.uid, THURSDAY, True)
        await road.storage.run(workshops.cancel, session)
        gone = await road.storage.read(feeds.card_of, session)
        assert gone is not None
        assert gone.cancelled

    async def test_asked_again_it_is_the_same_seat(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY, capacity=3)
        await talk.says("jveu minscrire a latelier de mardi")
        await talk.taps("Oui")
        assert "Tu as une place à cet atelier." in bodies(await talk.says("jveu minscrire a latelier de mardi"))
        assert "Mardi 17 mars, 14\u00a0h." in bodies(await talk.says("c kan mon atelier"))
        assert await sheet(road, session) == [("yanis", State.TAKEN)]

    async def test_something_else_asked_meanwhile_keeps_the_question(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY)
        await talk.says("jveu minscrire a latelier de mardi")
        assert "On reprend" in bodies(await talk.says("c quoi visale svp"))
        await talk.taps("Oui")
        assert await sheet(road, session) == [("yanis", State.TAKEN)]

    async def test_nothing_is_taken_without_a_yes(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY)
        await talk.says("jveu minscrire a latelier de mardi")
        assert "Voici les prochains ateliers" in bodies(await talk.says("non"))
        assert await sheet(road, session) == []

    @pytest.mark.parametrize(
        ("of", "said"),
        [
            (Workshop("", "Budget", ages="18-25"), "Cet atelier est pour les 18\u201125\u00a0ans. Si c’est toi, je t’inscris\u202f?"),
            (Workshop("", "Budget", measure="les jeunes suivis par l’ASE"), "Cet atelier est pour les jeunes suivis par l’ASE. Si c’est toi"),
            (Workshop("", "Budget", ages="18-21", measure="les apprentis"), "Cet atelier est pour les apprentis, de 18 à 21\u00a0ans."),
        ],
    )
    async def test_whom_it_is_for_is_said_and_a_no_is_kind_and_kept_nowhere(self, road: Road, talk: Talk, of: Workshop, said: str) -> None:
        (session,) = await give(road, TUESDAY, of=of)
        assert said in bodies(await talk.says("jveu minscrire a latelier de mardi"))
        answer = await talk.says("non")
        assert "sans doute pas celui-là pour l’instant" in bodies(answer)
        assert "Une personne" in labels(answer)
        assert await sheet(road, session) == []
        assert "question" not in (await talk.lane()).state, "nor is the answer"

    async def test_without_a_limit_nothing_is_said_of_ages(self, road: Road, talk: Talk) -> None:
        await give(road, TUESDAY)
        said = bodies(await talk.says("jveu minscrire a latelier de mardi"))
        assert "Cet atelier est pour" not in said
        assert "Si c’est toi" not in said

    async def test_over_or_cancelled_is_said(self, road: Road, talk: Talk, clock: TestClock) -> None:
        (session,) = await give(road, TUESDAY)
        await talk.says("atelier")
        await road.storage.run(workshops.cancel, session)
        assert "n’est plus prévu" in bodies(await talk.taps("mar. 17, 14\u00a0h"))
        (session,) = await give(road, THURSDAY)
        await talk.says("jveu minscrire a latelier de jeudi")
        clock.turn_to(THURSDAY)
        assert "il a déjà commencé" in bodies(await talk.taps("Oui"))
        assert await sheet(road, session) == []


class TestFull:
    async def test_the_list_is_no_seat_and_is_left_by_a_button(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY)
        await fill(road, session, "zoe")
        said = await talk.says("jveu minscrire a latelier de mardi")
        assert "Cet atelier est complet" in bodies(said)
        assert {"Sur la liste", "Autres dates"} <= set(labels(said))
        said = await talk.taps("Sur la liste")
        assert "lu par l’équipe" in said[0].body
        assert "Ce n’est pas encore une place." in said[1].body
        assert (await road.storage.read(workshops.to_come))[0].waiting == 1
        assert "Tu attends déjà" in bodies(await talk.says("jveu minscrire a latelier de mardi"))
        await talk.taps("Ne plus attendre")
        assert (await road.storage.read(workshops.to_come))[0].waiting == 0

    async def test_filled_between_the_question_and_the_yes_the_list_is_said(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY)
        await talk.says("jveu minscrire a latelier de mardi")
        await fill(road, session, "zoe")
        assert "La dernière place vient de partir" in bodies(await talk.taps("Oui"))

    @pytest.mark.parametrize("words", ["ok jprend", "oui", "je la prends", "Je la prends"])
    async def test_what_is_offered_is_taken_in_words(self, road: Road, talk: Talk, words: str) -> None:
        (session,) = await give(road, TUESDAY)
        await fill(road, session, "zoe", "yanis")
        await gives_back(road, session, "zoe")
        assert await sheet(road, session) == [("yanis", State.HELD)]
        await offered(road, talk)
        assert "C’est réservé." in bodies(await talk.says(words))
        assert await sheet(road, session) == [("yanis", State.TAKEN)]

    async def test_or_by_its_button_under_a_human_too(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY)
        await fill(road, session, "zoe", "yanis")
        await gives_back(road, session, "zoe")
        await offered(road, talk)
        await road.human_says(talk, "Bonjour")
        talk.news()
        assert await talk.says("oui") == [], "words are the human's"
        said = await talk.taps("Je la prends")
        assert "Message automatique" in said[-1].body
        assert await sheet(road, session) == [("yanis", State.TAKEN)]

    async def test_left_it_goes_to_the_next(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY)
        await fill(road, session, "zoe", "yanis", "ines")
        await gives_back(road, session, "zoe")
        await offered(road, talk)
        assert "va à la personne suivante" in bodies(await talk.taps("Non merci"))
        assert await sheet(road, session) == [("ines", State.HELD)]

    async def test_too_late_it_went_to_the_next_and_they_may_wait_again(self, road: Road, talk: Talk, clock: TestClock) -> None:
        (session,) = await give(road, TUESDAY)
        await fill(road, session, "zoe", "yanis", "ines")
        await gives_back(road, session, "zoe")
        await offered(road, talk)
        clock.turn(hours=25)
        await road.storage.run(seats.lapse)
        said = await talk.taps("Je la prends")
        assert "Cette place est partie à la personne suivante. Tu restes sur la liste\u202f?" in bodies(said)
        assert "Ce n’est pas encore une place" in bodies(await talk.taps("Oui"))
        assert await sheet(road, session) == [("ines", State.HELD)]
        assert (await road.storage.read(workshops.to_come))[0].waiting == 1

    async def test_somebody_else_s_button_takes_nothing_of_theirs(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY)
        await fill(road, session, "zoe", "ines")
        await gives_back(road, session, "zoe")
        await talk.says("slt")
        await pretends(road, talk, session)
        assert "partie à la personne suivante" in bodies(await talk.taps("Je la prends"))
        assert await sheet(road, session) == [("ines", State.HELD)]


class TestGivenBack:
    @pytest.mark.parametrize("words", ["jpeu pas venir a latelier", "je me desinscris de l'atelier"])
    async def test_asked_back_then_done(self, road: Road, talk: Talk, words: str) -> None:
        (session,) = await give(road, TUESDAY)
        await fill(road, session, "yanis", "ines")
        said = await talk.says(words)
        assert "Tu ne peux pas venir mardi 17 mars, 14\u00a0h, à Carvin\u00a0: c’est bien ça\u202f?" in bodies(said)
        assert await sheet(road, session) == [("yanis", State.TAKEN)], "without a yes nothing changes"
        assert "ta place est libre pour quelqu’un d’autre" in bodies(await talk.says("oui"))
        assert await sheet(road, session) == [("ines", State.HELD)]

    async def test_by_the_button_of_the_confirmation_and_kept_on_a_no(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY)
        await talk.says("jveu minscrire a latelier de mardi")
        await talk.taps("Oui")
        await talk.taps("Je ne peux pas")
        assert "ta place est toujours là" in bodies(await talk.taps("Non, je viens"))
        assert await sheet(road, session) == [("yanis", State.TAKEN)]

    async def test_a_late_button_of_a_seat_given_back_tells_the_truth(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY)
        await talk.says("jveu minscrire a latelier de mardi")
        await talk.taps("Oui")
        await talk.taps("Je ne peux pas")
        await talk.taps("Oui")
        assert "n’est plus prévu" in bodies(await talk.taps("Je ne peux pas"))
        assert await sheet(road, session) == []

    async def test_off_again_a_seat_is_still_given_back(self, road: Road, talk: Talk) -> None:
        (session,) = await give(road, TUESDAY)
        await fill(road, session, "yanis")
        await road.storage.run(switches.turn, Switch.WORKSHOPS, on=False)
        await talk.says("jpeu pas venir a latelier")
        said = await talk.says("oui")
        assert "ta place est libre" in bodies(said)
        assert "Autres dates" not in labels(said)
        assert await sheet(road, session) == []
