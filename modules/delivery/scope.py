"""Parts of the statements in this package: exact actions, ARNs by name, and conditions for resources without names."""

from dataclasses import dataclass

from modules.common import GLOBAL_REGION, Condition, Context, Statement
from modules.recovery import BACKUP, RESTORE, role_arn
from settings.smoke import SECRET
from settings.state import SESSION_SECONDS
from settings.storage import MALWARE_SCANS_ROLE

_TAG = "aws:ResourceTag/environment"


def actions(service: str, names: str) -> tuple[str, ...]:
    """The full names of a service's actions, from names separated by white space."""
    return tuple(f"{service}:{name}" for name in names.split())


@dataclass(frozen=True)
class Scope:
    """The ARNs and conditions by which policies refer to one environment."""

    context: Context

    def own(self, service: str, kind: str, *, regions: tuple[str, ...] = ()) -> tuple[str, ...]:
        """ARN patterns of resources whose names begin with the environment's prefix.

        `kind` is the part of the ARN between account and name, such as `function:`. Without `regions`, the home region.
        """
        resource = f"{kind}{self.context.prefix}*"
        return tuple(self.context.arn(service, resource, region) for region in regions or (self.context.region,))

    def all(self, service: str, *kinds: str, regions: tuple[str, ...] = ()) -> tuple[str, ...]:
        """ARN patterns of all resources of these kinds, for statements with one of the conditions below."""
        return tuple(
            self.context.arn(service, f"{kind}/*", region)
            for kind in kinds
            for region in regions or (self.context.region,)
        )

    def globally(self, service: str, *resources: str) -> tuple[str, ...]:
        """ARNs of a service whose ARNs contain no region."""
        return tuple(f"arn:aws:{service}::{self.context.account_id}:{resource}" for resource in resources)

    @property
    def platform_roles(self) -> tuple[str, ...]:
        """The ARN pattern of all roles that a deployment creates."""
        return (self.context.role_arn("*"),)

    @property
    def backup_role(self) -> str:
        """The role with which AWS Backup backs up, outside the platform's IAM path."""
        return role_arn(self.context, BACKUP)

    @property
    def restore_test_role(self) -> str:
        """The role with which AWS Backup tests restores, outside the platform's IAM path."""
        return role_arn(self.context, RESTORE)

    @property
    def malware_scans_role(self) -> str:
        """The role with which GuardDuty scans buckets, outside the platform's IAM path."""
        return role_arn(self.context, MALWARE_SCANS_ROLE)

    @property
    def ci_roles(self) -> tuple[str, ...]:
        """The roles of CI, which are outside the platform's IAM path."""
        return self.globally("iam", *(f"role/{self.context.name(role)}" for role in SESSION_SECONDS))

    @property
    def test_users(self) -> str:
        """The ARN of the secret with the test tenants' users, which the bootstrap stack creates."""
        return self.context.arn("secretsmanager", f"secret:{self.context.name(SECRET)}-*")

    @property
    def regions(self) -> tuple[str, str]:
        return (self.context.region, GLOBAL_REGION)

    @property
    def in_regions(self) -> Condition:
        """The request goes to the home region, or to us-east-1 for global services and CloudFront's resources."""
        return Condition("StringEquals", "aws:RequestedRegion", *self.regions)

    @property
    def tagged(self) -> Condition:
        """The resource has this environment's tag."""
        return Condition("StringEquals", _TAG, self.context.environment)

    @property
    def own_keys(self) -> tuple[Condition, Condition]:
        """The KMS key belongs to this environment, or is so new that its tag and alias do not count yet.

        A new tag or alias can take five minutes to affect authorisation. If the tag were required, the first apply
        would fail between creating a key and using it. So a key without the tag is allowed, and one with another
        environment's tag is not. To exclude other untagged keys of the account, all aliases of the key must begin with
        the environment's prefix. This excludes AWS managed keys and every other key with an alias, which the console
        requires. It still allows a key that has neither tag nor alias. The state's key has the environment's tag, too:
        the boundary denies changes of it by its ARN.
        https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
        """
        return (
            Condition("StringEqualsIfExists", _TAG, self.context.environment),
            Condition("ForAllValues:StringLike", "kms:ResourceAliases", f"alias/{self.context.prefix}*"),
        )

    @property
    def consumers(self) -> tuple[str, ...]:
        """The ARN pattern of all that have Lambda poll a queue, for statements with one of the conditions here."""
        return (self.context.arn("lambda", "event-source-mapping:*"),)

    @property
    def calling(self) -> Condition:
        """What is made, changed or deleted calls one of the environment's functions."""
        return Condition("ArnLike", "lambda:FunctionArn", *self.own("lambda", "function:"))

    @property
    def being_tagged(self) -> Condition:
        """The request sets this environment's tag."""
        return Condition("StringEquals", "aws:RequestTag/environment", self.context.environment)

    @property
    def untagged(self) -> Condition:
        """The resource has no environment's tag yet, so that no environment can take over another one's resource."""
        return Condition("Null", _TAG, "true")

    def through(self, *services: str) -> Condition:
        """The KMS key is used through one of these services in the home region, and not directly."""
        hosts = (f"{service}.{self.context.region}.amazonaws.com" for service in services)
        return Condition("StringEquals", "kms:ViaService", *hosts)

    def creating(
        self, what: str, create: tuple[str, ...], tag: str, resources: tuple[str, ...], new: tuple[str, ...] = ()
    ) -> list[Statement]:
        """Statements for creating resources with generated ids, if the request sets the environment's tag.

        `new` is the resource of the `create` actions where it differs from `resources`. Tagging is a separate statement
        for untagged resources only; otherwise a request could take over another environment's resource by tagging it.
        """
        return [
            Statement(f"Make{what}", create, new or resources, conditions=(self.being_tagged,)),
            self.tag_new(what, tag, resources),
        ]

    def tag_new(self, what: str, tag: str, resources: tuple[str, ...]) -> Statement:
        """A statement for setting this environment's tag on resources that have no environment's tag yet."""
        return Statement(f"TagNew{what}", (tag,), resources, conditions=(self.being_tagged, self.untagged))

    def passing(self, sid: str, roles: tuple[str, ...], *services: str) -> Statement:
        """A statement for passing roles to these services, and to no others."""
        to_service = Condition("StringEquals", "iam:PassedToService", *services)
        return Statement(sid, ("iam:PassRole",), roles, conditions=(to_service,))

    def passing_at_most(self, services: tuple[str, ...]) -> Statement:
        """What a boundary allows of passing the roles of AWS's services; it denies passing CI's, named likewise."""
        return self.passing("PassServicesRoles", self.globally("iam", f"role/{self.context.prefix}*"), *services)
