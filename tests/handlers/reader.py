"""What words mean, where a test says so itself: its answers then hang on no score.

`sure aide-visale | aide-apl bail-signer + bail-preavis @ es`: sure of the first, what else it may be, a second need, the language it is written in.
"""

from collections.abc import Callable, Mapping

from content.understanding.meaning import NOTHING, Candidate, Certainty, Meaning

BEST, STEP = 0.9, 0.2


def meaning(said: str) -> Meaning:
    """A meaning, as the notation above writes it."""
    said, _at, language = said.partition("@")
    said, _plus, second = said.partition("+")
    certainty, *labels = said.replace("|", " ").split()
    candidates = tuple(Candidate(label, BEST - nth * STEP) for nth, label in enumerate(labels))
    return Meaning(candidates, Certainty(certainty), second.strip() or None, language.strip() or None)


def reader(meanings: Mapping[str, str], otherwise: Callable[[str], Meaning] = lambda text: NOTHING) -> Callable[[str], Meaning]:
    """Reads these texts as they are written here, any other as `otherwise` does."""
    read = {text: meaning(said) for text, said in meanings.items()}
    return lambda text: read.get(text) or otherwise(text)
