"""The last words of a danger card are true: at night, on Sunday, in August, with everyone absent, and by day."""

from datetime import datetime, time

import pytest

from bot.messages import Outbound
from bot.rules.duty import Duty
from scheduler.job import JobContext
from scheduler.jobs import danger
from storage import hours, lanes, on_call
from storage.engine import Work
from tests.opening import days, opens, paris
from tests.rules.waiting import LUNCH, PARIS
from tests.talk import Road, Talk

ALERTED = "J'ai envoyé une alerte à l'équipe, mais je ne sais pas quand elle va la lire. N'attends pas : appelle."
UNKNOWN = "Je suis un robot, je ne sais pas quand l'équipe lira. N'attends pas : appelle maintenant."
CLOSED = "Je suis un robot. À cette heure-ci, personne de l'équipe ne lit. On lira {when}. N'attends pas : appelle maintenant."


def plain(said: Outbound) -> str:
    return said.body.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


async def card(road: Road, talk: Talk, moment: datetime, words: str = "je dors dehors") -> str:
    road.clock.turn_to(moment)
    return next(plain(said) for said in await talk.says(words) if said.card == "crisis")


@pytest.mark.parametrize(
    ("moment", "when"),
    [
        (paris(2026, 11, 24, 23, 14), "demain à 9 h"),  # night
        (paris(2026, 11, 25, 2, 40), "aujourd'hui à 9 h"),
        (paris(2026, 11, 22, 2, 40), "demain à 9 h"),  # Sunday
        (paris(2026, 11, 21, 20), "lundi à 9 h"),
        (paris(2026, 11, 24, 12, 30), "aujourd'hui à 14 h"),  # lunch
        (paris(2026, 11, 10, 19), "jeudi à 9 h"),  # the eve of a holiday
        (paris(2026, 8, 5, 10), "lundi 24 août"),  # August
        (paris(2026, 12, 1, 10), "demain à 9 h"),  # everyone absent
    ],
)
async def test_closed_it_says_when_the_team_reads_again(road: Road, talk: Talk, moment: datetime, when: str) -> None:
    (samira,) = await opens(road.storage, LUNCH)
    await road.storage.run(hours.close, days("2026-08-03", "2026-08-21"), "Été")
    await road.storage.run(hours.be_away, samira.id, days("2026-12-01"))
    assert (await card(road, talk, moment)).endswith(CLOSED.format(when=when))


async def test_open_an_alert_was_sent_and_nobody_is_said_to_have_read(road: Road, talk: Talk) -> None:
    await opens(road.storage)
    said = await card(road, talk, paris(2026, 11, 24, 15, 20))
    assert said.endswith(ALERTED)
    assert "prévenu" not in said


async def test_hours_unknown_no_time_and_no_alert_are_claimed(road: Road, talk: Talk) -> None:
    assert (await card(road, talk, paris(2026, 11, 24, 15, 20))).endswith(UNKNOWN)


async def test_somebody_on_call_is_somebody_alerted(road: Road, talk: Talk) -> None:
    await opens(road.storage)
    await road.storage.run(on_call.add, "Nadia", "json://127.0.0.1:9/", Duty(days("2026-11-24"), time(17), time(9)))
    assert (await card(road, talk, paris(2026, 11, 25, 2, 40))).endswith(ALERTED)
    assert (await card(road, road.talk("other"), paris(2026, 11, 26, 2, 40))).endswith(CLOSED.format(when="aujourd'hui à 9 h"))


async def test_a_colleague_who_stayed_late_is_not_said_to_be_away(road: Road, talk: Talk) -> None:
    await opens(road.storage)
    road.clock.turn_to(paris(2026, 11, 24, 17, 30))
    await talk.says("slt")
    await road.human_says(talk, "Je suis encore là.")
    talk.news()
    road.clock.turn(minutes=1)
    await talk.says("je veux mourir")
    road.clock.turn(minutes=2)
    await danger.job(lambda: road.library).run(JobContext(road.storage, road.clock, PARIS, road.clock.now()))
    await road.run()
    assert plain(next(said for said in talk.news() if said.card == "crisis")).endswith(UNKNOWN)
    assert (await card(road, talk, paris(2026, 11, 24, 22, 41), "ya le feu ds la cuisine")).endswith(CLOSED.format(when="demain à 9 h"))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr-facile", "À cette heure, personne de l'équipe ne lit. On lira demain à 9 h. N'attends pas. Appelle maintenant."),
        ("en", "At this hour nobody from the team is reading. We will read tomorrow at 9:00. Don't wait: call now."),
        ("ar", "سنقرأ غدًا الساعة \u20669:00\u2069. بدون انتظار: الاتصال الآن."),
    ],
)
async def test_in_every_language(road: Road, talk: Talk, language: str, words: str) -> None:
    await opens(road.storage)

    def speak(work: Work) -> None:
        lane = lanes.open_lane(work, talk.address)
        lane.language = language
        lanes.keep(work, lane)

    await road.storage.run(speak)
    assert words in await card(road, talk, paris(2026, 11, 24, 23, 14))
