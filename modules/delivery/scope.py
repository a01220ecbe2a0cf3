"""What the statements of delivery are made of: exact actions, our own names, and conditions where AWS has none."""

from dataclasses import dataclass

from modules.common import GLOBAL_REGION, Condition, Context, Statement

PLAN, DEPLOY = "plan", "deploy"  # CI's own roles, which lie outside the platform's path

_TAG = "aws:ResourceTag/environment"


def actions(service: str, names: str) -> tuple[str, ...]:
    """The actions of one service, written as a list of words."""
    return tuple(f"{service}:{name}" for name in names.split())


@dataclass(frozen=True)
class Scope:
    """One environment, as policies name it."""

    context: Context

    def own(self, service: str, kind: str, *, regions: tuple[str, ...] = ()) -> tuple[str, ...]:
        """What begins with the environment's prefix; `kind` is all that stands before the name in the ARN."""
        resource = f"{kind}{self.context.prefix}*"
        return tuple(self.context.arn(service, resource, region) for region in regions or (self.context.region,))

    def all(self, service: str, *kinds: str, regions: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Every resource of these kinds, for statements under one of the conditions below."""
        return tuple(
            self.context.arn(service, f"{kind}/*", region)
            for kind in kinds
            for region in regions or (self.context.region,)
        )

    def globally(self, service: str, *resources: str) -> tuple[str, ...]:
        """Resources of a service whose ARNs have no region."""
        return tuple(f"arn:aws:{service}::{self.context.account_id}:{resource}" for resource in resources)

    @property
    def platform_roles(self) -> tuple[str, ...]:
        """Every role that a deployment makes."""
        return (self.context.role_arn("*"),)

    @property
    def ci_roles(self) -> tuple[str, ...]:
        return self.globally("iam", *(f"role/{self.context.name(role)}" for role in (PLAN, DEPLOY)))

    @property
    def regions(self) -> tuple[str, str]:
        return (self.context.region, GLOBAL_REGION)

    @property
    def in_regions(self) -> Condition:
        """The call goes to the home region, or to us-east-1 where AWS's global services and CloudFront's parts are."""
        return Condition("StringEquals", "aws:RequestedRegion", *self.regions)

    @property
    def tagged(self) -> Condition:
        """The resource carries this environment's tag."""
        return Condition("StringEquals", _TAG, self.context.environment)

    @property
    def own_keys(self) -> tuple[Condition, Condition]:
        """The KMS key is this environment's, or so new that AWS does not know yet whose it is.

        AWS may take five minutes until a key's tag and alias count for authorisation: a right that waited for the tag
        would fail the first apply between making a key and using it. So another environment's tag refuses, and a
        missing one does not. Alone that would open whatever other key of the account has no tag; therefore all aliases
        that a key has must be ours, which keeps out AWS's own keys, and every other one that anybody has named (the
        console demands a name). What remains is a key with neither. The state's key is the environment's too: the
        boundary denies changing it, by its ARN.
        https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
        """
        return (
            Condition("StringEqualsIfExists", _TAG, self.context.environment),
            Condition("ForAllValues:StringLike", "kms:ResourceAliases", f"alias/{self.context.prefix}*"),
        )

    @property
    def being_tagged(self) -> Condition:
        """The call gives the resource this environment's tag."""
        return Condition("StringEquals", "aws:RequestTag/environment", self.context.environment)

    @property
    def untagged(self) -> Condition:
        """The resource belongs to no environment yet: none can take over what another one has."""
        return Condition("Null", _TAG, "true")

    def through(self, *services: str) -> Condition:
        """A key is used by way of these services of the home region, and never directly."""
        hosts = (f"{service}.{self.context.region}.amazonaws.com" for service in services)
        return Condition("StringEquals", "kms:ViaService", *hosts)

    def made(
        self, what: str, create: tuple[str, ...], tag: str, resources: tuple[str, ...], new: tuple[str, ...] = ()
    ) -> list[Statement]:
        """Lets resources without names of ours be made, if the call tags them; `new` where AWS wants another resource.

        Tagging is apart, or a call could take over by its tag what belongs to another environment of the account.
        """
        return [
            Statement(f"Make{what}", create, new or resources, conditions=(self.being_tagged,)),
            self.tag_new(what, tag, resources),
        ]

    def tag_new(self, what: str, tag: str, resources: tuple[str, ...]) -> Statement:
        """Lets resources be given this environment's tag that have none yet."""
        return Statement(f"TagNew{what}", (tag,), resources, conditions=(self.being_tagged, self.untagged))
