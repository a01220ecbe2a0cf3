"""The shipped declarations in the place of the library's sample, and what else the handlers' tests stand on."""

import json
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from ffp_lambda import media

from application.application import APPLICATION
from library.functions.token import add_claims
from tests.application.functions.shipped import MIGRATIONS
from tests.library.anew import functions
from tests.library.fixtures import database, log_lines, pool, waits
from tests.library.postgres import Instance, Server
from tests.library.variables import variables

__all__ = ["database", "functions", "log_lines", "pool", "waits"]


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Quotas, media and roles as they ship. Tenancy's names stay the sample's: test_names.py tries others."""
    given = variables(APPLICATION.tenancy, APPLICATION.quotas, APPLICATION.media)
    for name in given.keys() - {"TENANCY"}:
        monkeypatch.setenv(name, given[name])
    kinds = {name: media.Kind(**kind) for name, kind in json.loads(given["MEDIA_KINDS"]).items()}
    with (
        patch.dict(media.KINDS, kinds, clear=True),
        patch.dict(add_claims.ROLE_SCOPES, json.loads(given["ROLE_SCOPES"]), clear=True),
    ):
        yield


@pytest.fixture
def instance(server: Server) -> Instance:
    """A database that is empty, as RDS hands it over; its deploys bring the tables that ship."""
    return server.bear(MIGRATIONS)
