"""Workshops in what people write: whether one is named, whether which, when or a place in one is asked, whether a place is given back. In doubt, the
page answers."""

from content.understanding.normalise import any_of, opened

_NAMED = any_of(
    r"\b(?:l|d|un|des|les)?at+el+i(?:e|er|ers|es|ez|ay|et)s?\b",
    r"\b(?:reunions?|seances?|infos?|informations?|moments?) (?:collecti\w+|de groupe|en groupe|a plusieurs)\b",
    r"\bwork ?shops?\b|\bgroup sessions?\b",
    r"(?:^| )(?:ب|ل|ف|و|لل|بال|فال|وال|ال)?(?:ورشه|ورشات|الورشه|الورشات)",
)
_WANTED = any_of(
    r"\b(?:m|me|s|se)?(?:ins?cri\w*|enregistr\w*|particip\w*|reserv\w*)\b",
    r"\b(?:prochain\w*|quand|quel jour|dates?|places?|complet\w*|dispo\w*|il reste|liste)\b",
    r"\b(?:next|when|sign (?:me )?up|signup|join|register|book|places?|seats?|spots?|full|dates?)\b",
    r"\b(?:y ?a|ya)\b|\bvous (?:fait\w*|av\w*|propos\w*|organis\w*)|\b(?:av\w*|fait\w*|propos\w*) vous\b",
    r"\b(?:quel\w*|kel\w*|bientot|prevus?|ce mois|cette semaine|semaine prochaine|venir|viens|interess\w*)\b",
    r"\b(?:is there|are there|do you|any|which|what|soon|come)\b",
    r"(?:^| )(?:هل|يوجد|توجد|عندكم|كاين\w*|اي|شكون)(?: |$)",
    r"(?:تسجيل|اسجل|نسجل|سجل|متي|امتي|وقتاش|القادم\w*|مكان|اماكن|المشاركه)",
)
_ABOUT = any_of(r"\b(?:c est quoi|ca parle|on fait quoi|obliges?|gratui\w*|combien|comment (?:ca|c est)|papiers?|avec (?:une|un|ma|mon)|timide)\b")
"""What a page tells of workshops."""


_GIVEN_BACK = any_of(
    r"\bdesins?cri\w*",
    r"\b(?:rend\w*|laiss\w*|liber\w*|donn\w*|annul\w*) (?:ma|sa|cette) place\b",
    r"\b(?:unregister|sign me out|take me off)\b|\b(?:give up|give back|cancel|free) my (?:place|seat|spot)\b",
    r"(?:الغاء|الغي|الغوا) (?:مكاني|تسجيلي)",
)


def names_a_workshop(text: str) -> bool:
    """« latelié de mardi », « la réunion collective », « the workshop »."""
    return _NAMED.search(opened(text)) is not None


def asks_for_a_place(text: str) -> bool:
    """« jveu minscrire a latelier », « cest kan le prochin atelier »: a workshop, and a way into one."""
    said = opened(text)
    return _NAMED.search(said) is not None and _WANTED.search(said) is not None and _ABOUT.search(said) is None


def gives_back_a_place(text: str) -> bool:
    """« desinscris moi », « je rends ma place »."""
    return _GIVEN_BACK.search(opened(text)) is not None
