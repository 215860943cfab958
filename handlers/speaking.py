"""The language a conversation is held in, as every capability may ask: whether it was chosen, which one is written, and how another is offered."""

from bot.messages import Choice
from bot.routing import Turn
from content.understanding.language import begun_in, language_of
from content.words import ARABIC, EASY_FRENCH, ENGLISH, FRENCH, LANGUAGES, Text, _, words_of
from storage.lanes import Lane

SPEAK = "langue:"
"""Prefix of the buttons that choose a language."""
CHOSEN = "language_chosen"
"""In a conversation's state once its person chose the language: nothing else changes it."""
BEGUN = "language_begun"
"""Once somebody has written: their first words say which language is spoken, later ones have it proposed."""
OFFERED = "language_offered"
"""The languages proposed already: each is proposed once."""

UNSPOKEN = ("es", "uk")
"""Languages that are understood a little and not spoken: whoever writes them is told once, in their own, what is."""
TELLING = 3
"""Words from which what was understood of a text tells its language."""
TOLD = "unspoken_told"
"""Those of them that were told so."""

ITS_NAME = _("Français")  # the language of this very catalogue, called by itself
GO_ON: dict[str, Text] = {
    FRENCH: _("On continue en français ?"),
    EASY_FRENCH: _("On continue en français facile ?"),
    ENGLISH: _("On continue en anglais ?"),
    ARABIC: _("On continue en arabe ?"),
}
SPOKEN_HERE = _("Ici, le robot parle français, anglais et arabe. Une personne de l'équipe peut aussi te répondre.")
"""The one text that the catalogues of the languages in UNSPOKEN hold."""


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


def begin(turn: Turn) -> None:
    """Answer somebody's first words in the language of ours that they are surely written in, unless another was chosen."""
    if turn.lane.state.get(BEGUN):
        return
    turn.lane.state[BEGUN] = True
    found = begun_in(turn.text, _read(turn))
    if found in LANGUAGES and found != plain_language(turn.language) and not turn.lane.state.get(CHOSEN):
        turn.lane.language = found


def written(turn: Turn) -> str | None:
    """The language these words are surely written in, spoken here or not."""
    return _read(turn) or language_of(turn.text)


def _read(turn: Turn) -> str | None:
    """As their meaning tells it: a word or two may be of several."""
    return turn.meaning.language if len(turn.plain.split()) >= TELLING else None


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
    asked = written(turn) or plain_language((turn.inbound.locale or "").lower().replace("_", "-"))
    if asked not in LANGUAGES or asked == plain_language(turn.language) or turn.lane.state.get(CHOSEN) or asked in offered(turn):
        return None
    return asked


def unspoken(turn: Turn) -> str | None:
    """The language of these words, where it is not spoken here and they have not been told so."""
    language = turn.meaning.language if turn.meaning.sure is not None else written(turn)
    return language if language in UNSPOKEN and language not in _told(turn) else None


def tell_spoken(turn: Turn, language: str) -> str:
    """Note that this is told in a language that is not spoken, and give the words: in it, then in the one that is."""
    turn.lane.state[TOLD] = [*_told(turn), language]
    return "\n\n".join((words_of(language).say(SPOKEN_HERE), turn.words.say(SPOKEN_HERE)))


def _told(turn: Turn) -> list[str]:
    kept = turn.lane.state.get(TOLD)
    return [str(language) for language in kept] if isinstance(kept, list) else []


def offered(turn: Turn) -> list[str]:
    """The languages proposed so far."""
    kept = turn.lane.state.get(OFFERED)
    return [str(language) for language in kept] if isinstance(kept, list) else []


def offer(turn: Turn, language: str) -> str:
    """Note that this language is proposed, and give the line that proposes it."""
    turn.lane.state[OFFERED] = [*offered(turn), language]
    return go_on(turn, language)
