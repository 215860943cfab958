"""The language of a conversation: asked for in words, proposed once, never imposed; in danger, the one that is written."""

import pytest

from bot.messages import Inbound, Kind, Outbound, Purpose
from content.words import ARABIC, EASY_FRENCH, ENGLISH, FRENCH, LANGUAGES, typeset, words_of
from handlers.speaking import ITS_NAME
from tests.clock import TestClock
from tests.talk import Road, Talk, bodies, labels

NAMES = {FRENCH: "Français", EASY_FRENCH: "Français facile", ENGLISH: "English", ARABIC: "العربية"}
IN_ARABIC = "هل نتابع بالعربية؟"
GO_ON = typeset("On continue en arabe ?")


async def language(talk: Talk) -> str:
    return (await talk.lane()).language


def proposals(said: list[Outbound]) -> list[Outbound]:
    return [one for one in said if IN_ARABIC in one.body or "Shall we go on in" in one.body]


def test_every_language_is_called_by_its_own_name() -> None:
    assert {language: words_of(language).say(ITS_NAME) for language in LANGUAGES} == NAMES


async def test_do_you_speak_arabic(talk: Talk) -> None:
    await talk.says("slt")
    (said,) = await talk.says("tu parle arabe ?")
    assert said.body == f"نعم. {IN_ARABIC}\n\nOui. {GO_ON}"
    assert labels([said]) == ["العربية", "Français"]
    (said,) = await talk.taps("العربية")
    assert said.body.startswith("حسنًا، نتابع بالعربية. أنا روبوت.\n\nالطوارئ:")
    assert labels([said]) == ["القائمة", "شخص من الفريق"]
    assert await language(talk) == ARABIC


@pytest.mark.parametrize(("yes", "spoken"), [("oui", ARABIC), ("نعم", ARABIC), ("non", FRENCH), ("العربية", ARABIC), ("Français", FRENCH)])
async def test_the_question_is_answered_in_words(talk: Talk, yes: str, spoken: str) -> None:
    await talk.says("slt")
    await talk.says("tu parles arabe ?")
    await talk.says(yes)
    assert await language(talk) == spoken


async def test_the_question_waits_for_one_answer_only(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("tu parles arabe ?")
    assert "Visale" in bodies(await talk.says("c koi visale"))
    await talk.says("oui")
    assert await language(talk) == FRENCH


@pytest.mark.parametrize(("text", "spoken"), [("english please", ENGLISH), ("parle moi en arabe", ARABIC), ("plus simple stp", EASY_FRENCH)])
async def test_a_language_asked_for_is_spoken_at_once(talk: Talk, text: str, spoken: str) -> None:
    await talk.says("slt")
    said = await talk.says(text)
    assert await language(talk) == spoken
    assert all(one.language == spoken for one in said)


async def test_a_language_asked_for_first_is_welcomed_in_it(talk: Talk) -> None:
    (said,) = await talk.says("english please")
    assert said.body.startswith("Hi! I’m the robot of CLLAJ")
    assert "Emergency" in labels([said])


async def test_simpler_words_say_the_last_answer_again(talk: Talk) -> None:
    page = talk.road.library.page("aide-visale", EASY_FRENCH)
    assert page is not None
    await talk.says("c koi visale")
    said = await talk.says("plus simple stp")
    assert said[0].body.startswith("D’accord. J’écris plus simple. Une idée par phrase.")
    assert "Comme avant" in labels(said[:1])
    assert page.body in said[1].body
    await talk.taps("Comme avant")
    assert await language(talk) == FRENCH


async def test_simpler_words_stay_until_changed(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("plus simple stp")
    for text in ("c koi visale", "menu", "gzgz"):
        assert all(one.language == EASY_FRENCH for one in await talk.says(text))
    await talk.says("comme avant")
    assert await language(talk) == FRENCH


@pytest.mark.parametrize("label", ["Comment demander", None])
async def test_a_section_and_a_theme_come_again_too(talk: Talk, label: str | None) -> None:
    await talk.says("c koi visale")
    before = await (talk.taps(label) if label else talk.says("Argent et aides"))
    said = await talk.says("english please")
    assert len(said) == 2
    assert len(said[1].choices) == len(before[-1].choices)


async def test_the_command_and_the_menu_entry(talk: Talk) -> None:
    said = await talk.says("/langue")
    assert labels(said) == list(NAMES.values())
    await talk.says("Le CLLAJ, mes infos")
    assert labels(await talk.taps("Langue")) == list(NAMES.values())
    await talk.taps("English")
    assert await language(talk) == ENGLISH


# -- proposed


async def test_two_messages_in_a_row_are_proposed_once(talk: Talk) -> None:
    await talk.says("slt")
    assert not proposals(await talk.says("أبحث عن شقة في مدينة"))
    said = await talk.says("كيف الحال عندكم")
    (proposal,) = proposals(said)
    assert proposal.body == f"{IN_ARABIC} {GO_ON}"
    assert labels([proposal]) == ["العربية", "Français"]
    assert said[0] is not proposal, "what was asked is answered first"
    assert await language(talk) == FRENCH, "proposed, not imposed"
    for text in ("القائمة", "شكرا جزيلا", "السلام عليكم"):
        assert not proposals(await talk.says(text))
    await talk.taps("العربية")
    assert await language(talk) == ARABIC


async def test_a_message_in_ones_own_language_between_starts_again(talk: Talk) -> None:
    await talk.says("slt")
    for text in ("can you help me with the rent", "je cherche un appart avec ma copine", "what should i do now"):
        assert not proposals(await talk.says(text))
    assert proposals(await talk.says("where are you and when can i come"))


async def test_yes_takes_the_proposal(talk: Talk) -> None:
    await talk.says("visale")
    await talk.says("what is visale and can i get it")
    assert proposals(await talk.says("do you have a page about visale for me"))
    await talk.says("yes")
    assert await language(talk) == ENGLISH


async def test_nothing_is_proposed_by_or_over_a_human(road: Road, talk: Talk) -> None:
    await talk.says("une personne")
    await road.human_says(talk, "Bonjour.")
    talk.news()
    for text in ("can you help me with the rent", "what should i do now"):
        assert not await talk.says(text)


# -- the telephone's language


@pytest.mark.parametrize(("locale", "line"), [("ar", f"{IN_ARABIC} {GO_ON}"), ("en-GB", "Shall we go on in English? On continue en anglais\u202f?")])
async def test_the_first_welcome_is_french_with_one_line_more(road: Road, locale: str, line: str) -> None:
    talk = road.talk("lou", locale=locale)
    (said,) = await talk.says("slt")
    assert said.body.startswith("Salut\u202f!")
    assert f"\n\n{line}\n\n" in said.body
    assert said.choices[-2].label in NAMES.values()
    assert labels([said])[0] == "Urgence"
    assert labels([said])[-1] == "Une personne"
    assert await language(talk) == FRENCH
    assert not proposals(await talk.says("menu"))


async def test_a_first_need_is_answered_before_the_line(road: Road) -> None:
    said = await road.talk("lou", locale="ar").says("visale")
    assert "Visale" in said[0].body
    assert said[1].body == f"{IN_ARABIC} {GO_ON}"


async def test_french_words_tell_more_than_the_telephone(road: Road) -> None:
    (said,) = await road.talk("lou", locale="en").says("c koi visale")
    assert "Visale" in said.body


# -- first words


@pytest.mark.parametrize(
    ("locale", "text", "spoken"),
    [
        *(("en", "je cherche un appart a lens", FRENCH), ("ar", "slt jveu un rdv", FRENCH), ("en-GB", "c koi visale", FRENCH)),
        *((None, "أريد سكن", ARABIC), ("fr", "i need a room for my studies", ENGLISH), ("ar", "hello i am looking for a flat", ENGLISH)),
    ],
)
async def test_first_words_are_answered_in_their_own_language(road: Road, locale: str | None, text: str, spoken: str) -> None:
    talk = road.talk("lou", locale=locale)
    said = await talk.says(text)
    assert all(one.language == spoken for one in said)
    assert not proposals(said)
    assert await language(talk) == spoken


@pytest.mark.parametrize(("page", "text", "spoken"), [("en", "jveu un rdv", FRENCH), ("ar", "bonjour", FRENCH), ("en", "rdv", ENGLISH)])
async def test_whatever_the_page_was_that_welcomed_them(road: Road, page: str, text: str, spoken: str) -> None:
    talk = road.talk("lou", locale=page)
    await road.take(Inbound(talk.address, "", Kind.TEXT, road.clock.now(), text, locale=page, greeted_in=page))
    said = talk.news()
    assert all(one.language == spoken for one in said)
    assert await language(talk) == spoken


async def test_a_french_hello_from_an_english_telephone_gets_the_line(road: Road) -> None:
    (said,) = await road.talk("lou", locale="en").says("bonjour")
    assert said.body.startswith("Salut\u202f!")
    assert proposals([said])


async def test_a_link_or_a_button_before_them_are_no_words(road: Road) -> None:
    talk = road.talk("lou", locale="en")
    await talk.says("/start")
    await talk.taps("Urgence")
    assert all(one.language == ENGLISH for one in await talk.says("i need a guarantor for my flat"))


@pytest.mark.parametrize("text", ["wach kayn chi dar", "سلام من یک اتاق می خواهم", "rdv please", "hello"])
async def test_in_doubt_they_change_nothing(road: Road, text: str) -> None:
    talk = road.talk("lou")
    await talk.says(text)
    assert await language(talk) == FRENCH


async def test_later_words_in_another_language_change_nothing_by_themselves(road: Road) -> None:
    talk = road.talk("lou", locale="en")
    await talk.says("je cherche un appart a lens")
    await talk.says("what do i need for it")
    assert await language(talk) == FRENCH


@pytest.mark.parametrize("locale", [None, "fr", "fr-BE", "es", "zz", "x" * 40, "../../etc"])
async def test_other_telephones_get_no_line(road: Road, locale: str | None) -> None:
    (said,) = await road.talk("lou", locale=locale).says("slt")
    assert not proposals([said])


# -- danger


async def test_danger_is_answered_in_the_language_it_is_written_in(talk: Talk) -> None:
    said = await talk.says("i have nowhere to sleep 2nite")
    french = talk.road.library.crises["crisis-sans-abri"].card.text.of(FRENCH)
    assert said[0].body.startswith("Under 18: 119. 18 or over: 115. Free, day and night. In danger right now: 17, or text 114 if you can’t speak.")
    assert said[0].body.endswith(french), "no speaker has read the English: the French stands beside"
    assert said[1].body.startswith("Are you under 18?")
    assert labels(said)[:2] == ["Call 115", "Call 119"]
    said = await talk.says("no")
    assert "Sometimes there are no places left" in bodies(said)
    assert "It’s not your fault." in bodies(await talk.says("they said no"))


async def test_danger_in_arabic(talk: Talk) -> None:
    said = await talk.says("ما عندي وين أنام الليلة")
    assert said[0].body.startswith("أقل من \u206618\u2069 سنة: \u2066119\u2069.")
    assert labels(said[1:])[:2] == ["نعم", "لا"]
    assert "لا تبقى أماكن" in bodies(await talk.says("لا"))
    assert "ليس هذا خطأك" in bodies(await talk.says("قالوا لا يوجد مكان"))
    said = await talk.says("mmm")
    assert said[0].body.startswith("أنا روبوت، وقد أخطئ في الفهم. يمكنك الاتصال بالرقم \u2066115\u2069.")


async def test_a_chosen_language_stays_in_danger(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("english please")
    said = await talk.says("je veux mourir")
    assert said[0].body.startswith("Call 3114")


async def test_another_language_in_danger_says_the_danger_again_and_nothing_else(talk: Talk) -> None:
    await talk.says("il ma encor taper hier")
    said = await talk.says("english please")
    assert all(one.purpose is Purpose.CRISIS for one in said)
    assert said[0].body.startswith("I have read it. Here is what comes next")
    assert "Can someone else read this phone?" in said[-1].body
    assert "114" in bodies(await talk.says("yes"))


async def test_urgence_in_words_of_every_language(road: Road) -> None:
    for nth, text in enumerate(("emergency", "الطوارئ", "Urgence")):
        said = bodies(await road.talk(f"lou{nth}").says(text))
        for number in ("115", "119", "17", "114", "3114"):
            assert number in said


async def test_the_number_of_a_danger_stands_apart_in_arabic(talk: Talk, clock: TestClock) -> None:
    await talk.says("بدي أموت")
    clock.turn(minutes=5)
    assert "\u20663114\u2069" in bodies(await talk.does(Kind.OTHER))


# -- the words of every language


@pytest.mark.parametrize(
    ("stop", "start"), [("STOP", "START"), ("Unsubscribe", "start"), ("توقف", "استئناف"), ("إيقاف", "ابدأ"), ("arrêt", "reprendre")]
)
async def test_stop_and_start_in_every_language(talk: Talk, stop: str, start: str) -> None:
    await talk.says("slt")
    await talk.says(stop)
    assert (await talk.lane()).opted_out_at is not None
    await talk.says(start)
    assert (await talk.lane()).opted_out_at is None


@pytest.mark.parametrize("text", ["a person please", "Can I talk to someone?", "شخص من الفريق", "أريد التحدث مع شخص"])
async def test_a_person_is_asked_for_in_every_language(talk: Talk, text: str) -> None:
    await talk.says(text)
    assert (await talk.lane()).human


@pytest.mark.parametrize(("text", "row"), [("القائمة", 10), ("the menu", 10), ("مرحبا", 11), ("good morning", 11)])
async def test_the_menu_and_hello_too(talk: Talk, text: str, row: int) -> None:
    assert len(labels(await talk.says(text))) >= min(row, 10)
