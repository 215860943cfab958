"""Closing a thread: what came of it, and where a minor was in danger, who was informed. Reads the form, and says what is missing in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.show import Show
from storage import hours
from storage.endings import Closing, Ending, Informed, Report
from storage.engine import Work

ENDINGS = {
    Ending.INFORMED: "Information donnée",
    Ending.APPOINTMENT: "Rendez-vous pris",
    Ending.ORIENTED: "Orientation vers un partenaire",
    Ending.FOLLOWED: "Accompagnement commencé",
    Ending.HOUSED: "Logement ou hébergement trouvé",
    Ending.SETTLED: "Réglé autrement",
    Ending.SILENT: "Plus de nouvelles",
    Ending.REFUSED: "La personne n'a pas souhaité continuer",
    Ending.MISTAKE: "Erreur, ou essai",
    Ending.OTHER: "Autre",
}
INFORMED = {
    Informed.CHILD_LINE: "Le 119",
    Informed.CELL: "La cellule de recueil des informations préoccupantes",
    Informed.POLICE: "La police ou la gendarmerie",
    Informed.HEAD: "La direction du service",
    Informed.OTHER: "Quelqu'un d'autre",
}
FAULTS = {
    "ending": "Choisissez ce que la demande a donné.",
    "words": "Dites en un mot ce qu'elle a donné.",
    "long": "C'est trop long : 500 caractères au plus.",
    "shared": "Dites si une information a été transmise.",
    "to": "Dites qui a été informé.",
    "other": "Dites qui d'autre a été informé.",
    "when": "Donnez le jour et l'heure, qui ne peuvent pas être à venir.",
    "by": "Dites qui l'a transmise.",
    "because": "Dites pourquoi rien n'a été transmis.",
}
LONGEST = 500
DAYS_AHEAD = 15


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form says: a closing, or the name of what is wrong with it."""

    closing: Closing | None
    fault: str = ""


def read(form: Mapping[str, str], by: str, now: datetime, zone: ZoneInfo, *, minor: bool) -> Asked:
    """Read the form of somebody called `by`. `minor`: a danger of a minor was seen, so that who was informed has to be said."""
    words = form.get("words", "").strip()
    if form.get("ending", "") not in set(Ending):
        return Asked(None, "ending")
    ending = Ending(form["ending"])
    if ending is Ending.OTHER and not words:
        return Asked(None, "words")
    if any(len(form.get(name, "")) > LONGEST for name in ("words", "other", "by", "because")):
        return Asked(None, "long")
    report, fault = _report(form, now, zone) if minor or form.get("minor") else (None, "")
    return Asked(None, fault) if fault else Asked(Closing(ending, words, by, report))


def _report(form: Mapping[str, str], now: datetime, zone: ZoneInfo) -> tuple[Report | None, str]:
    if form.get("shared") == "no":
        because = form.get("because", "").strip()
        return (Report(because=because), "") if because else (None, "because")
    if form.get("shared") != "yes":
        return None, "shared"
    to = tuple(one for one in Informed if form.get(f"to_{one}"))
    other, at, by = form.get("other", "").strip(), _moment(form, zone), form.get("by", "").strip()
    if not to:
        return None, "to"
    if Informed.OTHER in to and not other:
        return None, "other"
    if at is None or at > now:
        return None, "when"
    return (Report(to, other, at, by), "") if by else (None, "by")


def _moment(form: Mapping[str, str], zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(form.get("day", "")), time.fromisoformat(form.get("hour", "")), tzinfo=zone)
    except ValueError:
        return None


def in_words(closing: Closing, at: datetime, show: Show, now: datetime) -> str:
    """How a thread had ended, as a note for colleagues."""
    lines = [f"Close {show.moment(at, now)} par {closing.by} : {ENDINGS[closing.ending]}."]
    if closing.words:
        lines.append(closing.words)
    if closing.report is not None:
        lines.append(_reported(closing.report, show, now))
    return show.words.typeset("\n".join(lines))


def _reported(report: Report, show: Show, now: datetime) -> str:
    if report.because:
        return f"Mineur en danger. Pas d'information transmise, parce que : {report.because}"
    informed = ", ".join(report.other if one is Informed.OTHER else INFORMED[one] for one in report.to)
    at = f", {show.moment(report.at, now)}" if report.at else ""
    return f"Mineur en danger. Informé : {informed}{at}, par {report.by}."


def same_working_day(work: Work) -> datetime:
    """Until when the head has seen it: the end of this working day, or of the next one with hours."""
    known = hours.known(work)
    if known is None:
        return work.now + timedelta(days=1)
    today = work.now.astimezone(known.zone).date()
    for ahead in range(DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        ends = [datetime.combine(day, each.closes, tzinfo=known.zone) for each in known.ranges(day)]
        if ends and max(ends) > work.now:
            return max(ends)
    return work.now + timedelta(days=1)
