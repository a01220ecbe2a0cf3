"""Databases of RDS instances and snapshots, in the PostgreSQL server that all instances share."""

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
    """Creates an empty database, owned by a master who is no superuser.

    Drops all earlier content of the server, also that of snapshots, because roles that own something cannot be dropped.
    """
    database, master = identifier(instance["DBName"]), identifier(instance["MasterUsername"])
    with contextlib.closing(_connect(instance["Endpoint"]["Port"])) as session:
        names = session.run("select datname from pg_database where not datistemplate and datname <> 'postgres'")
        for (name,) in names or ():
            session.run(f"drop database {identifier(name)} with (force)")
        roles = _CREATE_ROLES.read_text(encoding="utf-8")
        session.run(roles.format(master=master, verifier=literal(verifier(password))))
        session.run(f"create database {database} owner {master}")


def copy(port: int, source: str, name: str) -> None:
    """Copies a database under another name. Ends the sessions with the source, which PostgreSQL requires."""
    with contextlib.closing(_connect(port)) as session:
        _end_sessions(session, source)
        owner = session.run("select pg_get_userbyid(datdba) from pg_database where datname = :name", name=source) or []
        session.run(f"create database {identifier(name)} template {identifier(source)} owner {identifier(owner[0][0])}")
        # A copy has none of the database's own permissions and settings.
        settings = "select array_to_string(datacl, ',') from pg_database where datname = :name"
        if (session.run(settings, name=source) or [[None]])[0][0]:
            acl = "update pg_database set datacl = (select datacl from pg_database where datname = :source)"
            session.run(f"{acl} where datname = :name", source=source, name=name)
        _let_in(session, source)


def rename(port: int, name: str, new: str) -> None:
    """Gives a database another name, and ends the sessions with it."""
    with contextlib.closing(_connect(port)) as session:
        _end_sessions(session, name)
        session.run(f"alter database {identifier(name)} rename to {identifier(new)}")
        _let_in(session, new)


def drop(port: int, name: str) -> None:
    """Drops a database with its sessions."""
    with contextlib.closing(_connect(port)) as session:
        session.run(f"drop database if exists {identifier(name)} with (force)")


def passwords(port: int) -> dict[str, str]:
    """The verifiers of the roles that have a password, RDS's own superuser left out."""
    query = "select rolname, rolpassword from pg_authid where rolpassword is not null and rolname <> current_user"
    with contextlib.closing(_connect(port)) as session:
        return dict(session.run(query) or ())


def set_passwords(port: int, verifiers: Mapping[str, str]) -> None:
    """Sets passwords by their verifiers."""
    with contextlib.closing(_connect(port)) as session:
        for name, verifier in verifiers.items():
            session.run(f"alter role {identifier(name)} password {literal(verifier)}")


def _end_sessions(session: Connection, name: str) -> None:
    session.run(f"alter database {identifier(name)} allow_connections false")
    session.run("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = :name", name=name)


def _let_in(session: Connection, name: str) -> None:
    session.run(f"alter database {identifier(name)} allow_connections true")


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


def verifier(password: str) -> str:
    """The SCRAM verifier of a password. Statements use it in place of the password, because PostgreSQL logs them."""
    salt, stored, server, rounds = ScramMechanism("SCRAM-SHA-256").make_auth_info(password)
    return f"SCRAM-SHA-256${rounds}:{b64enc(salt)}${b64enc(stored)}:{b64enc(server)}"
