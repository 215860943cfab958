"""« SMS ou e-mail si l'application ne marche pas »: off until a code said back proves it, taken back by one word, no way to find somebody."""

from collections.abc import Sequence

import pytest

from bot import outbox
from bot.messages import Address, Outbound, Purpose
from bot.messages import Choice as Shown
from content.library import Library
from content.words import LANGUAGES, words_of
from handlers import relays
from storage import consents, crises, fallbacks, lanes, reaching
from storage.consents import Choice
from storage.engine import Storage, Work
from storage.fallbacks import Other
from tests.clock import TestClock
from tests.handlers.beside import Beside, Shut
from tests.talk import Paper, Road, Talk, bodies, labels

NUMBER, E164 = "06 12 34 56 78", "+33612345678"
MAIL = "samira@example.org"
SMS_LABEL, MAIL_LABEL = "SMS si besoin", "E-mail si besoin"
SENT_IT = "Un code de 6 chiffres est parti"


@pytest.fixture
def email() -> Beside:
    return Beside("email")


@pytest.fixture
def beside(sms: Beside, email: Beside) -> Sequence[Beside]:
    return (sms, email)


async def offers(talk: Talk) -> list[str]:
    """What « Mes choix » shows."""
    await talk.says("mes données")
    return labels(await talk.taps("Mes choix"))


async def gives(talk: Talk, given: str = NUMBER, label: str = SMS_LABEL) -> list[Outbound]:
    """Choose it, and give a number or an address."""
    await offers(talk)
    await talk.taps(label)
    return await talk.says(given)


async def accepts(talk: Talk, beside: Beside, given: str = NUMBER, label: str = SMS_LABEL) -> list[Outbound]:
    """All of it, to the code."""
    await gives(talk, given, label)
    return await talk.says(beside.code())


async def tied(talk: Talk) -> Sequence[Other]:
    person, here = (await talk.lane()).person_id, (await talk.lane()).address_id
    return await talk.road.storage.run(fallbacks.known, person, here)


async def chosen(talk: Talk) -> bool:
    return Choice.FALLBACK in await talk.road.storage.run(consents.chosen, (await talk.lane()).person_id)


class TestAccepted:
    async def test_by_a_code_sent_there_and_said_back(self, talk: Talk, sms: Beside) -> None:
        assert SENT_IT in bodies(await gives(talk))
        assert sms.sent[-1].address == Address("relay", "sms", E164)
        assert not await tied(talk)
        assert not await chosen(talk)
        said = await talk.says(f"c'est le {sms.code()}")
        assert "un SMS au … 78" in bodies(said)
        assert [(other.channel, other.account, other.accepted) for other in await tied(talk)] == [("relay", "sms", True)]
        assert await chosen(talk)

    async def test_an_e_mail_too(self, talk: Talk, email: Beside) -> None:
        said = await accepts(talk, email, MAIL, MAIL_LABEL)
        assert "s…@example.org" in bodies(said)
        assert email.sent[0].address.peer == MAIL

    async def test_it_is_off_at_first_and_each_is_a_button(self, talk: Talk) -> None:
        shown = await offers(talk)
        assert {SMS_LABEL, MAIL_LABEL} <= set(shown)
        assert not await chosen(talk)

    async def test_where_the_service_sends_none_nothing_is_shown(self, storage: Storage, clock: TestClock, library: Library) -> None:
        talk = Road(storage, clock, library).talk()
        assert not {SMS_LABEL, MAIL_LABEL} & set(await offers(talk))

    @pytest.mark.parametrize("given", ["12", "03 21 00 00 00", "bonjour", "samira@", "+33 6 12"])
    async def test_what_is_no_mobile_is_asked_again(self, talk: Talk, sms: Beside, given: str) -> None:
        await offers(talk)
        await talk.taps(SMS_LABEL)
        await talk.says(given)
        assert sms.sent == []
        assert SENT_IT in bodies(await talk.says(NUMBER)) or given == "bonjour"

    async def test_a_no_leaves_all_as_it_was(self, talk: Talk, sms: Beside) -> None:
        await offers(talk)
        await talk.taps(SMS_LABEL)
        assert "rien n’a changé" in bodies(await talk.taps("Laisser comme ça"))
        assert sms.sent == []
        await gives(talk)
        assert "rien n’a changé" in bodies(await talk.says("non"))
        assert not await tied(talk)

    async def test_another_number_takes_the_place_of_the_first(self, talk: Talk, sms: Beside) -> None:
        await accepts(talk, sms)
        await talk.taps("Plus de SMS")
        await accepts(talk, sms, "07 00 00 00 01")
        assert len(await tied(talk)) == 1

    @pytest.mark.parametrize("language", LANGUAGES)
    async def test_every_label_fits_a_button(self, language: str) -> None:
        words = words_of(language)
        texts = (*relays.LABELS.values(), *relays.NO_MORE.values(), relays.NOT_NOW_LABEL, relays.AGAIN_LABEL, relays.LINK_LABEL, relays.NO_LINK_LABEL)
        assert [label for label in map(words.say, texts) if len(label) > 20] == []


class TestCode:
    async def test_three_wrong_ones_end_it(self, talk: Talk, sms: Beside) -> None:
        await gives(talk)
        wrong = f"{(int(sms.code()) + 1) % 10**6:06}"
        assert "Regarde encore" in bodies(await talk.says(wrong))
        await talk.says(wrong)
        assert "On s’arrête là" in bodies(await talk.says(wrong))
        await talk.says(sms.code())
        assert not await tied(talk)

    async def test_it_lives_ten_minutes(self, talk: Talk, sms: Beside, clock: TestClock) -> None:
        await gives(talk)
        clock.turn(minutes=10)
        assert "ne marche plus" in bodies(await talk.says(sms.code()))
        assert not await tied(talk)
        await talk.taps("Un nouveau code")
        await talk.says(sms.code())
        assert await tied(talk)

    async def test_it_is_worth_nothing_to_anybody_else(self, talk: Talk, road: Road, sms: Beside) -> None:
        await gives(talk)
        code, other = sms.code(), road.talk("ines")
        await gives(other, "07 00 00 00 01")
        await other.says(code)
        assert not await tied(other)

    async def test_nobody_s_telephone_is_rung_again_and_again(self, talk: Talk, road: Road, sms: Beside) -> None:
        for nth in range(6):
            await gives(road.talk(f"somebody-{nth}"))
        assert len(sms.sent) == 3
        for _time in range(5):
            await gives(talk, "07 00 00 00 01")
        assert len(sms.sent) == 6

    async def test_it_is_kept_nowhere_to_be_read(self, talk: Talk, sms: Beside) -> None:
        await gives(talk)
        assert sms.code() not in str((await talk.lane()).state)


class TestNobodyIsFound:
    async def test_a_number_that_is_somebody_s_is_answered_as_any_other(self, talk: Talk, road: Road, sms: Beside) -> None:
        await accepts(road.talk("ines"), sms)
        known, unknown = await gives(talk), await gives(road.talk("leo"), "07 00 00 00 01")
        assert bodies(known) == bodies(unknown)

    async def test_who_shows_that_it_is_theirs_has_it(self, talk: Talk, road: Road, sms: Beside) -> None:
        """A number that changed hands: what was said there stays with whom it was said to."""
        ines = road.talk("ines")
        await accepts(ines, sms)
        await accepts(talk, sms)
        assert len(await tied(talk)) == 1
        assert not await tied(ines)


class TestNotOffered:
    async def test_under_fifteen(self, talk: Talk, sms: Beside) -> None:
        await offers(talk)
        await talk.says("j'ai 14 ans")
        assert not {SMS_LABEL, MAIL_LABEL} & set(labels(await talk.says("mes données")))
        assert "rien à choisir ici" in bodies(await talk.taps(SMS_LABEL))
        assert sms.sent == []

    async def test_where_the_telephone_is_read_by_somebody_else(self, talk: Talk, sms: Beside) -> None:
        await talk.says("slt")
        await offers(talk)

        def guard(work: Work) -> None:
            lane = lanes.lane_of(work, talk.address)
            assert lane is not None
            seen = crises.add(work, lane.conversation_id, "crisis-violences", 1, None)
            crises.note(work, seen.id, watched_phone=True)

        await talk.road.storage.run(guard)
        assert "Quelqu’un d’autre peut lire" in bodies(await talk.taps(SMS_LABEL))
        assert sms.sent == []
        assert not {SMS_LABEL, MAIL_LABEL} & set(await offers(talk))


class TestTakenBack:
    @pytest.mark.parametrize("said", ["plus de SMS", "Plus de sms !", "arrête les SMS"])
    async def test_by_words(self, talk: Talk, sms: Beside, said: str) -> None:
        await accepts(talk, sms)
        assert "plus de SMS" in bodies(await talk.says(said))
        assert not await tied(talk)
        assert not await chosen(talk)

    async def test_one_of_two(self, talk: Talk, sms: Beside, email: Beside) -> None:
        await accepts(talk, sms)
        await accepts(talk, email, MAIL, MAIL_LABEL)
        await talk.says("plus de sms")
        assert [other.account for other in await tied(talk)] == ["email"]
        assert await chosen(talk)

    async def test_a_link_is_a_choice(self, talk: Talk, sms: Beside) -> None:
        await accepts(talk, sms)
        await talk.taps("SMS avec un lien")
        await into_line(talk, sms.address_of(E164))
        assert sms.sent[-1].link_first
        await talk.taps("SMS sans lien")
        await into_line(talk, sms.address_of(E164))
        assert not sms.sent[-1].link_first


class TestWhereNoLinkOpens:
    @pytest.fixture
    def sms(self) -> Beside:
        return Shut("sms")

    async def test_none_is_to_be_chosen(self, talk: Talk, sms: Beside) -> None:
        shown = labels(await accepts(talk, sms))
        assert "Plus de SMS" in shown
        assert "SMS avec un lien" not in shown

        def older(work: Work) -> None:
            lane = lanes.lane_of(work, talk.address)
            assert lane is not None
            outbox.put(work, lane, Outbound(lane.address, Purpose.SERVICE, "Un vieux message", (Shown(relays.BY_LINK, "SMS avec un lien"),)))
            lanes.keep(work, lane)

        await talk.road.storage.run(older)
        await talk.road.run()
        talk.news()
        assert "rien n’a changé" in bodies(await talk.taps("SMS avec un lien"))
        await into_line(talk, sms.address_of(E164))
        assert not sms.sent[-1].link_first


async def into_line(talk: Talk, to: Address) -> None:
    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, to)
        assert lane is not None
        outbox.put(work, lane, Outbound(to, Purpose.SERVICE, "Bonjour."))
        lanes.keep(work, lane)

    await talk.road.storage.run(unit)
    await talk.road.run()


class Site(Paper):
    """The service's own chat, which rings on no telephone."""

    name = "webchat"


class TestWrittenFirst:
    """What « Mes applis » says is what a reminder does."""

    async def test_by_the_application_until_they_say_otherwise(self, talk: Talk, sms: Beside) -> None:
        await accepts(talk, sms)
        said = bodies(await talk.says("mes applis"))
        assert "On t’écrit d’abord ici\u00a0: le chat du service." in said
        assert "D’abord\u00a0: les SMS" in labels(talk.heard[-1:])
        assert "d’abord ici\u00a0: les SMS" in bodies(await talk.taps("D’abord\u00a0: les SMS"))
        assert "On t’écrit d’abord ici\u00a0: les SMS." in bodies(await talk.says("mes applis"))

    async def test_by_sms_before_a_page_that_one_has_to_come_back_to(self, road: Road, sms: Beside) -> None:
        talk = Road(road.storage, road.clock, road.library, paper=Site(), beside=(sms,)).talk()
        await accepts(talk, sms)
        assert "On t’écrit d’abord ici\u00a0: les SMS." in bodies(await talk.says("mes applis"))


class TestReminded:
    """By which way, as a reminder asks."""

    async def way(self, talk: Talk, first: frozenset[str] = frozenset({"paper"})) -> int | reaching.Silent:
        person = (await talk.lane()).person_id
        return (await talk.road.storage.run(reaching.ways, {person}, first))[person]

    async def change(self, talk: Talk, **to: object) -> None:
        def unit(work: Work) -> None:
            lane = lanes.lane_of(work, talk.address)
            assert lane is not None
            for name, value in to.items():
                setattr(lane, name, value)
            lanes.keep(work, lane)

        await talk.road.storage.run(unit)

    async def test_by_the_application_as_long_as_it_works(self, talk: Talk, sms: Beside) -> None:
        await accepts(talk, sms)
        assert await self.way(talk) == (await talk.lane()).address_id

    async def test_by_sms_where_it_is_blocked(self, talk: Talk, sms: Beside, clock: TestClock) -> None:
        await accepts(talk, sms)
        [other] = await tied(talk)
        await self.change(talk, blocked_at=clock.now())
        assert await self.way(talk) == other.address_id

    async def test_before_a_page_that_one_has_to_come_back_to(self, talk: Talk, sms: Beside) -> None:
        await accepts(talk, sms)
        [other] = await tied(talk)
        assert await self.way(talk, frozenset({"telegram"})) == other.address_id

    async def test_stop_in_the_application_holds_there_too(self, talk: Talk, sms: Beside) -> None:
        await accepts(talk, sms)
        await talk.says("STOP")
        assert await self.way(talk) is reaching.Silent.STOPPED

    async def test_no_more_once_it_is_taken_back(self, talk: Talk, sms: Beside, clock: TestClock) -> None:
        await accepts(talk, sms)
        await self.change(talk, blocked_at=clock.now())
        await talk.road.storage.run(consents.take_back, (await talk.lane()).person_id, Choice.FALLBACK)
        assert await self.way(talk) is reaching.Silent.BLOCKED
