"""The right of access: whatever is sealed about somebody is in what they are given, or is listed here with why not."""

from sqlalchemy import update

from content.words import Words
from handlers.export import as_json, as_text
from storage import endings, marks, messages, rights, tables, waiting_list
from storage.columns import Leaving
from storage.engine import Storage, Work, table
from storage.erasure import holdings
from storage.waiting_list import Wanted
from tests.rules.waiting import PARIS
from tests.storage.diary import diary
from tests.storage.filling import fill, place, sealed_columns

MESSAGE, THREAD = table(tables.Message), table(tables.Thread)
NOT_GIVEN = {
    "gap.language": "with the place, as it is spoken there",
    "gap.mark": "what the team makes of questions of many, never of somebody's",
    "delivery.external_id": "a network's own number of a message of ours",
    "download.language": "of a link that lives thirty minutes: the language is given with the place",
    "joining.lent": "which of the name and the number given above stood in a row that was made one with theirs",
    "person.ways": "numbers of ours for the places given above",
    "inbound.payload": "the message itself, as it came: given as what was said",
    "media.provider_id": "a network's own number of a file, forgotten once the file is here",
    "media.thumbnail": "a small picture of a file: the file is given beside, whole",
    "media_chunk.content": "the file itself: given beside, whole",
    "outbound.template": "the name of a form of ours",
}


def live(work: Work, who: str) -> int:
    filled = fill(work, who)
    said = work.vault.seal(messages.PLACE, messages.dump(messages.Content(f"{who} in message.content")))
    work.session.execute(update(MESSAGE).where(MESSAGE.c.id == filled["message"]).values(content=said))
    ending = endings.Closing(endings.Ending.HOUSED, f"{who} in thread.outcome")
    sealed = work.vault.seal(endings.PLACE, endings.dump(ending))
    work.session.execute(update(THREAD).where(THREAD.c.id == filled["thread"]).values(outcome=sealed))
    return filled["person"]


async def test_what_is_sealed_about_somebody_is_given_to_them(storage: Storage) -> None:
    zoe, _adam = await storage.run(live, "Zoé"), await storage.run(live, "Adam")
    given = as_json(await storage.read(rights.everything, zoe, team=True))
    theirs = {place(column) for each, column in sealed_columns() if holdings()[each.name].leaving is not Leaving.NOBODY}
    assert len(theirs) > 20
    missing = {name for name in theirs if f"Zoé in {name}" not in given}
    assert missing == set(NOT_GIVEN)
    assert "Adam" not in given


async def test_appointments_seats_and_waiting_are_told_by_their_names(storage: Storage) -> None:
    of = await diary(storage)
    zoe = await of.person("zoe")
    await of.book(zoe, of.at("2026-03-10 10:00"), callback="06 11 22 33 44")
    await storage.run(waiting_list.wait, zoe, Wanted(of.motive.token))
    await storage.run(marks.put, zoe, marks.What.UNHOUSED)
    found = await storage.read(rights.everything, zoe)
    (meeting,), (wish,), (mark,) = found.meetings, found.waits, found.marks
    assert (meeting.motive, meeting.place, meeting.by, meeting.callback) == ("Premier entretien", "Antenne de Carvin", "Samira", "06 11 22 33 44")
    assert [(step.kind, step.state) for step in meeting.steps] == [("two_days", "planned")]
    assert of.motive.token in wish.wish
    assert mark.what == "unhoused"
    assert (await storage.read(rights.summary, zoe)).meetings == 1
    text = as_text(found, Words("fr"), PARIS)
    for said in ("Premier entretien", "Antenne de Carvin", "06 11 22 33 44", "unhoused"):
        assert said in text
