"""Values of the road → one SMS of one segment of the GSM alphabet, or one plain e-mail.

What is said shortly ends with the way to answer: nothing where replies are delivered; « Ne réponds pas ici : {téléphone} » where they are not; a link
where there is no telephone, or where the person chose it. Anything else is said as far as it fits: whole; or its first sentences. The numbers to call
are never what is left out.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.channels.base import Limits
from bot.channels.relay.texts import ANSWER, ANSWER_HERE, CALL, FRENCH, NO_ANSWER, NOBODY_READS, READ, SUBJECT, THE_REST, WRITE, Around
from bot.messages import Call, Outbound, Purpose
from bot.rules.fitting import sound, spelled
from bot.rules.gsm7 import ONE, septets, written

CARRIED = frozenset({Purpose.CRISIS, Purpose.REPLY, Purpose.REMINDER, Purpose.SERVICE})
"""Never a colleague's own words, an announcement nor a question of a survey."""
A_DAY = 20
"""SMS to one number in a day. Two machines that answer each other would not end, and each is paid for; who talks by SMS for an hour stays under."""
LIMITS = Limits(text=ONE, choices=0, label=ONE, per_second=1.0, purposes=CARRIED, by_link=True)
SMS, EMAIL = "sms", "email"
SPOKEN_IN_FRENCH = frozenset({"ar", "uk"})
LOOKED_AT = 3 * ONE
"""Characters of a text that a segment may be made of."""
LONGEST_END = 71
"""Septets of « Répondre : » and its link that every reminder has room for: with a longer one, the telephone is said instead, where it is known."""
LONGEST_BASE = LONGEST_END - len("Répondre : /r/") - 16
"""Characters of PALIER_BASE_URL that make such a link."""
PAGE = "/c/"
"""How the address of a page begins that is never left out: what it opens is all that such a message is for."""
LEAST = 40
"""Septets of what is said, under which a link to the rest of it leaves too little."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\s*\n\s*")
_BULLET = re.compile(r"^[•\-·*]\s*")
_PICTURES = frozenset({"So", "Sk", "Cs", "Co", "Cf", "Mn", "Me"})
_EXPLAINED = re.compile(r"(3114)\s*\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody answers. `replies`: what they send back is delivered; `phone`: the service's, "" where it is not known; `base_url`: before a link
    of ours, "" where their telephone would open none, and none is written; `home`: where anybody opens the web chat, "" where it has no address for
    everybody."""

    replies: bool = False
    phone: str = ""
    base_url: str = ""
    home: str = ""

    def link(self, outbound: Outbound) -> str:
        return f"{self.base_url}/r/{outbound.link}" if outbound.link and self.base_url else ""

    @property
    def tight_phone(self) -> str:
        """« 0321000000 »: an SMS has no room for spaces."""
        return re.sub(r"\s", "", self.phone)


def fits(text: str) -> bool:
    """Whether it is one segment of the GSM alphabet, and says something."""
    return 0 < (septets(text) or 0) <= ONE


def render_sms(outbound: Outbound, way: Way, around: Around = FRENCH) -> list[Call]:
    """One call, of one segment."""
    return [Call(SMS, {"text": next(text for text in _ways_to_say(outbound, way, around) if fits(text))})]


def _ways_to_say(outbound: Outbound, way: Way, around: Around) -> Iterator[str]:
    """The fullest first; the last one always fits."""
    language = "fr" if outbound.language in SPOKEN_IN_FRENCH else outbound.language
    end = _end(outbound, way, around, language)
    if page := opened(outbound, way):
        yield from _opening(outbound, (page, *_numbers(outbound, around, language)), end)
        return
    if outbound.short:
        yield from _joined(_leading(outbound.short), (), end, least=1)
        yield from _joined(_leading(outbound.short), (), "")
        return
    body = _plain(outbound.body)
    if _readable(body) and outbound.purpose is not Purpose.CRISIS:
        if way.replies and outbound.choices:
            yield _one(_plain(spelled(outbound.body, outbound.choices, way.base_url, 0)[0]))
        yield _one(f"{body} {end}")
    numbers = _numbers(outbound, around, language)
    sentences = [each for each in _leading(body) if written(each) not in numbers] if _readable(body) else []
    home = around.say(language, THE_REST, lien=way.home) if way.home and not end and outbound.purpose is not Purpose.CRISIS else ""
    if home and (septets(_one(" ".join((*numbers, home)))) or ONE) <= ONE - LEAST:
        yield from _joined(sentences, numbers, home, least=1)
    yield from _joined(sentences, numbers, end, least=1)
    yield from _joined([around.say(language, READ)], numbers, home or end)


def _opening(outbound: Outbound, always: Sequence[str], end: str) -> Iterator[str]:
    """As many sentences as fit before the page that they open and the numbers; how to answer goes before those do."""
    said = outbound.short or _plain(outbound.body)
    sentences = _leading(said) if _readable(said) else []
    for ending in (end, ""):
        for most in range(len(sentences), -1, -1):
            yield _one(" ".join((*sentences[:most], *always, ending)))
    yield _cut(always[0])


def _joined(sentences: Sequence[str], numbers: Iterable[str], end: str, least: int = 0) -> Iterator[str]:
    """As many of these sentences as fit, never fewer than `least`, before what is always said; then what is always said, cut if it must."""
    for most in range(len(sentences), least - 1, -1):
        yield _one(" ".join((*sentences[:most], *numbers, end)))
    if not least:
        yield _cut(" ".join((*numbers, end)) or "…")


def _end(outbound: Outbound, way: Way, around: Around, language: str) -> str:
    if outbound.purpose is Purpose.CRISIS or (way.replies and not outbound.link_first):
        return ""
    asks = way.link(outbound) and outbound.choices and not opened(outbound, way)
    link = around.say(language, ANSWER, lien=way.link(outbound)) if asks else ""
    if link and (outbound.link_first or not way.phone) and (len(link) <= LONGEST_END or not way.phone):
        return link
    return around.say(language, NO_ANSWER, telephone=way.tight_phone) if way.phone else ""


def opened(outbound: Outbound, way: Way) -> str:
    """The address of the page that this message opens, "" for none."""
    found = (choice.link for choice in outbound.choices if choice.link is not None and choice.link.startswith(PAGE) and way.base_url)
    return next((f"{way.base_url}{link}" for link in found), "")


def _numbers(outbound: Outbound, around: Around, language: str) -> list[str]:
    """What is never left out: the numbers under its buttons, and the line of an answer that ends something. A danger has both."""
    links = [choice.link or "" for choice in outbound.choices]
    calls, texts = (list(dict.fromkeys(link.removeprefix(kind) for link in links if link.startswith(kind))) for kind in ("tel:", "sms:"))
    found = [around.say(language, CALL, numeros=", ".join(calls))] if calls else []
    found += [around.say(language, WRITE, numeros=", ".join(texts))] if texts else []
    ends = outbound.purpose is Purpose.CRISIS or _spaced(around.numbers(outbound.language)) in _spaced(outbound.body)
    return [*found, _one(around.numbers(language))] if ends else found


def _spaced(text: str) -> str:
    """With plain spaces alone: a typographer's are others."""
    return " ".join(text.split())


def _plain(text: str) -> str:
    """Without pictures, nor what explains the line of the numbers: there is no button here."""
    bare = "".join(char for char in unicodedata.normalize("NFC", sound(text)) if unicodedata.category(char) not in _PICTURES)
    return _EXPLAINED.sub(r"\1", bare)


def _readable(text: str) -> bool:
    """Whether the alphabet says it: a language of other letters is not turned into question marks."""
    begins = text[:LOOKED_AT]
    return written(begins).count("?") <= begins.count("?") + 1


def _leading(text: str) -> list[str]:
    """Its first sentences and lines, each as a sentence."""
    return [said for each in _SENTENCE.split(text[:LOOKED_AT]) if (said := _BULLET.sub("", each.strip()))]


def _one(text: str) -> str:
    """On one line, in the alphabet."""
    return " ".join(written(text).split())


def _cut(text: str) -> str:
    """What fits of it, whatever it is."""
    text = _one(text) or "..."
    while not fits(text):
        text = text[:-1]
    return text


def render_email(outbound: Outbound, way: Way, around: Around = FRENCH) -> list[Call]:
    """One call: a subject that says nothing, the words, and the link that answers or stops."""
    link = way.link(outbound)
    end = around.say(outbound.language, ANSWER_HERE, lien=link) if link else ""
    paragraphs = (sound(outbound.body).strip() or "…", opened(outbound, way), end, around.say(outbound.language, NOBODY_READS))
    said = {"subject": around.say(outbound.language, SUBJECT), "text": "\n\n".join(filter(None, paragraphs))}
    return [Call(EMAIL, {**said, "stop": link} if link else said)]
