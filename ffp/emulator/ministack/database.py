"""Creates the database and master of an RDS instance, in the PostgreSQL server that all instances share."""

import contextlib
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pg8000.native import Connection, identifier, literal
from scramp import ScramMechanism
from scramp.utils import b64enc

_CREATE_ROLES = Path(__file__).with_name("rds.sql")


def create_database(instance: Mapping[str, Any], password: str) -> None:
    """Creates an empty database, owned by a master who is no superuser. Drops all earlier content of the server."""
    database = identifier(instance["DBName"])
    master, verifier = identifier(instance["MasterUsername"]), literal(_verifier(password))
    with contextlib.closing(_connect(instance["Endpoint"]["Port"])) as session:
        session.run(f"drop database if exists {database} with (force)")
        session.run(_CREATE_ROLES.read_text(encoding="utf-8").format(master=master, verifier=verifier))
        session.run(f"create database {database} owner {master}")


def _connect(port: int) -> Connection:
    """A connection as RDS's superuser, which customers cannot use."""
    tls_context = ssl.create_default_context(cafile=os.environ["DATABASE_CA_FILE"])
    return Connection(
        os.environ["FFP_DATABASE_ADMINISTRATOR"],
        password=Path(os.environ["FFP_DATABASE_PASSWORD_FILE"]).read_text(encoding="ascii"),
        host="localhost",
        port=port,
        database="postgres",
        ssl_context=tls_context,
    )


def _verifier(password: str) -> str:
    """The SCRAM verifier of a password. Statements use it in place of the password, because PostgreSQL logs them."""
    salt, stored, server, rounds = ScramMechanism("SCRAM-SHA-256").make_auth_info(password)
    return f"SCRAM-SHA-256${rounds}:{b64enc(salt)}${b64enc(stored)}:{b64enc(server)}"
