"""« Ce téléphone est partagé »: told by a button of « Mes données » or by words, taken back as easily.

Until then nothing goes there first, nothing that was said or is kept is shown there, no name is asked for or said, and no secret is ever typed: what
concerns somebody alone is told elsewhere, by another app of theirs or by a caseworker.
"""

from bot.messages import Purpose
from bot.routing import Rank, Test, Turn, choices, commands, on, words
from content.understanding.asking import asks_what_is_kept
from content.words import _
from handlers import apps, my_data, screen
from handlers.appointment_heard import cancels, confirms, moves, wants_when
from handlers.asking import answered, in_words
from handlers.buttons import DATA, MENU, NO, NO_WORDS, PERSON, YES, YES_WORDS, button, buttons
from handlers.greeting import greeting
from handlers.meant import ACT
from handlers.screen import SHARED
from storage import shared

ALONE, SURE = "shared:off", "shared:sure"
ALONE_LABEL = _("Téléphone à moi")
SHOWING = (DATA, my_data.READERS, my_data.CORRECT, my_data.DOWNLOAD, my_data.NOTES, my_data.CHOOSE, apps.APPS)
"""The buttons whose answers show what is kept."""
NOTED = _(
    "C'est noté : d'autres personnes lisent ce téléphone. Ici, je ne montre plus tes rendez-vous, ni ce qu'on a sur toi, "
    "et on ne t'écrit plus en premier. Avant un rendez-vous, l'équipe voit comment te prévenir autrement. "
    "N'écris ici aucun mot de passe ni code secret."
)
PAGE_HIDES = _("Sur cette page, ce qui est dit se cache au bout de 30 minutes.")
SURE_ALONE = _("Ce téléphone est à toi, et personne d'autre ne le lit ? Si tu dis oui, je montre de nouveau tes rendez-vous et ce qu'on a sur toi.")
NOTED_ALONE = _("C'est noté : ce téléphone est à toi.")
STAYS = _("D'accord, rien ne change : je ne montre rien ici.")
NOT_SHOWN = _(
    "Ce téléphone est partagé : je ne montre rien sur toi ici. Tu peux le voir depuis un téléphone à toi, "
    "ou une personne de l'équipe peut te le dire."
)
TELLS = (
    *("ce telephone est partage", "mon telephone est partage", "telephone partage", "c un telephone partage", "on partage le telephone"),
    *("on partage ce telephone", "c pas mon telephone", "ce n est pas mon telephone", "cest pas mon tel", "c est pas mon telephone", "c pas mon tel"),
    *("c le tel de ma mere", "c est le telephone de ma mere", "d autres personnes lisent ce telephone", "ma famille lit ce telephone"),
    *("this phone is shared", "shared phone", "i share this phone", "it is a shared phone", "this is not my phone", "other people read this phone"),
    *("هذا الهاتف مشترك", "هاتف مشترك", "هذا ليس هاتفي", "هاذا مشي تليفوني"),
    *("este telefono es compartido", "telefono compartido", "comparto el telefono", "no es mi telefono"),
    *("цей телефон спільний", "спільний телефон", "це не мій телефон"),
)
TAKES_BACK = (
    *("ce telephone est a moi", "ce telephone n est plus partage", "mon telephone n est plus partage", "telephone a moi", "le telephone est a moi"),
    *("c mon telephone maintenant", "this phone is mine", "this phone is not shared anymore", "it is my own phone", "هذا الهاتف لي", "هذا هاتفي"),
    *("este telefono es mio", "ya no es compartido", "цей телефон мій", "телефон уже не спільний"),
)


def _here(*tests: Test) -> Test:
    """On a shared telephone, one of these."""
    return lambda turn: turn.lane.shared and any(test(turn) for test in tests)


@on(Rank.ALLOWED, choices(SHARED))
@on(Rank.TEXT, words(*TELLS))
def tell(turn: Turn) -> None:
    """Noted at once, without a question; how to take off what stays on the screen."""
    shared.put(turn.work, turn.lane)
    paragraphs = [greeting(turn) + turn.words.say(NOTED)]
    ours = turn.lane.address.channel == "webchat"
    paragraphs.append(turn.words.say(PAGE_HIDES) if ours else screen.how(turn.words, turn.lane.address))
    wipe = (button(turn, screen.WIPE, screen.WIPE_LABEL),) if screen.can_wipe(turn.lane.address) else ()
    offered = (*wipe, button(turn, ALONE, ALONE_LABEL), *buttons(turn, PERSON, MENU))
    turn.reply_content("\n\n".join(paragraphs), *offered, ends=True, purpose=Purpose.SERVICE)


@on(Rank.ALLOWED, choices(ALONE))
@on(Rank.TEXT, _here(words(*TAKES_BACK)))
def ask_back(turn: Turn) -> None:
    """What was hidden is seen again: asked back."""
    turn.ask(SURE, SURE_ALONE, *buttons(turn, YES, NO), stays=False)


_sure = answered(SURE)


@on(Rank.ALLOWED, lambda turn: _sure(turn) and (turn.choice in (YES, NO) or turn.plain in YES_WORDS or turn.plain in NO_WORDS))
def take_back(turn: Turn) -> None:
    """A yes, and it is theirs alone."""
    turn.close_question()
    if turn.choice == NO or turn.plain in NO_WORDS:
        turn.reply(STAYS, *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
        return
    shared.take_away(turn.work, turn.lane)
    turn.reply(NOTED_ALONE, *buttons(turn, DATA, MENU), ends=True, purpose=Purpose.SERVICE)


@on(Rank.ALLOWED, _here(choices(*SHOWING), commands("donnees"), words(*my_data.ASKS, *my_data.WHO, *my_data.CHOICES, *apps.ASKS)))
@on(Rank.CHOICE, _here(choices(*(f"{ACT}{act}" for act in ("my-appointments", "cancel-appointment", "move-appointment")))))
@on(Rank.TEXT, _here(in_words(asks_what_is_kept), wants_when, cancels, moves, confirms))
def hide(turn: Turn) -> None:
    """Nothing that is kept of somebody is shown where others read. What is on the screen may be answered; erasing and STOP go on as they are."""
    turn.reply(NOT_SHOWN, button(turn, ALONE, ALONE_LABEL), *buttons(turn, PERSON, MENU), ends=True, purpose=Purpose.SERVICE)
