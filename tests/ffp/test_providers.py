import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ffp import provider_locks, providers, stacks, terraform
from ffp.bootstrap import Bootstrap
from ffp.project import ROOT
from ffp.terraform import Terraform, TerraformError
from tests.ffp import planted_providers, samples, small_s3
from tests.support import require

# An attacker's state with a resource of the attacker's provider.
TELEMETRY = {
    "version": 4,
    "terraform_version": "1.11.4",
    "serial": 1,
    "lineage": "6a7b8c9d-0000-1111-2222-333344445555",
    "outputs": {},
    "resources": [
        {
            "mode": "managed",
            "type": "telemetry_sender",
            "name": "helper",
            "provider": f'provider["{planted_providers.HELPER}"]',
            "instances": [{"schema_version": 0, "attributes": {"id": "1"}}],
        }
    ],
}

Surround = Callable[[pytest.MonkeyPatch, Path, Path], None]


def _implied_mirror(monkeypatch: pytest.MonkeyPatch, home: Path, mark: Path) -> None:
    planted_providers.plant(home / ".terraform.d/plugins", mark)
    monkeypatch.setenv("HOME", str(home))


def _own_configuration(monkeypatch: pytest.MonkeyPatch, home: Path, mark: Path) -> None:
    planted_providers.plant(home / "mirror", mark)
    mirror = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{home}/mirror"\n  }}\n}}\n'
    (home / "own.rc").write_text(mirror)
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(home / "own.rc"))


def _override_for_development(monkeypatch: pytest.MonkeyPatch, home: Path, mark: Path) -> None:
    package = planted_providers.plant(home / "mirror", mark)
    override = f'dev_overrides {{\n    "{planted_providers.HELPER}" = "{package}"\n  }}\n  direct {{}}'
    (home / "own.rc").write_text(f"provider_installation {{\n  {override}\n}}\n")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(home / "own.rc"))


def _own_arguments(monkeypatch: pytest.MonkeyPatch, home: Path, mark: Path) -> None:
    planted_providers.plant(home / "mirror", mark)
    monkeypatch.setenv("TF_CLI_ARGS_init", f"-plugin-dir={home}/mirror")


@pytest.mark.attack
@pytest.mark.parametrize("surround", [_implied_mirror, _own_configuration, _override_for_development, _own_arguments])
@pytest.mark.parametrize("locked", [False, True])
def test_provider_that_a_state_names_is_neither_installed_nor_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, surround: Surround, locked: bool
) -> None:
    program = require(terraform.find_program(), "Terraform")
    mark, folder = tmp_path / "ran", tmp_path / "bootstrap-dev"
    for each in (folder, tmp_path / "home"):
        each.mkdir()
    surround(monkeypatch, tmp_path / "home", mark)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    with small_s3.running() as s3:
        s3.put_state(TELEMETRY)
        stack = {"terraform": {"backend": {"s3": s3.backend}}, "resource": {"terraform_data": {"own": {}}}}
        (folder / stacks.FILE_NAME).write_text(json.dumps(stack))
        if locked:
            (folder / providers.LOCK).write_text("")
        work = Bootstrap(program, folder, tmp_path / "kept", print, s3=s3.client, account_id=small_s3.ACCOUNT)
        with pytest.raises(TerraformError, match="find out who wrote that state"):
            work.run(approved=True)
    assert not mark.exists()


@pytest.mark.attack
@pytest.mark.parametrize("names_helper", [False, True])
def test_package_that_is_not_the_pinned_one_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names_helper: bool
) -> None:
    """Another provider in the same mirror, which the stack requires, does not run, either."""
    program = require(terraform.find_program(), "Terraform")
    monkeypatch.setattr(terraform, "BUILD", tmp_path / "build")
    mark, mirror = tmp_path / "ran", tmp_path / "mirror"
    planted_providers.plant(mirror, mark)
    more: dict[str, Any] = {}
    if names_helper:
        real = require(terraform.find(), f"Terraform with AWS provider {terraform.PROVIDER_VERSION}")
        package = Path(terraform.PROVIDER, terraform.platform_name())
        unpacked = require(package if (real.mirror / package).is_dir() else None, "a mirror of unpacked packages")
        (mirror / unpacked).parent.mkdir(parents=True)
        (mirror / unpacked).symlink_to(real.mirror / unpacked)
        more = {"terraform": {"required_providers": {"telemetry": {"source": planted_providers.HELPER}}}}
    else:
        planted_providers.plant_aws(mirror, mark)
    path = samples.write(tmp_path, **more)
    with pytest.raises(
        TerraformError, match="permits only hashicorp/aws" if names_helper else "are pinned in providers/"
    ):
        Terraform(program, mirror).validate(path.parent)
    assert not mark.exists()


def test_configuration_permits_only_the_aws_provider(tmp_path: Path) -> None:
    """Each installation method in the file, including a mirror's, permits only the AWS provider."""
    for text in (providers.configuration(None), providers.configuration(tmp_path)):
        words = [line.split("#")[0].strip() for line in text.splitlines()]
        blocks = [line for line in words if "{" in line]
        assert blocks[0] == "provider_installation {"
        assert [line for line in blocks if not line.endswith("{") or line.count("{") > 1] == []
        admitted = [line.replace(" ", "") for line in words if "clude" in line]
        assert admitted == [f'include=["{providers.SOURCE}"]'] * len(blocks[1:])


def test_environment_variables_include_credentials_and_none_that_choose_code(monkeypatch: pytest.MonkeyPatch) -> None:
    dangerous = ("CLI_ARGS", "CLI_ARGS_init", "CLI_CONFIG_FILE", "DATA_DIR", "PLUGIN_CACHE_DIR", "REATTACH_PROVIDERS")
    for name in (*dangerous, "PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE", "WORKSPACE", "LOG", "TOKEN_example_org"):
        monkeypatch.setenv(f"TF_{name}", "x")
    monkeypatch.setenv("AWS_PROFILE", "dev")
    kept = providers.environment_variables()
    assert {name: value for name, value in kept.items() if name.startswith("TF_")} == {
        "TF_CLI_CONFIG_FILE": str(providers.CONFIGURATION),
        "TF_LOG": "x",
        "TF_TOKEN_example_org": "x",
    }
    assert kept["AWS_PROFILE"] == "dev"


def test_init_is_read_only_if_there_is_a_lock(tmp_path: Path) -> None:
    assert providers.init(tmp_path, "-reconfigure") == ("init", "-reconfigure", "-input=false", "-no-color")
    (tmp_path / providers.LOCK).touch()
    assert providers.init(tmp_path)[-1] == "-lockfile=readonly"


def test_the_arguments_of_every_init_come_from_one_function() -> None:
    """Otherwise an init could lack the lock."""
    written = [
        file.relative_to(ROOT)
        for file in ROOT.glob("ffp/**/*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value == "init"
    ]
    assert written == [Path("ffp/providers.py")]


def test_synthesis_puts_the_lock_of_its_release_beside_each_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "FOLDER", tmp_path)
    providers.lock_file("5.100.0").write_text("pinned")
    for name, release in (("local", "5.100.0"), ("dev", "6.25.0")):
        folder = tmp_path / "out" / stacks.STACKS / name
        folder.mkdir(parents=True)
        required = {"aws": {"source": "hashicorp/aws", "version": release}}
        (folder / stacks.FILE_NAME).write_text(json.dumps({"terraform": {"required_providers": required}}))
    providers.place_locks(tmp_path / "out")
    placed = {file.parent.name: file.read_text() for file in (tmp_path / "out").glob(f"*/*/{providers.LOCK}")}
    assert placed == {"local": "pinned"}


def test_offline_release_is_pinned() -> None:
    assert provider_locks.Lock.read(terraform.PROVIDER_VERSION).packages
