"""The language: that of somebody's first words; then changed by words, command or button, and proposed once where another one is written twice in a
row; never imposed."""

from bot.messages import Choice
from bot.routing import Rank, Turn, before, beside, choices, commands, on, question, words
from content.understanding.language import Wish, wish
from content.words import ARABIC, EASY_FRENCH, ENGLISH, FRENCH, LANGUAGES, _, words_of
from handlers import again, booking, crisis, information, menu, open_danger, reception, speaking
from handlers.buttons import LANGUAGE, MENU, NO_WORDS, PERSON, YES_WORDS, buttons
from handlers.greeting import greeting, newcomer
from handlers.meant import free_words
from handlers.menu import PAGE, THEME
from handlers.speaking import SPEAK

WHETHER = "language"
"""The question « On continue en arabe ? », with the language as its data."""
WRITTEN = "language_written"
"""Another language than the one spoken, and how many messages in a row were written in it."""
ENOUGH = 2
YES_WE_DO = _("Oui.")
WHICH = _("Dans quelle langue on continue ?")
DONE = _("D'accord, on continue en français. Je suis un robot.")  # says which language this is, in it
BEFORE = _("Comme avant")


@before
def begin(turn: Turn) -> None:
    """First words in French from a telephone set to English are answered in French."""
    if free_words(turn):
        speaking.begin(turn)


def wished(turn: Turn) -> Wish | None:
    """The language these words ask for."""
    return wish(turn.text) if free_words(turn) else None


@on(Rank.COMMAND, commands(LANGUAGE, "language", "lang"))
@on(Rank.CHOICE, choices(LANGUAGE))
@on(Rank.TEXT, words("langue", "langues", "changer de langue", "language", "languages", "change language", "اللغة", "تغيير اللغة"))
def which(turn: Turn) -> None:
    """Every language, each by its own name."""
    again.keep(turn)
    turn.reply_content(greeting(turn) + turn.words.say(WHICH), *speaking.name_buttons(*LANGUAGES), ends=True)


@on(Rank.CHOICE, choices(SPEAK))
def chosen(turn: Turn) -> None:
    """A language named by its button."""
    language = (turn.choice or "").removeprefix(SPEAK)
    change(turn, language if language in LANGUAGES else FRENCH)


@on(Rank.TEXT, lambda turn: wished(turn) is not None)
def asked_for(turn: Turn) -> None:
    """« english please » changes it; « tu parles arabe ? » is answered, then asked back."""
    asked = wished(turn)
    if asked is None:
        return
    if asked.question and not open_danger.in_danger(turn):
        _whether(turn, asked.language)
    else:
        change(turn, asked.language)


def _whether(turn: Turn, language: str) -> None:
    """« نعم. هل نتابع بالعربية؟ », and the same in the language spoken."""
    again.keep(turn)
    both = [f"{said.say(YES_WE_DO)} {said.say(speaking.GO_ON[language])}" for said in (words_of(language), turn.words)]
    body = greeting(turn) + "\n\n".join(dict.fromkeys(both))
    turn.ask_content(WHETHER, body, *_either(turn, language), data={"language": language}, stays=False)


def _either(turn: Turn, language: str) -> tuple[Choice, ...]:
    return speaking.name_buttons(*dict.fromkeys((language, turn.language)))


@on(Rank.QUESTION, lambda turn: yes_or_no(turn) is not None)
def answer(turn: Turn) -> None:
    """« oui », « نعم » continue in it; « non » stays."""
    asked = turn.question
    language = str(asked.data.get("language")) if asked is not None else turn.language
    change(turn, language if yes_or_no(turn) else turn.language)


def yes_or_no(turn: Turn) -> bool | None:
    """What a word answers to « On continue en arabe ? »; None for anything else, which is answered as if nothing had been asked."""
    if turn.choice is not None or not question(WHETHER)(turn):
        return None
    said = turn.plain
    return True if said in YES_WORDS else False if said in NO_WORDS else None


def change(turn: Turn, language: str) -> None:
    """Speak it from now on, and say again what was answered or asked last."""
    asked = turn.question
    speaking.choose(turn.lane, language)
    turn.lane.state.pop(WRITTEN, None)
    if asked is not None and not open_danger.in_danger(turn) and booking.resume(turn, asked):
        return
    turn.close_question()
    shown = again.last(turn)
    if crisis.say_again(turn):
        return
    if newcomer(turn) or turn.number == 1:  # chosen before anything was asked: there is nothing to go on with
        reception.welcome(turn)
        return
    back = (Choice(f"{SPEAK}{FRENCH}", turn.words.say(BEFORE)),) if language == EASY_FRENCH else ()
    turn.reply(DONE, *back, *buttons(turn, MENU, PERSON), ends=shown is None)
    if shown is not None:
        _say_again(turn, shown)


def _say_again(turn: Turn, shown: str) -> None:
    """The answer of this button, in the language now spoken."""
    if shown.startswith(PAGE):
        information.tell(turn, shown.removeprefix(PAGE))
    elif shown.startswith(THEME):
        menu.tell_theme(turn, shown.removeprefix(THEME))
    else:
        information.tell_section(turn, shown)


@beside
def propose(turn: Turn) -> None:
    """Two messages in a row in another language, or a telephone set to it: say once that we speak it."""
    language = _written(turn) or (speaking.at_first(turn) if turn.number == 1 else None)
    if language is None or turn.lane.human or open_danger.in_danger(turn) or language in speaking.offered(turn):
        return
    waits = turn.asks
    line, either = speaking.offer(turn, language), _either(turn, language)
    if waits:
        turn.reply_content(line, *either)
    else:
        turn.ask_content(WHETHER, line, *either, data={"language": language}, stays=False)


@beside
def tell_what_is_spoken(turn: Turn) -> None:
    """Words in a language that is not spoken here: once, in it, those that are, and that a person may answer."""
    language = speaking.unspoken(turn) if free_words(turn) else None
    if language is None or turn.lane.human or open_danger.in_danger(turn):
        return
    body = speaking.tell_spoken(turn, language)
    turn.reply_content(body, *speaking.name_buttons(FRENCH, ENGLISH, ARABIC), *buttons(turn, PERSON))


def _written(turn: Turn) -> str | None:
    """The other language somebody has now written in twice in a row."""
    written = speaking.written(turn) if free_words(turn) else None
    if written is None or wished(turn) is not None:
        return None
    if written == speaking.plain_language(turn.language) or written not in LANGUAGES:
        turn.lane.state.pop(WRITTEN, None)
        return None
    kept = turn.lane.state.get(WRITTEN)
    count = int(kept[1]) + 1 if isinstance(kept, list) and kept[0] == written else 1
    turn.lane.state[WRITTEN] = [written, count]
    return written if count >= ENOUGH else None
