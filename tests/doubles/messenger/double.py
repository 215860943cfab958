"""The server of the double, and what the Send API refuses, written from Meta's reference and not from our rendering.

https://developers.facebook.com/docs/messenger-platform/reference/send-api · …/reference/buttons/quick-replies · …/error-codes
"""

import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from typing_extensions import override

from tests.doubles import meta
from tests.doubles.faults import How
from tests.doubles.http import Answer, Cut, Request, Response
from tests.doubles.meta import NOTHING, Fails, GraphDouble, units

PAGE_ID = "300000000000001"
TOKEN, APP_SECRET, VERIFY_TOKEN = "EAAP-a-double-opens-nothing", "the-secret-of-the-page-s-app", "our-own-word"
LONGEST_TEXT, LONGEST_TITLE, LONGEST_PAYLOAD, MOST_REPLIES = 2000, 20, 1000, 13
MOST_ROWS, LONGEST_ROW, LONGEST_GREETING = 20, 30, 160


class Refusal(Exception):
    """An error as Meta words it."""

    def __init__(self, code: int, subcode: int, details: str, status: int = 400) -> None:
        super().__init__(details)
        self.code, self.subcode, self.details, self.status = code, subcode, details, status


def words(value: object, name: str, longest: int) -> str:
    if not isinstance(value, str) or NOTHING.fullmatch(value):
        raise Refusal(100, 2018007, f"{name} is empty")
    if units(value) > longest:
        raise Refusal(100, 2018007, f"{name} is longer than {longest}")
    return value


def check_message(payload: Mapping[str, Any]) -> None:
    """Raise Refusal where the API would."""
    if payload.keys() - {"recipient", "messaging_type", "tag", "message"}:
        raise Refusal(100, 0, "unknown field")  # stricter than Meta, which lets them pass
    if payload.get("messaging_type") not in ("RESPONSE", "MESSAGE_TAG") or (payload["messaging_type"] == "MESSAGE_TAG") != ("tag" in payload):
        raise Refusal(100, 0, "messaging_type")
    if payload.get("tag", "HUMAN_AGENT") != "HUMAN_AGENT":
        raise Refusal(100, 0, "the tag is no more")
    message = payload["message"]
    words(message.get("text"), "text", LONGEST_TEXT)
    replies = message.get("quick_replies", [{"content_type": "text", "title": "a", "payload": "a"}])
    if not 1 <= len(replies) <= MOST_REPLIES:
        raise Refusal(100, 2018025, "quick_replies")
    for reply in replies:
        words(reply.get("title"), "title", LONGEST_TITLE)
        words(reply.get("payload"), "payload", LONGEST_PAYLOAD)


def check_profile(payload: Mapping[str, Any]) -> None:
    """What the Page shows: a greeting and a menu, each with a default."""
    for name in ("greeting", "persistent_menu"):
        if "default" not in {each["locale"] for each in payload[name]}:
            raise Refusal(100, 2018145, f"{name} has no default")
    for greeting in payload["greeting"]:
        words(greeting["text"], "greeting", LONGEST_GREETING)
    for menu in payload["persistent_menu"]:
        if not 1 <= len(menu["call_to_actions"]) <= MOST_ROWS:
            raise Refusal(100, 2018145, "call_to_actions")
        for row in menu["call_to_actions"]:
            words(row["title"], "title", LONGEST_ROW)


@dataclass
class MessengerDouble(GraphDouble):
    """One Page's Send API. `outside`: whom only a human's tag reaches now; `gone`: who is not there any more."""

    outside: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    sent: list[Mapping[str, Any]] = field(default_factory=list)
    actions: list[tuple[str, str]] = field(default_factory=list)
    profile: Mapping[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    page_id: str = PAGE_ID
    """Whose token it is."""
    subscribed: list[str] = field(default_factory=list)
    """The fields of the webhook that the Page's app hears."""
    _ids: Any = field(default_factory=lambda: count(1))

    def address_of(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server.port}/files/{name}"

    @override
    def handle(self, request: Request) -> Answer | Awaitable[Answer]:
        self.asked.append(request)
        path = request.path.partition("?")[0]
        if path.startswith("/files/"):
            content = self.files.get(path.removeprefix("/files/"))
            return Response(404, b"") if content is None else Response(200, content)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _refused(Refusal(190, 460, "Invalid OAuth access token", 401))
        struck = self.struck(path)
        return self._go_wrong(path, request, struck) if struck else self._do(path, request)

    def _do(self, path: str, request: Request) -> Response:
        payload = json.loads(request.body or b"{}")
        try:
            if request.method == "GET":
                return self._about(path)
            if path.endswith("/me/messenger_profile"):
                check_profile(payload)
                self.profile = payload
                return Response(200, b'{"result":"success"}')
            if path.endswith("/me/messages"):
                return self._message(payload)
        except Refusal as refusal:
            return _refused(refusal)
        return _refused(Refusal(100, 33, "Unsupported request"))

    def _about(self, path: str) -> Response:
        if path.endswith("/me"):
            return Response(200, json.dumps({"id": self.page_id, "name": "Le CLLAJ"}).encode())
        if path.endswith(f"/{PAGE_ID}/subscribed_apps"):
            return Response(200, json.dumps({"data": [{"id": "1", "name": "Palier", "subscribed_fields": self.subscribed}]}).encode())
        raise Refusal(100, 33, "Unsupported request")

    def _message(self, payload: Mapping[str, Any]) -> Response:
        whom = payload["recipient"]["id"]
        if "sender_action" in payload:
            self.actions.append((whom, payload["sender_action"]))
            return Response(200, json.dumps({"recipient_id": whom}).encode())
        check_message(payload)
        if whom in self.gone:
            raise Refusal(551, 1545041, "This person isn't available right now.")
        if whom in self.outside and "tag" not in payload:
            raise Refusal(10, 2018278, "This message is sent outside of allowed window.")
        self.sent.append(payload)
        self.reached(whom, payload)
        return Response(200, json.dumps({"recipient_id": whom, "message_id": f"m_ours{next(self._ids)}"}).encode())

    def _go_wrong(self, path: str, request: Request, struck: Fails) -> Answer | Awaitable[Answer]:
        fault = struck.fault
        if fault.how is How.STATUS:
            return _refused(Refusal(struck.code, struck.subcode, "on demand", fault.status), fault.retry_after)
        if fault.carried_out:
            self._do(path, request)
        return Response(200, b"<html>not JSON") if fault.how is How.GARBAGE else Cut()


def _refused(refusal: Refusal, retry_after: int | None = None) -> Response:
    return meta.refused(refusal.code, refusal.details, refusal.status, refusal.subcode, retry_after)


def signed(body: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    """The headers by which Meta signs a body."""
    return meta.signed(body, secret)
