"""Creates an environment's state bucket and CI roles with a local state, and then moves that state into the bucket.

Each run detects how far an earlier one came: only a local state (it has not moved yet), only a state in the bucket
(everything was done), both (the run was interrupted in between), or neither (this is the first run). So the command can
be repeated after any interruption.
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
from ffp.stack_folder import BOOTSTRAP_OVERRIDE, bootstrap_folder, bootstrap_override, require_unmodified
from ffp.terraform import TerraformError
from settings import environments

STACK = "bootstrap-{environment}"


def bootstrap(environment: str, *, approved: bool, report: Callable[[str], object]) -> None:
    """Applies an environment's bootstrap stack. Terraform asks for approval unless the changes are `approved`.

    Raises BadInputError if the environment has no bootstrap stack or Terraform is not installed, and TerraformError if
    Terraform fails or the state bucket belongs to another account. Another run then continues where this one ended.
    """
    known = {name: settings for name, settings in environments.load().items() if not settings.emulated}
    if environment not in known:
        raise BadInputError(f"environment: {environment} cannot be bootstrapped; choose one of {', '.join(known)}")
    settings = known[environment]
    program = terraform.require_program()
    stack = STACK.format(environment=environment)
    report(f"synthesising {stack}")
    code, _ = synth.start([stack]).finish()
    if code:
        raise SystemExit(code)
    with aws.as_tool_errors():
        s3 = boto3.Session(region_name=settings.region).client("s3")
    stack_folder = OUTPUT / stacks.STACKS / stack
    if not (stack_folder / providers.LOCK).exists():
        report(f"no package of AWS provider {settings.provider_release} is pinned; `ffp providers lock` pins them")
    Bootstrap(program, stack_folder, bootstrap_folder(environment), report, s3=s3, account_id=settings.account_id).run(
        approved=approved
    )


# The resources that a state manages, each as address and id. The lineage cannot identify a state, because Terraform
# 1.11 gives it a new one when it moves the state into an empty bucket.
_State = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Bootstrap:
    """One bootstrap stack, the Terraform program that applies it, and the folder of its local state."""

    program: Path
    stack_folder: Path
    local_folder: Path
    report: Callable[[str], object]
    s3: Any  # a boto3 client
    account_id: str  # the account that must own the state bucket
    environment_variables: Mapping[str, str] = field(default_factory=providers.environment_variables)
    quiet: bool = False  # shows Terraform's output only if it fails

    def run(self, *, approved: bool) -> None:
        """Continues where an earlier run ended. Raises BadInputError if another run on this machine holds the lock."""
        with one_run(self.local_folder / "lock", self.stack_folder.name):
            self._resume(approved)

    def _resume(self, approved: bool) -> None:
        self._require_clean_folder()
        self.report(f"looking for the state in {self._bucket}")
        bucket_exists = self._has_bucket()
        remote = self._find_remote() if bucket_exists else None
        local = _parse(self._state_file.read_text(encoding="utf-8")) if self._state_file.exists() else None
        if remote is None:
            self._require_state(bucket_exists, local)
            self._apply_locally(approved)
            self._migrate()
        else:
            if local is not None:
                self._require_contained(local, remote)
                self._rename_local_state()
            self._apply(approved)
        self.report(f"{self.stack_folder.name} is up to date; its state is in {self._bucket}")

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

    def _require_clean_folder(self) -> None:
        """Removes the override that an interrupted run left. Raises BadInputError for any other foreign file."""
        override = bootstrap_override(self._state_file)
        if self._override.exists() and self._override.read_text(encoding="utf-8") == override:
            self._override.unlink()
        require_unmodified([self.stack_folder])

    def _has_bucket(self) -> bool:
        """Whether the bucket exists.

        Raises TerraformError if the account does not own it: names of buckets are global.
        """
        with aws.as_tool_errors():
            try:
                self.s3.head_bucket(Bucket=self._bucket, ExpectedBucketOwner=self.account_id)
            except ClientError as refusal:
                match aws.error_code(refusal):
                    case "404":
                        return False
                    case "403":
                        raise TerraformError(
                            f"{self._bucket}: account {self.account_id} does not own it, or these "
                            "credentials have no access "
                            "to it; nothing was read from it; check both"
                        ) from None
                raise
        return True

    def _find_remote(self) -> _State | None:
        """The state in the bucket, or None if there is none."""
        self._run(*providers.init(self.stack_folder, "-reconfigure"))
        return _parse(self._run("state", "pull"))

    def _require_state(self, bucket_exists: bool, local: _State | None) -> None:
        if bucket_exists and not local:
            raise TerraformError(
                f"{self._bucket} exists, but neither it nor {self._state_file} contains a state: the state "
                "is on the machine "
                "of the first run; run `ffp bootstrap` there, or import the existing resources before you start again"
            )

    def _require_contained(self, local: _State, remote: _State | None) -> None:
        """Raises TerraformError unless the bucket's state contains all resources of the local state."""
        if remote is None or not local <= remote:
            raise TerraformError(
                f"{self._state_file} contains resources that the state in {self._bucket} does not; neither "
                "was changed: find "
                "out which one is right, and move the local one away if it is wrong"
            )

    def _use_local_state(self) -> None:
        self._override.write_text(bootstrap_override(self._state_file), encoding="utf-8")
        self._run(*providers.init(self.stack_folder, "-reconfigure"))

    def _apply_locally(self, approved: bool) -> None:
        self.report(f"no state in {self._bucket} yet: applying with the local state {self._state_file}")
        self._use_local_state()
        self._apply(approved)

    def _apply(self, approved: bool) -> None:
        self._run("apply", *(["-auto-approve"] if approved else []), shown=True)

    def _migrate(self) -> None:
        self.report(f"moving the state into {self._bucket}")
        local = _parse(self._state_file.read_text(encoding="utf-8")) or _State()
        self._override.unlink()
        # Without a lock: only the run with the local state writes here, and a killed run would leave the state locked.
        self._run(*providers.init(self.stack_folder, "-migrate-state", "-force-copy", "-lock=false"))
        self._require_contained(local, _parse(self._run("state", "pull")))
        self._rename_local_state()

    def _rename_local_state(self) -> None:
        kept = self._state_file.with_name(f"{self._state_file.name}.migrated")
        self._state_file.replace(kept)
        self.report(f"the state has moved into {self._bucket}; the local copy is now {kept}")

    def _run(self, *arguments: str, shown: bool = False) -> str:
        """Runs Terraform and returns its output, or an empty string if the output is `shown` on the terminal."""
        pipe = None if shown and not self.quiet else subprocess.PIPE
        process = subprocess.Popen(  # noqa: S603 - the program that require_program() chose
            [self.program, *arguments],
            cwd=self.stack_folder,
            env=self.environment_variables,
            stdout=pipe,
            stderr=pipe,
            text=True,
        )
        output, errors = _communicate(process)
        if process.returncode:
            raise TerraformError(
                f"terraform {arguments[0]}: {providers.explain(errors or output or 'see the output above')}"
            )
        return output or ""


def _communicate(process: subprocess.Popen[str]) -> tuple[str | None, str | None]:
    """Waits for Terraform even after Ctrl-C: it receives the signal too, and writes its state before it ends."""
    while True:
        try:
            return process.communicate()
        except KeyboardInterrupt:
            continue


def _parse(text: str) -> _State | None:
    """The resources in a state file; None if there is no state, for which Terraform shows nothing or no lineage."""
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
        raise TerraformError(f"unreadable state ({error!r}); Terraform keeps a backup next to it") from None
