import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffp import terraform
from ffp.terraform import Terraform, TerraformError
from tests.ffp import samples
from tests.support import require

ROOTS = terraform._SEARCH_ROOTS


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without Terraform and without a mirror."""
    for name in ("FFP_TERRAFORM", "FFP_PROVIDER_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "PATH", "XDG_DATA_HOME", "XDG_DATA_DIRS"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setattr(terraform, "_SEARCH_ROOTS", ())
    terraform.find_mirror.cache_clear()
    yield
    terraform.find_mirror.cache_clear()


def _mirror(folder: Path, version: str = terraform.PROVIDER_VERSION, *, packed: bool = False) -> Path:
    provider = folder / "registry.terraform.io/hashicorp/aws"
    if packed:
        provider.mkdir(parents=True)
        (provider / f"terraform-provider-aws_{version}_{terraform.platform_name()}.zip").touch()
    else:
        (provider / version / terraform.platform_name()).mkdir(parents=True)
    return folder


def _program(folder: Path, script: str = "exit 0") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "terraform"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


@pytest.mark.usefixtures("bare_machine")
def test_nothing_is_found_on_a_bare_machine() -> None:
    assert terraform.find_program() is None
    assert terraform.find_mirror() is None
    assert terraform.find() is None


@pytest.mark.usefixtures("bare_machine")
def test_the_variable_comes_before_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named, on_path = _program(tmp_path / "named"), _program(tmp_path / "path")
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert terraform.find_program() == on_path
    monkeypatch.setenv("FFP_TERRAFORM", str(named))
    assert terraform.find_program() == named


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize("packed", [False, True])
def test_a_named_mirror_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    monkeypatch.setenv("FFP_PROVIDER_MIRROR", str(_mirror(tmp_path, packed=packed)))
    assert terraform.find_mirror() == tmp_path


@pytest.mark.usefixtures("bare_machine")
def test_a_named_mirror_without_the_release_is_not_replaced_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terraform, "_SEARCH_ROOTS", (str(tmp_path / "root"),))
    _mirror(tmp_path / "root/some/where")
    monkeypatch.setenv("FFP_PROVIDER_MIRROR", str(_mirror(tmp_path / "old", "5.99.0")))
    assert terraform.find_mirror() is None


@pytest.mark.usefixtures("bare_machine")
def test_a_mirror_in_the_home_folder_must_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any program of the user can write there, also to the folders that Terraform searches."""
    home = tmp_path / "root/home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(terraform, "_SEARCH_ROOTS", (str(tmp_path / "root"),))
    inside = [_mirror(home / place) for place in (".terraform.d/plugins", ".local/share/terraform/plugins", "mirror")]
    assert terraform.find_mirror() is None
    for mirror in inside:
        monkeypatch.setenv("FFP_PROVIDER_MIRROR", str(mirror))
        terraform.find_mirror.cache_clear()
        assert terraform.find_mirror() == mirror


@pytest.mark.usefixtures("bare_machine")
def test_a_mirror_below_a_root_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searched = _mirror(tmp_path / "root/some/where")
    monkeypatch.setattr(terraform, "_SEARCH_ROOTS", (str(tmp_path / "root"),))
    assert terraform.find_mirror() == searched


@pytest.mark.usefixtures("bare_machine")
def test_no_root_of_the_search_is_a_home_folder_or_temporary() -> None:
    assert [root for root in ROOTS if root.startswith(("~", "/home", "/root", "/Users", "/tmp", "/var/tmp"))] == []


@pytest.mark.usefixtures("bare_machine")
def test_a_search_goes_no_deeper_than_its_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform, "_SEARCH_ROOTS", (str(tmp_path),))
    _mirror(tmp_path / "1/2/3/4/5/6")
    assert terraform.find_mirror() is None


def test_an_error_contains_terraforms_output(tmp_path: Path) -> None:
    path = samples.write(tmp_path)
    refusing = Terraform(_program(tmp_path / "bin", "echo 'Error: no such argument' >&2; exit 1"), tmp_path)
    with pytest.raises(TerraformError, match="terraform init: Error: no such argument"):
        refusing.validate(path.parent)


def test_terraform_has_no_access_to_the_callers_accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("TF_VAR_token", "x")
    seen = tmp_path / "seen"
    listing = Terraform(_program(tmp_path / "bin", f"env > {seen}"), tmp_path)
    listing.validate(samples.write(tmp_path).parent)
    environment = dict(line.split("=", 1) for line in seen.read_text().splitlines())
    assert environment["AWS_ACCESS_KEY_ID"] == "offline"
    assert not {"AWS_PROFILE", "TF_VAR_token"} & environment.keys()
    assert environment["TF_CLI_CONFIG_FILE"].endswith("terraform.rc")


def test_every_provider_configuration_is_kept_offline(tmp_path: Path) -> None:
    providers = terraform._override(samples.write(tmp_path))["provider"]
    assert isinstance(providers, dict)
    assert [configuration.get("alias") for configuration in providers["aws"]] == [None, "global"]
    assert all(configuration["skip_requesting_account_id"] for configuration in providers["aws"])


def test_the_real_provider_plans_a_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = require(terraform.find(), f"Terraform with AWS provider {terraform.PROVIDER_VERSION}")
    monkeypatch.setattr(terraform, "BUILD", tmp_path / "build")
    path = samples.write(
        tmp_path,
        provider={"aws": [{"region": "eu-west-2", "allowed_account_ids": ["111122223333"]}]},
    )
    plan = found.plan_json(path.parent)
    resources = json.loads(plan.read_text())["planned_values"]["root_module"]["resources"]
    assert [resource["address"] for resource in resources] == ["aws_iam_role.sample"]
    assert os.listdir(plan.parent) == [plan.name]
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["cdk.tf.json"]


def test_the_real_provider_refuses_unknown_attributes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = require(terraform.find(), f"Terraform with AWS provider {terraform.PROVIDER_VERSION}")
    monkeypatch.setattr(terraform, "BUILD", tmp_path / "build")
    path = samples.write(tmp_path, resource={"aws_iam_role": {"sample": samples.ROLE | {"colour": "red"}}})
    with pytest.raises(TerraformError, match="colour"):
        found.validate(path.parent)


def test_an_existing_plan_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform, "BUILD", tmp_path / "build")
    fake = Terraform(_program(tmp_path / "bin", 'echo "{\\"made\\": true}"'), tmp_path)
    stack = samples.write(tmp_path).parent
    plan = fake.plan_json(stack)
    plan.write_text("{}")
    assert json.loads(fake.plan_json(stack).read_text()) == {"made": True}


def test_only_what_was_synthesised_is_planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform, "BUILD", tmp_path / "build")
    seen = tmp_path / "seen"
    listing = Terraform(_program(tmp_path / "bin", f"find . -type f > {seen}"), tmp_path)
    stack = samples.write(tmp_path).parent
    for name in ("assets/code.zip", "zz_override.tf.json", "terraform.tfstate", ".terraform/terraform.tfstate"):
        (stack / name).parent.mkdir(exist_ok=True)
        (stack / name).write_text("{}")
    listing.plan_json(stack)
    assert {"./cdk.tf.json", "./assets/code.zip"} <= set(seen.read_text().split())
    assert not {"./zz_override.tf.json", "./terraform.tfstate"} & set(seen.read_text().split())


def test_a_digest_of_a_stack_covers_its_assets_and_nothing_beside_it(tmp_path: Path) -> None:
    folder = samples.write(tmp_path).parent
    first = terraform.digest(folder)
    (folder / "terraform.tfstate").write_text("state")
    assert terraform.digest(folder) == first
    (folder / "assets").mkdir()
    (folder / "assets/code.zip").write_text("code")
    assert terraform.digest(folder) != first
