"""What a call brings, and how a refusal goes back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from urllib.parse import parse_qsl

from pydantic_core import from_json, to_json

from tests.doubles.http import Request, Response
from tests.doubles.telegram.rules import Params, Refusal, bad


@dataclass(frozen=True)
class Sent:
    """A file that a call brings."""

    name: str
    kind: str
    body: bytes


def params_of(request: Request, query: str) -> Params:
    """The parameters of a call: a JSON body, a form, or the query."""
    given: dict[str, object] = dict(_pairs(query))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not request.body:
        return given
    if kind == "application/json":
        try:
            body = from_json(request.body)
        except ValueError:
            raise bad("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad("JSON object expected")
        return given | body
    if kind == "application/x-www-form-urlencoded":
        return given | dict(_pairs(request.body.decode("utf-8", "surrogateescape")))
    if kind == "multipart/form-data":
        return given | dict(_parts(request))
    raise bad(f"{kind or 'no content type'} is not known here")


def _parts(request: Request) -> Iterator[tuple[str, object]]:
    """The fields of a form with files, read by Python's own reader of mails."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    for part in message_from_bytes(head + request.body, policy=HTTP).walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            body = part.get_payload(decode=True)
            raw = body if isinstance(body, bytes) else b""
            file = part.get_filename()
            yield name, raw.decode() if file is None else Sent(file, part.get_content_type(), raw)


def _pairs(form: str) -> Iterable[tuple[str, str]]:
    return parse_qsl(form, keep_blank_values=True) if form else ()


def chat_of(params: Params) -> int | None:
    """The chat that a call names, if it names one."""
    if isinstance(value := params.get("chat_id"), int):
        return value
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else None


def refused(refusal: Refusal) -> Response:
    """A refusal, as Telegram words it."""
    answer: dict[str, object] = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    headers = {}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
        if "retry_after" in refusal.parameters:
            headers["Retry-After"] = str(refusal.parameters["retry_after"])
    return Response(refusal.status, to_json(answer), headers)
