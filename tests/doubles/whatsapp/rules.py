"""What the Cloud API refuses, written from Meta's reference and not from our rendering. Stricter than Meta where it says so.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages · …/guides/send-messages · …/support/error-codes
"""

import re
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from tests.doubles.meta import NOTHING, units

Payload = Mapping[str, Any]
DOCUMENTS = frozenset({"text/plain", "application/pdf"})
"""Of those that Meta takes, the two that are open formats: stricter than Meta."""
TYPES = frozenset({"text", "interactive", "template", "document", "image"})
TOP = frozenset({"messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data", *TYPES})
LONGEST_TEXT, LONGEST_BODY, LONGEST_ID = 4096, 1024, 200
BUTTONS, BUTTON_TITLE = 3, 20
ROWS, ROW_TITLE, ROW_DESCRIPTION, LIST_BUTTON = 10, 24, 72, 20


class Refusal(Exception):
    """An error as Meta words it."""

    def __init__(self, code: int, details: str, status: int = 400) -> None:
        super().__init__(details)
        self.code, self.details, self.status = code, details, status


def check_message(payload: Payload) -> None:
    """Raise Refusal where the API would."""
    if unknown := payload.keys() - TOP:
        raise Refusal(100, f"unknown field {sorted(unknown)[0]}")  # stricter than Meta, which lets them pass
    if payload.get("messaging_product") != "whatsapp":
        raise Refusal(100, "messaging_product must be whatsapp")
    if ("to" in payload) == ("recipient" in payload):
        raise Refusal(131008, "to or recipient")
    kind = payload.get("type")
    if kind not in TYPES or kind not in payload:
        raise Refusal(131009, "type")
    {"text": _text, "interactive": _interactive, "template": _template, "document": _document}.get(kind, lambda _content: None)(payload[kind])


def brought(content_type: str, body: bytes) -> tuple[bytes, str]:
    """What a form brings: the file and its kind."""
    form = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    fields = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
    if fields.keys() != {"messaging_product", "type", "file"} or fields["messaging_product"].get_content().strip() != "whatsapp":
        raise Refusal(100, "the form")
    kind = fields["type"].get_content().strip()
    if kind not in DOCUMENTS or fields["file"].get_content_type() != kind or not fields["file"].get_filename():
        raise Refusal(131053, "the kind of the file")
    content = fields["file"].get_payload(decode=True)
    assert isinstance(content, bytes)
    return content, str(kind)


def _document(content: Any) -> None:
    if content.keys() - {"id", "filename", "caption"}:
        raise Refusal(100, "document")
    _words(content.get("id"), "document.id", LONGEST_ID)
    _words(content.get("filename"), "document.filename", 240)


def _words(value: object, name: str, longest: int) -> str:
    if not isinstance(value, str) or NOTHING.fullmatch(value):
        raise Refusal(131008, f"{name} is missing")
    if units(value) > longest:
        raise Refusal(131009, f"{name} is longer than {longest}")
    return value


def _text(content: Any) -> None:
    _words(content.get("body"), "text.body", LONGEST_TEXT)
    if content.keys() - {"body", "preview_url"}:
        raise Refusal(100, "text")


def _interactive(content: Any) -> None:
    _words(content["body"].get("text"), "interactive.body", LONGEST_BODY)
    if content["type"] == "button":
        _unique([_button(button) for button in content["action"]["buttons"]], BUTTONS)
    elif content["type"] == "list":
        _words(content["action"].get("button"), "button", LIST_BUTTON)
        sections = content["action"]["sections"]
        if not 1 <= len(sections) <= 10 or (len(sections) > 1 and not all(section.get("title") for section in sections)):
            raise Refusal(131009, "sections")
        _unique([_row(row) for section in sections for row in section["rows"]], ROWS)
    else:
        raise Refusal(131009, "interactive.type")


def _button(button: Any) -> tuple[str, str]:
    if button.get("type") != "reply":
        raise Refusal(131009, "button type")
    return _words(button["reply"].get("id"), "id", 256), _words(button["reply"].get("title"), "title", BUTTON_TITLE)


def _row(row: Any) -> tuple[str, str]:
    if (about := row.get("description")) is not None:
        _words(about, "description", ROW_DESCRIPTION)
    return _words(row.get("id"), "id", LONGEST_ID), _words(row.get("title"), "title", ROW_TITLE)


def _unique(found: list[tuple[str, str]], most: int) -> None:
    if not 1 <= len(found) <= most:
        raise Refusal(131009, f"at most {most}")
    if len({name for name, _title in found}) < len(found):
        raise Refusal(131009, "ids are not unique")


def check_titles(payload: Payload) -> None:
    """Buttons of the same title are refused too; rows are not."""
    content = payload.get("interactive", {})
    titles = [button["reply"]["title"] for button in content.get("action", {}).get("buttons", [])]
    if len(set(titles)) < len(titles):
        raise Refusal(131009, "titles of buttons are not unique")


def _template(content: Any) -> None:
    _words(content.get("name"), "template.name", 512)
    _words(content.get("language", {}).get("code"), "template.language", 10)
    for component in content.get("components", []):
        for parameter in component.get("parameters", []):
            if parameter.get("type") == "text":
                value = _words(parameter.get("text"), "parameter", 1024)
                if re.search(r"[\n\t]| {5}", value):
                    raise Refusal(132018, "a parameter cannot have new lines, tabs or more than four spaces in a row")
