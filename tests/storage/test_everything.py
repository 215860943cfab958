"""The right of access: whatever is sealed about somebody is in what they are given, or is listed here with why not."""

from sqlalchemy import update

from handlers.export import as_json
from storage import endings, messages, rights, tables
from storage.columns import Leaving
from storage.engine import Storage, Work, table
from storage.erasure import holdings
from tests.storage.filling import fill, place, sealed_columns

MESSAGE, THREAD = table(tables.Message), table(tables.Thread)
NOT_GIVEN = {
    "gap.language": "with the place, as it is spoken there",
    "gap.mark": "what the team makes of questions of many, never of somebody's",
    "delivery.external_id": "a network's own number of a message of ours",
    "download.language": "of a link that lives thirty minutes: the language is given with the place",
    "inbound.payload": "the message itself, as it came: given as what was said",
    "media.provider_id": "a network's own number of a file, forgotten once the file is here",
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
