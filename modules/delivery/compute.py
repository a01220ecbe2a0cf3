"""Permissions to deploy functions, schedules, queues, topics, logs and roles; nearly all are bound by name."""

from collections.abc import Iterable

from modules.common import Condition, Statement
from modules.delivery.reading import log_groups
from modules.delivery.scope import Scope, actions
from modules.encryption import IMAGES_OF_OTHERS, TOPICS_OF_OTHERS
from settings import Application, FunctionSettings, Image, S3Object, TopicOfOthers

# The only principals to which a deployment may grant the invocation of a function: these services, and no account.
CALLERS = tuple(
    f"{each}.amazonaws.com" for each in ("apigateway", "cognito-idp", "events", "s3", "secretsmanager", "sns")
)
_FUNCTION = actions(
    "lambda",
    """AddPermission CreateAlias CreateFunction DeleteAlias DeleteFunction DeleteFunctionConcurrency
    DeleteFunctionEventInvokeConfig DeleteProvisionedConcurrencyConfig PublishVersion PutFunctionConcurrency
    PutFunctionEventInvokeConfig PutProvisionedConcurrencyConfig RemovePermission TagResource UntagResource
    UpdateAlias UpdateFunctionCode UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig""",
)
# What AWS asks of whoever gives a function an image.
IMAGE = actions("ecr", "BatchGetImage GetDownloadUrlForLayer")
_SCALING = actions(
    "application-autoscaling",
    """DeleteScheduledAction DeregisterScalableTarget PutScheduledAction RegisterScalableTarget TagResource
    UntagResource""",
)
_CONSUMER = actions("lambda", "CreateEventSourceMapping DeleteEventSourceMapping UpdateEventSourceMapping")
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
# All actions for which IAM evaluates the role's boundary as a condition key, by the service authorisation reference of
# September 2026.
_ROLE_UNDER_BOUNDARY = actions(
    "iam",
    """CreateRole DeleteRole DeleteRolePolicy PutRolePermissionsBoundary PutRolePolicy UpdateAssumeRolePolicy UpdateRole
    UpdateRoleDescription""",
)
_ROLE = actions("iam", "TagRole UntagRole")
# The services that assume the platform's roles.
_PASSED_TO = ("lambda", "monitoring.rds", "rds", "scheduler", "vpc-flow-logs")
# The service-linked roles that AWS services create when they are first used in an account.
_SERVICE_LINKED = {
    "backup.amazonaws.com": "AWSServiceRoleForBackup",
    "delivery.logs.amazonaws.com": "AWSServiceRoleForLogDelivery",
    "events.amazonaws.com": "AWSServiceRoleForCloudWatchEvents",
    "lambda.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency",
    "ops.apigateway.amazonaws.com": "AWSServiceRoleForAPIGateway",
    "rds.amazonaws.com": "AWSServiceRoleForRDS",
    "restore-testing.backup.amazonaws.com": "AWSServiceRoleForBackupRestoreTesting",
    "wafv2.amazonaws.com": "AWSServiceRoleForWAFV2Logging",
}


def code(deployed: Iterable[FunctionSettings]) -> tuple[str, ...]:
    """The ARNs of the objects with functions' code, for functions whose code is in a bucket."""
    return tuple(
        f"arn:aws:s3:::{function.code.bucket}/{function.code.key}"
        for function in deployed
        if isinstance(function.code, S3Object)
    )


def images(scope: Scope, deployed: Iterable[FunctionSettings]) -> tuple[str, ...]:
    """The ARNs of the repositories with functions' images."""
    context = scope.context
    found = (each.code.arn(context.account_id, context.region) for each in deployed if isinstance(each.code, Image))
    return tuple(dict.fromkeys(found))


def of_other_accounts(scope: Scope, application: Application) -> dict[str, str]:
    """By part of the deploy role's policies, why that part names other accounts; parts that name none are left out."""
    own = scope.context.account_id
    code = (each.code for each in application.functions)
    foreign = dict.fromkeys(each.because for each in code if isinstance(each, Image) and each.owner(own) != own)
    reasons = {
        "api": (TOPICS_OF_OTHERS, [each.because for each in application.topics_of_others]),
        "compute": (IMAGES_OF_OTHERS, list(foreign)),
    }
    return {part: f"{start}{' '.join(because)}" for part, (start, because) in reasons.items() if because}


def functions(
    scope: Scope, deployed: Iterable[FunctionSettings], invoked: Iterable[FunctionSettings]
) -> list[Statement]:
    """Statements for functions, by name, for their code in buckets, and for invoking those that a deploy invokes."""
    objects, repositories = code(deployed), images(scope, deployed)
    calls = tuple(
        arn
        for function in invoked
        for name in [scope.context.arn("lambda", f"function:{scope.context.name(function.name)}")]
        for arn in (name, f"{name}:*")
    )
    return [
        Statement("ChangeFunctions", _FUNCTION, scope.own("lambda", "function:")),
        *([Statement("TakeCode", ("s3:GetObject",), objects)] if objects else ()),
        # Lambda reads an image of another account only for a caller who may read it, too. It would also change the
        # repository's policy for a caller who may: that is for the repository's owner.
        *([Statement("TakeImages", IMAGE, repositories)] if repositories else ()),
        # A deploy invokes the preparation of the database. Secrets Manager accepts a rotation function only from a
        # caller that may invoke it.
        *([Statement("InvokeFunctions", ("lambda:InvokeFunction",), calls)] if calls else ()),
        Statement(
            "ScaleFunctions",
            _SCALING,
            scope.all("application-autoscaling", "scalable-target"),
            conditions=(scope.in_regions,),
        ),
        Statement("ChangeSchedules", _SCHEDULE, scope.own("scheduler", "schedule/default/")),
    ]


def messages(scope: Scope, topics_of_others: Iterable[TopicOfOthers]) -> list[Statement]:
    """Statements for queues and topics, by name, for their consumers, and for subscriptions, bound only by region."""
    others = tuple(each.arn for each in topics_of_others)
    return [
        Statement("ChangeQueues", _QUEUE, scope.own("sqs", "")),
        # Their ids are generated: the function that they call binds them.
        Statement("MakeConsumers", _CONSUMER, ("*",), conditions=(scope.calling,)),
        scope.tag_new("Consumers", "lambda:TagResource", scope.consumers),
        Statement(
            "TagConsumers", actions("lambda", "TagResource UntagResource"), scope.consumers, conditions=(scope.tagged,)
        ),
        Statement("ChangeTopics", _TOPIC, scope.own("sns", "", regions=scope.regions)),
        *([Statement("SubscribeToOthers", ("sns:Subscribe",), others)] if others else ()),
        Statement("ChangeSubscriptions", _SUBSCRIPTION, ("*",), conditions=(scope.in_regions,)),
    ]


def logs(scope: Scope) -> list[Statement]:
    """Statements for log groups, by name, and for the delivery of other services' logs, which has no names."""
    return [
        Statement("ChangeLogGroups", _LOG_GROUP, log_groups(scope)),
        Statement("SetUpLogs", _LOG_SETUP, ("*",), conditions=(scope.in_regions,)),
    ]


def roles(scope: Scope) -> list[Statement]:
    """Statements for roles under the platform's path, with its boundary, and passed only to the platform's services.

    They cover no managed policies, users or roles of people. They cannot limit whom a role trusts, because no condition
    key contains the trust policy. What protects there is the boundary, which limits the role whoever assumes it, and
    the review of the change to the trust policy. For AWS Backup's roles, which read objects, that would not be enough:
    the bootstrap stack makes them.
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
    """Lets the services that the platform uses create their service-linked roles."""
    return Statement(
        "LetServicesMakeTheirOwn",
        ("iam:CreateServiceLinkedRole",),
        scope.globally("iam", *(f"role/aws-service-role/{host}/{name}" for host, name in _SERVICE_LINKED.items())),
        conditions=(Condition("StringEquals", "iam:AWSServiceName", *_SERVICE_LINKED),),
    )
