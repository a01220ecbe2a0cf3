"""What the library's tests stand on: the sample's database, and stand-ins."""

import pytest

from tests.library.anew import functions
from tests.library.fixtures import database, library, log_lines, node_processes, pool, waits
from tests.library.partners import partner, partners_secrets
from tests.library.postgres import Instance, Server
from tests.library.sample.tables import MIGRATIONS

__all__ = [
    "database",
    "functions",
    "library",
    "log_lines",
    "node_processes",
    "partner",
    "partners_secrets",
    "pool",
    "waits",
]


@pytest.fixture
def instance(server: Server) -> Instance:
    """A database that is empty, as RDS hands it over; its deploys bring the sample's tables."""
    return server.create_instance(MIGRATIONS)
