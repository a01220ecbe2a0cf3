"""Secrets, their rotation, and reminders for secrets that people renew (MAP-10)."""

from modules.secrets.reminders import Renewals
from modules.secrets.secret import Secret, Secrets

__all__ = ["Renewals", "Secret", "Secrets"]
