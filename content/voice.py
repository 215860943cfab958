"""What is never said to a young person, whatever text it would be in, and what to write instead."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from content.words import ARABIC, EASY_FRENCH, ENGLISH, FRENCH

_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Never:
    """A pattern for a text as `plainly` makes it, and what to write instead."""

    pattern: str
    instead: str


NEVER = {
    "an entitlement": Never(r"tu as droit|tu n'as pas droit|éligible|ayant droit", "write « tu peux demander »"),
    "the words of files": Never(
        r"\busag(er|ère)s?\b|bénéficiaires?|\bpublics?\b(?! gratuit)|dispositif|\bmesures?\b|prise en charge|solliciter|effectuer une démarche",
        "write whom and what it is in everyday words: « toi », « une aide », « demander »",
    ),
    "the paper of papers": Never(r"justificatif|pièce justificative|constituer un dossier", "name the paper, or write « un papier qui le montre »"),
    "a name for who has no home": Never(r"\bsdf\b", "write « sans logement », « nulle part où dormir »"),
    "he or she said of « tu »": Never(
        r"\btu (es|seras|étais) \w*(é|ée|i|ie|u|ue|is|t)\b(?<!tu es ici)|\bsûre? de toi\b|\bprête?\s*(\?|à\b)|\baccueilli·e|\w·e\b",
        "turn the sentence, so that it says neither he nor she",
    ),
    "one gender for caseworkers": Never(
        r"\b(un|les|des|ton|le) conseillers?\b(?! ?\.)(?<!ou ton conseiller)(?<!ou à ton conseiller)", "write « ta conseillère ou ton conseiller »"
    ),
    "a person it is not": Never(r"\bassistant\b|je suis là pour toi|\bléa\b", "write « robot », or leave it out"),
    "a promise nobody can keep": Never(
        r"rapidement|bientôt|au plus vite|dans les meilleurs délais|est prévenue?\b|c'est transmis", "say what is known, or leave it out"
    ),
    "comfort": Never(r"ne t'inquiète|tout ira bien|calme-toi|\bcourage\b", "leave it out: say what to do"),
    "an order or a lesson": Never(r"\btu dois\b|\bil faut\b|\bil fallait\b|\bpense à\b", "write what to do, as « Demande… », or « tu peux… »"),
    "regret": Never(r"malheureusement|désolée?\b", "leave it out: say what is possible"),
    "a way back to who hurts": Never(r"appelle tes parents|règle ça avec|retourne chez", "leave it out"),
    "a secret": Never(r"entre nous|confidentiel", "say who reads it"),
    "a bed": Never(r"tu auras une place|on va te trouver", "write that there is sometimes no place"),
    "forms and clicks": Never(
        r"clique|formulaire|\bvalider\b|soumettre|enquête|satisfaction|questionnaire", "write « appuie », « le papier à remplir », « demander »"
    ),
    "a case": Never(r"\bton cas\b|\bton profil\b", "write « ta situation »"),
    "a machine's fault": Never(r"\berreur\b|requête|session expirée", "say what happened and what to do"),
    "an alert read or a time": Never(
        r"l'équipe est prévenue|\bavant \d+ h\b|avant (lundi|demain)|on lira (demain|lundi)|dans l'heure",
        "leave it out: the robot computes what it promises",
    ),
    "« vérifié » without a name": Never(
        r"\bvérifiée? le\b(?! \{jour\} par l'équipe)|(?<!l'équipe a )\bvérifié ce texte|à jour\b|\bofficiel",
        "leave it out: the robot says who checked the page, and when",
    ),
}
"""In French, for everybody."""

HALF = re.compile(r"\w·\w")
"""A midpoint inside a word: never in plain French."""

ENGLISH_NEVER = {
    "an entitlement": Never(r"entitle|eligib|you have (a|the) right", "write « you can ask for »"),
    "he or she": Never(r"\bhe or she\b", "write « they », or turn the sentence"),
    "an order": Never(r"you must", "write what to do, or « you can »"),
    "regret": Never(r"unfortunately", "leave it out: say what is possible"),
}

ARABIC_DIGITS = re.compile("[\u0660-\u0669\u06f0-\u06f9]")

_TO_A_MAN = """
اكتب اختر اضغط اتصل انتظر أرسل ارسل اطلب اقرأ اذهب احتفظ ابحث اسأل ادفع وقع افتح احذف امسح جرب حاول تأكد تذكر قل قم استخدم أضف اضف انقر راجع
احضر أحضر اتبع اطلع خذ ضع كن تعال سجل أخبر اخبر استمر واصل تحقق احذر
تريد تستطيع تحتاج تكتب تختار ترسل تضغط تتصل تنتظر تبحث تسكن تعيش تنام تدفع تجد تعرف تفهم تقدر تود ترغب تحب تشعر تملك تعمل تدرس تحضر تأتي تذهب
تقول تسأل تطلب تستخدم تقرأ مستعد متأكد مضطر
"""
_TO_A_WOMAN = "اكتبي اختاري اضغطي اتصلي انتظري أرسلي اطلبي اقرئي اذهبي ابحثي اسألي ادفعي حاولي قولي تعالي خذي مستعدة متأكدة مضطرة"
GENDERED = re.compile(rf"\b[وف]?(?:{'|'.join([*_TO_A_MAN.split(), *_TO_A_WOMAN.split()])})\b|\bت(?!كوين|أمين|خزين|حسين)\w{{2,}}ين\b")
"""Arabic verbs and adjectives that say whether a man or a woman is spoken to."""

_ARABIC_NEVER = {
    "he or she": Never(GENDERED.pattern, "write a verbal noun, or « يمكنك »"),
    "figures of another script": Never(ARABIC_DIGITS.pattern, "write {fact.name}: a telephone dials Latin figures"),
}
_PLAIN_NEVER = {**NEVER, "half a word": Never(HALF.pattern, "turn the sentence: nobody reads a midpoint aloud")}
_BY_LANGUAGE: Mapping[str, Mapping[str, Never]] = {
    FRENCH: NEVER,
    EASY_FRENCH: _PLAIN_NEVER,
    ENGLISH: ENGLISH_NEVER,
    ARABIC: _ARABIC_NEVER,
}


def plainly(text: str) -> str:
    """Straight apostrophes and ordinary spaces, small letters, no addresses: for looking words up."""
    return re.sub(r"[\u00a0\u202f\s]+", " ", _ADDRESS.sub("", text).replace("’", "'")).lower()


def slips(language: str, text: str) -> Iterator[tuple[str, str]]:
    """What a text says that is never said in its language: the words, and what to write instead."""
    plain = plainly(text)
    for never in _BY_LANGUAGE.get(language, {}).values():
        if hit := re.search(never.pattern, plain):
            yield hit.group(), never.instead
