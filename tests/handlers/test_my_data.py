"""« Mes données »: seen in plain words, corrected, chosen, taken away; under a human too."""

import pytest
from sqlalchemy import select

from bot.messages import Kind, Purpose
from bot.settings import Settings
from content.library import Library
from storage import consents, desk, rights, tables
from storage.consents import Choice
from storage.engine import Storage, Work, table
from tests.backend.desk import build
from tests.clock import TestClock
from tests.talk import Paper, Road, Talk, bodies, labels

TASK = table(tables.Task)
SHOWN = ["Qui l’a lu", "Corriger", "Mes choix", "Télécharger", "Effacer"]


async def person(talk: Talk) -> int:
    return (await talk.lane()).person_id


async def tasks(talk: Talk) -> list[str]:
    def unit(work: Work) -> list[str]:
        return list(work.session.execute(select(TASK.c.kind).order_by(TASK.c.id)).scalars())

    return await talk.road.storage.read(unit)


@pytest.mark.parametrize("words", ["mes données", "/donnees", "vs avez koi sur moi", "vous avez quoi sur moi ?", "my data", "بياناتي"])
async def test_it_is_asked_in_many_ways(talk: Talk, words: str) -> None:
    await talk.says("slt")
    said = await talk.says(words)
    assert "tes messages depuis le mardi 3 mars" in bodies(said)
    assert labels(said)[:5] == SHOWN


async def test_what_only_the_robot_knows(talk: Talk) -> None:
    await talk.says("slt")
    said = bodies(await talk.says("mes donnees"))
    assert "Voici ce qu’on a\u00a0: tes messages depuis le mardi 3 mars." in said
    assert "Tes choix\u00a0: messages en premier oui, rappels oui, ateliers et annonces non." in said
    assert "s’effacent 30\u00a0jours après le dernier. L’équipe ne les lit pas." in said
    assert "demande" not in said


async def test_what_the_team_follows(talk: Talk) -> None:
    await talk.says("une personne")
    said = bodies(await talk.says("/donnees"))
    assert "ta demande à l’équipe du mardi 3 mars, ce que le robot a compris" in said
    assert "On garde tout ça 24\u00a0mois après ton dernier message." in said
    assert "Message automatique" in said, "a human owns the conversation"


async def test_a_year_ago_says_the_year(road: Road, talk: Talk) -> None:
    await talk.says("une personne")
    road.clock.turn(days=365)
    assert "depuis le mardi 3 mars 2026" in bodies(await talk.says("/donnees"))


async def test_stop_shows(talk: Talk) -> None:
    await talk.says("STOP")
    assert "messages en premier non" in bodies(await talk.says("mes donnees"))


async def test_nobody_is_told_more_for_words_of_their_own(talk: Talk) -> None:
    await talk.says("une personne")
    assert await talk.says("vous avez quoi sur moi") == [], "free words are the human's"


class TestCorrect:
    async def name(self, talk: Talk, name: str = "Yanisse", phone: str = "0639980471") -> None:
        await talk.says("slt")
        await talk.road.storage.run(rights.rename, await person(talk), name)
        await talk.road.storage.run(rights.put_phone, await person(talk), phone)

    async def summary(self, talk: Talk) -> rights.Summary:
        return await talk.road.storage.read(rights.summary, await person(talk))

    async def test_nothing_to_correct(self, talk: Talk) -> None:
        await talk.says("mes donnees")
        said = await talk.taps("Corriger")
        assert "ni ton prénom ni ton numéro" in bodies(said)
        assert labels(said) == ["Une personne", "Mes données"]

    async def test_a_name_by_words(self, talk: Talk) -> None:
        await self.name(talk)
        assert "ton prénom, ton numéro de téléphone" in bodies(await talk.says("mes donnees"))
        await talk.taps("Corriger")
        await talk.taps("Mon prénom")
        assert "C’est corrigé" in bodies(await talk.says("  Yanis  Gaël "))
        assert (await self.summary(talk)).name == "Yanis Gaël"

    async def test_a_phone_that_is_none(self, talk: Talk) -> None:
        await self.name(talk)
        await talk.says("mes donnees")
        await talk.taps("Corriger")
        await talk.taps("Mon numéro")
        assert "pas un numéro" in bodies(await talk.says("le meme"))
        assert "C’est corrigé" in bodies(await talk.says("07 12 34 56 78"))
        assert (await self.summary(talk)).phone == "07 12 34 56 78"

    async def test_dropped_or_left(self, talk: Talk) -> None:
        await self.name(talk)
        await talk.says("mes donnees")
        await talk.taps("Corriger")
        await talk.taps("Mon prénom")
        assert "rien n’a changé" in bodies(await talk.says("non"))
        await talk.taps("Mon prénom")
        assert "on ne le garde plus" in bodies(await talk.taps("Ne plus le garder"))
        assert (await self.summary(talk)).name == ""

    async def test_under_a_human(self, road: Road, talk: Talk) -> None:
        await self.name(talk)
        await talk.says("une personne")
        await talk.says("/donnees")
        await talk.taps("Corriger")
        await talk.taps("Mon prénom")
        assert "C’est corrigé" in bodies(await talk.says("Yanis"))

    async def test_words_for_somebody_who_spoke_since_are_no_name(self, road: Road, talk: Talk) -> None:
        await self.name(talk)
        await talk.says("une personne")
        await talk.says("/donnees")
        await talk.taps("Corriger")
        await talk.taps("Mon prénom")
        await road.human_says(talk, "Tu peux venir jeudi ?")
        talk.news()
        assert await talk.says("oui jeudi") == []
        assert (await self.summary(talk)).name == "Yanisse"


class TestChoose:
    async def test_off_at_first_then_on_then_off(self, talk: Talk) -> None:
        await talk.says("mes donnees")
        assert "Ateliers : oui" in [label.replace("\u00a0", " ") for label in labels(await talk.taps("Mes choix"))]
        said = await talk.taps("Ateliers\u00a0: oui")
        assert "lu par l’équipe du CLLAJ" in said[0].body, "the notice comes before what is kept"
        assert "ateliers et annonces, oui" in said[1].body
        assert Choice.ANNOUNCEMENTS in await talk.road.storage.read(consents.chosen, await person(talk))
        assert "ateliers et annonces, non" in bodies(await talk.taps("Ateliers\u00a0: non"))
        assert await talk.road.storage.read(consents.chosen, await person(talk)) == {}

    async def test_each_is_written_down_with_its_words_and_its_time(self, road: Road, talk: Talk) -> None:
        await talk.says("mes donnees")
        await talk.taps("Mes choix")
        await talk.taps("Ateliers\u00a0: oui")
        road.clock.turn(days=1)
        await talk.taps("Ateliers\u00a0: non")
        notice, choice = await road.storage.read(consents.history, await person(talk))
        assert (notice.kind, notice.version, notice.withdrawn_at) == ("notice", "2026-11", None)
        assert "24\u00a0mois" in notice.text
        assert choice.text.endswith("le même bouton.")
        assert choice.withdrawn_at == road.clock.now()


@pytest.mark.parametrize("said", ["jai 14 ans", "I'm 13", "jai 14 ans mon pere me frappe"])
class TestUnderFifteen:
    """Information, 119, a person, no choice to tick."""

    async def test_nothing_is_offered_to_tick(self, talk: Talk, said: str) -> None:
        told = await talk.says(said)
        assert "119" in bodies(told)
        assert "Une personne" in labels(told) or told[0].purpose is Purpose.CRISIS, "in danger the card comes first, and the team is alerted"
        offered = labels(await talk.says("/donnees"))
        assert "Effacer" in offered
        assert "Mes choix" not in offered

    async def test_a_button_shown_before_ticks_nothing(self, talk: Talk, said: str) -> None:
        await talk.says("/donnees")
        await talk.taps("Mes choix")
        await talk.says(said)
        for label in ("Ateliers\u00a0: oui", "Mes choix"):
            told = await talk.taps(label)
            assert "119" in bodies(told), label
            assert "Une personne" in labels(told)
        assert await talk.road.storage.read(consents.chosen, await person(talk)) == {}

    async def test_what_was_chosen_before_is_taken_back(self, talk: Talk, said: str) -> None:
        await talk.says("/donnees")
        await talk.taps("Mes choix")
        await talk.taps("Ateliers\u00a0: oui")
        await talk.says(said)
        await talk.says("/donnees")
        await talk.taps("Mes choix")
        await talk.taps("Ateliers\u00a0: non")
        assert await talk.road.storage.read(consents.chosen, await person(talk)) == {}


async def test_the_last_age_given_counts_and_is_kept_nowhere(talk: Talk) -> None:
    for said, there in (("jai 14 ans", False), ("pardon jai 17 ans", True), ("en fait jai 14 ans", False)):
        await talk.says(said)
        assert ("Mes choix" in labels(await talk.says("/donnees"))) is there, said


class TestTakeAway:
    async def test_a_private_link(self, talk: Talk) -> None:
        await talk.says("mes donnees")
        (said,) = await talk.taps("Télécharger")
        (link,) = [choice for choice in said.choices if choice.link]
        assert link.link is not None
        assert link.link.startswith("/chat/export/")
        assert "30\u00a0minutes" in said.body
        assert "Notes de l’équipe" not in labels([said])

    async def test_the_team_s_notes_are_asked_of_the_head(self, talk: Talk) -> None:
        await talk.says("une personne")
        await talk.says("/donnees")
        await talk.taps("Télécharger")
        said = bodies(await talk.taps("Notes de l’équipe"))
        assert "réponse avant le vendredi 3 avril" in said
        assert await tasks(talk) == ["data"]


async def test_nobody_read_what_was_said_to_the_robot(talk: Talk) -> None:
    await talk.says("slt")
    assert "Personne de l’équipe n’a ouvert tes messages." in bodies(await talk.says("qui l'a lu ?"))


async def test_who_read_it_by_first_name(storage: Storage, settings: Settings, talk: Talk) -> None:
    """By a button, while a human answers: whoever opened the demande or wrote about it, without when or how often."""
    house = build(storage, settings)
    await house.colleague()
    await house.colleague("Théo", "theo@example.org")
    await talk.says("une personne")
    await talk.says("/donnees")
    assert "Personne de l’équipe n’a encore ouvert ta demande." in bodies(await talk.taps("Qui l’a lu"))
    token = (await storage.read(desk.entries))[0].token
    for email in ("nadege@example.org", "theo@example.org", "nadege@example.org"):
        async with house.browser() as browser:
            await browser.log_in(email)
            await browser.get(f"/backend/threads/{token}")
    await talk.says("/donnees")
    assert "ta demande a été ouverte par\u00a0: Nadège, Théo. On garde cette liste 12\u00a0mois." in bodies(await talk.taps("Qui l’a lu"))


async def test_the_notice_is_shown_once_and_again_in_a_new_edition(talk: Talk) -> None:
    said = await talk.says("une personne")
    assert "On le garde 24\u00a0mois après ton dernier message." in said[0].body
    assert "Telegram" not in said[0].body
    await talk.taps("Reprendre le robot")
    assert "lu par l’équipe" not in bodies(await talk.says("une personne"))
    history = await talk.road.storage.read(consents.history, await person(talk))
    assert [given.kind for given in history] == ["notice"]


async def test_a_sticker_does_not_open_it(talk: Talk) -> None:
    await talk.says("slt")
    assert "Voici ce qu’on a" not in bodies(await talk.does(Kind.OTHER))


@pytest.mark.parametrize(("channel", "app"), [("telegram", "Telegram"), ("whatsapp", "WhatsApp"), ("messenger", "Messenger"), ("webchat", "")])
async def test_the_notice_says_whose_an_application_is(storage: Storage, clock: TestClock, library: Library, channel: str, app: str) -> None:
    """And which papers not to send there; our own page is nobody else's."""

    class Application(Paper):
        name = channel

    said = (await Road(storage, clock, library, Application()).talk().says("une personne"))[0].body
    assert "lu par l’équipe du CLLAJ" in said
    papers = "de carte d’identité, de titre de séjour, de RIB ni d’ordonnance"
    assert (f"{app} appartient à une entreprise hors de notre contrôle\u00a0: n’envoie pas ici {papers}." in said) is bool(app)
    assert ("carte d’identité" in said) is bool(app)
