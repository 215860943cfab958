"""Where a reminder is not sent, somebody calls or another way is taken; what the team does is told, and whoever did not come is written to once."""

import pytest
from sqlmodel import select

from bot.messages import Address
from bot.rules.reminders import Kind
from storage import appointments, crises, lanes, marks, rights
from storage.appointment_view import Appointment, Booking, By, Outcome
from storage.engine import Storage, Work
from storage.reminders import Dropped, State
from storage.tables import Link
from tests.clock import TestClock
from tests.handlers.reminding import BEFORE, Case, buttons, plain
from tests.storage.diary import diary, paris
from tests.talk import Road, Talk


@pytest.fixture
async def case(storage: Storage, clock: TestClock) -> Case:
    clock.turn_to(BEFORE)
    of = await diary(storage)
    road = Road(storage, clock)
    return Case(road, of, road.talk("zoe"), await of.person("zoe"))


class TestNotSent:
    async def test_stop_is_obeyed_and_seen(self, case: Case) -> None:
        mine = await case.book()
        await case.talk.says("STOP")
        assert await case.at("2026-11-24 10:30") == []
        assert await case.steps(mine) == [(Kind.TWO_DAYS, State.DROPPED, "stopped")]
        assert await case.tasks() == [], "who said STOP is not called instead"

    async def test_who_blocked_us_is_called_instead(self, case: Case) -> None:
        mine = await case.book()
        await case.lane(lambda lane: setattr(lane, "blocked_at", case.road.clock.now()))
        assert await case.at("2026-11-24 10:30") == []
        assert await case.steps(mine) == [(Kind.TWO_DAYS, State.DROPPED, "blocked")]
        (task,) = await case.tasks()
        assert plain(task.text) == "On n'a pas pu lui écrire. À dire : rendez-vous jeudi 26 novembre, 10 h 30."
        assert (task.for_id, task.due_at) == (case.of.team[0], paris("2026-11-26 09:30"))

    async def test_that_we_cancelled_is_told_or_somebody_calls(self, case: Case) -> None:
        mine = await case.book()
        await case.talk.says("STOP")
        await case.storage.run(appointments.cancel, mine.token, 1, By.TEAM)
        assert await case.look() == []
        (task,) = await case.tasks()
        assert "n'a pas lieu" in plain(task.text)

    async def test_a_watched_phone_is_never_written_to_first(self, case: Case) -> None:
        mine = await case.book()
        lane = await case.talk.lane()
        seen = await case.storage.run(crises.add, lane.conversation_id, "crisis-violences", 1, None)
        await case.storage.run(lambda work: crises.note(work, seen.id, watched_phone=True))
        assert await case.at("2026-11-24 10:30") == []
        assert await case.steps(mine) == [(Kind.TWO_DAYS, State.DROPPED, "held_back")]
        assert len(await case.tasks()) == 1

    async def test_another_address_is_used_where_one_is_blocked(self, case: Case) -> None:
        await case.book()
        await case.lane(lambda lane: setattr(lane, "blocked_at", case.road.clock.now()))
        other = Talk(case.road, Address("paper", "test", "zoe-2"))
        await case.storage.run(_link, other.address, case.zoe)
        await case.at("2026-11-24 10:30")
        assert len(other.news()) == 1

    async def test_one_who_cannot_be_told_holds_nobody_else(self, case: Case) -> None:
        mine = await case.book()
        await case.lane(lambda lane: setattr(lane, "blocked_at", case.road.clock.now()))
        ada = await case.of.person("ada")
        await case.storage.run(appointments.book, Booking(ada, case.of.motive.token, case.of.at("2026-11-26 11:00"), freely=True))
        await case.at("2026-11-24 11:00")
        assert len(case.road.talk("ada").news()) == 1
        assert await case.steps(mine) == [(Kind.TWO_DAYS, State.DROPPED, "blocked")]


def _link(work: Work, address: Address, person_id: int) -> None:
    lane = lanes.open_lane(work, address)
    link = work.session.exec(select(Link).where(Link.address_id == lane.address_id)).one()
    link.person_id = person_id
    work.session.flush()


class TestCall:
    async def test_who_calls_has_the_number_that_was_given(self, case: Case) -> None:
        await case.storage.run(marks.put, case.zoe, marks.What.UNHOUSED)
        await case.storage.run(rights.put_phone, case.zoe, "06 11 22 33 44")
        await case.book()
        await case.at("2026-11-25 10:00")
        (task,) = await case.tasks()
        assert plain(task.text).endswith("Numéro donné : 06 11 22 33 44.")

    async def test_without_a_home_somebody_calls_and_the_message_goes_too(self, case: Case) -> None:
        await case.storage.run(marks.put, case.zoe, marks.What.UNHOUSED)
        mine = await case.book()
        assert len(await case.at("2026-11-24 10:30")) == 1, "a call is never the only way, nor the message"
        assert await case.at("2026-11-25 10:00") == []
        (task,) = await case.tasks()
        assert plain(task.text) == "Avant le rendez-vous : jeudi 26 novembre, 10 h 30."
        assert task.due_at == paris("2026-11-26 09:30")
        assert [state for _kind, state, _why in await case.steps(mine)] == [State.WRITTEN, State.WRITTEN]

    async def test_the_number_given_for_it_is_there(self, case: Case) -> None:
        await case.storage.run(marks.put, case.zoe, marks.What.UNHOUSED)
        mine = await case.book()
        await case.storage.run(appointments.reach_at, mine.token, "06 12 34 56 78")
        await case.at("2026-11-25 10:00")
        (task,) = await case.tasks()
        assert "06 12 34 56 78" in plain(task.text)


class TestNews:
    async def test_what_the_team_books_is_confirmed(self, case: Case) -> None:
        mine = await case.book(by=By.TEAM)
        (said,) = await case.look()
        assert plain(said).startswith("Ton rendez-vous est réservé : jeudi 26 novembre, 10 h 30. Lieu :")
        assert buttons(said)["Mon agenda"] == f"appointment:file:{mine.token}"

    async def test_what_the_team_moves_is_told(self, case: Case) -> None:
        mine = await case.book()
        await case.storage.run(appointments.move, mine.token, 1, case.of.at("2026-11-27 14:00"), By.TEAM, freely=True)
        (said,) = await case.look()
        assert plain(said).startswith("Ton rendez-vous a lieu à un autre moment : vendredi 27 novembre, 14 h. Lieu :")
        assert buttons(said)["Je viens"].endswith(":2")

    async def test_what_the_team_cancels_is_told_with_an_apology_and_another_date(self, case: Case) -> None:
        mine = await case.book()
        await case.storage.run(appointments.cancel, mine.token, 1, By.TEAM)
        (said,) = await case.look()
        assert plain(said).startswith("Pardon, ton rendez-vous du jeudi 26 novembre, 10 h 30 n'aura pas lieu : c'est de notre côté.")
        assert buttons(said)["Une autre date"] == f"appointment:again:{mine.token}"

    async def test_at_night_it_waits_for_the_morning(self, case: Case) -> None:
        mine = await case.book()
        case.road.clock.turn_to(paris("2026-11-19 22:00"))
        await case.storage.run(appointments.cancel, mine.token, 1, By.TEAM)
        assert await case.look() == []
        assert len(await case.at("2026-11-20 08:00")) == 1


class TestMissed:
    async def missed(self, case: Case) -> Appointment:
        mine = await case.book()
        case.road.clock.turn_to(paris("2026-11-26 11:30"))
        await case.look()
        await case.storage.run(appointments.close, mine.token, Outcome.ABSENT)
        return mine

    async def test_once_without_reproach_with_another_date(self, case: Case) -> None:
        mine = await self.missed(case)
        (said,) = await case.look()
        assert plain(said) == "Le rendez-vous de jeudi n'a pas eu lieu. Ça arrive. Tu veux une autre date ?"
        assert buttons(said) == {
            "Oui": f"appointment:again:{mine.token}",
            "Non merci": f"appointment:enough:{mine.token}",
            "Une personne": "personne",
        }
        (answer,) = await case.talk.taps("Non merci")
        assert plain(answer).startswith("Pas de souci.")
        assert await case.at("2026-11-27 11:30") == []

    async def test_never_in_the_week_after_a_danger(self, case: Case) -> None:
        mine = await self.missed(case)
        lane = await case.talk.lane()
        await case.storage.run(crises.add, lane.conversation_id, "crisis-violences", 1, None)
        assert await case.look() == []
        assert (Kind.MISSED, State.DROPPED, Dropped.HELD_BACK) in await case.steps(mine)

    async def test_without_a_home_somebody_calls_too(self, case: Case) -> None:
        await self.missed(case)
        await case.storage.run(marks.put, case.zoe, marks.What.UNHOUSED)
        assert len(await case.look()) == 1
        assert len(await case.tasks()) == 1
