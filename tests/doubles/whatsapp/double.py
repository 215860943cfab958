"""A WhatsApp Cloud API of our own on loopback: messages, receipts, media, templates; faults on demand."""

import json
import re
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override

from tests.doubles import meta
from tests.doubles.faults import Fault, How
from tests.doubles.http import Answer, Client, Cut, Request, Response
from tests.doubles.meta import Fails, GraphDouble
from tests.doubles.whatsapp import rules
from tests.doubles.whatsapp.rules import Refusal

PHONE_ID, WABA_ID = "100000000000001", "200000000000001"
TOKEN, APP_SECRET, VERIFY_TOKEN = "EAAG-a-double-opens-nothing", "the-secret-of-the-app", "our-own-word"
NUMBER = "+33 1 99 00 00 00"
WHEN = 1_790_000_000
NO_ERROR = 0


@dataclass(slots=True)
class Recorded:
    """One call, in the order they came. `status` is 0 where nothing was answered; `done` where it took effect."""

    method: str
    path: str
    payload: Mapping[str, Any]
    status: int
    done: bool
    code: int = NO_ERROR


@dataclass
class WhatsAppDouble(GraphDouble):
    """One number's Cloud API. `people`: who may be written to freely, by id; None for everybody. `outside`: whom only a template reaches now."""

    outside: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    calls: list[Recorded] = field(default_factory=list)
    media: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)
    number: dict[str, str] = field(default_factory=lambda: {"display_phone_number": NUMBER, "quality_rating": "GREEN", "id": PHONE_ID})
    _ids: Any = field(default_factory=lambda: count(1))

    @property
    def sent(self) -> list[Mapping[str, Any]]:
        """The messages that left, oldest first."""
        return [call.payload for call in self.calls if call.done and call.path == f"/{PHONE_ID}/messages" and "type" in call.payload]

    # -- answering

    @override
    def handle(self, request: Request) -> Answer | Awaitable[Answer]:
        parts = urlsplit(request.path)
        path = re.sub(r"^/v[\d.]+", "", parts.path)
        payload = json.loads(request.body) if request.body.startswith(b"{") else {}
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return self._refuse(request, path, payload, Refusal(190, "Invalid OAuth access token", 401))
        struck = self.struck(path)
        return self._go_wrong(request, path, payload, struck) if struck else self._do(request, path, payload, parts.query)

    def _do(self, request: Request, path: str, payload: Mapping[str, Any], query: str = "") -> Response:
        try:
            answer = self._answered(request, path, payload, query)
        except Refusal as refusal:
            return self._refuse(request, path, payload, refusal)
        self.calls.append(Recorded(request.method, path, payload, 200, done=True))
        return answer if isinstance(answer, Response) else Response(200, json.dumps(answer).encode())

    def _answered(self, request: Request, path: str, payload: Mapping[str, Any], query: str) -> dict[str, Any] | Response:
        match request.method, path.strip("/").split("/"):
            case "POST", [phone, "messages"] if phone == PHONE_ID:
                return self._message(payload)
            case "POST", [phone, "media"] if phone == PHONE_ID:
                return self._brought(request)
            case "GET", [phone] if phone == PHONE_ID:
                return self.number
            case "GET", [waba, "message_templates"] if waba == WABA_ID:
                return self._templates(parse_qs(query))
            case "POST", [waba, "message_templates"] if waba == WABA_ID:
                return self._submit(payload)
            case "POST", [template_id] if (kept := self._by_id(template_id)) is not None:
                kept.update({**payload, "status": "PENDING"})
                return {"success": True}
            case "GET", [media_id] if media_id in self.media:
                content, mime = self.media[media_id]
                return {"url": f"http://127.0.0.1:{self.server.port}/file/{media_id}", "mime_type": mime, "file_size": len(content), "id": media_id}
            case "GET", ["file", media_id] if media_id in self.media:
                return Response(200, self.media[media_id][0])
        raise Refusal(100, "Unsupported request: the object does not exist", 404 if path.startswith("/file") else 400)

    def _brought(self, request: Request) -> dict[str, Any]:
        """A file of a form of three fields, of a kind that is taken."""
        content, mime = rules.brought(request.headers.get("content-type", ""), request.body)
        media_id = f"media{next(self._ids)}"
        self.media[media_id] = (content, mime)
        return {"id": media_id}

    def _message(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        if payload.get("status") == "read":
            if not str(payload.get("message_id", "")).startswith("wamid."):
                raise Refusal(131009, "message_id")
            return {"success": True}
        rules.check_message(payload)
        rules.check_titles(payload)
        if payload["type"] == "document" and payload["document"].get("id") not in self.media:
            raise Refusal(131009, "document.id")
        whom = payload.get("recipient") or payload.get("to") or ""
        if whom in self.blocked:
            raise Refusal(131026, "Message undeliverable")
        if payload["type"] != "template" and whom in self.outside:
            raise Refusal(131047, "Re-engagement message")
        if payload["type"] == "template":
            self._check_template(payload["template"])
        self.reached(whom, payload)
        message_id = f"wamid.ours{next(self._ids)}"
        return {"messaging_product": "whatsapp", "contacts": [{"input": whom, "wa_id": whom}], "messages": [{"id": message_id}]}

    def _check_template(self, template: Mapping[str, Any]) -> None:
        kept = self.templates.get(f"{template['name']}/{template['language']['code']}")
        if kept is None or kept["status"] != "APPROVED":
            raise Refusal(132001, "Template name does not exist in the translation", 404)
        text = next(each["text"] for each in kept["components"] if each["type"] == "BODY")
        given = [p for each in template.get("components", []) if each["type"] == "body" for p in each["parameters"]]
        if len(set(re.findall(r"{{(\d+)}}", text))) != len(given):
            raise Refusal(132000, "Number of parameters does not match")

    def _templates(self, query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Pages of two, so that whoever asks has to go on."""
        every, after = list(self.templates.values()), int((query.get("after") or ["0"])[0])
        more = {"cursors": {"after": str(after + 2)}, "next": "more"} if after + 2 < len(every) else {}
        return {"data": every[after : after + 2], "paging": more}

    def _submit(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        key = f"{payload['name']}/{payload['language']}"
        if key in self.templates:
            raise Refusal(100, "There is already content in this language for this template")
        self.templates[key] = {**payload, "id": str(3000 + len(self.templates)), "status": "PENDING"}
        return {"id": self.templates[key]["id"], "status": "PENDING", "category": payload["category"]}

    def _by_id(self, template_id: str) -> dict[str, Any] | None:
        return next((template for template in self.templates.values() if template["id"] == template_id), None)

    def _refuse(self, request: Request, path: str, payload: Mapping[str, Any], refusal: Refusal, retry_after: int | None = None) -> Response:
        self.calls.append(Recorded(request.method, path, payload, refusal.status, done=False, code=refusal.code))
        return meta.refused(refusal.code, refusal.details, refusal.status, retry_after=retry_after)

    def _go_wrong(self, request: Request, path: str, payload: Mapping[str, Any], struck: Fails) -> Answer | Awaitable[Answer]:
        fault = struck.fault
        if fault.how is How.STATUS:
            return self._refuse(request, path, payload, Refusal(struck.code, fault.description or "on demand", fault.status), fault.retry_after)
        answer: Answer = self._do(request, path, payload) if fault.carried_out else Cut()
        if fault.how is How.GARBAGE:
            return Response(200, b"<html>not JSON")
        if fault.how is How.RESET:
            return Cut()
        return self._later(fault, answer if fault.how is How.SLOW else Cut())

    async def _later(self, fault: Fault, answer: Answer) -> Answer:
        await fault.pause()
        return answer


def signed(body: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    """The headers by which Meta signs a body."""
    return meta.signed(body, secret)


async def deliver(client: Client, url: str, body: bytes) -> int:
    """Call a webhook as Meta does; the status."""
    return (await client.post(url, body, signed(body))).status
