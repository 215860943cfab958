"""POST /chat/files: files, by the page's own form or by its script. They go through the inbox like anything else that is said."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.requests import ClientDisconnect

from bot.channels.webchat import posting, session, uploading
from bot.channels.webchat.pace import NETWORK_FILES, SESSION_FILES, Pace
from bot.channels.webchat.pages import (
    FILE_NOT_STORED,
    FILE_TOO_LARGE,
    FILE_UNFIT,
    FILES_TOO_FAST,
    NO_SESSION,
    NOT_A_FORM,
    PLAIN_HEADERS,
    Problem,
    said,
)
from bot.channels.webchat.session import Session
from bot.channels.webchat.uploading import Upload
from bot.errors import Malformed, TooLarge

if TYPE_CHECKING:
    from bot.channels.webchat.routes import WebChat

log = logging.getLogger(__name__)

ADVICE = {
    400: "send multipart/form-data whose files come last",
    413: "at most 10 MB a file, and 10 files",
    415: "a photo, a PDF, a sound or a film, that is what it says",
    429: "too many files at once: send this one again a little later",
    503: "not stored: send this one again",
}


class Stopped(Exception):
    """The form is not taken, for this reason."""

    def __init__(self, problem: Problem, wait: float = 0.0) -> None:
        super().__init__(problem.status)
        self.problem = problem
        self.wait = wait


class Files:
    """The way in of files."""

    def __init__(self, chat: "WebChat") -> None:
        self._chat = chat
        clock = chat.house.clock
        self._sessions, self._networks = Pace(clock, SESSION_FILES), Pace(clock, NETWORK_FILES)

    async def submit(self, request: Request) -> Response:
        """The page's form, told by its page again; a program, by a status."""
        named = session.of_bearer(request)
        kept = None if named is not None else session.of_cookie(request)
        if named is None and "authorization" in request.headers:
            return said(401, NO_SESSION)
        sender = _Sender(kept, named)
        try:
            problem = await self._receive(request, sender)
        except Stopped as stopped:
            if named is not None:
                return _told(stopped.problem, stopped.wait)
            return await self._chat.page(request, sender.who or session.fresh(), problem=stopped.problem)
        if named is not None:
            return said(202) if problem is None else _told(problem)
        if problem is None and kept is not None:
            return RedirectResponse("/chat#last", 303, PLAIN_HEADERS)
        return await self._chat.page(request, sender.who or session.fresh(), problem=problem)

    async def _receive(self, request: Request, sender: "_Sender") -> Problem | None:
        """Take the files in and say that they came; what was wrong with one of them. Raises Stopped."""
        try:
            upload = await uploading.read(request, lambda fields: self._admit(request, sender, fields), self._chat.house.deposit)
        except (Malformed, ClientDisconnect):
            raise Stopped(NOT_A_FORM) from None
        except TooLarge:
            raise Stopped(FILE_TOO_LARGE) from None
        except Stopped:
            raise
        except Exception:
            log.exception("a file of the web chat could not be stored", extra={"action": "webchat_file_not_stored"})
            raise Stopped(FILE_NOT_STORED) from None
        if (upload.files or upload.infected) and sender.who is not None:
            await self._say(request, sender.who, upload)
        return FILE_TOO_LARGE if upload.too_large else FILE_UNFIT if upload.unfit else None

    def _admit(self, request: Request, sender: "_Sender", fields: Mapping[str, str]) -> None:
        """Whoever sends is who the page was shown to, and does not fill the house."""
        if not sender.known(fields.get("token", "")) or sender.who is None:
            raise Stopped(NOT_A_FORM)
        heavy = uploading.weight(request)
        wait = self._sessions.take(sender.who.peer, heavy) or self._networks.take(self._chat.proxies.client(request), heavy)
        if wait:
            raise Stopped(FILES_TOO_FAST, wait)

    async def _say(self, request: Request, who: Session, upload: Upload) -> None:
        try:
            await self._chat.take(request, who, posting.of_files(upload.fields, (*upload.files, *upload.infected)))
        except Exception:
            log.exception("files of the web chat could not be announced", extra={"action": "webchat_not_stored"})
            raise Stopped(FILE_NOT_STORED) from None
        if "authorization" not in request.headers:
            await self._chat.answered(who)


class _Sender:
    """Who sends: named by the page's script, or by the form's token, which must be that of the browser's cookie where it keeps one."""

    def __init__(self, kept: Session | None, named: Session | None) -> None:
        self._kept = kept
        self.who = named or kept
        self._named = named is not None

    def known(self, masked: str) -> bool:
        if self._named:
            return True
        token = session.unmask(masked)
        if token is None or (self._kept is not None and self._kept.token != token):
            return False
        self.who = self._kept or Session(token, kept=False)
        return True


def _told(problem: Problem, wait: float = 0.0) -> Response:
    response = said(problem.status, ADVICE[problem.status])
    if wait:
        response.headers["retry-after"] = str(int(wait) + 1)
    return response
