"""PostgreSQL and its proxy (MAP-3)."""

from modules.database.instance import Database

__all__ = ["Database"]
