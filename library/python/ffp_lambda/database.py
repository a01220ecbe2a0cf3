"""Sessions with PostgreSQL: verified TLS 1.3, one connection per execution environment, one tenant each."""

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

# RDS signs its servers' certificates with regional roots of its own, which no public trust store holds. These
# three are eu-west-2's (valid to 2061 and 2121) from https://truststore.pki.rds.amazonaws.com.
# DATABASE_CA_FILE names another file: another region's bundle, or a test server's root.
RDS_ROOTS = Path(__file__).with_name("rds-eu-west-2.pem")

# Bounds each wait on the socket, so that a dead connection shows well before API Gateway gives up at 30 s.
TIMEOUT_SECONDS = 8

# The application's: they take turns, and while one's password changes the other's is in use.
USERS = ("app_a", "app_b")

# Whatever the transaction before left to its session ends here, in a transaction of its own that nothing rolls back.
_LEFT = "reset role; reset all; close all; deallocate all; unlisten *; select pg_advisory_unlock_all()"
_BEGIN = f"begin; {_LEFT}; commit; begin"


class Session(Protocol):
    """The part of pg8000's connection that functions use. Handlers get one from `tenant_session`."""

    @property
    def columns(self) -> list[dict[str, Any]] | None:
        """What the last statement's rows consist of: each column has a `name`."""
        ...

    def run(self, sql: str, **parameters: object) -> list[list[Any]] | None:
        """Runs one statement, in whose text `:name` stands for a parameter; the rows, or None where it has none.

        Whatever a user wrote goes in as a parameter. Raises pg8000's DatabaseError where the server refuses it.
        """
        ...

    def close(self) -> None:
        """Ends the session; what is not committed is rolled back."""
        ...


def connect(username: str, password: str, timeout_seconds: int = TIMEOUT_SECONDS) -> Session:
    """Opens a connection over TLS 1.3 to the database that DATABASE_HOST, _PORT and _NAME name.

    The server's certificate and name are verified against RDS's roots, or those in DATABASE_CA_FILE. Each wait for the
    server ends after `timeout_seconds`. For jobs of the master; handlers use `tenant_session`.
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
    """The user name and password that the secret holds now, read from Secrets Manager on each call."""
    value = boto3.client("secretsmanager").get_secret_value(SecretId=secret_arn)
    credentials = json.loads(value["SecretString"])
    return credentials["username"], credentials["password"]


def _connect_as_function() -> Session:
    """Connects as DATABASE_AUTHENTICATION says; read anew each time, so a rotated secret is never stale."""
    if os.environ["DATABASE_AUTHENTICATION"] == "iam":
        user = os.environ["DATABASE_USER"]
        token = boto3.client("rds").generate_db_auth_token(
            DBHostname=os.environ["DATABASE_HOST"],
            Port=int(os.environ["DATABASE_PORT"]),
            DBUsername=user,
        )
        return connect(user, token)
    return connect(*read_credentials(os.environ["DATABASE_SECRET_ARN"]))


class _Guarded:
    """A session that no statement uses after one whose answer was not read to its end: it would get that answer.

    pg8000 turns parameters into text after it has sent the statement, and what fails there leaves the answer unread.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.is_sound = True

    @property
    def columns(self) -> list[dict[str, Any]] | None:
        return self._session.columns

    def run(self, sql: str, **parameters: object) -> list[list[Any]] | None:
        if not self.is_sound:
            raise FailedCallError("a connection with an unread answer")
        self.is_sound = False
        try:
            answer = self._session.run(sql, **parameters)
        except DatabaseError as error:
            # The server's own refusal, read to its end; but after one in the midst of a statement with parameters (a
            # lock's timeout, say) the next one finds the rest of it on its way, waits in vain, and is the last.
            self.is_sound = type(error) is DatabaseError
            raise
        self.is_sound = True
        return answer

    def close(self) -> None:
        self._session.close()


class _Lent:
    """A session for as long as a transaction lasts: of no use to whoever keeps it longer."""

    def __init__(self, session: Session) -> None:
        self._session: Session | None = session

    @property
    def columns(self) -> list[dict[str, Any]] | None:
        return self._of_now().columns

    def run(self, sql: str, **parameters: object) -> list[list[Any]] | None:
        return self._of_now().run(sql, **parameters)

    def close(self) -> None:
        self._session = None

    def _of_now(self) -> Session:
        if self._session is None:
            raise FailedCallError("a session whose transaction has ended")
        return self._session


class Connection:
    """One connection for one transaction after the other: opened when it is needed, replaced when it breaks.

    Not for several threads: a transaction within another one is refused.
    """

    def __init__(self, open_session: Callable[[], Session]) -> None:
        self._open = open_session
        self._session: _Guarded | None = None
        self._is_lent = False

    @contextmanager
    def tenant_session(self, tenant_id: str) -> Iterator[Session]:
        """One transaction that sees and writes only this tenant's rows: committed at the end, rolled back on an error.

        `tenant_id` is `request.caller.tenant_id`, from the verified token. Raises FailedCallError where it is no UUID
        in lower case, within another session, and for whoever uses the session after its end. The connection is the
        execution environment's, as DATABASE_AUTHENTICATION says: by the user in the secret DATABASE_SECRET_ARN, or by
        IAM as DATABASE_USER. A wait for the server ends after 8 seconds.
        """
        if not is_uuid(tenant_id):
            raise FailedCallError("a session without a tenant")
        with self._transaction() as session:
            # Local to the transaction: a setting of the session would outlive it and reach the next tenant.
            session.run("select set_config(:setting, :tenant, true)", setting=TENANCY.setting, tenant=tenant_id)
            yield session

    def tenants(self) -> list[str]:
        """The ids of all tenants in order, for jobs that go through them: from the table `tenants`.

        Nothing else can be read without a tenant. Raises FailedCallError within another session.
        """
        with self._transaction() as session:
            return [str(row["tenant_id"]) for row in rows(session, "select tenant_id from tenants order by tenant_id")]

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        if self._is_lent:
            raise FailedCallError("a session within a session")  # its rows would be the other's, and its commit too
        session = self._begin()
        lent, self._is_lent = _Lent(session), True
        try:
            try:
                yield lent
            finally:
                lent.close()
                self._is_lent = False
            session.run("commit")
        except BaseException:
            try:
                session.run("rollback")
            except Exception:
                # The connection is in an unknown state; a late answer must not reach the next caller.
                self._discard()
            raise

    def _begin(self) -> Session:
        """A session with a transaction open: the one there is, or a new one where that has broken."""
        if self._session is not None:
            try:
                self._session.run(_BEGIN)
            except Exception:
                self._discard()
            else:
                return self._session
        self._session = _Guarded(self._open())
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
    """Runs one statement as `session.run` does; each row as a mapping of column name to value, [] without rows."""
    found = session.run(sql, **parameters) or []
    names = [column["name"] for column in session.columns or []]
    return [dict(zip(names, row, strict=True)) for row in found]
