"""How the server runs: TLS 1.3 and SCRAM only, and no patients' data in its logs (NET-4)."""

from cdktf_cdktf_provider_aws.db_parameter_group import DbParameterGroup, DbParameterGroupParameter
from constructs import Construct

from modules.common import Context, Limit
from settings import DatabaseSettings

# How long a session may wait, in milliseconds. A handler gives up after eight seconds; its backend would wait on, and
# with each further call one more behind the same lock, until no connection is left. Whoever has SQL of their own can
# change these for their own session: PostgreSQL has no way to forbid it.
WAITING = {
    "client_connection_check_interval": "2000",  # a backend ends its statement once its client is gone
    # Longer than any function that connects may run: whoever died within a transaction lets go of its locks.
    "idle_in_transaction_session_timeout": "130000",
    "lock_timeout": "3000",
}


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
