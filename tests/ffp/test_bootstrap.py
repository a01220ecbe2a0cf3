import json
import multiprocessing
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from ffp import bootstrap as module
from ffp import cli, providers, synth, terraform
from ffp.bootstrap import Bootstrap
from ffp.project import BadInputError, ToolError
from ffp.stack_folder import BOOTSTRAP_OVERRIDE as OVERRIDE
from ffp.terraform import TerraformError
from tests.ffp import small_s3
from tests.ffp.fake_account import refused
from tests.ffp.small_s3 import ACCOUNT, BUCKET
from tests.sample.environments import DEV
from tests.support import require

# Runs as a separate program, without the project on its path.
FAKE = (Path(__file__).parent / "fake_terraform.py").read_text(encoding="utf-8")


class World:
    """A synthesised stack, the fake Terraform, and its AWS."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stack, self.kept, self.aws = (folder / name for name in ("stack", "kept", "aws"))
        self.stack.mkdir()
        self.aws.mkdir()
        backend = {"terraform": {"backend": {"s3": {"bucket": BUCKET}}}}
        (self.stack / "cdk.tf.json").write_text(json.dumps(backend))
        self.program = folder / "terraform"
        self.program.write_text(f"#!{sys.executable} -IS\n{FAKE}")
        self.program.chmod(0o755)
        self.messages: list[str] = []
        self.refuses_head = ""
        self.environment = monkeypatch
        monkeypatch.setenv("FAKE_WORLD", str(self.aws))

    def run(self, *, approved: bool = True) -> None:
        work = Bootstrap(self.program, self.stack, self.kept, self.messages.append, s3=self, account_id=ACCOUNT)
        work.run(approved=approved)

    def head_bucket(self, **asked: str) -> None:
        """Answers as S3 does if the bucket is missing or belongs to another account."""
        assert asked == {"Bucket": BUCKET, "ExpectedBucketOwner": ACCOUNT}
        if not (self.aws / "bucket").exists():
            raise refused("HeadBucket", "404")
        if self.refuses_head:
            raise refused("HeadBucket", self.refuses_head)

    def run_until_killed(self, moment: str) -> None:
        self.environment.setenv("FAKE_KILL", moment)
        process = multiprocessing.get_context("fork").Process(target=self.run)
        process.start()
        process.join()
        self.environment.delenv("FAKE_KILL")
        assert process.exitcode == -signal.SIGKILL

    @property
    def calls(self) -> list[str]:
        return (self.aws / "calls").read_text().splitlines()

    def lines(self, name: str) -> list[str]:
        path = self.aws / name
        return path.read_text().splitlines() if path.exists() else []

    @property
    def remote(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.aws / "bucket/state").read_text())
        return state

    def require_done(self) -> None:
        """Asserts that each resource was created once, the state is in the bucket, and no override is left."""
        assert self.lines("made") == ["bucket", "role"]
        assert [resource["name"] for resource in self.remote["resources"]] == ["bucket", "role"]
        assert not (self.kept / "terraform.tfstate").exists()
        assert json.loads((self.kept / "terraform.tfstate.migrated").read_text()) == self.remote
        assert not (self.stack / OVERRIDE).exists()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


def test_first_run_applies_locally_and_moves_the_state(world: World) -> None:
    world.run()
    world.require_done()
    assert "apply -auto-approve" in world.calls
    assert world.messages[-1] == f"stack is up to date; its state is in {BUCKET}"


def test_later_run_applies_with_the_state_in_the_bucket(world: World) -> None:
    world.run()
    (world.aws / "calls").unlink()
    world.run()
    world.require_done()
    assert [call.split()[0] for call in world.calls] == ["init", "state", "apply"]


@pytest.mark.parametrize(
    "moment",
    [
        "before:init -reconfigure",
        "after:init -reconfigure",
        "before:apply",
        "in:apply",
        "after:apply",
        "before:init -migrate-state",
        "in:init -migrate-state",
        "after:init -migrate-state",
        "before:state pull",
        "after:state pull",
    ],
)
def test_run_killed_at_any_moment_is_completed_by_the_next(world: World, moment: str) -> None:
    world.run_until_killed(moment)
    world.run()
    world.require_done()


def test_run_is_killed_twice_and_still_ends_well(world: World) -> None:
    world.run_until_killed("in:apply")
    world.run_until_killed("in:init -migrate-state")
    world.run()
    world.require_done()


def test_approval_is_asked_for_unless_it_was_given(world: World) -> None:
    world.run(approved=False)
    assert "apply" in world.calls
    assert not any("-auto-approve" in call for call in world.calls)


def test_refused_access_does_not_count_as_a_missing_state(world: World) -> None:
    world.run()
    world.environment.setenv("FAKE_REFUSES", "1")
    (world.aws / "calls").unlink()
    with pytest.raises(TerraformError, match="AccessDenied"):
        world.run()
    assert not any(call.startswith("apply") for call in world.calls)


def test_resources_of_a_state_on_another_machine_are_not_created_again(world: World) -> None:
    world.run_until_killed("after:apply")
    (world.kept / "terraform.tfstate").unlink()
    with pytest.raises(TerraformError, match="the state is on the machine of the first run"):
        world.run()
    assert world.lines("made") == ["bucket", "role"]


def test_local_state_with_resources_that_the_bucket_lacks_is_kept(world: World) -> None:
    world.run()
    before = world.remote
    other = world.kept / "terraform.tfstate"
    resource = {"mode": "managed", "type": "aws", "name": "bucket", "instances": [{"attributes": {"id": "other"}}]}
    other.write_text(json.dumps({"lineage": "another", "resources": [resource]}))
    with pytest.raises(TerraformError, match="neither was changed"):
        world.run()
    assert other.exists()
    assert world.remote == before


def test_migration_that_lost_something_keeps_the_local_state(world: World) -> None:
    world.environment.setenv("FAKE_LOSES", "1")
    with pytest.raises(TerraformError, match="neither was changed"):
        world.run()
    assert (world.kept / "terraform.tfstate").exists()


def test_second_run_at_the_same_time_is_refused(world: World) -> None:
    world.kept.mkdir()
    with FileLock(world.kept / "lock"), pytest.raises(BadInputError, match="another run is using it"):
        world.run()


@pytest.mark.usefixtures("loads_sample")
@pytest.mark.parametrize("environment", ["local", "production"])
def test_environment_without_a_bootstrap_stack_is_bad_input(environment: str) -> None:
    with pytest.raises(BadInputError, match=f"environment: {environment} .* choose one of dev, prod, staging"):
        module.bootstrap(environment, approved=True, report=print)


@pytest.mark.usefixtures("loads_sample")
@pytest.mark.parametrize("pinned", [False, True])
def test_bootstrap_uses_the_environments_account_and_reports_an_unpinned_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pinned: bool
) -> None:
    class Done:
        def finish(self) -> tuple[int, float]:
            return 0, 0.0

    ran: list[Bootstrap] = []
    messages: list[str] = []
    monkeypatch.setattr(terraform, "require_program", lambda: tmp_path)
    monkeypatch.setattr(synth, "start", lambda stacks: Done())
    monkeypatch.setattr(module, "OUTPUT", tmp_path)
    monkeypatch.setattr(Bootstrap, "run", lambda self, *, approved: ran.append(self))
    folder = tmp_path / "stacks/bootstrap-dev"
    folder.mkdir(parents=True)
    if pinned:
        (folder / providers.LOCK).touch()
    module.bootstrap("dev", approved=True, report=messages.append)
    (work,) = ran
    assert (work.stack_folder, work.account_id) == (folder, DEV.account_id)
    assert work.environment_variables["TF_CLI_CONFIG_FILE"] == str(providers.CONFIGURATION)
    assert any("`ffp providers lock`" in line for line in messages) is not pinned


@pytest.mark.usefixtures("loads_sample")
def test_missing_terraform_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform, "find_program", lambda: None)
    with pytest.raises(BadInputError, match="FFP_TERRAFORM"):
        module.bootstrap("dev", approved=True, report=print)


@pytest.mark.parametrize(("arguments", "approved"), [(["dev"], False), (["dev", "--yes"], True)])
def test_command_passes_environment_and_approval_on(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], approved: bool
) -> None:
    asked: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        module, "bootstrap", lambda environment, *, approved, report: asked.append((environment, approved))
    )
    assert CliRunner().invoke(cli.app, ["bootstrap", *arguments]).exit_code == 0
    assert asked == [("dev", approved)]


@pytest.mark.parametrize(
    ("answer", "message"),
    [("403", f"{BUCKET}: account {ACCOUNT} does not own it"), ("400", "AWS refuses HeadBucket: 400")],
)
def test_bucket_that_may_belong_to_another_account_is_not_read(world: World, answer: str, message: str) -> None:
    world.run()
    (world.aws / "calls").unlink()
    world.refuses_head = answer
    with pytest.raises(ToolError, match=message):
        world.run()
    assert world.lines("calls") == []


def test_real_terraform_moves_its_state_into_the_bucket_that_it_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = require(terraform.find_program(), "Terraform")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    folder = tmp_path / "bootstrap-dev"
    folder.mkdir()
    with small_s3.running() as s3:
        make = f"import urllib.request as r; r.urlopen(r.Request('{s3.address}/{BUCKET}', data=b'', method='PUT'))"
        provisioner = {"local-exec": {"command": f'{sys.executable} -c "{make}"'}}
        stack = {
            "terraform": {"backend": {"s3": s3.backend}},
            "resource": {"terraform_data": {"bucket": {"provisioner": [provisioner]}}},
        }
        (folder / "cdk.tf.json").write_text(json.dumps(stack))
        work = Bootstrap(program, folder, tmp_path / "kept", print, s3=s3.client, account_id=ACCOUNT)

        work.run(approved=True)
        moved = s3.state
        kept = json.loads((tmp_path / "kept/terraform.tfstate.migrated").read_text())
        assert moved["resources"] == kept["resources"]
        assert moved["resources"]

        work.run(approved=True)
        assert s3.state["resources"] == moved["resources"]
        assert not any(path.endswith(".tflock") for path in s3.objects)


@pytest.mark.attack
def test_state_in_a_bucket_of_somebody_else_is_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may have created a public bucket with this name."""
    program = require(terraform.find_program(), "Terraform")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    folder = tmp_path / "bootstrap-dev"
    folder.mkdir()
    with small_s3.running() as s3:
        s3.owner = "999999999999"
        s3.put_state({"version": 4, "serial": 1, "lineage": "theirs", "outputs": {}, "resources": []})
        (folder / "cdk.tf.json").write_text(json.dumps({"terraform": {"backend": {"s3": s3.backend}}}))
        work = Bootstrap(program, folder, tmp_path / "kept", print, s3=s3.client, account_id=ACCOUNT)
        with pytest.raises(TerraformError, match="does not own it"):
            work.run(approved=True)
        assert s3.reads == []
