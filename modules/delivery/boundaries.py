"""Permissions boundaries: for the platform's roles, and for CI's roles that plan and deploy.

A deployment can create roles only with the first, so none of them can do more than the platform needs. The deploy role
needs more than that. It has the other boundary, as has the plan role, which keeps both away from the bootstrap stack's
resources. What a role of one purpose alone can do is its policy and its boundary at once: `closed` denies it the rest.

A boundary that does not allow an action still lets a role's session do what a resource policy grants to the session
itself. An explicit Deny prevents that. What must never happen is therefore denied here, even where nothing allows it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from modules.common import Condition, Statement
from modules.delivery import catalogued, compute, data, recovery
from modules.delivery.reading import master_secret
from modules.delivery.scope import Scope, actions
from settings import Allow, FunctionSettings, SesIdentity
from settings.users_export import EXPORTS

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

# Actions that return credentials: of another role, or new ones of the same identity.
ASSUME_ROLES = actions("sts", "AssumeRole* GetFederationToken GetSessionToken SetSourceIdentity TagSession")
# What makes everything that a key encrypts unreadable.
DESTROY_KEYS = actions("kms", "DisableKey PutKeyPolicy ScheduleKeyDeletion")
# Actions that only the code of a function may call. Writing objects is not among them: browsers upload with forms that
# a function signed, and AWS does not document whether such requests carry the function's ARN.
_ONLY_FROM_FUNCTIONS = ("cognito-idp:*", "s3:DeleteObject", "s3:GetObject*", "s3:ListBucket", "secretsmanager:*")
_NOT_FROM_A_FUNCTION = Condition("Null", "lambda:SourceFunctionArn", "true")

# Whole services, because a boundary grants nothing by itself: the roles' policies name each action.
_SERVICES = (
    *("acm", "apigateway", "application-autoscaling", "backup", "backup-storage", "budgets", "ce", "cloudfront"),
    *("cloudwatch", "cognito-idp", "ec2", "kms", "lambda", "logs", "rds", "route53", "s3", "scheduler"),
    *("secretsmanager", "sns", "sqs", "wafv2", "xray"),
)
_CHANGE_ROLE = actions("iam", "Attach* Create* Delete* Detach* PassRole Put* Tag* Untag* Update*")
_CONTENTS = (
    *actions("cognito-idp", "AdminGetUser AdminListGroupsForUser ListUsers*"),
    *actions("logs", "*LogEvents GetLogRecord GetQueryResults Start*"),
    *actions("secretsmanager", "*GetSecretValue"),
    *actions("sqs", "ReceiveMessage"),
)
_CHANGE_BUCKET = actions(
    "s3", "CreateBucket DeleteBucket* PutBucket* PutEncryptionConfiguration PutLifecycleConfiguration"
)
_CHANGE_KEY = actions(
    "kms", "*Alias CreateGrant Disable* PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription"
)


def runtime(
    scope: Scope,
    foundation_buckets: tuple[str, ...],
    *,
    calls: Iterable[Allow],
    exports_users: bool,
    scans: bool,
    mail: SesIdentity | None,
) -> list[Statement]:
    """The boundary of the platform's roles: all that its functions and services need, in this environment only."""
    context = scope.context
    in_home_region = Condition("StringEquals", "aws:RequestedRegion", context.region)
    except_the_proxy = Condition("ArnNotEquals", "aws:PrincipalArn", context.role_arn("database-proxy"))
    host_metrics = context.arn("logs", "log-group:RDSOSMetrics")
    return [
        Statement("WriteTraces", _TRACES, ("*",), conditions=(in_home_region,)),
        Statement("EnterTheNetwork", _INTERFACES, ("*",), conditions=(in_home_region,)),
        Statement(
            "WriteLogs",
            _LOG_LINES,
            tuple(context.arn("logs", f"log-group:/aws/{service}/{context.prefix}*") for service in ("lambda", "vpc")),
        ),
        Statement("WriteHostMetrics", _HOST_METRICS, (host_metrics, f"{host_metrics}:*")),
        Statement(
            "UseObjects",
            (
                *actions("s3", "AbortMultipartUpload DeleteObject GetObject ListBucket PutObject"),
                *(actions("s3", "GetObjectTagging") if scans else ()),
            ),
            (f"arn:aws:s3:::{context.prefix}*",),
        ),
        leave_alone(foundation_buckets),
        Statement(
            "UseKeys", actions("kms", "Decrypt GenerateDataKey"), scope.all("kms", "key"), conditions=scope.own_keys
        ),
        Statement("UseSecrets", _ROTATED_SECRET, scope.own("secretsmanager", "secret:")),
        master_secret("ReadMasterSecrets", scope, "secretsmanager:GetSecretValue"),
        Statement(
            "ConnectToDatabase", ("rds-db:connect",), scope.all("rds-db", "dbuser:*"), conditions=(in_home_region,)
        ),
        Statement("Publish", ("sns:Publish",), scope.own("sns", "")),
        Statement(
            "SendAndConsume",
            actions("sqs", "DeleteMessage GetQueueAttributes ReceiveMessage SendMessage"),
            scope.own("sqs", ""),
        ),
        *([Statement("SendMail", ("ses:SendEmail",), (mail.arn,))] if mail else ()),
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
        *(_of_users_export(scope) if exports_users else ()),
        Statement(
            "LeaveTestUsersAlone",
            ("secretsmanager:*",),
            (scope.test_users,),
            effect="Deny",
        ),
        _deny("TakeOnNoRole", ASSUME_ROLES),
        _deny("KeepKeys", DESTROY_KEYS),
        # Lambda adds the function's ARN to every call from its code. A role that somebody assumes in another way can
        # therefore read nothing.
        _deny("ForFunctionsAlone", _ONLY_FROM_FUNCTIONS, _NOT_FROM_A_FUNCTION),
        _deny(
            "ConnectFromFunctionsAlone",
            ("rds-db:connect",),
            _NOT_FROM_A_FUNCTION,
            except_the_proxy,
        ),
        *catalogued.using(scope),
        *_other_calls(scope, calls),
    ]


def _other_calls(scope: Scope, calls: Iterable[Allow]) -> Iterator[Statement]:
    """What the settings allow by actions and ARNs: each action on the ARNs of all groups, and on no others."""
    context = scope.context
    by_arns: dict[tuple[str, ...], set[str]] = {}
    for each in calls:
        arns = each.arns(account=context.account_id, environment=context.environment, region=context.region)
        by_arns.setdefault(tuple(sorted(arns)), set()).update(each.actions)
    for number, (arns, allowed) in enumerate(sorted(by_arns.items()), start=1):
        yield Statement(f"Allowed{number}", tuple(sorted(allowed)), arns)


def without_resources(calls: Iterable[Allow]) -> str:
    """Why the boundary names no resource for some of these calls."""
    reasons = (f"{' and '.join(each.actions)}: {each.because}" for each in calls)
    return f"A boundary allows nothing by itself, and AWS defines no resource for {' '.join(reasons)}"


def _of_users_export(scope: Scope) -> list[Statement]:
    """Only the export's role lists all users and writes the bucket with the exports; no role reads or changes them."""
    bucket = f"arn:aws:s3:::{scope.context.bucket_name(EXPORTS)}"
    role = scope.context.role_arn(EXPORTS)
    return [
        Statement(
            "ExportUsers",
            actions("cognito-idp", "ListGroups ListUsers"),
            scope.all("cognito-idp", "userpool"),
            conditions=(scope.tagged, Condition("ArnEquals", "aws:PrincipalArn", role)),
        ),
        Statement(
            "LeaveExportsAlone",
            ("s3:*",),
            (bucket, f"{bucket}/*"),
            effect="Deny",
            conditions=(Condition("ArnNotEquals", "aws:PrincipalArn", role),),
        ),
        Statement("ReadNoExports", ("s3:GetObject*",), (f"{bucket}/*",), effect="Deny"),
    ]


def delivery(
    scope: Scope,
    *,
    foundation_buckets: tuple[str, ...],
    kept_objects: tuple[str, ...],
    more_services: tuple[str, ...],
    state_key_arns: tuple[str, ...],
    own_objects: tuple[str, ...],
    deployed: tuple[FunctionSettings, ...],
    roles: Iterable[Statement],
) -> list[Statement]:
    """The boundary of CI's roles: the platform's services in its regions, and of IAM only the statements `roles`.

    It denies reading contents, such as objects and secret values, and changing the bootstrap stack's resources. The
    deploy role writes the resource policies of buckets, keys, secrets and functions, where it could grant itself what
    its own policies lack. Contents and other roles are therefore denied explicitly, which no such policy overrides.
    """
    deleting = () if scope.context.disposable else actions("s3", "DeleteObject*")
    # What a key encrypts is lost with it, backups too. Terraform never deletes a protected key (`prevent_destroy`).
    destroying = () if scope.context.disposable else actions("kms", "DisableKey ScheduleKeyDeletion")
    contents = (*_CONTENTS, *recovery.ADMINISTRATORS, *catalogued.contents())
    key_users = scope.through("s3", *data.key_users())
    images = compute.IMAGE if compute.images(scope, deployed) else ()
    return [
        Statement(
            "Services",
            (*(f"{service}:*" for service in (*_SERVICES, *catalogued.services(), *more_services)), *images),
            ("*",),
            conditions=(scope.in_regions,),
        ),
        Statement(
            "ReadImage",
            ("ssm:GetParameters",),
            (f"arn:aws:ssm:{scope.context.region}::parameter/aws/service/*",),
        ),
        *roles,
        # Bound by the service only, because AWS prescribes the one name that each of these roles has.
        replace(compute.service_linked_roles(scope), resources=scope.globally("iam", "role/aws-service-role/*")),
        # One statement for all: a boundary is a single policy, and IAM limits its characters.
        _deny("Never", (*contents, *ASSUME_ROLES, *destroying)),
        Statement(
            "TouchNoObjects",
            (*actions("s3", "GetObject* PutObject*"), *deleting),
            (),
            effect="Deny",
            not_resources=(*own_objects, *compute.code(deployed)),
        ),
        _deny(
            "DecryptByServices",
            actions("kms", "Decrypt ReEncrypt*"),
            Condition("StringNotEquals", key_users.key, *key_users.values),
        ),
        _deny(
            "LendKeysToServices",
            ("kms:CreateGrant",),
            Condition("BoolIfExists", "kms:GrantIsForAWSResource", "false"),
        ),
        _deny(
            "LetOnlyServicesCall",
            ("lambda:AddPermission",),
            Condition("StringNotEquals", "lambda:Principal", *compute.CALLERS),
        ),
        _deny(
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


def leave_alone(buckets: tuple[str, ...]) -> Statement:
    """A Deny of everything in the bootstrap stack's buckets."""
    objects = tuple(arn for bucket in buckets for arn in (bucket, f"{bucket}/*"))
    return Statement("LeaveTheFoundationsAlone", ("s3:*",), objects, effect="Deny")


def _deny(sid: str, actions_: tuple[str, ...], *conditions: Condition) -> Statement:
    """A Deny on every resource, for requests that match all of these conditions."""
    return Statement(sid, actions_, ("*",), effect="Deny", conditions=conditions)


def closed(*denied: str) -> list[Statement]:
    """What no resource's policy may open to a role whose policy is its boundary, and what else it must never do."""
    return [_deny("TakeOnNoRole", ASSUME_ROLES), _deny("KeepKeys", DESTROY_KEYS), _deny("DoNothingElse", denied)]
