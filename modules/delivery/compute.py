"""What a deployment does to functions, schedules, queues, topics, logs and roles: nearly all of it by name."""

from collections.abc import Iterable

from modules.common import Condition, Statement
from modules.delivery.reading import log_groups
from modules.delivery.scope import Scope, actions
from settings import FunctionSettings, S3Object

# Whom a deployment lets call a function: these services, and no account.
CALLERS = ("apigateway.amazonaws.com", "cognito-idp.amazonaws.com", "secretsmanager.amazonaws.com")
_FUNCTION = actions(
    "lambda",
    """AddPermission CreateAlias CreateFunction DeleteAlias DeleteFunction DeleteFunctionConcurrency
    DeleteFunctionEventInvokeConfig DeleteProvisionedConcurrencyConfig PublishVersion PutFunctionConcurrency
    PutFunctionEventInvokeConfig PutProvisionedConcurrencyConfig RemovePermission TagResource UntagResource
    UpdateAlias UpdateFunctionCode UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig""",
)
_SCALING = actions(
    "application-autoscaling",
    """DeleteScheduledAction DeregisterScalableTarget PutScheduledAction RegisterScalableTarget TagResource
    UntagResource""",
)
_SCHEDULE = actions("scheduler", "CreateSchedule DeleteSchedule UpdateSchedule")
_QUEUE = actions("sqs", "CreateQueue DeleteQueue SetQueueAttributes TagQueue UntagQueue")
_TOPIC = actions("sns", "CreateTopic DeleteTopic SetTopicAttributes Subscribe TagResource UntagResource")
_SUBSCRIPTION = actions("sns", "SetSubscriptionAttributes Unsubscribe")
_LOG_GROUP = actions(
    "logs",
    """AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteMetricFilter DeleteRetentionPolicy DisassociateKmsKey
    PutMetricFilter PutRetentionPolicy TagResource UntagResource""",
)
_LOG_SETUP = actions(
    "logs",
    """CreateLogDelivery DeleteLogDelivery DeleteQueryDefinition PutQueryDefinition PutResourcePolicy
    UpdateLogDelivery""",
)
# All whose caller AWS tells the role's boundary, by its service authorisation reference of September 2026.
_ROLE_UNDER_BOUNDARY = actions(
    "iam",
    """CreateRole DeleteRole DeleteRolePolicy PutRolePermissionsBoundary PutRolePolicy UpdateAssumeRolePolicy UpdateRole
    UpdateRoleDescription""",
)
_ROLE = actions("iam", "TagRole UntagRole")
# The services that the platform's roles are made for.
_PASSED_TO = ("lambda", "monitoring.rds", "rds", "scheduler", "vpc-flow-logs")
# The roles that AWS's services make for themselves the first time that they are used in an account.
_SERVICE_LINKED = {
    "delivery.logs.amazonaws.com": "AWSServiceRoleForLogDelivery",
    "events.amazonaws.com": "AWSServiceRoleForCloudWatchEvents",
    "lambda.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency",
    "ops.apigateway.amazonaws.com": "AWSServiceRoleForAPIGateway",
    "rds.amazonaws.com": "AWSServiceRoleForRDS",
    "wafv2.amazonaws.com": "AWSServiceRoleForWAFV2Logging",
}


def code(deployed: Iterable[FunctionSettings]) -> tuple[str, ...]:
    """The objects that functions are made of, where their code lies in a bucket."""
    return tuple(
        f"arn:aws:s3:::{function.code.bucket}/{function.code.key}"
        for function in deployed
        if isinstance(function.code, S3Object)
    )


def functions(
    scope: Scope, deployed: Iterable[FunctionSettings], invoked: Iterable[FunctionSettings]
) -> list[Statement]:
    """Functions by name, their code where it lies in a bucket, and calls of those that a deploy invokes."""
    objects = code(deployed)
    calls = tuple(
        arn
        for function in invoked
        for name in [scope.context.arn("lambda", f"function:{scope.context.name(function.name)}")]
        for arn in (name, f"{name}:*")
    )
    return [
        Statement("ChangeFunctions", _FUNCTION, scope.own("lambda", "function:")),
        *([Statement("TakeCode", ("s3:GetObject",), objects)] if objects else ()),
        # The database's preparation; and Secrets Manager takes a rotation function only from who may call it.
        *([Statement("InvokeFunctions", ("lambda:InvokeFunction",), calls)] if calls else ()),
        Statement(
            "ScaleFunctions",
            _SCALING,
            scope.all("application-autoscaling", "scalable-target"),
            conditions=(scope.in_regions,),
        ),
        Statement("ChangeSchedules", _SCHEDULE, scope.own("scheduler", "schedule/default/")),
    ]


def messages(scope: Scope) -> list[Statement]:
    """Queues and topics by name; a subscription can be changed only in the regions of the environment."""
    return [
        Statement("ChangeQueues", _QUEUE, scope.own("sqs", "")),
        Statement("ChangeTopics", _TOPIC, scope.own("sns", "", regions=scope.regions)),
        Statement("ChangeSubscriptions", _SUBSCRIPTION, ("*",), conditions=(scope.in_regions,)),
    ]


def logs(scope: Scope) -> list[Statement]:
    """Log groups by name; the delivery of other services' logs has none."""
    return [
        Statement("ChangeLogGroups", _LOG_GROUP, log_groups(scope)),
        Statement("SetUpLogs", _LOG_SETUP, ("*",), conditions=(scope.in_regions,)),
    ]


def roles(scope: Scope) -> list[Statement]:
    """Roles of the platform's path, each under the boundary, passed to the platform's services alone.

    No managed policy, no user, and no role of a person's, whatever its name. Whom a role trusts is the one thing that
    AWS lets nobody bind: no condition key tells what a trust policy says. What holds is the boundary, which limits the
    role whoever assumes it, and the review of the change that names the trust.
    """
    own = scope.platform_roles
    return [
        Statement(
            "MakeRolesUnderTheBoundary",
            _ROLE_UNDER_BOUNDARY,
            own,
            conditions=(Condition("StringEquals", "iam:PermissionsBoundary", scope.context.boundary_arn),),
        ),
        Statement("ChangeRoles", _ROLE, own),
        Statement(
            "PassRolesToTheirServices",
            ("iam:PassRole",),
            own,
            conditions=(
                Condition(
                    "StringEquals", "iam:PassedToService", *(f"{service}.amazonaws.com" for service in _PASSED_TO)
                ),
            ),
        ),
    ]


def service_linked_roles(scope: Scope) -> Statement:
    """Lets the services that the platform uses make their own roles."""
    return Statement(
        "LetServicesMakeTheirOwn",
        ("iam:CreateServiceLinkedRole",),
        scope.globally("iam", *(f"role/aws-service-role/{host}/{name}" for host, name in _SERVICE_LINKED.items())),
        conditions=(Condition("StringEquals", "iam:AWSServiceName", *_SERVICE_LINKED),),
    )
