"""What tells somebody, once, that a colleague answered where nothing but what was agreed may be sent, or where no words of a colleague go: there with
the link of the page where the answer is. Nothing of the answer is in it."""

from collections.abc import Iterable

from bot.messages import Choice, Outbound, Purpose, Template
from bot.rules.windows import ASKED_FOR
from content.words import ARABIC, FRENCH, _, words_of
from storage import private_links
from storage.engine import Work
from storage.lanes import Lane

NAME = "reponse_attend"
"""The template's name where templates are agreed."""
READ = "lire"
WAITS = _("Tu as une réponse à ta demande. Écris ici pour la lire.")
READ_LABEL = _("Lire")
ANSWERED = _("Tu as une réponse :")
PAGE = "page"
"""The choice that opens a page of theirs."""
LINK = "/c/"
"""How its link begins."""


def leads_to_a_page(choices: Iterable[Choice]) -> bool:
    """Whether it carries the link of a private page: that goes where it was asked for or where words wait, and by no other way."""
    return any(choice.link is not None and choice.link.startswith(LINK) for choice in choices)


def template_in(language: str) -> Template:
    """What is agreed, in this language or else in French."""
    french = Template(NAME, (), FRENCH, (0,))
    return french if language == FRENCH else Template(NAME, (), language, (0,), french)


def knock(lane: Lane, template: Template) -> Outbound:
    """Says that something waits. Once for each silence of theirs, whatever a colleague adds meanwhile."""
    words = words_of(lane.language)
    heard = "" if lane.last_inbound_at is None else lane.last_inbound_at.isoformat()
    key = f"knock:{lane.conversation_id}:{heard}"
    read = Choice(READ, words.say(READ_LABEL))
    return Outbound(lane.address, Purpose.SERVICE, words.say(WAITS), (read,), template=template, dedup_key=key, language=lane.language)


def invite(work: Work, lane: Lane) -> Outbound | None:
    """The link of a page where an answer waits, good once, for as long as it waits; None where they were sent one that they have not opened yet."""
    if private_links.waits(work, lane):
        return None
    words = words_of(lane.language)
    opened = Choice(PAGE, words.say(READ_LABEL), link=f"{LINK}{private_links.make(work, lane, ASKED_FOR.total_seconds())}")
    short = words_of(FRENCH if lane.language == ARABIC else lane.language).say(ANSWERED)  # an SMS in Arabic would not hold the link
    return Outbound(lane.address, Purpose.SERVICE, words.say(ANSWERED), (opened,), language=lane.language, short=short)
