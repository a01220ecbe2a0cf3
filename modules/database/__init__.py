"""The PostgreSQL instance and, by setting, RDS Proxy (MAP-3)."""

from modules.database.instance import Database

__all__ = ["Database"]
