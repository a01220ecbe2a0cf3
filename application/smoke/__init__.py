"""What `ffp emulator smoke` tries of this application beyond its settings; no Lambda package carries it."""

from application.smoke.part import PART

__all__ = ["PART"]
