"""/depot/{token}: a page where papers are left, straight on this server. Its token lets anybody add and nobody read; without JavaScript."""

import hashlib
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from bot.channels.webchat import posting, uploading
from bot.channels.webchat.exporting import GONE, TOKEN
from bot.channels.webchat.pace import NETWORK_FILES, SESSION_FILES, Pace, Proxies
from bot.channels.webchat.pages import FILE_NOT_STORED, FILE_TOO_LARGE, FILE_UNFIT, FILES_TOO_FAST, Pages, Problem
from bot.channels.webchat.ports import House, _
from bot.channels.webchat.uploading import Upload
from bot.errors import Malformed, TooLarge
from bot.messages import Attachment

log = logging.getLogger(__name__)

NOT_WHOLE = Problem(400, _("Rien n'est arrivé entier. Choisis tes fichiers et envoie-les encore."))
NO_ROOM = Problem(409, _("Cette page est pleine. Écris à l'équipe si tu as encore un papier à donner."))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page says. `by` and `wanted`: who asks for which paper, "" where nobody does; `notice`: who reads it; `room`: files it still takes."""

    language: str
    by: str
    wanted: str
    notice: str
    until: date
    room: int


@dataclass(frozen=True, slots=True)
class Received:
    """The files that were taken, and when the team will have looked at them."""

    files: tuple[Attachment, ...]
    when: str


class Boxes(Protocol):
    """What a token opens; None where it opens nothing any more. `act` names one form: sent twice, its files are taken once. `refused`: files of it
    that are not here, and whose line says so to the team."""

    async def look(self, token: str, /) -> Asked | None: ...
    async def leave(self, token: str, files: Sequence[Attachment], refused: Sequence[Attachment], act: str, /) -> Received | None: ...


class Stopped(Exception):
    """The form is not taken, for this reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status)
        self.problem = problem


class Depositing:
    """The page and its form."""

    def __init__(self, house: House, boxes: Boxes) -> None:
        self._house = house
        self._pages = Pages(house)
        self._boxes = boxes
        self._proxies = Proxies(house.settings.trusted_proxies)
        self._boxed, self._networks = Pace(house.clock, SESSION_FILES), Pace(house.clock, NETWORK_FILES)

    async def show(self, request: Request, token: str) -> Response:
        """GET /depot/{token}. Changes nothing, whoever looks first."""
        asked = await self._look(token)
        return self._page(request, token, asked, status=GONE if asked is None else 200)

    async def take(self, request: Request, token: str) -> Response:
        """POST /depot/{token}: the page again, with what was received, and what was not."""
        asked = await self._look(token)
        if asked is None:
            return self._page(request, token, None, status=GONE)
        try:
            upload = await self._read(request, token, asked)
            received = await self._leave(token, upload)
        except Stopped as stopped:
            return self._page(request, token, asked, problem=stopped.problem)
        if received is None:
            return self._page(request, token, None, status=GONE)
        left_out = len(upload.files) > len(received.files)
        problem = FILE_TOO_LARGE if upload.too_large else FILE_UNFIT if upload.unfit else NO_ROOM if left_out else None
        return self._page(request, token, await self._look(token), problem=problem, received=received)

    async def _look(self, token: str) -> Asked | None:
        return await self._boxes.look(token) if TOKEN.fullmatch(token) else None

    async def _read(self, request: Request, token: str, asked: Asked) -> Upload:
        """Take the files in, sealed as they come. They belong to nobody until they are left. Raises Stopped."""

        def admit(_fields: Mapping[str, str]) -> None:
            heavy = uploading.weight(request)
            if not asked.room:
                raise Stopped(NO_ROOM)
            if self._boxed.take(token, heavy) or self._networks.take(self._proxies.client(request), heavy):
                raise Stopped(FILES_TOO_FAST)

        try:
            return await uploading.read(request, admit, self._house.deposit)
        except (Malformed, ClientDisconnect):
            raise Stopped(NOT_WHOLE) from None
        except TooLarge:
            raise Stopped(FILE_TOO_LARGE) from None
        except Stopped:
            raise
        except Exception:
            log.exception("a paper could not be stored", extra={"action": "deposit_not_stored"})
            raise Stopped(FILE_NOT_STORED) from None

    async def _leave(self, token: str, upload: Upload) -> Received | None:
        if not (upload.files or upload.infected):
            if not upload.refused:
                raise Stopped(NOT_WHOLE)
            return Received((), "")
        try:
            return await self._boxes.leave(token, upload.files, upload.infected, _act(token, upload))
        except Exception:
            log.exception("papers could not be left", extra={"action": "deposit_not_left"})
            raise Stopped(FILE_NOT_STORED) from None

    def _page(
        self,
        request: Request,
        token: str,
        asked: Asked | None,
        *,
        problem: Problem | None = None,
        received: Received | None = None,
        status: int = 200,
    ) -> Response:
        view = {"token": token, "asked": asked, "problem": problem, "received": received, "once": secrets.token_urlsafe(12)}
        language, until = (None, None) if asked is None else (asked.language, asked.until)
        return self._pages.deposit(request, language, view, problem.status if problem is not None else status, until)


def _act(token: str, upload: Upload) -> str:
    """Names one form: the same page sent twice is one act, with other files it is another."""
    posted = posting.of_files(upload.fields, (*upload.files, *upload.infected))
    return hashlib.sha256(f"{token}\n{posted.once or secrets.token_urlsafe(16)}".encode()).hexdigest()


def deposit_routes(house: House, boxes: Boxes) -> APIRouter:
    """The addresses of these pages."""
    depositing, router = Depositing(house, boxes), APIRouter(include_in_schema=False)
    router.add_api_route("/depot/{token}", depositing.show, methods=["GET"])
    router.add_api_route("/depot/{token}", depositing.take, methods=["POST"])
    return router
