"""What an operator does by hand for the rights of people: `palier retention`, `palier export-person`, `palier erase-person`.

They speak French: what they print is read by the head of service, and goes into the service's file. Counts and ids, never a name or a word said.
An ID is what the desk shows: the address of a demande's page, or its last part. It leads to the person whose demande it is.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal

from bot.clock import Clock, MachineClock
from bot.errors import PalierError
from bot.exports import archive
from bot.settings import Settings
from content.library import ROOT
from content.retention import load_retention
from content.words import FRENCH, words_of
from handlers.export import as_text
from storage import audit, erasure, holds, purge, retention, rights, settings_store
from storage.audit import Act
from storage.engine import Storage, Work, open_storage
from storage.rights import Everything

Say = Callable[[str], None]
Ask = Callable[[str], str]
YES = "effacer"
EVERY_SECONDS = 2.0
"""How often a long purge says how far it is."""
CLASSES: Mapping[str, str] = {
    retention.PEOPLE: "personnes sans nouvelles depuis la durée prévue, avec tout ce qui les concerne",
    retention.BESIDE: "personnes dont une demande est conservée sur décision : tout le reste",
    retention.CONVERSATIONS: "conversations restées avec le robot",
    retention.FILES: "fichiers",
    retention.EVENTS: "événements des mois passés, ajoutés aux chiffres du mois",
    retention.QUESTIONS: "questions que le robot n'avait pas comprises",
    retention.AUDITS: "lignes de qui a lu et écrit",
    retention.MARKS: "mentions dont les 60 jours sont passés",
    retention.LINES: "places d'attente d'ateliers passés",
    retention.JOINED_ROWS: "traces d'un rapprochement de plus de 30 jours",
    retention.SESSIONS: "séances d'ateliers passées depuis longtemps",
    purge.COPIES: "copies de la base faites avant une mise à jour",
    purge.LINES: "lignes du journal des effacements",
}
"""What each kind of the purge is called, in the order it is printed."""


class NobodyHere(PalierError):
    """Cet identifiant ne mène à personne : copiez l'adresse de la page d'une demande, /backend/threads/… (ou bien la personne est déjà effacée)."""


class KeptByTheHead(PalierError):
    """Une demande de cette personne est conservée sur décision du ou de la responsable."""


class NotConfirmed(PalierError):
    """Rien n'a été effacé. Relancez la commande et répondez « effacer », ou ajoutez --yes dans un script."""


class NotWritten(PalierError):
    """Le fichier n'a pas pu être écrit."""


# -- retention


async def clean(settings: Settings, say: Say, progress: Say, *, dry_run: bool) -> None:
    """Say what the nightly purge would remove, or remove it now. Raises SettingsError, StorageError, ContentError."""
    keeping = load_retention(ROOT / "retention.yaml")  # of all that the service says, this alone: a command starts anew each time
    async with _opened(settings) as storage:
        act = purge.count if dry_run else purge.purge
        told = await act(storage, keeping, settings.zone, settings.erasure_ledger, _Progress(storage.clock, progress))
    say("Ce qui serait effacé maintenant (rien n'a été changé) :" if dry_run else "Ce qui vient d'être effacé :")
    for line in _table(told):
        say(line)


def _table(told: Mapping[str, int]) -> Iterator[str]:
    for kind, label in CLASSES.items():
        yield f"{_number(told.get(kind, 0)):>11}  {label}"


class _Progress:
    """Says how far a purge is, not too often."""

    def __init__(self, clock: Clock, say: Say) -> None:
        self._clock = clock
        self._say = say
        self._last = clock.elapsed()

    def __call__(self, kind: str, number: int) -> None:
        if self._clock.elapsed() - self._last >= EVERY_SECONDS:
            self._last = self._clock.elapsed()
            self._say(f"… {CLASSES.get(kind, kind)} : {_number(number)}" if number else f"… {CLASSES.get(kind, kind)}")


# -- one person


async def export_person(settings: Settings, name: str, file: Path | None, say: Say, *, team: bool) -> None:
    """Write everything kept of one person into a zip that its owner alone may read; `team` adds what colleagues wrote among themselves.

    Raises NobodyHere, NotWritten for a file that is there or cannot be made, SettingsError, StorageError.
    """
    async with _opened(settings) as storage:
        person = await _person(storage, name)
        found = await storage.read(rights.everything, person, team=team)
        to = file or Path(f"mes-donnees-{_id(name)}.zip")
        await storage.run(audit.write, Act.EXPORTED, person=person)
        await _write(storage, found, to, settings)
    say(f"{to} : {_counted(len(found.lines), 'message')}, {_counted(len(found.demands), 'demande')}, {_counted(len(found.files), 'fichier')}")
    say("Ce fichier n'est pas chiffré : remettez-le à la personne par un moyen sûr, puis supprimez-le de cette machine.")


async def _write(storage: Storage, found: Everything, to: Path, settings: Settings) -> None:
    language = found.places[0].language if found.places else FRENCH
    text = as_text(found, words_of(language), settings.zone).encode()
    try:
        handle = os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as fault:
        raise NotWritten(f"{to} existe déjà : supprimez ce fichier, ou donnez-en un autre avec --to") from fault
    except OSError as fault:
        raise NotWritten(f"{to} n'a pas pu être écrit ({fault.strerror}) : donnez un autre endroit avec --to") from fault
    try:
        with os.fdopen(handle, "wb") as whole:
            async for piece in archive(storage, found, text):
                await asyncio.to_thread(whole.write, piece)
    except BaseException:
        await asyncio.to_thread(to.unlink, missing_ok=True)
        raise


async def erase_person(settings: Settings, name: str, say: Say, ask: Ask | None) -> None:
    """Erase one person for good: database, files, outbox, then never again by a restore. `ask` puts the question; None where yes was said already.

    Raises NobodyHere, KeptByTheHead, NotConfirmed, SettingsError, StorageError.
    """
    async with _opened(settings) as storage:
        person = await _person(storage, name)
        until = await storage.read(holds.last_day, person)
        if until is not None:
            raise KeptByTheHead(
                f"Une demande de cette personne est conservée sur décision jusqu'au {_day(until, settings)}. Rien n'a été effacé : "
                "la ou le responsable lève d'abord la conservation, ou attend cette date."
            )
        for line in await storage.read(_what_goes, person):
            say(line)
        if ask is not None and (await asyncio.to_thread(ask, f"Effacer pour toujours ? Écrivez « {YES} » : ")).strip().casefold() != YES:
            raise NotConfirmed
        await storage.run(audit.write, Act.ERASED, person=person)
        done = await erasure.erase(storage, settings.erasure_ledger, person)
    day = _day(done.at, settings)
    say(f"Effacé le {day}. Le journal des effacements ({settings.erasure_ledger}) le rejouera si une sauvegarde est remise en place.")


def _what_goes(work: Work, person: int) -> list[str]:
    there = rights.summary(work, person)
    followed = "suivie par l'équipe" if there.followed else "connue du robot seul"
    lines = [f"Une personne, {followed} : {_counted(len(there.demands), 'demande')}, {_counted(there.files, 'fichier')}, et tous ses messages."]
    if there.answer_before is not None:
        lines.append("Une tâche du ou de la responsable l'attendait : elle part avec le reste.")
    return lines


def asked(question: str) -> str:
    """What is typed after a question. Raises NotConfirmed where nobody can type."""
    if not sys.stdin.isatty():
        raise NotConfirmed
    return input(question)


# -- parts


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Storage]:
    """The database, beside whoever runs, at the service's time."""
    clock = MachineClock()
    storage = await open_storage(settings, clock, migrate=False)
    try:
        offset = await storage.read(settings_store.clock_offset)
        clock.turn_to(clock.offset if offset is None else offset)
        yield storage
    finally:
        await storage.close()


async def _person(storage: Storage, name: str) -> int:
    found = await storage.read(rights.find, _id(name))
    if found is None:
        raise NobodyHere
    return found


def _id(name: str) -> str:
    """The last part of a page's address, or what was given."""
    return name.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]


def _number(number: int) -> str:
    return format_decimal(number, locale=FRENCH)


def _counted(number: int, noun: str) -> str:
    return f"{_number(number)} {noun}{'s' if number > 1 else ''}"


def _day(at: datetime, settings: Settings) -> str:
    return format_date(at.astimezone(settings.zone).date(), "d MMMM y", locale=FRENCH)
