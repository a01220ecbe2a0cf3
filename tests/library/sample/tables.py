"""The sample's migrations."""

from ffp.project import ROOT
from library.functions.database import prepare_database as preparation

MIGRATIONS = preparation.migrations(ROOT / "tests/library/sample/migrations")
