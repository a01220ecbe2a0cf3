"""A platform of its own to break: deployed by the same code, as the same role, to the same kind of state and lock.

Its stacks are the sample's `local` and `bootstrap-local`, cut down so that a deploy takes seconds and still shows each
way to lose a record: names that exist once (roles, buckets, aliases), and what AWS makes twice without a word (keys).
The provider takes seconds to be sure of a key that it made: a kill that waits for all but the keys lands in between.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from unittest import mock

import psutil
import pytest
from botocore.exceptions import BotoCoreError

from ffp import stacks
from ffp.emulator import data, signing
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform, state_location
from ffp.project import ROOT
from ffp.stack_folder import EMULATOR_OVERRIDE as OVERRIDE
from ffp.terraform import TerraformError
from tests.launches import account_in

KEPT = ("aws_iam_role", "aws_kms_alias", "aws_kms_key", "aws_s3_bucket")
SLOW = "aws_s3_bucket_lifecycle_configuration"  # the provider watches one for a minute; no state hangs on it
IMPORTS = "imports.tf.json"
PATIENCE_SECONDS = 180  # with any one run; most take a few

Message = dict[str, Any]
Moment = Callable[[list[Message]], bool]
Json = dict[str, Any]
Step = Literal["bootstrap", "up"]


@dataclass(frozen=True)
class SmallPlatform(Platform):
    """`local`, cut down from stacks that somebody has synthesised already."""

    source: Path = Path()

    def synthesise(self) -> None:
        for folder in self.folders:
            folder.mkdir(parents=True, exist_ok=True)
            stack = read(self.source / stacks.STACKS / folder.name)
            types = KEPT if folder == self.folder else stack["resource"].keys() - {SLOW}
            write(folder, _cut(stack, types))

    def outputs(self) -> dict[str, str]:
        """None: they were cut off."""
        return {}

    @contextlib.contextmanager
    def start(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Terraform, at work in the platform's folder; it is killed if it does not come to an end."""
        process = subprocess.Popen(
            [self.program, f"-chdir={self.folder}", *arguments, "-input=false"],
            env=self.environment_variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        limit = threading.Timer(PATIENCE_SECONDS, slay, [process.pid])
        limit.start()
        try:
            with process:
                yield process
                process.communicate()
        finally:
            limit.cancel()

    def kill(self, moment: Moment, before: Callable[[], object] = lambda: None) -> list[Message]:
        """Deploys, and kills Terraform and its provider when what it has said, which is returned, tells the moment."""
        said: list[Message] = []
        with self.start("apply", "-auto-approve", "-json") as process:
            for line in process.stdout or ():
                said.append(json.loads(line))
                if moment(said):
                    before()
                    slay(process.pid)
                    return said
        raise AssertionError(f"it ended before the moment came: {said[-1]['@message']}")

    def plan(self) -> dict[str, str]:
        """What a plan would do, by address; empty where it would do nothing."""
        lines = self.run("plan", "-input=false", "-json").splitlines()
        changes = [each["change"] for each in map(json.loads, lines) if each["type"] == "planned_change"]
        return {change["resource"]["addr"]: change["action"] for change in changes if change["action"] != "read"}

    def lift_lock(self) -> dict[str, str]:
        """Lifts the lock by what the refusal of a plan says about it, which is returned."""
        with pytest.raises(TerraformError, match="Error acquiring the state lock") as refused:
            self.run("plan", "-input=false")
        said = dict(re.findall(r"^ +(ID|Who|Operation): +(.+)$", str(refused.value), re.MULTILINE))
        self.run("force-unlock", "-force", said["ID"])
        return said

    def s3(self) -> Any:
        return self.account.client(self.account.root, "s3")

    def state(self, folder: Path) -> str:
        """A stack's state as it lies in the bucket; empty where there is none."""
        s3 = self.s3()
        try:
            content: bytes = s3.get_object(**state_location(folder))["Body"].read()
        except (s3.exceptions.NoSuchKey, s3.exceptions.NoSuchBucket):
            return ""
        return content.decode()

    def addresses(self) -> set[str]:
        """What the platform's state manages."""
        resources = json.loads(self.state(self.folder) or '{"resources": []}')["resources"]
        return {f"{each['type']}.{each['name']}" for each in resources if each["mode"] == "managed"}

    def unrecorded(self) -> set[str]:
        """The ARNs of what neither stack's state knows: by the environment's tag, and roles, which no tag finds."""
        recorded = set(re.findall(r'"arn": "(arn:[^"]+)"', "".join(map(self.state, self.folders))))
        tagging = self.account.client(self.account.root, "resourcegroupstaggingapi").get_paginator("get_resources")
        tagged = [
            resource["ResourceARN"]
            for page in tagging.paginate(TagFilters=[{"Key": "environment", "Values": [self.name]}])
            for resource in page["ResourceTagMappingList"]
        ]
        roles = self.account.client(self.account.root, "iam").get_paginator("list_roles")
        named = [role["Arn"] for page in roles.paginate() for role in page["Roles"]]
        return {*tagged, *(arn for arn in named if f"role/{self.name}-ffp-" in arn)} - recorded

    def unrecorded_keys(self) -> dict[str, str]:
        """The ids of keys without a record that are not about to go, each with its description."""
        kms = self.account.client(self.account.root, "kms")
        ids = [arn.rpartition("/")[2] for arn in self.unrecorded() if ":kms:" in arn]
        keys = [kms.describe_key(KeyId=id_)["KeyMetadata"] for id_ in ids]
        return {key["KeyId"]: key["Description"] for key in keys if key["KeyState"] == "Enabled"}

    def put_imports(self) -> None:
        """An import block for everything that is not recorded: by its name, a key by its description."""
        by_description = {description: id_ for id_, description in self.unrecorded_keys().items()}
        blocks = [
            {
                "to": f"{type_}.{name}",
                "id": block.get("name") or block.get("bucket") or by_description[block["description"]],
            }
            for type_, named in read(self.folder)["resource"].items()
            for name, block in named.items()
            if f"{type_}.{name}" not in self.addresses()
        ]
        (self.folder / IMPORTS).write_text(json.dumps({"import": blocks}), encoding="utf-8")


def make(folder: Path, source: Path) -> SmallPlatform:
    """The small platform, with everything that it writes below the folder."""
    return SmallPlatform(account_in(folder), print, folder / "out", source)


def make_tiny(platform: SmallPlatform, folder: Path) -> SmallPlatform:
    """A stack that needs no provider, with a state of its own in the same bucket: Terraform is quick with it."""
    tiny = replace(platform, output=folder)
    tiny.folder.mkdir(parents=True)
    override = json.loads((platform.bootstrap_folder / OVERRIDE).read_text(encoding="utf-8"))
    backend = override["terraform"]["backend"]["s3"] | {"key": "tiny/terraform.tfstate"}
    slow = {"provisioner": [{"local-exec": {"command": "sleep 3"}}]}
    write(tiny.folder, {"terraform": {"backend": {"s3": backend}}, "resource": {"terraform_data": {"slow": slow}}})
    tiny.init()
    return tiny


def read(folder: Path) -> Json:
    """A stack's JSON."""
    stack: Json = json.loads((folder / stacks.FILE_NAME).read_text(encoding="utf-8"))
    return stack


def write(folder: Path, stack: Json) -> None:
    (folder / stacks.FILE_NAME).write_text(json.dumps(stack), encoding="utf-8")


def ended(said: list[Message], *types: str) -> int:
    """How many resources of these types a deploy has made, or has said that it cannot make."""
    hooks = [each["hook"] for each in said if each["type"] in ("apply_complete", "apply_errored")]
    return sum(hook["action"] == "create" and hook["resource"]["resource_type"] in types for hook in hooks)


def slay(pid: int) -> None:
    """Kills a process and all that it started, at once."""
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    for each in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    psutil.wait_procs(family, timeout=10)


def up(platform: SmallPlatform) -> None:
    """Brings it up, all but what the data plane needs: it has none, and no key to sign with."""
    with mock.patch.object(data, "prepare"), mock.patch.object(signing, "prepare", return_value=None):
        Launch(platform).up()


@contextlib.contextmanager
def begun(platform: SmallPlatform, step: Step) -> Iterator[subprocess.Popen[bytes]]:
    """A run of the project's own code, in a process group that can be killed or interrupted; over afterwards."""
    where = (platform.account.home.folder.parent, platform.source)
    process = subprocess.Popen([sys.executable, "-m", __name__, step, *where], cwd=ROOT, process_group=0)
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE_SECONDS)


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """Does what Ctrl-C does: all of the group hear it; returns when the run has ended."""
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(PATIENCE_SECONDS) == -signal.SIGINT


def wait_for(condition: Callable[[], object]) -> None:
    """Returns when the condition holds; a server that is not there yet is waited for."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(BotoCoreError, FileNotFoundError):
            if condition():
                return
        time.sleep(0.1)
    raise AssertionError("it never came to that")


def run_until_killed(platform: SmallPlatform, step: Step) -> None:
    """Waits for a run that somebody kills."""
    with begun(platform, step) as process:
        assert process.wait(PATIENCE_SECONDS) == -signal.SIGKILL


def _cut(stack: Json, types: Collection[str]) -> Json:
    """Keeps these types, as far as everything that they refer to is kept too."""
    stack.pop("output", None)
    stack["resource"] = {type_: stack["resource"][type_] for type_ in types}
    while True:
        kinds = {kind: stack[kind] for kind in ("resource", "data")}
        here = {f"{type_}.{name}" for kind in kinds.values() for type_, named in kind.items() for name in named}
        kept = {
            kind: {
                type_: {name: block for name, block in named.items() if here >= set(_references(block))}
                for type_, named in blocks.items()
            }
            for kind, blocks in kinds.items()
        }
        if kept == kinds:
            return stack
        stack |= kept


def _references(block: Json) -> list[str]:
    return re.findall(r"\b(aws_[a-z0-9_]+\.[\w-]+)", str(block))


def _main(step: str, folder: str, source: str) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever runs in a shell's background ignores it
    platform = make(Path(folder), Path(source))
    if step == "bootstrap":
        platform.bootstrap()
    else:
        up(platform)


if __name__ == "__main__":
    _main(*sys.argv[1:])
