"""The web chat, for the list that every channel passes: nobody's provider calls it, its own page does, and nothing is sent by it."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

from fastapi import FastAPI
from pydantic_core import to_json
from starlette.routing import BaseRoute, Mount

from bot.channels.webchat.channel import WebChatChannel
from bot.channels.webchat.routes import routes
from bot.channels.webchat.session import COOKIE, Session
from bot.clock import Clock
from bot.messages import Address, Call
from tests.channels.kit import NOWHERE, SENT, Goes, Letter, Place, Said, Seen
from tests.channels.webchat.site import build

PATH = "/chat/messages"
NOTHING_IS_SENT = "the commit is the send: nothing is called, and its page shows any length (webchat/test_pages.py, webchat/test_sheet.py)"


class WebChatKit:
    """Browsers, each with its session."""

    name = "webchat"
    path = PATH
    taken = 202
    secrets = ("a-session-of-somebody",)
    without: Mapping[str, str] = {
        "batch": "its page posts one thing at a time",
        "receipts": "who reads our own database needs no receipt",
        "elsewhere": "there is one web chat, and a session is its own address",
        "times": "its page says no time: ours is taken",
        "calls": NOTHING_IS_SENT,
        "pictures": "its page posts files by a form of its own (webchat/test_files.py)",
        "challenge": "nobody makes sure of it",
    }
    kinds = ("text", "choice", "client_id")
    goes: Mapping[str, Goes] = {}
    recorded: Mapping[str, bytes] = {
        "text": b'{"text": "bonjour, je cherche un logement", "client_id": "1"}',
        "choice": b'{"choice": "12.3"}',
        "command": b'{"text": "/menu"}',
    }

    def open(self, clock: Clock, api_base: str = NOWHERE) -> WebChatChannel:
        return WebChatChannel()

    def routes(self, channel: Any, place: Place) -> Sequence[BaseRoute]:
        house = replace(build(place.storage, place.clock, place.settings).house, intake=place.intake)
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        app.include_router(routes(house))
        return [Mount("", app)]

    def who(self, nth: int) -> str:
        """A session's token, as the cookie holds it."""
        return base64.urlsafe_b64encode(hashlib.sha256(f"somebody {nth}".encode()).digest()).rstrip(b"=").decode("ascii")

    def address(self, who: str) -> Address:
        return WebChatChannel().address(Session(base64.urlsafe_b64decode(who + "="), kept=True).peer)

    # -- in

    def sign(self, body: bytes) -> Letter:
        return self._of(self.who(0), body)

    def forged(self, body: bytes) -> Mapping[str, Letter]:
        plain = {"content-type": "application/json"}
        return {
            "none": Letter(body, plain),
            "a cookie that is none": Letter(body, plain | {"cookie": f"{COOKIE}=nonsense"}),
            "a token that is none": self._of("nonsense", body),
            "a token cut": self._of(self.who(0)[:-2], body),
            "not ASCII": self._of("é" * 43, body),
        }

    def says(self, *said: Said) -> Letter:
        [only] = said
        return self._of(only.who, to_json({"text": only.words, "client_id": only.id}))

    def presses(self, pressed: Said) -> Letter:
        return self._of(pressed.who, to_json({"choice": pressed.words, "client_id": pressed.id}))

    def picture(self, said: Said, file: str) -> Letter:
        raise NotImplementedError

    def elsewhere(self) -> tuple[Letter, str]:
        raise NotImplementedError

    def odd(self) -> Mapping[str, Letter]:
        return {"field": self.sign(b'{"text": "a", "telepathy": {}}'), "choice": self.sign(b'{"choice": "telepathy"}')}

    def receipt(self, external_id: str, at: int = SENT) -> Letter:
        raise NotImplementedError

    def whole(self, number: int, kind: str, content: Any) -> Any:
        return {"text": "a", "client_id": str(number), kind: content}

    def _of(self, who: str, body: bytes) -> Letter:
        return Letter(body, {"content-type": "application/json", "authorization": f"Bearer {who}"})

    # -- out

    def double(self) -> AbstractAsyncContextManager[Any]:
        raise NotImplementedError

    def seen(self, double: Any, address: Address) -> Sequence[Seen]:
        """`double` is what GET /chat/messages answers: there is no other."""
        ours = [line for line in double if line["author"] != "me"]
        return [Seen(line["body"], {choice["label"]: choice["id"] for choice in line["choices"]}, raw=line) for line in ours]

    def arrived(self, double: Any, address: Address) -> int:
        raise NotImplementedError

    def break_down(self, double: Any) -> None:
        raise NotImplementedError

    def check(self, calls: Sequence[Call]) -> None:
        raise NotImplementedError

    def text_of(self, call: Call) -> str:
        raise NotImplementedError

    def seen_in(self, call: Call) -> Seen:
        raise NotImplementedError

    def pressed(self, call: Call) -> Sequence[str]:
        raise NotImplementedError
