"""What a person says, is known by, or is thought to need is nowhere to be read: not in the database's files, a backup or the logs."""

import base64
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError
from sqlmodel import col

from bot import logs
from bot.messages import Address, Attachment, Choice, Inbound, Kind, Outbound, Purpose
from bot.settings import Settings
from storage import caseworkers, gaps, lanes, line, road, tables, threads
from storage.backup import backup
from storage.caseworkers import Role
from storage.deposits import Deposits
from storage.engine import Storage, Work, table
from storage.gaps import Verdict
from tests import samples
from tests.bot.test_fetcher import Provider
from tests.clock import TestClock
from tests.conftest import ENGINES, settings_for
from tests.databases import PostgresServer, SqliteTemplate
from tests.talk import Road

CONTENT = Path(__file__).parents[2] / "content"
NAME, PHONE, MESSAGE, PEER = "Yanis-Gaël", "0639980471", "Mon père m'a mis dehors hier soir", "tg-7719930021"
EMAIL, FILE, EXTERNAL = "nadege.kerbrat@example.org", "ordonnance-yanis.jpg", "update-55120934471"
PERSONAL = (NAME, PHONE, MESSAGE, PEER, EMAIL, FILE, EXTERNAL, "Yanis", "dehors hier")
PAGE = 8192
PERSON, CRISIS = table(tables.Person), table(tables.Crisis)


@dataclass(frozen=True)
class Place:
    """A database whose files can be read: their folder, and how they are brought up to date on the disk."""

    settings: Settings
    folder: Path
    server: PostgresServer | None

    def flush(self) -> None:
        if self.server is not None:
            self.server.say("CHECKPOINT")

    def read(self) -> dict[Path, bytes]:
        """Every file of the database, as it is on the disk."""
        self.flush()
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def written_since(self, before: dict[Path, bytes]) -> bytes:
        """The pages of every file that are not what they were."""
        return b"".join(_changed(before.get(path, b""), now) for path, now in self.read().items())


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A database of its own: on PostgreSQL a whole server, as the log of its writes is common to all its databases."""
    if request.param == "sqlite":
        template: SqliteTemplate = request.getfixturevalue("sqlite_template")
        folder = tmp_path / "data"
        folder.mkdir()
        yield Place(settings_for(template.create(folder)), folder, None)
        return
    shared: PostgresServer = request.getfixturevalue("postgres")
    server = PostgresServer(shared.folder.with_name(f"{shared.folder.name}-leaks"))
    yield Place(settings_for(server.create()), server.folder, server)
    server.close()


@pytest.fixture
def settings(place: Place) -> Settings:
    return place.settings


def _changed(before: bytes, now: bytes) -> bytes:
    pages = range(0, len(now), PAGE)
    return b"".join(now[at : at + PAGE] for at in pages if now[at : at + PAGE] != before[at : at + PAGE])


def content_ids() -> set[str]:
    """Every page, crisis and theme id that may be said of a person. One that is also a purpose is in clear as a purpose."""
    pages = {path.stem for path in (CONTENT / "pages").rglob("*.md")}
    crises = set(yaml.safe_load((CONTENT / "crises.yaml").read_text("utf-8"))["crises"])
    menu = {row["id"] for row in yaml.safe_load((CONTENT / "menu.yaml").read_text("utf-8"))["rows"]}
    return (pages | crises | menu) - {purpose.value for purpose in Purpose}


def shapes(text: str) -> Iterator[bytes]:
    """How a text might lie in a file: encoded, in hexadecimal, in base64 at each of its three alignments, as JSON or as Python writes it."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        raw = text.encode(encoding)
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        if len(raw) >= 6:  # a shorter one is found by chance
            for shift in range(3):
                coded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
                yield coded[(0, 2, 3)[shift] : len(coded) - 1]
    yield text.encode("unicode_escape")
    yield text.encode("ascii", "backslashreplace")


def found(texts: set[str], *blobs: bytes) -> set[str]:
    return {text for text in texts for shape in shapes(text) for blob in blobs if shape in blob}


def live(work: Work) -> None:
    """Everything that is kept of a person today, through the road's own verbs where there is one."""
    address = Address("telegram", "bot", PEER)
    ids = sorted(content_ids())
    for number, text in enumerate((MESSAGE, f"je m'appelle {NAME}", PHONE)):
        said = Inbound(address, f"{EXTERNAL}{number}", Kind.TEXT, work.now, text, name=NAME, attachments=(Attachment("photo", FILE, name=FILE),))
        accepted = road.accept(work, said)
        assert accepted is not None
        lane = accepted.lane
        lane.language = "fr"
        lane.state.update(question="name", data={"pages": ids, "name": NAME})
        line.put(work, lane, Outbound(address, Purpose.CRISIS, MESSAGE, tuple(Choice(id, id) for id in ids), dedup_key=f"{NAME}{number}"))
        thread = threads.open_for(work, lane, urgency=2, theme=ids[number])
        threads.raise_alert(work, thread)
        lanes.keep(work, lane)
    assert gaps.keep(work, lane.person_id, f"{MESSAGE}, je m'appelle {NAME}, {PHONE}, {EMAIL}", "fr", (NAME,))
    gaps.mark(work, [one.token for one in gaps.asked(work)], Verdict.COVERED, ids[0])
    caseworkers.invite(work, EMAIL, Role.HEAD)
    seal, look = work.vault.seal, work.vault.lookup
    named = {"name": seal("person.name", NAME), "name_key": look("person.name_key", NAME), "phone": seal("person.phone", PHONE)}
    work.session.execute(PERSON.update().where(PERSON.c.id == lane.person_id).values(named))
    for crisis in ids:
        values = {"conversation_id": lane.conversation_id, "crisis": seal("crisis.crisis", crisis), "number": 1, "opened_at": work.now}
        work.session.execute(insert(CRISIS).values(values))


async def talk(storage: Storage, clock: TestClock) -> None:
    """A whole conversation, as a person has it: danger, a page, a question, somebody of the team."""
    yanis = Road(storage, clock).talk(PEER)
    for text in ("/start", f"je m'appelle {NAME}, {PHONE}", MESSAGE, "c'est quoi la caution visale", "je veux mourir", "une personne", "/urgence"):
        assert await yanis.says(text), text
    clock.turn(minutes=3)
    await yanis.sends("photo", f"{FILE} {MESSAGE}")
    await yanis.road.human_says(yanis, f"Bonjour {NAME}, on s'appelle au {PHONE} ?")


def fail(work: Work) -> None:
    """Break with a person's words in hand: the fault quotes them, and is logged."""
    work.session.execute(insert(PERSON).values(token="x", created_at=MESSAGE))


async def test_nothing_said_or_deduced_can_be_read(
    storage: Storage, place: Place, clock: TestClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    looked_for = {*PERSONAL, *content_ids()}
    before = place.read()
    with caplog.at_level(logging.DEBUG):
        await storage.run(live)
        await talk(storage, clock)
        with pytest.raises(StatementError) as fault:
            await storage.run(fail)
        logging.getLogger(__name__).error("it failed", exc_info=fault.value)
        copy = tmp_path / "palier.backup"
        await backup(place.settings, copy)
    await storage.run(lambda work: None)
    written = "\n".join(logs.Line().format(record) for record in caplog.records)
    assert "it failed" in written
    for where in (written.encode(), copy.read_bytes(), place.written_since(before)):
        assert found(looked_for, where) == set()


def stretches(content: bytes) -> set[str]:
    """Stretches of a file, short enough to lie in one page: as `found` looks for texts, told apart by their hexadecimal."""
    return {content[at : at + 24].hex() for at in range(1000, len(content) - 1000, 997)}


async def test_nothing_sent_can_be_read(storage: Storage, place: Place, clock: TestClock, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    provider = Provider()
    photo, voice = samples.telling_jpeg(700_000), samples.ogg() + samples.opus_pages(300, seed=5)
    provider.files = {"photo": photo, "voice": voice}
    uploaded = samples.telling_jpeg(300_000, seed=9)
    before = place.read()
    with caplog.at_level(logging.DEBUG):
        talk = Road(storage, clock, paper=provider).talk(PEER)
        await talk.does(Kind.MEDIA, attachments=(Attachment("photo", "photo", name=FILE), Attachment("voice", "voice")))
        deposited = await Deposits(storage).receive(_pieces(uploaded), Attachment("document", "", name=FILE))
        await talk.does(Kind.MEDIA, attachments=(deposited,))
        copy = tmp_path / "palier.backup"
        await backup(place.settings, copy)
    assert await storage.read(kept_files) == 3
    await storage.run(lambda work: None)
    written = "\n".join(logs.Line().format(record) for record in caplog.records)
    looked_for = stretches(photo) | stretches(voice) | stretches(uploaded)
    assert len(looked_for) > 900
    for where in (written.encode(), copy.read_bytes(), place.written_since(before)):
        assert {text for text in looked_for if bytes.fromhex(text) in where or text.encode() in where} == set()
        assert found({FILE, "Yanis"}, where) == set()


async def test_the_search_finds_a_file_in_clear(storage: Storage, place: Place) -> None:
    content = samples.telling_jpeg(5_000)

    def careless(work: Work) -> None:
        file = tables.Media(token="x", conversation_id=None, number=0, kind="photo", received_at=work.now)
        work.session.add(file)
        work.session.flush()
        work.session.add(tables.MediaChunk(media_id=file.id or 0, chunk_index=0, content=content))

    before = place.read()
    await storage.run(careless)
    written = place.written_since(before)
    assert any(bytes.fromhex(text) in written for text in stretches(content))


def kept_files(work: Work) -> int:
    return len(work.session.execute(select(col(tables.Media.id)).where(col(tables.Media.state) == "kept")).all())


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 50_000):
        yield content[at : at + 50_000]


async def test_the_search_finds_what_is_in_clear(storage: Storage, place: Place) -> None:
    def careless(work: Work) -> None:
        work.session.execute(insert(table(tables.Setting)).values(name="note", value=MESSAGE))

    before = place.read()
    await storage.run(careless)
    assert found({MESSAGE}, place.written_since(before)) == {MESSAGE}


@pytest.mark.parametrize("text", [NAME, MESSAGE, "aide-visale"])
def test_the_search_knows_the_disguises(text: str) -> None:
    for padding in (b"", b"x", b"xy"):
        assert found({text}, base64.b64encode(padding + text.encode() + b" and more")) == {text}
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        assert found({text}, text.encode(encoding)) == found({text}, text.encode(encoding).hex().encode()) == {text}
