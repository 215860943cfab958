"""Danger, as a person lives it: the card, what comes after, who owns the conversation meanwhile."""

import random

import pytest
from sqlmodel import col, func, select

from bot.messages import Kind, Outbound, Purpose
from content.words import typeset
from handlers import crisis
from storage import consents, crises, lanes, line
from storage.crises import Seen
from storage.engine import Storage, Work
from storage.tables import Alert, Event, Thread
from tests.clock import TestClock
from tests.talk import Road, Talk, bodies, labels

ENDING = typeset("Je suis un robot, je ne sais pas quand l'équipe lira. N'attends pas : appelle maintenant.")
AUTOMATIC = "Message automatique"
NUMBERS = "115 · 17 · 119 · 3114"
SAID = {
    "jai nul part ou dormir se soir": "115",
    "il ma encor taper hier": "3919",
    "ma mere ma mis dehor jai 17 ans jsui ds la rue": "119",
    "jen peu plu jveu plus etre la": "3114",
    "ya le feu ds la cuisine": "18",
    "mes parents m'ont viré parce que je suis gay": "119",
    "le proprio a changé la serrure": "17",
    "il me demande de coucher avec lui pour la chambre": "116\u00a0006",
}


async def seen(road: Road, talk: Talk) -> Seen:
    lane = await talk.lane()
    found = await road.storage.read(crises.last, lane.conversation_id)
    assert found is not None
    return found


def cards(said: list[Outbound]) -> list[Outbound]:
    return [outbound for outbound in said if outbound.card == "crisis"]


@pytest.mark.parametrize(("text", "number"), SAID.items())
async def test_the_first_words_get_the_card(talk: Talk, text: str, number: str) -> None:
    said = await talk.says(text)
    (card,) = cards(said)
    assert card is said[0]
    assert card.purpose is Purpose.CRISIS
    assert number in card.body
    assert card.body.endswith(ENDING)
    assert AUTOMATIC in card.body
    assert all(choice.link is None or choice.link.startswith(("tel:", "sms:")) for choice in card.choices)
    assert len(said) <= 2
    assert "Menu" not in labels(said)


async def test_nowhere_to_sleep_both_doors_then_one_question(talk: Talk) -> None:
    said = await talk.says("jai nul part ou dormir se soir")
    assert "Moins de 18\u00a0ans\u00a0: 119" in said[0].body
    assert "18\u00a0ans ou plus\u00a0: 115" in said[0].body
    assert said[1].body == "Tu as moins de 18\u00a0ans\u202f?"
    assert labels(said[1:])[:2] == ["Oui", "Non"]


async def test_the_115_said_no(talk: Talk, storage: Storage) -> None:
    await talk.says("jai nul part ou dormir se soir")
    assert "115" in bodies(await talk.taps("Non"))
    said = await talk.says("le 115 ma di non")
    assert bodies(said).startswith("Ce n’est pas ta faute.")
    assert "Appeler le 115" in labels(said)
    await talk.taps("Pas de place")

    def counted(work: Work) -> list[tuple[int | None, int | None, str]]:
        rows = work.session.exec(select(Event).where(col(Event.kind) == "shelter_call").order_by(col(Event.id)))
        return [(row.conversation_id, row.thread_id, work.vault.open("event.detail", row.detail or b"")) for row in rows]

    assert await storage.read(counted) == [(None, None, "refused"), (None, None, "no place")]


async def test_words_are_buttons(talk: Talk) -> None:
    await talk.says("jai nul part ou dormir se soir")
    assert "119" in bodies(await talk.says("ouai"))
    assert "mineurs" in talk.heard[-1].body


async def test_a_minor_never_hears_of_the_adult_shelter(road: Road, talk: Talk) -> None:
    await talk.says("jai nul part ou dormir se soir")
    await talk.taps("Oui")
    for text in ("jpeu appeler le 115 ?", "je dors dehors", "ils von le dire a ma mere ?", "sa decroche pa", "hein", "jai pu de baterie"):
        said = bodies(await talk.says(text))
        assert said
        assert "115" not in said
        assert "parents" not in said
    assert (await seen(road, talk)).crisis == "crisis-mineur-danger"


async def test_before_anything_is_asked_of_a_minor_the_duty_is_said(talk: Talk) -> None:
    said = await talk.says("ma mere ma mis dehor jai 17 ans jsui ds la rue")
    assert "l’équipe peut devoir prévenir" in said[1].body
    assert said[1].body.endswith("Quelqu’un d’autre peut lire ce téléphone\u202f?")


async def test_a_watched_phone(road: Road, talk: Talk) -> None:
    await talk.says("il ma encor taper hier")
    said = await talk.taps("Oui")
    assert "114" in bodies(said)
    assert (await seen(road, talk)).watched_phone is True
    said = await talk.says("pa le soir il fouille")
    assert "C’est noté" in bodies(said)
    assert (await seen(road, talk)).how_to_answer == "pa le soir il fouille"
    said = await talk.says("fo ke jlui parle ?")
    assert "je ne peux pas te conseiller" in bodies(said)


async def test_the_wish_of_how_to_answer_outlives_the_next_danger(road: Road, talk: Talk, clock: TestClock) -> None:
    await talk.says("il ma encor taper hier")
    await talk.taps("Oui")
    await talk.taps("Ici, le matin")
    clock.turn(hours=2)
    await talk.says("il ma frappé")
    now = await seen(road, talk)
    assert now.how_to_answer == "Ici, le matin"
    assert now.watched_phone is True


async def test_suicide_one_question(talk: Talk) -> None:
    said = await talk.says("jen peu plu jveu plus etre la")
    assert said[1].body == "Tu as pris quelque chose, ou tu as une blessure\u202f?"
    assert bodies(await talk.taps("Oui")).startswith("Appelle le 15 maintenant")


async def test_never_i_do_not_understand_after_danger(talk: Talk) -> None:
    await talk.says("jen peu plu jveu plus etre la")
    for text in ("tfaçon", "gzgzgz", "slt", "🙃"):
        said = await talk.says(text)
        assert bodies(said) == "Je suis un robot, je peux mal comprendre. Appelle le 3114."
    for kind in (Kind.MEDIA, Kind.OTHER, Kind.LOCATION):
        assert bodies(await talk.does(kind)) == "Je suis un robot, je peux mal comprendre. Appelle le 3114."


async def test_a_page_asked_for_in_a_danger_is_given(talk: Talk) -> None:
    await talk.says("jen peu plu jveu plus etre la")
    assert "Visale" in bodies(await talk.says("c koi visale"))
    assert "Appelle le 15" not in bodies(await talk.says("oui")), "something else was said since: this answers no question of the card"


async def test_one_card_an_hour_and_never_silence(talk: Talk, clock: TestClock) -> None:
    assert cards(await talk.says("je veux mourir"))
    clock.turn(minutes=59)
    said = await talk.says("je veux mourir")
    assert not cards(said)
    assert "3114" in bodies(said)
    clock.turn(minutes=1)
    assert cards(await talk.says("je veux mourir"))


async def test_two_dangers_are_two_cards(talk: Talk) -> None:
    assert cards(await talk.says("je dors dehors"))
    (card,) = cards(await talk.says("je veux mourir"))
    assert "3114" in card.body


async def test_it_was_a_joke(talk: Talk, storage: Storage) -> None:
    await talk.says("jvai me tuer si jai pas cet appart")
    assert "je peux mal comprendre" in bodies(await talk.says("nan jrigole"))
    assert await storage.read(alerts) == 1


async def test_dead_of_laughing_is_no_danger(talk: Talk) -> None:
    assert not cards(await talk.says("chui mort mdr 3 visites ojd. fo koi com papié pr un dossier"))


def alerts(work: Work) -> int:
    return work.session.exec(select(func.count()).select_from(Alert)).one()


async def test_the_team_is_alerted_and_the_robot_keeps_the_conversation(talk: Talk, storage: Storage) -> None:
    await talk.says("je veux mourir")
    await talk.says("je veux mourir")

    def threads(work: Work) -> list[tuple[int, bool]]:
        return [(thread.urgency, thread.closed_at is None) for thread in work.session.exec(select(Thread))]

    assert await storage.read(threads) == [(2, True)]
    assert await storage.read(alerts) == 1
    assert not (await talk.lane()).human


# -- under a human


async def test_a_sleeping_human_is_no_reason_to_be_silent(road: Road, talk: Talk, clock: TestClock) -> None:
    await talk.says("/personne")
    await road.human_says(talk, "Bonjour, c'est Nadège.")
    talk.news()
    clock.turn(hours=6)
    assert not await talk.says("c koi deja visale")
    (card,) = cards(await talk.says("on ma mis dehors jsais pa ou dormir"))
    assert AUTOMATIC in card.body
    said = await talk.taps("Non")
    assert said[0].body.endswith(f"{AUTOMATIC}.")


async def test_a_caseworker_who_just_wrote_has_two_minutes(road: Road, talk: Talk, clock: TestClock) -> None:
    await talk.says("/personne")
    await road.human_says(talk, "Je suis là.")
    talk.news()
    clock.turn(minutes=2)
    assert not await talk.says("je veux mourir")
    assert await road.storage.read(alerts) == 1
    assert await due(road) == 0
    clock.turn(minutes=1, seconds=59)
    assert await due(road) == 0
    clock.turn(seconds=1)
    assert await due(road) == 1
    (card,) = cards(talk.news())
    assert "3114" in card.body
    assert await due(road) == 0


async def test_their_answer_cancels_the_card(road: Road, talk: Talk, clock: TestClock) -> None:
    await talk.says("/personne")
    await road.human_says(talk, "Je suis là.")
    clock.turn(minutes=2)
    await talk.says("je veux mourir")
    await road.human_says(talk, "Je t'appelle tout de suite.")
    talk.news()
    clock.turn(minutes=3)
    assert await due(road) == 0
    assert not talk.news()


async def test_a_line_of_before_the_danger_cancels_nothing(road: Road, talk: Talk, clock: TestClock) -> None:
    await talk.says("/personne")
    await road.human_says(talk, "Je suis là.")
    await talk.says("je veux mourir")
    talk.news()
    clock.turn(minutes=2)
    assert await due(road) == 1
    assert cards(talk.news())


async def test_danger_said_twice_while_they_may_answer_is_one_card(road: Road, talk: Talk, clock: TestClock) -> None:
    await talk.says("/personne")
    await road.human_says(talk, "Je suis là.")
    await talk.says("je veux mourir")
    clock.turn(minutes=1)
    await talk.says("je vais me tuer")
    talk.news()
    clock.turn(minutes=1)
    assert await due(road) == 1
    assert len(cards(talk.news())) == 1


async def test_words_are_for_a_colleague_who_wrote_since(road: Road, talk: Talk, clock: TestClock) -> None:
    await talk.says("je veux mourir")
    clock.turn(minutes=1)
    await road.human_says(talk, "Tu es avec quelqu'un ?")
    talk.news()
    assert not await talk.says("non")
    assert await talk.taps("Non"), "a button of the card still answers"


async def due(road: Road) -> int:
    waiting = await road.storage.read(crises.due)
    sent = sum([await road.storage.run(crisis.send_due_card, *each, road.library) for each in waiting])
    await road.run()
    return sent


# -- « Urgence »


@pytest.mark.parametrize("text", ["/urgence", "Urgence", "sos", "urgences !"])
async def test_urgence_says_which_number_is_which(talk: Talk, text: str) -> None:
    said = await talk.says(text)
    for number in ("115", "119", "17", "114", "3114", "15", "18", "112", "3919", "116\u00a0006"):
        assert number in bodies(said)
    assert len(labels(said)) == 9


async def test_a_danger_named_by_button_gets_its_card(talk: Talk, storage: Storage) -> None:
    await talk.says("/urgence")
    (card,) = cards(await talk.taps("Je vais très mal"))
    assert "3114" in card.body
    assert await storage.read(alerts) == 1


async def test_urgence_answers_under_a_human(road: Road, talk: Talk) -> None:
    await talk.says("/personne")
    await road.human_says(talk, "Bonjour.")
    talk.news()
    said = await talk.says("/urgence")
    assert "115" in bodies(said)
    assert AUTOMATIC in bodies(said)


async def test_a_number_that_could_not_be_dialled_is_said_again(talk: Talk) -> None:
    await talk.says("je dors dehors")
    said = await talk.taps("Appeler le 115")
    assert "Compose le 115" in bodies(said)
    assert "Oui" in labels(said)


async def test_erasing_is_not_pretended(talk: Talk) -> None:
    await talk.says("il ma encor taper hier")
    await talk.taps("Oui")
    assert "Je ne peux pas effacer à ta place" in bodies(await talk.taps("Effacer ici"))


async def test_an_old_button_of_a_card_still_answers(talk: Talk, clock: TestClock) -> None:
    await talk.says("je dors dehors")
    clock.turn(days=3)
    assert "115" in bodies(await talk.taps("Non"))


async def test_writing_to_the_team_from_a_danger(talk: Talk) -> None:
    await talk.says("je dors dehors")
    await talk.taps("Non")
    await talk.says("ya pu de place")
    said = await talk.taps("Écrire à l’équipe")
    assert NUMBERS in said[-1].body
    assert (await talk.lane()).human


async def test_stop_does_not_close_the_crisis_lane(talk: Talk) -> None:
    await talk.says("STOP")
    assert cards(await talk.says("jdors dehors"))


DANGERS = ("je veux mourir", "jdors dehors", "il ma frappé", "ya le feu ds la cuisine", "la police est devant la porte")
CALM = ("c koi visale", "menu", "bonjour", "oui", "gzgz", "merci bcp")


@pytest.mark.parametrize("seed", range(6))
async def test_never_silent_in_danger_never_over_a_human(road: Road, talk: Talk, clock: TestClock, seed: int) -> None:
    """Any order of words, lines of a caseworker and pauses: danger is answered at once, or within two minutes of a line that was fresh."""
    dice = random.Random(seed)
    await talk.says("slt")
    for _nth in range(25):
        clock.turn(seconds=dice.choice((1, 30, 119, 301, 3600)))
        await due(road)
        talk.news()
        act = dice.random()
        if act < 0.2:
            await road.human_says(talk, "Une ligne.")
            talk.news()
        elif act < 0.3 and (await talk.lane()).human:
            await talk.taps("Reprendre le robot") if "Reprendre le robot" in labels(talk.heard) else await talk.says("reprendre le robot")
        elif act < 0.65:
            lane = await talk.lane()
            fresh = lane.last_human_at is not None and clock.now() - lane.last_human_at < crisis.CASEWORKER_THERE
            said = await talk.says(dice.choice(DANGERS))
            if fresh:
                assert not said
                clock.turn(minutes=2)
                assert await due(road) == 1
                said = talk.news()
            assert said
            assert said[0].purpose is Purpose.CRISIS
        else:
            human = (await talk.lane()).human
            said = await talk.says(dice.choice(CALM))
            assert all(one.purpose is not Purpose.REPLY for one in said) or not human


@pytest.mark.parametrize("purpose", [Purpose.SURVEY, Purpose.ANNOUNCEMENT])
async def test_nothing_is_asked_or_announced_for_a_week(road: Road, talk: Talk, purpose: Purpose) -> None:
    """Nor does it leave sooner because it was written before; the week begins anew with each danger."""
    await talk.says("il ma encor taper hier")

    def put(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        consents.choose(work, lane.person_id, consents.Choice.ANNOUNCEMENTS, "1", "oui")
        line.put(work, lane, Outbound(talk.address, purpose, "Un atelier jeudi"))
        lanes.keep(work, lane)

    await road.storage.run(put)
    await road.run()
    road.clock.turn(days=3)
    await talk.says("il recommence il ma tapé")
    for _day in range(6):
        road.clock.turn(days=1)
        await road.run()
        assert "atelier" not in bodies(talk.news())
    road.clock.turn(days=1, hours=1)
    await road.run()
    assert "atelier" in bodies(talk.news())
