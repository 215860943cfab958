"""A reply to an SMS, as a provider's bridge brings it → a value of the road. One message a call; see docs/operations/addresses.md."""

from datetime import UTC, datetime, timedelta

from bot.channels.base import Parsed
from bot.channels.fields import load, name_of, object_of, text_of
from bot.errors import Malformed
from bot.messages import Address, Ignored, Inbound, Kind
from bot.rules.contacts import number

CHANNEL, SMS, EMAIL = "relay", "sms", "email"
LONGEST_ID, LONGEST_TEXT = 200, 20_000
OLDEST = timedelta(days=7)
"""How old a call may be. What was taken is known for 30 days: nothing that was signed is taken twice. A clock that is ahead loses nobody's words."""


def read_reply(raw: bytes, received_at: datetime) -> Parsed:
    """What it says. Raises Malformed, for one that was kept and sent again too."""
    said = object_of(load(raw), "the body")
    external_id, sender, text = name_of(said, "id"), name_of(said, "from"), text_of(said, "text")
    at = _moment(text_of(said, "at"))
    if len(external_id) > LONGEST_ID or len(text) > LONGEST_TEXT:
        raise Malformed("longer than an SMS")
    if at < received_at - OLDEST:
        raise Malformed("this call is of another week")
    peer = number(sender if sender.startswith(("+", "0")) else f"+{sender}")
    if peer is None:  # a short code, a name: a machine, which is not answered
        return Ignored("no_number")
    kind = Kind.TEXT if text.strip() else Kind.OTHER
    return Inbound(Address(CHANNEL, SMS, peer), external_id, kind, received_at, text, sent_at=at)


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
