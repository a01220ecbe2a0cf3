"""Names and tags of all resources: names are descriptive and begin with the environment (QUAL-3, QUAL-4)."""

from dataclasses import dataclass

from modules.framework import TerraformResourceLifecycle
from settings import Environment, Tenancy
from settings.names import PROJECT, Limit, prefix, role_path

BOUNDARY = "boundary"
GLOBAL_REGION = "us-east-1"  # CloudFront reads certificates, web ACLs and log deliveries there


@dataclass(frozen=True)
class Context:
    """What every module may know about its environment: account, region, name, tags, and whether it is disposable.

    `repository` is the GitHub repository with its code and documents, as owner/name.
    """

    environment: str
    account_id: str
    region: str
    cost_centre: str
    disposable: bool
    emulated: bool
    repository: str
    tenancy: Tenancy

    @classmethod
    def of(cls, settings: Environment) -> "Context":
        return cls(
            settings.name,
            settings.account_id,
            settings.region,
            settings.cost_centre,
            settings.disposable,
            settings.emulated,
            settings.state.repository,
            settings.application.tenancy,
        )

    @property
    def tags(self) -> dict[str, str]:
        return {"cost-centre": self.cost_centre, "environment": self.environment, "project": PROJECT}

    @property
    def boundary_arn(self) -> str:
        """The permissions boundary of the environment's roles, which the bootstrap stack creates."""
        return f"arn:aws:iam::{self.account_id}:policy/{self.name(BOUNDARY)}"

    @property
    def role_path(self) -> str:
        """The IAM path of every role that the platform creates."""
        return role_path(self.environment)

    def role_arn(self, part: str) -> str:
        """The ARN of one of the platform's roles; the part `*` matches all of them."""
        return f"arn:aws:iam::{self.account_id}:role{self.role_path}{self.prefix}{part}"

    @property
    def protection(self) -> TerraformResourceLifecycle | None:
        """The `lifecycle` of resources that hold data: Terraform refuses to destroy them.

        None in a disposable environment.
        """
        return None if self.disposable else TerraformResourceLifecycle(prevent_destroy=True)

    @property
    def prefix(self) -> str:
        """How every name of this environment begins; policies match on it where the exact name is not known."""
        return prefix(self.environment)

    def name(self, part: str, limit: Limit = Limit.GENERAL) -> str:
        """A resource's name, with the prefix. Raises ValueError for a name that the service would refuse."""
        return self.allowed(f"{self.prefix}{part}", limit)

    def allowed(self, name: str, limit: Limit) -> str:
        """Returns the name unchanged, or raises ValueError if the service would refuse it.

        The settings check names first, so an error here means that their check is incomplete.
        """
        if broken := limit.broken_by(name):
            raise ValueError(f"{name}: {broken}")
        return name

    def bucket_name(self, part: str) -> str:
        """A bucket's name, which ends in the account's id because bucket names are unique across all of AWS."""
        return self.name(f"{part}-{self.account_id}", Limit.BUCKET)

    def log_group_name(self, service: str, part: str) -> str:
        """A log group's name, under the path that the service prescribes."""
        return self.allowed(f"/aws/{service}/{self.prefix}{part}", Limit.LOG_GROUP)

    def arn(self, service: str, resource: str, region: str | None = None) -> str:
        """An ARN in this account, for what is not a resource of the stack.

        Not for S3 and IAM, whose ARNs omit the region or the account.
        """
        return f"arn:aws:{service}:{region or self.region}:{self.account_id}:{resource}"


def state_bucket_name(context: Context) -> str:
    """The name of the bucket for the environment's Terraform state, which its bootstrap stack creates."""
    return context.bucket_name("state")
