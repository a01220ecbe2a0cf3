"""What stands before the instance: its log groups, its parameters, and the role that watches its host (NET-4)."""

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.db_parameter_group import DbParameterGroup, DbParameterGroupParameter
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from modules.common import Context, Limit, PolicyDocument, Statement, service_role
from modules.encryption import Key
from modules.logs import LogGroup
from settings import DatabaseSettings

LOG_EXPORTS = ("postgresql", "upgrade")

# How long a session may wait, in milliseconds. A handler gives up after eight seconds; its backend would wait on, and
# with each further call one more behind the same lock, until no connection is left. Whoever has SQL of their own can
# change these for their own session: PostgreSQL has no way to forbid it.
WAITING = {
    "client_connection_check_interval": "2000",  # a backend ends its statement once its client is gone
    # Longer than any function that connects may run: whoever died within a transaction lets go of its locks.
    "idle_in_transaction_session_timeout": "130000",
    "lock_timeout": "3000",
}


def log_group(
    scope: Construct, export: str, *, context: Context, identifier: str, key: Key, settings: DatabaseSettings
) -> LogGroup:
    """Where one of the instance's logs lands: encrypted and retained from its first line."""
    return LogGroup(
        scope,
        f"{export}-logs",
        context=context,
        name=f"/aws/rds/instance/{identifier}/{export}",
        key=key,
        retention_days=settings.log_retention_days,
    )


def parameter_group(scope: Construct, *, context: Context, settings: DatabaseSettings) -> DbParameterGroup:
    """How the server runs: TLS 1.3 and SCRAM alone, and no patients' data in its logs."""
    major = settings.engine_version.split(".")[0]
    parameters = {
        # Else the server quotes whole rows that a constraint refuses.
        "log_error_verbosity": "terse",
        "log_min_duration_statement": str(settings.slow_statement_ms),
        # Parameters are patients' data: never in a log, not even with an error or a slow statement.
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_statement": "ddl",
        "max_connections": str(settings.max_connections),
        "password_encryption": "scram-sha-256",
        "rds.accepted_password_auth_method": "scram",
        "rds.force_ssl": "1",
        "ssl_min_protocol_version": "TLSv1.3",
        **WAITING,
    }
    return DbParameterGroup(
        scope,
        "parameters",
        name=context.name(f"postgres{major}", Limit.PARAMETER_GROUP),
        family=f"postgres{major}",
        description="TLS 1.3 alone, SCRAM alone, statements logged without parameters",
        parameter=[
            DbParameterGroupParameter(
                name=name,
                value=value,
                # These are tuned while the server runs. The others are decided at its start; where they repeat a
                # default, so that no other takes its place, RDS keeps no other method and each plan would set it again.
                apply_method="immediate" if name in (*WAITING, "log_min_duration_statement") else "pending-reboot",
            )
            for name, value in parameters.items()
        ],
    )


def monitoring_role(
    scope: Construct, *, context: Context, identifier: str, settings: DatabaseSettings
) -> tuple[str | None, list[ITerraformDependable]]:
    """The ARN of the role that writes the host's metrics, to their one log group, and what it must have before."""
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
