"""What may stand on a locked screen: a name that tells nothing of why somebody goes there. Pure.

A place may be called after what it is for, or after the service. Where its name tells, its address is said instead: everybody has an address.
"""

import re
import unicodedata
from collections.abc import Iterable

_TELLING = re.compile(
    r"violen|viol\b|femmes|victim|sexu|ivg|avortement|planning|gyneco|matern|\bpmi\b|\blgbt|\bgay|lesb|trans\b|\bvih\b|\bsida\b|depistage|cegidd|"
    r"addict|drogue|alcool|csapa|caarud|psych|\bcmp\b|\bcmpp\b|mental|sante|hopital|hospital|medic|clinique|handicap|mdph|"
    r"penit|prison|detention|\bspip\b|probation|justice|judiciaire|tribunal|police|gendarm|delinq|"
    r"\base\b|protection|enfance|foyer|sans.?abri|\bsdf\b|115|samu|siao|chrs|hebergement|urgence|accueil de (jour|nuit)|"
    r"asile|\bcada\b|migrant|refugi|etranger|prefecture|surendett|dette|expuls|\brsa\b|\bccas\b|social|secours|restos|precar|"
    r"logement|\bcllaj\b|mission locale|insertion|jeunes"
)
"""Parts of names that tell of health, violence, justice, protection, origin, poverty, or simply of housing. In doubt, it tells."""


def tells(name: str, hidden: Iterable[str] = ()) -> bool:
    """Whether a name tells why somebody goes there; `hidden` are names that must not be shown: the service's own."""
    plain = _plain(name)
    return _TELLING.search(plain) is not None or any(_plain(each) in plain for each in hidden if each.strip())


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return " ".join("".join(char for char in letters if not unicodedata.combining(char)).split())
