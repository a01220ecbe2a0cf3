"""The quotas of an AWS account that limit a platform: AWS's defaults, which it raises on request."""

from dataclasses import dataclass
from typing import Annotated

from catalogue.limits import Limit, callers, network, permissions
from settings.base import Settings, between


@dataclass(frozen=True, kw_only=True)
class AccountLimits(Settings):
    """The account's quotas, as Service Quotas shows them. docs/limits.md lists all limits, those too that are fixed."""

    concurrent_executions: Annotated[int, between(10, 100_000)] = 1000
    """The account's quota of Lambda executions at one time. A new account has less than AWS's usual 1000: a deploy
    fails if this number is too high."""

    unreserved_minimum: Annotated[int, between(0, 1000)] = 100
    """Executions that must stay unreserved. Lambda refuses reservations that leave fewer."""

    routes_per_api: Annotated[int, between(1, 100_000)] = callers.API_ROUTES.value
    """Routes of an HTTP API. AWS raises it for one API, which must exist before."""

    interfaces_per_vpc: Annotated[int, between(1, 100_000)] = network.VPC_INTERFACES.value
    """Network interfaces of functions in a VPC. AWS's documents used to give 250: see the account's Service Quotas."""

    roles: Annotated[int, between(1, 10_000)] = permissions.ROLES.value
    """IAM roles of the account."""

    managed_policies_per_role: Annotated[int, between(1, 25)] = permissions.ROLE_MANAGED_POLICIES.value
    """Managed policies that can be attached to one role."""

    trust_policy_characters: Annotated[int, between(1, 8192)] = permissions.ROLE_TRUST.value
    """Characters of a role's trust policy."""

    rules_per_security_group: Annotated[int, between(1, 1000)] = network.SECURITY_GROUP_INGRESS.value
    """Rules of a security group in each direction. This number, times the security groups that an interface may have,
    must not exceed 1000."""

    security_groups: Annotated[int, between(1, 100_000)] = network.SECURITY_GROUPS.value
    """Security groups of the account in the region."""

    interface_endpoints_per_vpc: Annotated[int, between(1, 1000)] = network.INTERFACE_ENDPOINTS.value
    """Interface endpoints of a VPC."""

    def allowed(self, limit: Limit) -> int:
        """What the account allows of one of AWS's limits."""
        return int(getattr(self, limit.setting)) if limit.setting else limit.value
