"""What the parameters of databases promise: TLS, passwords, rows kept apart, and what the log contains."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.common import name_of
from ffp.review.facts.fact import Amount, Fact, Members, Order, Ranked, Truth, in_words
from ffp.review.facts.orders import Kept
from ffp.review.side import Side, blocks_in
from ffp.stacks import SynthesisedBlock

_FORCED_SINCE = 15  # PostgreSQL 15 and newer on RDS demand TLS by default
_SEPARATORS = str.maketrans({";": ",", " ": ","})


@dataclass(frozen=True)
class _Statements:
    """Which statements are logged: `none` hides changes of users, and `mod` and `all` show what is stored."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return before != after and (after == "none" or (after in ("mod", "all") and before != "all"))

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return in_words(value)


@dataclass(frozen=True)
class _Duration(Amount):
    """From how long a statement is logged: a longer time hides more, and none shows all that is stored."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return before != after and (after == "0" or super().is_worse(before, after))


@dataclass(frozen=True)
class _Parameter:
    """One parameter: what it promises, and the engine's own value where the group does not set it."""

    says: str
    topic: Topic
    order: Order
    absent: Any
    why: str = ""


_ON = Truth(demanded=False)
_OFF = Truth(wanted=False, demanded=False)
_ENDLESS = ("-1", -1)
_exposure = partial(_Parameter, topic=Topic.EXPOSURE)
_watching = partial(_Parameter, topic=Topic.WATCHING)
_recovery = partial(_Parameter, topic=Topic.RECOVERY, why="A crash destroys the database, or loses confirmed writes.")
_available = partial(_Parameter, topic=Topic.AVAILABILITY)
_LOGGED = "Statements in the log may contain personal data and passwords."
_CLEAR = "Clients may send passwords and rows in clear."
_TIMEOUT = "What waits or forgets to end holds its locks and its connection for ever."
_MORE_IS_WORSE = Amount("bytes", more_is_worse=True, endless=_ENDLESS)
PARAMETERS: Mapping[str, _Parameter] = {
    # Connections
    "rds.force_ssl": _exposure("TLS on every connection", order=Truth(), absent="1", why=_CLEAR),
    "require_secure_transport": _exposure("TLS on every connection", order=_ON, absent="0", why=_CLEAR),
    "ssl_min_protocol_version": _exposure(
        "The oldest TLS that is accepted",
        order=Ranked(("tlsv1", "tlsv1.1", "tlsv1.2", "tlsv1.3"), floor="tlsv1.2"),
        absent="tlsv1.2",
        why="Older versions have known weaknesses.",
    ),
    "ssl_max_protocol_version": _exposure(
        "The newest TLS that is accepted",
        order=Ranked(("tlsv1", "tlsv1.1", "tlsv1.2", "tlsv1.3", ""), floor="tlsv1.2"),
        absent="",
        why="Clients that could do better may not.",
    ),
    "tls_version": _exposure("The versions of TLS that are accepted", order=Members("grow"), absent="tlsv1.2,tlsv1.3"),
    "ssl_ciphers": _exposure("The ciphers that are accepted", order=Kept(first=True), absent=None),
    # Passwords
    "password_encryption": _exposure(
        "How passwords are stored", order=Ranked(("md5", "scram-sha-256")), absent="scram-sha-256"
    ),
    "rds.accepted_password_auth_method": _exposure(
        "How passwords are checked", order=Ranked(("md5+scram", "scram")), absent="md5+scram"
    ),
    "rds.restrict_password_commands": _exposure("Who may change passwords", order=_ON, absent="0"),
    # Rows
    "row_security": _exposure(
        "Row-level security", order=_ON, absent="1", why="Policies that keep tenants apart no longer filter rows."
    ),
    "session_replication_role": _exposure(
        "Triggers",
        order=Ranked(("replica", "local", "origin")),
        absent="origin",
        why="Triggers and foreign keys no longer protect rows.",
    ),
    "rds.logical_replication": _exposure(
        "Logical replication", order=_OFF, absent="0", why="Changes leave as a stream, past row-level security."
    ),
    "rds.allowed_extensions": _exposure("Extensions that may be installed", order=Members("grow"), absent="*"),
    "local_infile": _exposure("Reading clients' files", order=_OFF, absent="0"),
    # The log
    "log_statement": _watching(
        "The statements that are logged",
        order=_Statements(),
        absent="none",
        why="`none` hides changes of the schema and of users; `mod` and `all` write what is stored into the log.",
    ),
    "log_error_verbosity": _exposure(
        "How much of an error is logged", order=Ranked(("verbose", "default", "terse")), absent="default", why=_LOGGED
    ),
    "log_parameter_max_length": _exposure(
        "The length of statements' parameters in the log", order=_MORE_IS_WORSE, absent="-1", why=_LOGGED
    ),
    "log_parameter_max_length_on_error": _exposure(
        "The length of parameters in the log of errors", order=_MORE_IS_WORSE, absent="0", why=_LOGGED
    ),
    "log_min_duration_statement": _watching(
        "The duration from which a statement is logged",
        order=_Duration("ms", more_is_worse=True, endless=_ENDLESS),
        absent="-1",
        why="Slow statements are no longer seen; with 0, every statement is in the log, with the rows that it names.",
    ),
    "log_min_messages": _watching(
        "The least severe message that is logged",
        order=Ranked(("panic", "fatal", "log", "error", "warning", "notice", "info", "debug1")),
        absent="warning",
    ),
    "log_min_error_statement": _watching(
        "The errors of which the statement is logged",
        order=Ranked(("panic", "fatal", "log", "error", "warning", "notice", "info", "debug1")),
        absent="error",
    ),
    "log_connections": _watching("Logging of connections", order=_ON, absent="0"),
    "log_disconnections": _watching("Logging of the ends of connections", order=_ON, absent="0"),
    "log_lock_waits": _watching("Logging of long waits for locks", order=_ON, absent="0"),
    "log_checkpoints": _watching("Logging of checkpoints", order=_ON, absent="1"),
    "shared_preload_libraries": _watching(
        "Libraries that the database loads, such as the audit's,", order=Members("shrink"), absent="pg_stat_statements"
    ),
    "pgaudit.log": _watching("The classes of statements that are audited", order=Members("shrink"), absent=""),
    "pgaudit.role": _watching("The role whose objects are audited", order=Kept(), absent=None),
    "server_audit_logging": _watching("The audit", order=_ON, absent="0"),
    "slow_query_log": _watching("Logging of slow statements", order=_ON, absent="0"),
    "rds.log_retention_period": _watching("Keeping logs on the host", order=Amount("minutes"), absent="4320"),
    # Waiting
    "idle_in_transaction_session_timeout": _available(
        "The limit of idle transactions", order=_ON, absent="86400000", why=_TIMEOUT
    ),
    "idle_session_timeout": _available("The limit of idle sessions", order=_ON, absent="0", why=_TIMEOUT),
    "statement_timeout": _available("The limit of a statement", order=_ON, absent="0", why=_TIMEOUT),
    "transaction_timeout": _available("The limit of a transaction", order=_ON, absent="0", why=_TIMEOUT),
    "lock_timeout": _available("The limit of a wait for a lock", order=_ON, absent="0", why=_TIMEOUT),
    "client_connection_check_interval": _available(
        "Ending statements whose client is gone", order=_ON, absent="0", why=_TIMEOUT
    ),
    "default_transaction_read_only": _available("Refusing all writes", order=_OFF, absent="0"),
    "autovacuum": _available("Automatic clean-up", order=_ON, absent="1", why="The database fills up and stops."),
    # The disk
    "fsync": _recovery("Writing to disk", order=_ON, absent="1"),
    "full_page_writes": _recovery("Writing whole pages", order=_ON, absent="1"),
    "synchronous_commit": _recovery(
        "Waiting for the disk at a commit",
        order=Ranked(("off", "local", "remote_write", "on", "remote_apply")),
        absent="on",
    ),
    "innodb_flush_log_at_trx_commit": _recovery(
        "Waiting for the disk at a commit", order=Ranked(("0", "2", "1")), absent="1"
    ),
}
_WAITING = frozenset(name for name in PARAMETERS if name.endswith(("_timeout", "_interval")))
_WORDS = frozenset({"synchronous_commit", "innodb_flush_log_at_trx_commit"})
# By the database's type: the type of its group, and the attribute that names it.
_GROUPS: Mapping[str, tuple[str, str]] = {
    "aws_db_instance": ("aws_db_parameter_group", "parameter_group_name"),
    "aws_rds_cluster": ("aws_rds_cluster_parameter_group", "db_cluster_parameter_group_name"),
    "aws_rds_cluster_instance": ("aws_db_parameter_group", "db_parameter_group_name"),
}


def facts(side: Side) -> Iterator[Fact]:
    """The parameters of each database, whatever its group is called. What the group does not set has AWS's value."""
    for type_, (group_type, attribute) in _GROUPS.items():
        for block in side.of_type(type_):
            given = block.attributes.get(attribute)
            groups = side.owners(given, group_type)
            values = values_of(side, block)
            # A member of a cluster has the cluster's value of what its own group does not set.
            names = values if type_ == "aws_rds_cluster_instance" else PARAMETERS
            absent = _defaults(side, block)
            for name in (name for name in PARAMETERS if name in names):
                parameter = PARAMETERS[name]
                yield Fact(
                    subject=side.address(block),
                    question=f"parameter {name}",
                    says=f"{parameter.says} ({name})",
                    topic=parameter.topic,
                    order=parameter.order,
                    value=_read(name, parameter, values.get(name, absent[name])),
                    absent=_read(name, parameter, absent[name]),
                    address=side.address(groups[0] if groups else block),
                    why=parameter.why,
                )
            yield Fact(
                subject=side.address(block),
                question=attribute,
                says="The parameters, by a group that is not in this stack,",
                topic=Topic.EXPOSURE,
                order=Kept(removal=False),
                value=None if groups else name_of(side, given),
                absent=None,
                address=side.address(block),
                why="The group decides about TLS, passwords and logs.",
            )


def _defaults(side: Side, block: SynthesisedBlock) -> dict[str, Any]:
    """AWS's values of parameters that are not set."""
    found = {name: parameter.absent for name, parameter in PARAMETERS.items()}
    engine, version = str(side.get(block, "engine") or ""), str(side.get(block, "engine_version") or "").split(".")[0]
    if "postgres" in engine and version.isdigit() and int(version) < _FORCED_SINCE:
        found["rds.force_ssl"] = "0"
    return found


def values_of(side: Side, database: SynthesisedBlock) -> dict[str, Any]:
    """The parameters that a database's group sets, as far as the stack has the group."""
    type_, attribute = _GROUPS[database.type]
    return {
        str(each.get("name")): each.get("value")
        for group in side.owners(database.attributes.get(attribute), type_)[:1]
        for each in blocks_in(side.resolved(group.attributes.get("parameter")))
    }


def _read(name: str, parameter: _Parameter, value: Any) -> Any:
    if value is None:
        return None
    text = str(value).strip().lower()
    if isinstance(parameter.order, Members):
        return tuple(each for each in text.translate(_SEPARATORS).split(",") if each)
    if name in _WAITING:
        return text not in ("0", "")
    return text if name in _WORDS else {"on": "1", "off": "0", "true": "1", "false": "0"}.get(text, text)
