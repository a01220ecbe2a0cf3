"""Applications of every kind: what ships, and those of tests/sample/other.py. An invariant is asked of each of them."""

from ffp.stacks import SynthesisedStack
from settings import Environment, environments
from tests.sample.other import ALL as OTHERS


def settings_of(stack: SynthesisedStack) -> Environment:
    """The settings of the environment that a stack is of."""
    name = stack.name.removeprefix("bootstrap-")
    return OTHERS[name] if name in OTHERS else environments.load()[name]
