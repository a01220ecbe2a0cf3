"""MAP-3: parameters of the database server."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import resource_check

# RDS's defaults for PostgreSQL 16 to 18, or PostgreSQL's own if RDS has none. Only a parameter with another value can
# become "immediate". For a default value RDS keeps returning "pending-reboot", so each plan shows a difference.
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_parameter_group#problematic-plan-changes
_DEFAULTS = {
    "autovacuum": {"1", "on"},
    "client_connection_check_interval": {"0"},
    "idle_in_transaction_session_timeout": {"86400000"},
    "lock_timeout": {"0"},
    "log_connections": {"0", "off"},
    "log_disconnections": {"0", "off"},
    "log_lock_waits": {"0", "off"},
    "log_min_duration_statement": {"-1"},
    "log_parameter_max_length": {"-1"},
    "log_parameter_max_length_on_error": {"0"},
    "log_statement": {"none"},
    "log_temp_files": {"-1"},
    "password_encryption": {"scram-sha-256"},
    "rds.accepted_password_auth_method": {"md5+scram"},
    "rds.force_autovacuum_logging_level": {"warning"},
    "rds.force_ssl": {"1"},
    "ssl_min_protocol_version": {"TLSv1.2"},
    "statement_timeout": {"0"},
}


@resource_check("FFP_MAP_3_2", "Parameters with default values cause no differences in plans", "aws_db_parameter_group")
def defaults_wait_for_a_reboot(group: Block) -> Iterator[str]:
    """Remove the parameter, or set apply_method to pending-reboot, the only one that RDS stores for a default value."""
    if not str(group.value("family")).startswith("postgres"):
        return
    for parameter in group.blocks("parameter"):
        name, value = str(parameter.value("name")), str(parameter.value("value"))
        if value in _DEFAULTS.get(name, ()) and parameter.value("apply_method") != "pending-reboot":
            yield f"{name} = {value} is the default, but its apply_method is {parameter.value('apply_method')}"
