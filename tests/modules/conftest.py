"""The bootstrap stacks, one for each environment; production, the emulator's, and settings that nobody ships."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffp.stacks import SynthesisedStack
from modules.functions import bundling, npm
from settings.base import InvalidSettings
from settings.npm import LOCK, pinned_at
from tests.modules import variants
from tests.modules.npm_project import Project, project
from tests.modules.template import Template, synthesised
from tests.sample.environments import ALL as SAMPLE
from tests.support import require


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
def scanned() -> Template:
    return synthesised(variants.scanned())


@pytest.fixture(scope="session")
def gateway() -> Template:
    return synthesised(variants.gateway())


@pytest.fixture(scope="session")
def esbuild() -> Path:
    """The archive of the pinned esbuild, which npm fetches where it is not kept yet."""
    try:
        program = bundling._program()
    except InvalidSettings:
        program = None
    require(program, "esbuild, or a registry of npm that has it")
    locked = json.loads((bundling._ESBUILD / LOCK).read_bytes())["packages"]
    places = [npm._place(pinned_at(bundling._ESBUILD / LOCK, name)) for name in locked if "@esbuild" in name]
    return next(place for place in places if place.exists())


@pytest.fixture
def here(tmp_path: Path, esbuild: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project with a function in TypeScript."""
    yield project(tmp_path / "here", esbuild, monkeypatch)
    bundling._program.cache_clear()


@pytest.fixture(scope="session")
def in_typescript(esbuild: Path) -> Template:
    assert esbuild.exists()
    return synthesised(variants.in_typescript())


@pytest.fixture(scope="session")
def by_iam() -> Template:
    return synthesised(variants.by_iam())


@pytest.fixture(scope="session")
def mutual_tls() -> Template:
    return synthesised(variants.mutual_tls())


@pytest.fixture(scope="session")
def warm() -> Template:
    return synthesised(variants.warm())
