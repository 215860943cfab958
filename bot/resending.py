"""The calls that say something: once more, marked, where nobody knows whether it was said."""

from dataclasses import replace

from bot.channels.base import Channel
from bot.messages import Call, Outbound
from content.words import Words, _

RESENT = _("Deuxième envoi : tu l'as peut-être déjà reçu.")


def calls_of(channel: Channel, outbound: Outbound, resent: int) -> list[Call]:
    """The calls that say it. Where call number `resent` (from 1) is made again, a mark comes before it; what was sent before is not said twice."""
    if not resent:
        return channel.render(outbound)
    mark = Words(outbound.language).say(RESENT)
    if resent == 1:
        return channel.render(replace(outbound, body=f"{mark}\n\n{outbound.body}"))
    calls = channel.render(outbound)
    alone = channel.render(replace(outbound, body=mark, choices=(), attachments=(), card=""))
    return [*calls[: resent - 1], *alone, *calls[resent - 1 :]]
