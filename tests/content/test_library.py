import re
import shutil
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.messages import Json
from content.facts import DANGER, State
from content.library import ROOT, Library, load_library

MENU = (
    "Urgence / Trouver un logement / Un toit provisoire / Argent et aides / Bail et réparations / Loyer, dettes / Ma situation / "
    "Mes rendez-vous / Le CLLAJ, mes infos / Une personne"
)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def test_the_menu_has_ten_rows_that_fit_every_channel(library: Library) -> None:
    assert " / ".join(row.label.of("fr") for row in library.menu) == MENU
    assert all(len(row.label.of("fr")) <= 20 and len(row.description.of("fr")) <= 72 for row in library.menu)


PAGES = {
    *("aide-apl", "aide-depot-garantie", "aide-visale", "bail-depot-garantie-retour", "bail-preavis", "chercher-logement-social"),
    *("chercher-par-ou-commencer", "heberge-siao", "impayes-loyer", "service-cllaj", "service-documents-rdv", "sortie-ase"),
    *("aide-fsl-acces", "aide-fsl-maintien", "aide-fsl-energie", "aide-ressources-jeunes", "aide-mobili-jeune", "aide-installation"),
    *("surendettement-budget", "mineur-16-17", "jeune-etranger", "jeune-parent", "jeune-handicap", "sortie-prison"),
    *("asl-jeunes-ase", "tremplins-duo", "accompagnement-fsl"),
}


def test_each_page_answers_in_one_message(library: Library) -> None:
    assert set(library.pages) >= PAGES
    for page in library.pages.values():
        assert 100 < len(page.body) <= 500
        assert page.sections
        assert all(len(section.body) <= 500 for section in page.sections)


def test_no_theme_is_empty(library: Library) -> None:
    themes = {row.id for row in library.menu} - {"urgence", "personne"}
    assert {page.theme for page in library.pages.values()} == themes


def test_an_amount_or_a_delay_is_said_only_once_checked(library: Library, copy: Path) -> None:
    page = library.pages["bail-preavis"]
    assert page.held
    assert not re.search(r"\d", page.body)
    check(copy, "notice-furnished", "notice-empty", "notice-short")
    page = load_library(copy).pages["bail-preavis"]
    assert not page.held
    assert "• Vide\u00a0: 3\u00a0mois, parfois 1." in page.body


def check(root: Path, *names: str) -> None:
    """Somebody of the team checks these facts."""
    file = root / "facts.yaml"
    text = file.read_text(encoding="utf-8")
    for name in names:
        before, start, rest = text.partition(f"\n{name}:\n")
        text = before + start + rest.replace("verified_on: null\n  verified_by: null", "verified_on: 2026-11-26\n  verified_by: Nadège", 1)
    file.write_text(text, encoding="utf-8")


def test_a_line_about_what_is_not_known_of_the_service_is_not_said(library: Library) -> None:
    where = library.pages["service-cllaj"].sections[0]
    assert "Adresse\u00a0: 19 rue du 19 Mars 1962, 62590 Oignies" in where.body
    assert "Téléphone" not in where.body
    assert not where.held


def test_no_page_is_said_to_be_read_by_the_team(library: Library) -> None:
    assert not any(page.verified for page in library.pages.values())
    assert not any(fact.verified_on for fact in library.facts.values())


def test_every_fact_has_a_source(library: Library) -> None:
    for fact in library.facts.values():
        assert fact.source
        assert fact.source_date
        assert fact.state(None) is State.EMPTY or re.search(r"\d", fact.value)


def test_an_unknown_language_gets_the_french_page(library: Library) -> None:
    page = library.page("aide-visale", "uk")
    assert page is not None
    assert page.language == "fr"
    assert library.page("no-such-page", "fr") is None


def test_what_is_not_known_is_listed_and_never_guessed(library: Library) -> None:
    assert "phone" in library.service.missing()
    assert library.service.phone is None
    assert library.service.address == "19 rue du 19 Mars 1962, 62590 Oignies"


def test_the_teams_edits_lie_over_the_files(library: Library) -> None:
    edited = library.with_edits({"name": "CLLAJ d'ici", "phone": "03 00 00 00 00", "towns": ["Brémont"], "quit_page": None})
    assert (edited.service.name, edited.service.phone, edited.service.towns) == ("CLLAJ d'ici", "03 00 00 00 00", ("Brémont",))
    assert edited.service.address == library.service.address
    assert "phone" not in edited.service.missing()
    assert library.service.phone is None
    said = [page.body + "".join(section.body for section in page.sections) for page in edited.pages.values()]
    assert any("03\u00a000\u00a000\u00a000\u00a000" in text for text in said)  # a line that waited for the phone is said now


@pytest.mark.parametrize("edits", [{}, {"unknown": "x"}, {"towns": "Brémont"}, {"towns": [1]}, {"name": None}, {"name": ""}, {"phone": 12}])
def test_edits_that_fit_no_field_are_left_aside(library: Library, edits: dict[str, Json]) -> None:
    assert library.with_edits(edits) is library


def test_an_edit_that_no_page_can_hold_is_refused(library: Library) -> None:
    with pytest.raises(ContentError, match="500 at most"):
        library.with_edits({"full_name": "x" * 600})


def test_the_demo_speaks_for_a_service_that_does_not_exist() -> None:
    demo = load_library(demo=True).service
    assert demo.name != load_library().service.name


SPOILT = {
    "a figure that is no fact": (
        "pages/fr/aide-visale.md",
        "un garant gratuit.",
        "un garant gratuit, avant 31 ans.",
        r"aide-visale\.md:\d+: 31 is a figure",
    ),
    "an unknown fact": ("pages/fr/impayes-loyer.md", "{fact.sos-loyers}, appel gratuit.", "{fact.sos}.", r"impayes-loyer\.md:\d+: \{fact\.sos\}"),
    "a look-alike site": (
        "pages/fr/aide-visale.md",
        "https://www.visale.fr,",
        "https://visale.fr.example.com,",
        r"visale\.fr\.example\.com is not in",
    ),
    "a first message too long": ("pages/fr/aide-visale.md", "- Demande-le", f"{'mot ' * 80}\n- Demande-le", r":\d+: the first message has \d+"),
    "a row that proposes a page of another": (
        "menu.yaml",
        "first: [impayes-loyer,",
        "first: [aide-apl,",
        r"menu\.yaml:\d+: aide-apl is no page of the theme dettes",
    ),
    "a page close to one that does not exist": (
        "pages/fr/aide-visale.md",
        "related: [",
        "related: [aide-visa, ",
        r":\d+: aide-visa is no other",
    ),
    "a page close to itself": ("pages/fr/aide-visale.md", "related: [", "related: [aide-visale, ", r":\d+: aide-visale is no other"),
    "a summary too long": ("pages/fr/aide-visale.md", 'summary: "', f'summary: "{"mot " * 30}', r"aide-visale\.md:5: summary has"),
    "a label too long": ("pages/fr/aide-visale.md", '"Garant : Visale"', '"Garant gratuit : la garantie Visale"', r"aide-visale\.md:3: label has"),
    "an unknown theme": (
        "pages/fr/aide-visale.md",
        "theme: argent",
        "theme: sous",
        r"aide-visale\.md:4: sous means nothing here: write theme: one of argent",
    ),
    "a page without its head": ("pages/fr/aide-visale.md", "---\ntitle", "title", r"aide-visale\.md:1: begin with ---"),
    "a detail nobody keeps": (
        "pages/fr/service-cllaj.md",
        "{service.phone}",
        "{service.fax}",
        r"service-cllaj\.md:\d+: \{service\.fax\}: write one of",
    ),
    "a held fact in a card": (
        "crises.yaml",
        "{fact.3114} : envie",
        "{fact.notice-empty} : envie",
        r"crises\.yaml:\d+: notice-empty may be withheld one day",
    ),
    "a way to show a fact": (
        "facts.yaml",
        "\n  shown: always",
        "\n  shown: sometimes",
        r"facts\.yaml:\d+: sometimes means nothing here: write shown: one of always",
    ),
    "a menu that is not all translated": ("menu.yaml", ', ar: "الطوارئ"', "", r"menu\.yaml:\d+: write label in ar too"),
    "a translation with a section less": (
        "pages/ar/aide-visale.md",
        "## في حالة الرفض",
        "",
        r"ar/aide-visale\.md:\d+: 1 sections, 2 in French",
    ),
    "a translation that cites something else": (
        "pages/en/bail-preavis.md",
        "{fact.notice-empty}",
        "{fact.notice-short}",
        r"en/bail-preavis\.md:\d+: \{fact\.notice-empty\} in part 0",
    ),
    "a translation that nobody says who read": (
        "pages/en/aide-apl.md",
        "translation: machine",
        "translation: perfect",
        r"aide-apl\.md:\d+: perfect means nothing here: write translation: one of machine",
    ),
    "a page for nobody": ("pages/fr/aide-apl.md", "age: all", "age: young", r"aide-apl\.md:\d+: young means nothing here: write age"),
    "a page for nobody known": (
        "pages/fr/aide-apl.md",
        "[tenant, student]",
        "[tenants]",
        r"aide-apl\.md:\d+: tenants means nothing here: write status",
    ),
    "nothing to do next": ("pages/fr/aide-apl.md", "acts: [documents, person]", "acts: []", r"aide-apl\.md:\d+: write acts: some of documents, call"),
    "an act of ours": ("pages/fr/aide-apl.md", "acts: [documents,", "acts: [papers,", r"aide-apl\.md:\d+: papers means nothing here: write acts"),
    "nobody to call": ("pages/fr/aide-apl.md", "acts: [documents,", "acts: [call,", r"aide-apl\.md:\d+: the page names nobody to call"),
    "a page without a source": (
        "pages/fr/aide-apl.md",
        'sources: ["caf.fr, 2024 et 2025", "msa.fr"]',
        "sources: []",
        r"aide-apl\.md:\d+: write sources: one",
    ),
    "a page that is never read again": ("pages/fr/aide-apl.md", "review_by: 2027-05-20\n", "", r"aide-apl\.md:2: write review_by:"),
    "a day that is none": (
        "pages/fr/aide-apl.md",
        "review_by: 2027-05-20",
        "review_by: 2027-02-31",
        r"aide-apl\.md:\d+: 2027-02-31: day is out of range",
    ),
    "a figure in a title": ("pages/en/aide-apl.md", 'title: "', 'title: "3 kinds of ', r"en/aide-apl\.md:2: 3 is a figure: title says none"),
    "a figure in a button": ("pages/fr/aide-apl.md", "## Avant de", "## 2 mois avant de", r"aide-apl\.md:\d+: 2 is a figure: a title says none"),
    "a number of danger that may go with another": (
        "pages/fr/bail-preavis.md",
        "- Meublé : ",
        "- Danger : {fact.17}. Meublé : ",
        r"bail-preavis\.md:\d+: a number said in danger shares its line",
    ),
    "a number that is words": ("facts.yaml", 'value: "39 28"', 'value: "trois"', r"facts\.yaml:\d+: « trois » is no phone"),
    "an unknown value that is said": ("facts.yaml", 'value: "39 28"', "value: null", r"facts\.yaml:\d+: what nobody knows yet is said once checked"),
    "a fact that is never read again": (
        "facts.yaml",
        "\n  review_by: 2027-05-20",
        "\n  review_by: null",
        r"facts\.yaml:\d+: write review_by: a date",
    ),
    "a unit of ours": ("facts.yaml", "\n  unit: months", "\n  unit: moons", r"facts\.yaml:\d+: moons means nothing here: write unit"),
    "a slip in a name": ("service.yaml", "phone: null", "phon: null", r"service\.yaml:\d+: "),
    "a neutral page that is none": ("service.yaml", "quit_page: null", "quit_page: meteo.fr", r"service\.yaml:\d+: write quit_page"),
    "broken YAML": ("menu.yaml", "rows:", "rows: [", r"menu\.yaml"),
    "a name written twice": ("facts.yaml", '"17":', '"15":', r"facts\.yaml:\d+: 15 is written twice"),
    "a check without who checked": ("facts.yaml", "verified_on: null", "verified_on: 2026-11-26", r"facts\.yaml:\d+: verified_on and verified_by"),
    "a confidence of ours": (
        "facts.yaml",
        "\n  confidence: high",
        "\n  confidence: sure",
        r"facts\.yaml:\d+: sure means nothing here: write confidence",
    ),
    "a group that is not there": ("crises.yaml", "- flamme|flammes", '- "[flammes]"', r"crises\.yaml:\d+: \[flammes\] is not a group"),
    "a phrase of nothing": ("crises.yaml", "- flamme|flammes", "- flamme ...", r"crises\.yaml:\d+: .*ends with a gap"),
    "a step that leads nowhere": ("crises.yaml", "then: who-evicts", "then: who-evict", r"crises\.yaml:\d+: who-evict is not one of the steps"),
    "a number that is no fact": ("crises.yaml", '{call: "116006"}', '{call: "116007"}', r"crises\.yaml:\d+: 116007 is not in facts"),
    "danger on a locked screen": (
        "crises.yaml",
        "J'ai bien lu ton message. Voici quoi faire. Message automatique.\n\n        Danger maintenant",
        "Violences : voici quoi faire.\n\n        Danger maintenant",
        r"crises\.yaml:\d+: (?s:.*) on a locked screen",
    ),
}


@pytest.mark.parametrize("what", list(SPOILT))
def test_a_mistake_is_told_with_its_place(copy: Path, what: str) -> None:
    name, before, after, told = SPOILT[what]
    file = copy / name
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=told):
        load_library(copy)


def test_a_translation_without_its_french_is_refused(copy: Path) -> None:
    shutil.copy(copy / "pages/fr/aide-visale.md", copy / "pages/en/help-visale.md")
    with pytest.raises(ContentError, match="write its French first"):
        load_library(copy)


@pytest.mark.parametrize(
    ("name", "whole", "told"),
    [
        ("pages/fr/dalo.md", b"", r"dalo\.md:1: begin with ---"),
        ("pages/fr/dalo.md", b"---\n---\nRien.\n", r"dalo\.md:2: write names and values"),
        ("pages/fr/dalo.md", b"---\n- title\n---\nRien.\n", r"dalo\.md:2: write names and values"),
        ("pages/ar/dalo.md", '---\ntitle: "é"\n---\n'.encode("latin-1"), r"ar/dalo\.md: .*utf-8"),
        ("facts.yaml", b"- a\n- b\n", r"facts\.yaml:1: write names and values"),
        ("facts.yaml", b"majority: 18\n", r"facts\.yaml:1: write majority: with its own lines under it"),
        ("facts.yaml", "majorité:\n  value: null\n".encode("latin-1"), r"facts\.yaml: "),
        ("links.yaml", b"domains: caf.fr\n", r"links\.yaml:1: write domains: a list of texts"),
        ("crises.yaml", b"crises: []\n", r"crises\.yaml:1: "),
        ("menu.yaml", b"rows:\n  - x\n", r"menu\.yaml:1: write rows: a list of - entries"),
    ],
)
def test_a_file_that_is_none_stops_the_start(copy: Path, name: str, whole: bytes, told: str) -> None:
    (copy / name).write_bytes(whole)
    with pytest.raises(ContentError, match=told):
        load_library(copy)


@pytest.mark.parametrize("name", ["facts.yaml", "menu.yaml", "crises.yaml", "links.yaml", "service.yaml", "retention.yaml"])
def test_a_file_that_is_gone_stops_the_start(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ContentError, match=re.escape(name)):
        load_library(copy)


def test_what_is_said_in_danger_is_what_the_crisis_texts_cite(library: Library) -> None:
    """Nothing withholds these, so nothing else is one of them."""
    text = (ROOT / "crises.yaml").read_text(encoding="utf-8")
    cited = {*re.findall(r"^[^#\n]*\{fact\.([a-z0-9-]+)\}", text, re.MULTILINE), *re.findall(r"\{fact\.([a-z0-9-]+)\}", text)} - {"x"}
    called = set(re.findall(r'(?:call|sms|number): "?([0-9]+)"?', text))
    assert {name for name, fact in library.facts.items() if fact.shown == DANGER} == cited | called
