"""What a deployed platform needs before anybody can sign in and read: tenants and users."""

import contextlib
import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pg8000.native import Connection

from ffp.emulator.account import Account
from ffp.emulator.home import write_private
from ffp.emulator.servers import HOST
from ffp.emulator.smoke import kit
from ffp.emulator.smoke.kit import TENANTS
from ffp.project import BadInputError, ToolError
from settings import FunctionGroupSettings


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
    application = account.settings.application
    if group := application.preparation_group:
        _add_tenants(account, group, kit.load(application))
    users = [
        User(f"{role.name}-{number}@tenant.example", f"Local-{secrets.token_urlsafe(12)}1!", tenant, role.name)
        for number, tenant in enumerate(TENANTS, start=1)
        for role in application.tenancy.roles
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


def as_owner(account: Account) -> Connection:
    """A connection to the platform's database in the role of the tables' owner: what RDS's master may take on."""
    instance = account.client(account.root, "rds").describe_db_instances()["DBInstances"][0]
    value = account.client(account.root, "secretsmanager").get_secret_value(
        SecretId=instance["MasterUserSecret"]["SecretArn"]
    )
    master = json.loads(value["SecretString"])
    session = connect(account, master["username"], master["password"], instance["DBName"])
    session.run("set role owner")
    return session


def name_tenant(account: Account, session: Connection, tenant_id: str, *, for_good: bool = False) -> None:
    """Whose rows the transaction, or all that follow in the session, can see and write."""
    sql, setting = "select set_config(:setting, :tenant, not :for_good)", account.tenancy.database_setting
    session.run(sql, setting=setting, tenant=tenant_id, for_good=for_good)


def _read(account: Account) -> dict[str, Any]:
    file = account.home.users
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _add_tenants(account: Account, preparing: FunctionGroupSettings, part: kit.Part) -> None:
    """Makes the tenants known to the database, each with what the application's own part begins with."""
    function = preparing.functions[0].name
    answer = account.client(account.root, "lambda").invoke(
        FunctionName=account.name(function), Qualifier="live", Payload=json.dumps({"tenants": TENANTS})
    )
    if "FunctionError" in answer:
        raise ToolError(f"{function}: {answer['Payload'].read().decode()}")
    if part.seed is None:
        return
    with contextlib.closing(as_owner(account)) as session:
        session.run("begin")
        for tenant in TENANTS:
            name_tenant(account, session, tenant)
            part.seed(session)
        session.run("commit")


def _register(account: Account, pool: str, user: User) -> None:
    cognito: Any = account.client(account.root, "cognito-idp")
    attributes = {
        "email": user.name,
        "email_verified": "true",
        f"custom:{account.tenancy.tenant}": user.tenant_id,
        f"custom:{account.tenancy.role}": user.role,
    }
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=user.name,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
        )
    with contextlib.suppress(cognito.exceptions.GroupExistsException):
        cognito.create_group(UserPoolId=pool, GroupName=user.tenant_id)
    cognito.admin_add_user_to_group(UserPoolId=pool, GroupName=user.tenant_id, Username=user.name)
    cognito.admin_set_user_password(UserPoolId=pool, Username=user.name, Password=user.password, Permanent=True)
