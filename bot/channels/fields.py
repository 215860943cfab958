"""What a provider sent, read field by field: what the road needs is there and of its kind, or the call is Malformed; the rest may be missing.

A fault names the field and never what was in it.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TypeGuard

from pydantic_core import from_json

from bot.errors import Malformed

Fields = Mapping[str, object]

LARGEST = 2**63
LAST_SECOND = 32_503_680_000  # the year 3000


def load(raw: bytes) -> object:
    """The JSON of a body. Raises Malformed: not JSON, not UTF-8, half a surrogate pair, nested or counted beyond reason."""
    try:
        return from_json(raw, allow_inf_nan=False)
    except ValueError:
        raise Malformed("not JSON") from None


def object_of(value: object, name: str) -> Fields:
    """An object. Raises Malformed."""
    if isinstance(value, dict):
        return value
    raise Malformed(f"{name} is not an object")


def optional(fields: Fields, name: str) -> Fields:
    """An object that may be missing."""
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def several(fields: Fields, name: str) -> Iterator[Fields]:
    """The objects of a list that may be missing; what is no object in it is passed over."""
    value = fields.get(name)
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def is_integer(value: object) -> TypeGuard[int]:
    return type(value) is int and -LARGEST < value < LARGEST


def integer_of(fields: Fields, name: str) -> int:
    """Raises Malformed."""
    value = fields.get(name)
    if is_integer(value):
        return value
    raise Malformed(f"{name} is not an integer")


def text_of(fields: Fields, name: str) -> str:
    """Raises Malformed."""
    value = fields.get(name)
    if isinstance(value, str):
        return value
    raise Malformed(f"{name} is not a text")


def name_of(fields: Fields, name: str) -> str:
    """An id: a text that says something. Raises Malformed."""
    value = text_of(fields, name)
    if not value:
        raise Malformed(f"{name} is empty")
    return value


def string(fields: Fields, name: str) -> str | None:
    """A text that may be missing."""
    value = fields.get(name)
    return value if isinstance(value, str) else None


def moment(value: object) -> datetime | None:
    """Seconds since 1970, as a number or in figures; None for no moment of ours."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
        value = int(value)
    return datetime.fromtimestamp(value, UTC) if type(value) is int and 0 <= value < LAST_SECOND else None
