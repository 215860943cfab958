"""Five people, each in the four languages: whoever they are, a true sentence and a number."""

import re
from datetime import timedelta

import pytest

from bot.messages import Outbound
from content.words import LANGUAGES, Text, Words
from handlers import buttons, files, greeting, pictured, waiting
from handlers.forgetting import ALL_LABEL, ASK_ALONE, ASK_FOLLOWED, ERASED, ERASED_HERE
from handlers.my_data import ERASE_LABEL
from scheduler.job import JobContext
from scheduler.jobs import retention
from storage import lanes, promises, tasks, threads
from storage.caseworkers import Role
from tests.opening import colleague, opens, paris
from tests.rules.waiting import PARIS
from tests.talk import Road, Talk, bodies, labels

SWITCH = {"fr-facile": "plus simple stp", "en": "english please", "ar": "بالعربية"}
NOWHERE = {
    "fr": "jai nul part ou dormir ce soir",
    "fr-facile": "je sais pas ou dormir",
    "en": "i have nowhere to sleep tonight",
    "ar": "ما عندي وين أنام الليلة",
}
SEVENTEEN = {
    "fr": "jai 17 ans ma mere ma mis dehors",
    "fr-facile": "jai 17 ans ma mere ma mis dehors",
    "en": "im 17 and my mum kicked me out",
    "ar": "عمري 17 سنة وأمي طردتني من البيت",
}
SAID_NO = {"fr": "le 115 ma dit non", "fr-facile": "le 115 ma dit non", "en": "they said no", "ar": "قالوا لا يوجد مكان"}
PERSON = {"fr": "une personne", "fr-facile": "une personne", "en": "a person", "ar": "شخص من الفريق"}
ERASE = {"fr": "efface tout", "fr-facile": "efface tout", "en": "erase everything", "ar": "احذف كل شيء"}
FORBIDDEN = (
    *("appelle tes parents", "ça reste entre nous", "tout ira bien", "calme-toi"),
    *("call your parents", "everything will be fine", "calm down", "اتصل بوالديك"),
)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def plain(text: str) -> str:
    """In ordinary spaces, without what keeps figures in order."""
    for odd in ("\u2066", "\u2069"):
        text = text.replace(odd, "")
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def numbers(said: list[Outbound]) -> bool:
    """Whether a number to call is in what was said."""
    return re.search(r"\b(115|119|112|3114)\b", plain(bodies(said))) is not None


def holds(said: list[Outbound], language: str, text: Text) -> bool:
    """Whether this was said, in this language, whatever its values."""
    values = dict.fromkeys(re.findall(r"{(\w+)}", text.msgid), "\ue001")
    pattern = ".+?".join(re.escape(plain(piece)) for piece in Words(language).say(text, **values).split("\ue001"))
    return re.search(pattern, plain(bodies(said)), re.DOTALL) is not None


async def speaking(road: Road, language: str, peer: str = "yanis") -> Talk:
    talk = road.talk(peer)
    if language in SWITCH:
        await talk.says("slt")
        await talk.says(SWITCH[language])
        assert (await talk.lane()).language == language
    return talk


@in_each_language
async def test_a_person_who_only_sends_their_voice(road: Road, language: str) -> None:
    await opens(road.storage)
    road.clock.turn_to(paris(2026, 11, 24, 15))
    talk = await speaking(road, language)
    first = await talk.sends("voice")
    assert holds(first, language, files.VOICE)
    assert numbers(first)
    again = await talk.sends("voice")
    assert holds(again, language, files.VOICE_AGAIN)
    assert numbers(again)
    assert all(any(map(str.isalpha, label)) for label in labels(again)), "a pictogram never stands alone"
    urgent = await talk.taps(buttons.labelled(Words(language), buttons.URGENCE).label)
    assert numbers(urgent)
    handed = await talk.taps(Words(language).say(dict(pictured.ROWS)[buttons.PERSON]))
    assert holds(handed, language, waiting.PROMISED)
    assert numbers(handed)
    thread = await road.storage.read(threads.open_thread_of, (await talk.lane()).person_id)
    assert thread is not None
    assert (await road.storage.read(promises.of, thread)).deadline is not None


@in_each_language
async def test_a_17_year_old_at_eleven_at_night(road: Road, language: str) -> None:
    await opens(road.storage)
    talk = await speaking(road, language)
    road.clock.turn_to(paris(2026, 11, 24, 23))
    said = await talk.says(SEVENTEEN[language])
    card = next(one for one in said if one.card == "crisis")
    assert "119" in card.body
    assert "tel:119" in {choice.link for choice in card.choices}
    assert "115" not in card.body, "an adult shelter is not for a minor"
    common = road.library.crises.common
    closed = plain(common.closed.of(language)).partition("{when}")[0].strip()
    assert closed in plain(card.body)
    said += await talk.says(SAID_NO[language])
    assert "119" in said[-1].body
    for words in FORBIDDEN:
        assert words not in plain(bodies(said)).casefold()
    thread = await road.storage.read(threads.open_thread_of, (await talk.lane()).person_id)
    assert thread is not None
    assert await road.storage.read(threads.alert_waits, thread)


@in_each_language
async def test_somebody_told_no_by_the_115(road: Road, language: str) -> None:
    await opens(road.storage)
    road.clock.turn_to(paris(2026, 11, 24, 23))
    talk = await speaking(road, language)
    (card, *_rest) = await talk.says(NOWHERE[language])
    assert card.card == "crisis"
    assert {"tel:115", "tel:119"} <= {choice.link for choice in card.choices} | {choice.link for one in _rest for choice in one.choices}
    said = await talk.says(SAID_NO[language])
    step = next(step for step in road.library.crises.steps.values() if step.text.of("fr").startswith("Ce n"))
    assert plain(step.text.of(language)).partition("\n")[0] in plain(bodies(said))
    assert numbers(said)
    assert "15" in bodies(said)
    (team,) = (choice.label for one in said for choice in one.choices if choice.id == "crisis:do:write")
    assert numbers(await talk.taps(team))
    assert (await talk.lane()).human


FIRST_WORDS = {
    "fr": "le 115 ma dit non ya pas de place",
    "fr-facile": "jai appelé le 115 pas de place",
    "en": "i called 115 there is no place and i have nowhere to sleep",
    "ar": "ما عندي وين أنام اتصلت بـ 115 لا يوجد مكان",
}


@in_each_language
async def test_somebody_whose_first_words_are_that_the_115_said_no(road: Road, language: str) -> None:
    """Both doors still come first, for nobody knows their age; then that it is not their fault, before any question."""
    await opens(road.storage)
    road.clock.turn_to(paris(2026, 11, 24, 23))
    talk = await speaking(road, language)
    said = await talk.says(FIRST_WORDS[language])
    step = road.library.crises.steps["no-place"].text.of(language)
    assert said[0].card == "crisis"
    assert plain(step).partition("\n")[0] in plain(said[1].body)
    assert {"119", "115"} <= set(re.findall(r"\d+", said[0].body))
    assert len(said) == 3
    assert talk.heard[-1].choices, "the question about age comes last"


@in_each_language
async def test_somebody_who_stops_halfway_and_comes_back_weeks_later(road: Road, language: str) -> None:
    (samira,) = await opens(road.storage)
    road.clock.turn_to(paris(2026, 11, 24, 15))
    talk = await speaking(road, language)
    assert holds(await talk.says(PERSON[language]), language, waiting.PROMISED)
    await talk.says(ERASE[language])  # under a human: kept for the team, asked back by nobody
    road.clock.turn_to(paris(2026, 12, 16, 10))
    said = await talk.says(PERSON[language])
    assert holds(said, language, waiting.STILL_THERE)
    assert holds(said, language, waiting.PROMISED)
    assert numbers(said)
    assert samira.name not in bodies(said), "nobody took it"


@in_each_language
async def test_somebody_who_stops_before_the_team_comes_back_as_anybody(road: Road, language: str) -> None:
    await opens(road.storage)
    road.clock.turn_to(paris(2026, 11, 3, 15))
    talk = await speaking(road, language)
    await talk.says("/menu")
    await talk.says(ERASE[language])  # the question stays open
    road.clock.turn_to(paris(2026, 11, 24, 15))
    said = await talk.says("/menu")
    assert numbers(said)
    assert (await talk.lane()).language == language
    road.clock.turn_to(paris(2027, 1, 10, 15))
    await retention.job(lambda: road.library, road.ledger).run(_night(road))
    assert await road.storage.run(lanes.lane_of, talk.address) is None, "thirty days without the team: nothing is left"
    assert holds(await talk.says("slt"), "fr", greeting.WELCOME)


def _night(road: Road) -> JobContext:
    return JobContext(road.storage, road.clock, PARIS, road.clock.now(), "", 1)


@in_each_language
async def test_somebody_who_wants_everything_erased(road: Road, language: str) -> None:
    await opens(road.storage)
    road.clock.turn_to(paris(2026, 11, 24, 15))
    talk = await speaking(road, language)
    assert holds(await talk.says(ERASE[language]), language, ASK_ALONE)
    done = await talk.taps(Words(language).say(ALL_LABEL))
    assert holds(done, language, ERASED)
    assert numbers(done)


@in_each_language
async def test_somebody_followed_who_wants_everything_erased(road: Road, language: str) -> None:
    await opens(road.storage)
    road.clock.turn_to(paris(2026, 11, 24, 15))
    talk = await speaking(road, language, "followed")
    await talk.says(PERSON[language])
    await talk.says("/donnees")
    asked = await talk.taps(Words(language).say(ERASE_LABEL))
    assert holds(asked, language, ASK_FOLLOWED)
    done = await talk.taps(Words(language).say(ALL_LABEL))
    assert holds(done, language, ERASED_HERE)
    assert numbers(done)
    head = await colleague(road.storage, "Nadia", Role.HEAD)
    (task,) = [task for task in await road.storage.read(tasks.waiting, head) if task.kind is tasks.Kind.ERASURE]
    assert task.due_at is not None
    assert timedelta(days=25) < task.due_at - road.clock.now() < timedelta(days=32)
