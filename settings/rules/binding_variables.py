"""Rules about the variables that bindings give: each has one value, and none of ours can be taken by a name."""

from collections.abc import Iterator

from settings.application import Application
from settings.base import Problem
from settings.bindings import (
    ConnectToDatabase,
    PrepareDatabase,
    RotateDatabaseUsers,
    SignPlayback,
    secret_variable_of,
    written,
)
from settings.database import Database
from settings.secrets import Secrets


def binding_variable_problems(application: Application, secrets: Secrets, database: Database) -> Iterator[Problem]:
    """Variables with two meanings, in one group or between a secret and the platform."""
    yield from _conflicts(application, database)
    yield from _reserved(secrets, database)


def _conflicts(application: Application, database: Database) -> Iterator[Problem]:
    for group in application.groups:
        given: dict[str, tuple[str, str]] = {}  # by variable: the binding that gives it, and what it belongs to
        for binding in group.bindings:
            for variable, whose in binding.variables(database).items():
                by, before = given.setdefault(variable, (written(binding), whose))
                if before != whose:
                    yield Problem(
                        f"application.groups[{group.name}].bindings",
                        written(binding),
                        f"gives {variable} for {whose}, and {by} gives it for {before}",
                        "bind a group of its own, or rename what one of them names",
                    )


def _reserved(secrets: Secrets, database: Database) -> Iterator[Problem]:
    """Functions and library take these variables for the platform's own, whoever gives them."""
    platforms = (ConnectToDatabase(), PrepareDatabase(), RotateDatabaseUsers(""), SignPlayback(""))
    ours = {variable for binding in platforms for variable in binding.variables(database)}
    for secret in secrets.secrets:
        if (variable := secret_variable_of(secret.name)) in ours:
            yield Problem(
                f"secrets.secrets[{secret.name}].name",
                secret.name,
                f"functions would find it by {variable}, which is the platform's own",
                "choose another name",
            )
