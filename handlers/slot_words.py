"""How times to choose from are announced: how many, and where they are, in one sentence, with the question."""

from collections.abc import Mapping, Sequence

from bot.routing import Turn
from bot.rules.openings import Mode
from bot.rules.slots import Slot
from content.words import Text, _
from handlers.appointment_words import brief, listed, town_of
from handlers.looking import Looking, moved
from storage import places

HOW_MANY = {2: _("Deux moments"), 3: _("Trois moments")}
Announced = tuple[Text, Text]
"""For several times, and for one."""
IN_TOWN: Announced = _("{combien}, à {lieu}. Lequel te va ?"), _("Un moment, à {lieu}. Il te va ?")
AT_PLACE: Announced = _("{combien} ({lieu}). Lequel te va ?"), _("Un moment ({lieu}). Il te va ?")
SAME_PLACE: Announced = _("{combien}, au même endroit. Lequel te va ?"), _("Un moment, au même endroit. Il te va ?")
SAME_WAY: Mapping[Mode, Announced] = {
    Mode.PHONE: (_("{combien}, par téléphone. Lequel te va ?"), _("Un moment, par téléphone. Il te va ?")),
    Mode.VIDEO: (_("{combien}, en visio. Lequel te va ?"), _("Un moment, en visio. Il te va ?")),
    Mode.HOME: (_("{combien}, chez toi. Lequel te va ?"), _("Un moment, chez toi. Il te va ?")),
}
HERE_AND_THERE = _("{combien}, pas tous au même endroit :\n{liste}\nLequel te va ?")


def announced(turn: Turn, looking: Looking, found: Sequence[Slot]) -> str:
    """« Trois moments, à Carvin. Lequel te va ? »"""
    if any((slot.place, slot.mode) != (found[0].place, found[0].mode) for slot in found):
        lines = listed(brief(turn.work, turn.words, slot) for slot in found)
        return turn.words.say(HERE_AND_THERE, combien=HOW_MANY[len(found)], liste=lines)
    (several, one), where = _where(turn, looking, found[0])
    if len(found) == 1:
        return turn.words.say(one, lieu=where)
    return turn.words.say(several, combien=HOW_MANY[len(found)], lieu=where)


def _where(turn: Turn, looking: Looking, slot: Slot) -> tuple[Announced, str]:
    """How it is said of the place of these times, and its name."""
    old = moved(turn.work, looking)
    if slot.mode in SAME_WAY:
        return SAME_WAY[slot.mode], ""
    if old is not None and old.slot.place == slot.place:
        return SAME_PLACE, ""
    if town := town_of(turn.work, slot.place):
        return IN_TOWN, town
    here = places.find(turn.work, slot.place)
    return AT_PLACE, "" if here is None else here.name
