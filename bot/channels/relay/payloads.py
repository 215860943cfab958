"""A reply to an SMS, as a provider's bridge brings it → a value of the road. One message a call; see docs/operations/addresses.md."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.channels.base import Parsed
from bot.channels.fields import load, name_of, object_of, text_of
from bot.errors import Forged, Malformed
from bot.messages import Address, Ignored, Inbound, Kind
from bot.rules.contacts import number
from bot.rules.fitting import sound

CHANNEL, SMS, EMAIL = "relay", "sms", "email"
LONGEST_ID, LONGEST_TEXT = 200, 20_000
OLDEST, NEWEST = timedelta(days=7), timedelta(days=1)
"""How old a call may be, and how far a clock may be ahead. What was taken is known for 30 days: nothing that was signed is taken twice."""


def read_reply(raw: bytes, received_at: datetime) -> Parsed:
    """What it says. Raises Malformed, and Forged for one that was kept and sent again."""
    said = object_of(load(raw), "the body")
    external_id, sender, text = name_of(said, "id"), name_of(said, "from"), text_of(said, "text")
    at = _moment(text_of(said, "at"))
    if len(external_id) > LONGEST_ID or len(text) > LONGEST_TEXT:
        raise Malformed("longer than an SMS")
    if not received_at - OLDEST <= at <= received_at + NEWEST:
        raise Forged("this call is of another day")
    peer = number(sender if sender.startswith(("+", "0")) else f"+{sender}")
    if peer is None:  # a short code, a name: a machine, which is not answered
        return Ignored("no_number")
    inbound = Inbound(Address(CHANNEL, SMS, peer), external_id, Kind.TEXT, received_at, sound(text).strip(), sent_at=min(at, received_at))
    return inbound if inbound.text else replace(inbound, kind=Kind.OTHER)


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed("at is not a time") from None
    if at.utcoffset() is None:
        raise Malformed("at has no offset")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise Malformed("at is not a time") from None
