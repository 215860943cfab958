import pytest

from content.understanding.normalise import tokens
from content.understanding.phrases import BadPhrase, Finder, Grammar

GROUPS = {"chien": ["chien", "chienne", "petit loup"], "out": ["[mettre] ... dehors"], "mettre": ["mis", "met"]}


def finds(phrase: str, text: str, *figurative: str) -> bool:
    grammar = Grammar(GROUPS)
    return bool(Finder([(grammar.phrase(phrase), "x")], [grammar.phrase(one) for one in figurative]).tags(tokens(text)))


FOUND = [
    ("mis dehors", "on m'a mis dehors"),
    ("mis|jeté dehors", "il ma jeté deor"),
    ("mis ... dehors", "il a mis toutes mes affaires dehors"),
    ("[chien] dehors", "ma chienne est dehors"),
    ("[chien] dehors", "le petit loup est dehors"),
    ("[out]", "ils ont mis le chat dehors"),
    ("froid & dehors", "dehors depuis hier et il fait froid"),
    ("a la rue", "je suis à la rue"),
    ("serrurier", "l'serrurier"),
    ("huissier", "luissié arrive"),
    ("dors", "jdors"),
]
NOT_FOUND = [
    ("mis dehors", "mis hier dehors"),
    ("mis .. dehors", "mis très longtemps hier soir dehors"),
    ("mis ... dehors", "il me met pas dehors"),
    ("dehors", "je suis pas dehors"),
    ("a la rue", "la rue est longue"),
    ("froid & dehors", f"il fait froid {'mot ' * 20} dehors"),
    ("dors", "je mange"),
]


@pytest.mark.parametrize(("phrase", "text"), FOUND)
def test_found(phrase: str, text: str) -> None:
    assert finds(phrase, text)


@pytest.mark.parametrize(("phrase", "text"), NOT_FOUND)
def test_not_found(phrase: str, text: str) -> None:
    assert not finds(phrase, text)


def test_a_figure_of_speech_hides_its_words() -> None:
    assert finds("mourir", "je veux mourir")
    assert not finds("mourir", "mourir de rire", "mourir rire")
    assert finds("mourir", "mourir de rire, mais là je veux mourir", "mourir rire")


@pytest.mark.parametrize("phrase", ["", "...", "mot ...", "[inconnu]", "mot(s)", "a & "])
def test_a_phrase_that_cannot_be_read_says_so(phrase: str) -> None:
    with pytest.raises(BadPhrase):
        Grammar(GROUPS).phrase(phrase)


def test_a_group_that_contains_itself_is_refused() -> None:
    with pytest.raises(BadPhrase, match="contains itself"):
        Grammar({"a": ["[b]"], "b": ["[a]"]}).phrase("[a]")
