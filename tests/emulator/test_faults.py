"""What goes wrong with a deploy, with its lock and with its state: each done for real, and mended as the documents say.

The tests share a small platform and leave it deployed, but for the last, which kills its emulator.
"""

import json
import re
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from botocore.exceptions import ClientError

from ffp import stacks
from ffp.emulator import processes
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform, state_location
from ffp.stack_folder import EMULATOR_OVERRIDE as OVERRIDE
from ffp.terraform import LOCK_TIMEOUT, TerraformError
from modules.stacks import synthesise
from settings import DataDomain, Environment, environments, problems_of
from tests import guard
from tests.emulator import small_platform
from tests.emulator.small_platform import (
    IMPORTS,
    Message,
    SmallPlatform,
    begun,
    ended,
    interrupt,
    read,
    run_until_killed,
    wait_for,
    write,
)
from tests.launches import started
from tests.sample.environments import LOCAL
from tests.support import require

BUCKET = "aws_s3_bucket.storage_media_bucket"
NAMED = ("aws_iam_role", "aws_s3_bucket")  # made at once; keys take seconds, and aliases follow them


def starts(said: list[Message], action: str) -> bool:
    return bool(said[-1]["type"] == "apply_start" and said[-1]["hook"]["action"] == action)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, sample_output: Path) -> Iterator[SmallPlatform]:
    """Both servers, and nothing in them."""
    with started(small_platform.make(tmp_path_factory.mktemp("faults"), sample_output)) as platform:
        platform.synthesise()
        platform.point_at_emulator()
        yield platform


@pytest.fixture(scope="module")
def bootstrapped(empty: SmallPlatform) -> SmallPlatform:
    """With state bucket and roles, and nothing deployed yet."""
    empty.bootstrap()
    empty.init()
    return empty


@pytest.fixture
def small(bootstrapped: SmallPlatform) -> Iterator[SmallPlatform]:
    """Deployed; its stack is put right afterwards."""
    if not bootstrapped.addresses():
        bootstrapped.deploy()
    yield bootstrapped
    bootstrapped.synthesise()


@pytest.fixture
def tiny(bootstrapped: SmallPlatform, tmp_path: Path) -> SmallPlatform:
    return small_platform.make_tiny(bootstrapped, tmp_path)


def _guarded(local: Environment) -> Environment:
    """`local` as an environment that keeps its data."""
    guarded = replace(
        local,
        disposable=False,
        state=replace(local.state, approval=True),
        secrets=replace(local.secrets, recovery_window_days=7),
    )
    assert not list(problems_of(guarded))
    return guarded


def _synthesised(settings: Environment, folder: Path) -> Path:
    synthesise({settings.name: settings}, [settings.name, f"bootstrap-{settings.name}"], folder)
    return folder


def test_bootstrap_killed_between_its_steps_is_ended_by_the_next_run(
    empty: SmallPlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = empty.account.home.bootstrap / "terraform.tfstate"
    for step, left in (("apply", ""), ("init -migrate-state", local.name)):
        # A Terraform that kills whoever started it, when it has done this step.
        program = tmp_path / step.split()[-1]
        program.write_text(f'#!/bin/sh\n{empty.program} "$@" || exit\ncase "$*" in "{step}"*) kill -9 $PPID; esac\n')
        program.chmod(0o755)
        with monkeypatch.context() as patch:
            patch.setenv("FFP_TERRAFORM", str(program))
            run_until_killed(empty, "bootstrap")
        assert local.exists()
        assert bool(empty.state(empty.bootstrap_folder)) == bool(left)
    empty.bootstrap()
    assert not local.exists()
    kept = json.loads(local.with_name(f"{local.name}.migrated").read_text())
    assert json.loads(empty.state(empty.bootstrap_folder))["resources"] == kept["resources"]
    assert not empty.unrecorded()


def test_second_deploy_says_who_holds_the_lock_or_waits(tiny: SmallPlatform) -> None:
    with tiny.start("apply", "-auto-approve") as first:
        assert any("terraform_data.slow: Creating..." in line for line in first.stdout or ())
        tiny.lift_dead_lock()  # does nothing: its holder lives
        with pytest.raises(TerraformError, match=r"Error acquiring the state lock[\s\S]+Who: +\S+@\S+"):
            tiny.run("plan", "-input=false")
        assert first.poll() is None
        waited = tiny.run("apply", "-auto-approve", "-input=false", "-lock-timeout=60s")
    assert first.returncode == 0
    assert "0 added, 0 changed, 0 destroyed" in waited


def test_state_that_was_overwritten_is_restored_from_its_versions(tiny: SmallPlatform) -> None:
    tiny.run("apply", "-auto-approve", "-input=false", "-replace=terraform_data.slow")
    s3, where = tiny.s3(), state_location(tiny.folder)
    good, before = s3.head_object(**where)["VersionId"], json.loads(tiny.state(tiny.folder))

    s3.put_object(**where, Body=b"not a state")
    with pytest.raises(TerraformError, match="Unsupported state file format"):
        tiny.run("plan", "-input=false")
    s3.copy_object(**where, CopySource={**where, "VersionId": good})
    assert tiny.plan() == {}

    bad = json.dumps(before | {"serial": before["serial"] + 1}).replace('"slow"', '"lost"')
    s3.put_object(**where, Body=bad.encode())
    assert tiny.plan() == {"terraform_data.lost": "delete", "terraform_data.slow": "create"}
    restored = tiny.folder / "restored.tfstate"
    restored.write_text(json.dumps(before))
    with pytest.raises(TerraformError, match="serial"):
        tiny.run("state", "push", restored.name)
    restored.write_text(json.dumps(before | {"serial": before["serial"] + 2}))
    tiny.run("state", "push", restored.name)
    assert tiny.plan() == {}

    # The emulator's root user, unlike AWS's, is above policies of buckets.
    deployer = tiny.account.client(tiny.account.assume("deploy", environment="local"), "s3")
    for version in ({}, {"VersionId": good}):
        with pytest.raises(ClientError, match="AccessDenied"):
            deployer.delete_object(**where, **version)


def test_deploy_killed_again_and_again_is_brought_to_its_end(bootstrapped: SmallPlatform) -> None:
    cloud = require(processes.cloud(bootstrapped.account.home), "the emulator's process")

    def freeze() -> None:
        """Leaves the state on its way to an emulator that takes it only after the sender is dead."""
        cloud.suspend()
        time.sleep(1)

    number = {type_: len(named) for type_, named in read(bootstrapped.folder)["resource"].items()}
    all_named = sum(number[type_] for type_ in NAMED)
    early = [lambda said: starts(said, "read"), lambda said: starts(said, "create")]
    for moment in (*early, lambda said: ended(said, *NAMED) == all_named):
        bootstrapped.kill(moment)
        holder = bootstrapped.lift_lock()
        assert re.fullmatch(r".+@.+", holder["Who"])
        assert holder["Operation"] == "OperationTypeApply"
    assert not bootstrapped.addresses()
    assert len(bootstrapped.unrecorded_keys()) >= 2

    try:
        # The state is being written.
        said = bootstrapped.kill(lambda said: ended(said, "aws_kms_alias") == number["aws_kms_alias"], freeze)
    finally:
        cloud.resume()
    assert sum(each["type"] == "apply_errored" for each in said) == all_named  # they exist already
    bootstrapped.lift_lock()

    bootstrapped.put_imports()
    bootstrapped.kill(lambda said: any(each["type"] == "apply_complete" for each in said))  # late, and in repairing
    bootstrapped.lift_dead_lock()  # as `make local` does
    bootstrapped.put_imports()
    bootstrapped.run("apply", "-auto-approve", "-input=false")
    (bootstrapped.folder / IMPORTS).unlink()

    kms = bootstrapped.account.client(bootstrapped.account.root, "kms")
    for key in bootstrapped.unrecorded_keys():
        kms.schedule_key_deletion(KeyId=key)
    assert not {arn for arn in bootstrapped.unrecorded() if ":kms:" not in arn}
    assert bootstrapped.plan() == {}


def test_replacing_what_holds_data_is_refused_before_anything_happens(platform: Platform, tmp_path: Path) -> None:
    """The platform itself, not the small one: RDS can give a database another key by replacing it alone."""
    guarded = _guarded(environments.load()["local"])
    moved = replace(guarded, encryption=replace(guarded.encryption, own_key=(DataDomain.DATABASE,)))
    planner = replace(platform, output=_synthesised(moved, tmp_path))
    shutil.copy(platform.folder / OVERRIDE, planner.folder)
    planner.init()
    with pytest.raises(TerraformError, match=r"Instance cannot be destroyed[\s\S]+aws_db_instance\.database_instance"):
        planner.run("plan", "-input=false", LOCK_TIMEOUT)


def test_a_block_that_is_gone_is_seen_by_the_list_of_addresses_alone(small: SmallPlatform, tmp_path: Path) -> None:
    replace(small, source=_synthesised(_guarded(LOCAL), tmp_path)).synthesise()
    reviewed = guard.stateful_addresses(stacks.read(small.folder / stacks.FILE_NAME))
    stack = read(small.folder)
    gone = stack["resource"]["aws_s3_bucket"].pop("storage_media_bucket")
    assert gone["lifecycle"]["prevent_destroy"] is True
    write(small.folder, stack)
    assert small.plan()[BUCKET] == "delete"
    (message,) = guard.lost(stacks.read(small.folder / stacks.FILE_NAME), reviewed)
    assert f"{BUCKET} is gone, and Terraform would destroy it" in message


def test_emulator_and_up_are_killed_and_the_next_up_and_down_end_well(small: SmallPlatform) -> None:
    home, launch = small.account.home, Launch(small)
    old = require(processes.cloud(home), "the emulator's process")
    stack = read(small.folder)
    roles, keys = stack["resource"]["aws_iam_role"], stack["resource"]["aws_kms_key"]
    roles["another"] = roles["group-health_role"] | {"name": "local-ffp-another"}
    keys["another"] = keys["encryption_media_key"]
    write(small.folder, stack)
    with small.start("apply", "-auto-approve") as deploy:
        for line in deploy.stdout or ():
            if "aws_iam_role.another: Creation complete" in line:
                old.send_signal(signal.SIGKILL)
                began = time.monotonic()
    assert deploy.returncode == 1
    assert time.monotonic() - began < 60
    assert "local-ffp-another" in (small.folder / "errored.tfstate").read_text()
    assert not launch.running

    # `up` itself: killed, then interrupted as by Ctrl-C, and at last left alone: it starts anew each time.
    with begun(small, "up") as up:
        wait_for(lambda: processes.deployments([small.bootstrap_folder]))
        pid = require(processes.cloud(home), "a new emulator").pid
        up.kill()
    wait_for(lambda: not processes.servers(home))
    assert home.coming_up.exists()
    with begun(small, "up") as up:
        wait_for(lambda: processes.deployments([small.folder]))
        assert require(processes.cloud(home), "the newest emulator").pid not in (old.pid, pid)
        # Besides the two of the bootstrap stack.
        wait_for(lambda: small.s3().list_buckets()["Buckets"][2:])
        interrupt(up)
    assert home.coming_up.exists()
    small_platform.up(small)
    assert not home.coming_up.exists()
    assert small.plan() == {}
    assert not small.unrecorded_keys()
    assert not {arn for arn in small.unrecorded() if ":kms:" not in arn}

    at_work = processes.servers(home)
    assert at_work
    assert small.addresses()
    launch.down()
    assert not psutil.wait_procs(at_work, timeout=10)[1]
    assert not processes.servers(home)
    assert not processes.deployments(small.folders)
    assert not home.folder.exists()
    assert not home.database.exists()
    assert not any((folder / OVERRIDE).exists() for folder in small.folders)
