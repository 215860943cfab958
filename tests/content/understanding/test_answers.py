"""What answers about an appointment are learnt from and judged by: apart from one another, and heard well enough."""

import pytest

from bench.eval import appointments
from content.understanding.appointment import Answer, bare, hear
from content.understanding.examples import read_answers
from content.understanding.meaning import Certainty
from content.understanding.normalise import simple
from content.understanding.surroundings import surrounded

RIGHT = 0.90
"""What is held on each set: below the bar of `make eval`, which says where it is missed."""
ENGLISH = {
    "Yes I'll be there on Friday": Answer.CONFIRM,
    "im coming": Answer.CONFIRM,
    "see you tomorrow at 10": Answer.CONFIRM,
    "I confirm my appointment": Answer.CONFIRM,
    "on my way, there in 2 minutes": Answer.CONFIRM,
    "don't cancel it, i'm coming": Answer.CONFIRM,
    "I can't come tomorrow": Answer.CANCEL,
    "i wont be there sorry": Answer.CANCEL,
    "please cancel my appointment": Answer.CANCEL,
    "I am sick and can't make it": Answer.CANCEL,
    "found a flat, no longer need the appointment": Answer.CANCEL,
    "can we move it to Monday?": Answer.MOVE,
    "I need another day": Answer.MOVE,
    "not before 4pm please": Answer.MOVE,
    "I'll be 10 minutes late": Answer.MOVE,
    "can I come on Thursday instead": Answer.MOVE,
    "I missed my appointment, can I have another one": Answer.MOVE,
    "when is my appointment?": Answer.WHEN,
    "what time do I have to come": Answer.WHEN,
    "where is it?": Answer.WHEN,
    "what do I have to bring": Answer.WHEN,
    "who am I meeting tomorrow?": Answer.WHEN,
    "I'm looking for a room": Answer.OTHER,
    "thank you so much": Answer.OTHER,
    "are you a robot?": Answer.OTHER,
    "my landlord wants to throw me out": Answer.OTHER,
    "ok": Answer.OTHER,
    "no": Answer.OTHER,
}
ARABIC = {
    "نعم سأحضر غدا": Answer.CONFIRM,
    "أؤكد حضوري": Answer.CONFIRM,
    "أنا في الطريق إليكم": Answer.CONFIRM,
    "ان شاء الله نجي غدوة": Answer.CONFIRM,
    "واخا غادي نجي نهار الخميس": Answer.CONFIRM,
    "لا أستطيع المجيء": Answer.CANCEL,
    "أريد إلغاء موعدي": Answer.CANCEL,
    "ما نقدرش نجي غدوة": Answer.CANCEL,
    "أنا مريضة ولن آتي": Answer.CANCEL,
    "لن أحضر الموعد": Answer.CANCEL,
    "هل يمكن تأجيل الموعد؟": Answer.MOVE,
    "أريد يوما آخر من فضلكم": Answer.MOVE,
    "سأتأخر عشر دقائق": Answer.MOVE,
    "ممكن نبدل الموعد للاثنين؟": Answer.MOVE,
    "بغيت نأجل الموعد": Answer.MOVE,
    "متى موعدي؟": Answer.WHEN,
    "في أي ساعة الموعد غدا؟": Answer.WHEN,
    "أين مكتبكم؟": Answer.WHEN,
    "وقتاش الموعد ديالي": Answer.WHEN,
    "ماذا أحضر معي من الوثائق؟": Answer.WHEN,
    "fin kayn lmaw3id": Answer.WHEN,
    "أبحث عن غرفة": Answer.OTHER,
    "شكرا لكم": Answer.OTHER,
    "نعم": Answer.OTHER,
    "لا": Answer.OTHER,
}
MOST_WRONG = 3
"""Of each table: they are written in two languages that we learn from a few dozen examples."""


def test_no_example_is_among_the_judged_messages() -> None:
    judged = {simple(message.text) for messages in appointments.sets().values() for message in messages} - {""}
    assert [example.text for example in read_answers() if simple(example.text) in judged and not example.aside] == []


def test_what_is_said_twice_is_the_same_answer() -> None:
    """But for a question mark, and what is of other matters anyhow."""
    said: dict[tuple[str, bool], str] = {}
    for example in read_answers():
        if not example.aside and (words := simple(example.text)):
            assert said.setdefault((words, "?" in example.text), example.label) == example.label, example.text


@pytest.mark.parametrize("name", appointments.sets())
def test_answers_are_heard(name: str) -> None:
    messages = appointments.sets()[name]
    right = sum(hear(message.text).answer is message.answer for message in messages)
    assert right / len(messages) >= RIGHT


def test_what_is_no_cancel_is_hardly_ever_surely_taken_for_one() -> None:
    messages = [message for messages in appointments.sets().values() for message in messages if message.answer is not Answer.CANCEL]
    assert sum(hear(message.text).sure is Answer.CANCEL for message in messages) <= len(messages) // 100


@pytest.mark.parametrize("said", [ENGLISH, ARABIC], ids=["en", "ar"])
def test_other_languages(said: dict[str, Answer]) -> None:
    wrong = [text for text, answer in said.items() if hear(text).answer is not answer]
    assert len(wrong) <= MOST_WRONG, wrong


@pytest.mark.parametrize("text", ["oui", "Ok merci", "nn", "non désolé", "d'accord", "bien sûr", "👍", "❌", "نعم", "yes"])
def test_a_yes_or_a_no_alone_is_left_to_what_was_asked(text: str) -> None:
    assert bare(text)
    assert hear(text).sure is Answer.OTHER


@pytest.mark.parametrize("text", ["oui je viens", "non jeudi", "ok mais plus tard", "merci", "👍 à demain", "?", "🏠", ""])
def test_more_than_a_yes_or_a_no_is_not(text: str) -> None:
    assert not bare(text)


@pytest.mark.parametrize(
    ("text", "late"),
    [
        ("jsui en retard de 10 min", True),
        ("je suis bloqué dans les bouchons, j'arrive", True),
        ("sorry I'm running late", True),
        ("je suis en retard, on peut décaler ?", False),
        ("on peut se voir vendredi plutôt ?", False),
        ("mon loyer est en retard", False),
    ],
)
def test_being_late_is_told_from_wanting_another_time(text: str, late: bool) -> None:
    assert hear(text).late is late


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("je sreai la jeudi", Answer.CONFIRM), ("je vuex annluer mon rdv", Answer.CANCEL), ("possbile un autre juor", Answer.MOVE)],
)
def test_typing_errors_are_mended(typed: str, answer: Answer) -> None:
    assert hear(typed).answer is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("coucou c'est Nadia, bon alors merci pour le rappel mais je serai pas là, désolée, bonne journée", Answer.CANCEL),
        ("salut madame excusez-moi, je voulais juste vous dire que je viens bien, merci beaucoup", Answer.CONFIRM),
        ("allô oui bonjour, euh c'était pour savoir où c'est, merci au revoir", Answer.WHEN),
        ("bonsoir désolé du dérangement, on pourrait se voir un autre jour svp, cordialement", Answer.MOVE),
    ],
)
def test_an_answer_is_heard_through_what_is_put_around_it(text: str, answer: Answer) -> None:
    assert hear(text).answer is answer


def test_a_pin_or_a_calendar_alone_asks_where_or_when() -> None:
    for text in ("📍", "📍?", "📅 ?"):
        assert hear(text).sure is Answer.WHEN
    for text in ("?", "😂", "🏠"):
        assert hear(text).certainty is Certainty.NONE


def test_what_is_put_around_answers_is_the_same_each_time_and_around_no_other() -> None:
    examples = read_answers()
    told = surrounded(examples)
    assert told == surrounded(examples)
    assert len(told) > 1000
    assert {(example.language, example.aside) for example in told} == {("fr", False)}


def test_a_denied_cancel_is_none() -> None:
    for text in ("j'annule pas", "n'annulez pas je viens", "je ne veux pas annuler"):
        assert hear(text).sure is not Answer.CANCEL
    assert hear("je ne veux plus venir").certainty is not Certainty.NONE
