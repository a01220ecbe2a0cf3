"""Brings the database's roles, helpers and tables up to date. The deploy invokes it when its code or settings change.

A person invokes it with the ids of new tenants, as in {"tenants": ["…"]}. It runs in one transaction as RDS's master.
Repeating it changes nothing.
"""

import contextlib
import hashlib
import json
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from ffp_lambda import log
from ffp_lambda.database import USERS, Session, connect, read_credentials, rows
from ffp_lambda.errors import FailedCallError
from ffp_lambda.http import LambdaContext
from ffp_lambda.job import job
from ffp_lambda.scram import scram_verifier
from ffp_lambda.tenancy import TENANCY
from ffp_lambda.tenant import is_uuid
from pg8000.exceptions import DatabaseError
from pg8000.native import identifier, literal

FOLDER = Path(__file__).parent
IAM_USER = "app_iam"
SHARED_TABLES = {
    "tenants": "holds only ids, so that jobs can process each tenant",
    "schema_migrations": "lists the migrations that have run; the application cannot read it",
}
TIMEOUT_SECONDS = 280  # of one statement or migration; shorter than the function's timeout of five minutes
_LOCK = 7_305_462  # an advisory lock that nothing else uses: concurrent runs wait for each other
_LOCK_TIMEOUT = "5s"  # fails instead of waiting longer for a table in use, because all later statements would wait, too
_UNLOGGABLE = re.compile(r"[^a-z0-9 _.,()-]")  # characters because of which the log would withhold a finding

SECRETS_MANAGER = boto3.client("secretsmanager")


@dataclass(frozen=True)
class Migration:
    """A file of `migrations/`. It runs once and must not be changed afterwards."""

    version: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True)
class Prepared:
    """The result of a run."""

    ran: list[str]  # names of migrations
    added: list[str]  # ids of tenants
    first: dict[str, str] | None = field(repr=False)  # the secret's first value; None if it already has one


class UnprotectedError(FailedCallError):
    """Tables or roles that break the tenants' separation. The message has the first finding, `findings` all of them."""

    def __init__(self, findings: list[str]) -> None:
        more = len(findings) - 1
        super().__init__(findings[0] + (f"; and {more} more in the function's log" if more else ""))
        self.findings = findings


@job("prepare-database")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Returns the new migrations and tenants. Raises FailedCallError if anything fails; then it can be repeated."""
    tenants = tenants_of(event)
    user, password = read_credentials(os.environ["MASTER_SECRET_ARN"])
    try:
        with contextlib.closing(connect(user, password, TIMEOUT_SECONDS)) as master:
            done = prepare(master, migrations(FOLDER / "migrations"), tenants)
    except UnprotectedError as unprotected:
        for finding in unprotected.findings:
            log.write("prepare-database-finding", request_id=context.aws_request_id, error=finding)
        raise
    if done.first is not None:
        # After the commit: if the run ends in between, the next one finds no value and creates another.
        SECRETS_MANAGER.put_secret_value(
            SecretId=os.environ["DATABASE_SECRET_ARN"], SecretString=json.dumps(done.first)
        )
    for tenant in done.added:
        log.write("add-tenant", request_id=context.aws_request_id, tenant_id=tenant)
    log.write("prepare-database", request_id=context.aws_request_id, migrations=len(done.ran))
    return {"ran": done.ran, "added": done.added}


def tenants_of(event: dict[str, Any]) -> list[str]:
    """The event's tenants; a deploy's event has none. FailedCallError lists the positions of all invalid ids."""
    tenants = event.get("tenants", [])
    if not isinstance(tenants, list):
        raise FailedCallError("tenants must be a list of ids")
    invalid = [str(position) for position, tenant in enumerate(tenants, start=1) if not is_uuid(tenant)]
    if invalid:
        raise FailedCallError(f"tenants must be ids in lower case, with hyphens: not so number {', '.join(invalid)}")
    return tenants


def migrations(folder: Path) -> list[Migration]:
    """The migrations in order. Raises FailedCallError unless their names are numbered from 0001 without a gap."""
    ordered = []
    for position, file in enumerate(sorted(folder.glob("*.sql")), start=1):
        if not re.fullmatch(rf"{position:04}_[a-z0-9_]+", file.stem):
            raise FailedCallError(f"migration {file.name} must begin with {position:04}_")
        ordered.append(Migration(position, file.stem, file.read_text(encoding="utf-8")))
    return ordered


def prepare(master: Session, wanted: list[Migration], tenants: Sequence[str] = ()) -> Prepared:
    """Runs everything in one transaction. Raises FailedCallError and commits nothing if a table is not protected."""
    try:
        master.run("begin")
        master.run("set local search_path = pg_catalog")  # so that no name resolves to another user's object
        master.run("set local lock_timeout = 0")  # wait for a concurrent run as long as it takes
        master.run("select pg_advisory_xact_lock(:lock)", lock=_LOCK)
        master.run(f"set local lock_timeout = '{_LOCK_TIMEOUT}'")
        _run(master, "roles.sql", _text("roles.sql"))
        first = _prepare_users(master)
        _require_no_findings(_unexpected_powers(master))  # before `owner` can call functions of other users
        master.run("set local search_path = public")
        master.run("set local role owner")
        helpers = _text("helpers.sql").replace("{setting}", literal(TENANCY.setting))
        _run(master, "helpers.sql", helpers)
        ran = _migrate(master, wanted)
        _run(master, "helpers.sql", helpers)  # again, in case a migration changed them
        added = [tenant for tenant in tenants if _add_tenant(master, tenant)]
        _require_no_findings(_unexpected_powers(master) + _unprotected(master))
        master.run("commit")
    except BaseException:
        with contextlib.suppress(Exception):  # the first error is the one to raise
            master.run("rollback")
        raise
    return Prepared(ran, added, first)


def _migrate(session: Session, wanted: list[Migration]) -> list[str]:
    session.run(
        "create table if not exists schema_migrations (version integer primary key, name text not null, "
        "digest text not null, ran_at timestamptz not null default now())"
    )
    digests = {row["version"]: row["digest"] for row in rows(session, "select version, digest from schema_migrations")}
    ran = []
    for each in wanted:
        if each.version not in digests:
            _run(session, each.name, each.sql)
            session.run(
                "insert into schema_migrations (version, name, digest) values (:version, :name, :digest)",
                version=each.version,
                name=each.name,
                digest=each.digest,
            )
            ran.append(each.name)
        elif digests[each.version] != each.digest:
            raise FailedCallError(f"migration {each.name} has run and was changed since: write another one instead")
    return ran


def _add_tenant(session: Session, tenant: str) -> bool:
    sql = "insert into tenants (tenant_id) values (:tenant) on conflict do nothing returning tenant_id"
    return bool(session.run(sql, tenant=tenant))


def _run(session: Session, name: str, sql: str) -> None:
    """Runs SQL that cannot end the transaction. Raises FailedCallError if it fails or changes the role or settings."""
    before = _state(session)
    try:
        # Within a block PostgreSQL refuses `commit`, which would publish tables before they are checked.
        session.run(f"do {literal(f'begin execute {literal(sql)}; end')}")
    except DatabaseError as error:
        # Only the position of the failed statement: the message and the detail can quote a row.
        fields = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
        where = ", ".join(f"{fields[key]}" for key in ("s", "t", "c", "n") if key in fields)
        place = fields.get("p", "-") if fields.get("q") == sql else "-"
        raise FailedCallError(f"{name}: SQLSTATE {fields.get('C')} at {place} ({where})") from None
    if _state(session) != before:
        raise FailedCallError(f"{name} must not change its role or settings")


def _state(session: Session) -> object:
    return session.run(
        "select current_user, session_user, nullif(current_setting(:setting, true), ''), "
        "array(select (name, setting)::text from pg_settings where source = 'session' order by name)",
        setting=TENANCY.setting,
    )


def _unexpected_powers(session: Session) -> list[dict[str, str]]:
    return rows(session, _text("powers.sql"), users=[*USERS, IAM_USER])


def _unprotected(session: Session) -> list[dict[str, str]]:
    return rows(session, _text("unprotected.sql"), shared=list(SHARED_TABLES))


def _require_no_findings(findings: list[dict[str, str]]) -> None:
    if findings:
        texts = (f"{row['name']} {row['problem']}".lower() for row in findings)
        raise UnprotectedError([_UNLOGGABLE.sub("-", text)[:200] for text in texts])


def _prepare_users(master: Session) -> dict[str, str] | None:
    """Creates the users that connect. Returns the secret's first value if it has none."""
    iam = os.environ["DATABASE_AUTHENTICATION"] == "iam"
    known = {row["rolname"] for row in rows(master, "select rolname from pg_roles")}
    for user in {IAM_USER} if iam else USERS:
        if user not in known:
            master.run(f"create role {identifier(user)} login in role app")
    for user in known.intersection([*USERS, IAM_USER]):  # users can set defaults for themselves: remove these
        master.run(f"alter role {identifier(user)} reset all")
        master.run(f"alter role {identifier(user)} in database {identifier(os.environ['DATABASE_NAME'])} reset all")
    if iam:
        master.run(f"grant rds_iam to {identifier(IAM_USER)}")
        for user in known.intersection(USERS):  # from password mode: with IAM, no password may work
            master.run(f"alter role {identifier(user)} password null")
        return None
    current, first = _current_value(), None
    if current is None:
        current = first = {"username": USERS[0], "password": secrets.token_urlsafe(32)}
    elif current["username"] not in USERS:
        raise FailedCallError(f"the secret's username must be one of {', '.join(USERS)}")
    # Also if the secret already has a value: a restored database has an older password.
    master.run(f"alter role {identifier(current['username'])} password {literal(scram_verifier(current['password']))}")
    return first


def _current_value() -> dict[str, str] | None:
    try:
        answer = SECRETS_MANAGER.get_secret_value(SecretId=os.environ["DATABASE_SECRET_ARN"])
    except SECRETS_MANAGER.exceptions.ResourceNotFoundException:
        return None
    value: dict[str, str] = json.loads(answer["SecretString"])
    return value


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
