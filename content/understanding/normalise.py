"""Words as they are typed: accents, elisions, doubled letters and SMS spellings are brought to one form before anything is compared.

A text becomes `Token`s, whatever its language: people mix them. `raw` is the word in plain letters; `key` what it sounds like in French (« frappé »,
« frapé », « frapper » share one) or, in Arabic letters, the word without its article and joined letters; `small` is true for the words that carry no
meaning of their own and that a phrase may leave out.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_PLAIN = str.maketrans("àâäáãåçéèêëîïíìôöóòõûüùúñÿ’‘`´ʼ", "aaaaaaceeeeiiiiooooouuuuny'''''")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_LETTERS = "\u0621-\u063a\u0641-\u064a\u066e-\u06d3"
_CYRILLIC = "\u0400-\u04ff"
_WORD = re.compile(rf"\d+(?=ans?\b)|[a-z0-9]+|[{_LETTERS}]+|[{_CYRILLIC}]+")  # « 17ans » is two words
_ARABIC = re.compile(rf"[{_LETTERS}]")
_ONE_FORM = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹ىةکیگڨ", "01234567890123456789يهكيقق", "\u0640")
"""Figures, and letters that are typed one for the other; the stroke that only stretches a word goes."""
_DOUBLED = re.compile(r"([a-z])\1+")
_STRETCHED = re.compile(r"([a-z])\1{2,}")

# Words whose spelling changes too much for sounds to bring them together: what is meant, then how it is typed.
_TYPED = """
pas: pa · plus: pu plu pus · que: ke qe · qui: ki · qu il: kil · quel: kel · quoi: koi koa kwa quoa · suis: chui chuis sui jss
je suis: jsui jsuis · sans: ss · dans: ds · y a: ya · ai: g jai · je me: jme · je te: jte · je le: jle · je la: jla
maintenant: mtn mnt mtnt mntn maintenan · pour: pr · beaucoup: bcp bocou · tout: tt · toujours: tjr tjrs · quand: kan qd qan
sais: sai chai · je sais: jc jsai jsais jse · peux: pe peu peut · je peux: jpe jpeu jpeux · veux: veu ve vx veut · je veux: jve jveu jveux
faut: fo fau · fait: fe fai fais · je fait: jfait jfai jfe · aujourd hui: auj ojd ajd · non: nn nan · demain: dem1 2main 2m1 demin dm1
mon: mn · ton: tn · son: sn · nous: ns · vous: vs · c est: cest ces · c etait: cetai cetait · telephone: tel telephon
soir: swar soar swr · deja: dja · bebe: bb · nuit: nui · quelqu un: qqn kelkun qqun · mais: ms · longtemps: lgtps · donc: dc · etre: etr
dehors: dhors deor dehor · chez: che · dans: dan · rue: ru · a la: ala · en train: entrain · jamais: jms · encore: encor ankor
toujours: toujour · vraiment: vrmt vreman · vais: vai · je vais: jvai jvais
"""
_SHORT = {
    typed: meant.strip()
    for line in _TYPED.replace("\n", "·").split("·")
    if line.strip()
    for meant, _, ways in [line.partition(":")]
    for typed in ways.split()
}
_SMALL = frozenset(
    """
    j je tu t il ils elle elles on nous vous le la les l un une des de du d au aux en y ce c ca cet cette ces se s sa ses son leur leurs mon
    ma mes m me moi toi lui eux ton ta tes te que qu qui est es et suis sommes etes sont etre etait etais etaient ai as a avons avez ont
    avoir avait avais ete sous dans par avec sur pour donc alors euh bah ben hein ouais voila bonjour bonsoir salut slt cc coucou svp stp merci n
    ne ni si tres trop vraiment vrm tellement juste deja meme aussi encore toujours souvent tout toute tous toutes car parce puis quand mais
    comme ainsi or bref hello wesh wsh
    i my the to of is am are was were be been at for and this that it he she they we you your his her their our an so just im ive
    انا يا هذا هذه هو هي هم في من الي علي عن مع و او ثم لكن قد ان انه كل جدا راني راه واش هاد ديال
    """.split()
)
_JOINED = frozenset("ولبسكف")
_WHOLE = tuple(
    """
    والد وداع وحيد وثائق سيار سرير سحاق ساروت سلاح سكين كهرب كثير كامل كبير كراء باسبور بوليس بطاري بلاص بلكون بدون بارد
    فاتور فوايي فارغ فاقد
    """.split()
)
"""Beginnings of words whose first letters are their own."""
_ARTICLES = ("وبال", "وال", "بال", "فال", "كال", "ولل", "لل", "ال")
_NEGATIONS = frozenset({"pas", "jamais", "aucun", "aucune"})
_EXACT = frozenset({*_NEGATIONS, "plus", "rien", "ou", "non", "sans", "personne", "chez"})
"""Words that carry meaning and sound like others: compared as they are written."""
_ELIDED = frozenset("ldmtsnc")
_VOWELS = frozenset("aeiouyh")

_SOUNDS = {
    "eau": "o", "au": "o", "ou": "w", "oi": "wa", "oy": "wa", "ain": "I", "ein": "I", "aim": "I", "ai": "e", "ei": "e", "ay": "e", "ey": "e",
    "ph": "f", "qu": "k", "ck": "k", "ch": "S", "sh": "S", "sc": "s", "gu": "g", "an": "A", "en": "A", "am": "A", "em": "A", "in": "I", "im": "I",
    "c": "k", "ce": "se", "ci": "si", "cy": "si", "ge": "je", "gi": "ji", "gy": "ji", "q": "k", "y": "i", "z": "s", "h": "", "w": "w", "x": "ks",
}  # fmt: skip
_SOUND = re.compile(
    r"eau|au|ou|o[iy]|(?:ain|ein|aim|an|en|am|em|in|im)(?![aeiouyhnm])|[ae][iy]|ph|qu|ck|[cs]h|sc(?=[eiy])|gu(?=[eiy])|[cg][eiy]|[cqyzhwx]"
)


_SILENT_X = re.compile(r"(?<=...)x$")
_ENDING = re.compile(r"(?<=...)(?:[std]+|e[std]*)$|(?<=..)e[std]+$")


IN_MIND = 32
"""Texts whose forms are kept a moment: every handler looks at the same one."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text."""

    raw: str
    key: str
    small: bool

    @property
    def symbol(self) -> str:
        """What the word is compared by."""
        return f"~{self.raw}" if self.small or self.raw in _EXACT else self.key

    @property
    def letters(self) -> str:
        """What the word is compared by where French sounds mean nothing: how it is written."""
        return f"~{self.raw}" if self.small or self.raw.isascii() else self.key

    @property
    def negates(self) -> bool:
        return self.raw in _NEGATIONS


@lru_cache(maxsize=IN_MIND)
def plain(text: str) -> str:
    """Lower case, no accents, no ligatures, one kind of apostrophe; letters stretched for effect (« ouiiii ») are single again."""
    low = text.lower().translate(_LIGATURES).translate(_PLAIN)
    if not low.isascii():
        low = "".join(character for character in unicodedata.normalize("NFKD", low) if not unicodedata.combining(character)).lower()
        low = low.translate(_ONE_FORM)
    return _STRETCHED.sub(r"\1", low)


@lru_cache(maxsize=IN_MIND)
def simple(text: str) -> str:
    """The words of a text and nothing else, in Latin or Arabic letters: what a short answer (« Oui ! ») is compared by."""
    return " ".join(_WORD.findall(plain(text)))


@lru_cache(maxsize=IN_MIND)
def opened(text: str) -> str:
    """The words of a text on one line, accents and punctuation gone, SMS spellings opened (« pr » is « pour »): what patterns are looked for in."""
    return " ".join(token.raw for token in tokens(text))


def any_of(*patterns: str) -> re.Pattern[str]:
    """One of these patterns."""
    return re.compile("|".join(patterns))


def tokens(text: str) -> list[Token]:
    """The words of a text, SMS spellings opened."""
    found: list[Token] = []
    for word in _WORD.findall(plain(text)):
        found += _opened(word)
    return found


@lru_cache(maxsize=4096)
def _opened(word: str) -> tuple[Token, ...]:
    if word in _SMALL and word not in _SHORT:
        return (Token(word, word, True),)
    if _ARABIC.match(word):
        return (Token(word, _core(word), False),)
    words = _SHORT.get(word, word).split()
    return tuple(Token(raw, sound(raw), raw in _SMALL) for raw in words)


def _core(word: str) -> str:
    """« البيت », « بالبيت », « للبيت » and « بيت » are one word; so is a word with one letter joined before it (and, to, by, like, shall)."""
    if not word.startswith(_WHOLE):
        article = next((one for one in _ARTICLES if word.startswith(one) and len(word) - len(one) >= 2), None)
        if article is not None:
            word = word[len(article) :]
        elif word[0] in _JOINED and len(word) > 4:
            word = word[1:]
    return word[:-1] if word.endswith("ا") and len(word) > 4 else word


def elided(raw: str) -> str | None:
    """What follows a small word stuck to it (« jdors » → « dors », « luissier » → « uissier »), or None."""
    if len(raw) > 3 and (raw[0] in "jm" or (raw[0] in _ELIDED and raw[1] in _VOWELS)):
        return raw[1:]
    return raw[2:] if len(raw) > 4 and raw.startswith("qu") else None


def sound(raw: str) -> str:
    """What a word in plain letters sounds like, endings dropped: French spells one sound in many ways."""
    if raw.isdigit():
        return raw
    key = _DOUBLED.sub(r"\1", _SOUND.sub(lambda match: _SOUNDS.get(match.group(), match.group()), _DOUBLED.sub(r"\1", _SILENT_X.sub("", raw))))
    key = _ENDING.sub("", key)
    if len(key) > 4 and key.endswith("er"):
        return key[:-2]
    return key[:-1] if len(key) > 4 and key.endswith("ir") else key
