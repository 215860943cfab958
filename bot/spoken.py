"""A button named in words: by its label, by its place (« 2 », « la deuxième », « le dernier »)."""

from bot.routing import OFFERED, plain, plain_label
from storage.lanes import Lane

_ORDINALS = {
    name: place
    for place, names in enumerate(
        (
            ("1er", "1ere", "premier", "premiere"),
            ("2e", "2eme", "deuxieme", "second", "seconde"),
            ("3e", "3eme", "troisieme"),
            ("4e", "4eme", "quatrieme"),
            ("5e", "5eme", "cinquieme"),
        )
    )
    for name in names
}
_ARTICLES = frozenset({"le", "la", "l", "numero", "n", "choix"})
_LAST = frozenset({"dernier", "derniere"})


def _place(word: str, offered: int) -> int:
    """The place a word names, from 0; `offered` itself for none."""
    if word in _LAST:
        return offered - 1
    if word.isascii() and word.isdigit():
        return int(word) - 1 if int(word) else offered
    return _ORDINALS.get(word, offered)


def spoken_choice(lane: Lane, text: str) -> str | None:
    """The id of the choice these words name among those last offered: its label, its place (« 2 », « la deuxième »), « le dernier »."""
    offered = lane.state.get(OFFERED)
    if not isinstance(offered, list) or not offered or len(text) > 40:
        return None
    ids = {plain_label(str(label)): str(name) for name, label in offered}
    said = plain(text)
    if said in ids:
        return ids[said]
    words = [word for word in said.split() if word not in _ARTICLES]
    if len(words) != 1:
        return None
    place = _place(words[0], len(offered))
    return str(offered[place][0]) if place < len(offered) else None
