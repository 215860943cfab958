"""The service's own papers: the models sign nothing in advance, and `palier doctor` says what is left of the service's copies."""

import re
import shutil
from pathlib import Path

import pytest

from bot import doctor, papers
from bot.doctor import Verdict
from bot.rules.keeping import LONGEST, NAMES
from bot.settings import Settings
from content.library import load_library
from content.words import DOMAIN, LOCALES, unread_catalogues

MODELS = Path(__file__).parents[2] / "docs" / "operations" / "rgpd"
PAPER = """# Fiche

- Hébergeur : {host}

## Signatures

| rôle | nom | date |
|---|---|---|
| Responsable | {name} | {day} |
| DPO | Lou Martin | 04/12/2026 |
"""


def write(folder: Path, name: str = "registre", *, host: str = "Nuage SARL", who: str = "Nadia Roy", day: str = "04/12/2026") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.md").write_text(PAPER.format(host=host, name=who, day=day), encoding="utf-8")
    return folder


async def said(settings: Settings, folder: Path) -> tuple[Verdict, str]:
    """What `palier doctor` says of the papers in this folder."""
    found = await doctor.look_over(settings.model_copy(update={"rgpd_folder": folder}))
    (line,) = [line for line in found if line.about == "rgpd"]
    return line.verdict, line.said


def test_every_model_is_there_and_signs_nothing_in_advance() -> None:
    assert papers.missing(MODELS) == []
    assert {file.stem for file in MODELS.glob("*.md")} == {*papers.NAMES, "README"}
    for paper in papers.read(MODELS):
        assert not paper.signed, paper.name
        assert paper.left, f"{paper.name} leaves nothing to the service"
        end = (MODELS / f"{paper.name}.md").read_text(encoding="utf-8").rpartition(papers.SIGNATURES)[2]
        rows = list(papers._rows(end))
        assert rows, paper.name
        assert all(row[1:] == ["à compléter", "à compléter"] for row in rows), paper.name


def test_a_paper_is_signed_when_every_role_has_a_name_and_a_day(tmp_path: Path) -> None:
    assert papers.read(write(tmp_path)) == [papers.Paper("registre", 0, True)]


@pytest.mark.parametrize(
    ("who", "day"),
    [
        ("à compléter", "04/12/2026"),
        ("", "04/12/2026"),
        ("Nadia", "à compléter"),
        ("Nadia", "demain"),
        ("Nadia", "31/02/2026"),
        ("À VALIDER", "04/12/2026"),
    ],
)
def test_anything_less_is_not_signed(tmp_path: Path, who: str, day: str) -> None:
    (paper,) = papers.read(write(tmp_path, who=who, day=day))
    assert not paper.signed


@pytest.mark.parametrize("text", ["", "# Fiche\n", "# Fiche\n\n## Signatures\n", "## Signatures\n\n| rôle | nom | date |\n|---|---|---|\n"])
def test_a_paper_without_a_signature_block_is_not_signed(tmp_path: Path, text: str) -> None:
    (tmp_path / "registre.md").write_text(text, encoding="utf-8")
    assert [paper.signed for paper in papers.read(tmp_path)] == [False]


def test_fields_are_counted_however_they_are_typed(tmp_path: Path) -> None:
    (paper,) = papers.read(write(tmp_path, host="À compléter, à\u00a0valider, a\u0300 comple\u0301ter"))
    assert (paper.left, paper.signed) == (3, True)


def test_what_cannot_be_read_is_missing(tmp_path: Path) -> None:
    (tmp_path / "aipd.md").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "registre.md").mkdir()
    assert papers.missing(tmp_path) == list(papers.NAMES)
    assert papers.missing(tmp_path / "nowhere") == list(papers.NAMES)


async def test_doctor_says_what_is_left(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "rgpd"
    verdict, advice = await said(settings, folder)
    assert (verdict, "copy docs/operations/rgpd there" in advice) == (Verdict.TO_DO, True)
    shutil.copytree(MODELS, folder)
    verdict, advice = await said(settings, folder)
    assert verdict is Verdict.TO_DO
    assert f"not signed: {', '.join(papers.NAMES)}; " in advice
    assert re.search(r"\d+ « à compléter » or « à valider » left \(sous-traitants \d+, registre \d+, ", advice)
    (folder / "violation.md").unlink()
    assert (await said(settings, folder))[1].startswith("not there: violation; ")
    for name in papers.NAMES:
        write(folder, name)
    assert await said(settings, folder) == (Verdict.FINE, "9 papers, all signed")
    write(folder, "aipd", who="à compléter")
    write(folder, "registre", host="à compléter")
    assert await said(settings, folder) == (Verdict.TO_DO, "not signed: aipd; 1 « à compléter » or « à valider » left (registre 1)")


async def test_doctor_says_which_translations_nobody_has_read(settings: Settings) -> None:
    (line,) = [line for line in await doctor.look_over(settings) if line.about == "translations"]
    assert line.verdict is Verdict.TO_DO
    pages = len(load_library().pages)
    for part in (f"{pages} pages in ar", f"{pages} pages in fr-facile", "crisis texts in en", "what the robot says in ar"):
        assert part in line.said


def test_a_catalogue_is_read_once_its_header_names_who_read_it(tmp_path: Path) -> None:
    assert unread_catalogues() == ["fr-facile", "en", "ar"]
    for language in ("fr-facile", "en", "ar"):
        file = tmp_path / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        file.parent.mkdir(parents=True)
        text = (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po").read_text(encoding="utf-8")
        file.write_text(text.replace('"X-Read-By: \\n"', '"X-Read-By: Salma Haddad\\n"') if language == "ar" else text, encoding="utf-8")
    assert unread_catalogues(tmp_path) == ["fr-facile", "en"]


def test_the_register_states_the_spans_of_the_software() -> None:
    table = (MODELS / "registre.md").read_text(encoding="utf-8")
    stated = {name: span for span, name in re.findall(r"\| ([0-9]+ (?:days|months)) \| `(\w+)` \|", table)}
    assert stated == {name: str(getattr(LONGEST, name)) for name in NAMES}


@pytest.mark.parametrize("name", [name for name in papers.NAMES if name.startswith("notice-") and name != "notice-equipe"])
def test_a_notice_states_the_spans_and_the_numbers(name: str) -> None:
    text = (MODELS / f"{name}.md").read_text(encoding="utf-8")
    for span in (LONGEST.conversation, LONGEST.thread, LONGEST.file):
        assert re.search(rf"(?<!\d){span.number}(?!\d)", text), f"{span} in {name}"
    assert "115 · 17 · 119 · 3114" in text
    assert "www.cnil.fr" in text
    assert re.search("Mes données|my data|بياناتي", text), "the words that open it in the chat"
