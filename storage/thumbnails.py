"""Small pictures of files, sealed beside them: they go when the file does."""

from sqlalchemy import bindparam, select, update

from storage.engine import Work, statement
from storage.media import MEDIA, State

_OF = (MEDIA.c.id == bindparam("row_id"), MEDIA.c.state == State.KEPT.value)
_FIND = statement(select(MEDIA.c.thumbnail).where(*_OF))
_KEEP = statement(update(MEDIA).where(*_OF).values(thumbnail=bindparam("small")))


def find(work: Work, media_id: int) -> bytes | None:
    """The small picture of a file that is kept, b"" where none can be made; None where none was tried, or the file is gone."""
    row = work.execute(_FIND, {"row_id": media_id}).fetchone()
    return None if row is None or row[0] is None else work.vault.open_bytes("media.thumbnail", row[0])


def keep(work: Work, media_id: int, small: bytes) -> None:
    """Keep it, unless the file is gone meanwhile."""
    work.execute(_KEEP, {"row_id": media_id, "small": work.vault.seal_bytes("media.thumbnail", small)})
