"""WhatsApp's double: of the Cloud API, what the service calls; of its webhook, what a person does. Every template submitted is approved at once.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages · …/webhooks/components
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.messages import Json
from bot.phones.files import KIND, Files
from bot.phones.phone import App, Button, Line, Phone, State
from bot.phones.provider import NAME, PICTURE, Front, Service, bears, is_open, refused, signs

PHONE_ID, WABA_ID, DISPLAYED = "100000000000001", "200000000000001", "+33 6 39 98 00 01"
PEER = "FR.99000000000000001"
WEBHOOK, SIGNATURE = "/webhooks/whatsapp", "X-Hub-Signature-256"
WINDOW_OVER, NO_TEMPLATE, NOT_MARKED = 131047, 132001, 131009
TO_BE_SEEN = (State.SENT, State.ARRIVED)


class WhatsAppDouble:
    """One number, and the person who writes to it."""

    app = App.WHATSAPP

    def __init__(self, phone: Phone, service: Service, files: Files, token: str, secret: str) -> None:
        self._phone = phone
        self._service = service
        self._files = files
        self._token = token
        self._signs = signs(SIGNATURE, secret)
        self._templates: dict[str, dict[str, Any]] = {}

    # -- the API

    def routes(self) -> Sequence[Route]:
        number, account = f"/whatsapp/{PHONE_ID}", f"/whatsapp/{WABA_ID}/message_templates"
        return [
            Route(f"{number}/messages", self._messages, methods=["POST"]),
            Route(number, self._number),
            Route(account, self._list),
            Route(account, self._submit, methods=["POST"]),
            Route("/whatsapp/{id}", self._submit_again, methods=["POST"]),
            Route("/whatsapp/{id}", self._file),
        ]

    async def _number(self, request: Request) -> Response:
        about = {"id": PHONE_ID, "display_phone_number": DISPLAYED, "quality_rating": "GREEN", "messaging_limit_tier": "TIER_250"}
        return JSONResponse(about) if bears(request, self._token) else refused(190, "Invalid OAuth access token", 401)

    async def _list(self, request: Request) -> Response:
        return JSONResponse({"data": list(self._templates.values())}) if bears(request, self._token) else refused(190, "Invalid token", 401)

    async def _submit(self, request: Request) -> Response:
        if not bears(request, self._token):
            return refused(190, "Invalid OAuth access token", 401)
        asked: dict[str, Any] = await request.json()
        kept = {**asked, "id": str(300 + len(self._templates)), "status": "APPROVED"}
        self._templates[f"{asked['name']}/{asked['language']}"] = kept
        return JSONResponse({"id": kept["id"], "status": "APPROVED", "category": asked["category"]})

    async def _submit_again(self, request: Request) -> Response:
        found = next((each for each in self._templates.values() if each["id"] == request.path_params["id"]), None)
        if found is None or not bears(request, self._token):
            return refused(100, "Unsupported post request", 404)
        found |= await request.json()
        return JSONResponse({"success": True})

    async def _file(self, request: Request) -> Response:
        """Where a file is fetched."""
        name = request.path_params["id"]
        size = self._files.size(name)
        if size is None or not bears(request, self._token):
            return refused(100, "Unsupported get request", 404)
        return JSONResponse({"id": name, "url": self._files.address(name), "mime_type": KIND, "file_size": size})

    async def _messages(self, request: Request) -> Response:
        if not bears(request, self._token):
            return refused(190, "Invalid OAuth access token", 401)
        said: dict[str, Any] = await request.json()
        if said.get("status") == "read":
            return self._read(said)
        if said.get("recipient") != PEER:
            return refused(131026, "Message undeliverable")
        if said["type"] != "template" and not is_open(self._phone, self.app):
            return refused(WINDOW_OVER, "Re-engagement message")
        line = self._template(said["template"]) if said["type"] == "template" else self._line(said)
        if line is None:
            return refused(NO_TEMPLATE, "Template name does not exist in the translation", 404)
        self._phone.put(line)
        return JSONResponse({"messaging_product": "whatsapp", "contacts": [{"user_id": PEER}], "messages": [{"id": line.id}]})

    def _read(self, said: Mapping[str, Any]) -> Response:
        """Read ticks, and perhaps « écrit… »."""
        if self._phone.find(self.app, said["message_id"]) is None:
            return refused(NOT_MARKED, "message_id")
        mine = [line.id for line in self._phone.lines(self.app) if line.mine and line.state in TO_BE_SEEN]
        self._phone.mark(self.app, mine, State.READ)
        if "typing_indicator" in said:
            self._phone.typing(self.app)
        return JSONResponse({"success": True})

    def _line(self, said: Mapping[str, Any]) -> Line:
        content = said[said["type"]]
        if said["type"] == "text":
            return self._came(content["body"])
        action = content["action"]
        buttons = [(each["reply"]["title"], each["reply"]["id"]) for each in action.get("buttons", ())]
        rows = [(row["title"], row["id"]) for section in action.get("sections", ()) for row in section["rows"]]
        pressed = tuple(Button(title, name) for title, name in (*buttons, *rows))
        return self._came(content["body"]["text"], pressed, opens=action.get("button", ""))

    def _template(self, content: Mapping[str, Any]) -> Line | None:
        """The text that was agreed, with these values in its places and these payloads behind its buttons; None for one never submitted."""
        agreed = self._templates.get(f"{content['name']}/{content['language']['code']}")
        if agreed is None:
            return None
        given = {"body": [], "button": []} | {kind: [part for part in content["components"] if part["type"] == kind] for kind in ("body", "button")}
        values = [each["text"] for part in given["body"] for each in part["parameters"]]
        payloads = [part["parameters"][0]["payload"] for part in given["button"]]
        parts = {part["type"]: part for part in agreed["components"]}
        text = re.sub(r"{{(\d+)}}", lambda place: str(values[int(place[1]) - 1]), parts["BODY"]["text"])
        labels = [each["text"] for each in parts.get("BUTTONS", {"buttons": []})["buttons"]]
        buttons = tuple(Button(label, payload) for label, payload in zip(labels, payloads, strict=True))
        return self._came(text, buttons, foot=parts.get("FOOTER", {"text": ""})["text"], template=True)

    def _came(self, text: str, buttons: tuple[Button, ...] = (), *, opens: str = "", foot: str = "", template: bool = False) -> Line:
        name = f"wamid.demo{self._phone.number()}"
        return Line(self.app, name, text, self._phone.clock.now(), buttons=buttons, opens=opens, foot=foot, template=template)

    # -- the person

    def front(self) -> Front:
        return Front(pictures=True, link=f"https://wa.me/{re.sub(r'[^0-9]', '', DISPLAYED)}")

    async def shows(self, picture: bytes) -> None:
        await self._send("", {"type": "image", "image": {"id": self._files.keep(picture), "mime_type": KIND}}, PICTURE)

    async def opens(self, code: str) -> None:
        await self.says(f"/start {code}")

    async def says(self, text: str) -> None:
        await self._send(text, {"type": "text", "text": {"body": text}})

    async def presses(self, button: Button, line: Line | None) -> None:
        if line is not None and line.template:
            await self._send(button.label, {"type": "button", "button": {"payload": button.says, "text": button.label}})
            return
        kind = "list_reply" if line is not None and line.opens else "button_reply"
        reply: Json = {"type": kind, kind: {"id": button.says, "title": button.label}}
        await self._send(button.label, {"type": "interactive", "interactive": reply})

    async def _send(self, text: str, content: Mapping[str, Json], title: str = "") -> None:
        line = self._phone.write(self.app, text, f"wamid.{uuid4().hex}", title)
        contact: Json = {"profile": {"name": NAME}, "user_id": PEER}
        message: Json = {"from_user_id": PEER, "id": line.id, "timestamp": str(int(line.at.timestamp())), **content}
        self._phone.settle(line, taken=await self._call({"contacts": [contact], "messages": [message]}))

    async def looks(self) -> None:
        new = [line.id for line in self._phone.lines(self.app) if not line.mine and line.state in TO_BE_SEEN]
        if not new:
            return
        self._phone.mark(self.app, new, State.READ)
        at = str(int(self._phone.clock.now().timestamp()))
        statuses: Json = [{"id": name, "status": "read", "timestamp": at, "recipient_user_id": PEER} for name in new]
        await self._call({"statuses": statuses})

    async def _call(self, about: Mapping[str, Json]) -> bool:
        metadata: Json = {"display_phone_number": DISPLAYED, "phone_number_id": PHONE_ID}
        value: Json = {"messaging_product": "whatsapp", "metadata": metadata, **about}
        changes: Json = [{"field": "messages", "value": value}]
        return await self._service.call(WEBHOOK, {"object": "whatsapp_business_account", "entry": [{"id": WABA_ID, "changes": changes}]}, self._signs)
