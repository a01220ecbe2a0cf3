"""The bootstrap stacks, one for each environment; production, the emulator's, and settings that nobody ships."""

import pytest

from ffp.stacks import SynthesisedStack
from tests.modules import variants
from tests.modules.template import Template, synthesised
from tests.sample.environments import ALL as SAMPLE


@pytest.fixture(params=SAMPLE)
def name(request: pytest.FixtureRequest) -> str:
    """Each environment of the sample in turn."""
    return str(request.param)


@pytest.fixture
def bootstrap(name: str, sample_stacks: dict[str, SynthesisedStack]) -> SynthesisedStack:
    return sample_stacks[f"bootstrap-{name}"]


@pytest.fixture(scope="session")
def prod(sample_stacks: dict[str, SynthesisedStack]) -> Template:
    """The sample's production."""
    return Template(sample_stacks["prod"])


@pytest.fixture(scope="session")
def local(sample_stacks: dict[str, SynthesisedStack]) -> Template:
    """The sample's platform on an emulator."""
    return Template(sample_stacks["local"])


@pytest.fixture(scope="session")
def one_binding_each() -> Template:
    return synthesised(variants.one_binding_each())


@pytest.fixture(scope="session")
def closed() -> Template:
    return synthesised(variants.closed())


@pytest.fixture(scope="session")
def gateway() -> Template:
    return synthesised(variants.gateway())


@pytest.fixture(scope="session")
def by_iam() -> Template:
    return synthesised(variants.by_iam())


@pytest.fixture(scope="session")
def mutual_tls() -> Template:
    return synthesised(variants.mutual_tls())


@pytest.fixture(scope="session")
def warm() -> Template:
    return synthesised(variants.warm())
