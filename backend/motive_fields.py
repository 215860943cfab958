"""A motive as it is written in a form, and the few a service may begin with."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from backend.forms import Wrong, line, number, text, ticked
from backend.openings import MODES
from bot.rules.openings import Mode, Needs
from bot.rules.reminders import REMINDERS, Kind
from storage.caseworkers import Member
from storage.motives import Motive

FORM = "motive"
LONGEST_NAME, LONGEST_BRING = 40, 300
HOUR = timedelta(hours=1)
FARTHEST_NOTICE, FARTHEST, LONGEST = 14 * 24, 400, 480
GRIDS: Mapping[str, str] = {"30": "à l'heure et à la demie", "15": "tous les quarts d'heure", "60": "aux heures pleines", "0": "l'un après l'autre"}
CHAIN: Mapping[Kind, str] = {
    Kind.WEEK: "une semaine avant",
    Kind.TWO_DAYS: "48 heures avant",
    Kind.DAY_BEFORE: "la veille à 18 h",
    Kind.HOURS: "3 heures avant",
}
AROUND: Mapping[str, str] = {
    "buffer_before": "Gardé libre avant",
    "buffer_after": "Gardé libre après",
    "travel_before": "Trajet à l'aller, à domicile",
    "travel_after": "Trajet au retour, à domicile",
}
STARTING = ("Trouver un logement", "Aides et garant", "Un souci chez moi", "Je dirai sur place")
"""What people most often come for, in their own words; the team changes and adds to it."""
FAULTS = {
    "name": f"Écrivez un nom, {LONGEST_NAME} caractères au plus.",
    "taken": "Un autre motif s'appelle déjà ainsi.",
    "discreet": f"Écrivez une autre formule, {LONGEST_NAME} caractères au plus.",
    "bring": f"Dites quoi apporter en {LONGEST_BRING} caractères au plus.",
    "minutes": "Écrivez une durée en minutes, de cinq en cinq, 8 heures au plus.",
    "around": "Écrivez des minutes, de cinq en cinq, 8 heures au plus.",
    "modes": "Choisissez au moins une façon de se voir.",
    "who": "Choisissez qui prend ces rendez-vous.",
    "grid": "Choisissez quand ces rendez-vous commencent.",
    "notice": "Écrivez un délai en heures, deux semaines au plus.",
    "horizon": f"Écrivez un nombre de jours, de 1 à {FARTHEST}.",
}


def read(form: Mapping[str, str], team: Iterable[Member], token: str = "") -> Motive:
    """The motive a form describes; every box of `team` ticked is everybody, and so is a team of one. Raises Wrong."""
    name, discreet, bring = line(form, "name", LONGEST_NAME), line(form, "discreet", LONGEST_NAME), text(form, "bring", LONGEST_BRING)
    if not name or not any(map(str.isalpha, name)):
        raise _wrong("name")
    if discreet is None:
        raise _wrong("discreet")
    if bring is None:
        raise _wrong("bring")
    chain = (Kind.CONFIRMATION, *(Kind(each) for each in ticked(form, "chain_", REMINDERS)))
    return Motive(token, name, _needs(form, tuple(team)), discreet, bring, chain)


def _needs(form: Mapping[str, str], team: tuple[Member, ...]) -> Needs:
    minutes = number(form, "minutes", 5, LONGEST)
    if minutes is None or minutes % 5:
        raise _wrong("minutes")
    modes = frozenset(Mode(each) for each in ticked(form, "mode_", MODES))
    if not modes:
        raise _wrong("modes")
    wanted = set(ticked(form, "who_", (member.token for member in team)))
    if len(team) > 1 and not wanted:
        raise _wrong("who")
    around = {field: _around(form, field) for field in AROUND}
    notice, horizon, grid = number(form, "notice", 0, FARTHEST_NOTICE), number(form, "horizon", 1, FARTHEST), form.get("grid", "")
    if grid not in GRIDS:
        raise _wrong("grid")
    if notice is None:
        raise _wrong("notice")
    if horizon is None:
        raise _wrong("horizon")
    return Needs(
        minutes=minutes,
        modes=modes,
        who=frozenset() if len(wanted) in (0, len(team)) else frozenset(member.id for member in team if member.token in wanted),
        buffer=(around["buffer_before"], around["buffer_after"]),
        travel=(around["travel_before"], around["travel_after"]),
        grid=int(grid),
        notice=notice * HOUR,
        horizon=horizon,
    )


def fields(motive: Motive, team: Iterable[Member]) -> dict[str, str]:
    """The fields that make this motive again."""
    needs = motive.needs
    return {
        **{"name": motive.name, "discreet": motive.discreet, "bring": motive.bring, "minutes": str(needs.minutes), "grid": str(needs.grid)},
        **{"buffer_before": str(needs.buffer[0]), "buffer_after": str(needs.buffer[1])},
        **{"travel_before": str(needs.travel[0]), "travel_after": str(needs.travel[1])},
        **{"notice": str(needs.notice // HOUR), "horizon": str(needs.horizon)},
        **{f"mode_{mode}": "1" for mode in needs.modes},
        **{f"chain_{kind}": "1" for kind in motive.chain},
        **{f"who_{member.token}": "1" for member in team if not needs.who or member.id in needs.who},
    }


def starting_set(minutes: int) -> list[Motive]:
    """The motives a service may begin with, each as long. What to bring is the team's to say."""
    modes = frozenset({Mode.ON_SITE, Mode.PHONE})
    return [Motive("", name, Needs(minutes, modes)) for name in STARTING]


def _around(form: Mapping[str, str], field: str) -> int:
    found = number(form, field, 0, LONGEST) if form.get(field, "").strip() else 0
    if found is None or found % 5:
        raise Wrong(FORM, field, FAULTS["around"])
    return found


def _wrong(field: str) -> Wrong:
    return Wrong(FORM, field, FAULTS[field])
