import json
import multiprocessing
import signal
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from ffp import bootstrap as module
from ffp import cli, terraform
from ffp.bootstrap import Bootstrap
from ffp.project import BadInputError
from ffp.stack_folder import BOOTSTRAP_OVERRIDE as OVERRIDE
from ffp.terraform import TerraformError
from tests.support import require

BUCKET = "dev-ffp-state-111111111111"

# Run as a program of its own, without the project on its path.
FAKE = (Path(__file__).parent / "fake_terraform.py").read_text(encoding="utf-8")


class World:
    """A synthesised stack, a Terraform, and the AWS that it works on."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stack, self.kept, self.aws = (folder / name for name in ("stack", "kept", "aws"))
        self.stack.mkdir()
        self.aws.mkdir()
        backend = {"terraform": {"backend": {"s3": {"bucket": BUCKET}}}}
        (self.stack / "cdk.tf.json").write_text(json.dumps(backend))
        self.program = folder / "terraform"
        self.program.write_text(f"#!{sys.executable} -IS\n{FAKE}")
        self.program.chmod(0o755)
        self.said: list[str] = []
        self.environment = monkeypatch
        monkeypatch.setenv("FAKE_WORLD", str(self.aws))
        monkeypatch.setenv("FAKE_BUCKET", BUCKET)

    def run(self) -> None:
        Bootstrap(self.program, self.stack, self.kept, self.said.append).run(approved=True)

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
        """Everything made once, the state in the bucket, nothing left that leads back to the local one."""
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
    assert world.said[-1] == f"stack is in place, its state in {BUCKET}"


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
def test_run_killed_at_any_moment_is_ended_by_the_next(world: World, moment: str) -> None:
    world.run_until_killed(moment)
    world.run()
    world.require_done()


def test_run_is_killed_twice_and_still_ends_well(world: World) -> None:
    world.run_until_killed("in:apply")
    world.run_until_killed("in:init -migrate-state")
    world.run()
    world.require_done()


def test_approval_is_asked_for_unless_it_was_given(world: World) -> None:
    Bootstrap(world.program, world.stack, world.kept, world.said.append).run(approved=False)
    assert "apply" in world.calls
    assert not any("-auto-approve" in call for call in world.calls)


def test_refused_access_is_not_taken_for_a_missing_state(world: World) -> None:
    world.run()
    world.environment.setenv("FAKE_REFUSES", "1")
    (world.aws / "calls").unlink()
    with pytest.raises(TerraformError, match="AccessDenied"):
        world.run()
    assert not any(call.startswith("apply") for call in world.calls)


def test_state_on_another_machine_is_not_made_a_second_time(world: World) -> None:
    world.run_until_killed("after:apply")
    (world.kept / "terraform.tfstate").unlink()
    with pytest.raises(TerraformError, match="the state is on the machine that began"):
        world.run()
    assert world.lines("made") == ["bucket", "role"]


def test_local_state_that_the_bucket_does_not_contain_is_left_alone(world: World) -> None:
    world.run()
    before = world.remote
    other = world.kept / "terraform.tfstate"
    resource = {"mode": "managed", "type": "aws", "name": "bucket", "instances": [{"attributes": {"id": "other"}}]}
    other.write_text(json.dumps({"lineage": "another", "resources": [resource]}))
    with pytest.raises(TerraformError, match="both were left"):
        world.run()
    assert other.exists()
    assert world.remote == before


def test_migration_that_lost_something_keeps_the_local_state(world: World) -> None:
    world.environment.setenv("FAKE_LOSES", "1")
    with pytest.raises(TerraformError, match="both were left"):
        world.run()
    assert (world.kept / "terraform.tfstate").exists()


def test_second_run_at_the_same_time_is_refused(world: World) -> None:
    world.kept.mkdir()
    with FileLock(world.kept / "lock"), pytest.raises(BadInputError, match="another run is at work"):
        world.run()


@pytest.mark.parametrize("environment", ["local", "production"])
def test_environment_without_a_bootstrap_stack_is_bad_input(environment: str) -> None:
    with pytest.raises(BadInputError, match=f"environment: {environment} .* there are dev, staging, prod"):
        module.bootstrap(environment, approved=True, report=print)


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


class _S3(BaseHTTPRequestHandler):
    """As much of S3 as Terraform's backend needs; the bucket exists from the first time that somebody puts it."""

    objects: dict[str, bytes]
    lock_was_taken: bool

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if "/" not in self.objects:
            self._answer(404, b"<Error><Code>NoSuchBucket</Code><Message>none</Message></Error>")
        elif "list-type" in query:
            self._answer(200, b"<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>")
        elif path in self.objects:
            self._answer(200, self.objects[path])
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")

    do_HEAD = do_GET  # noqa: N815 - the base class looks for this name

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        self.objects["/" if path.count("/") == 1 else path] = content
        self._answer(200, b"")

    def do_DELETE(self) -> None:
        self.objects.pop(self.path.partition("?")[0], None)
        self._answer(204, b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass

    def _answer(self, code: int, content: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@pytest.fixture
def s3() -> Iterator[ThreadingHTTPServer]:
    _S3.objects = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), _S3)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_real_terraform_moves_its_state_into_the_bucket_that_it_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, s3: ThreadingHTTPServer
) -> None:
    program = require(terraform.find_program(), "Terraform")
    address = f"http://127.0.0.1:{s3.server_port}"
    skipped = ("credentials_validation", "metadata_api_check", "region_validation", "requesting_account_id")
    backend = {
        "bucket": BUCKET,
        "key": "bootstrap-dev/terraform.tfstate",
        "region": "eu-west-2",
        "use_lockfile": True,
        "use_path_style": True,
        "skip_s3_checksum": True,
        "endpoints": {"s3": address},
        **{f"skip_{what}": True for what in skipped},
    }
    make = f"import urllib.request as r; r.urlopen(r.Request('{address}/{BUCKET}', data=b'', method='PUT'))"
    stack = {
        "terraform": {"backend": {"s3": backend}},
        "resource": {
            "terraform_data": {
                "bucket": {"provisioner": [{"local-exec": {"command": f'{sys.executable} -c "{make}"'}}]}
            }
        },
    }
    folder = tmp_path / "bootstrap-dev"
    folder.mkdir()
    (folder / "cdk.tf.json").write_text(json.dumps(stack))
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "CHECKPOINT_DISABLE": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TF_CLI_CONFIG_FILE", raising=False)
    work = Bootstrap(program, folder, tmp_path / "kept", print)

    work.run(approved=True)
    moved = json.loads(_S3.objects[f"/{BUCKET}/bootstrap-dev/terraform.tfstate"])
    kept = json.loads((tmp_path / "kept/terraform.tfstate.migrated").read_text())
    assert moved["resources"] == kept["resources"]
    assert moved["resources"]

    work.run(approved=True)
    again = json.loads(_S3.objects[f"/{BUCKET}/bootstrap-dev/terraform.tfstate"])
    assert again["resources"] == moved["resources"]
    assert not any(path.endswith(".tflock") for path in _S3.objects)
