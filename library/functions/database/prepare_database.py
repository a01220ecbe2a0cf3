"""Invoked by the deploy whenever its code or its settings change: brings roles, helpers and tables up to date.

A person invokes it with the ids of new tenants, as in {"tenants": ["…"]}. All of it is one transaction of RDS's master,
and doing it again changes nothing.
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
    "tenants": "identifiers alone, so that jobs can go through the tenants",
    "schema_migrations": "says which migrations have run; the application cannot reach it",
}
TIMEOUT_SECONDS = 280  # of one statement, a migration's file among them: less than the function's own five minutes
_LOCK = 7_305_462  # any number that nothing else locks: two runs at once wait for each other
_LOCK_TIMEOUT = "5s"  # a table that somebody uses for longer is no reason to keep everybody else waiting behind us
_UNUSUAL = re.compile(r"[^a-z0-9 _.,()-]")  # in a finding: the log withholds what is not of plain words

SECRETS_MANAGER = boto3.client("secretsmanager")


@dataclass(frozen=True)
class Migration:
    """One file of `migrations/`, which runs once and is never changed afterwards."""

    version: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True)
class Prepared:
    """What a run did: migrations, tenants that were not there, and the secret's first value where it had none."""

    ran: list[str]
    added: list[str]
    first: dict[str, str] | None = field(repr=False)


class UnprotectedError(FailedCallError):
    """What nobody protected: the message holds the first finding, `findings` all of them."""

    def __init__(self, findings: list[str]) -> None:
        more = len(findings) - 1
        super().__init__(findings[0] + (f"; and {more} more in the log" if more else ""))
        self.findings = findings


@job("prepare-database")
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Answers with migrations and tenants that are new; FailedCallError where anything fails: do it again."""
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
        # After the commit: a run that ends before this one finds no value, and makes another.
        SECRETS_MANAGER.put_secret_value(
            SecretId=os.environ["DATABASE_SECRET_ARN"], SecretString=json.dumps(done.first)
        )
    for tenant in done.added:
        log.write("add-tenant", request_id=context.aws_request_id, tenant_id=tenant)
    log.write("prepare-database", request_id=context.aws_request_id, migrations=len(done.ran))
    return {"ran": done.ran, "added": done.added}


def tenants_of(event: dict[str, Any]) -> list[str]:
    """The tenants that the event names, none in a deploy's; FailedCallError with all that cannot be one's id."""
    tenants = event.get("tenants", [])
    if not isinstance(tenants, list):
        raise FailedCallError("tenants must be a list of ids")
    wrong = [str(place) for place, tenant in enumerate(tenants, start=1) if not is_uuid(tenant)]
    if wrong:
        raise FailedCallError(f"tenants must be ids in lower case, with hyphens: not so number {', '.join(wrong)}")
    return tenants


def migrations(folder: Path) -> list[Migration]:
    """The migrations in their order; FailedCallError where names do not count from 0001 without a gap."""
    found = []
    for position, file in enumerate(sorted(folder.glob("*.sql")), start=1):
        if not re.fullmatch(rf"{position:04}_[a-z0-9_]+", file.stem):
            raise FailedCallError(f"migration {file.name} must begin with {position:04}_")
        found.append(Migration(position, file.stem, file.read_text(encoding="utf-8")))
    return found


def prepare(master: Session, wanted: list[Migration], tenants: Sequence[str] = ()) -> Prepared:
    """Commits everything or nothing."""
    try:
        master.run("begin")
        master.run("set local search_path = pg_catalog")  # nothing of a stranger's is found by its name
        master.run("set local lock_timeout = 0")  # another run may take its whole time
        master.run("select pg_advisory_xact_lock(:lock)", lock=_LOCK)
        master.run(f"set local lock_timeout = '{_LOCK_TIMEOUT}'")
        _run(master, "roles.sql", _text("roles.sql"))
        first = _prepare_users(master)
        _require_nothing(_strange_powers(master))  # before `owner` could call what they made
        master.run("set local search_path = public")
        master.run("set local role owner")
        helpers = _text("helpers.sql").replace("{setting}", literal(TENANCY.setting))
        _run(master, "helpers.sql", helpers)
        ran = _migrate(master, wanted)
        _run(master, "helpers.sql", helpers)  # whatever a migration made of them
        added = [tenant for tenant in tenants if _add_tenant(master, tenant)]
        _require_nothing(_strange_powers(master) + _unprotected(master))
        master.run("commit")
    except BaseException:
        with contextlib.suppress(Exception):  # the first error is the one to tell
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
    """Runs statements of ours, which cannot end the transaction, and must leave role and settings as they are."""
    before = _state(session)
    try:
        # Within a block PostgreSQL itself refuses `commit`, which would make what is unprotected live.
        session.run(f"do {literal(f'begin execute {literal(sql)}; end')}")
    except DatabaseError as error:
        # Neither message nor detail, which can quote a row; the place alone of the statement that failed.
        told = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
        where = ", ".join(f"{told[key]}" for key in ("s", "t", "c", "n") if key in told)
        place = told.get("p", "-") if told.get("q") == sql else "-"
        raise FailedCallError(f"{name}: SQLSTATE {told.get('C')} at {place} ({where})") from None
    if _state(session) != before:
        raise FailedCallError(f"{name} leaves its role or settings: it must not")


def _state(session: Session) -> object:
    return session.run(
        "select current_user, session_user, nullif(current_setting(:setting, true), ''), "
        "array(select (name, setting)::text from pg_settings where source = 'session' order by name)",
        setting=TENANCY.setting,
    )


def _strange_powers(session: Session) -> list[dict[str, str]]:
    return rows(session, _text("powers.sql"), users=[*USERS, IAM_USER])


def _unprotected(session: Session) -> list[dict[str, str]]:
    return rows(session, _text("unprotected.sql"), shared=list(SHARED_TABLES))


def _require_nothing(found: list[dict[str, str]]) -> None:
    if found:
        raise UnprotectedError([_UNUSUAL.sub("-", f"{row['name']} {row['problem']}".lower())[:200] for row in found])


def _prepare_users(master: Session) -> dict[str, str] | None:
    """Makes the users that connect, and, where their secret is empty, its first value."""
    iam = os.environ["DATABASE_AUTHENTICATION"] == "iam"
    known = {row["rolname"] for row in rows(master, "select rolname from pg_roles")}
    for user in {IAM_USER} if iam else USERS:
        if user not in known:
            master.run(f"create role {identifier(user)} login in role app")
    for user in known.intersection([*USERS, IAM_USER]):  # they may set defaults for themselves: here those end
        master.run(f"alter role {identifier(user)} reset all")
        master.run(f"alter role {identifier(user)} in database {identifier(os.environ['DATABASE_NAME'])} reset all")
    if iam:
        master.run(f"grant rds_iam to {identifier(IAM_USER)}")
        for user in known.intersection(USERS):  # from before: no password works where IAM vouches
            master.run(f"alter role {identifier(user)} password null")
        return None
    current, first = _current_value(), None
    if current is None:
        current = first = {"username": USERS[0], "password": secrets.token_urlsafe(32)}
    elif current["username"] not in USERS:
        raise FailedCallError(f"the secret's username must be one of {', '.join(USERS)}")
    # Also where it has a value: a database that was restored has older passwords than its secret.
    master.run(f"alter role {identifier(current['username'])} password {literal(scram_verifier(current['password']))}")
    return first


def _current_value() -> dict[str, str] | None:
    try:
        found = SECRETS_MANAGER.get_secret_value(SecretId=os.environ["DATABASE_SECRET_ARN"])
    except SECRETS_MANAGER.exceptions.ResourceNotFoundException:
        return None
    value: dict[str, str] = json.loads(found["SecretString"])
    return value


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
