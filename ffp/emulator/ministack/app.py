"""The emulator as FFP runs it: the pinned MiniStack, completed where the platform could not come up or be judged."""

import answers
import authorisation
import instances
import refusals
import rotation
import services
from ministack.app import app

__all__ = ["app"]

authorisation.complete()
services.complete()
rotation.complete()
answers.complete()
instances.complete()
refusals.complete()
