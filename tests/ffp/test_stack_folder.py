"""A file next to a stack that neither synthesis nor Terraform wrote is refused wherever the stack is used."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ffp import cli, stack_folder, stacks, verify
from ffp.bootstrap import Bootstrap
from ffp.emulator import sharing
from ffp.emulator.account import ADMINISTRATOR, EMULATOR, Account
from ffp.emulator.home import Home, Ports
from ffp.emulator.platform import Platform
from ffp.project import BadInputError
from ffp.publish import publish
from ffp.stack_folder import BOOTSTRAP_OVERRIDE, EMULATOR_OVERRIDE, SHARED_FUNCTIONS, SHARED_PROVIDERS
from ffp.stacks import SynthesisedStack
from tests.ffp import samples
from tests.sample.environments import LOCAL

OPEN = {"resource": {"aws_db_instance": {"database_instance": {"publicly_accessible": True}}}}

# All files that Terraform 1.11 reads in a folder, and those that it keeps between runs.
OBEYED = (
    "zz_override.tf.json",
    "override.tf",
    "override.tf.json",
    "more.tf",
    "more.tf.json",
    "imports.tf.json",
    "terraform.tfvars",
    "terraform.tfvars.json",
    "more.auto.tfvars",
    "terraform.tfstate.auto.tfvars",
    "terraform.tfstate.backup.tf.json",
    "errored.tfstate.tf",
    "deploy.tfplan.tf",
    "modules/more.tf",
    ".terraform/modules/modules.json",
    ".terraform/environment",
    ".terraform/plugin_path",
)
LEFT = (
    ".terraform/.terraform.tfstate.lock.info",
    ".terraform/providers/registry.terraform.io/hashicorp/aws",
    ".terraform/terraform.tfstate",
    ".terraform.lock.hcl",
    "terraform.tfstate",
    "terraform.tfstate.backup",
    "terraform.tfstate.1764340000.backup",
    "errored.tfstate",
    "deploy.tfplan",
)


def _stack(output: Path, name: str = "prod") -> Path:
    return samples.write(output, name).parent


def _put(folder: Path, name: str, text: str = "{}") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _synthesise(output: Path) -> None:
    with publish(output) as fresh:
        _stack(fresh)


def _bootstrap(output: Path) -> None:
    stack, nowhere = output / stacks.STACKS / "prod", Path("/nowhere/terraform")
    Bootstrap(nowhere, stack, output / "kept", print, s3=None, account_id="111111111111").run(approved=True)


def _platform(output: Path) -> Platform:
    account = Account(Home(output / "home"), LOCAL)
    return Platform(account, print, output)


USES: dict[str, Callable[[Path], object]] = {
    "synthesis": _synthesise,
    "the scan": stacks.load,
    "the checks after synthesis": verify.require,
    "bootstrap": _bootstrap,
}


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
@pytest.mark.parametrize("name", OBEYED)
def test_every_file_that_terraform_reads_is_refused_and_kept(
    tmp_path: Path, name: str, use: Callable[[Path], object]
) -> None:
    path = _put(_stack(tmp_path), name)
    with pytest.raises(BadInputError) as refused:
        use(tmp_path)
    (problem,) = refused.value.problems
    named = path.parent if path.parent.name == "modules" else path
    assert problem.startswith(f"{named}: neither synthesis nor Terraform wrote it")
    assert problem.endswith("move it out of the stack's folder")
    assert path.exists()


def test_a_link_to_a_configuration_is_refused(tmp_path: Path) -> None:
    folder, elsewhere = _stack(tmp_path), _put(tmp_path, "elsewhere.json")
    (folder / "errored.tfstate").symlink_to(elsewhere)
    with pytest.raises(BadInputError, match=r"errored.*: neither synthesis nor"):
        stacks.load(tmp_path)


@pytest.mark.parametrize("use", [_synthesise, stacks.load], ids=["synthesis", "the scan"])
def test_terraforms_own_files_are_accepted(tmp_path: Path, use: Callable[[Path], object]) -> None:
    for name in LEFT:
        _put(_stack(tmp_path), name)
    use(tmp_path)


def test_all_problems_are_reported_at_once_with_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("dev", "prod"):
        _put(_stack(tmp_path, name), "zz_override.tf.json")
    monkeypatch.setattr("sys.argv", ["ffp", "scan", "--out", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == cli.BAD_INPUT
    assert capfd.readouterr().err.count("zz_override.tf.json: neither synthesis nor Terraform wrote it") == 2


@pytest.mark.parametrize("step", ["deploy", "destroy"])
def test_the_local_platform_is_neither_deployed_nor_destroyed_with_a_foreign_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    platform = _platform(tmp_path)
    _put(_stack(tmp_path, "local"), "zz_override.tf.json")
    monkeypatch.setattr(Platform, "init", lambda _: pytest.fail("it went on"))
    with pytest.raises(BadInputError, match="zz_override"):
        getattr(platform, step)()


@pytest.fixture
def local(tmp_path: Path, sample_stacks: dict[str, SynthesisedStack]) -> Platform:
    """The sample's local platform, with the overrides for an emulator."""
    platform = _platform(tmp_path)
    platform.account.home.renew(Ports(4566, 5432))
    for folder in platform.folders:
        shutil.copytree(sample_stacks[folder.name].path.parent, folder)
    platform.account.home.keys.mkdir()
    for slot, pem in zip("ba", platform.account.settings.distribution.playback_keys, strict=True):
        (platform.account.home.keys / f"local-{slot}.pem").write_text(pem)  # the samples, but in each other's place
    platform._write_override(platform.bootstrap_folder, ADMINISTRATOR, role=None)
    platform._write_override(platform.folder, EMULATOR, role="deploy")
    return platform


def test_the_override_of_the_local_platform_is_accepted(local: Platform) -> None:
    written = json.loads((local.folder / EMULATOR_OVERRIDE).read_text())
    assert {"aws_db_instance", "aws_cloudfront_public_key", "aws_lambda_function"} == written["resource"].keys()
    _put(local.bootstrap_folder, BOOTSTRAP_OVERRIDE, stack_folder.bootstrap_override(local.account.home.bootstrap))
    stack_folder.require_unmodified(local.folders)


def _public(override: dict[str, Any]) -> None:
    (database,) = override["resource"]["aws_db_instance"].values()
    database["publicly_accessible"] = True


def _tags(override: dict[str, Any]) -> None:
    override["provider"]["aws"][0]["default_tags"] = []


def _command(override: dict[str, Any]) -> None:
    override["resource"]["terraform_data"] = {"x": {"provisioner": [{"local-exec": {"command": "true"}}]}}


@pytest.mark.parametrize("plant", [_public, _tags, _command])
def test_an_override_of_the_local_platform_that_sets_more_is_refused(
    local: Platform, plant: Callable[[dict[str, Any]], None]
) -> None:
    file = local.folder / EMULATOR_OVERRIDE
    override = json.loads(file.read_text())
    plant(override)
    file.write_text(json.dumps(override))
    with pytest.raises(BadInputError, match=f"{EMULATOR_OVERRIDE}: sets something that `ffp` does not set there"):
        stack_folder.require_unmodified(local.folders)


def _of_configurations(text: str) -> str:
    return text.replace('"alias"', '"access_key": "x", "alias"')


def _of_functions(text: str) -> str:
    return text.replace('"provider": "aws.functions-0"', '"provider": "aws.functions-0", "filename": "x"')


@pytest.mark.parametrize(("name", "plant"), [(SHARED_PROVIDERS, _of_configurations), (SHARED_FUNCTIONS, _of_functions)])
def test_what_shares_functions_during_a_deploy_sets_nothing_else(
    local: Platform, name: str, plant: Callable[[str], str]
) -> None:
    with sharing.shared_functions(local.folder, local._provider(EMULATOR, role="deploy")) as shared:
        assert shared
        stack_folder.require_unmodified(local.folders)
        text = (local.folder / name).read_text()
        (local.bootstrap_folder / name).write_text(text)
        with pytest.raises(BadInputError, match=f"{local.bootstrap_folder.name}/{name}: sets something"):
            stack_folder.require_unmodified(local.folders)
        (local.bootstrap_folder / name).unlink()
        assert plant(text) != text
        (local.folder / name).write_text(plant(text))
        with pytest.raises(BadInputError, match=f"{name}: sets something that `ffp` does not set there"):
            stack_folder.require_unmodified(local.folders)
    stack_folder.require_unmodified(local.folders)
    assert not (local.folder / name).exists()


def test_an_override_that_hides_a_setting_behind_its_own_name_is_refused(local: Platform) -> None:
    file = local.folder / EMULATOR_OVERRIDE
    hidden = json.dumps(OPEN)[1:-1]
    file.write_text(file.read_text().replace("{", f"{{{hidden}, ", 1))
    with pytest.raises(BadInputError, match="sets something that `ffp` does not set there"):
        stack_folder.require_unmodified([local.folder])


@pytest.mark.parametrize("name", [EMULATOR_OVERRIDE, BOOTSTRAP_OVERRIDE])
def test_an_override_of_ours_beside_another_stack_is_refused(local: Platform, tmp_path: Path, name: str) -> None:
    folder = _stack(tmp_path / "other", "prod")
    text = (local.folder / EMULATOR_OVERRIDE).read_text() if name == EMULATOR_OVERRIDE else _state_of(tmp_path)
    _put(folder, name, text)
    with pytest.raises(BadInputError, match=f"{name}: sets something that `ffp` does not set there"):
        stacks.load(tmp_path / "other")


def _state_of(folder: Path) -> str:
    return stack_folder.bootstrap_override(folder / "terraform.tfstate")


def test_the_override_of_a_bootstrap_names_its_own_state_and_no_other(tmp_path: Path) -> None:
    folder = _stack(tmp_path, "bootstrap-prod")
    own = stack_folder.bootstrap_folder("prod") / "terraform.tfstate"
    _put(folder, BOOTSTRAP_OVERRIDE, stack_folder.bootstrap_override(own))
    stacks.load(tmp_path)
    _put(folder, BOOTSTRAP_OVERRIDE, _state_of(tmp_path))
    with pytest.raises(BadInputError, match="sets something that `ffp` does not set there"):
        stacks.load(tmp_path)


def test_a_block_hidden_by_another_with_its_name_is_refused(tmp_path: Path) -> None:
    path = samples.write(tmp_path)
    role = json.dumps(samples.ROLE)
    hidden = '{"inline_policy": [{"name": "all"}], "inline_policy": [], '
    text = json.dumps(json.loads(path.read_text()) | {"resource": {"aws_iam_role": {"sample": samples.ROLE}}})
    path.write_text(text.replace(role, hidden + role[1:]))
    with pytest.raises(BadInputError, match=r"cdk.*: has the key 'inline_policy' twice"):
        stacks.load(tmp_path)
