"""Makes the Lambda code importable, and stands in for the database and the log."""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "functions" / "shared"))

# The handlers make their clients when they are imported.
os.environ["AWS_DEFAULT_REGION"] = "eu-west-2"
os.environ["AWS_ACCESS_KEY_ID"] = "test"
os.environ["AWS_SECRET_ACCESS_KEY"] = "test"

from ffp_lambda import database as database_module
from ffp_lambda.log import JsonFormatter

from tests.functions.fakes import FakeConnection


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> FakeConnection:
    """The connection that every session of the test runs on."""
    connection = FakeConnection()
    monkeypatch.setattr(database_module, "_connection", None)
    monkeypatch.setattr(database_module, "_connect_as_function", lambda: connection)
    return connection


@pytest.fixture
def log_lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What was logged so far, each line parsed."""
    lines: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonFormatter().format(record))

    logger, collector = logging.getLogger("ffp"), Collector()
    logger.addHandler(collector)
    logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in lines]
    logger.removeHandler(collector)
