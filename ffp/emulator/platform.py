"""Deploys the local platform with the real Terraform, as CI would: state in its bucket, under the deploy role."""

import hashlib
import json
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from ffp import providers, stacks, synth, terraform
from ffp.bootstrap import Bootstrap
from ffp.emulator import processes, signing
from ffp.emulator.account import ADMINISTRATOR, EMULATOR, Account
from ffp.emulator.home import Home, write_private
from ffp.project import OUTPUT, BadInputError
from ffp.stack_folder import EMULATOR_OVERRIDE, require_unmodified
from ffp.terraform import TerraformError

INITIALISED = Path(".terraform/terraform.tfstate")  # where Terraform keeps which backend a folder has
LOCK_TIMEOUT = "-lock-timeout=10m"  # as long as another deploy may take

Report = Callable[[str], object]


@dataclass(frozen=True)
class Platform:
    """The two stacks of `local`, in an output folder, and the account that they are deployed to."""

    account: Account
    report: Report
    output: Path = OUTPUT

    @property
    def name(self) -> str:
        return self.account.settings.name

    @property
    def folder(self) -> Path:
        """The platform's stack."""
        return self.folders[1]

    @property
    def bootstrap_folder(self) -> Path:
        return self.folders[0]

    @property
    def folders(self) -> tuple[Path, Path]:
        return stack_folders(self.output, self.name)

    @property
    def has_state(self) -> bool:
        """Whether anything was ever deployed to this emulator."""
        return self._state_version(self.folder) is not None

    def synthesise(self) -> None:
        """Writes both stacks; SystemExit with the code of a synthesis that failed."""
        self.report("synthesising")
        code, _ = synth.start([folder.name for folder in self.folders], out=self.output).finish()
        if code:
            raise SystemExit(code)

    def point_at_emulator(self) -> None:
        """Puts the overrides beside the stacks, so that the CDKTF CLI reaches the emulator too."""
        self.account.write_profiles()
        write_private(self._home.terraform_config, providers.configuration(terraform.find_mirror()))
        self._write_override(self.bootstrap_folder, ADMINISTRATOR, role=None)
        self._write_override(self.folder, EMULATOR, role="deploy")

    def bootstrap(self) -> None:
        """Makes the state bucket and the roles of CI, as root, by the very code of `ffp bootstrap`."""
        if self._is_deployed(self.bootstrap_folder):
            return
        account = self.account
        Bootstrap(
            self.program,
            self.bootstrap_folder,
            self._home.bootstrap,
            self.report,
            s3=account.client(account.root, "s3"),
            account_id=account.settings.account_id,
            environment_variables=self.environment_variables,
            quiet=True,
        ).run(approved=True)
        self._mark_deployed(self.bootstrap_folder)

    def deploy(self) -> None:
        """Applies the platform as the deploy role; at once where just this was deployed before."""
        if self._is_deployed(self.folder):
            self.report(f"{self.name} is deployed as it was synthesised")
            return
        require_unmodified([self.folder])
        self.init()
        for progress in self._follow("apply", "-auto-approve", LOCK_TIMEOUT):
            self.report(f"deploying {self.name}: {progress}")
        self._mark_deployed(self.folder)

    def destroy(self) -> None:
        """Destroys the platform as the deploy role; the state bucket outlives it, and goes with the emulator."""
        require_unmodified([self.folder])
        self.init()
        for progress in self._follow("destroy", "-auto-approve", LOCK_TIMEOUT):
            self.report(f"destroying {self.name}: {progress}")

    def outputs(self) -> dict[str, str]:
        """What the deployed platform says of itself; BadInputError where it is not deployed."""
        outputs = {name: each["value"] for name, each in json.loads(self.run("output", "-json")).items()}
        if not outputs:
            raise BadInputError(f"{self.name}: not deployed; `make local` deploys it")
        return outputs

    def init(self) -> None:
        self.run(*providers.init(self.folder, "-reconfigure"))

    def lift_dead_lock(self) -> None:
        """Lifts the state's lock unless a Terraform is at work here: nobody deploys to this emulator from elsewhere."""
        if not processes.deployments([self.folder]):
            state = where_state_lies(self.folder)
            s3 = self.account.client(self.account.root, "s3")
            s3.delete_object(Bucket=state["Bucket"], Key=f"{state['Key']}.tflock")

    def run(self, *arguments: str) -> str:
        """Runs Terraform in the platform's folder: what it printed, or a TerraformError with what it said."""
        plain = () if arguments[0] == "show" else ("-no-color",)
        return terraform.run(self.program, self.folder, self.environment_variables, *arguments, *plain)

    @property
    def program(self) -> Path:
        """Terraform; BadInputError where there is none."""
        return terraform.require_program()

    @property
    def _home(self) -> Home:
        return self.account.home

    def _is_deployed(self, folder: Path) -> bool:
        mark, initialised = self._home.deployed(folder.name), folder / INITIALISED
        return mark.exists() and initialised.exists() and mark.read_text(encoding="ascii") == self._mark(folder)

    def _mark_deployed(self, folder: Path) -> None:
        write_private(self._home.deployed(folder.name), self._mark(folder))

    def _mark(self, folder: Path) -> str:
        """What was deployed, and the state that it led to: whoever deploys or destroys by other means changes one."""
        override = hashlib.sha256((folder / EMULATOR_OVERRIDE).read_bytes()).hexdigest()
        return f"{terraform.digest(folder)} {override} {self._state_version(folder)}"

    def _state_version(self, folder: Path) -> str | None:
        try:
            s3 = self.account.client(self.account.root, "s3")
            return str(s3.head_object(**where_state_lies(folder))["VersionId"])
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchBucket", "NoSuchKey"):
                return None
            raise

    @property
    def environment_variables(self) -> dict[str, str]:
        """The environment variables of every Terraform here."""
        return terraform.offline_environment_variables() | {"TF_CLI_CONFIG_FILE": str(self._home.terraform_config)}

    def _write_override(self, folder: Path, profile: str, role: str | None) -> None:
        home, account = self._home, self.account
        stack = json.loads((folder / stacks.FILE_NAME).read_text(encoding="utf-8"))
        common: dict[str, Any] = {
            "profile": profile,
            "shared_config_files": [str(home.aws_config)],
            "custom_ca_bundle": str(home.certificate_authority),
            "max_retries": 3,
        }
        provider, backend = dict(common, s3_use_path_style=True), dict(common, use_path_style=True)
        if role:
            # The provider asks STS before it has read the profile's address.
            assumed = {
                "role_arn": account.role(role),
                "session_name": role,
                "web_identity_token_file": str(home.token(role)),
            }
            provider |= {"assume_role_with_web_identity": assumed, "endpoints": [{"sts": account.address}]}
            backend |= {"assume_role_with_web_identity": assumed, "endpoints": {"sts": account.address}}
        aliases = [{key: each[key] for key in ("alias",) if key in each} for each in stack["provider"]["aws"]]
        # The database's port is the one that was free, and the playback keys are this emulator's own; everything else
        # of the stack stays as it was synthesised.
        ports = {name: {"port": home.ports.database} for name in stack["resource"].get("aws_db_instance", {})}
        keys = signing.override(account, stack)
        override: dict[str, Any] = {
            "terraform": {"backend": {"s3": stack["terraform"]["backend"]["s3"] | backend}},
            "provider": {"aws": [alias | provider for alias in aliases]},
        }
        if resources := {type_: each for type_, each in (("aws_db_instance", ports), *keys.items()) if each}:
            override["resource"] = resources
        write_private(folder / EMULATOR_OVERRIDE, json.dumps(override, indent=2))

    def _follow(self, *arguments: str) -> Iterator[str]:
        """Runs Terraform and yields how far it is, every few seconds at least; TerraformError with all that failed."""
        command: list[str | Path] = [self.program, f"-chdir={self.folder}", *arguments, "-json", "-input=false"]
        done = planned = 0
        under_way: set[str] = set()
        problems: list[str] = []
        with (
            subprocess.Popen(  # noqa: S603 - the program that require_program() chose
                command, env=self.environment_variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            ) as process,
            _interruption_left_to_terraform(),
        ):
            for line in process.stdout or ():
                message = _parse(line)
                match message.get("type"):
                    case "change_summary" if message["changes"]["operation"] == "plan":
                        planned = sum(message["changes"][each] for each in ("add", "change", "remove"))
                    case "apply_start" if message["hook"]["action"] != "read":
                        under_way.add(message["hook"]["resource"]["addr"])
                    case "apply_complete" | "apply_errored" if message["hook"]["action"] != "read":
                        done += message["type"] == "apply_complete"
                        under_way.discard(message["hook"]["resource"]["addr"])
                        yield f"{done} of {planned} changes, {len(under_way)} under way"
                    case "apply_progress":  # one that takes long says so every ten seconds
                        yield f"{done} of {planned} changes, {len(under_way)} under way"
                    case "diagnostic" if message["@level"] == "error":
                        problems.append(_describe(message["diagnostic"]))
                    case None:
                        problems.append(line.strip())
        if process.returncode:
            raise TerraformError("\n".join((f"terraform {arguments[0]}:", *problems)))


def stack_folders(output: Path, environment: str) -> tuple[Path, Path]:
    """The bootstrap stack's folder and the platform's."""
    stack = output / stacks.STACKS
    return stack / f"bootstrap-{environment}", stack / environment


def forget(folders: Iterable[Path]) -> None:
    """Takes away what points these stacks at an emulator that is gone."""
    for folder in folders:
        for path in (folder / EMULATOR_OVERRIDE, folder / INITIALISED, folder / "errored.tfstate"):
            path.unlink(missing_ok=True)


@contextmanager
def _interruption_left_to_terraform() -> Iterator[None]:
    """Ctrl-C reaches Terraform too, which then ends what it began and writes its state: only afterwards is it ours."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals come to the main thread alone
        return
    interrupted = False

    def note(*_: object) -> None:
        nonlocal interrupted
        interrupted = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if interrupted:
            raise KeyboardInterrupt


def where_state_lies(folder: Path) -> dict[str, str]:
    """Where a stack's state lies, in S3's words."""
    stack = json.loads((folder / stacks.FILE_NAME).read_text(encoding="utf-8"))
    backend = stack["terraform"]["backend"]["s3"]
    return {"Bucket": backend["bucket"], "Key": backend["key"]}


def _parse(line: str) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _describe(diagnostic: dict[str, Any]) -> str:
    where = f"{diagnostic['address']}: " if diagnostic.get("address") else ""
    return f"{where}{diagnostic['summary']} {diagnostic.get('detail', '')}".strip()
