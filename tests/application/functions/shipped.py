"""What ships: the handlers' code and the migrations."""

from ffp.project import ROOT
from library.functions.database import prepare_database as preparation

FOLDER = "application/functions"
HANDLERS = {file.stem: file.read_text(encoding="utf-8") for file in sorted((ROOT / FOLDER).rglob("*.py"))}
MIGRATIONS_FOLDER = ROOT / "application/migrations"
MIGRATIONS = preparation.migrations(MIGRATIONS_FOLDER)
