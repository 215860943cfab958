"""`palier check-content`: the tree passes, and whatever is spoilt in it is told with file, line and what to write, all of it at once."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.__main__ import main
from content.checking import EASY, check, whole
from content.library import ROOT, load_library
from content.readability import reading_ease
from content.words import LANGUAGES

TODAY = date(2026, 11, 29)
LIBRARY = load_library()
SPOILT = {
    "a wrong number": (
        "pages/fr/bail-preavis.md",
        "{fact.notice-empty} mois",
        "4 mois",
        r"pages/fr/bail-preavis\.md:\d+: 4 is a figure: write it in",
    ),
    "a number in a translation": ("pages/ar/bail-preavis.md", "{fact.notice-empty}", "٤", r"pages/ar/bail-preavis\.md:\d+: ٤ is a figure"),
    "another number than the French": (
        "pages/en/bail-preavis.md",
        "Empty: {fact.notice-empty}",
        "Empty: {fact.notice-furnished}",
        r"pages/en/bail-preavis\.md:\d+: \{fact\.notice-empty\} in part 0",
    ),
    "an unknown fact": ("pages/fr/dalo.md", "{fact.dalo-answer}", "{fact.dalo}", r"pages/fr/dalo\.md:\d+: \{fact\.dalo\} is not in facts\.yaml"),
    "a stale page": (
        "pages/fr/dalo.md",
        "review_by: 2027-05-20",
        "review_by: 2026-11-28",
        r"pages/fr/dalo\.md:\d+: the page was to be read again by",
    ),
    "a stale fact": ("facts.yaml", "review_by: 2027-05-20", "review_by: 2026-11-28", r"facts\.yaml:\d+: 15 was to be read again by 2026-11-28"),
    "a page close to none": ("pages/fr/dalo.md", "related: [", "related: [dallo, ", r"pages/fr/dalo\.md:\d+: dallo is no other page"),
    "a row that proposes none": ("menu.yaml", "first: [impayes-loyer,", "first: [impayes,", r"menu\.yaml:\d+: impayes is no page"),
    "a site of somebody else": (
        "pages/fr/dalo.md",
        "www.service-public.gouv.fr",
        "dalo.example.com",
        r"pages/fr/dalo\.md:\d+: dalo\.example\.com is not in",
    ),
    "a first message too long": (
        "pages/fr/dalo.md",
        "- Fais d'abord",
        f"- {'mot ' * 100}\n- Fais d'abord",
        r"dalo\.md:\d+: the first message has \d+",
    ),
    "a section too long": ("pages/fr/dalo.md", "- Joins des", f"- {'mot ' * 100}\n- Joins des", r"dalo\.md:\d+: « Comment demander » has \d+"),
    "a word of files": (
        "pages/fr/dalo.md",
        "C'est gratuit.",
        "C'est un dispositif gratuit.",
        r"pages/fr/dalo\.md:\d+: « dispositif » is never said: write whom",
    ),
    "an order": (
        "pages/fr-facile/dalo.md",
        "Garde une copie.",
        "Il faut une copie.",
        r"pages/fr-facile/dalo\.md:\d+: « il faut » is never said: write what",
    ),
    "an entitlement in English": (
        "pages/en/dalo.md",
        "You can ask",
        "You are entitled",
        r"pages/en/dalo\.md:\d+: « entitle » is never said: write « you can",
    ),
    "he in Arabic": ("pages/ar/dalo.md", "## طريقة الطلب", "## اطلب الآن", r"pages/ar/dalo\.md:\d+: « اطلب » is never said: write a verbal noun"),
    "a promise in a summary": ("pages/fr/dalo.md", 'summary: "', 'summary: "Rapidement. ', r"pages/fr/dalo\.md:5: « rapidement » is never said"),
    "plain French that is hard": (
        "pages/fr-facile/dalo.md",
        "- Fais d'abord une demande de HLM.",
        "- Préalablement, constituez intégralement votre demande administrative départementale réglementaire.\n" * 3,
        r"pages/fr-facile/dalo\.md:2: it scores \d+ and plain French 90 at least \(Kandel and Moles\)",
    ),
    "an unknown id": ("pages/fr/dalo.md", "acts: [documents", "acts: [papers", r"pages/fr/dalo\.md:\d+: papers means nothing here: write acts"),
    "an unknown theme": ("pages/fr/dalo.md", "theme: logement", "theme: droits", r"pages/fr/dalo\.md:4: droits means nothing here: write theme"),
    "a fact without a source": ("facts.yaml", 'source: "projet du service"', "source: null", r"facts\.yaml:\d+: write source: some text"),
    "a crisis text that may be withheld": (
        "crises.yaml",
        "{fact.3114} : envie",
        "{fact.notice-empty} : envie",
        r"crises\.yaml:\d+: notice-empty may be",
    ),
    "broken YAML": ("facts.yaml", '"17":', '"17"', r"facts\.yaml:\d+: "),
    "a broken head": ("pages/fr/dalo.md", "label: ", "label ", r"pages/fr/dalo\.md:\d+: "),
    "a page without its head": ("pages/en/dalo.md", "---\ntitle", "title", r"pages/en/dalo\.md:1: begin with ---"),
    "a service that is none": ("service.yaml", "quit_page: null", "quit_page: meteo.fr", r"service\.yaml:\d+: write quit_page"),
    "a demo that is none": ("demo.yaml", "phone: ", "phon: ", r"demo\.yaml:\d+: "),
}


def spoil(root: Path, what: str) -> str:
    """Spoil one thing; what is told of it."""
    name, before, after, told = SPOILT[what]
    file = root / name
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return told


def test_the_tree_passes() -> None:
    found = check(ROOT, TODAY)
    assert found.problems == ()
    assert found.looked_at.startswith(f"{len(LIBRARY.pages)} pages, {3 * len(LIBRARY.pages)} translations, ")


@pytest.mark.parametrize("what", list(SPOILT))
def test_whatever_is_spoilt_is_told(copy: Path, what: str) -> None:
    told = spoil(copy, what)
    problems = check(copy, TODAY).problems
    assert [problem for problem in problems if re.search(told, problem)], problems
    assert all(re.match(r"[^:]+\.(yaml|md):\d+: ", problem) for problem in problems)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_twin(copy: Path, language: str) -> None:
    (copy / "pages" / language / "dalo.md").unlink()
    problems = check(copy, TODAY).problems
    missing = f"{language}/dalo.md"
    assert [problem for problem in problems if missing in problem and (language == "fr" or problem.endswith("this page is said in each"))], problems


def test_everything_is_told_at_once(copy: Path) -> None:
    """What is wrong with a page hides nothing of what is wrong with another, nor with itself."""
    spoilt = (
        *("a wrong number", "a stale page", "a word of files", "an unknown theme", "an unknown id", "a page close to none"),
        *("a site of somebody else", "an order", "a fact without a source", "an unknown fact", "a service that is none"),
    )
    told = [spoil(copy, what) for what in spoilt]
    problems = check(copy, TODAY).problems
    assert not [each for each in told if not any(re.search(each, problem) for problem in problems)], problems


def test_problems_come_by_file_and_line(copy: Path) -> None:
    for what in ("a word of files", "a stale page", "an unknown theme", "an order"):
        spoil(copy, what)
    places = [(problem.split(":")[0], int(problem.split(":")[1])) for problem in check(copy, TODAY).problems]
    assert places == sorted(places)
    assert len(set(check(copy, TODAY).problems)) == len(places)


def test_the_day_it_passes(copy: Path) -> None:
    assert check(copy, date(2027, 5, 20)).problems == ()
    problems = check(copy, date(2027, 5, 21)).problems
    assert len(problems) == len(LIBRARY.pages) + len(LIBRARY.facts)


def test_the_command_says_what_is_wrong_and_fails(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, copy: Path) -> None:
    assert main(["check-content"]) == 0
    assert capsys.readouterr().out.rstrip().endswith("nothing to mend")
    spoil(copy, "a wrong number")
    monkeypatch.setattr("content.library.ROOT", copy)  # the command checks what is installed, and takes no other folder
    assert main(["check-content"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if re.fullmatch(r".*/pages/fr/bail-preavis\.md:\d+: 4 is a figure.*", line)]
    assert said[-1].endswith(f"{len(said) - 1} to mend")


def test_the_bar_of_plain_french_is_the_one_measured() -> None:
    """What docs/how-to/add-a-page.md says of the pages is true of them."""
    scores = {language: sorted(reading_ease(whole(page, LIBRARY.facts)) for page in LIBRARY.pages_in(language)) for language in ("fr", "fr-facile")}
    plain, ordinary = scores["fr-facile"], scores["fr"]
    middle = (plain[len(plain) // 2 - 1] + plain[len(plain) // 2]) / 2
    page = (ROOT.parent / "docs/how-to/add-a-page.md").read_text(encoding="utf-8")
    told = re.search(r"from (\d+) to (\d+), half of them above (\d+); in ordinary French from (\d+)", page)
    assert told is not None
    assert [int(number) for number in told.groups()] == pytest.approx([plain[0], plain[-1], middle, ordinary[0]], abs=2)
    assert plain[0] >= EASY
