"""« Vu le …, copie détruite »: what stays of a paper is that it was seen, when, by whom, and what it was. Its bytes are overwritten."""

from sqlalchemy import bindparam, delete, select, update

from storage import messages
from storage.columns import to_moment
from storage.engine import Wake, Work, statement
from storage.media import CHUNK, CHUNKS_AT_ONCE, MEDIA, State

_BARE = ("mime", "size", "name", "provider_id", "thumbnail", "treated_at", "scan")
_SEE = statement(
    update(MEDIA)
    .where(MEDIA.c.token == bindparam("which"), MEDIA.c.state == State.KEPT.value)
    .values(state=State.SEEN.value, seen_at=bindparam("at"), seen_by=bindparam("by"), seen_as=bindparam("what"), **dict.fromkeys(_BARE))
    .returning(MEDIA.c.id, MEDIA.c.conversation_id, MEDIA.c.number)
)
_SEEN = select(MEDIA.c.id).where(MEDIA.c.id == bindparam("row_id"), MEDIA.c.state == State.SEEN.value)
_DESTROY = statement(
    delete(CHUNK).where(CHUNK.c.id.in_(select(CHUNK.c.id).where(CHUNK.c.media_id.in_(_SEEN)).limit(bindparam("most")))).returning(CHUNK.c.id)
)


def see(work: Work, token: str, caseworker_id: int, seen_as: str) -> int | None:
    """« Vu le …, copie détruite »: from now on nobody opens it. The file's id, to remove what is left of its bytes (`destroy`); None where it is not
    there to be seen."""
    values = {"at": to_moment(work.now), "by": caseworker_id, "what": work.vault.seal("media.seen_as", seen_as) if seen_as else None}
    row = work.execute(_SEE, {"which": token, **values}).fetchone()
    if row is None:
        return None
    messages.forget_files(work, int(row[1]), int(row[2]))
    work.notify(Wake.TALK, int(row[1]))
    return int(row[0])


def destroy(work: Work, media_id: int) -> bool:
    """Overwrite some pieces of a file that was seen; True while there are more."""
    found = work.execute(_DESTROY, {"row_id": media_id, "most": CHUNKS_AT_ONCE}).fetchall()
    return len(found) == CHUNKS_AT_ONCE
