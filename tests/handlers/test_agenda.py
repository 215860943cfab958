"""« Mon agenda »: a file where the channel sends files, a link elsewhere; of one's own appointments, while they stand."""

from icalendar import Calendar

from storage import appointments
from storage.engine import Storage
from tests.clock import TestClock
from tests.handlers.meetings import LINE, books, told
from tests.storage.diary import diary
from tests.talk import Paper, Road, Talk, bodies, labels


async def test_a_link_to_the_file(talk: Talk) -> None:
    mine = await books(talk, await diary(talk.road.storage))
    await told(talk, "?", {f"appointment:file:{mine.token}": "Mon agenda"})
    (said,) = await talk.taps("Mon agenda")
    assert "Il dit «\u00a0Rendez-vous\u00a0» et le lieu, rien d’autre." in said.body
    assert said.choices[0].link == f"/chat/dates/{mine.token}"
    assert said.attachments == ()
    assert LINE in said.body


async def test_on_telegram_the_file_itself(storage: Storage, clock: TestClock) -> None:
    paper = Paper()
    paper.name = "telegram"
    talk = Road(storage, clock, paper=paper).talk("7719930021")
    mine = await books(talk, await diary(storage))
    await told(talk, "?", {f"appointment:file:{mine.token}": "Mon agenda"})
    (said,) = await talk.taps("Mon agenda")
    (file,) = said.attachments
    assert (file.name, file.mime) == ("rendez-vous.ics", "text/calendar")
    (event,) = Calendar.from_ical(file.text or "").walk("VEVENT")
    assert (str(event["UID"]), event["SEQUENCE"]) == (f"{mine.token}@rdv.palier", 0)
    assert not any(choice.link for choice in said.choices)


async def test_under_a_human_it_is_marked(talk: Talk) -> None:
    mine = await books(talk, await diary(talk.road.storage))
    await talk.says("une personne")
    await told(talk, "?", {f"appointment:file:{mine.token}": "Mon agenda"})
    assert "Message automatique" in bodies(await talk.taps("Mon agenda"))


async def test_cancelled_there_is_none(talk: Talk) -> None:
    mine = await books(talk, await diary(talk.road.storage))
    await told(talk, "?", {f"appointment:file:{mine.token}": "Mon agenda"})
    await talk.road.storage.run(appointments.cancel, mine.token, 1)
    assert "n’est plus prévu" in bodies(await talk.taps("Mon agenda"))


async def test_somebody_else_s(road: Road, talk: Talk) -> None:
    theirs = await books(road.talk("lou"), await diary(road.storage))
    await talk.says("slt")
    await told(talk, "?", {f"appointment:file:{theirs.token}": "Forged"})
    (said,) = await talk.taps("Forged")
    assert "Je ne retrouve pas ce rendez-vous." in said.body
    assert theirs.token not in str(said.choices)
    assert labels([said])[0] == "Prendre rendez-vous"
