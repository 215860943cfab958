"""An appointment asked for in so many words: it is what is wanted, whatever it is to be about (« jve un rdv pr visale »)."""

from content.understanding.normalise import any_of, opened

_MEETING = r"(?:rdvs?|r[ae]nd(?:ez|es|er|e) ?vous?|r[ae]ndevous?)"
_ONE = r"(?:un |1 |une |des |d |de |le prochain |prochain |premier |1er ){0,2}"
_GET = r"(?:avoire?|avoi|pr[ea]ndre|pr[ea]nne|pr[ea]nds?|fixer|obtenir|demander|caler|bloquer|poser|reserver|donner)"
_SOME = (
    r"(?: (?!mon\b|mes\b|ma\b|ton\b|votre\b|notre\b|vos\b|ce\b|cet\b|le\b|au\b|aux\b|a\b|pas\b|plus\b|sans\b|avec\b|pour\b|avant\b|apres\b|si\b"
    r"|du\b|les\b|liste\b|garder\b|deux\w*\b|quoi\b|quel\w*|savoir\b|ai\b|as\b|eu\b|rappel\w*|confirm\w*|venir\b|chang\w*|autre\b)\w+){0,4}?"
)
"""A few words between the wish and what is wished for, none of which makes it another thing."""
_WISHED = (
    r"(?:veux|jveu\w*|voudrai\w*|jvoudr\w*|voudre|souhait\w*|aimerai\w*|jaimerai\w*|besoin|peux|jpe\w*|puis|pourrai\w*|pourrions|possible"
    r"|possibilite|pouvez|me fau\w*|fau\w* que je|faudrait que je|moyen|envie)"
)
_ENGLISH_ONE = r"(?:an? |some |my first )?(?:appointments?|appoitments?|apointments?|meeting)"
_ENGLISH_GET = r"(?:get|have|book|make|arrange|schedule|set up|take)"

_ASKED = any_of(
    rf"(?<!plus )(?<!pas )\b{_WISHED}{_SOME} (?:{_GET} )?{_ONE}{_MEETING}\b",
    rf"\b(?:comment|cmt|coment|ou|quand)(?: (?!pas\b)\w+){{0,4}}? {_GET} {_ONE}{_MEETING}\b",
    rf"^(?:(?:bonjour|bonsoir|bjr|bsr|slt|salut|cc|coucou|hey|re) )*(?:{_GET} |demande de |prise de )?{_ONE}{_MEETING} (?:possible|dispo\w*)\b",
    rf"\bvous avez (?:encore )?(?:des |un |1 |de la place pour un ){_MEETING}\b",
    rf"\b(?:want|need|like|wanna|gotta|please|how (?:do|can|could) i|(?:can|could|may) (?:i|we|you))(?: to)?"
    rf" (?:{_ENGLISH_GET} (?:me )?)?{_ENGLISH_ONE}\b",
    rf"^(?:\w+ )?(?:book|make|arrange|schedule) {_ENGLISH_ONE}\b",
    r"(?:اريد|بغيت|نبغي|عايز|عاوز|بدي|احتاج|محتاج|محتاجه|نحتاج|ممكن|حاب|حابب|نحب|اود)(?: \w+){0,2}"
    r" (?:ا?خذ |ناخذ |ناخد |احجز )?(?:موعد|ميعاد|موعدا|رانديفو)\b",
)
_ANOTHER_THING = any_of(
    rf"\b{_MEETING} (?:plus|moins) |\b{_MEETING} (?:que|en plus) |\b(?:autre|deuxieme|second|2eme|2e) (?:rdv|rendez)",
    r"\b(?:annul|report|decal|repouss|deplac|resched|cancel|postpon|chang|supprim|rat[ey]|loup|oubli|zap)\w*\b",
    r"\b(?:papiers?|documents?|doc|docs|justificatifs?|pieces?|apport\w*|ramen\w*|amen\w*|bring|visites?|visiter|etat des lieux)\b",
    rf"\b{_MEETING} (?:\w+ )?(?:a|au|chez|avec|de|d) (?:la |le |l |les |mon |ma |un |une |1 )?"
    r"(?:caf|ccas|cpam|secu\w*|mairie|mission|france|pole|medecin|docteur|dr|dentiste|psy\w*|hopital|prefecture|ofii|ofpra|banque|avocate?"
    r"|propri\w*|bailleur|agence|notaire|tribunal|juge|huissier|impots?|gynec\w*|planning|coiffeu\w*|proviseur|prof\w*|patron\w*|employeur)\b",
    r"\b(?:appointment|meeting) (?:\w+ )?(?:at|with) (?:the |my |a |an )?(?!cllaj|you\b|team|advis|conseill|caseworker)\w+",
    r"(?:الغ|اجل|اخر|تاني|تاجيل|تغيير|اغير|نبدل|طبيب|دكتور|بلديه|محافظه)",
)
"""An appointment that is there already, what it takes, or one with somebody else."""


def asks_to_meet(text: str) -> bool:
    """« slt jvoudrai 1 rdv pr trouvé 1 logmen », « can i book an appointment about my rent »: with us, and not about one that is there already."""
    said = opened(text)
    return _ASKED.search(said) is not None and _ANOTHER_THING.search(said) is None
