"""Backups in a locked vault, their copies elsewhere, and tests that restore them."""

from modules.recovery.access import BACKUP, at_most
from modules.recovery.vault import Recovery

__all__ = ["BACKUP", "Recovery", "at_most"]
