"""What tells somebody, once, that a colleague answered where nothing but what was agreed may be sent. Nothing of the answer is in it."""

from bot.messages import Choice, Outbound, Purpose, Template
from content.words import FRENCH, _, words_of
from storage.lanes import Lane

NAME = "reponse_attend"
"""The template's name where templates are agreed."""
READ = "lire"
WAITS = _("Tu as une réponse à ta demande. Écris ici pour la lire.")
READ_LABEL = _("Lire")


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
