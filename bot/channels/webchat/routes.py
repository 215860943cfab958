"""The web chat's addresses. Each answers with words; none stores anything before somebody writes."""

import logging
import re
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from bot.channels.webchat import posting, session
from bot.channels.webchat.files import Files
from bot.channels.webchat.pace import NETWORK, SESSION, Pace, Proxies
from bot.channels.webchat.pages import (
    CLOSED_PAGE,
    NO_SESSION,
    NOT_A_FORM,
    NOT_STORED,
    OTHER_PAGE,
    PLAIN_HEADERS,
    SHOWN,
    TOO_FAST,
    TOO_LONG,
    Pages,
    Problem,
    View,
    packed,
    said,
)
from bot.channels.webchat.ports import House, Talk
from bot.channels.webchat.posting import Posted
from bot.channels.webchat.session import Session
from bot.channels.webchat.stream import Streams, as_json
from bot.errors import Malformed, TooLarge

log = logging.getLogger(__name__)

EMBED = (Path(__file__).parent / "embed.js").read_bytes()
MOST = 500
HIGHEST = 2**62
ANSWER_SECONDS = 1.5
"""How long a page without JavaScript waits for the robot's answer before it shows the conversation as it is."""
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class WebChat:
    """What the routes share."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.pages = Pages(house)
        self.streams = Streams(house, self.pages)
        self.proxies = Proxies(house.settings.trusted_proxies)
        self.secure = house.settings.secure
        self._sessions = Pace(house.clock, SESSION)
        self._networks = Pace(house.clock, NETWORK)

    # -- pages

    async def show(self, request: Request) -> Response:
        """GET /chat."""
        payload = request.query_params.get("d", "")
        if session.has_left(request) and not payload:
            return self.pages.blank(request, wakes=True)
        who = await self._still(session.of_cookie(request)) or session.fresh()
        response = await self.page(request, who, payload=payload if _PAYLOAD.fullmatch(payload) else "", before=_number(request, "before"))
        session.keep(response, who, secure=self.secure)
        if session.has_left(request):
            session.clear_left(response, secure=self.secure)
        return response

    async def door(self, code: str) -> Response:
        """GET /d/CODE: what a poster has people type. It keeps nothing, and leads any code to the chat, known or not."""
        return RedirectResponse(f"/chat?d={code}" if _PAYLOAD.fullmatch(code) else "/chat", 303, PLAIN_HEADERS)

    async def submit(self, request: Request) -> Response:
        """POST /chat: the page's own form."""
        kept = session.of_cookie(request)
        try:
            fields = posting.fields_of(request, await posting.read_body(request))
        except TooLarge:
            return await self.page(request, kept or session.fresh(), problem=TOO_LONG)
        except Malformed:
            return await self.page(request, kept or session.fresh(), problem=NOT_A_FORM)
        posted, token = posting.of_form(fields), session.unmask(fields.get("token", ""))
        if token is None:
            return await self.page(request, kept or session.fresh(), problem=NOT_A_FORM, draft=posted.text)
        if kept is not None and kept.token != token:
            return await self.page(request, kept, problem=OTHER_PAGE, draft=posted.text)
        who = kept or Session(token, kept=False)
        if await self._still(who) is None:
            return await self._anew(request, posted.text)
        problem = None if posted.empty else await self._store(request, who, posted)
        if problem is not None:
            return await self.page(request, who, problem=problem, draft=posted.text)
        if kept is None:  # a redirect would lose who writes
            return await self.page(request, who)
        return RedirectResponse("/chat#last", 303, PLAIN_HEADERS)

    async def _still(self, who: Session | None) -> Session | None:
        """This session, unless its page was closed: it leads to nobody any more, and what is written there would be a stranger's."""
        return None if who is None or await self.house.talks.closed(self.house.channel.address(who.peer)) else who

    async def _anew(self, request: Request, draft: str) -> Response:
        """The page was closed meanwhile: what was written did not go, and may begin another conversation."""
        fresh = session.fresh()
        response = await self.page(request, fresh, problem=CLOSED_PAGE, draft=draft)
        session.keep(response, fresh, secure=self.secure)
        return response

    async def _store(self, request: Request, who: Session, posted: Posted) -> Problem | None:
        """Hand in what a form says and give the robot a moment to answer."""
        if self.wait_for(request, who):
            return TOO_FAST
        try:
            await self.take(request, who, posted)
        except Exception:
            log.exception("a message of the web chat could not be stored", extra={"action": "webchat_not_stored"})
            return NOT_STORED
        await self.answered(who)
        return None

    async def answered(self, who: Session) -> None:
        house = self.house
        talk = await house.talks.find(house.channel.address(who.peer))
        if talk is None or talk.human:
            return
        until = house.clock.elapsed() + ANSWER_SECONDS
        with house.bell.listen(talk.id) as rung:
            while (left := until - house.clock.elapsed()) > 0 and not house.stopping.is_set():
                rung.clear()
                newest = await house.talks.before(talk.id, HIGHEST, 1)
                if newest and newest[0].author != "person":
                    return
                await house.clock.wait(rung, left)

    async def page(
        self, request: Request, who: Session, *, payload: str = "", before: int | None = None, problem: Problem | None = None, draft: str = ""
    ) -> Response:
        talk = await self._talk(who)
        language = talk.language if talk else self._liked(request)
        lines = await self.house.talks.before(talk.id, before or HIGHEST, SHOWN) if talk else []
        view = View(who, talk, lines, bool(lines) and lines[0].number > 1, payload, draft, problem, language)
        return self.pages.chat(request, view)

    def _liked(self, request: Request) -> str:
        """The language to welcome somebody in who has not written yet: their browser's, where we speak it."""
        return posting.preferred(request, dict(self.house.welcome("fr").languages)) or "fr"

    async def _talk(self, who: Session) -> Talk | None:
        return await self.house.talks.find(self.house.channel.address(who.peer))

    async def leave(self, request: Request) -> Response:
        """POST /chat/leave: « Quitter vite »."""
        target = self.house.welcome("fr").leave_to or "/chat/blank"
        response = RedirectResponse(target, 303, PLAIN_HEADERS)
        session.mark_left(response, secure=self.secure)
        return response

    async def blank(self, request: Request) -> Response:
        """GET /chat/blank: where « Quitter vite » leads when the service has named no neutral page."""
        response = self.pages.blank(request, wakes=False)
        session.mark_left(response, secure=self.secure)
        return response

    async def reopen(self, request: Request) -> Response:
        """POST /chat/open: the chat is opened anew after « Quitter vite »."""
        response = RedirectResponse("/chat", 303, PLAIN_HEADERS)
        session.clear_left(response, secure=self.secure)
        return response

    async def embed(self, request: Request) -> Response:
        """GET /chat/embed.js: the one script line of other sites."""
        return Response(EMBED, media_type="text/javascript", headers={"cache-control": "public, max-age=3600", "x-content-type-options": "nosniff"})

    # -- programs, and our own page's script

    async def post(self, request: Request) -> Response:
        """POST /chat/messages."""
        who = await self._still(self.who(request))
        if who is None:
            return said(401, NO_SESSION)
        if who.kept and not self.same_origin(request):
            return said(403, "another site may not write in somebody's name")
        try:
            posted = posting.of_json(request, await posting.read_body(request))
        except TooLarge:
            return said(413, f"write at most {posting.LARGEST // 1024} kB")
        except Malformed as fault:
            return said(400, str(fault))
        seconds = self.wait_for(request, who)
        if seconds:
            response = said(429, "too many messages at once: send this one again a little later")
            response.headers["retry-after"] = str(int(seconds) + 1)
            return response
        try:
            await self.take(request, who, posted)
        except Exception:
            log.exception("a message of the web chat could not be stored", extra={"action": "webchat_not_stored"})
            return said(503, "not stored: send this one again")
        return said(202)

    async def read(self, request: Request) -> Response:
        """GET /chat/messages?after=N."""
        who = self.who(request)
        if who is None:
            return said(401, NO_SESSION)
        after = _number(request, "after")
        if after is None and "after" in request.query_params:
            return said(400, "after is a message's number: write after=0 for everything")
        talk = await self._talk(who)
        if talk is not None and after is not None and after > talk.last_number:  # the number of a conversation that was erased
            after = 0
        lines = await self.house.talks.after(talk.id, after or 0, MOST) if talk else []
        return packed(request, as_json(lines), "application/json", PLAIN_HEADERS)

    async def events(self, request: Request) -> Response:
        """GET /chat/events."""
        who = self.who(request)
        if who is None:
            return said(401, NO_SESSION)
        near = self.proxies.client(request)
        if self.streams.full(who.peer, near):
            return said(429, "too many live pages at once: close one")
        resumed = request.headers.get("last-event-id", "")
        after = _whole(resumed) if resumed else _number(request, "after")
        stream = self.streams.events(who.peer, near, after or 0, dressed=request.query_params.get("look") == "page")
        return StreamingResponse(stream, 200, PLAIN_HEADERS | {"x-accel-buffering": "no"}, "text/event-stream")

    # -- shared

    def who(self, request: Request) -> Session | None:
        return session.of_bearer(request) or session.of_cookie(request)

    def same_origin(self, request: Request) -> bool:
        """False where a browser says that another site than ours, or one we are embedded in, makes the call."""
        origin = request.headers.get("origin")
        if origin is not None and origin in self.house.settings.embed_origins:
            return True
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        return origin is None or urlsplit(origin).netloc in (request.headers.get("host", ""), urlsplit(self.house.settings.base_url).netloc)

    def wait_for(self, request: Request, who: Session) -> float:
        """0.0, or the seconds this session or its network address has to wait."""
        return self._sessions.take(who.peer) or self._networks.take(self.proxies.client(request))

    async def take(self, request: Request, who: Session, posted: Posted) -> None:
        """Store what was written; durable on return."""
        house = self.house
        talk = await self._talk(who)
        language = talk.language if talk else self._liked(request)
        address, locale = house.channel.address(who.peer), posting.locale_of(request)
        await house.intake([posting.inbound(posted, address, house.welcome(language), house.clock.now(), locale, language)])
        self.streams.knock(who.peer)


def _number(request: Request, name: str) -> int | None:
    return _whole(request.query_params.get(name, ""))


def _whole(text: str) -> int | None:
    """A message's number, or None where it is none."""
    return min(int(text), HIGHEST) if text.isascii() and text.isdigit() and len(text) < 20 else None


def routes(house: House) -> APIRouter:
    """Every address of the web chat."""
    chat, router = WebChat(house), APIRouter(include_in_schema=False)
    router.add_api_route("/chat", chat.show, methods=["GET"])
    router.add_api_route("/chat", chat.submit, methods=["POST"])
    router.add_api_route("/d/{code}", chat.door, methods=["GET"])
    router.add_api_route("/chat/messages", chat.post, methods=["POST"])
    router.add_api_route("/chat/messages", chat.read, methods=["GET"])
    router.add_api_route("/chat/files", Files(chat).submit, methods=["POST"])
    router.add_api_route("/chat/events", chat.events, methods=["GET"])
    router.add_api_route("/chat/leave", chat.leave, methods=["POST"])
    router.add_api_route("/chat/blank", chat.blank, methods=["GET"])
    router.add_api_route("/chat/open", chat.reopen, methods=["POST"])
    router.add_api_route("/chat/embed.js", chat.embed, methods=["GET"])
    return router
