"""Which language a text is written in, and which one somebody asks for. Pure, fast, sure of little: in doubt, None."""

import re
from dataclasses import dataclass

from content.understanding.normalise import simple, tokens
from content.words import ARABIC, EASY_FRENCH, ENGLISH, FRENCH

LONGEST_WISH = 10
"""Words of a message that asks for a language and for nothing else."""
_ARABIC_LETTER = re.compile(r"[\u0620-\u064a\u066e-\u06d3\ufb50-\ufdff\ufe70-\ufefc]")
_NOT_OF_ARABIC = re.compile(
    r"[\u0679\u067c\u0681\u0685\u0688\u0689\u0691\u0693\u0695-\u0698\u069a\u06a9\u06b5\u06ba\u06bc\u06be-\u06c6\u06cc-\u06d2\u06d5]"
)
"""Letters of Persian, Urdu, Pashto or Kurdish that Arabic is not written with."""
_HELLO_IN_FRENCH = frozenset({"bonjour", "bjr", "bonsoir", "bsr", "salut", "slt", "coucou", "wesh"})
_ENGLISH = frozenset(
    """
    the i my is am are was were to and of for you your have has had what how where when who which can do does need want wanna with not don this that
    it he she they we from at be been would could should please help get got live looking someone anyone any there im ive dont cant about
    """.split()
)
_FRENCH = frozenset(
    """
    je tu il elle ils nous vous le la les un une des du de et est pas mon ma mes ton pour que qui quoi ou ai suis dans avec sur ce ca mais comment
    veux peux veut peut bonjour merci svp stp jai jsui jsuis chui jpeu jveu au aux en me se si plus c j d l qu sa ke koi pa pr ya cherche besoin
    """.split()
)
_NAMES = {
    ARABIC: "arabe arabic arab arabi 3arabi 3arbia 3arbiya العربيه عربي بالعربيه بالعربي عربيه",
    ENGLISH: "anglais english anglai ingles englich inglizi الانجليزيه انجليزي بالانجليزيه انجليزيه بالانجليزي",
    FRENCH: "francais french francai frances الفرنسيه فرنسي بالفرنسيه فرنسيه بالفرنسي",
}
_NAMED = {word: language for language, words in _NAMES.items() for word in words.split()}
_SIMPLER = frozenset("simple simples simplement simplifie simplifier simplifiez facile faciles facilement simpler easier simply falc".split())
_NOT_UNDERSTOOD = frozenset("comprends comprend compren compri compris comprenais".split())
_NOTHING = frozenset("pas pa rien".split())
_BEFORE = frozenset({"comme avant", "comme avant stp", "reviens comme avant", "remets comme avant", "francais normal", "normal", "en normal"})
_POLITE = frozenset("stp svp please plait merci bonjour salut slt hello hi ok moi pls plz من فضلك فضلكم".split())
_YOU = frozenset("tu vous you هل تتكلم تتحدث تتكلمون تتحدثون تعرف".split())
_AROUND = frozenset(
    """
    parle parles parlez parler pouvez peux peut peu on en je veux voudrais veu ecris ecrivez ecrire continue continuer change changer passe met mets
    s il te est ce qu possible vos phrases phrase frase fait tro complique compliques complike la le langue un de mots des avec plus dis dites
    explique expliquez c trop ca sa a an lire do does can could speak talk in i want would like to switch language use write words
    تكلم تكلموا معي اريد اللغه باللغه لغه الي الكلام ممكن نتكلم نهضر نتابع
    """.split()
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A language asked for. `question`: whether we speak it, rather than that we do."""

    language: str
    question: bool


def language_of(text: str) -> str | None:
    """The supported language this is surely written in: by its letters, or by the small words every sentence holds. None where it could be two."""
    letters = sum(map(str.isalpha, text))
    arabic = len(_ARABIC_LETTER.findall(text))
    if arabic >= 2 and arabic * 2 > letters:
        return ARABIC
    words = simple(text).split()
    english, french = (sum(word in known for word in words) for known in (_ENGLISH, _FRENCH))
    if english >= 2 and english > 2 * french:
        return ENGLISH
    return FRENCH if french >= 2 and french > 2 * english else None


def begun_in(text: str, read: str | None = None) -> str | None:
    """The language that first words are surely written in, whichever the telephone is set to, in its own letters; None in doubt.

    `read`: the one that who reads what they mean takes them for; None where that says nothing.
    """
    alone = language_of(text)
    if read is not None and {read, alone} == {FRENCH, ENGLISH}:
        return None
    found = read or alone or (FRENCH if simple(text) in _HELLO_IN_FRENCH else None)
    if found == ARABIC and (not _ARABIC_LETTER.search(text) or _NOT_OF_ARABIC.search(text)):
        return None
    return found


def wish(text: str) -> Wish | None:
    """The language these words ask for, where they ask for nothing else."""
    said = simple(text)
    words = [token.raw for token in tokens(text)]
    if not words or len(words) > LONGEST_WISH:
        return None
    if said in _BEFORE:
        return Wish(FRENCH, False)
    named = {_NAMED[word] for word in words if word in _NAMED}
    rest = [word for word in words if word not in _NAMED]
    if _asks_simpler(rest):
        return Wish(EASY_FRENCH, False) if named <= {FRENCH} else None
    if len(named) != 1 or any(word not in _AROUND | _POLITE | _YOU for word in rest):
        return None
    return Wish(named.pop(), bool(_YOU.intersection(rest)) and not _POLITE.intersection(rest))


def _asks_simpler(words: list[str]) -> bool:
    """« plus simple stp », « je comprends rien »."""
    known = _AROUND | _POLITE | _YOU
    if _SIMPLER.intersection(words):
        return all(word in known | _SIMPLER for word in words)
    return bool(_NOT_UNDERSTOOD.intersection(words) and _NOTHING.intersection(words)) and all(
        word in known | _NOT_UNDERSTOOD | _NOTHING | {"j", "ai", "jai"} for word in words
    )
