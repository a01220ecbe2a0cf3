"""Backups in a locked vault, their copies elsewhere, and tests that restore them."""

from modules.recovery.roles import BACKUP, RESTORE, role_arn
from modules.recovery.vault import Recovery

__all__ = ["BACKUP", "RESTORE", "Recovery", "role_arn"]
