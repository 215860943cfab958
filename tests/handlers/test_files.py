"""Who will see what somebody sends: the truth, once for several, and never over a human but once after their last line."""

import pytest

from bot.messages import Attachment, Kind, Outbound
from bot.rules.files import LARGEST
from handlers.files import names_a_paper
from storage import desk, promises, threads
from storage.engine import Work
from tests.clock import TestClock
from tests.handlers.test_terminal import ends_with_the_line
from tests.talk import Road, Talk, bodies, labels

MARK = "Message automatique"
VOICE, RECEIVED = "J’ai reçu ton vocal.", "Reçu."
HEAVY = Attachment("document", "x", size=LARGEST + 1)


async def open_threads(road: Road) -> int:
    return len(await road.storage.read(desk.entries))


async def sends(talk: Talk, *attachments: Attachment, caption: str = "") -> list[Outbound]:
    return await talk.does(Kind.MEDIA, caption, attachments=attachments)


async def test_a_voice_note_opens_a_thread_with_a_promise_and_the_robot_stays(road: Road, talk: Talk) -> None:
    said = await talk.sends("voice")
    assert "Ce que tu écris est lu par l’équipe" in said[0].body
    assert VOICE in said[-1].body
    assert "L’équipe l’écoutera" in said[-1].body
    assert ends_with_the_line(said)
    assert labels(said[-1:])[0] == "Urgence"
    assert await open_threads(road) == 1
    assert not (await talk.lane()).human
    assert await road.storage.read(_promised, (await talk.lane()).person_id)


async def test_several_make_one_thread_one_promise_one_answer(road: Road, talk: Talk, clock: TestClock) -> None:
    await talk.sends("photo")
    for _ in range(20):
        assert await talk.sends("photo") == []
    assert await open_threads(road) == 1
    clock.turn(61)
    assert RECEIVED in bodies(await talk.sends("photo"))
    assert await open_threads(road) == 1


async def test_the_notice_comes_once_before_the_first_thing_kept(talk: Talk, clock: TestClock) -> None:
    assert len(await talk.sends("photo")) == 2
    clock.turn(61)
    assert len(await talk.sends("photo")) == 1
    assert "Ce que tu écris" not in bodies(await talk.says("une personne"))


async def test_a_photo_among_voice_notes_is_answered_too(talk: Talk) -> None:
    await talk.sends("voice")
    assert RECEIVED in bodies(await talk.sends("photo"))


async def test_two_voice_notes_in_a_row_are_met_with_few_words_and_one_promise(road: Road, talk: Talk) -> None:
    await talk.sends("voice")
    said = await talk.sends("voice")
    assert "Je ne peux pas écouter. Appuie" in bodies(said)
    assert "🏠 Logement" in labels(said)
    assert ends_with_the_line(said)
    assert await talk.sends("voice") == []
    assert await open_threads(road) == 1


@pytest.mark.parametrize("kind", ["photo", "document", "video", "animation"])
async def test_what_may_be_personal_is_to_be_taken_off(talk: Talk, kind: str) -> None:
    said = bodies(await talk.sends(kind))
    assert "Si c’est un papier personnel, efface-le de cette conversation." in said
    assert "L’équipe le verra" in said
    assert "transmis" not in said


async def test_what_is_said_to_be_personal_is_called_so(talk: Talk) -> None:
    said = bodies(await talk.sends("photo", "ma carte didentité"))
    assert "Ce papier est personnel\u00a0: efface-le de cette conversation." in said


@pytest.mark.parametrize(
    ("caption", "personal"),
    [("mon RIB", True), ("voila mon titre de séjour.", True), ("passeport", True), ("my ID card", True), ("mon bail", False), ("ribambelle", False)],
)
def test_personal_papers_are_known_by_name(caption: str, personal: bool) -> None:
    assert names_a_paper(caption) is personal


@pytest.mark.parametrize("under_a_human", [False, True])
async def test_how_to_take_it_off_is_told_and_a_page_for_the_next(talk: Talk, under_a_human: bool) -> None:
    if under_a_human:
        await talk.says("une personne")
    said = await talk.sends("photo", "mon rib")
    assert "efface-le de cette conversation. Appuie longtemps sur ton fichier, puis efface-le." in bodies(said)
    assert "Déposer un papier" in labels(said)
    (page,) = await talk.taps("Déposer un papier")
    assert (page.choices[0].link or "").startswith("/depot/")


async def test_what_came_by_our_own_page_need_not_be_taken_off(talk: Talk) -> None:
    said = bodies(await sends(talk, Attachment("photo", "t", token="t")))
    assert RECEIVED in said
    assert "efface-le" not in said


async def test_what_is_too_heavy_is_refused_at_once_and_waits_for_nobody(road: Road, talk: Talk) -> None:
    said = await sends(talk, HEAVY)
    assert "Ce fichier ne passe pas ici. Une photo ou un PDF plus léger, oui. Ou apporte-le au rendez-vous." in said[-1].body
    assert ends_with_the_line(said)
    assert await open_threads(road) == 0
    assert await sends(talk, HEAVY) == []


@pytest.mark.parametrize(
    ("kind", "said"), [(Kind.LOCATION, "Je ne garde pas ta position."), (Kind.OTHER, "Je ne sais pas lire ça.")], ids=["location", "contact"]
)
async def test_a_place_or_somebody_else_s_contact_is_not_kept_and_said_so(road: Road, talk: Talk, kind: Kind, said: str) -> None:
    heard = await talk.does(kind)
    assert said in bodies(heard)
    assert ends_with_the_line(heard)
    assert await open_threads(road) == 0


# -- under a human


async def test_under_a_human_it_is_said_once_after_their_last_line(road: Road, talk: Talk, clock: TestClock) -> None:
    await talk.says("une personne")
    clock.turn(5)
    first = await talk.sends("voice")
    assert VOICE in bodies(first)
    assert MARK in bodies(first)
    for kind in ("voice", "photo", "document"):
        clock.turn(100)
        assert await talk.sends(kind) == []
    clock.turn(5)
    await road.human_says(talk, "Bonjour, envoie-moi ton bail.")
    talk.news()
    clock.turn(5)
    assert RECEIVED in bodies(await talk.sends("photo"))
    assert await talk.sends("photo") == []


async def test_under_a_human_the_notice_comes_with_the_first_receipt_if_it_never_came(road: Road, talk: Talk) -> None:
    await talk.says("slt")
    await road.human_says(talk, "Bonjour, envoie-moi ton bail.")
    talk.news()
    said = await talk.sends("photo")
    assert len(said) == 1
    assert said[0].body.startswith("Ce que tu écris est lu par l’équipe")
    assert RECEIVED in said[0].body
    assert MARK in said[0].body


async def test_what_was_said_as_the_robot_does_not_count_once_a_human_owns_it(talk: Talk) -> None:
    await talk.sends("photo")
    await talk.says("une personne")
    assert RECEIVED in bodies(await talk.sends("photo"))


async def test_under_a_human_too_what_is_too_heavy_is_refused(talk: Talk) -> None:
    await talk.says("une personne")
    said = bodies(await sends(talk, HEAVY))
    assert "Ce fichier ne passe pas ici." in said
    assert MARK in said
    assert await sends(talk, HEAVY) == []


async def test_a_file_after_days_without_a_word_is_not_met_with_silence(talk: Talk, clock: TestClock) -> None:
    await talk.says("une personne")
    await talk.sends("photo")
    clock.turn(days=8)
    assert RECEIVED in bodies(await talk.sends("photo"))


async def test_danger_under_a_picture_gets_the_card_and_no_receipt(talk: Talk) -> None:
    said = await talk.sends("photo", "je veux mourir")
    assert said[0].card == "crisis"
    assert RECEIVED not in bodies(said)


def _promised(work: Work, person_id: int) -> bool:
    thread = threads.open_thread_of(work, person_id)
    return thread is not None and promises.of(work, thread).since is not None


async def test_what_our_own_page_refused_is_not_said_to_be_received(talk: Talk) -> None:
    """The scanner knows it already: nothing of it came but its name."""
    refused = Attachment("document", "t", "application/pdf", 0, "bail.pdf", token="gone", refused="infected")
    said = bodies(await talk.does(Kind.MEDIA, attachments=(refused,)))
    assert "ne passe pas ici" in said
    assert "Reçu" not in said
