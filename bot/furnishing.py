"""What the demo's service is made of, before anybody wrote: its team, hours and places, what it checked, and when it receives for what."""

from collections.abc import Mapping
from datetime import time, timedelta

from backend.auth import Passwords
from backend.weekly import read_week
from bot.app import Service
from bot.rules import sessions
from bot.rules.hours import Range
from bot.rules.openings import Mode, Needs, Opening
from bot.rules.recurrences import recurrence
from content.checks import fact_key, page_key
from content.library import Library
from storage import caseworkers, checks, hours, motives, openings, places, switches, workshops
from storage.caseworkers import Member, Role
from storage.engine import Work
from storage.motives import Motive
from storage.places import Kind
from storage.switches import Switch
from storage.workshops import Workshop

TEAM = (
    ("samira@demo.example", "Samira", Role.CASEWORKER),
    ("theo@demo.example", "Théo", Role.CASEWORKER),
    ("lina@demo.example", "Lina", Role.CASEWORKER),
    ("nadia@demo.example", "Nadia", Role.HEAD),
)
PASSWORD = "palier-en-demonstration"  # noqa: S105 - printed for everybody: the demo holds nobody's data
HOURS = "lundi à vendredi 9 h–12 h, 13 h 30–17 h"
OFFICE, ANTENNA, PHONE = "Le CLLAJ des Terrils", "Antenne de Valmines", "Téléphone"
CHECKED_PAGES = ("aide-visale", "aide-depot-garantie", "bail-preavis", "service-cllaj")
CHECKED_FACTS = ("115", "17", "119", "sos-loyers", "notice-furnished", "notice-empty", "notice-short", "locapass-most", "locapass-months")
SOON_AGAIN = "locapass-most"
"""Read by the team of the demo: nobody. The page says so each time, for the service does not exist."""
ONE_YEAR = timedelta(days=364)
MORNING, AFTERNOON = Range(time(9), time(12)), Range(time(13, 30), time(17))
RECEIVES = (
    ("Samira", OFFICE, "MO,TU,TH", (MORNING, AFTERNOON)),
    ("Samira", ANTENNA, "WE", (AFTERNOON,)),
    ("Théo", OFFICE, "TU,WE,FR", (MORNING, AFTERNOON)),
    ("Lina", OFFICE, "MO,WE,FR", (AFTERNOON,)),
    ("Lina", ANTENNA, "TU,TH", (MORNING,)),
    ("Lina", PHONE, "MO,TH", (Range(time(13, 30), time(15)),)),
)
"""Who receives where, on which days of the week and from when to when."""
ON_SITE = frozenset({Mode.ON_SITE})
MOTIVES = (
    Motive("", "Trouver un logement", Needs(45, ON_SITE, buffer=(0, 15)), bring="une pièce d'identité et ce que tu as comme papiers"),
    Motive("", "Aides, garant", Needs(30, ON_SITE | {Mode.PHONE}), bring="tes derniers papiers de la CAF et de travail"),
    Motive("", "Un souci chez moi", Needs(45, ON_SITE, buffer=(0, 15)), bring="le bail et les courriers reçus"),
    Motive("", "Je dirai sur place", Needs(30, ON_SITE)),
)

WORKSHOP = Workshop("", "Chercher un logement", "Deux heures en petit groupe : où chercher, quoi dire, quoi vérifier.")
WEDNESDAY = 2


async def furnish(service: Service) -> None:
    """Make the demo's service, once."""
    if await service.storage.read(caseworkers.team):
        return
    password = await Passwords().hash(PASSWORD)

    def unit(work: Work) -> None:
        team = {}
        for email, name, role in TEAM:
            member = caseworkers.accept_invitation(work, caseworkers.invite(work, email, role), name, password)
            if member is not None:
                team[name] = member
        head = next(member for member in team.values() if member.role is Role.HEAD)
        _open_the_house(work, head)
        _check_some(work, service.library, head)
        _receive(work, team)
        _gather(work)

    await service.storage.run(unit)


def _open_the_house(work: Work, head: Member) -> None:
    """The hours, signed, and where the team receives."""
    week = read_week(HOURS)
    hours.put_week(work, week)
    hours.sign(work, head)
    how = "Bus 3, arrêt Marché. Entrée à côté de la mairie."
    places.add(work, OFFICE, "1 place du Marché, Brémont (ville fictive)", week, directions=how, town="Brémont")
    there = read_week("mardi 9 h–12 h, mercredi 13 h 30–17 h, jeudi 9 h–12 h")
    how = "À la Mission Locale, au premier."
    places.add(work, ANTENNA, "8 rue des Peupliers, Valmines (ville fictive)", there, kind=Kind.ANTENNA, directions=how, town="Valmines")
    places.add(work, PHONE, "", ((),) * 7, kind=Kind.PHONE, directions="Garde ton téléphone près de toi.")


def _check_some(work: Work, library: Library, by: Member) -> None:
    """What the team has checked already: a few pages and facts, one of them to be looked at again soon."""
    today = work.now.date()
    due = {name: today + timedelta(days=20 if name == SOON_AGAIN else 180) for name in (*CHECKED_FACTS, *CHECKED_PAGES)}
    for name in CHECKED_FACTS:
        checks.verify(work, by.id, fact_key(name), library.files[name].fingerprint, due[name])
    for name in CHECKED_PAGES:
        checks.verify(work, by.id, page_key(name), library.pages[name].fingerprint, due[name])


def _receive(work: Work, team: Mapping[str, Member]) -> None:
    """When each receives, from today on, and for what."""
    for motive in MOTIVES:
        motives.put(work, motive)
    where = {place.name: place for place in places.everywhere(work)}
    today = work.now.astimezone(hours.zone(work)).date()
    for name, place, days, ranges in RECEIVES:
        modes = frozenset({where[place].kind.mode})
        rule = recurrence(f"FREQ=WEEKLY;BYDAY={days}")
        openings.open_at(work, Opening(team[name].id, where[place].id, ranges, modes, today, today + ONE_YEAR, rule))


def _gather(work: Work) -> None:
    """Workshops, turned on by the head: one on three Wednesdays, from next week on."""
    switches.turn(work, Switch.WORKSHOPS, on=True)
    zone, office = hours.zone(work), places.places(work)[0]
    today = work.now.astimezone(zone).date()
    first = today + timedelta(days=7 + (WEDNESDAY - today.weekday()) % 7)
    token = workshops.put(work, WORKSHOP)
    workshops.plan(work, token, office.id, sessions.times(sessions.weekly(first, 3), AFTERNOON.opens, time(15, 30), zone), 8)
