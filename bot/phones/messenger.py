"""Messenger's double: of the Send API, what the service calls; of its webhook, what a person does.

https://developers.facebook.com/docs/messenger-platform/reference/send-api · …/reference/webhook-events
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.messages import Json
from bot.phones.files import Files
from bot.phones.phone import App, Button, Line, Phone, State
from bot.phones.provider import DAY, PICTURE, Front, Service, bears, is_open, refused, signs

PAGE_ID = "99999999999999999999"
"""No Page has it: ids of twenty figures are not given, and a link to it leads nowhere."""
PEER = "9900000000000001"
WEBHOOK, SIGNATURE = "/webhooks/messenger", "X-Hub-Signature-256"
HUMAN_WINDOW = timedelta(days=7)
FIELDS = ("messages", "messaging_postbacks", "messaging_referrals", "message_deliveries", "message_echoes", "message_edits")
TO_BE_SEEN = (State.SENT, State.ARRIVED)
AT_FIRST = "Démarrer"


class MessengerDouble:
    """One Page, and the person who writes to it."""

    app = App.MESSENGER

    def __init__(self, phone: Phone, service: Service, files: Files, token: str, secret: str) -> None:
        self._phone = phone
        self._service = service
        self._files = files
        self._token = token
        self._signs = signs(SIGNATURE, secret)
        self._profile: dict[str, Any] = {}

    # -- the API

    def routes(self) -> Sequence[Route]:
        return [
            Route("/messenger/me/messages", self._messages, methods=["POST"]),
            Route("/messenger/me/messenger_profile", self._show, methods=["POST"]),
            Route("/messenger/me", self._about),
            Route(f"/messenger/{PAGE_ID}/subscribed_apps", self._subscribed),
        ]

    async def _about(self, request: Request) -> Response:
        return JSONResponse({"id": PAGE_ID, "name": "CLLAJ"}) if bears(request, self._token) else refused(190, "Invalid token", 401)

    async def _subscribed(self, request: Request) -> Response:
        apps = [{"id": "1", "name": "Palier", "subscribed_fields": list(FIELDS)}]
        return JSONResponse({"data": apps}) if bears(request, self._token) else refused(190, "Invalid token", 401)

    async def _show(self, request: Request) -> Response:
        if not bears(request, self._token):
            return refused(190, "Invalid OAuth access token", 401)
        self._profile = await request.json()
        return JSONResponse({"result": "success"})

    async def _messages(self, request: Request) -> Response:
        if not bears(request, self._token):
            return refused(190, "Invalid OAuth access token", 401)
        said: dict[str, Any] = await request.json()
        if said["recipient"]["id"] != PEER:
            return refused(100, "No matching user found", subcode=2018001)
        if "sender_action" in said:
            return self._gesture(said["sender_action"])
        if not is_open(self._phone, self.app, HUMAN_WINDOW if said.get("tag") == "HUMAN_AGENT" else DAY):
            return refused(10, "This message is sent outside of allowed window.", subcode=2018278)
        message = said["message"]
        buttons = tuple(Button(each["title"], each["payload"]) for each in message.get("quick_replies", ()))
        self._phone.strip(self.app)
        line = Line(self.app, f"m_demo{self._phone.number()}", message["text"], self._phone.clock.now(), buttons=buttons)
        self._phone.put(line)
        return JSONResponse({"recipient_id": PEER, "message_id": line.id})

    def _gesture(self, action: str) -> Response:
        if action == "mark_seen":
            mine = [line.id for line in self._phone.lines(self.app) if line.mine and line.state in TO_BE_SEEN]
            self._phone.mark(self.app, mine, State.READ)
        elif action == "typing_on":
            self._phone.typing(self.app)
        return JSONResponse({"recipient_id": PEER})

    # -- the person

    def front(self) -> Front:
        greeting, menu = self._in_french("greeting"), self._in_french("persistent_menu")
        rows = tuple(Button(row["title"], row["payload"]) for row in menu.get("call_to_actions", ()))
        first = self._profile.get("get_started", {}).get("payload", "")
        return Front(greeting.get("text", ""), (Button(AT_FIRST, first),) if first else (), rows, pictures=True, link=f"https://m.me/{PAGE_ID}")

    async def shows(self, picture: bytes) -> None:
        attachment: Json = {"type": "image", "payload": {"url": self._files.address(self._files.keep(picture))}}
        await self._write("", {"attachments": [attachment]}, title=PICTURE)

    async def opens(self, code: str) -> None:
        """A link says nothing in the conversation: its code comes by itself, and opens the window."""
        self._phone.came[self.app] = self._phone.clock.now()
        await self._call({"referral": {"ref": code, "source": "SHORTLINK", "type": "OPEN_THREAD"}})

    def _in_french(self, name: str) -> Mapping[str, Any]:
        said = {each["locale"]: each for each in self._profile.get(name, ())}
        return said.get("fr_FR") or said.get("default") or {}

    async def says(self, text: str) -> None:
        await self._write(text, {"text": text})

    async def presses(self, button: Button, line: Line | None) -> None:
        """A quick reply says its label; a row of the menu, and the first button, say theirs too."""
        if line is None:
            await self._write(button.label, {"title": button.label, "payload": button.says}, "postback")
        else:
            await self._write(button.label, {"text": button.label, "quick_reply": {"payload": button.says}})

    async def _write(self, text: str, content: Mapping[str, Json], kind: str = "message", title: str = "") -> None:
        self._phone.strip(self.app)  # quick replies go once anything is said
        line = self._phone.write(self.app, text, f"m_{uuid4().hex}", title)
        self._phone.settle(line, taken=await self._call({kind: {"mid": line.id, **content}}))

    async def looks(self) -> None:
        new = [line.id for line in self._phone.lines(self.app) if not line.mine and line.state in TO_BE_SEEN]
        if not new:
            return
        self._phone.mark(self.app, new, State.READ)
        names: Json = list(new)
        mark = int(self._phone.clock.now().timestamp() * 1000)
        await self._call({"delivery": {"mids": names, "watermark": mark}})
        await self._call({"read": {"watermark": mark}})

    async def _call(self, about: Mapping[str, Json]) -> bool:
        at = int(self._phone.clock.now().timestamp() * 1000)
        event: Json = {"sender": {"id": PEER}, "recipient": {"id": PAGE_ID}, "timestamp": at, **about}
        return await self._service.call(WEBHOOK, {"object": "page", "entry": [{"id": PAGE_ID, "time": at, "messaging": [event]}]}, self._signs)
