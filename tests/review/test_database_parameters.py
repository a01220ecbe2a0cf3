"""Each parameter of a database that the review knows: a weaker value is a concern, and a stricter one is none."""

from typing import Any

import pytest

from ffp.review.concern import Concern
from ffp.review.facts import database_parameters, lost
from ffp.review.side import Side
from tests.review.corpus.edit import stack_with

# By parameter, a strict value and a weaker one; None is a parameter that the group does not set.
_VALUES: dict[str, tuple[str | None, str | None]] = {
    "rds.force_ssl": ("1", "0"),
    "require_secure_transport": ("ON", None),
    "ssl_min_protocol_version": ("TLSv1.3", None),
    "ssl_max_protocol_version": (None, "TLSv1.2"),
    "tls_version": ("TLSv1.3", "TLSv1.2,TLSv1.3"),
    "ssl_ciphers": ("HIGH:!aNULL", "DES-CBC3-SHA"),
    "password_encryption": (None, "md5"),
    "rds.accepted_password_auth_method": ("scram", None),
    "rds.restrict_password_commands": ("1", None),
    "row_security": (None, "off"),
    "session_replication_role": (None, "replica"),
    "rds.logical_replication": (None, "1"),
    "rds.allowed_extensions": ("pgcrypto", "pgcrypto,dblink"),
    "local_infile": ("0", "1"),
    "log_statement": ("ddl", "none"),
    "log_error_verbosity": ("terse", None),
    "log_parameter_max_length": ("0", None),
    "log_parameter_max_length_on_error": (None, "-1"),
    "log_min_duration_statement": ("1000", None),
    "log_min_messages": (None, "fatal"),
    "log_min_error_statement": (None, "panic"),
    "log_connections": ("on", None),
    "log_disconnections": ("1", "0"),
    "log_lock_waits": ("1", "0"),
    "log_checkpoints": (None, "0"),
    "shared_preload_libraries": ("pg_stat_statements,pgaudit", None),
    "pgaudit.log": ("ddl,role", "ddl"),
    "pgaudit.role": ("rds_pgaudit", None),
    "server_audit_logging": ("1", "0"),
    "slow_query_log": ("1", None),
    "rds.log_retention_period": ("10080", None),
    "idle_in_transaction_session_timeout": ("1000", "0"),
    "idle_session_timeout": ("1000", None),
    "statement_timeout": ("30000", None),
    "transaction_timeout": ("30000", None),
    "lock_timeout": ("3000", None),
    "client_connection_check_interval": ("2000", "0"),
    "default_transaction_read_only": (None, "on"),
    "autovacuum": (None, "off"),
    "fsync": (None, "off"),
    "full_page_writes": (None, "0"),
    "synchronous_commit": (None, "off"),
    "innodb_flush_log_at_trx_commit": (None, "2"),
}


def _side(name: str, value: str | None) -> Side:
    parameters: list[Any] = [] if value is None else [{"name": name, "value": value}]
    database = {"engine": "postgres", "engine_version": "17", "parameter_group_name": "parameters"}
    group = {"name": "parameters", "parameter": parameters}
    return Side(stack_with({"aws_db_instance.a": database, "aws_db_parameter_group.a": group}))


def _losses(name: str, before: str | None, after: str | None) -> list[Concern]:
    return list(lost(_side(name, before), _side(name, after)))


def test_every_parameter_has_a_case() -> None:
    assert set(_VALUES) == set(database_parameters.PARAMETERS)


@pytest.mark.parametrize("name", _VALUES)
def test_a_weaker_value_is_a_concern_and_the_strict_one_is_none(name: str) -> None:
    strict, weak = _VALUES[name]
    (found,) = _losses(name, strict, weak)
    assert name in found.title
    if name not in ("ssl_ciphers",):  # no order of ciphers is known
        assert _losses(name, weak, strict) == []


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("log_statement", "ddl", "all"),
        ("log_statement", None, "mod"),
        ("ssl_min_protocol_version", "TLSv1.2", "TLSv1.1"),
        ("log_min_duration_statement", "1000", "60000"),
        ("rds.allowed_extensions", "pgcrypto", None),
    ],
)
def test_other_weaker_values_are_concerns(name: str, before: str | None, after: str | None) -> None:
    assert _losses(name, before, after) != []


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("log_statement", None, "ddl"),
        ("log_statement", "all", "ddl"),
        ("rds.force_ssl", "1", None),  # PostgreSQL 17 demands TLS by default
        ("ssl_min_protocol_version", None, "TLSv1.2"),
        ("statement_timeout", "30000", "20000"),
        ("work_mem", "4096", "8192"),
        ("pgaudit.log", "ddl, role", "role,ddl"),
    ],
)
def test_other_values_are_none(name: str, before: str | None, after: str | None) -> None:
    assert _losses(name, before, after) == []
