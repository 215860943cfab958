"""The language a conversation is held in, as every capability may ask: whether it was chosen, which one is written, and how another is offered."""

from bot.messages import Choice
from bot.routing import Turn
from content.understanding.language import language_of
from content.words import ARABIC, EASY_FRENCH, ENGLISH, FRENCH, LANGUAGES, Text, _, words_of
from storage.lanes import Lane

SPEAK = "langue:"
"""Prefix of the buttons that choose a language."""
CHOSEN = "language_chosen"
"""In a conversation's state once its person chose the language: nothing else changes it."""
OFFERED = "language_offered"
"""The languages proposed already: each is proposed once."""

ITS_NAME = _("Français")  # the language of this very catalogue, called by itself
GO_ON: dict[str, Text] = {
    FRENCH: _("On continue en français ?"),
    EASY_FRENCH: _("On continue en français facile ?"),
    ENGLISH: _("On continue en anglais ?"),
    ARABIC: _("On continue en arabe ?"),
}


def plain_language(language: str) -> str:
    """« fr » for fr-facile: what a text is written in."""
    return language.partition("-")[0]


def is_french(language: str) -> bool:
    return plain_language(language) == FRENCH


def choose(lane: Lane, language: str) -> None:
    """Speak this language from now on."""
    lane.language = language
    lane.state[CHOSEN] = True


def follow(lane: Lane, text: str) -> None:
    """In a danger there is no time to ask: answer in the language of the words, unless another was chosen."""
    written = language_of(text)
    if written is not None and written != plain_language(lane.language) and not lane.state.get(CHOSEN):
        lane.language = written


def name_button(language: str) -> Choice:
    """The button that chooses a language, named in it."""
    return Choice(f"{SPEAK}{language}", words_of(language).say(ITS_NAME))


def name_buttons(*languages: str) -> tuple[Choice, ...]:
    return tuple(map(name_button, languages))


def go_on(turn: Turn, language: str) -> str:
    """« هل نتابع بالعربية؟ On continue en arabe ? »: in the language offered, then in the one spoken."""
    both = dict.fromkeys((words_of(language).say(GO_ON[language]), turn.words.say(GO_ON[language])))
    return " ".join(both)


def at_first(turn: Turn) -> str | None:
    """The language that first words are surely written in, else the one their telephone is set to: one of ours, not spoken here, not offered yet."""
    asked = language_of(turn.text) or plain_language((turn.inbound.locale or "").lower().replace("_", "-"))
    if asked not in LANGUAGES or asked == plain_language(turn.language) or turn.lane.state.get(CHOSEN) or asked in offered(turn):
        return None
    return asked


def offered(turn: Turn) -> list[str]:
    """The languages proposed so far."""
    kept = turn.lane.state.get(OFFERED)
    return [str(language) for language in kept] if isinstance(kept, list) else []


def offer(turn: Turn, language: str) -> str:
    """Note that this language is proposed, and give the line that proposes it."""
    turn.lane.state[OFFERED] = [*offered(turn), language]
    return go_on(turn, language)
