"""Where one way is shut, what we begin goes by another of the same person, in the order they chose; once, and a caseworker sees by which."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select, update

from bot import outbox
from bot.channels.base import Channel, Limits
from bot.deciding import EVENT
from bot.errors import Blocked, OutsideWindow, Rejected
from bot.messages import Address, Choice, Outbound, Purpose, Standing, Template
from bot.outbox import BY_ANOTHER_WAY, Outbox
from handlers import reminding
from storage import appointments, consents, fallbacks, lanes, reaching, reminders, standings, tasks
from storage.appointment_view import Appointment
from storage.caseworkers import Role
from storage.consents import Choice as Chosen
from storage.engine import Storage, Work
from storage.tables import Crisis, Link
from storage.tables import Outbound as Row
from tests.clock import TestClock
from tests.doubles.channel import FakeChannel, lost
from tests.opening import colleague
from tests.storage.diary import Diary, claimed, diary, paris

BODY = "Ton rendez-vous : mardi 10 mars, 10 h."
DAY = Limits(text=200, choices=13, label=20, per_second=25.0, window=timedelta(hours=24))
SMS = Limits(text=200, choices=3, label=20, per_second=25.0, purposes=frozenset({Purpose.REMINDER, Purpose.SERVICE}))


@dataclass
class Two:
    """Zoé writes by Messenger, and has another way: an app that always takes us, and an SMS."""

    storage: Storage
    clock: TestClock
    mine: Appointment
    zoe: int
    apps: dict[str, FakeChannel]
    number: int = 0
    conversation: int = 0
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        channels: dict[tuple[str, str], Channel] = {(app.name, app.account): app for app in self.apps.values()}
        self.outbox = Outbox(self.storage, channels, self.clock, ZoneInfo("Europe/Paris"), alone=True, undone=reminding.undone)

    async def run(self) -> None:
        for _again in range(4):
            self.clock.turn_machine(1.0)
            await self.outbox.sweep()
            await self.outbox.settled()

    async def say(self, purpose: Purpose = Purpose.REMINDER, **more: object) -> None:
        """Something is due on Messenger, and all that follows is done."""
        if purpose is Purpose.REMINDER:
            self.clock.turn_to(paris("2026-03-08 10:00"))
        self.number, self.conversation = await self.storage.run(self._put, purpose, more)
        await self.run()

    def _put(self, work: Work, purpose: Purpose, more: dict[str, object]) -> tuple[int, int]:
        lane = lanes.lane_of(work, self.apps["messenger"].address("zoe"))
        assert lane is not None
        outbound = Outbound(lane.address, purpose, BODY, (Choice("menu", "Menu"),), **more)  # type: ignore[arg-type]
        number = outbox.put(work, lane, outbound)
        assert number is not None
        if purpose is Purpose.REMINDER:
            reminders.settle(work, [reminders.written(due, lane.conversation_id, number) for due in claimed(work)])
        lanes.keep(work, lane)
        return number, lane.conversation_id

    def read(self) -> dict[str, list[str]]:
        """What reached her, by app."""
        return {name: app.read("zoe") for name, app in self.apps.items() if app.read("zoe")}

    async def step(self) -> tuple[str, str, str]:
        (step,) = await self.storage.read(lambda work: reminders.steps(work, appointment_id=self.mine.id))
        return step.state.value, step.reason, step.status

    async def to_do(self) -> int:
        head = await colleague(self.storage, "Nadia", Role.HEAD)
        return len([task for task in await self.storage.read(tasks.waiting, head) if task.kind is tasks.Kind.CALL])


@pytest.fixture
async def two(storage: Storage, clock: TestClock) -> Two:
    of: Diary = await diary(storage)
    apps = {
        "messenger": FakeChannel(name="messenger", limits=DAY),
        "telegram": FakeChannel(name="telegram"),
        "sms": FakeChannel(name="relay", account="sms", limits=SMS),
    }

    def unit(work: Work) -> int:
        first, *others = (lanes.open_lane(work, app.address("zoe")) for app in apps.values())
        for nth, lane in enumerate((first, *others)):
            lane.last_inbound_at = work.now - timedelta(days=nth)
            lanes.keep(work, lane)
        theirs = [lane.address_id for lane in others]
        work.session.execute(update(Link).where(col(Link.address_id).in_(theirs)).values(person_id=first.person_id))
        return first.person_id

    zoe = await storage.run(unit)
    mine = await of.book(zoe, of.at("2026-03-10 10:00"))
    return Two(storage, clock, mine, zoe, apps)


async def chooses(two: Two, name: str, *, sms: bool = True) -> None:
    def unit(work: Work) -> None:
        fallbacks.choose(work, two.zoe, name)
        if sms:
            consents.choose(work, two.zoe, Chosen.FALLBACK, "1", "SMS")

    await two.storage.run(unit)


async def test_a_reminder_that_messenger_does_not_take_goes_by_their_other_app_once(two: Two) -> None:
    await two.say()
    assert two.read() == {"telegram": [BODY]}
    assert await two.step() == ("written", "", "sent"), "the step follows the message that was sent"
    assert await two.to_do() == 0
    await two.run()
    assert two.read() == {"telegram": [BODY]}


async def test_it_keeps_its_buttons_and_its_answer_is_understood_there(two: Two) -> None:
    await two.say()
    [said] = two.apps["telegram"].received("zoe")
    assert said.choices == (f"{said.number}.0",)


@pytest.mark.parametrize(
    ("name", "sms", "reached"),
    [
        ("relay:sms", True, "sms"),
        ("telegram", True, "telegram"),
        ("relay:sms", False, "telegram"),
        ("", True, "telegram"),
        ("elsewhere", True, "telegram"),
    ],
)
async def test_the_order_is_theirs_and_an_sms_needs_their_yes(two: Two, name: str, sms: bool, reached: str) -> None:
    await chooses(two, name, sms=sms)
    await two.say()
    assert two.read() == {reached: [BODY]}


async def test_who_wants_a_call_gets_a_call(two: Two) -> None:
    await chooses(two, fallbacks.CALL)
    await two.say()
    assert two.read() == {}
    assert await two.step() == ("dropped", "outside_window", "dropped")
    assert await two.to_do() == 1


async def test_where_no_way_is_left_it_is_a_task(two: Two) -> None:
    def shut(work: Work) -> None:
        for app in ("telegram", "sms"):
            lane = lanes.lane_of(work, two.apps[app].address("zoe"))
            assert lane is not None
            lane.blocked_at = work.now
            lanes.keep(work, lane)

    await two.storage.run(shut)
    await two.say()
    assert two.read() == {}
    assert await two.to_do() == 1


async def test_a_phone_that_somebody_else_may_read_is_no_other_way(two: Two) -> None:
    def watched(work: Work) -> None:
        lane = lanes.lane_of(work, two.apps["telegram"].address("zoe"))
        assert lane is not None
        seal = work.vault.seal
        work.session.add(
            Crisis(
                conversation_id=lane.conversation_id,
                number=1,
                crisis=seal("crisis.crisis", "c3"),
                opened_at=work.now,
                watched_phone=seal("crisis.watched_phone", "yes"),
            )
        )

    await two.storage.run(watched)
    await two.say()
    assert two.read() == {}
    assert await two.to_do() == 1


async def test_moved_meanwhile_it_goes_nowhere(two: Two) -> None:
    two.clock.turn_to(paris("2026-03-08 10:00"))
    await two.storage.run(two._put, Purpose.REMINDER, {})
    await two.storage.run(appointments.cancel, two.mine.token, 1)
    await two.run()
    assert two.read() == {}
    assert await two.step() == ("dropped", "changed", "dropped")


@pytest.mark.parametrize("purpose", [Purpose.HUMAN, Purpose.ANNOUNCEMENT])
async def test_what_was_written_or_chosen_for_one_app_stays_there(two: Two, purpose: Purpose) -> None:
    await two.storage.run(consents.choose, two.zoe, Chosen.ANNOUNCEMENTS, "1", "oui")
    two.clock.turn(days=2)
    await two.say(purpose)
    assert two.read() == {}
    assert await two.to_do() == (1 if purpose is Purpose.HUMAN else 0)


async def test_who_speaks_now_is_said_nowhere_else(two: Two) -> None:
    two.clock.turn(days=2)
    await two.say(Purpose.SERVICE, card=EVENT)
    assert two.read() == {}
    await two.say(Purpose.SERVICE)
    assert two.read() == {"telegram": [BODY]}, "a promise is"


@pytest.mark.parametrize("refusal", [Blocked("blocked_there"), Rejected("refused_there"), OutsideWindow("outside_there")])
async def test_what_the_provider_refuses_goes_by_another_way(two: Two, refusal: Exception) -> None:
    def heard(work: Work) -> None:
        lane = lanes.lane_of(work, two.apps["messenger"].address("zoe"))
        assert lane is not None
        lane.last_inbound_at = paris("2026-03-08 09:00")
        lanes.keep(work, lane)

    await two.storage.run(heard)
    two.apps["messenger"].script("zoe", lost(refusal))
    await two.say()
    assert two.read() == {"telegram": [BODY]}
    assert await two.step() == ("written", "", "sent")


async def test_what_the_provider_calls_outside_its_window_goes_as_a_template(two: Two, storage: Storage) -> None:
    """Its clock is the one that counts: ours said the window was open."""
    two.apps["messenger"].limits = Limits(text=200, choices=13, label=20, per_second=25.0, window=timedelta(hours=24), templates=True)
    agreed = Template("rdv_rappel", ("mardi",), "fr")
    await storage.run(standings.put, Standing("messenger", "here", two.clock.now(), templates={agreed.key: "approved"}))

    def heard(work: Work) -> None:
        lane = lanes.lane_of(work, two.apps["messenger"].address("zoe"))
        assert lane is not None
        lane.last_inbound_at = paris("2026-03-08 09:00")
        lanes.keep(work, lane)

    await storage.run(heard)
    two.apps["messenger"].script("zoe", lost(OutsideWindow("whatsapp_131047")))
    await two.say(template=agreed)
    assert two.read() == {"messenger": [BODY]}
    assert len(two.apps["messenger"].calls) == 2


async def test_a_lane_that_somebody_holds_is_never_waited_for_under_another(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lanes locked one after the other, each waiting for the other's, would wait for ever."""
    free, asked = lanes.lane_if_free, count()
    # whoever holds it would have to come between two statements of one unit: nothing else can be there
    monkeypatch.setattr(lanes, "lane_if_free", lambda work, address_id: None if next(asked) < 2 else free(work, address_id))
    await two.say()
    assert two.read() == {"telegram": [BODY]}


async def test_the_desk_reads_why(two: Two) -> None:
    await two.say()

    def rows(work: Work) -> list[tuple[str, str | None]]:
        return [(row.state, row.failure) for row in work.session.exec(select(Row).order_by(col(Row.id)))]

    assert await two.storage.read(rows) == [("dropped", BY_ANOTHER_WAY), ("sent", None)]


def test_an_sms_and_an_email_are_chosen_apart() -> None:
    assert {fallbacks.name_of(*each) for each in (("relay", "sms"), ("relay", "email"), ("telegram", "1"))} == {
        "relay:sms",
        "relay:email",
        "telegram",
    }
    assert Address("relay", "sms", "x").channel == reaching.RELAY
