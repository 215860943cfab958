"""Everything goes on one yes, at once for what only the robot knows; the last word still arrives, and leaves nothing."""

from collections.abc import AsyncIterator, Sequence

import pytest
from sqlalchemy import select

from bot.fetcher import OFF_SECONDS
from bot.messages import Address, Attachment, Inbound, Kind, Outbound, Purpose, Shown
from bot.rules.reminders import Wants
from content.library import Library
from storage import appointment_view, holds, ledger, media, purge, reminders, rights, tables
from storage.deposits import Deposits
from storage.engine import Storage, Work, table
from storage.erasing import GOODBYE_STAYS, Extent, ask
from tests import samples
from tests.clock import TestClock
from tests.handlers.meetings import books, now
from tests.storage.diary import diary
from tests.storage.search import Traces, traces_of
from tests.talk import Paper, Road, Talk, bodies, labels

TASK, PERSON, THREAD = (table(noun) for noun in (tables.Task, tables.Person, tables.Thread))
WORDS = ("Mon père m'a mis dehors hier", "je m'appelle Yanis-Gaël", "0639980471")


class Tablet(Paper):
    """Paper called Telegram, from which messages can be wiped: those in `stays` cannot."""

    name = "telegram"

    def __init__(self) -> None:
        super().__init__()
        self.wiped: list[Shown] = []
        self.stays = 0

    async def wipe(self, address: Address, messages: Sequence[Shown]) -> int:
        self.wiped += messages
        return self.stays


@pytest.fixture
def tablet() -> Tablet:
    return Tablet()


@pytest.fixture
def telegram(storage: Storage, clock: TestClock, library: Library, tablet: Tablet) -> Talk:
    """Somebody on a channel that can wipe."""
    return Road(storage, clock, library, tablet).talk("7719930021")


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def erases(talk: Talk, words: str = "efface tout") -> list[Outbound]:
    await talk.says(words)
    return await talk.taps("Tout effacer")


async def goodbye_goes(road: Road) -> None:
    road.clock.turn(GOODBYE_STAYS.total_seconds() + 1)
    await road.run()


async def everybody(road: Road) -> list[int]:
    return await road.storage.read(lambda work: list(work.session.execute(select(PERSON.c.id)).scalars()))


async def due(road: Road) -> list[tuple[str, object]]:
    return await road.storage.read(lambda work: [(row.kind, row.due_at) for row in work.session.execute(select(TASK.c.kind, TASK.c.due_at))])


@pytest.mark.parametrize("words", ["efface tt", "Efface tout !", "oublie cette conversation", "oublie-moi", "erase everything", "احذف كل شيء"])
async def test_it_asks_back_first(talk: Talk, words: str) -> None:
    await talk.says("slt")
    (said,) = await talk.says(words)
    assert "On ne peut pas revenir en arrière. On le fait" in said.body
    assert labels([said]) == ["Tout effacer", "Non"]
    assert "rien n’est effacé" in bodies(await talk.says("nn"))
    assert len(await everybody(talk.road)) == 1


async def test_nothing_is_left_of_who_nobody_follows(road: Road, talk: Talk) -> None:
    await (other := road.talk("lou")).says("slt")
    for text in ("slt", *WORDS[1:], "c koi visale"):
        await talk.says(text)
    traces = await traces_of(road.storage, (await talk.lane()).person_id, WORDS, talk.address)
    (said,) = await erases(talk)
    assert said.body.startswith("C’est effacé. Si tu écris de nouveau, on ne te reconnaîtra pas.")
    assert "115 · 17 · 119 · 3114" in said.body
    said_and_known_by = Traces(secrets=traces.secrets, words=WORDS)
    assert await said_and_known_by.found(road.storage) == {"address.peer_key"}, "from the commit on, but for the lane of the goodbye"
    await goodbye_goes(road)
    assert await traces.found(road.storage) == set()
    assert await everybody(road) == [(await other.lane()).person_id]
    assert [line.part for line in ledger.read(road.ledger)] == ["whole", "whole"]


async def test_whoever_writes_again_is_new_and_stays(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    await erases(talk)
    assert "Je suis le robot" in bodies(await talk.says("slt"))
    await goodbye_goes(road)
    assert "tes messages depuis le mardi 3 mars" in bodies(await talk.says("mes donnees"))
    assert len(await everybody(road)) == 1


async def test_a_redelivery_brings_nobody_back(road: Road, talk: Talk) -> None:
    again = Inbound(talk.address, "1", Kind.TEXT, road.clock.now(), text="slt")
    await road.inbox.take([again])
    await road.run()
    await erases(talk)
    await goodbye_goes(road)
    road.clock.turn(days=29)
    await purge.purge(road.storage, road.library.keeping, road.outbox._law._zone, road.ledger)
    await road.inbox.take([again])
    await road.run()
    assert await everybody(road) == []
    assert talk.news() == []


async def test_what_the_team_follows_goes_to_the_head(road: Road, talk: Talk) -> None:
    await talk.says("c koi visale")
    await talk.says("une personne")
    await talk.says("c pr mon garant")
    await talk.says("/donnees")
    (asked,) = await talk.taps("Effacer")
    assert "réponse avant le vendredi 3 avril, avec ce qui reste et pourquoi" in asked.body
    assert asked.purpose is Purpose.SERVICE, "no reply of the robot's leaves while a human owns the conversation"
    (said,) = await talk.taps("Tout effacer")
    assert said.body.startswith("C’est effacé ici. Ce que l’équipe suit avec toi reste pour l’instant")
    assert "Message automatique" in said.body
    assert await due(road) == [("erasure", rights.ANSWER_WITHIN.after(road.clock.now()))]
    left = await road.storage.read(rights.everything, (await talk.lane()).person_id)
    texts = [line.text for line in left.lines]
    assert "c koi visale" not in texts
    assert "c pr mon garant" in texts
    assert [line.part for line in ledger.read(road.ledger)] == ["robot"]
    assert "Tu as demandé d’effacer\u00a0: réponse avant le vendredi 3 avril" in bodies(await talk.says("/donnees"))


async def test_asked_twice_the_head_is_asked_once(road: Road, talk: Talk) -> None:
    await talk.says("une personne")
    for _again in range(2):
        await talk.says("/donnees")
        await talk.taps("Effacer")
        await talk.taps("Tout effacer")
    assert [kind for kind, _due in await due(road)] == ["erasure"]


async def test_the_head_decides_and_everything_goes(road: Road, talk: Talk) -> None:
    await talk.says("une personne")
    await talk.says(WORDS[0])
    lane = await talk.lane()
    traces = await traces_of(road.storage, lane.person_id, WORDS, talk.address)
    talk.news()
    await road.storage.run(ask, lane.person_id, lane.conversation_id, Extent.WHOLE)
    await road.run()
    assert "C’est effacé. Si tu écris" in bodies(talk.news())
    await goodbye_goes(road)
    assert await traces.found(road.storage) == set()


async def test_a_held_thread_stays_even_then(road: Road, talk: Talk) -> None:
    await talk.says("une personne")
    await talk.says(WORDS[0])
    lane = await talk.lane()

    def keep(work: Work) -> None:
        head = tables.Caseworker(token="head", email=b"", email_key=b"", role="head", created_at=work.now)
        work.session.add(head)
        work.session.flush()
        thread = work.session.execute(select(THREAD.c.id)).scalar_one()
        holds.hold(work, thread, head.id or 0, "une plainte", rights.ANSWER_WITHIN.after(work.now))
        ask(work, lane.person_id, lane.conversation_id, Extent.WHOLE)

    await road.storage.run(keep)
    await road.run()
    assert WORDS[0] in [line.text for line in (await road.storage.read(rights.everything, lane.person_id)).lines]


async def test_a_danger_met_meanwhile_is_not_erased(road: Road, talk: Talk) -> None:
    """Accepted after the yes and before it is done: the alert and its thread stay with the team."""
    await talk.says("slt")
    await talk.says("efface tout")
    await talk.road.inbox.take([Inbound(talk.address, "yes", Kind.TEXT, road.clock.now(), text="oui")])
    await road.turns.sweep()
    await road.turns.settled()
    await road.inbox.take([Inbound(talk.address, "danger", Kind.TEXT, road.clock.now(), text="je veux mourir")])
    await road.run()
    assert await road.storage.read(lambda work: work.session.execute(select(table(tables.Alert))).all())
    assert "3114" in bodies(talk.news())
    assert [kind for kind, _due in await due(road)] == ["erasure"]


async def test_it_goes_on_after_a_crash(road: Road, talk: Talk) -> None:
    """The yes is committed, the process dies: whoever starts next does it."""
    await talk.says("slt")
    await talk.says("efface tout")
    await road.inbox.take([Inbound(talk.address, "yes", Kind.TEXT, road.clock.now(), text="oui")])
    await road.turns.sweep()
    await road.turns.settled()
    after = Road(road.storage, road.clock, road.library)
    await after.run()
    assert "C’est effacé" in bodies(after.talk(talk.address.peer).news())


@pytest.mark.parametrize("words", ["oui", "c ok"])
async def test_an_old_question_is_not_answered_by_a_yes(road: Road, talk: Talk, words: str) -> None:
    await talk.says("slt")
    await talk.says("efface tout")
    await talk.says("c koi visale")
    await talk.says(words)
    assert "tes messages depuis" in bodies(await talk.says("mes donnees"))


async def test_a_yes_to_a_caseworker_erases_nothing(road: Road, talk: Talk) -> None:
    await talk.says("une personne")
    await talk.says("/donnees")
    await talk.taps("Effacer")
    await road.human_says(talk, "Tu viens jeudi ?")
    talk.news()
    assert await talk.says("oui") == []
    assert ledger.read(road.ledger) == []


class TestScreen:
    async def test_effacer_ici_takes_away_what_both_said(self, telegram: Talk, tablet: Tablet) -> None:
        await telegram.does(Kind.TEXT, "slt", shown_as="7719930021:12")
        (said,) = await telegram.says("effacer ici")
        assert said.body.startswith("C’est fait.\n\nUrgence")
        assert labels([said]) == []
        assert {shown.id for shown in tablet.wiped} == {"7719930021:12", "7719930021:1"}
        assert len(await everybody(telegram.road)) == 1, "the screen is not the data"

    async def test_what_stays_is_told(self, telegram: Talk, tablet: Tablet) -> None:
        await telegram.says("slt")
        tablet.stays = 3
        said = bodies(await telegram.says("efface ici"))
        assert "Le reste est encore là." in said
        assert "ouvre le menu de cette discussion" in said

    async def test_from_a_card_on_a_watched_phone(self, telegram: Talk, tablet: Tablet) -> None:
        await telegram.says("mon mec me frappe")
        await telegram.taps("Oui")
        (said,) = await telegram.taps("Effacer ici")
        assert said.body.startswith("C’est fait.")
        assert tablet.wiped

    async def test_from_the_receipt_of_a_paper_which_stays_with_the_team(self, telegram: Talk, tablet: Tablet) -> None:
        paper = (Attachment("photo", "a-provider-id"),)
        await telegram.does(Kind.MEDIA, "ma carte didentité", attachments=paper, shown_as="7719930021:12")
        await telegram.does(Kind.TEXT, "voilà", shown_as="7719930021:13")
        assert "Je peux l’effacer d’ici" in bodies(telegram.heard)
        assert "n’a pas encore reçu ton fichier" in bodies(await telegram.taps("Oui, efface-le d’ici")), "not before the team has its copy"
        assert tablet.wiped == []
        telegram.road.clock.turn(OFF_SECONDS + 1)
        errand = await telegram.road.storage.run(media.take)
        assert errand is not None
        await Deposits(telegram.road.storage).fetch(errand, _pieces(samples.jpeg()))
        await telegram.road.run()
        (said,) = telegram.news()
        assert said.body.startswith("C’est effacé d’ici. L’équipe garde sa copie.")
        assert [shown.id for shown in tablet.wiped] == ["7719930021:12"], "their paper, and nothing else"
        found = await telegram.road.storage.read(media.of_messages, (await telegram.lane()).conversation_id, 0, 100)
        assert [file.state for files in found.values() for file in files] == [media.State.KEPT], "the screen is not the data"

    async def test_a_paper_that_stays_on_the_screen_is_told(self, telegram: Talk, tablet: Tablet) -> None:
        await telegram.does(Kind.MEDIA, "mon rib", attachments=(Attachment("photo", "x", size=1),), shown_as="7719930021:12")
        telegram.road.clock.turn(OFF_SECONDS + 1)
        errand = await telegram.road.storage.run(media.take)
        assert errand is not None
        await telegram.road.storage.run(media.lose, errand, "invalid_file_id")
        tablet.stays = 1
        (said,) = await telegram.taps("Oui, efface-le d’ici")
        assert "Je n’ai pas pu l’effacer d’ici." in said.body
        assert "appuie longtemps sur ton fichier" in said.body

    async def test_the_button_is_there_only_where_it_works(self, talk: Talk, telegram: Talk) -> None:
        assert "Effacer ici" not in labels(await talk.says("mes donnees"))
        assert "Effacer ici" in labels(await telegram.says("mes donnees"))

    async def test_elsewhere_it_says_how(self, talk: Talk) -> None:
        await talk.says("slt")
        assert "Je ne peux pas effacer à ta place" in bodies(await talk.says("efface cette conversation"))

    async def test_an_erasure_wipes_too_and_says_who_keeps_a_copy(self, telegram: Talk, tablet: Tablet) -> None:
        await telegram.says("slt")
        (said,) = await erases(telegram)
        assert tablet.wiped
        assert "Dans Telegram" in said.body


class TestAppointment:
    """One that is to come is named in the question: it goes too, or stays alone."""

    async def test_it_goes_too_and_its_time_is_free(self, road: Road, talk: Talk) -> None:
        of = await diary(road.storage)
        mine = await books(talk, of)
        (asked,) = await talk.says("efface tout")
        assert "Ton rendez-vous du jeudi 5 mars part aussi. On le fait" in asked.body
        assert labels([asked]) == ["Tout effacer", "Garder mon rdv", "Non"]
        assert "C’est effacé." in bodies(await talk.taps("Tout effacer"))
        assert await road.storage.read(appointment_view.find, mine.token) is None
        assert mine.slot in await of.slots(50)
        await goodbye_goes(road)
        assert len(await everybody(road)) == 0

    async def test_asked_and_not_done_it_stays(self, road: Road, talk: Talk) -> None:
        mine = await books(talk, await diary(road.storage))
        await talk.says("efface tout")
        assert "rien n’est effacé" in bodies(await talk.says("non"))
        assert await now(road.storage, mine) == mine

    @pytest.mark.parametrize("words", ["Garder mon rdv", "oui mais garde mon rdv"])
    async def test_it_stays_alone(self, road: Road, talk: Talk, words: str) -> None:
        mine = await books(talk, await diary(road.storage))
        await talk.says("c koi visale")
        await talk.says("pas de rappel")
        await talk.says("efface tout")
        (said,) = await talk.says(words)
        assert said.body.startswith("C’est effacé ici. Ton rendez-vous du jeudi 5 mars reste.")
        assert "115 · 17 · 119 · 3114" in said.body
        assert await now(road.storage, mine) == mine
        left = await road.storage.read(rights.everything, mine.person_id)
        assert [line.text for line in left.lines if line.author == "person"] == []
        assert await road.storage.read(reminders.wants, mine.person_id) is Wants.NONE, "a refusal stays with what it is about"
        assert [line.part for line in ledger.read(road.ledger)] == ["robot"]
        assert "Voici ce qu’on a" in bodies(await talk.says("mes données"))
        assert "ton rendez-vous à venir (jeudi 5 mars)" in bodies(talk.heard)

    async def test_what_the_team_follows_goes_to_the_head_all_the_same(self, road: Road, talk: Talk) -> None:
        mine = await books(talk, await diary(road.storage))
        await talk.says("une personne")
        await talk.says("/donnees")
        await talk.taps("Effacer")
        (said,) = await talk.taps("Garder mon rdv")
        assert "Ton rendez-vous du jeudi 5 mars reste. Ce que l’équipe suit avec toi reste pour l’instant" in said.body
        assert [kind for kind, _due in await due(road)] == ["erasure"]
        assert await now(road.storage, mine) == mine

    async def test_over_meanwhile_all_of_it_goes(self, road: Road, talk: Talk) -> None:
        mine = await books(talk, await diary(road.storage))
        await talk.says("efface tout")
        road.clock.turn_to(mine.slot.end)
        assert bodies(await talk.taps("Garder mon rdv")).startswith("C’est effacé. Si tu écris de nouveau")
