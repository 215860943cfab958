"""The server of the double, and what the Send API refuses, written from Meta's reference and not from our rendering.

https://developers.facebook.com/docs/messenger-platform/reference/send-api · …/reference/buttons/quick-replies · …/error-codes
"""

import hmac
import json
import re
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from types import TracebackType
from typing import Any, Self

from tests.doubles.faults import Fault, How
from tests.doubles.http import Answer, Cut, Request, Response, Server

PAGE_ID = "300000000000001"
TOKEN, APP_SECRET, VERIFY_TOKEN = "EAAP-a-double-opens-nothing", "the-secret-of-the-page-s-app", "our-own-word"
LONGEST_TEXT, LONGEST_TITLE, LONGEST_PAYLOAD, MOST_REPLIES = 2000, 20, 1000, 13
MOST_ROWS, LONGEST_ROW, LONGEST_GREETING = 20, 30, 160
_NOTHING = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\u00ad\u3164\u2800\ufeff\ufe0f]*")


class Refusal(Exception):
    """An error as Meta words it."""

    def __init__(self, code: int, subcode: int, details: str, status: int = 400) -> None:
        super().__init__(details)
        self.code, self.subcode, self.details, self.status = code, subcode, details, status


def units(text: str) -> int:
    """UTF-16 units: the strictest of the counts that Meta may mean."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def words(value: object, name: str, longest: int) -> str:
    if not isinstance(value, str) or _NOTHING.fullmatch(value):
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
class MessengerDouble:
    """One Page's Send API. `outside`: whom only a human's tag reaches now; `gone`: who is not there any more."""

    outside: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    sent: list[Mapping[str, Any]] = field(default_factory=list)
    actions: list[tuple[str, str]] = field(default_factory=list)
    profile: Mapping[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    faults: list[tuple[Fault, int, int]] = field(default_factory=list)
    _ids: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.server = Server(self._handle)

    async def __aenter__(self) -> Self:
        await self.server.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        await self.server.close()

    @property
    def base(self) -> str:
        """What PALIER_MESSENGER_API_BASE is set to."""
        return f"http://127.0.0.1:{self.server.port}/v24.0"

    def address_of(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server.port}/files/{name}"

    def fault(self, path: str | None = "messages", code: int = 1, subcode: int = 0, **how: Any) -> Fault:
        """Make calls whose path ends so go wrong: with these codes of Meta's, or as Fault's fields say."""
        fault = Fault(path, **how)
        self.faults.append((fault, code, subcode))
        return fault

    def _handle(self, request: Request) -> Answer | Awaitable[Answer]:
        self.asked.append(request)
        path = request.path.partition("?")[0]
        if path.startswith("/files/"):
            content = self.files.get(path.removeprefix("/files/"))
            return Response(404, b"") if content is None else Response(200, content)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _refused(Refusal(190, 460, "Invalid OAuth access token", 401))
        struck = next((each for each in self.faults if each[0].strikes(path.rpartition("/")[2], None)), None)
        return self._go_wrong(path, request, *struck) if struck else self._do(path, request)

    def _do(self, path: str, request: Request) -> Response:
        payload = json.loads(request.body)
        try:
            if path.endswith("/me/messenger_profile"):
                check_profile(payload)
                self.profile = payload
                return Response(200, b'{"result":"success"}')
            if path.endswith("/me/messages"):
                return self._message(payload)
        except Refusal as refusal:
            return _refused(refusal)
        return _refused(Refusal(100, 33, "Unsupported request"))

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
        return Response(200, json.dumps({"recipient_id": whom, "message_id": f"m_ours{next(self._ids)}"}).encode())

    def _go_wrong(self, path: str, request: Request, fault: Fault, code: int, subcode: int) -> Answer | Awaitable[Answer]:
        if fault.how is How.STATUS:
            return _refused(Refusal(code, subcode, "on demand", fault.status), fault.retry_after)
        if fault.carried_out:
            self._do(path, request)
        return Response(200, b"<html>not JSON") if fault.how is How.GARBAGE else Cut()


def _refused(refusal: Refusal, retry_after: int | None = None) -> Response:
    error = {"message": f"(#{refusal.code}) {refusal.details}", "type": "OAuthException", "code": refusal.code, "error_subcode": refusal.subcode}
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return Response(refusal.status, json.dumps({"error": error}).encode(), headers)


def signed(body: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    """The headers by which Meta signs a body."""
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()}
