"""A group of functions with one role (IAM-3): it has what bindings give: statements, paths, variables."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from modules.common import Condition, Context, PolicyDocument, Statement, service_role
from modules.network import Network, SecurityGroup
from settings import Binding, FunctionGroupSettings, TakeFromQuota
from settings.bindings import source_of, upper

# Lambda itself makes the interfaces, whose ids nobody knows before; AWS scopes none of these in a useful way.
_INTERFACE_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)


class Bindable(Protocol):
    """What groups can be bound to."""

    def bind(self, binding: Binding, group: "FunctionGroup") -> None:
        """Gives the group what the binding says; BindingError for one that is another resource's."""


class BindingError(TypeError):
    """A binding came to a resource that does not grant it: a mistake in `uses`, in settings/bindings.py."""

    def __init__(self, binding: Binding, resource: object) -> None:
        super().__init__(f"{type(resource).__name__} grants no {source_of(binding)}")


class QuotaLimits:
    """A daily quota: functions find its limits in a variable, and count in the database what is taken."""

    def __init__(self, name: str, limits: str) -> None:
        self._variables = {f"QUOTA_{upper(name)}": limits}

    def bind(self, binding: Binding, group: "FunctionGroup") -> None:
        """Tells a group the limits."""
        if not isinstance(binding, TakeFromQuota):
            raise BindingError(binding, self)
        group.grant(environment=self._variables)


class FunctionGroup(Construct):
    """The role, and what the bindings have given so far. Functions are made after the last binding."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        settings: FunctionGroupSettings,
    ) -> None:
        super().__init__(scope, id_)
        self.settings = settings
        self._context = context
        self._statements: list[Statement] = []
        self._environment: dict[str, str] = {"ENVIRONMENT": context.environment, "TENANCY": context.tenancy.names}
        self._awaited: list[ITerraformDependable] = []
        self.live_after: list[ITerraformDependable] = []  # what comes before a new version is called
        self._security_group: SecurityGroup | None = None
        self._network: Network | None = None
        self._role = service_role(
            self,
            "role",
            context=context,
            name=settings.name,
            service="lambda.amazonaws.com",
            description=f"Runs the functions of the group {settings.name}",
        )
        self._document = PolicyDocument(
            self, "access", [Statement("Trace", ("xray:PutTelemetryRecords", "xray:PutTraceSegments"), ("*",))]
        )
        self.policy = IamRolePolicy(
            self, "policy", name=f"{settings.name}-access", role=self._role.id, policy=self._document.json
        )

    @property
    def role_arn(self) -> str:
        return self._role.arn

    @property
    def environment(self) -> Mapping[str, str]:
        return self._environment

    @property
    def subnet_ids(self) -> list[str]:
        return self._network.private_subnet_ids if self._network else []

    @property
    def security_group(self) -> SecurityGroup | None:
        """The security group, for a group that a binding has put into the VPC."""
        return self._security_group

    @property
    def awaited(self) -> list[ITerraformDependable]:
        """What the group's functions come after, and what goes after them: permissions, and ways to what they use."""
        ways = self._network.paths if self._network else []
        own = self._security_group.rules if self._security_group else []
        return list(dict.fromkeys([self.policy, *self._awaited, *ways, *own]))  # a way may be one of our own rules

    def grant(
        self,
        *statements: Statement,
        environment: Mapping[str, str] | None = None,
        after: Sequence[ITerraformDependable] = (),
    ) -> None:
        """Adds permissions and the variables that say where to use them; called by the resource being used."""
        self._document.add(*statements)
        self._statements += statements
        self._environment.update(environment or {})
        self._awaited += after

    def go_live_after(self, event: ITerraformDependable) -> None:
        """Has callers stay with the functions' version before until something has happened."""
        self.live_after.append(event)

    def grant_logs(self, log_group_arn: str) -> None:
        """Lets the role write one log group; it can make none."""
        streams = f"{log_group_arn}:*"
        self._document.add(Statement("WriteLogs", ("logs:CreateLogStream", "logs:PutLogEvents"), (streams,)))

    def enter(self, network: Network) -> SecurityGroup:
        """Puts the group's functions into the private tier, once, behind a security group of their own."""
        if self._security_group is None:
            self._security_group = SecurityGroup(
                self,
                "firewall",
                context=self._context,
                vpc_id=network.vpc_id,
                label=self.settings.name,
                purpose=f"Functions of the group {self.settings.name}",
            )
            self._network = network
            self._document.add(Statement("LambdaMakesInterfaces", _INTERFACE_ACTIONS, ("*",)))
            self._document.add(self._deny_interfaces_to_code())
            self._document.waive(
                "CKV_AWS_111",
                "Lambda attaches the interfaces and nobody knows their ids before; the functions' own code is denied "
                "the same actions by the statement after.",
            )
        return self._security_group

    def open_paths(self, network: Network) -> None:
        """Opens the way to every AWS service that the bindings' statements name, and no further.

        Outside the VPC there is nothing to open.
        """
        if self._security_group is None:
            return
        for service in sorted({service for binding in self.settings.bindings for service in binding.calls}):
            if used := self._statements_on(service):
                network.open_path(self._security_group, service, self.role_arn, used)

    def _statements_on(self, service: str) -> list[Statement]:
        return [each for each in self._statements if any(a.startswith(f"{service}:") for a in each.actions)]

    def _deny_interfaces_to_code(self) -> Statement:
        """What Lambda may do on the role's behalf, the code may not: its calls carry the function's ARN."""
        functions = tuple(
            self._context.arn("lambda", f"function:{self._context.name(function.name)}")
            for function in self.settings.functions
        )
        return Statement(
            "CodeMakesNoInterfaces",
            _INTERFACE_ACTIONS,
            ("*",),
            effect="Deny",
            conditions=(Condition("ArnEquals", "lambda:SourceFunctionArn", *functions),),
        )
