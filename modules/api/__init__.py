"""The HTTP API (MAP-2)."""

from modules.api.http_api import Api

__all__ = ["Api"]
