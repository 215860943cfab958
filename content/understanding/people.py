"""For whom somebody writes: another person, or the young people they work with. Only what the words say; in doubt, for themselves."""

from enum import Enum

from content.understanding.normalise import any_of, opened


class Writer(Enum):
    """Who writes, where it is not somebody for themselves."""

    RELATIVE = "relative"
    PROFESSIONAL = "professional"
    SELF = "self"
    """Said so: « c'est pour moi »."""


_KIN = (
    r"(?:fils|fille|neveu|niece|frere|soeur|cousine?|petit fils|petite fille|amie?|pote|copain|copine|voisine?|beau fils|belle fille|filleule?"
    r"|enfant|gamine?|mere|pere|petit frere|petite soeur|son|daughter|brother|sister|nephew|niece|friend|cousin|kid)"
)
_WORK = (
    r"(?:educatrice|educateur|educ|assistante? sociale?|travailleu(?:r|se) sociale?|cesf|cip|referente?|psychologue|infirmiere?|mandataire"
    r"|animatrice|animateur|conseillere?|professionnelle?|professionnel le|social worker|youth worker|caseworker|teacher)"
)
_PLACE = r"(?:mission locale|mds|ase|ccas|foyer|departement|caf|association|mecs|lycee|college)"
_WRITES = r"(?:c est|cest|c|j ecris|jecris|jecri|je vous ecris|je vous contacte|je me renseigne|je demande|je viens)"


_RELATIVE = any_of(
    rf"\b{_WRITES} (?:\w+ ){{0,2}}?pour (?:mon|ma|un|une|le|la) (?:jeune )?{_KIN}\b(?! et moi)",
    rf"\b(?:mon|ma|une?) (?:jeune |{_KIN} )(?:(?!je |j )\w+ ){{0,5}}?(?:cherche|recherche|a besoin|aurait besoin)\b",
    rf"\ba la place de (?:mon|ma) {_KIN}\b",
    rf"\b(?:it s|its|i m writing|im writing|asking|looking) (?:\w+ ){{0,2}}?for my {_KIN}\b",
    rf"^(?:\w+ )?my {_KIN} (?:is looking|needs|is searching)\b",
    r"\b(?:c est|cest|c) pour (?:quelqu un(?: d autre)?|qqun|un proche|une autre personne)\b",
    r"^pour (?:quelqu un(?: d autre)?|un proche)$",
    r"\b(?:it s|its) for (?:someone|somebody) else\b",
    r"\b(?:لابني|لابنتي|لبنتي|لاخي|لاختي|لصديقي|لصديقتي|لشخص اخر)\b",
    r"\bمن اجل (?:ابني|ابنتي|اخي|اختي|صديقي)\b",
)
_PROFESSIONAL = any_of(
    rf"\bje suis (?:une? )?{_WORK}\b.*\b(?:accompagne|suis une?|oriente\w*|jeunes?|contact\w*|joindre|partenaire|collegue|votre equipe|usager\w*)\b",
    r"\bj accompagne (?:une?|des) jeunes?\b",
    r"\bune? de mes jeunes\b",
    r"\bje suis (?:un |une )?professionnel(?:le| le)?$",
    rf"\bje travaille (?:a|au|pour|dans|chez) (?:la |le |l |un |une )?{_PLACE}\b",
    rf"\bje suis (?:une? )?{_WORK} (?:\w+ )?(?:a|au|de|du|chez|dans|pour) (?:la |le |l |un |une )?{_PLACE}\b",
    rf"\bi ?a?m an? {_WORK}\b.*\b(?:clients?|young|team|contact|call|reach|refer)\b",
    r"\b(?:انا|اني) (?:مساعد|مساعده|اخصائي|اخصائيه) اجتماعيه?\b",
)
_SELF = any_of(r"^(?:non |no )?(?:c est|cest|c) pour moi(?: meme)?$", r"^pour moi$", r"^(?:it s |its )?for me$", r"^(?:هذا )?لي$", r"^من اجلي$")
_HERE = r"(?:chez vous|par vous|au cllaj|dans votre)"
_KNOW = r"(?:connaissez|connais|suivez|suis|hebergez|heberges|voyez|avez vu|accompagnez)"
_KNOWN = any_of(
    rf"\b(?:il|elle|{_KIN})(?: \w+)? (?:est|etait|serait|a|vient|venait|habite|loge|dort) (?:\w+ ){{0,4}}?{_HERE}",
    rf"\bsi (?:mon|ma) {_KIN} (?:est|a|vient|habite|dort)\b",
    rf"\b(?:vous|tu) {_KNOW} (?:\w+ ){{0,2}}?(?:mon|ma|un certain|une certaine|cette) \w+",
    rf"\b(?:est ce que|esk|savez vous si) (?:mon|ma) {_KIN} (?:est|vient|habite)\b",
    rf"\bou (?:est|habite|dort|loge) (?:mon|ma) {_KIN}\b",
    r"\bdes nouvelles de (?:mon|ma)\b",
    rf"\b(?:do you know|have you seen|are you helping|where is) my {_KIN}\b",
    rf"\bis (?:he|she|my {_KIN}) (?:with you|registered|staying|known)\b",
    r"\bهل تعرفون\b|\bهل (?:هو|هي) عندكم\b",
)
_NAMES = any_of(r"\b(?:il|elle) s appelle\b", r"\b(?:son|sa) (?:nom|prenom)\b", r"\b(?:his|her) name\b", r"\bاسمه\b|\bاسمها\b")


def writer(text: str) -> Writer | None:
    """Who writes, where the words show it."""
    said = opened(text)
    if _SELF.search(said):
        return Writer.SELF
    if _PROFESSIONAL.search(said):
        return Writer.PROFESSIONAL
    return Writer.RELATIVE if _RELATIVE.search(said) else None


def asks_who_is_known(text: str) -> bool:
    """« Il est suivi chez vous ? »: whether the service knows somebody."""
    return _KNOWN.search(opened(text)) is not None


def names_somebody(text: str) -> bool:
    """« Il s'appelle… »: who is written about, by somebody who writes for them."""
    return _NAMES.search(opened(text)) is not None
