"""What could name somebody in a sentence is covered before the sentence is kept: numbers, addresses, the name one gives. In doubt, covered. Pure."""

import re
import unicodedata
from collections.abc import Iterable

COVER = "[…]"
_LINKS = r"https?://\S+|\bwww\.\S+"
_MAIL = r"\S+@\S+|\S+\s?@\s?\S+\.\w+|@\w+|\S+\s+(?:arobase?|arobaze|at)\s+\S+(?:\s+(?:point|dot)\s+|\.)\w+"
_FIGURES = r"\+?\d(?:[\s.,:/()_–-]{0,2}\d){5,}"
_STREET = (
    r"\b\d{1,4}\s?(?:bis|ter|[a-d])?\s*,?\s*(?:rue|av|ave|avenue|bd|bld|boulevard|impasse|all[ée]es?|chemin|quai|r[ée]sidence|street)\b\.?"
    r"(?:\s+[^\s,.;:!?]+){1,4}"
)
_HIDDEN = re.compile("|".join((_LINKS, _MAIL, _FIGURES, _STREET)), re.IGNORECASE)
"""A figure of six digits or more, however it is cut."""
_CALLED = re.compile(
    r"(?:"
    r"\bj\s?e?\s?m\s?e?\s?['’]?\s?ap+el+[eé]?s?\b"  # je m'appelle, jmapel
    r"|\b(?:il|elle|on)\s(?:s|m)\s?['’]?\s?ap+el+[eé]?s?\b"
    r"|\b(?:mon|son|sa|ma)\s(?:pr[ée]nom|nom)(?:\sde\sfamille)?(?:\s(?:est|c\s?['’]?\s?est|c))?\b"
    r"|\bmoi\s?,?\s?c\s?['’]?\s?(?:est\b|(?=\s))"
    r"|\b(?:my|his|her)\sname(?:\s?['’]?s|\sis)?\b|\bi\s?['’]?\s?a?m\scalled\b|\bcall\sme\b"
    r"|\bme\sllamo\b|\bmi\snombre\ses\b|\bмене\sзва?у?ти?ь?\b"
    r"|(?:^|(?<=\s))(?:[إا]سمي|[إا]سمه|[إا]سمها|[أا]دعى)(?=\s)|\b(?:smiy?ti|[ie]smi)\b"
    r")\s*:?",
    re.IGNORECASE,
)
_GOES_ON = frozenset(
    """
    et j je jai jsuis jss jcherche jveu jveux mais pour par que qui quoi la le les un une des mon ma mes ton ta tu vous nous on il elle
    suis ai cherche recherche habite veux voudrais besoin pas plus comment est c ca
    and i im ive my am need want looking live from the a but
    و انا أنا ابحث أبحث اريد أريد عندي لدي هل
    y soy busco tengo і я мені шукаю
    """.split()
)
"""Words that are no name: what is said after it goes on with them."""
_WORD = re.compile(r"[^\W\d_]+")
_JOINED = re.compile(r"['’-][^\W\d_]+")
LONGEST_NAME = 3
"""Words of a name that somebody gives, its double parts counted as one."""
SHORTEST_NAME = 3
"""Letters from which a word of a known name is covered wherever it stands: « de » is in every sentence."""


def masked(text: str, names: Iterable[str] = ()) -> str:
    """A sentence on one line, without what could name somebody: figures of six digits or more, e-mail addresses, links, a number in a street, the
    words after « je m'appelle » and the `names` that are known."""
    plain = " ".join("".join(char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) != "Cf").split())
    covered = _without_called(_HIDDEN.sub(COVER, plain))
    known = {folded for name in names for word in _WORD.findall(name) if len(folded := _folded(word)) >= SHORTEST_NAME}
    if known:
        covered = _WORD.sub(lambda word: COVER if _folded(word[0]) in known else word[0], covered)
    return re.sub(rf"(?:{re.escape(COVER)}\s*){{2,}}", f"{COVER} ", covered).strip()


def says_something(covered: str) -> bool:
    """Whether a word is left in the open."""
    return _WORD.search(covered) is not None


def _without_called(text: str) -> str:
    """The same, the words after each « je m'appelle » covered."""
    parts, at = [], 0
    for called in _CALLED.finditer(text):
        end = _end_of_name(text, called.end())
        if called.start() >= at and end > called.end():
            parts += [text[at : called.end()].rstrip(), " ", COVER]
            at = end
    return "".join((*parts, text[at:]))


def _end_of_name(text: str, at: int) -> int:
    """Where the name that begins here ends: after three words at most, before a stop or a word that is no name."""
    end = at
    for _word in range(LONGEST_NAME):
        word = _WORD.match(text, end + 1 if text[end : end + 1] == " " else end)
        if word is None or word[0].lower() in _GOES_ON:
            break
        end = word.end()
        while (joined := _JOINED.match(text, end)) is not None:
            end = joined.end()
    return end


def _folded(word: str) -> str:
    """Without capitals and accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(char))
