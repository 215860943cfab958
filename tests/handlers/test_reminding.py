"""Reminders as a person reads them: once, on time, lawfully, discreetly.

What is tested here came back as a bug in other systems: what each is for stands in its name.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.messages import Address
from bot.rules.keeping import LONGEST
from bot.rules.reminders import Kind
from handlers.reminder_words import Teller
from scheduler.job import JobContext
from scheduler.jobs import reminders as job
from storage import appointments, consents, crises, lanes, linking, messages, purge, reaching, seats, shared, workshops
from storage import places as place_verbs
from storage.consents import Choice
from storage.engine import Storage, Work
from storage.lanes import Lane
from storage.reminders import Dropped, State
from storage.tables import Reminder
from tests.clock import TestClock
from tests.handlers.reminding import BEFORE, Case, buttons, plain
from tests.rules.waiting import PARIS
from tests.storage.diary import claimed, diary, paris
from tests.talk import Road


@pytest.fixture
async def case(storage: Storage, clock: TestClock) -> Case:
    clock.turn_to(BEFORE)
    of = await diary(storage)
    road = Road(storage, clock)
    return Case(road, of, road.talk("zoe"), await of.person("zoe"))


class TestReminder:
    async def test_says_the_day_the_hour_and_the_place_48_hours_before(self, case: Case) -> None:
        mine = await case.book()
        assert await case.at("2026-11-24 10:29") == []
        (said,) = await case.at("2026-11-24 10:30")
        assert plain(said) == "Ton rendez-vous : jeudi 26 novembre, 10 h 30. Lieu : Antenne de Carvin, 12 place Jean-Jaurès, 62220 Carvin."
        assert buttons(said) == {
            "Je viens": f"appointment:come:{mine.token}:1",
            "Déplacer": f"appointment:move:{mine.token}:1",
            "Je ne peux pas": f"appointment:drop:{mine.token}:1",
        }
        assert await case.at("2026-11-24 12:00") == [], "once"
        assert await case.steps(mine) == [(Kind.TWO_DAYS, State.WRITTEN, "")]

    async def test_after_a_move_only_the_new_one_comes(self, case: Case) -> None:
        """Others sent a reminder of the old time."""
        mine = await case.book()
        await case.storage.run(appointments.move, mine.token, 1, case.of.at("2026-11-27 14:00"))
        assert await case.at("2026-11-24 10:30") == []
        (said,) = await case.at("2026-11-25 14:00")
        assert "vendredi 27 novembre, 14 h" in plain(said)

    async def test_after_a_cancel_none_comes(self, case: Case) -> None:
        mine = await case.book()
        await case.storage.run(appointments.cancel, mine.token, 1)
        assert await case.at("2026-11-24 10:30") == []

    async def test_after_an_outage_what_is_too_late_does_not_burst(self, case: Case) -> None:
        """Others sent yesterday's reminders together, after the appointments."""
        mine = await case.book()
        assert await case.at("2026-11-25 10:31") == []
        assert await case.steps(mine) == [(Kind.TWO_DAYS, State.DROPPED, "too_late")]
        assert await case.tasks() == [], "nobody has to call everybody after an outage"

    async def test_booked_inside_the_lead_one_comes_while_it_helps(self, case: Case) -> None:
        """Others sent none."""
        case.road.clock.turn_to(paris("2026-11-25 09:00"))
        await case.book()
        (said,) = await case.at("2026-11-25 18:00")
        assert "jeudi 26 novembre, 10 h 30" in plain(said)

    @pytest.mark.parametrize(("slot", "night", "morning"), [("2026-11-26 21:30", "2026-11-24 21:30", "2026-11-25 08:00")])
    async def test_never_between_nine_in_the_evening_and_eight(self, case: Case, slot: str, night: str, morning: str) -> None:
        await case.book(slot)
        assert await case.at(night) == []
        assert len(await case.at(morning)) == 1

    async def test_what_was_released_late_waits_for_the_morning(self, case: Case) -> None:
        await case.book()
        assert await case.at("2026-11-24 23:00") == []
        assert len(await case.at("2026-11-25 08:00")) == 1

    @pytest.mark.parametrize(
        ("text", "due"),
        [("2027-03-29 10:00", "2027-03-27 09:00"), ("2027-10-31 10:00", "2027-10-29 11:00"), ("2027-03-28 10:30", "2027-03-26 09:30")],
    )
    async def test_across_a_clock_change_the_wall_is_told(self, case: Case, text: str, due: str) -> None:
        await case.book(text)
        case.road.clock.turn_to(paris(due) - timedelta(minutes=1))
        assert await case.look() == []
        (said,) = await case.at(due)
        assert paris(text).strftime("%-H h") in plain(said)

    async def test_its_buttons_outlive_the_night_where_it_was_booked_long_before(self, case: Case, tmp_path: Path) -> None:
        """A conversation goes after 30 days: not under a reminder that waits for its answer."""
        await case.talk.says("slt")
        await case.book("2027-02-04 10:30")
        (said,) = await case.at("2027-02-02 10:30")
        case.road.clock.turn_to(paris("2027-02-03 03:40"))
        await purge.purge(case.storage, LONGEST, PARIS, tmp_path / "ledger")
        assert await case.storage.read(messages.read_content, (await case.talk.lane()).conversation_id, said.number) is not None
        case.road.clock.turn_to(paris("2027-03-10 03:40"))
        await purge.purge(case.storage, LONGEST, PARIS, tmp_path / "ledger")
        assert await case.storage.read(messages.read_content, (await case.talk.lane()).conversation_id, said.number) is None

    @pytest.mark.parametrize("language", ["fr", "fr-facile", "en", "ar"])
    @pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.CALL, Kind.CANCELLED)])
    async def test_no_word_reads_as_cancelled(self, case: Case, language: str, kind: Kind) -> None:
        """« Infos/annulation » made people believe it was."""
        await case.book()
        words = await case.storage.run(_worded, case.road, kind, language)
        for word in ("annul", "cancel", "supprim", "إلغاء", "ملغ"):
            assert word not in plain(words).lower()[:40]


def _worded(work: Work, road: Road, kind: Kind, language: str) -> str:
    work.session.get_one(Reminder, 1).due_at = work.now
    work.session.flush()
    (due,) = claimed(work)
    return Teller(work, road.library).say(due._replace(kind=kind), language, automatic=False).body


class TestDiscretion:
    async def test_no_name_no_service_no_motive(self, case: Case) -> None:
        await case.book()
        (said,) = await case.at("2026-11-24 10:30")
        for word in ("Samira", "CLLAJ", "Premier entretien", "logement"):
            assert word not in said.body

    @pytest.mark.parametrize("name", ["Point Santé Addictions", "Maison des femmes", "CLLAJ de Carvin", "SPIP d'Arras"])
    async def test_a_place_whose_name_tells_is_said_by_its_address(self, case: Case, name: str) -> None:
        await case.storage.run(_rename, case.of.place, name)
        await case.book()
        (said,) = await case.at("2026-11-24 10:30")
        assert plain(said) == "Ton rendez-vous : jeudi 26 novembre, 10 h 30. Lieu : 12 place Jean-Jaurès, 62220 Carvin."

    async def test_how_to_get_there_is_said_unless_it_tells(self, case: Case) -> None:
        await case.storage.run(_rename, case.of.place, "Antenne de Carvin", "Bus 34, arrêt Mairie")
        await case.book()
        (said,) = await case.at("2026-11-24 10:30")
        assert plain(said).endswith("62220 Carvin. Bus 34, arrêt Mairie.")
        await case.storage.run(_rename, case.of.place, "Antenne de Carvin", "Sonner au CLLAJ")
        await case.book("2026-11-27 10:30")
        (said,) = await case.at("2026-11-25 10:30")
        assert plain(said).endswith("62220 Carvin.")

    async def test_full_reminders_are_a_choice(self, case: Case) -> None:
        await case.storage.run(consents.choose, case.zoe, Choice.FULL_REMINDERS, "1", "Rappels complets")
        await case.book()
        (said,) = await case.at("2026-11-24 10:30")
        assert plain(said).startswith("Ton rendez-vous au CLLAJ : jeudi 26 novembre, 10 h 30.")
        assert plain(said).endswith("Pour : Premier entretien.")

    async def test_no_reminder_is_a_choice(self, case: Case) -> None:
        await case.storage.run(consents.choose, case.zoe, Choice.NO_REMINDERS, "1", "Pas de rappel")
        mine = await case.book()
        assert await case.at("2026-11-24 10:30") == []
        assert await case.steps(mine) == []

    async def test_in_the_persons_language(self, case: Case) -> None:
        await case.lane(lambda lane: setattr(lane, "language", "en"))
        await case.book()
        (said,) = await case.at("2026-11-24 10:30")
        assert "Thursday" in said.body
        assert said.language == "en"

    async def test_under_a_human_it_is_marked_automatic(self, case: Case) -> None:
        await case.lane(lambda lane: lane.to(lanes.HUMAN))
        await case.book()
        (said,) = await case.at("2026-11-24 10:30")
        assert said.body.endswith("Message automatique")


def _rename(work: Work, place_id: int, name: str, directions: str = "") -> None:
    place = place_verbs.find(work, place_id)
    assert place is not None
    place_verbs.change(work, replace(place, name=name, directions=directions))


class TestSeats:
    async def session(self, case: Case, capacity: int = 1) -> str:
        def unit(work: Work) -> str:
            workshop = workshops.put(work, workshops.Workshop("", "Atelier dettes"))
            start = paris("2026-12-08 14:00")
            return workshops.plan(work, workshop, case.of.place, [(start, start + timedelta(hours=2))], capacity)[0]

        return await case.storage.run(unit)

    async def test_a_reminder_of_that_seat_without_its_title(self, case: Case) -> None:
        session = await self.session(case)
        await case.storage.run(seats.take, session, case.zoe)
        (said,) = await case.at("2026-12-06 14:00")
        assert plain(said).startswith("Ta place : mardi 8 décembre, 14 h. Lieu : ")
        assert "Atelier" not in said.body
        assert buttons(said) == {"Je ne peux pas": f"seat:leave:{session}"}

    async def test_a_seat_offered_says_until_when_it_waits(self, case: Case) -> None:
        session = await self.session(case)
        other = await case.of.person("ada")
        await case.storage.run(seats.take, session, other)
        await case.storage.run(seats.take, session, case.zoe)
        case.road.clock.turn_to(paris("2026-12-01 10:05"))
        await case.storage.run(seats.give_back, session, other)
        (said,) = await case.look()
        words = "Tu avais demandé une place : il y en a une mardi 8 décembre, 14 h. Lieu : "
        assert plain(said).startswith(words)
        assert plain(said).endswith("Elle t'attend jusqu'à mercredi 10 h 05.")
        assert set(buttons(said)) == {"Je la prends", "Non merci"}


class TestSeveralApps:
    """One person, two apps: a step is said once, where they want it."""

    OTHER = Address("paper", "test", "zoe's other app")

    async def other(self, case: Case) -> Lane:
        return await case.storage.run(linking.tie, case.zoe, self.OTHER, linking.Proof.CODE)

    def written(self, case: Case) -> list[str]:
        return [said.address.peer for said in case.road.paper.sent]

    async def test_each_step_is_said_once_where_it_was_chosen(self, case: Case) -> None:
        await case.book()
        lane = await self.other(case)
        await case.storage.run(reaching.prefer, case.zoe, lane.address_id)
        await case.at("2026-11-24 10:30")
        await case.at("2026-11-24 12:00")
        assert self.written(case) == [self.OTHER.peer]

    async def test_an_app_that_is_left_gives_back_what_waited_there(self, case: Case) -> None:
        mine = await case.book()
        lane = await self.other(case)
        await case.storage.run(reaching.prefer, case.zoe, lane.address_id)
        case.road.clock.turn_to(paris("2026-11-24 10:30"))
        await job.job(lambda: case.road.library).run(JobContext(case.storage, case.road.clock, PARIS, case.road.clock.now()))
        assert (await case.steps(mine))[0][1] is State.WRITTEN
        await case.storage.run(lambda work: linking.untie(work, found) if (found := lanes.lane_of(work, self.OTHER)) else None)
        assert (await case.steps(mine))[0][1] is State.PLANNED
        await case.at("2026-11-24 10:31")
        assert self.written(case) == ["zoe"]

    async def test_where_others_read_it_goes_another_way_or_a_colleague_calls(self, case: Case) -> None:
        mine = await case.book()
        await case.storage.run(lambda work: shared.put(work, found) if (found := lanes.lane_of(work, case.talk.address)) else None)
        await case.at("2026-11-24 10:30")
        assert self.written(case) == []
        assert await case.steps(mine) == [(Kind.TWO_DAYS, State.DROPPED, Dropped.SHARED)]
        assert len(await case.tasks()) == 1

    async def test_a_danger_told_of_in_one_app_guards_the_other(self, case: Case) -> None:
        mine = await case.book()
        lane = await self.other(case)
        await case.storage.run(reaching.prefer, case.zoe, lane.address_id)

        def told(work: Work) -> None:
            here = lanes.lane_of(work, case.talk.address)
            assert here is not None
            crises.note(work, crises.add(work, here.conversation_id, "violence", here.number, None).id, watched_phone=True)

        await case.storage.run(told)
        await case.at("2026-11-24 10:30")
        assert self.written(case) == []
        assert await case.steps(mine) == [(Kind.TWO_DAYS, State.DROPPED, Dropped.HELD_BACK)]
