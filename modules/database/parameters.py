"""The PostgreSQL server's parameters: TLS 1.3 and SCRAM only, and no patients' data in its logs (NET-4)."""

from modules.common import Context, Limit
from modules.framework import Construct, DbParameterGroup, DbParameterGroupParameter
from settings import DatabaseSettings

# How long a session may wait, in milliseconds. A handler gives up after eight seconds, but without these limits its
# server process would go on waiting. Each further call would add one more behind the same lock, until no connection is
# left. A client that can run its own SQL can change these limits for its session; PostgreSQL cannot forbid that.
WAITING = {
    "client_connection_check_interval": "2000",  # a server process ends its statement once its client is gone
    # Longer than the timeout of every function that connects: releases the locks of a client that died within a
    # transaction.
    "idle_in_transaction_session_timeout": "130000",
    "lock_timeout": "3000",
}


def parameter_group(scope: Construct, *, context: Context, settings: DatabaseSettings) -> DbParameterGroup:
    """The parameter group of the settings' major version."""
    major = settings.engine_version.split(".")[0]
    parameters = {
        # More verbose errors would quote whole rows that violate a constraint.
        "log_error_verbosity": "terse",
        "log_min_duration_statement": str(settings.slow_statement_ms),
        # Statement parameters are patients' data: they must not be logged, not even with an error or a slow statement.
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
                # These can change while the server runs; the other parameters take effect at a restart. Some of
                # those repeat RDS's default, to fix it. For a default RDS always returns "pending-reboot", so that
                # another method would show as a change in every plan.
                apply_method="immediate" if name in (*WAITING, "log_min_duration_statement") else "pending-reboot",
            )
            for name, value in parameters.items()
        ],
    )
