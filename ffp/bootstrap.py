"""Makes an environment's state bucket and CI roles: applied with a local state, which then moves into that bucket.

Each start finds out from what is there how far an earlier one came: a local state (nothing moved yet), a state in the
bucket (all done), both (ended in between), or neither (the first run). So it may be repeated after any interruption.
"""

import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from ffp import aws, providers, stacks, synth, terraform
from ffp.files import one_run
from ffp.project import OUTPUT, BadInputError
from ffp.stack_folder import BOOTSTRAP_OVERRIDE, bootstrap_folder, bootstrap_override, require_ours
from ffp.terraform import TerraformError
from settings import environments

STACK = "bootstrap-{environment}"


def bootstrap(environment: str, *, approved: bool, report: Callable[[str], object]) -> None:
    """Brings an environment's bootstrap stack up to date; Terraform asks for approval unless it is `approved`.

    Raises BadInputError for an environment that has no such stack or a machine without Terraform, and TerraformError
    when Terraform refuses or the state's bucket is another account's; starting again then goes on where this run ended.
    """
    known = {name: settings for name, settings in environments.load().items() if not settings.emulated}
    if environment not in known:
        raise BadInputError(f"environment: {environment} cannot be bootstrapped; there are {', '.join(known)}")
    settings = known[environment]
    program = terraform.require_program()
    stack = STACK.format(environment=environment)
    report(f"synthesising {stack}")
    code, _ = synth.start([stack]).finish()
    if code:
        raise SystemExit(code)
    with aws.refusals_in_short():
        s3 = boto3.Session(region_name=settings.region).client("s3")
    stack_folder = OUTPUT / stacks.STACKS / stack
    if not (stack_folder / providers.LOCK).exists():
        report(f"no package of AWS provider {settings.provider_release} is pinned; `ffp providers lock` does that")
    Bootstrap(program, stack_folder, bootstrap_folder(environment), report, s3=s3, account_id=settings.account_id).run(
        approved=approved
    )


# What a state manages: each resource's address with its id. A state's own identity (lineage) is none: Terraform 1.11
# gives the state a new one when it moves it into an empty bucket.
_State = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Bootstrap:
    """One bootstrap stack, the Terraform program that applies it, and the folder for its state until it has moved."""

    program: Path
    stack_folder: Path
    local_folder: Path
    report: Callable[[str], object]
    s3: Any  # boto3's client
    account_id: str  # whose the state's bucket must be
    surroundings: Mapping[str, str] = field(default_factory=providers.surroundings)
    quiet: bool = False  # keeps what Terraform says to itself, unless it fails

    def run(self, *, approved: bool) -> None:
        """Goes on from wherever an earlier run ended; two runs on one machine exclude each other."""
        with one_run(self.local_folder / "lock", self.stack_folder.name):
            self._go_on(approved)

    def _go_on(self, approved: bool) -> None:
        self._require_untouched()
        self.report(f"looking for the state in {self._bucket}")
        bucket_exists = self._has_bucket()
        remote = self._find_remote() if bucket_exists else None
        local = _parse(self._state_file.read_text(encoding="utf-8")) if self._state_file.exists() else None
        if remote is None:
            self._require_a_state(bucket_exists, local)
            self._apply_locally(approved)
            self._migrate()
        else:
            if local is not None:
                self._require_contained(local, remote)
                self._set_aside()
            self._apply(approved)
        self.report(f"{self.stack_folder.name} is in place, its state in {self._bucket}")

    @property
    def _state_file(self) -> Path:
        return self.local_folder / "terraform.tfstate"

    @property
    def _override(self) -> Path:
        return self.stack_folder / BOOTSTRAP_OVERRIDE

    @property
    def _bucket(self) -> str:
        stack = json.loads((self.stack_folder / stacks.FILE_NAME).read_text(encoding="utf-8"))
        return str(stack["terraform"]["backend"]["s3"]["bucket"])

    def _require_untouched(self) -> None:
        """Takes away the override of a run that ended early; BadInputError for whatever else lies beside the stack."""
        ours = bootstrap_override(self._state_file)
        if self._override.exists() and self._override.read_text(encoding="utf-8") == ours:
            self._override.unlink()
        require_ours([self.stack_folder])

    def _has_bucket(self) -> bool:
        """Whether the bucket exists; TerraformError if it is not the account's: anybody can take a bucket's name."""
        with aws.refusals_in_short():
            try:
                self.s3.head_bucket(Bucket=self._bucket, ExpectedBucketOwner=self.account_id)
            except ClientError as refusal:
                match aws.code(refusal):
                    case "404":
                        return False
                    case "403":
                        raise TerraformError(
                            f"{self._bucket}: account {self.account_id} does not own it, or these credentials may not "
                            "see it; nothing was read from it"
                        ) from None
                raise
        return True

    def _find_remote(self) -> _State | None:
        """The state in the bucket."""
        self._run(*providers.init(self.stack_folder, "-reconfigure"))
        return _parse(self._run("state", "pull"))

    def _require_a_state(self, bucket_exists: bool, local: _State | None) -> None:
        if bucket_exists and not local:
            raise TerraformError(
                f"{self._bucket} exists, but holds no state, and neither does {self._state_file}: the state is on the "
                "machine that began; run `ffp bootstrap` there, or import what exists before you start again"
            )

    def _require_contained(self, local: _State, remote: _State | None) -> None:
        """Only what the bucket's state manages too may be forgotten here."""
        if remote is None or not local <= remote:
            raise TerraformError(
                f"{self._state_file} holds what the state in {self._bucket} does not; both were left: find out "
                "which one is true, and move the local one away if it is not"
            )

    def _use_local_state(self) -> None:
        self._override.write_text(bootstrap_override(self._state_file), encoding="utf-8")
        self._run(*providers.init(self.stack_folder, "-reconfigure"))

    def _apply_locally(self, approved: bool) -> None:
        self.report(f"no state in {self._bucket} yet: applying with a local one, {self._state_file}")
        self._use_local_state()
        self._apply(approved)

    def _apply(self, approved: bool) -> None:
        self._run("apply", *(["-auto-approve"] if approved else []), shown=True)

    def _migrate(self) -> None:
        self.report(f"moving the state into {self._bucket}")
        local = _parse(self._state_file.read_text(encoding="utf-8")) or _State()
        self._override.unlink()
        # No lock: who holds the local state is the only one to write here, and a run killed now would leave it locked.
        self._run(*providers.init(self.stack_folder, "-migrate-state", "-force-copy", "-lock=false"))
        self._require_contained(local, _parse(self._run("state", "pull")))
        self._set_aside()

    def _set_aside(self) -> None:
        kept = self._state_file.with_name(f"{self._state_file.name}.migrated")
        self._state_file.replace(kept)
        self.report(f"the state has moved into {self._bucket}; its local copy is kept as {kept}")

    def _run(self, *arguments: str, shown: bool = False) -> str:
        """Runs Terraform; what is not `shown` is returned."""
        pipe = None if shown and not self.quiet else subprocess.PIPE
        process = subprocess.Popen(  # noqa: S603 - the program that require_program() chose
            [self.program, *arguments],
            cwd=self.stack_folder,
            env=self.surroundings,
            stdout=pipe,
            stderr=pipe,
            text=True,
        )
        output, errors = _await(process)
        if process.returncode:
            raise TerraformError(f"terraform {arguments[0]}: {providers.explain(errors or output or 'see above')}")
        return output or ""


def _await(process: subprocess.Popen[str]) -> tuple[str | None, str | None]:
    """Waits out an interruption: Terraform hears it too, and writes its state before it ends."""
    while True:
        try:
            return process.communicate()
        except KeyboardInterrupt:
            continue


def _parse(text: str) -> _State | None:
    """What a state file manages; None where there is none: Terraform then shows one without a lineage, or nothing."""
    if not text.strip():
        return None
    try:
        state = json.loads(text)
        if not state["lineage"]:
            return None
        return _State(
            (f"{resource['type']}.{resource['name']}", str(instance["attributes"].get("id")))
            for resource in state["resources"]
            if resource["mode"] == "managed"
            for instance in resource["instances"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise TerraformError(f"unreadable state ({error!r}); Terraform keeps a backup beside it") from None
