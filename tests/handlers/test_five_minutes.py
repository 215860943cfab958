"""A conversation of five minutes in each language, as people hold one: whatever is understood of it, every answer leads somewhere.

What is asserted is the shape of answers, never which page they are: another reader of words may find others.
"""

import re
from collections.abc import Sequence

import pytest

from bot.messages import Outbound, Purpose
from bot.routing import EMERGENCY
from content.words import ARABIC, EASY_FRENCH, ENGLISH, FRENCH, Words
from handlers import fallback
from tests.handlers.test_languages import speaking
from tests.talk import Talk, bodies

SECONDS = 20
SCRIPTS: dict[str, Sequence[str]] = {
    FRENCH: (
        *("bonjour", "jpeu pa payer ma caution on fé koi", "1", "et c koi un garant", "non c pa sa", "mon proprio i veu pa", "la deuxième", "menu"),
        *("Argent et aides", "2", "jveu un rdv", "jcherche du taf aussi", "le truc la pr le machin du 3", "plus simple stp", "comme avant"),
        *("t'es un robot ?", "merci bcp", "au revoir"),
    ),
    EASY_FRENCH: (
        *("bonjour", "je cherche un logement", "1", "c'est quoi un garant", "je ne comprends pas", "Un toit provisoire", "le premier", "menu"),
        *("j'ai un papier du tribunal pour le loyer", "2", "je veux un rendez-vous", "vous avez quoi sur moi", "blip blop", "c'est quoi la CAF"),
        *("tu es une vraie personne ?", "merci", "à bientôt"),
    ),
    ENGLISH: (
        *("hello", "how do i get a flat in lens", "1", "what is a guarantor", "that's not it", "my landlord keeps the deposit", "the menu", "2"),
        *("Money and help", "1", "i want an appointment", "i need a job too", "the thing for the other one", "do you speak arabic?", "no"),
        *("are you a robot?", "thanks a lot", "bye"),
    ),
    ARABIC: (
        *("مرحبا", "كيف أطلب السكن الاجتماعي", "1", "ما هو الضامن", "لا ليس هذا", "صاحب البيت لا يصلح السخان", "القائمة", "2"),
        *("المال والمساعدات", "1", "أريد موعدا", "أبحث عن عمل", "الشيء الذي قلت", "ماذا تعرفون عني", "هل أنت روبوت؟", "شكرا", "مع السلامة"),
    ),
}


@pytest.mark.parametrize("language", list(SCRIPTS))
async def test_five_minutes(talk: Talk, language: str) -> None:
    await speaking(talk, language)
    assert len(SCRIPTS[language]) >= 15
    for text in SCRIPTS[language]:
        talk.road.clock.turn(seconds=SECONDS)
        said = await talk.says(text)
        leads_on(said, text)
        if (await talk.lane()).human:  # what asks for a person is given one: the robot is taken back to go on
            assert await talk.says("reprendre le robot")


@pytest.mark.parametrize("language", list(SCRIPTS))
async def test_nothing_but_noise(talk: Talk, language: str) -> None:
    """Not understood: once the words to try, then a person; said twice in a row, never a third time."""
    await speaking(talk, language)
    words = Words(language)
    said = [bodies(await talk.says(text)) for text in ("gzgz", "brblrp", "qsdfgh")]
    assert words.say(fallback.TRY_AGAIN) in said[0]
    assert words.say(fallback.GIVE_UP) in said[1]
    assert (await talk.lane()).human
    assert not any(words.say(fallback.TRY_AGAIN) in one for one in said[1:])


def leads_on(said: Sequence[Outbound], text: str) -> None:
    """Something is answered, with something to press or to call; what ends something carries the numbers."""
    assert said, f"silence after {text}"
    assert any(one.choices for one in said), (text, bodies(said))
    dangers = [one for one in said if one.purpose is Purpose.CRISIS]
    if dangers:
        assert re.search(r"\d", bodies(dangers)), text
        return
    ended = any(Words(one.language).say(EMERGENCY) in one.body for one in said)
    assert ended or said[-1].body.rstrip().endswith(("?", "؟")), (text, bodies(said))
