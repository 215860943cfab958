"""Values of the road → calls of the Send API, within its limits. https://developers.facebook.com/docs/messenger-platform/reference/send-api

Choices are quick replies, which the app takes away once one is pressed or something else is said; more than thirteen are numbered in the text.
"""

from datetime import timedelta

from bot.channels.base import Limits
from bot.messages import Call, Json, Outbound, reference
from bot.rules.fitting import parts, short_label, spelled

LIMITS = Limits(text=2000, choices=13, label=20, per_second=10.0, ceiling=40.0, window=timedelta(hours=24), human_window=timedelta(days=7))
"""Meta takes 300 texts a second, and from 40 on the Page's own inbox shows no more of them, which colleagues read.
https://developers.facebook.com/docs/messenger-platform/overview/rate-limiting"""
MESSAGES = "me/messages"


def render(outbound: Outbound, base_url: str = "") -> list[Call]:
    """The calls that say it, at least one, with the choices under the last."""
    body, pressed = spelled(outbound.body, outbound.choices, base_url, LIMITS.choices)
    *before, last = parts(body, LIMITS.text, LIMITS.text)
    replies: list[Json] = [
        {"content_type": "text", "title": short_label(choice.label, LIMITS.label), "payload": reference(outbound.number, place)}
        for place, choice in pressed
    ]
    end: dict[str, Json] = {"text": last, "quick_replies": replies} if replies else {"text": last}
    why: dict[str, Json] = {"messaging_type": "RESPONSE"}
    if outbound.template is not None:
        why = {"messaging_type": "MESSAGE_TAG", "tag": outbound.template.name}
    whom: dict[str, Json] = {"recipient": {"id": outbound.address.peer}, **why}
    said: list[Json] = [{"text": text} for text in before]
    said.append(end)
    return [Call(MESSAGES, {**whom, "message": message}) for message in said]
