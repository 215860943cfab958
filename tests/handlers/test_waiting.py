"""The promise as somebody who waits lives it: given, missed once, missed twice, and after days without a word."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.messages import Outbound, Purpose
from content.library import Library
from scheduler.job import JobContext
from scheduler.jobs import promises as job
from storage import crises, hours, lanes, places, promises, tasks, threads
from storage.caseworkers import Member, Role
from storage.engine import Storage, Work
from storage.tables import Thread
from storage.tasks import ToDo
from tests.clock import TestClock
from tests.opening import colleague, days, opens, paris
from tests.rules.waiting import LUNCH, OFFICE, PARIS
from tests.talk import Road, Talk, bodies, labels

FRIDAY = paris(2026, 11, 20, 20, 5)


async def look(road: Road, talk: Talk) -> list[Outbound]:
    """What the job says now, were it run twice."""
    for _again in range(2):
        await job.job(lambda: road.library).run(JobContext(road.storage, road.clock, PARIS, road.clock.now()))
    await road.run()
    return talk.news()


async def at(road: Road, talk: Talk, moment: datetime) -> list[Outbound]:
    road.clock.turn_to(moment)
    return await look(road, talk)


async def asks(road: Road, talk: Talk, moment: datetime) -> str:
    """Somebody asks for a person at this moment; what they are promised, in ordinary spaces."""
    road.clock.turn_to(moment)
    return plain((await talk.says("jveu parler a qqun"))[-1])


def plain(said: Outbound) -> str:
    return said.body.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


async def late(storage: Storage, member: Member) -> list[ToDo]:
    return [task for task in await storage.read(tasks.waiting, member) if task.kind is tasks.Kind.LATE]


def with_phone(library: Library, phone: str | None, address: str | None = None) -> Library:
    return replace(library, service=replace(library.service, phone=phone, address=address))


class TestGiven:
    @pytest.mark.parametrize(
        ("moment", "until"),
        [
            (FRIDAY, "lundi 17 h"),
            (paris(2026, 11, 26, 0, 10), "jeudi 17 h"),
            (paris(2026, 11, 23, 10), "mardi 17 h"),
            (paris(2026, 12, 24, 20), "lundi 17 h"),
        ],
    )
    async def test_before_the_end_of_the_next_working_day(self, road: Road, talk: Talk, moment: datetime, until: str) -> None:
        await opens(road.storage)
        said = await asks(road, talk, moment)
        assert said.startswith(f"Une personne te répond avant {until}. Tu peux continuer à écrire ici.\n\nUrgence : 115")
        assert labels(talk.heard[-1:]) == ["Reprendre le robot", "Urgence"]

    async def test_hours_unknown_no_time_is_said(self, road: Road, talk: Talk) -> None:
        assert (await asks(road, talk, FRIDAY)).startswith("C'est noté. L'équipe lira tes messages quand une personne sera là.")
        assert await at(road, talk, paris(2026, 12, 20, 17)) == []

    async def test_in_august_the_days_and_no_hour(self, road: Road, talk: Talk) -> None:
        await opens(road.storage)
        await road.storage.run(hours.close, days("2026-08-03", "2026-08-21"), "Été")
        road.library = with_phone(road.library, "03 21 00 00 00")
        said = await asks(road, talk, paris(2026, 8, 5, 11))
        assert said.startswith(
            "L'équipe est fermée jusqu'au dimanche 23 août. On te répondra à partir du lundi 24 août. Téléphone : 03 21 00 00 00.\n\nUrgence"
        )
        assert "17 h" not in said

    async def test_the_telephone_only_if_it_is_known(self, road: Road, talk: Talk) -> None:
        (samira,) = await opens(road.storage)
        await road.storage.run(hours.be_away, samira.id, days("2026-11-23", "2026-11-27"))
        said = await asks(road, talk, paris(2026, 11, 24, 11))
        assert said.startswith("L'équipe est fermée jusqu'au dimanche 29 novembre. On te répondra à partir du lundi 30 novembre.\n\nUrgence")

    async def test_on_the_eve_of_a_closure_somebody_may_still_answer(self, road: Road, talk: Talk) -> None:
        await opens(road.storage)
        await road.storage.run(hours.close, days("2026-08-03", "2026-08-21"), "Été")
        said = await asks(road, talk, paris(2026, 7, 31, 10))
        assert said.startswith("L'équipe est fermée du samedi 1er août au dimanche 23 août. Si on ne t'a pas répondu avant, ")

    async def test_one_thread_one_promise(self, road: Road, talk: Talk) -> None:
        """Asked for again through the danger lane, the promise that stands is said again, not a later one."""
        await opens(road.storage)
        await asks(road, talk, paris(2026, 11, 23, 8))
        road.clock.turn(hours=3)
        await talk.says("je dors dehors")
        await talk.taps("Non")
        await talk.says("ya pu de place")
        said = await talk.taps("Écrire à l’équipe")
        assert "avant lundi 17\u00a0h" in said[-1].body

    async def test_in_english_and_arabic(self, road: Road, talk: Talk) -> None:
        await opens(road.storage)
        for peer, language, words in (("amy", "en", "Monday 17:00"), ("omar", "ar", "الاثنين")):
            other = road.talk(peer)
            road.clock.turn_to(FRIDAY)
            await other.says("bonjour")

            def speak(work: Work, talk: Talk = other, language: str = language) -> None:
                lane = lanes.open_lane(work, talk.address)
                lane.language = language
                lanes.keep(work, lane)

            await road.storage.run(speak)
            assert words in bodies(await other.says("/personne"))


class TestMissed:
    async def test_once_it_is_given_again_by_itself(self, road: Road, talk: Talk) -> None:
        await opens(road.storage)
        await asks(road, talk, FRIDAY)
        assert await at(road, talk, paris(2026, 11, 23, 16, 59)) == []
        (said,) = await at(road, talk, paris(2026, 11, 23, 17))
        assert plain(said) == (
            "On n'a pas encore répondu, pardon. Une personne te répond avant mardi 17 h.\n\nUrgence : 115 · 17 · 119 · 3114\n\nMessage automatique"
        )
        assert said.purpose is Purpose.SERVICE

    async def test_twice_the_telephone_and_the_place_and_the_head_knows(self, road: Road, talk: Talk) -> None:
        nadia = await colleague(road.storage, "Nadia", Role.HEAD)
        await opens(road.storage, LUNCH)
        await road.storage.run(places.add, "19 rue du 19 Mars 1962, Oignies", "", OFFICE)
        road.library = with_phone(road.library, "03 21 00 00 00")
        await asks(road, talk, FRIDAY)
        await at(road, talk, paris(2026, 11, 23, 17))
        assert await late(road.storage, nadia) == []
        (said,) = await at(road, talk, paris(2026, 11, 24, 17))
        assert plain(said) == (
            "On n'a pas réussi à te répondre, pardon. Appelle le 03 21 00 00 00 ou viens à 19 rue du 19 Mars 1962, Oignies (lundi–vendredi 9 h–17 h)."
            "\n\nUrgence : 115 · 17 · 119 · 3114\n\nMessage automatique"
        )
        assert len(await late(road.storage, nadia)) == 1
        for day in (25, 26, 30):
            assert await at(road, talk, paris(2026, 11, day, 17)) == [], "no third date"

    @pytest.mark.parametrize(
        ("phone", "address", "words"),
        [
            (None, None, "On l'a signalé à la cheffe ou au chef de service."),
            ("03 21 00 00 00", None, "Appelle le 03 21 00 00 00."),
            (None, "19 rue du 19 Mars 1962", "Tu peux venir à 19 rue du 19 Mars 1962."),
        ],
    )
    async def test_what_is_not_known_is_not_said(self, road: Road, talk: Talk, phone: str | None, address: str | None, words: str) -> None:
        await opens(road.storage)
        road.library = with_phone(road.library, phone, address)
        await asks(road, talk, FRIDAY)
        await at(road, talk, paris(2026, 11, 23, 17))
        (said,) = await at(road, talk, paris(2026, 11, 24, 17))
        assert plain(said).startswith(f"On n'a pas réussi à te répondre, pardon. {words}\n\n")

    async def test_given_again_on_the_eve_of_a_closure(self, road: Road, talk: Talk) -> None:
        await opens(road.storage)
        await road.storage.run(hours.close, days("2026-08-03", "2026-08-21"), "Été")
        await asks(road, talk, paris(2026, 7, 30, 10))
        (said,) = await at(road, talk, paris(2026, 7, 31, 17))
        assert plain(said).startswith(
            "On n'a pas encore répondu, pardon. L'équipe est fermée jusqu'au dimanche 23 août. On te répondra à partir du lundi 24"
        )
        assert await at(road, talk, paris(2026, 8, 24, 16, 59)) == []
        (said,) = await at(road, talk, paris(2026, 8, 24, 17))
        assert plain(said).startswith("On n'a pas réussi à te répondre, pardon.")

    async def test_found_in_the_night_it_waits_for_the_morning(self, road: Road, talk: Talk) -> None:
        await opens(road.storage)
        await asks(road, talk, FRIDAY)
        assert await at(road, talk, paris(2026, 11, 24, 3)) == []
        assert not await road.storage.read(job.wanted)
        (said,) = await at(road, talk, paris(2026, 11, 24, 8))
        assert "avant mardi 17 h" in plain(said), "found late, the new one is counted from now"

    async def test_hours_taken_away_meanwhile_no_new_date(self, road: Road, talk: Talk) -> None:
        (samira,) = await opens(road.storage)
        await asks(road, talk, FRIDAY)
        await road.storage.run(hours.be_away, samira.id, days("2026-11-20", "2029-11-20"))
        (said,) = await at(road, talk, paris(2026, 11, 23, 17))
        assert plain(said).startswith("On n'a pas réussi à te répondre, pardon.")


class TestEnded:
    async def test_by_a_colleagues_line(self, road: Road, talk: Talk) -> None:
        await opens(road.storage)
        await asks(road, talk, FRIDAY)
        road.clock.turn_to(paris(2026, 11, 23, 11))
        await road.human_says(talk, "Bonjour.")
        talk.news()
        assert await at(road, talk, paris(2026, 11, 23, 17)) == []
        assert await at(road, talk, paris(2026, 11, 24, 17)) == []

    async def test_by_the_robot_taken_back(self, road: Road, talk: Talk) -> None:
        await opens(road.storage)
        await asks(road, talk, FRIDAY)
        await talk.taps("Reprendre le robot")
        assert await at(road, talk, paris(2026, 11, 23, 17)) == []

    async def test_asked_for_again_it_is_a_new_one(self, road: Road, talk: Talk) -> None:
        await opens(road.storage)
        await asks(road, talk, FRIDAY)
        await talk.taps("Reprendre le robot")
        assert "avant mardi 17 h" in await asks(road, talk, paris(2026, 11, 23, 11))

    async def test_somebody_whose_phone_is_read_gets_no_line_by_itself(self, road: Road, talk: Talk) -> None:
        """A colleague decides how to write there, not a clock; the head knows at once."""
        nadia = await colleague(road.storage, "Nadia", Role.HEAD)
        await opens(road.storage)
        await asks(road, talk, FRIDAY)
        lane = await talk.lane()

        def watched(work: Work) -> None:
            seen = crises.add(work, lane.conversation_id, "crisis-violences", lane.number, None)
            crises.note(work, seen.id, watched_phone=True)

        await road.storage.run(watched)
        assert await at(road, talk, paris(2026, 11, 23, 17)) == []
        assert len(await late(road.storage, nadia)) == 1
        assert await at(road, talk, paris(2026, 11, 24, 17)) == []


class TestBackAfterDays:
    async def follows(self, road: Road, talk: Talk, member: Member) -> None:
        """This colleague follows the thread, as the desk has it."""
        lane = await talk.lane()

        def unit(work: Work) -> None:
            thread = threads.open_thread_of(work, lane.person_id)
            assert thread is not None
            threads.take(work, thread, member.id)

        await road.storage.run(unit)

    async def test_who_has_it_and_the_promise_renewed(self, road: Road, talk: Talk, clock: TestClock) -> None:
        (samira,) = await opens(road.storage)
        await asks(road, talk, FRIDAY)
        clock.turn_to(paris(2026, 11, 23, 11))
        await road.human_says(talk, "Bonjour, je regarde.")
        await self.follows(road, talk, samira)
        talk.news()
        clock.turn_to(paris(2026, 11, 30, 10, 59))
        assert await talk.says("coucou") == []
        clock.turn_to(paris(2026, 11, 30, 11))
        (said,) = await talk.says("t la ?")
        assert plain(said) == (
            "Samira suit ta demande. Une personne te répond avant mardi 17 h. Tu peux continuer à écrire ici.\n\n"
            "Urgence : 115 · 17 · 119 · 3114\n\nMessage automatique"
        )
        assert labels([said]) == ["Reprendre le robot", "Urgence"]
        assert await talk.says("ok") == [], "once"
        (again,) = await at(road, talk, paris(2026, 12, 1, 17))
        assert plain(again).startswith("On n'a pas encore répondu, pardon. Une personne te répond avant mercredi 17 h.")

    async def test_nobody_follows_it_yet(self, road: Road, talk: Talk, clock: TestClock) -> None:
        await opens(road.storage)
        await asks(road, talk, FRIDAY)
        for day in (23, 24):
            await at(road, talk, paris(2026, 11, day, 17))
        assert await talk.says("allo") == []
        clock.turn_to(paris(2026, 12, 1, 10))
        (said,) = await talk.says("ya qqun ?")
        assert plain(said).startswith("L'équipe a toujours ta demande. Une personne te répond avant mercredi 17 h.")

    async def test_hours_unknown(self, road: Road, talk: Talk, clock: TestClock) -> None:
        await asks(road, talk, FRIDAY)
        clock.turn_to(paris(2026, 11, 28, 10))
        (said,) = await talk.says("ya qqun ?")
        assert plain(said).startswith("L'équipe a toujours ta demande. L'équipe lira tes messages quand une personne sera là.")

    async def test_danger_goes_first_and_buttons_stay_buttons(self, road: Road, talk: Talk, clock: TestClock) -> None:
        await opens(road.storage)
        await asks(road, talk, FRIDAY)
        clock.turn_to(paris(2026, 12, 10, 10))
        assert (await talk.says("je dors dehors"))[0].card == "crisis"
        (said,) = await talk.says("reprendre le robot")
        assert plain(said).startswith("Le robot répond de nouveau.")


async def test_the_thread_keeps_its_deadline(road: Road, talk: Talk) -> None:
    await opens(road.storage)
    await asks(road, talk, FRIDAY)
    lane = await talk.lane()

    def kept(work: Work) -> tuple[datetime | None, datetime | None]:
        thread = threads.open_thread_of(work, lane.person_id)
        row = work.session.get_one(Thread, thread)
        return row.promised_at, promises.of(work, thread or 0).since

    assert await road.storage.read(kept) == (paris(2026, 11, 23, 17), FRIDAY)
