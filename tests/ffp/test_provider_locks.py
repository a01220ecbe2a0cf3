from pathlib import Path

import pytest
from typer.testing import CliRunner

from ffp import cli, doctor, provider_locks, providers, terraform
from ffp.project import BadInputError, ToolError
from ffp.provider_locks import Lock
from settings.base import InvalidSettings
from tests.ffp import planted_providers
from tests.support import require

RELEASE = terraform.PROVIDER_VERSION
HERE = terraform.platform_name()
# Terraform's lock for one platform.
MADE = Lock(RELEASE, {"": "h1:one="}, frozenset({"zh:01", "zh:02"}))


@pytest.fixture
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of `providers/` that contains only Terraform's configuration."""
    monkeypatch.setattr(providers, "FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def mirror() -> str:
    return str(require(terraform.find_mirror(), f"a mirror of AWS provider {RELEASE}"))


@pytest.fixture
def program() -> Path:
    return require(terraform.find_program(), "Terraform")


def test_a_written_lock_is_read_unchanged(locks: Path) -> None:
    lock = Lock(RELEASE).with_package("linux_amd64", MADE).with_package("darwin_arm64", MADE)
    providers.lock_file(RELEASE).write_text(lock.text)
    assert Lock.read(RELEASE) == lock
    assert sorted(lock.packages) == ["darwin_arm64", "linux_amd64"]
    assert lock.archives == {"zh:01", "zh:02"}


def test_another_package_for_a_pinned_platform_is_refused() -> None:
    lock = Lock(RELEASE, {"linux_amd64": "h1:pinned="})
    with pytest.raises(ToolError, match="linux_amd64 is h1:one=, but h1:pinned= is pinned"):
        lock.with_package("linux_amd64", MADE)


@pytest.mark.usefixtures("locks")
def test_hash_without_its_platform_is_bad_input() -> None:
    providers.lock_file(RELEASE).write_text('hashes = [\n    "h1:one=",\n]')
    with pytest.raises(BadInputError, match="a hash has no platform"):
        Lock.read(RELEASE)


@pytest.mark.usefixtures("locks")
def test_real_terraform_pins_the_mirrors_package(program: Path, mirror: str) -> None:
    """It writes the hash that the repository pins for this machine, and Terraform accepts that package."""
    output: list[str] = []
    provider_locks.pin(program, [RELEASE], [HERE], mirror, output.append)
    lock = Lock.read(RELEASE)
    assert any("unauthenticated" in line for line in output)
    assert "review and commit it" in output[-1]
    provider_locks.pin(program, [RELEASE], [HERE], mirror, print)
    assert Lock.read(RELEASE) == lock
    pinned = Lock.parse(RELEASE, (providers.CONFIGURATION.parent / f"aws-{RELEASE}.lock.hcl").read_text())
    assert lock.packages[HERE] == pinned.packages.get(HERE, lock.packages[HERE])


@pytest.mark.attack
def test_mirror_with_another_package_cannot_add_it(program: Path, mirror: str, locks: Path, tmp_path: Path) -> None:
    """Terraform's own command would silently add a second hash for a platform."""
    provider_locks.pin(program, [RELEASE], [HERE], mirror, print)
    before = providers.lock_file(RELEASE).read_text()
    planted = planted_providers.plant_aws(tmp_path / "planted", tmp_path / "ran")
    with pytest.raises(ToolError, match="a published package never changes"):
        provider_locks.pin(program, [RELEASE], [HERE], str(planted), print)
    assert providers.lock_file(RELEASE).read_text() == before
    assert [file.name for file in locks.iterdir() if file.is_file()] == [f"aws-{RELEASE}.lock.hcl"]


@pytest.mark.usefixtures("locks")
def test_package_that_a_mirror_lacks_changes_nothing(program: Path, mirror: str) -> None:
    with pytest.raises(ToolError, match="is not available for"):
        provider_locks.pin(program, [RELEASE], [HERE, "plan9_amd64"], mirror, print)
    assert not providers.lock_file(RELEASE).exists()


def _failing(folder: Path, output: str) -> Path:
    program = folder / "terraform"
    program.write_text(f"#!/bin/sh\nprintf '%s' '{output}' >&2\nexit 1\n")
    program.chmod(0o755)
    return program


@pytest.mark.usefixtures("locks")
def test_unreachable_registry_is_reported_with_the_remedy(tmp_path: Path) -> None:
    program = _failing(tmp_path, "Error: some providers failed: could not connect\nto registry: no host")
    with pytest.raises(ToolError, match=r"unreachable.*--mirror"):
        provider_locks.pin(program, [RELEASE], ["linux_arm64"], None, print)


@pytest.mark.attack
@pytest.mark.usefixtures("locks")
@pytest.mark.parametrize("signer", ["self-signed", "signed by a HashiCorp partner", "unauthenticated"])
def test_package_from_the_registry_that_is_not_hashicorps_is_refused(tmp_path: Path, signer: str) -> None:
    program = tmp_path / "terraform"
    lock = f"printf '%s' '\"h1:one=\",' > {providers.LOCK}"
    output = f"- Retrieved hashicorp/aws {RELEASE} for linux_arm64 ({signer})"
    program.write_text(f"#!/bin/sh\n{lock}\necho '{output}'\n")
    program.chmod(0o755)
    with pytest.raises(ToolError, match="only HashiCorp's signature"):
        provider_locks.pin(program, [RELEASE], ["linux_arm64"], None, print)
    assert not providers.lock_file(RELEASE).exists()
    program.write_text(program.read_text().replace(signer, "signed by HashiCorp"))
    provider_locks.pin(program, [RELEASE], ["linux_arm64"], None, print)
    assert Lock.read(RELEASE).packages == {"linux_arm64": "h1:one="}


def test_unreachable_registry_is_recognised_in_the_output_of_terraform(
    program: Path, locks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with pytest.raises(ToolError, match="the registry is unreachable"):
        provider_locks.pin(program, [RELEASE], [HERE], None, print)
    assert not list(locks.glob("*.hcl"))


def test_invalid_platform_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"platform: linux is invalid; .*\nplatform: \.\./x is invalid"):
        provider_locks.pin(tmp_path, [RELEASE], ["linux", "../x"], None, print)


def test_command_pins_every_release_in_use_for_every_usual_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(terraform, "require_program", lambda: Path("terraform"))
    monkeypatch.setattr(provider_locks, "pin", lambda *given: asked.append(given[1:4]))
    run = CliRunner().invoke
    run(cli.app, ["providers", "lock"], catch_exceptions=False)
    options = ["--platform", "linux_arm64", "--provider-release", "5.100", "--mirror", "folder"]
    run(cli.app, ["providers", "lock", *options], catch_exceptions=False)
    assert asked == [
        (list(provider_locks.releases_in_use()), provider_locks.PLATFORMS, None),
        (["5.100.0"], ["linux_arm64"], "folder"),
    ]


def test_release_that_no_environment_uses_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform, "require_program", lambda: Path("terraform"))
    with pytest.raises(BadInputError, match=r"no environment uses 4\.0; in use: "):
        CliRunner().invoke(cli.app, ["providers", "lock", "--provider-release", "4.0"], catch_exceptions=False)


def test_doctor_names_each_release_that_is_not_pinned_here(locks: Path) -> None:
    def found_locks() -> dict[str, str | None]:
        return {need.what: need.found for need in doctor.needs() if need.what.startswith("lock of")}

    names = [f"lock of AWS provider {release} for {HERE}" for release in provider_locks.releases_in_use()]
    assert found_locks() == dict.fromkeys(names)
    providers.lock_file(RELEASE).write_text(Lock(RELEASE, {"plan9_amd64": "h1:one="}).text)
    assert found_locks() == dict.fromkeys(names)
    providers.lock_file(RELEASE).write_text(Lock(RELEASE, {HERE: "h1:one="}).text)
    assert {name: place for name, place in found_locks().items() if place} == {
        f"lock of AWS provider {RELEASE} for {HERE}": str(locks / f"aws-{RELEASE}.lock.hcl")
    }


def test_doctor_needs_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> tuple[str, ...]:
        raise InvalidSettings([])

    monkeypatch.setattr(provider_locks, "releases_in_use", broken)
    (need,) = (need for need in doctor.needs() if need.what.startswith("locks of"))
    assert need.found is None


@pytest.mark.usefixtures("locks")
def test_mirror_is_not_used_if_no_package_is_pinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(terraform, "find_program", lambda: tmp_path)
    monkeypatch.setattr(terraform, "find_mirror", lambda: tmp_path)
    assert terraform.find() is None
    providers.lock_file(RELEASE).write_text(Lock(RELEASE, {HERE: "h1:one="}).text)
    assert terraform.find() is not None
