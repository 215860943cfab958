"""A slot held for who waited: taken, left or passed on; and another appointment after one that did not take place."""

import pytest

from storage import appointment_view, appointments, switches, waiting_list
from storage.appointment_view import Appointment, Outcome, State
from storage.engine import Storage
from storage.switches import Switch
from storage.waiting_list import Waiter, Wanted
from tests.clock import TestClock
from tests.handlers.meetings import LINE, books, now, told
from tests.storage.diary import Diary, diary, paris
from tests.talk import Road, Talk, bodies, labels

WHEN = "mardi 10 mars, 9\u00a0h (Antenne de Carvin)"


async def offered(talk: Talk) -> tuple[Diary, Appointment]:
    """The first slot of 10 March is held for them for two hours, and they have been told."""
    storage = talk.road.storage
    of = await diary(storage)
    await storage.run(switches.turn, Switch.OFFERS, on=True)
    mine = await of.book(await of.person("lou"), of.at("2026-03-10 09:00"))
    await talk.says("slt")
    await storage.run(waiting_list.wait, (await talk.lane()).person_id, Wanted(of.motive.token))
    await storage.run(appointments.cancel, mine.token, 1)
    (waiter,) = await storage.read(waiting_list.waiting)
    held = await storage.read(appointment_view.of_id, waiter.held)
    assert held is not None
    await told(talk, "Tu avais demandé", {f"offer:take:{held.token}": "Je le prends", f"offer:leave:{held.token}": "Non merci"})
    return of, held


async def waiting(storage: Storage) -> tuple[Waiter, ...]:
    return await storage.read(waiting_list.waiting)


class TestTaken:
    @pytest.mark.parametrize("words", ["ok jprend", "oui", "je le prends", "jle veu bien", "sa minteresse", "i take it"])
    async def test_in_words(self, talk: Talk, words: str) -> None:
        _of, held = await offered(talk)
        (said,) = await talk.says(words)
        assert said.body.startswith(f"C’est réservé\u00a0: {WHEN}.")
        assert labels([said])[:2] == ["Mon agenda", "Je ne peux pas"]
        assert LINE in said.body
        assert (await now(talk.road.storage, held)).state is State.BOOKED
        assert await waiting(talk.road.storage) == ()

    async def test_pressed_twice_is_once(self, talk: Talk) -> None:
        _of, held = await offered(talk)
        assert bodies(await talk.taps("Je le prends")) == bodies(await talk.taps("Je le prends"))
        assert (await now(talk.road.storage, held)).version == 2

    async def test_under_a_human(self, talk: Talk) -> None:
        _of, held = await offered(talk)
        await talk.says("une personne")
        assert "Message automatique" in bodies(await talk.taps("Je le prends"))
        assert (await now(talk.road.storage, held)).state is State.BOOKED

    @pytest.mark.parametrize("words", ["jprend", "i take it"])
    async def test_whatever_was_said_in_between(self, talk: Talk, words: str) -> None:
        _of, held = await offered(talk)
        await talk.says("c koi visale")
        assert bodies(await talk.says(words)).startswith(f"C’est réservé\u00a0: {WHEN}.")
        assert (await now(talk.road.storage, held)).state is State.BOOKED

    @pytest.mark.parametrize("words", ["c ou", "c quand", "cest a kel heur"])
    async def test_what_is_held_is_told_to_who_asks(self, talk: Talk, words: str) -> None:
        _of, held = await offered(talk)
        (said,) = await talk.says(words)
        assert "Mardi 10 mars, 9\u00a0h." in said.body
        assert "12 place Jean-Jaurès, 62220 Carvin" in said.body
        assert "Il t’attend jusqu’à mardi 12\u00a0h\u00a030." in said.body
        assert labels([said]) == ["Je le prends", "Non merci"]
        await talk.taps("Je le prends")
        assert (await now(talk.road.storage, held)).state is State.BOOKED

    @pytest.mark.parametrize("words", ["jveu un autre jour", "oui mais pas mardi"])
    async def test_another_is_no_yes(self, talk: Talk, words: str) -> None:
        _of, held = await offered(talk)
        await talk.says(words)
        kept = await talk.road.storage.read(appointment_view.find, held.token)
        assert kept is None or kept.state is State.HELD


class TestTooLate:
    @pytest.mark.parametrize("looked", [True, False], ids=["the job has looked", "nobody has looked since"])
    async def test_it_went_to_the_next(self, talk: Talk, clock: TestClock, looked: bool) -> None:
        of, _held = await offered(talk)
        adam = await of.person("adam")
        await talk.road.storage.run(waiting_list.wait, adam, Wanted(of.motive.token))
        clock.turn(hours=2)
        if looked:
            assert await talk.road.storage.run(waiting_list.lapse) == 1
        (said,) = await talk.taps("Je le prends")
        assert said.body == "Cette place est partie à la personne suivante. Tu restes sur la liste\u202f?"
        assert labels([said]) == ["Oui", "Non"]
        (left,) = await waiting(talk.road.storage)
        assert (left.person_id, bool(left.held)) == (adam, True)

    async def test_yes_waits_again_at_the_end(self, talk: Talk, clock: TestClock) -> None:
        of, _held = await offered(talk)
        adam = await of.person("adam")
        await talk.road.storage.run(waiting_list.wait, adam, Wanted(of.motive.token))
        clock.turn(hours=2)
        await talk.taps("Je le prends")
        said = await talk.says("oui")
        assert "Ce n’est pas encore un rendez-vous." in bodies(said)
        assert [each.person_id for each in await waiting(talk.road.storage)] == [adam, (await talk.lane()).person_id]
        await talk.taps("Ne plus attendre")
        assert [each.person_id for each in await waiting(talk.road.storage)] == [adam]

    async def test_no_ends_it(self, talk: Talk, clock: TestClock) -> None:
        await offered(talk)
        clock.turn(hours=2)
        await talk.taps("Je le prends")
        assert "tu n’attends plus" in bodies(await talk.taps("Non"))
        assert await talk.road.storage.read(waiting_list.aside, (await talk.lane()).person_id) == ()


class TestLeft:
    @pytest.mark.parametrize("words", ["non merci", "jpeu pas", "jla prends pas", "jle veu pas"])
    async def test_it_goes_to_the_next_at_once(self, talk: Talk, words: str) -> None:
        of, _held = await offered(talk)
        adam = await of.person("adam")
        await talk.road.storage.run(waiting_list.wait, adam, Wanted(of.motive.token))
        (said,) = await talk.says(words)
        assert said.body.startswith("D’accord, la place va à quelqu’un d’autre.")
        (left,) = await waiting(talk.road.storage)
        assert (left.person_id, bool(left.held)) == (adam, True)

    async def test_then_taken_after_all_it_is_gone(self, talk: Talk) -> None:
        _of, held = await offered(talk)
        await talk.taps("Non merci")
        assert "partie à la personne suivante" in bodies(await talk.taps("Je le prends"))
        assert await talk.road.storage.read(appointment_view.find, held.token) is None


@pytest.mark.parametrize("act", ["take", "leave"])
async def test_somebody_else_s_nothing_is_told_and_nothing_done(road: Road, talk: Talk, act: str) -> None:
    _of, held = await offered(road.talk("zoe"))
    await talk.says("slt")
    await told(talk, "?", {f"offer:{act}:{held.token}": "Forged"})
    said = bodies(await talk.taps("Forged"))
    assert "Cette place n’est plus là." in said
    assert "mars" not in said
    assert await now(road.storage, held) == held


# -- after one that did not take place


async def missed(talk: Talk, clock: TestClock) -> Appointment:
    """They did not come on Thursday; the message about it has gone."""
    mine = await books(talk, await diary(talk.road.storage))
    clock.turn_to(paris("2026-03-05 11:00"))
    await talk.road.storage.run(appointments.close, mine.token, Outcome.ABSENT)
    await told(talk, "Ça arrive.", {f"appointment:again:{mine.token}": "Oui", f"appointment:enough:{mine.token}": "Non merci"})
    return mine


@pytest.mark.parametrize("words", ["dsl g zappé", "oui", "sorry i forgot", "une autre date stp"])
async def test_another_without_a_condition(talk: Talk, clock: TestClock, words: str) -> None:
    await missed(talk, clock)
    (said,) = await talk.says(words)
    assert said.body.startswith("Pas de souci. Trois moments (Antenne de Carvin).")
    assert len(labels([said])) == 4


async def test_no_count_no_reproach(talk: Talk, clock: TestClock) -> None:
    await missed(talk, clock)
    said = bodies(await talk.taps("Oui"))
    for never in ("absen", "manqué", "fois", "dernière", "prévenir"):
        assert never not in said


async def test_no_thanks_in_words(talk: Talk, clock: TestClock) -> None:
    await missed(talk, clock)
    assert bodies(await talk.says("non merci")).startswith("Pas de souci.")


async def test_cancelled_by_us_begins_at_once(talk: Talk) -> None:
    mine = await books(talk, await diary(talk.road.storage))
    await talk.road.storage.run(appointments.cancel, mine.token, 1, appointment_view.By.TEAM)
    await told(talk, "Pardon", {f"appointment:again:{mine.token}": "Une autre date"})
    assert bodies(await talk.taps("Une autre date")).startswith("Trois moments (Antenne de Carvin).")


async def test_somebody_else_s_missed_one(road: Road, talk: Talk, clock: TestClock) -> None:
    theirs = await missed(road.talk("zoe"), clock)
    await talk.says("slt")
    await told(talk, "?", {f"appointment:again:{theirs.token}": "Forged"})
    assert "Je ne retrouve pas ce rendez-vous." in bodies(await talk.taps("Forged"))
