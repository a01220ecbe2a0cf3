"""Every name and every tag: descriptive, and with the environment first (QUAL-3, QUAL-4)."""

from dataclasses import dataclass

from cdktf import TerraformResourceLifecycle

from settings import Environment, Tenancy
from settings.names import PROJECT, Limit, prefix, role_path

BOUNDARY = "boundary"
GLOBAL_REGION = "us-east-1"  # CloudFront reads certificates, web ACLs and log deliveries there


@dataclass(frozen=True)
class Context:
    """What every module may know of its environment: where it is, what it is called, and what may be destroyed."""

    environment: str
    account_id: str
    region: str
    cost_centre: str
    disposable: bool
    emulated: bool
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
            settings.application.tenancy,
        )

    @property
    def tags(self) -> dict[str, str]:
        return {"cost-centre": self.cost_centre, "environment": self.environment, "project": PROJECT}

    @property
    def boundary_arn(self) -> str:
        """The permissions boundary that the bootstrap stack makes and every role of the environment carries."""
        return f"arn:aws:iam::{self.account_id}:policy/{self.name(BOUNDARY)}"

    @property
    def role_path(self) -> str:
        """The IAM path of every role that the platform makes."""
        return role_path(self.environment)

    def role_arn(self, part: str) -> str:
        """The ARN of a role of the platform; `*` stands for all of them."""
        return f"arn:aws:iam::{self.account_id}:role{self.role_path}{self.prefix}{part}"

    @property
    def protection(self) -> TerraformResourceLifecycle | None:
        """The life cycle of what holds data: Terraform refuses to destroy it, unless the environment is disposable."""
        return None if self.disposable else TerraformResourceLifecycle(prevent_destroy=True)

    @property
    def prefix(self) -> str:
        """How every name of this environment begins; policies bind to it where no exact name is known."""
        return prefix(self.environment)

    def name(self, part: str, limit: Limit = Limit.GENERAL) -> str:
        """A resource's name; raises ValueError for one that the service would refuse."""
        return self.allowed(f"{self.prefix}{part}", limit)

    def allowed(self, name: str, limit: Limit) -> str:
        """The same name; raises ValueError for one that the service would refuse, which settings should have said."""
        if broken := limit.broken_by(name):
            raise ValueError(f"{name}: {broken}")
        return name

    def bucket_name(self, part: str) -> str:
        """Bucket names are shared by the whole world, so the account's id ends them."""
        return self.name(f"{part}-{self.account_id}", Limit.BUCKET)

    def log_group_name(self, service: str, part: str) -> str:
        """A log group under the path that its service dictates."""
        return self.allowed(f"/aws/{service}/{self.prefix}{part}", Limit.LOG_GROUP)

    def arn(self, service: str, resource: str, region: str | None = None) -> str:
        """An ARN in this account, for what is not a resource of the stack. S3 and IAM leave parts out: not for them."""
        return f"arn:aws:{service}:{region or self.region}:{self.account_id}:{resource}"


def state_bucket_name(context: Context) -> str:
    """The bucket with the environment's Terraform state, which its bootstrap stack makes."""
    return context.bucket_name("state")
