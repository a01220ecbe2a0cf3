"""Sessions with PostgreSQL over verified TLS 1.3: one connection per execution environment, one tenant per session."""

import json
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import boto3
import pg8000.native
from pg8000.exceptions import DatabaseError

from ffp_lambda.errors import FailedCallError
from ffp_lambda.tenancy import TENANCY
from ffp_lambda.tenant import is_uuid

# RDS signs its servers' certificates with its own regional roots, which are in no public trust store. These three are
# eu-west-2's (valid to 2061 and 2121) from https://truststore.pki.rds.amazonaws.com. DATABASE_CA_FILE can name another
# file, such as another region's bundle or a test server's root.
RDS_ROOTS = Path(__file__).with_name("rds-eu-west-2.pem")

# Limits each wait for the server, so that a dead connection is noticed well before API Gateway's timeout of 30 s.
TIMEOUT_SECONDS = 8

# The application's users. They take turns: one is in use while the other's password changes.
USERS = ("app_a", "app_b")

# Removes all session state that the previous transaction left behind, in a separate transaction, so that a later
# rollback cannot restore it.
_RESET_SESSION = "reset role; reset all; close all; deallocate all; unlisten *; select pg_advisory_unlock_all()"
_BEGIN = f"begin; {_RESET_SESSION}; commit; begin"


class Session(Protocol):
    """The part of pg8000's connection that functions use. `tenant_session` provides one to handlers."""

    @property
    def columns(self) -> list[dict[str, Any]] | None:
        """The columns of the last statement's rows; each has a `name`."""
        ...

    def run(self, sql: str, **parameters: object) -> list[list[Any]] | None:
        """Runs one statement and returns its rows, or None if it returns none. `:name` in the text is a parameter.

        Pass all user input as parameters. Raises pg8000's DatabaseError if the server refuses the statement.
        """
        ...

    def close(self) -> None:
        """Ends the session and rolls back what is not committed."""
        ...


def connect(username: str, password: str, timeout_seconds: int = TIMEOUT_SECONDS) -> Session:
    """Opens a connection over TLS 1.3 to the database in DATABASE_HOST, DATABASE_PORT and DATABASE_NAME.

    Verifies the server's certificate and name with RDS's roots, or with those in DATABASE_CA_FILE. Each wait for the
    server ends after `timeout_seconds`. For functions that connect as the master; handlers use `tenant_session`.
    """
    trust = ssl.create_default_context(cafile=os.environ.get("DATABASE_CA_FILE", RDS_ROOTS))
    trust.minimum_version = ssl.TLSVersion.TLSv1_3
    connection: Session = pg8000.native.Connection(
        username,
        password=password,
        host=os.environ["DATABASE_HOST"],
        port=int(os.environ["DATABASE_PORT"]),
        database=os.environ["DATABASE_NAME"],
        ssl_context=trust,
        timeout=timeout_seconds,
        application_name=os.environ.get("AWS_LAMBDA_FUNCTION_NAME"),
    )
    return connection


def read_credentials(secret_arn: str) -> tuple[str, str]:
    """The user name and password in the secret. Each call reads them from Secrets Manager."""
    value = boto3.client("secretsmanager").get_secret_value(SecretId=secret_arn)
    credentials = json.loads(value["SecretString"])
    return credentials["username"], credentials["password"]


def _connect_as_function() -> Session:
    """Connects as DATABASE_AUTHENTICATION demands. Reads the secret each time, so that a rotated one is never stale."""
    if os.environ["DATABASE_AUTHENTICATION"] == "iam":
        user = os.environ["DATABASE_USER"]
        token = boto3.client("rds").generate_db_auth_token(
            DBHostname=os.environ["DATABASE_HOST"],
            Port=int(os.environ["DATABASE_PORT"]),
            DBUsername=user,
        )
        return connect(user, token)
    return connect(*read_credentials(os.environ["DATABASE_SECRET_ARN"]))


class _GuardedSession:
    """Refuses further statements once a result was not fully read: the next one would receive the rest of it.

    pg8000 converts parameters to text after it has sent the statement. An error in between leaves the result unread.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.is_usable = True

    @property
    def columns(self) -> list[dict[str, Any]] | None:
        return self._session.columns

    def run(self, sql: str, **parameters: object) -> list[list[Any]] | None:
        if not self.is_usable:
            raise FailedCallError("a connection with an unread result")
        self.is_usable = False
        try:
            result = self._session.run(sql, **parameters)
        except DatabaseError as error:
            # The server's own error was read to its end. There is one exception: after an error within a statement with
            # parameters, such as a lock timeout, the next statement receives the rest, waits until its timeout and
            # fails, which makes the session unusable.
            self.is_usable = type(error) is DatabaseError
            raise
        self.is_usable = True
        return result

    def close(self) -> None:
        self._session.close()


class _TransactionSession:
    """A session that works only until its transaction ends, even if a handler keeps it longer."""

    def __init__(self, session: Session) -> None:
        self._session: Session | None = session

    @property
    def columns(self) -> list[dict[str, Any]] | None:
        return self._open_session().columns

    def run(self, sql: str, **parameters: object) -> list[list[Any]] | None:
        return self._open_session().run(sql, **parameters)

    def close(self) -> None:
        self._session = None

    def _open_session(self) -> Session:
        if self._session is None:
            raise FailedCallError("a session whose transaction has ended")
        return self._session


class Connection:
    """A connection that runs one transaction at a time. It is opened when needed and replaced when it breaks.

    It is not for several threads: it refuses a transaction within another one.
    """

    def __init__(self, open_session: Callable[[], Session]) -> None:
        self._open = open_session
        self._session: _GuardedSession | None = None
        self._in_transaction = False

    @contextmanager
    def tenant_session(self, tenant_id: str) -> Iterator[Session]:
        """A transaction that reads and writes only this tenant's rows. It commits at the end; an error rolls it back.

        `tenant_id` is `request.caller.tenant_id`, from the verified token. Raises FailedCallError if it is no UUID in
        lower case, within another session, and when the session is used after its end. DATABASE_AUTHENTICATION decides
        how the execution environment's connection logs in: as the user in the secret DATABASE_SECRET_ARN, or with IAM
        as DATABASE_USER. Each wait for the server ends after 8 seconds.
        """
        if not is_uuid(tenant_id):
            raise FailedCallError("a session without a tenant")
        with self._transaction() as session:
            # Local to the transaction: a setting of the session would also apply to the next tenant's transaction.
            session.run("select set_config(:setting, :tenant, true)", setting=TENANCY.setting, tenant=tenant_id)
            yield session

    def tenants(self) -> list[str]:
        """The ids of all tenants in order, from the table `tenants`, for jobs that process each tenant.

        No other table can be read without a tenant. Raises FailedCallError within another session.
        """
        with self._transaction() as session:
            return [str(row["tenant_id"]) for row in rows(session, "select tenant_id from tenants order by tenant_id")]

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        if self._in_transaction:
            # Both would share one connection, and so the tenant and the commit.
            raise FailedCallError("a session within a session")
        session = self._begin()
        transaction, self._in_transaction = _TransactionSession(session), True
        try:
            try:
                yield transaction
            finally:
                transaction.close()
                self._in_transaction = False
            session.run("commit")
        except BaseException:
            try:
                session.run("rollback")
            except Exception:
                # The connection's state is unknown, and a late result must not reach the next caller.
                self._discard()
            raise

    def _begin(self) -> Session:
        """Begins a transaction on the existing connection, or on a new one if it has broken."""
        if self._session is not None:
            try:
                self._session.run(_BEGIN)
            except Exception:
                self._discard()
            else:
                return self._session
        self._session = _GuardedSession(self._open())
        self._session.run(_BEGIN)
        return self._session

    def _discard(self) -> None:
        if self._session is not None:
            with suppress(Exception):
                self._session.close()
        self._session = None


_OF_THIS_ENVIRONMENT = Connection(_connect_as_function)
tenant_session = _OF_THIS_ENVIRONMENT.tenant_session
tenants = _OF_THIS_ENVIRONMENT.tenants


def rows(session: Session, sql: str, **parameters: object) -> list[dict[str, Any]]:
    """Runs one statement like `session.run`. Returns each row as a mapping of column names to values; [] if none."""
    values = session.run(sql, **parameters) or []
    names = [column["name"] for column in session.columns or []]
    return [dict(zip(names, row, strict=True)) for row in values]
