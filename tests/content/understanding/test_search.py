import pytest

from content.library import load_library
from content.understanding.search import Search

SEARCH = Search(load_library().texts.values())
ASKED = {
    "c koi visale": "aide-visale",
    "j'ai pas de garant": "aide-visale",
    "je peux pas payer mon loyer": "impayes-loyer",
    "jai un retar de loyer": "impayes-loyer",
    "je cherche un appart": "chercher-par-ou-commencer",
    "comment trouver un logement": "chercher-par-ou-commencer",
    "hey can u help w the visale thing? landlord wants a guarantor lol": "aide-visale",
    "My old landlord keeps my deposit and ignores my emails. What can I do?": "bail-depot-garantie-retour",
    "كيف أقدم طلب السكن الاجتماعي وما هي الأوراق المطلوبة؟": "chercher-logement-social",
    "ليس لدي ضامن": "aide-visale",
    "what is the weather to start with": None,
    "bonjour": None,
    "tu aimes les crêpes": None,
    "": None,
}


@pytest.mark.parametrize(("text", "page"), ASKED.items())
def test_free_words_lead_to_a_page_or_nowhere(text: str, page: str | None) -> None:
    assert SEARCH.best(text) == page
