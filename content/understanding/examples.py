"""Messages to learn from: the questions of every page, and the invented ones of examples/<label>.txt and examples/near/<crisis>.txt, one a line,
under a heading for each language. What is learnt of answers about an appointment is apart, in examples/appointment/<answer>.txt.

A label is the id of a page, an act, a danger, a courtesy or a matter of others. What lies near a danger without being one says its own label first:
`label | message`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from bot.errors import ContentError
from content.reading import read_yaml

HERE = Path(__file__).parent / "examples"
PAGES = Path(__file__).parents[1] / "pages"
FENCE = "---\n"
NEAR, APPOINTMENT = "near", "appointment"
HEADING = "## "
LANGUAGES = ("fr", "en", "ar", "es", "uk")
CRISIS = "crisis-"
SOCIAL = ("greeting", "thanks", "goodbye", "insult", "bot-question")
OUTSIDE = "outside-"
NOTHING = "nothing"
"""What says nothing by itself: short answers, a name, an age, a keyboard tried."""
OTHER = "other"
MEANT = {
    "cancel-appointment": "cancel",
    "move-appointment": "move",
    "my-appointments": "when",
    "service-documents-rdv": "when",
    "book-appointment": OTHER,
}
"""What some labels are as answers about an appointment."""
EITHER = ("service-horaires-lieux", NOTHING)
"""May be asked about an appointment or not."""
OTHERS = 3
"""So many examples of other matters are as one: they tell what is none of these answers, and would outweigh them all."""
ACTS = (
    *("talk-to-human", "book-appointment", "move-appointment", "cancel-appointment", "my-appointments", "orientation"),
    *("give-feedback", "my-data", "stop", "change-language", "for-someone-else", "menu"),
)


@dataclass(frozen=True, slots=True)
class Example:
    """One message. `near`: the danger whose words it borrows without being one, or "". `aside`: it only tells what is no answer."""

    text: str
    language: str
    label: str
    near: str = ""
    aside: bool = False

    @property
    def danger(self) -> bool:
        """True where somebody is at risk."""
        return self.label.startswith(CRISIS)


def files(folder: Path = HERE) -> list[Path]:
    """Every file of examples, in a fixed order."""
    return [*sorted(folder.glob("*.txt")), *sorted((folder / NEAR).glob("*.txt"))]


def answer_files(folder: Path = HERE) -> list[Path]:
    """The examples of what is answered about an appointment, in a fixed order."""
    return sorted((folder / APPOINTMENT).glob("*.txt"))


def read_answers(folder: Path = HERE) -> list[Example]:
    """Every example of what is answered about an appointment: confirm, cancel, move, when, other. Raises ContentError as `read_examples` does.

    What is asked of appointments anyhow (MEANT) answers too; of all that is about other matters, one in OTHERS does.
    """
    answers = [example for file in answer_files(folder) for example in _read(file)]
    written = [example for file in files(folder) for example in _read(file)]
    said = [replace(example, label=MEANT[example.label]) for example in written if example.label in MEANT]
    other = [example for example in written if example.label not in MEANT and example.label not in EITHER]
    return [*answers, *said, *(replace(example, label=OTHER, aside=True) for example in other[::OTHERS])]


def read_examples(folder: Path = HERE, pages: Path = PAGES) -> list[Example]:
    """Every example. Raises ContentError with file, line and what to write."""
    written = [example for file in files(folder) for example in _read(file)]
    known = {example.text for example in written}
    return [*written, *(asked for file in page_files(pages) for asked in _questions(file) if asked.text not in known)]


def page_files(pages: Path = PAGES) -> list[Path]:
    """Every page, in a fixed order."""
    return sorted(pages.glob("*/*.md"))


def fingerprint(folder: Path = HERE, pages: Path = PAGES) -> str:
    """Of all that is learnt from, and of how: it changes with any of it. Of a page, only its head counts."""
    whole = sha256()
    code = ("answer_words", "answering", "examples", "features", "normalise", "surroundings", "training", "when_words")
    for file in [*files(folder), *answer_files(folder), *(Path(__file__).with_name(f"{name}.py") for name in code)]:
        whole.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for file in page_files(pages):
        whole.update(f"{file.parent.name}/{file.name}\0{_head(file)}\0".encode())
    return whole.hexdigest()[:20]


def _head(file: Path) -> str:
    return file.read_text(encoding="utf-8").removeprefix(FENCE).partition(FENCE)[0]


def _questions(file: Path) -> Iterator[Example]:
    """What people ask when they need this page, in its language."""
    language = file.parent.name.partition("-")[0]
    entry = read_yaml(file, _head(file), 2)
    for question in entry.texts("questions") if "questions" in entry else ():
        yield Example(question, language, file.stem)


def _read(file: Path) -> Iterator[Example]:
    near = file.stem if file.parent.name == NEAR else ""
    language = ""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith(HEADING):
            language = line.removeprefix(HEADING).strip()
            if language not in LANGUAGES:
                raise ContentError(f"{file}:{number}: {language} is no language of ours: write ## and one of {', '.join(LANGUAGES)}")
        elif text := line.strip():
            yield _example(file, number, text, language, near)


def _example(file: Path, number: int, text: str, language: str, near: str) -> Example:
    label = file.stem
    if near:
        label, bar, text = (part.strip() for part in text.partition("|"))
        if not bar or not text or label.startswith(CRISIS):
            raise ContentError(f"{file}:{number}: write « label | message », with the label of what answers it and is no danger")
    if not language:
        raise ContentError(f"{file}:{number}: write a heading first, as {HEADING}fr")
    return Example(text, language, label, near)
