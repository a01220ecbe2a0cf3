"""Deploys the local platform with Terraform as CI does: as the deploy role, and with the state in its bucket."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from ffp import providers, stacks, synth, terraform
from ffp.bootstrap import Bootstrap
from ffp.deliver.place import Place
from ffp.emulator import processes, sharing, signing
from ffp.emulator.account import ADMINISTRATOR, EMULATOR, Account, github_environments
from ffp.emulator.home import Home, write_private
from ffp.project import OUTPUT, BadInputError
from ffp.stack_folder import (
    ASSETS,
    EMULATOR_OVERRIDE,
    LOCK,
    SHARED_FUNCTIONS,
    SHARED_PROVIDERS,
    own_files,
    require_unmodified,
)
from ffp.terraform import LOCK_TIMEOUT

INITIALISED = Path(".terraform/terraform.tfstate")  # where Terraform records a folder's backend

Report = Callable[[str], object]


@dataclass(frozen=True)
class Platform:
    """The two stacks of `local` in an output folder, and the account to which they are deployed."""

    account: Account
    report: Report
    output: Path = OUTPUT

    @property
    def name(self) -> str:
        return self.account.settings.name

    @property
    def folder(self) -> Path:
        """The folder of the platform's stack."""
        return self.folders[1]

    @property
    def bootstrap_folder(self) -> Path:
        return self.folders[0]

    @property
    def folders(self) -> tuple[Path, Path]:
        return stack_folders(self.output, self.name)

    @property
    def has_state(self) -> bool:
        """Whether the platform's state exists in this emulator."""
        return self._state_version(self.folder) is not None

    def synthesise(self) -> None:
        """Synthesises both stacks. Raises SystemExit with the exit code if the synthesis fails."""
        self.report("synthesising")
        code, _ = synth.start([folder.name for folder in self.folders], out=self.output).finish()
        if code:
            raise SystemExit(code)

    def point_at_emulator(self) -> None:
        """Writes the override files next to the stacks, so that the CDKTF CLI uses the emulator, too."""
        self.account.write_profiles()
        write_private(self._home.terraform_config, providers.configuration(terraform.find_mirror()))
        self._write_override(self.bootstrap_folder, ADMINISTRATOR, role=None)
        self._write_override(self.folder, EMULATOR, role="deploy")

    def bootstrap(self) -> None:
        """Creates the state bucket and the CI roles as root, with the code of `ffp bootstrap`."""
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
        """Applies the platform as the deploy role. Does nothing if exactly this stack is already deployed."""
        if self._is_deployed(self.folder):
            self.report(f"{self.name} is deployed as it was synthesised")
            return
        require_unmodified([self.folder])
        self.init()
        with sharing.shared_functions(self.folder, self._provider(EMULATOR, role="deploy")) as shared:
            for progress in self._follow("apply", "-auto-approve", sharing.AT_ONCE):
                self.report(f"deploying {self.name}: {progress}")
        if shared:
            self._unshare_state()
        self._mark_deployed(self.folder)

    def destroy(self) -> None:
        """Destroys the platform as the deploy role. The state bucket stays until the emulator stops."""
        require_unmodified([self.folder])
        self.init()
        for progress in self._follow("destroy", "-auto-approve", sharing.AT_ONCE):
            self.report(f"destroying {self.name}: {progress}")

    def _unshare_state(self) -> None:
        state = self._home.folder / "unshared.tfstate"
        write_private(state, sharing.unshared(self.run("state", "pull")))
        try:
            self.run("state", "push", LOCK_TIMEOUT, str(state))
        finally:
            state.unlink()

    def outputs(self) -> dict[str, str]:
        """The stack's outputs. Raises BadInputError if the platform is not deployed."""
        outputs = {name: each["value"] for name, each in json.loads(self.run("output", "-json")).items()}
        if not outputs:
            raise BadInputError(f"{self.name}: not deployed; `make local` deploys it")
        return outputs

    def init(self) -> None:
        self.run(*providers.init(self.folder, "-reconfigure"))

    def lift_dead_lock(self) -> None:
        """Deletes the state's lock unless Terraform is running here, because nothing else deploys to this emulator."""
        if not processes.deployments([self.folder]):
            state = state_location(self.folder)
            s3 = self.account.client(self.account.root, "s3")
            s3.delete_object(Bucket=state["Bucket"], Key=f"{state['Key']}.tflock")

    def run(self, *arguments: str) -> str:
        """Runs Terraform in the platform's folder and returns its output. Raises TerraformError if it fails."""
        plain = () if arguments[0] == "show" else ("-no-color",)
        return terraform.run(self.program, self.folder, self.environment_variables, *arguments, *plain)

    def _follow(self, *arguments: str) -> Iterator[str]:
        return terraform.follow(self.program, self.folder, self.environment_variables, *arguments, LOCK_TIMEOUT)

    @property
    def program(self) -> Path:
        """Terraform's program. Raises BadInputError if it is missing."""
        return terraform.require_program()

    @property
    def _home(self) -> Home:
        return self.account.home

    def _is_deployed(self, folder: Path) -> bool:
        record, initialised = self._home.deployed(folder.name), folder / INITIALISED
        return (
            record.exists()
            and initialised.exists()
            and record.read_text(encoding="ascii") == self._deployment_record(folder)
        )

    def _mark_deployed(self, folder: Path) -> None:
        write_private(self._home.deployed(folder.name), self._deployment_record(folder))

    def _deployment_record(self, folder: Path) -> str:
        """The stack's digest, its override's and its state's version. A change by other means changes one of them."""
        override = hashlib.sha256((folder / EMULATOR_OVERRIDE).read_bytes()).hexdigest()
        return f"{terraform.digest(folder)} {override} {self._state_version(folder)}"

    def _state_version(self, folder: Path) -> str | None:
        try:
            s3 = self.account.client(self.account.root, "s3")
            return str(s3.head_object(**state_location(folder))["VersionId"])
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchBucket", "NoSuchKey"):
                return None
            raise

    @property
    def environment_variables(self) -> dict[str, str]:
        """The environment variables for Terraform.

        The provider calls STS before it reads the address in the profile. The variable tells it the address; a block
        `endpoints` would, too, but costs each provider configuration five seconds of a processor at every start.
        """
        return terraform.offline_environment_variables() | {
            "TF_CLI_CONFIG_FILE": str(self._home.terraform_config),
            "AWS_ENDPOINT_URL_STS": self.account.address,
        }

    def place(self, role: str) -> Place:
        """A copy of the platform's stack that is delivered as in CI: with a CI role's credentials in the environment.

        A saved plan contains the configuration with its overrides, so these must be the same whoever plans and applies.
        """
        session = self.account.assume(role, environment=github_environments(self.name)[role])
        credentials = session.get_credentials()
        if credentials is None:
            raise BadInputError(f"{role}: the emulator gave no credentials; start it again with `make local`")
        folder = self._home.delivery / self.name
        shutil.rmtree(folder / ASSETS, ignore_errors=True)  # of an earlier stack
        for file in [*own_files(self.folder), *self.folder.glob(LOCK)]:
            target = folder / file.relative_to(self.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        self._write_override(folder, None, role=None)
        variables = {
            "AWS_ACCESS_KEY_ID": credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
            "AWS_SESSION_TOKEN": str(credentials.token),
            "AWS_ENDPOINT_URL": self.account.address,
            "AWS_REGION": self.account.settings.region,
        }
        return Place(
            self.account.settings,
            lambda service, **settings: self.account.client(session, service, **settings),
            self.environment_variables | variables,
            self.program,
            folder,
            self.output,
        )

    def _write_override(self, folder: Path, profile: str | None, role: str | None) -> None:
        home, account = self._home, self.account
        stack = json.loads((folder / stacks.FILE_NAME).read_text(encoding="utf-8"))
        provider = self._provider(profile, role)
        backend = self._connection(profile, role) | {"use_path_style": True}
        aliases = [{key: each[key] for key in ("alias",) if key in each} for each in stack["provider"]["aws"]]
        # Only the database's port and the playback keys depend on this emulator. The rest of the stack stays as it was
        # synthesised.
        ports = {name: {"port": home.ports.database} for name in stack["resource"].get("aws_db_instance", {})}
        keys = signing.override(account, stack)
        override: dict[str, Any] = {
            "terraform": {"backend": {"s3": stack["terraform"]["backend"]["s3"] | backend}},
            "provider": {"aws": [alias | provider for alias in aliases]},
        }
        if resources := {type_: each for type_, each in (("aws_db_instance", ports), *keys.items()) if each}:
            override["resource"] = resources
        write_private(folder / EMULATOR_OVERRIDE, json.dumps(override, indent=2))

    def _provider(self, profile: str | None, role: str | None) -> dict[str, Any]:
        """What a provider configuration needs to reach the emulator with a profile and, if it has one, as a role."""
        return self._connection(profile, role) | {"s3_use_path_style": True}

    def _connection(self, profile: str | None, role: str | None) -> dict[str, Any]:
        """What provider and backend have in common."""
        home = self._home
        settings: dict[str, Any] = {"custom_ca_bundle": str(home.certificate_authority), "max_retries": 3}
        if profile:
            settings |= {"profile": profile, "shared_config_files": [str(home.aws_config)]}
        if role:
            settings["assume_role_with_web_identity"] = {
                "role_arn": self.account.role(role),
                "session_name": role,
                "web_identity_token_file": str(home.token(role)),
            }
        return settings


def stack_folders(output: Path, environment: str) -> tuple[Path, Path]:
    """The folders of the bootstrap stack and of the platform's stack."""
    stack = output / stacks.STACKS
    return stack / f"bootstrap-{environment}", stack / environment


def forget(folders: Iterable[Path]) -> None:
    """Deletes the files that connect these stacks to an emulator that no longer exists."""
    for folder in folders:
        for name in (EMULATOR_OVERRIDE, SHARED_PROVIDERS, SHARED_FUNCTIONS, INITIALISED, "errored.tfstate"):
            (folder / name).unlink(missing_ok=True)


def state_location(folder: Path) -> dict[str, str]:
    """The bucket and key of a stack's state, as S3's parameters."""
    stack = json.loads((folder / stacks.FILE_NAME).read_text(encoding="utf-8"))
    backend = stack["terraform"]["backend"]["s3"]
    return {"Bucket": backend["bucket"], "Key": backend["key"]}
