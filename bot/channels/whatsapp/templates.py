"""What was agreed with WhatsApp for the time outside the window: one file a template, templates/<name>.yaml, submitted and compared with Meta's own.

https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates · …/cloud-api/guides/send-message-templates
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from bot.channels.fields import object_of, optional, several, string, text_of
from bot.errors import ContentError, Malformed
from bot.messages import Json, Outbound, Template, reference

HERE = Path(__file__).parent / "templates"
EASY = "fr-facile"
LANGUAGES = ("fr", EASY, "en", "ar")
LONGEST_TEXT, LONGEST_BUTTON, MOST_BUTTONS, LONGEST_FOOTER = 1024, 20, 3, 60
LONGEST_VALUE = 300
"""Characters of what goes in one place: the text around it has room."""
EASIER = "_facile"
"""What ends the name, at Meta, of a wording in easy French: Meta knows one French."""
CATEGORIES = ("UTILITY", "MARKETING")
_PLACE = re.compile(r"{{(\d+)}}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")
_UNFIT = re.compile(r"\s{2,}|[\n\t]")


@dataclass(frozen=True, slots=True)
class Wording:
    """A template in one language. `sample` are values that Meta's readers see in its places; `footer` says who speaks, "" for nothing."""

    text: str
    sample: tuple[str, ...]
    buttons: tuple[str, ...]
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """A template as its file has it. `variables` and `buttons` name its places and its buttons, in order."""

    name: str
    category: str
    variables: tuple[str, ...]
    buttons: tuple[str, ...]
    wordings: Mapping[str, Wording]


class State(StrEnum):
    """Where a template stands at Meta. DIFFERENT: another text was agreed there."""

    APPROVED = "approved"
    PENDING = "pending"
    REJECTED = "rejected"
    PAUSED = "paused"
    DISABLED = "disabled"
    DIFFERENT = "different"
    MISSING = "missing"


@cache
def catalogue(folder: Path = HERE) -> Mapping[str, Agreed]:
    """Every template, by name. Raises ContentError."""
    return {file.stem: _read(file) for file in sorted(folder.glob("*.yaml"))}


def _read(file: Path) -> Agreed:
    try:
        fields = object_of(yaml.safe_load(file.read_text(encoding="utf-8")), "template")
        wordings = {language: _wording(optional(fields, language)) for language in LANGUAGES}
        agreed = Agreed(file.stem, text_of(fields, "category"), _texts(fields.get("variables")), _texts(fields.get("buttons")), wordings)
    except (Malformed, yaml.YAMLError) as fault:
        raise ContentError(f"{file}:1: {fault}") from None
    if faults := list(_faults(agreed)):
        raise ContentError("\n".join(f"{file}:1: {fault}" for fault in faults))
    return agreed


def _wording(fields: Mapping[str, object]) -> Wording:
    return Wording(text_of(fields, "text"), _texts(fields.get("sample")), _texts(fields.get("buttons")), string(fields, "footer") or "")


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _faults(agreed: Agreed) -> Iterator[str]:
    """What Meta would refuse, before it does."""
    if not _NAME.fullmatch(agreed.name) or agreed.category not in CATEGORIES:
        yield f"a name is small letters, and its category one of {', '.join(CATEGORIES)}"
    for language, wording in agreed.wordings.items():
        if [int(nth) for nth in _PLACE.findall(wording.text)] != list(range(1, len(agreed.variables) + 1)):
            yield f"{language}: write the places {{{{1}}}} to {{{{{len(agreed.variables)}}}}} in order"
        if wording.text.startswith("{{") or wording.text.endswith("}}") or len(wording.text) > LONGEST_TEXT:
            yield f"{language}: a text neither begins nor ends with a place, and has {LONGEST_TEXT} characters at most"
        if len(wording.sample) != len(agreed.variables) or len(wording.buttons) != len(agreed.buttons):
            yield f"{language}: give a sample for each place, and a label for each button"
        if len(wording.buttons) > MOST_BUTTONS or any(len(label) > LONGEST_BUTTON for label in wording.buttons):
            yield f"{language}: {MOST_BUTTONS} buttons at most, of {LONGEST_BUTTON} characters"
        if len(wording.footer) > LONGEST_FOOTER or "{{" in wording.footer:
            yield f"{language}: a footer has no place, and {LONGEST_FOOTER} characters at most"


# -- said


def spoken(language: str) -> str:
    """The language in which a template is said: what has no wording of its own gets French."""
    return language if language in LANGUAGES else "fr"


def message(outbound: Outbound, template: Template) -> dict[str, Json]:
    """The part of a call that says a template, each of its buttons with the choice it stands for behind it."""
    values: list[Json] = [{"type": "text", "text": _fitting(value)} for value in template.values]
    components: list[Json] = [{"type": "body", "parameters": values}] if values else []
    for nth, place in enumerate(template.buttons):
        pressed: Json = {"type": "payload", "payload": reference(outbound.number, place)}
        components.append({"type": "button", "sub_type": "quick_reply", "index": str(nth), "parameters": [pressed]})
    name, code = known_as(template.name, spoken(template.language))
    content: Json = {"name": name, "language": {"code": code}, "components": components}
    return {"type": "template", "template": content}


def known_as(name: str, language: str) -> tuple[str, str]:
    """The name and the language of a wording at Meta."""
    return (f"{name}{EASIER}", "fr") if language == EASY else (name, language)


def _fitting(value: str) -> str:
    """What may stand in a place: one line, of a length that the text around it bears."""
    line = _UNFIT.sub(" ", value).strip() or "…"
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1]}…"


# -- agreed


def submitted(agreed: Agreed, language: str) -> dict[str, Json]:
    """What Meta is asked to agree to."""
    wording = agreed.wordings[language]
    body: dict[str, Json] = {"type": "BODY", "text": wording.text}
    if wording.sample:
        body["example"] = {"body_text": [list(wording.sample)]}
    buttons: list[Json] = [{"type": "QUICK_REPLY", "text": label} for label in wording.buttons]
    components: list[Json] = [body]
    components += [{"type": "FOOTER", "text": wording.footer}] if wording.footer else []
    components += [{"type": "BUTTONS", "buttons": buttons}] if buttons else []
    name, code = known_as(agreed.name, language)
    return {"name": name, "language": code, "category": agreed.category, "components": components}


def state_of(agreed: Agreed, language: str, theirs: Iterable[Mapping[str, object]]) -> tuple[State, str]:
    """Where a template stands among those Meta has, and its id there, "" for none."""
    wanted = known_as(agreed.name, language)
    found = next((each for each in theirs if (each.get("name"), each.get("language")) == wanted), None)
    if found is None:
        return State.MISSING, ""
    name = string(found, "id") or ""
    if _said(found) != _said(submitted(agreed, language)):
        return State.DIFFERENT, name
    status = (string(found, "status") or "").lower()
    return State(status) if status in set(State) else State.PENDING, name


def _said(template: Mapping[str, object]) -> tuple[object, ...]:
    """What matters of a template: its text, who it says speaks, and the labels of its buttons."""
    components = {string(each, "type"): each for each in several(template, "components")}
    labels = tuple(string(button, "text") for button in several(components.get("BUTTONS", {}), "buttons"))
    return string(components.get("BODY", {}), "text"), string(components.get("FOOTER", {}), "text"), labels
