"""Only what ships: other applications are no matter of these tests."""

import pytest

from ffp.stacks import SynthesisedStack
from settings import environments


@pytest.fixture(params=environments.NAMES)
def platform(request: pytest.FixtureRequest, all_stacks: dict[str, SynthesisedStack]) -> SynthesisedStack:
    """Each environment's platform in turn."""
    return all_stacks[request.param]


@pytest.fixture(params=environments.stacks())
def any_stack(request: pytest.FixtureRequest, all_stacks: dict[str, SynthesisedStack]) -> SynthesisedStack:
    """Each stack in turn."""
    return all_stacks[request.param]
