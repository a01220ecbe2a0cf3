"""The simulator, and the environments that it judges: production, and one that may be destroyed."""

from collections.abc import Iterator

import pytest

from ffp.stacks import SynthesisedStack
from tests.sample.environments import ALL as SAMPLE
from tests.simulation.simulator import Environment, Simulator


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    simulator = Simulator()
    yield simulator
    simulator.close()


@pytest.fixture(params=["prod", "dev"])
def environment(request: pytest.FixtureRequest, sample_stacks: dict[str, SynthesisedStack]) -> Environment:
    name = request.param
    account = SAMPLE[name].account_id
    return Environment(account, sample_stacks[name], sample_stacks[f"bootstrap-{name}"])
