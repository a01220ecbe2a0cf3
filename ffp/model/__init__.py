"""A read-only model of one synthesised stack: its parts, where they are, and who reaches whom.

It is made of the stack's JSON only. Every link follows from a reference, a role's policy, or a pair of security-group
rules, so the model shows what a deploy would make and not what somebody meant to make.
"""

from ffp.model.build import model_of as model_of
from ffp.model.parts import Link as Link
from ffp.model.parts import Model as Model
from ffp.model.parts import Part as Part
from ffp.model.parts import Tier as Tier
