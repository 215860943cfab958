"""Words as they are compared: whatever their capitals, accents and punctuation."""

import re
import unicodedata
from functools import lru_cache


def plain(text: str) -> str:
    """Lower case, no accents, punctuation as single spaces."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", bare))


def stuck(text: str) -> str:
    """The same without spaces: « im coming » is « I'm coming »."""
    return plain(text).replace(" ", "")


@lru_cache(maxsize=2048)
def stuck_label(label: str) -> str:
    """The same of a button's label."""
    return stuck(label)


@lru_cache(maxsize=2048)
def plain_label(label: str) -> str:
    """The same of a button's label: they are few, and compared with whatever is written."""
    return plain(label)
