"""The signs of `when_words` gathered into marks, each a day, an hour, a part of the day…, wanted or refused.

This is the grammar of times, and how far a « pas » reaches; which day is meant is found by `when`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_HOUR = r"(?:H\d{1,2}(?::\d\d)?|NOON)(?: HALF| QUARTER| LESS)?"
_SPOKEN = r"CLOCK O?\d{1,2}(?: HALF| QUARTER)?|\d{1,2} CLOCK(?: HALF| QUARTER| LESS)?(?: \d\d)?|AT \d{1,2}"
_CLOCK = rf"(?:(?:{_HOUR}|{_SPOKEN})(?: AFTERNOON| EVENING| MORNING)?)"
_MONTH_DAY = r"(?:LE )?(?:D[\d/]+|N1 M\d+|\d{1,2} M\d+(?: \d{4})?|M\d+ (?:LE )?\d{1,2}(?!\d))|LE \d{1,2}|LE N1"
_DAY = rf"(?:T[012]|(?:NEXT )?W\d|{_MONTH_DAY})"
_GRAMMAR = {
    "lasting": r"IN H\d+(?::\d\d)?|IN \d+ CLOCK|H\d+(?::\d\d)? LATE|\d+ CLOCK (?:LATER|EARLIER|LATE)|H\d+(?::\d\d)? (?:LATER|EARLIER)",
    "weeks": r"(?:(?:BEGIN|MID|END) )?(?:NEXT WEEK|WEEK (?:NEXT|AFTER)|THIS WEEK)|(?:BEGIN|END) WEEK",
    "week_of": r"WEEK LE \d{1,2}(?: M\d+)?",
    "in_days": r"IN \d+ (?:WEEK|DAYS|MONTH)",
    "weekend": r"(?:THIS |NEXT )?WEEKEND(?: NEXT)?",
    "months": r"(?:(?:BEGIN|MID|END) )?(?:NEXT MONTH|MONTH NEXT)|(?:BEGIN|MID|END) (?:THIS )?MONTH|(?:BEGIN |MID |END |IN |MONTH )M\d+",
    "dates": r"(?:BETWEEN |FROM )?LE (?:\d{1,2}|N1) (?:AND |UNTIL )?LE \d{1,2}(?: M\d+)?",
    "span": rf"(?:FROM )?{_CLOCK} (?:UNTIL|AND) {_CLOCK}|BETWEEN {_CLOCK} AND (?:{_CLOCK}|\d{{1,2}})",
    "busy": rf"BUSY (?:_ )*UNTIL {_CLOCK}|(?:FINISH|START) (?:_ )*(?:BUSY )?{_CLOCK}",
    "edge": rf"(?:NOT )?(?:BEFORE|AFTER|FROM|UNTIL) (?:{_DAY}|{_CLOCK}|\d{{1,2}})",
    "about": rf"AROUND {_CLOCK}",
    "date": rf"(?:W\d )?(?:{_MONTH_DAY})|W\d \d{{1,2}}(?! CLOCK)",
    "hour": _CLOCK,
    "weekday": r"NEXT W\d|W\d (?:NEXT|IN8|IN15)|W\d",
    "near": r"T[012]|THIS (?:MORNING|AFTERNOON|EVENING)",
    "part": r"(?:BEGIN |END )?(?:MORNING|AFTERNOON|EVENING)",
    "day_end": r"END DAYS",
    "place": r"(?:O-?\d{1,2}|N1)(?! WEEK| MONTH)|SOONEST|LATEST",
    "turn": r"NOT|EXCEPT|INSTEAD|BUSY|RATHER|THAN|CAN|BUT|BREAK|NO",
    "loose": r"ANY|EARLIER|LATER",
}
"""Every kind of mark, the one that is tried first before the others."""
_MARK = re.compile(r"(?<!\S)(?:" + "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _GRAMMAR.items()) + r")(?!\S)")
_OF_DAYS = frozenset("weeks week_of in_days weekend months dates date weekday near".split())
_OF_HOURS = frozenset("span busy edge about hour part day_end".split())
_NOT_WANTED = ("NOT", "BUSY", "EXCEPT", "INSTEAD")
_TURNS = ("BUT", "BREAK", "RATHER", "INSTEAD", "NO")


@dataclass(slots=True)
class Mark:
    """Something said of time: its kind, its signs, and whether it is refused."""

    kind: str
    said: str
    refused: bool = False

    @property
    def of_days(self) -> bool:
        return self.kind in _OF_DAYS

    @property
    def of_time(self) -> bool:
        return self.kind in _OF_DAYS or self.kind in _OF_HOURS


def marks(said: Sequence[str]) -> list[Mark]:
    """What these signs say, in order; the turns of the sentence are weighed and gone."""
    clauses = list(_clauses(said))
    for before, clause in zip([[], *clauses], clauses, strict=False):
        _refuse(clause, before)
    return [mark for clause in clauses for mark in clause if mark.kind not in ("turn", "lasting")]


def groups(found: Sequence[Mark]) -> Iterator[list[Mark]]:
    """The refused marks, those of one moment together (« pas jeudi matin »)."""
    group: list[Mark] = []
    for mark in (*found, Mark("end", "")):
        alike = any(mark.of_days == each.of_days for each in group)
        if group and (not mark.refused or alike):
            yield group
            group = []
        if mark.refused:
            group.append(mark)


def _clauses(said: Sequence[str]) -> Iterator[list[Mark]]:
    """The marks of each clause. What answers to a time behind it (« vendredi oui », « lundi non ») goes with that time."""
    clause: list[Mark] = []
    for match in _MARK.finditer(" ".join(said)):
        mark = Mark(str(match.lastgroup), match.group())
        times = [each for each in clause if each.of_time]
        agrees = mark.said in ("CAN", "RATHER") and bool(times)
        if mark.said == "NO" and times:
            times[-1].refused = True
        if agrees or mark.said in _TURNS:
            again = [clause.pop()] if agrees and _agreed(clause) else []
            yield clause
            clause = again
        clause.append(mark)
    yield clause


def _agreed(clause: Sequence[Mark]) -> bool:
    """Whether a yes right behind the last time means that one alone: « pas lundi mardi oui », « jeudi pas possible vendredi ok »."""
    *others, last = clause
    times = [mark for mark in others if mark.of_time]
    return last.of_time and bool(times) and times[-1].of_days == last.of_days and any(mark.said in _NOT_WANTED for mark in others)


def _refuse(clause: Sequence[Mark], before: Sequence[Mark]) -> None:
    """Mark what is refused in a clause: what stands behind the « pas », or else before it, be it right before a comma."""
    place = next((nth for nth, mark in enumerate(clause) if mark.said in _NOT_WANTED), None)
    if place is None:
        _refuse_the_less_liked(clause)
        return
    behind = [mark for mark in clause[place:] if mark.of_time]
    if clause[place].said == "INSTEAD":
        behind = behind[:1]
    times = behind or [mark for mark in clause if mark.of_time]
    if not times and clause[0].said == "BREAK" and clause[place].said in ("NOT", "BUSY"):
        times = [mark for mark in before[-1:] if mark.of_time]
    for mark in times:
        mark.refused = True


def _refuse_the_less_liked(clause: Sequence[Mark]) -> None:
    """« plutôt mardi que jeudi »."""
    said = [mark.said for mark in clause]
    if said[:1] == ["RATHER"] and "THAN" in said and any(mark.of_time for mark in clause[: said.index("THAN")]):
        for mark in clause[said.index("THAN") :]:
            mark.refused = mark.of_time
