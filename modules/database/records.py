"""Logs of the database instance, and enhanced monitoring of its host."""

from modules.common import Context, PolicyDocument, Statement, service_role
from modules.encryption import Key
from modules.framework import Construct, IamRolePolicy, ITerraformDependable
from modules.logs import LogGroup
from settings import DatabaseSettings

LOG_EXPORTS = ("postgresql", "upgrade")


def log_group(
    scope: Construct, export: str, *, context: Context, identifier: str, key: Key, settings: DatabaseSettings
) -> LogGroup:
    """The log group of one of the instance's logs, encrypted and with a retention from the first line on."""
    return LogGroup(
        scope,
        f"{export}-logs",
        context=context,
        name=f"/aws/rds/instance/{identifier}/{export}",
        key=key,
        retention_days=settings.log_retention_days,
    )


def monitoring_role(
    scope: Construct, *, context: Context, identifier: str, settings: DatabaseSettings
) -> tuple[str | None, list[ITerraformDependable]]:
    """The ARN of the role for enhanced monitoring, and the policy on which the instance depends.

    The role can write only to RDS's log group for host metrics. None and an empty list if monitoring is off.
    """
    if not settings.enhanced_monitoring_seconds:
        return None, []
    role = service_role(
        scope,
        "monitoring-role",
        context=context,
        name="database-monitoring",
        service="monitoring.rds.amazonaws.com",
        description="Writes the database host's metrics",
        source=context.arn("rds", f"db:{identifier}"),
    )
    group = context.arn("logs", "log-group:RDSOSMetrics")
    policy = PolicyDocument(
        scope,
        "monitoring-access",
        [
            Statement("MakeGroup", ("logs:CreateLogGroup", "logs:PutRetentionPolicy"), (group, f"{group}:*")),
            Statement(
                "WriteMetrics",
                ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"),
                (f"{group}:log-stream:*",),
            ),
        ],
    )
    writing = IamRolePolicy(scope, "monitoring-policy", name="write-host-metrics", role=role.id, policy=policy.json)
    return role.arn, [writing]
