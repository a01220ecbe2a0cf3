"""The cases that `ffp emulator smoke` runs for this application only. No Lambda package contains them."""

from application.smoke.part import PART

__all__ = ["PART"]
