"""Where an environment is delivered: its stack's folder, Terraform, and clients of its account."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from ffp import aws, providers, stacks, terraform
from ffp.files import one_run
from ffp.project import BUILD, OUTPUT, BadInputError, ToolError
from ffp.stack_folder import require_unmodified
from settings import Environment

FOLDER = BUILD / "deliver"  # what deliveries write on this machine


@dataclass(frozen=True)
class Place:
    """One environment, with what reaches its account."""

    settings: Environment
    client: Callable[..., Any]  # makes a boto3 client of a service, in another region by `region_name`
    variables: Mapping[str, str]  # of Terraform's environment
    program: Path
    folder: Path  # of the platform's stack, where Terraform works
    output: Path = OUTPUT  # where all stacks are synthesised

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def digest(self) -> str:
        """SHA-256 of the stack's synthesised files. Raises BadInputError if there are none."""
        if not (self.folder / stacks.FILE_NAME).exists():
            raise BadInputError(f"{self.name}: {self.folder} contains no synthesised stack; run `ffp synth`")
        return terraform.digest(self.folder)

    @contextmanager
    def working(self) -> Iterator[Path]:
        """A private folder for saved plans, which hold secrets: it is gone at the end, and nobody else works meanwhile.

        Raises BadInputError if another run on this machine plans or applies the environment.
        """
        FOLDER.mkdir(parents=True, exist_ok=True)
        with (
            one_run(FOLDER / f"{self.name}.lock", f"delivery of {self.name}"),
            tempfile.TemporaryDirectory(prefix=f".{self.name}-", dir=FOLDER) as folder,
        ):
            yield Path(folder)

    @property
    def bucket(self) -> str:
        """The bucket of states and plans."""
        return str(self._backend["bucket"])

    @cached_property
    def _backend(self) -> Mapping[str, Any]:
        stack = json.loads((self.folder / stacks.FILE_NAME).read_text(encoding="utf-8"))
        backend: Mapping[str, Any] = stack["terraform"]["backend"]["s3"]
        return backend

    @cached_property
    def s3(self) -> Any:
        return self.client("s3")

    @property
    def owned(self) -> dict[str, str]:
        """S3's parameters that name the bucket, and refuse one with this name of another account."""
        return {"Bucket": self.bucket, "ExpectedBucketOwner": self.settings.account_id}

    def init(self) -> None:
        """Prepares Terraform.

        Raises BadInputError for a stack that is not synthesised, a foreign file in its folder, a provider that is not
        pinned, or a bucket of others.
        """
        require_unmodified([self.folder])
        if not (self.folder / providers.LOCK).exists():
            raise BadInputError(
                f"{self.name}: no package of AWS provider {self.settings.provider_release} is pinned, and whatever a"
                " registry gives would run with these credentials; run `ffp providers lock`, and have it reviewed"
            )
        self._require_bucket()
        self.run(*providers.init(self.folder, "-reconfigure"))

    def _require_bucket(self) -> None:
        with aws.as_tool_errors():
            try:
                self.s3.head_bucket(**self.owned)
            except ClientError as refusal:
                match aws.error_code(refusal):
                    case "404":
                        raise BadInputError(
                            f"{self.name}: the state bucket {self.bucket} does not exist; run"
                            f" `ffp bootstrap {self.name}`"
                        ) from None
                    case "403":
                        raise ToolError(
                            f"{self.bucket}: account {self.settings.account_id} does not own it, or these credentials"
                            " have no access to it; nothing was read from it; check both"
                        ) from None
                raise

    def run(self, *arguments: str) -> str:
        """Runs Terraform in the stack's folder and returns its output. Raises TerraformError if it fails."""
        return terraform.run(self.program, self.folder, self.variables, *arguments)

    def outputs(self) -> dict[str, str]:
        """The outputs of what is deployed, none of which is sensitive. Terraform must be prepared."""
        return {name: str(each["value"]) for name, each in json.loads(self.run("output", "-json")).items()}

    def follow(self, *arguments: str) -> Iterator[str]:
        """Runs Terraform and yields its progress. Raises TerraformError with all its errors."""
        return terraform.follow(self.program, self.folder, self.variables, *arguments)


def on_aws(settings: Environment) -> Place:
    """An environment on AWS, by the caller's credentials. Raises BadInputError if they belong to another account."""
    program, folder = terraform.require_program(), OUTPUT / stacks.STACKS / settings.name
    return Place(settings, aws.clients_of(settings), providers.environment_variables(), program, folder)
