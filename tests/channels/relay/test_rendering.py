"""One segment, whatever is said; what is never left out; and how each message says how it is answered."""

from dataclasses import replace

import pytest
from hypothesis import given

from bot.channels.relay.channel import RelayChannel
from bot.channels.relay.rendering import LONGEST_BASE, Way, render_email, render_sms
from bot.channels.relay.texts import READ
from bot.messages import Choice, Outbound, Purpose
from bot.routing import EMERGENCY_FIRST
from bot.rules.gsm7 import written
from bot.wiring import sms_texts
from content.crises import NUMBER, Crisis
from content.library import load_library
from content.words import LANGUAGES, Text, Words
from handlers.buttons import MENU, PERSON
from tests.channels.conformance import check_outgoing, outbounds
from tests.channels.relay.conftest import BASE_URL, MAIL, PHONE, SAMIRA
from tests.channels.relay.kit import RelayKit
from tests.clock import TestClock

AROUND, LIBRARY = sms_texts(), load_library()
HOME = f"{BASE_URL}/chat"
REPLIES = Way(replies=True, phone=PHONE, base_url=BASE_URL, home=HOME)
BY_PHONE, BY_LINK = Way(phone=PHONE, base_url=BASE_URL, home=HOME), Way(base_url=BASE_URL, home=HOME)
COME = Choice("appointment:come:x:1", "Je viens")
SHORT = "Ton rendez-vous : jeudi 5 mars, 10h30. Lieu : 12 place Jean-Jaurès, 62220 Carvin."
REMINDER = Outbound(SAMIRA, Purpose.REMINDER, f"{SHORT} Sonne à gauche.", (COME,), short=SHORT, link="t" * 16, number=3)
READ_IT = {Words(language).say(Text(READ.msgid)).replace("’", "'") for language in LANGUAGES}
EMERGENCY = "Urgence : 115 - 17 - 119 - 3114"


def sms(outbound: Outbound, way: Way = REPLIES) -> str:
    calls = render_sms(outbound, way, AROUND)
    RelayKit().check(calls)
    return str(calls[0].payload["text"])


def reply(body: str, *choices: Choice, language: str = "fr", purpose: Purpose = Purpose.REPLY) -> Outbound:
    return Outbound(SAMIRA, purpose, body, choices, language=language, number=4)


class TestHowOneAnswers:
    def test_where_replies_are_delivered_nothing_is_said(self) -> None:
        assert sms(REMINDER, REPLIES) == SHORT

    def test_where_they_are_not_the_telephone_is(self) -> None:
        assert sms(REMINDER, BY_PHONE) == f"{SHORT} Ne réponds pas ici : 0321000000"

    @pytest.mark.parametrize("way", [BY_PHONE, REPLIES])
    def test_a_link_where_the_person_prefers_it(self, way: Way) -> None:
        assert sms(replace(REMINDER, link_first=True), way) == f"{SHORT} Répondre : {BASE_URL}/r/{'t' * 16}"

    def test_a_link_that_is_too_long_gives_way_to_the_telephone(self) -> None:
        long = replace(BY_PHONE, base_url=f"https://{'x' * LONGEST_BASE}")
        assert sms(replace(REMINDER, link_first=True), long).endswith("0321000000")

    def test_a_link_where_no_telephone_is_known(self) -> None:
        assert sms(REMINDER, BY_LINK).endswith(f"Répondre : {BASE_URL}/r/{'t' * 16}")

    def test_nothing_is_to_be_answered_without_a_button(self) -> None:
        assert sms(replace(REMINDER, choices=()), BY_LINK) == SHORT


class TestWhereNoLinkOpens:
    """The service has no address for everybody: none of its links is written, and every other is."""

    @pytest.mark.parametrize("first", [False, True])
    def test_the_telephone_is_said_whatever_was_chosen(self, first: bool) -> None:
        assert sms(replace(REMINDER, link_first=first), Way(phone=PHONE)) == f"{SHORT} Ne réponds pas ici : 0321000000"

    def test_nothing_is_where_there_is_none(self) -> None:
        assert sms(REMINDER, Way()) == SHORT

    def test_a_choice_keeps_its_number(self) -> None:
        choices = (Choice("a", "La page", link="/c/token"), Choice("b", "Le site", link="https://caf.example"), Choice("c", "Menu"))
        assert sms(reply("C'est là.", *choices), Way(replies=True)) == "C'est là. 2. Le site : https://caf.example 3. Menu"

    @given(outbounds(SAMIRA))
    def test_no_page_of_ours_is_in_anything(self, outbound: Outbound) -> None:
        choices = (*outbound.choices, Choice("page", "La page", link="/c/token-of-a-page"))
        for way in (Way(replies=True, phone=PHONE), Way(phone=PHONE), Way()):
            for said in (outbound, replace(outbound, choices=choices, link="t" * 16, link_first=True)):
                assert "/c/token" not in sms(said, way)
                assert "/r/" + "t" * 16 not in sms(said, way)

    def test_nor_in_an_e_mail_which_is_stopped_by_none(self) -> None:
        asked = replace(REMINDER, address=MAIL, choices=(Choice("page", "Lire", link="/c/token-of-a-page"),))
        [call] = render_email(asked, Way(), AROUND)
        assert "/c/" not in str(call.payload)
        assert "/r/" not in str(call.payload)
        assert "stop" not in call.payload


class TestShortened:
    def test_what_fits_is_whole_with_its_buttons_by_their_number(self) -> None:
        said = sms(reply("Tu préfères quand ?", Choice("a", "Mardi 10 h"), Choice("b", "Jeudi 14 h")))
        assert said == "Tu préfères quand ? 1. Mardi 10 h 2. Jeudi 14 h"

    def test_what_does_not_is_its_first_sentences_and_where_the_rest_is(self) -> None:
        said = sms(reply("Une phrase de plus, pas très longue. " * 20))
        assert said == f"{'Une phrase de plus, pas très longue. ' * 3}La suite : {HOME}"

    def test_the_numbers_are_never_left_out(self) -> None:
        words = Words("fr")
        body = "Une phrase de plus, pas très longue. " * 20 + "\n\n" + words.say(EMERGENCY_FIRST)
        said = sms(reply(body, Choice(MENU, "Menu"), Choice(PERSON, "Une personne")))
        assert EMERGENCY in said
        assert "le bouton Urgence" not in said
        assert said.startswith("Une phrase de plus")

    def test_pictures_are_left_out(self) -> None:
        assert sms(reply("🏠 Logement 🔑")) == "Logement"

    @pytest.mark.parametrize("language", ["ar", "uk"])
    def test_other_letters_are_not_turned_into_question_marks(self, language: str) -> None:
        said = sms(reply("مرحبا، كيف يمكنني المساعدة اليوم؟ " * 3, language=language))
        assert "?" not in said
        assert said == f"J'ai bien lu ton message. La suite : {HOME}"

    def test_one_word_without_an_end(self) -> None:
        assert sms(reply("a" * 1000), Way()) == "J'ai bien lu ton message."


@pytest.mark.parametrize("way", [REPLIES, BY_PHONE, BY_LINK], ids=["replies", "phone", "link"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("crisis", LIBRARY.crises.values(), ids=lambda crisis: crisis.id)
def test_a_card_in_one_sms(crisis: Crisis, language: str, way: Way) -> None:
    """Its numbers, whatever it says, after its own first sentences: they say nothing on a watched phone (content/crises_file.py holds it)."""
    for card in (crisis.card, *(variant.card for variant in crisis.variants)):
        buttons = tuple((crisis.call if offer.id == NUMBER else offer).choice(language) for offer in card.offers)
        text = card.text.of(language)
        said = sms(Outbound(SAMIRA, Purpose.CRISIS, f"{text}\n\n{LIBRARY.crises.common.ending.of(language)}", buttons, language=language), way)
        called = [choice.link.partition(":")[2] for choice in buttons if choice.link and choice.link.startswith(("tel:", "sms:"))]
        assert all(number in said for number in ["115", "17", "119", "3114", *called]), said
        first = said.partition("Appelle :")[0].partition("Call:")[0].strip()
        assert " ".join(written(text).split()).startswith(first) or first in READ_IT, said


@given(outbounds(SAMIRA))
def test_anything_at_all_is_one_segment(outbound: Outbound) -> None:
    for way in (REPLIES, BY_PHONE, BY_LINK, Way()):
        for short in ("", outbound.body):
            sms(replace(outbound, short=short, link="t" * 16), way)


def test_no_id_of_ours_leaves(channel: RelayChannel) -> None:
    check_outgoing(channel, reply("Bonjour.", Choice("our:menu", "Menu")))


class TestMail:
    def test_the_words_and_the_link_that_answers(self, clock: TestClock) -> None:
        [call] = render_email(replace(REMINDER, address=MAIL), BY_PHONE, AROUND)
        text = str(call.payload["text"])
        assert text.startswith(f"{SHORT} Sonne à gauche.")
        assert f"{BASE_URL}/r/{'t' * 16}" in text
        assert call.payload["subject"] == "Un message pour toi"

    @given(outbounds(MAIL))
    def test_anything_at_all(self, outbound: Outbound) -> None:
        [call] = render_email(outbound, BY_LINK, AROUND)
        assert str(call.payload["text"]).strip()
        str(call.payload["text"]).encode()
