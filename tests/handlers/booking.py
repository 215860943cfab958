"""Somebody who books, as far as a test needs."""

from bot.routing import QUESTION
from tests.talk import Talk, labels

LINE = "115 · 17 · 119 · 3114"
SAID = {
    "jveu un rdv": "sure book-appointment",
    "au fait cest quoi visale": "sure aide-visale",
    "i want to meet someone": "sure book-appointment @ en",
}
FIRST = "mar. 3, 14\u00a0h"
"""The first time at Oignies."""


async def asked(talk: Talk) -> str:
    """The question that waits, "" for none."""
    state = (await talk.lane()).state.get(QUESTION)
    return str(state["id"]) if isinstance(state, dict) else ""


async def shown_times(talk: Talk, town: str = "Oignies") -> list[str]:
    """Somebody before three times."""
    await talk.says("jveu un rdv")
    await talk.taps("Trouver un logement")
    return labels(await talk.taps(town))


async def before_the_yes(talk: Talk) -> str:
    """Somebody who is asked whether it is booked."""
    times = await shown_times(talk)
    (asked_back,) = await talk.taps(times[0])
    return asked_back.body
