"""A read-only model of one synthesised stack: its parts, their places in the network, and the links between them.

Its only source is the stack's JSON. Every link follows from a reference, a role's policy, or a pair of security-group
rules, so the model shows what a deploy creates, not what somebody intended.
"""

from ffp.model.build import model_of as model_of
from ffp.model.changes import Changes as Changes
from ffp.model.changes import both as both
from ffp.model.changes import touched as touched
from ffp.model.parts import Link as Link
from ffp.model.parts import Model as Model
from ffp.model.parts import Part as Part
from ffp.model.parts import Tier as Tier
