"""How a thread ended: what came of it, and where a minor was in danger, who was informed. Sealed with the thread."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PLACE = "thread.outcome"


class Ending(StrEnum):
    """What came of a thread."""

    INFORMED = "informed"
    APPOINTMENT = "appointment"
    ORIENTED = "oriented"
    FOLLOWED = "followed"
    HOUSED = "housed"
    SETTLED = "settled"
    SILENT = "silent"
    REFUSED = "refused"
    MISTAKE = "mistake"
    OTHER = "other"


class Informed(StrEnum):
    """Who may be informed of a minor in danger."""

    CHILD_LINE = "119"
    CELL = "crip"
    POLICE = "police"
    HEAD = "head"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Report:
    """What was passed on about a minor in danger: to whom, when and by whom; or nothing, `because` of what."""

    to: tuple[Informed, ...] = ()
    other: str = ""
    at: datetime | None = None
    by: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """How a thread was closed. `words` are free; `by` is the first name of who closed it; `report` is None where no minor was in danger."""

    ending: Ending
    words: str = ""
    by: str = ""
    report: Report | None = None


def dump(closing: Closing) -> str:
    """As JSON, to be sealed."""
    kept: dict[str, object] = {"ending": closing.ending, "words": closing.words, "by": closing.by}
    if (report := closing.report) is not None:
        at = report.at.isoformat() if report.at else None
        kept["report"] = {"to": report.to, "other": report.other, "at": at, "by": report.by, "because": report.because}
    return json.dumps(kept)


def load(text: str) -> Closing:
    """The other way round."""
    kept = json.loads(text)
    report = None
    if (told := kept.get("report")) is not None:
        at = datetime.fromisoformat(told["at"]) if told["at"] else None
        report = Report(tuple(Informed(name) for name in told["to"]), told["other"], at, told["by"], told["because"])
    return Closing(Ending(kept["ending"]), kept["words"], kept["by"], report)


def plain(closing: Closing) -> str:
    """All of it in one line, by its codes: for whoever goes through everything that is kept."""
    parts = [closing.ending.value, closing.words, closing.by]
    if (report := closing.report) is not None:
        parts += [*report.to, report.other, report.at.isoformat(timespec="minutes") if report.at else "", report.by, report.because]
    return ", ".join(filter(None, parts))
