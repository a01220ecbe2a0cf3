"""The emulator: the pinned MiniStack, with the operations and checks added that the platform and its tests need."""

import answers
import authorisation
import events
import instances
import moving
import own_packages
import refusals
import restoring
import rotation
import services
from ministack.app import app

__all__ = ["app"]

authorisation.complete()
services.complete()
restoring.complete()
rotation.complete()
answers.complete()
instances.complete()
moving.complete()
refusals.complete()
events.complete()
own_packages.complete()
