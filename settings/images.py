"""Functions whose code is a container image, which nothing here can look into."""

from dataclasses import dataclass
from typing import Annotated

from settings.base import Settings, matching, must
from settings.types import Reason


@dataclass(frozen=True, kw_only=True)
class Image(Settings):
    """A container image in a private ECR repository of the environment's region. The digest identifies the image.

    Nothing in it is read: not whether its handler exists, nor its calls of AWS, its secrets, or how it separates
    tenants. The function has the grants, keys and alarms of any other one.
    """

    repository: Annotated[
        str,
        matching(
            r"(?=.{2,256}$)(?!.*\.dkr\.ecr|public\.ecr)[a-z0-9]+([._-][a-z0-9]+|__[a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+|__[a-z0-9]+)*)*",
            "must be the name of a repository of ECR",
            "write it like letters/printer, without a registry, a tag or a digest",
        ),
    ]
    """The repository's name. Its policy must let Lambda read it (docs/deployment.md)."""

    digest: Annotated[
        str,
        matching(
            r"sha256:[0-9a-f]{64}",
            "must be a digest: a tag may become another image",
            "copy it from `aws ecr describe-images`: sha256: and 64 hexadecimal digits",
        ),
    ]
    """The image's digest, of a single platform: the function's architecture. Another one is another version."""

    because: Reason
    """Why the function needs an image, in which nothing is checked. The scan shows it as a waiver."""

    account_id: Annotated[str, matching(r"\d{12}", "must be twelve digits", "see the account's page")] | None = None
    """The account that owns the repository. None, the default, is the environment's own."""

    command: Annotated[
        tuple[str, ...],
        must(lambda words: all(words), "must have no empty word", 'write ("letters.handler",)'),
    ] = ()
    """What the image runs, instead of its own CMD. For AWS's base images it is the handler."""

    def owner(self, account_id: str) -> str:
        """The account that owns the repository, for an environment in this account."""
        return self.account_id or account_id

    def arn(self, account_id: str, region: str) -> str:
        """The repository's ARN, for an environment in this account and region."""
        return f"arn:aws:ecr:{region}:{self.owner(account_id)}:repository/{self.repository}"

    def uri(self, account_id: str, region: str) -> str:
        """What Lambda takes the image from, for an environment in this account and region."""
        return f"{self.owner(account_id)}.dkr.ecr.{region}.amazonaws.com/{self.repository}@{self.digest}"
