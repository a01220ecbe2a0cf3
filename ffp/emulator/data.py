"""What the data plane needs before anybody can sign in and read: schema, secrets' values, tenants and users."""

import base64
import contextlib
import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pg8000.native import Connection, identifier, literal
from scramp import ScramMechanism

from environments.application import DATABASE_SECRET, PLAYBACK_SECRET
from ffp.emulator.account import Account
from ffp.emulator.home import write_private
from ffp.emulator.servers import DATABASE_ADMINISTRATOR, HOST
from ffp.project import ROOT, BadInputError

TENANTS = ("7d0f2c54-6a1e-4d0b-9a55-1f3d6c2b8e01", "c3a9e6b2-0d47-4f8e-8b61-52e7a4d9f302")
APPLICATION_USER = "app"  # to whom functions/schema.sql gives the tables


@dataclass(frozen=True)
class User:
    """Somebody who can sign in to the local platform."""

    name: str
    password: str
    tenant_id: str
    role: str


def read_users(account: Account) -> list[User]:
    """The users that `prepare` made; BadInputError where it has not ended yet."""
    if "users" not in (made := _read(account)):
        raise BadInputError("emulator: nobody can sign in yet; `make local` brings it up")
    return [User(**each) for each in made["users"]]


def prepare(account: Account, outputs: Mapping[str, str]) -> None:
    """Fills a new platform, once; a run that was interrupted is repeated."""
    pool = outputs["user-pool"]
    if _read(account).get("pool") == pool:
        return
    password = secrets.token_urlsafe(24)
    _prepare_database(account, password)
    _set_secret(account, DATABASE_SECRET, json.dumps({"username": APPLICATION_USER, "password": password}))
    _set_secret(account, PLAYBACK_SECRET, _private_key())
    users = [
        User(f"{role}-{number}@tenant.example", f"Local-{secrets.token_urlsafe(12)}1!", tenant, role)
        for number, tenant in enumerate(TENANTS, start=1)
        for role in ("administrator", "clinician", "patient")
    ]
    for user in users:
        _register(account, pool, user)
    made = {"pool": pool, "users": [asdict(user) for user in users]}
    write_private(account.home.users, json.dumps(made, indent=2))


def connect(account: Account, user: str, password: str, database: str) -> Connection:
    """A connection to the emulated RDS instance, its certificate verified."""
    trust = ssl.create_default_context(cafile=str(account.home.certificate_authority))
    trust.minimum_version = ssl.TLSVersion.TLSv1_3
    return Connection(
        user, password=password, host=HOST, port=account.home.ports.database, database=database, ssl_context=trust
    )


def as_master(account: Account) -> Connection:
    """A connection to the platform's database as RDS's master, whose password lies in Secrets Manager."""
    instance = _instance(account)
    return connect(account, *_master(account, instance), instance["DBName"])


def _instance(account: Account) -> dict[str, Any]:
    found: dict[str, Any] = account.client(account.root, "rds").describe_db_instances()["DBInstances"][0]
    return found


def _master(account: Account, instance: Mapping[str, Any]) -> tuple[str, str]:
    secrets_manager = account.client(account.root, "secretsmanager")
    value = secrets_manager.get_secret_value(SecretId=instance["MasterUserSecret"]["SecretArn"])
    credentials = json.loads(value["SecretString"])
    return credentials["username"], credentials["password"]


def _read(account: Account) -> dict[str, Any]:
    file = account.home.users
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _prepare_database(account: Account, password: str) -> None:
    instance = _instance(account)
    master, master_password = _master(account, instance)
    name = instance["DBName"]
    own = (account.home.database / "password").read_text(encoding="ascii")
    with contextlib.closing(connect(account, DATABASE_ADMINISTRATOR, own, "postgres")) as administrator:
        # What RDS does at an instance's birth: a master who is no superuser, and the first database as its own.
        _make_role(administrator, master, master_password, "createrole createdb")
        if not administrator.run("select 1 from pg_database where datname = :name", name=name):
            administrator.run(f"create database {identifier(name)} owner {identifier(master)}")
    with contextlib.closing(as_master(account)) as session:
        session.run("begin")
        _make_role(session, APPLICATION_USER, password)
        if session.run("select to_regclass('tenants')") == [[None]]:
            session.run((ROOT / "functions/schema.sql").read_text(encoding="utf-8"))
            for tenant in TENANTS:
                session.run("insert into tenants (tenant_id) values (:tenant)", tenant=tenant)
                session.run("select set_config('app.tenant_id', :tenant, true)", tenant=tenant)
                session.run("insert into exercises (tenant_id, title) values (:tenant, 'Bridge')", tenant=tenant)
        session.run("commit")


def _make_role(session: Connection, name: str, password: str, rights: str = "") -> None:
    """Makes a role where it is missing, and sets its password."""
    verb = "alter" if session.run("select 1 from pg_roles where rolname = :name", name=name) else "create"
    session.run(f"{verb} role {identifier(name)} login {rights} password {literal(_verifier(password))}")


def _verifier(password: str) -> str:
    """What PostgreSQL keeps of a password: its log shows the statements that set one."""
    salt, stored, server, rounds = ScramMechanism("SCRAM-SHA-256").make_auth_info(password)
    kept, stored_key, server_key = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${rounds}:{kept}${stored_key}:{server_key}"


def _set_secret(account: Account, name: str, value: str) -> None:
    client = account.client(account.root, "secretsmanager")
    client.put_secret_value(SecretId=account.name(name), SecretString=value)


def _private_key() -> str:
    """A key whose public half CloudFront does not know: the emulator checks no signature."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _register(account: Account, pool: str, user: User) -> None:
    cognito: Any = account.client(account.root, "cognito-idp")
    attributes = {
        "email": user.name,
        "email_verified": "true",
        "custom:tenantId": user.tenant_id,
        "custom:role": user.role,
    }
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=user.name,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
        )
    cognito.admin_set_user_password(UserPoolId=pool, Username=user.name, Password=user.password, Permanent=True)
