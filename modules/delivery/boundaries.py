"""What no role may do whatever its policies say: one boundary for the platform's roles, one for CI's own two.

A deployment makes roles only under the first, so that none of them can do what the platform does not. Its own role
needs more than that, and stands under the second with the plan's: there the foundations are out of bounds.

A boundary that merely allows too little does not bind what a trust or a resource policy gives to a role's session;
an explicit denial does. What must never happen is therefore denied here, however little is allowed.
"""

from collections.abc import Iterable
from dataclasses import replace

from modules.common import Condition, Statement
from modules.delivery import catalogued, compute, data
from modules.delivery.reading import master_secret
from modules.delivery.scope import Scope, actions

_INTERFACES = actions(
    "ec2",
    """AssignPrivateIpAddresses CreateNetworkInterface DeleteNetworkInterface DescribeNetworkInterfaces
    DescribeSubnets UnassignPrivateIpAddresses""",
)
_TRACES = actions("xray", "PutTelemetryRecords PutTraceSegments")
_LOG_LINES = actions("logs", "CreateLogStream DescribeLogStreams PutLogEvents")
_HOST_METRICS = actions(
    "logs", "CreateLogGroup CreateLogStream DescribeLogStreams GetLogEvents PutLogEvents PutRetentionPolicy"
)
_ROTATED_SECRET = actions("secretsmanager", "DescribeSecret GetSecretValue PutSecretValue UpdateSecretVersionStage")

# Credentials of another role, or new ones of one's own.
_TAKE_ON = actions("sts", "AssumeRole* GetFederationToken GetSessionToken SetSourceIdentity TagSession")
# What only a function's own code does. Writing objects is not among it: browsers do that, by forms that a function
# signed, and whether their requests tell the function is not documented.
_FUNCTIONS_ALONE = ("cognito-idp:*", "s3:GetObject*", "secretsmanager:*")
_NO_FUNCTION = Condition("Null", "lambda:SourceFunctionArn", "true")

# Whole services: a boundary allows nothing by itself, and the roles' own policies name each action.
_SERVICES = (
    *("acm", "apigateway", "application-autoscaling", "budgets", "cloudfront", "cloudwatch", "cognito-idp", "ec2"),
    *("kms", "lambda", "logs", "rds", "route53", "s3", "scheduler", "secretsmanager", "sns", "sqs", "wafv2", "xray"),
)
_CHANGE_ROLE = actions("iam", "Attach* Create* Delete* Detach* PassRole Put* Tag* Untag* Update*")
_CONTENTS = (
    *actions("cognito-idp", "AdminGetUser AdminListGroupsForUser ListUsers ListUsersInGroup"),
    *actions("logs", "FilterLogEvents GetLogEvents GetLogRecord GetQueryResults StartLiveTail StartQuery"),
    *actions("secretsmanager", "BatchGetSecretValue GetSecretValue"),
    *actions("sqs", "ReceiveMessage"),
)
_CHANGE_BUCKET = actions(
    "s3", "CreateBucket DeleteBucket* PutBucket* PutEncryptionConfiguration PutLifecycleConfiguration"
)
_CHANGE_KEY = actions(
    "kms", "*Alias CreateGrant Disable* PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription"
)


def runtime(scope: Scope, foundation_buckets: tuple[str, ...]) -> list[Statement]:
    """All that the platform's functions and the services that act for it ever need, and only in this environment."""
    context = scope.context
    here = Condition("StringEquals", "aws:RequestedRegion", context.region)
    but_for_the_proxy = Condition("ArnNotEquals", "aws:PrincipalArn", context.role_arn("database-proxy"))
    host_metrics = context.arn("logs", "log-group:RDSOSMetrics")
    return [
        Statement("WriteTraces", _TRACES, ("*",), conditions=(here,)),
        Statement("EnterTheNetwork", _INTERFACES, ("*",), conditions=(here,)),
        Statement(
            "WriteLogs",
            _LOG_LINES,
            tuple(context.arn("logs", f"log-group:/aws/{service}/{context.prefix}*") for service in ("lambda", "vpc")),
        ),
        Statement("WriteHostMetrics", _HOST_METRICS, (host_metrics, f"{host_metrics}:*")),
        Statement(
            "UseObjects",
            actions("s3", "AbortMultipartUpload GetObject PutObject"),
            (f"arn:aws:s3:::{context.prefix}*",),
        ),
        Statement(
            "LeaveTheFoundationsAlone",
            ("s3:*",),
            tuple(arn for bucket in foundation_buckets for arn in (bucket, f"{bucket}/*")),
            effect="Deny",
        ),
        Statement(
            "UseKeys", actions("kms", "Decrypt GenerateDataKey"), scope.all("kms", "key"), conditions=scope.own_keys
        ),
        Statement("UseSecrets", _ROTATED_SECRET, scope.own("secretsmanager", "secret:")),
        master_secret("ReadMasterSecrets", scope, "secretsmanager:GetSecretValue"),
        Statement("ConnectToDatabase", ("rds-db:connect",), scope.all("rds-db", "dbuser:*"), conditions=(here,)),
        Statement("Publish", ("sns:Publish",), scope.own("sns", "")),
        Statement("Send", ("sqs:SendMessage",), scope.own("sqs", "")),
        Statement("Invoke", ("lambda:InvokeFunction",), scope.own("lambda", "function:")),
        Statement(
            "AdministerUsers",
            actions(
                "cognito-idp",
                "AdminAddUserToGroup AdminCreateUser AdminDeleteUser AdminGetUser CreateGroup ListUsersInGroup",
            ),
            scope.all("cognito-idp", "userpool"),
            conditions=(scope.tagged,),
        ),
        _never("TakeOnNoRole", _TAKE_ON),
        # Lambda tells every call of a function's code which function it comes from: who came to the role in any other
        # way than by running in a function reads nothing.
        _never("ForFunctionsAlone", _FUNCTIONS_ALONE, _NO_FUNCTION),
        _never(
            "ConnectFromFunctionsAlone",
            ("rds-db:connect",),
            _NO_FUNCTION,
            but_for_the_proxy,
        ),
        *catalogued.using(scope),
    ]


def delivery(
    scope: Scope,
    *,
    foundation_buckets: tuple[str, ...],
    kept_objects: tuple[str, ...],
    state_key_arns: tuple[str, ...],
    own_objects: tuple[str, ...],
    roles: Iterable[Statement],
) -> list[Statement]:
    """The services of the platform in its regions: no contents, no foundations, and of IAM what `roles` allow.

    The role that deploys writes the policies of buckets, keys, secrets and functions, and so could allow itself there
    what its own policies do not: contents and other roles are denied to it wherever they are allowed.
    """
    deleting = () if scope.context.disposable else actions("s3", "DeleteObject*")
    key_users = scope.through("s3", *data.key_users())
    return [
        Statement(
            "ServicesOfThePlatform",
            tuple(f"{service}:*" for service in (*_SERVICES, *catalogued.services())),
            ("*",),
            conditions=(scope.in_regions,),
        ),
        Statement(
            "ReadImageParameter",
            ("ssm:GetParameters",),
            (f"arn:aws:ssm:{scope.context.region}::parameter/aws/service/*",),
        ),
        *roles,
        # By service alone: AWS dictates the one name that each of them has.
        replace(compute.service_linked_roles(scope), resources=scope.globally("iam", "role/aws-service-role/*")),
        _never("ReadNoContents", (*_CONTENTS, *catalogued.contents())),
        Statement(
            "TouchNoObjects",
            (*actions("s3", "GetObject* PutObject*"), *deleting),
            (),
            effect="Deny",
            not_resources=own_objects,
        ),
        _never("TakeOnNoRole", _TAKE_ON),
        _never(
            "DecryptOnlyThroughServices",
            actions("kms", "Decrypt ReEncrypt*"),
            Condition("StringNotEquals", key_users.key, *key_users.values),
        ),
        _never(
            "LendKeysOnlyToServices",
            ("kms:CreateGrant",),
            Condition("BoolIfExists", "kms:GrantIsForAWSResource", "false"),
        ),
        _never(
            "LetOnlyServicesCall",
            ("lambda:AddPermission",),
            Condition("StringNotEquals", "lambda:Principal", *compute.CALLERS),
        ),
        _never(
            "KeepSecretsClosed",
            ("secretsmanager:PutResourcePolicy",),
            Condition("BoolIfExists", "secretsmanager:BlockPublicPolicy", "false"),
        ),
        Statement("LeaveCiRolesAlone", _CHANGE_ROLE, scope.ci_roles, effect="Deny"),
        Statement("LeaveStateBucketsAlone", _CHANGE_BUCKET, foundation_buckets, effect="Deny"),
        Statement("KeepStatesAndTheirLogs", ("s3:DeleteObject",), kept_objects, effect="Deny"),
        Statement(
            "KeepTheirVersions",
            ("s3:DeleteObjectVersion",),
            tuple(f"{bucket}/*" for bucket in foundation_buckets),
            effect="Deny",
        ),
        Statement("LeaveStateKeyAlone", _CHANGE_KEY, state_key_arns, effect="Deny"),
    ]


def _never(sid: str, actions_: tuple[str, ...], *conditions: Condition) -> Statement:
    """Denied on every resource where all of these conditions hold."""
    return Statement(sid, actions_, ("*",), effect="Deny", conditions=conditions)
