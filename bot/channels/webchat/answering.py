"""/r/{token}: a page that answers an SMS or an e-mail. No login, no name, no JavaScript. Opening it changes nothing, whoever looks first (a preview,
a scanner); its buttons do, by the road that every button goes, and what the robot says of it is read there."""

import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.channels.webchat import posting
from bot.channels.webchat.exporting import GONE
from bot.channels.webchat.pace import Pace, Proxies, Rate
from bot.channels.webchat.pages import NOT_A_FORM, NOT_STORED, PLAIN_HEADERS, TOO_FAST, Pages, Problem
from bot.channels.webchat.ports import House
from bot.errors import Malformed, TooLarge

log = logging.getLogger(__name__)

STOP = "stop"
"""What « Ne plus recevoir de messages » is posted as."""
ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""What a mail program posts by itself for whoever asks it to stop. https://www.rfc-editor.org/rfc/rfc8058"""
ANSWER_SECONDS = 3.0
"""How long the page waits for the robot's answer before it says that it was taken."""
LINK, NETWORK = Rate(20, 0.2), Rate(200, 5)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,40}")


@dataclass(frozen=True, slots=True)
class Said:
    """Something the page says, with its buttons: what each is posted as, and its label."""

    text: str
    buttons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link is about. `pressed`: something was; `answers`: what the robot said of the last press, not yet there for a moment."""

    language: str
    talk: int
    question: Said
    pressed: bool
    answers: tuple[Said, ...]


class Answers(Protocol):
    """What a token opens; None where it opens nothing any more. `act` names one form: sent twice, it is pressed once."""

    async def look(self, token: str, /) -> Asked | None: ...
    async def press(self, token: str, name: str, act: str, /) -> bool: ...


class Answering:
    """The page and its buttons."""

    def __init__(self, house: House, answers: Answers) -> None:
        self._house = house
        self._pages = Pages(house)
        self._answers = answers
        self._proxies = Proxies(house.settings.trusted_proxies)
        self._links, self._networks = Pace(house.clock, LINK), Pace(house.clock, NETWORK)

    async def show(self, request: Request, token: str) -> Response:
        """GET /r/{token}."""
        again = "again" in request.query_params
        return self._page(request, token, await self._look(token), again=again)

    async def press(self, request: Request, token: str) -> Response:
        """POST /r/{token}: then the page again, which says what came of it."""
        asked = await self._look(token)
        if asked is None:
            return self._page(request, token, None)
        try:
            fields = posting.fields_of(request, await posting.read_body(request))
        except (Malformed, TooLarge):
            return self._page(request, token, asked, NOT_A_FORM)
        if self._links.take(token) or self._networks.take(self._proxies.client(request)):
            return self._page(request, token, asked, TOO_FAST)
        name = STOP if fields.get(ONE_CLICK[0]) == ONE_CLICK[1] else fields.get("choice", "")
        try:
            taken = await self._answers.press(token, name, fields.get("once", "")[: posting.LONGEST_ID] or secrets.token_urlsafe(12))
        except Exception:
            log.exception("an answer could not be stored", extra={"action": "answer_not_stored"})
            return self._page(request, token, asked, NOT_STORED)
        if not taken:
            return self._page(request, token, asked, NOT_A_FORM)
        await self._answered(token, asked.talk)
        return RedirectResponse(f"/r/{token}", 303, PLAIN_HEADERS)

    async def _look(self, token: str) -> Asked | None:
        return await self._answers.look(token) if _TOKEN.fullmatch(token) else None

    async def _answered(self, token: str, talk: int) -> None:
        """Give the robot a moment."""
        clock = self._house.clock
        until = clock.elapsed() + ANSWER_SECONDS
        with self._house.bell.listen(talk) as rung:
            while (left := until - clock.elapsed()) > 0 and not self._house.stopping.is_set():
                rung.clear()
                asked = await self._answers.look(token)
                if asked is None or asked.answers:
                    return
                await clock.wait(rung, left)

    def _page(self, request: Request, token: str, asked: Asked | None, problem: Problem | None = None, *, again: bool = False) -> Response:
        """`again`: the question once more, for who presses another answer."""
        pressed = asked is not None and asked.pressed and not again
        said: Sequence[Said] = () if asked is None else asked.answers if pressed else (asked.question,)
        view: dict[str, object] = {
            "token": token,
            "asked": asked,
            "pressed": pressed,
            "said": [(self._pages.spoken(one.text), one.buttons) for one in said],
        }
        view |= {"problem": problem, "once": secrets.token_urlsafe(12), "stop": STOP}
        status = GONE if asked is None else 200 if problem is None else problem.status
        return self._pages.answer(request, None if asked is None else asked.language, view, status)


def answer_routes(house: House, answers: Answers) -> APIRouter:
    """The addresses of these pages."""
    answering, router = Answering(house, answers), APIRouter(include_in_schema=False)
    router.add_api_route("/r/{token}", answering.show, methods=["GET"])
    router.add_api_route("/r/{token}", answering.press, methods=["POST"])
    return router
