"""Makes the Lambda code importable, and stands in for the database and the log."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "library" / "python"))

# isort: split
from tests.functions import variables  # noqa: F401 - before any handler is imported

# isort: split
from ffp_lambda import database as database_module
from ffp_lambda import users

from ffp.emulator.home import Home, is_set_up
from tests.functions.fakes import FakeConnection
from tests.functions.postgres import Instance, Server
from tests.functions.user_pool import POOL, UserPool
from tests.support import require


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> FakeConnection:
    """The connection that every session of the test runs on."""
    connection = FakeConnection()
    monkeypatch.setattr(database_module._OF_THIS_ENVIRONMENT, "_session", None)
    monkeypatch.setattr(database_module._OF_THIS_ENVIRONMENT, "_open", lambda: connection)
    return connection


@pytest.fixture
def log_lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What was logged so far, each line parsed."""
    lines: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            # The module that is imported now: a test may have imported it anew, with other names.
            lines.append(sys.modules["ffp_lambda.log"].Formatter().format(record))

    logger, collector = logging.getLogger("ffp"), Collector()
    logger.addHandler(collector)
    logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in lines]
    logger.removeHandler(collector)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server for all tests of the database."""
    require(is_set_up() or None, "the emulator's environment")
    with Server.started(Home(tmp_path_factory.mktemp("postgres") / "home")) as server:
        yield server


@pytest.fixture
def instance(server: Server) -> Instance:
    """A database that is empty, as RDS hands it over."""
    return server.bear()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each answer about a user was held back, which takes no time here."""
    waits: list[float] = []
    monkeypatch.setattr("ffp_lambda.http.time.sleep", waits.append)
    return waits


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> Iterator[UserPool]:
    """The pool of all users, and nobody waits for an answer about one."""
    monkeypatch.setenv("USER_POOL_ID", POOL)
    pool = UserPool()
    pool.serve(users.COGNITO)
    yield pool
    pool.leave(users.COGNITO)
