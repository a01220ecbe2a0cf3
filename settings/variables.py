"""A function's own environment variables: none is secret, reserved by Lambda, or also given by a binding."""

import re
from collections.abc import Iterator, Mapping

from settings.base import Problem
from settings.bindings import RESERVED_VARIABLES
from settings.secrecy import secret_variable

_LAMBDAS_OWN = re.compile(r"(AWS|LAMBDA)_.*")
_OF_EVERY_FUNCTION = re.compile(r"ENVIRONMENT|TENANCY|MACHINES|ROLE_SCOPES")  # the last two are the token trigger's
_MOST_BYTES = (
    3072  # of Lambda's 4096: the rest is for variables of bindings, whose values are known only after the deploy
)


def is_given(name: str) -> bool:
    """Whether a variable is one that the platform gives."""
    return any(pattern.fullmatch(name) for pattern in (_OF_EVERY_FUNCTION, RESERVED_VARIABLES))


def is_given_to_every_function(name: str) -> bool:
    """Whether functions have a variable without a binding."""
    return bool(_OF_EVERY_FUNCTION.fullmatch(name))


def variable_problems(variables: Mapping[str, str]) -> Iterator[Problem]:
    """Problems of the variables that a function sets itself."""
    for name, value in variables.items():
        field = f"environment[{name}]"
        if secret_variable(name, value):
            yield Problem(
                field,
                "(not shown)",
                "environment variables carry no secret",
                "put the value in Secrets Manager and bind the group with ReadSecret",
            )
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
            yield Problem(field, name, "must be capitals, digits and underscores", "write it like PAGE_SIZE")
        elif _LAMBDAS_OWN.fullmatch(name):
            yield Problem(field, name, "names that begin with AWS_ or LAMBDA_ are Lambda's own", "choose another name")
        elif is_given(name):
            yield Problem(field, name, "the platform or a binding gives a variable of that name", "choose another name")
    size = sum(len(name.encode()) + len(value.encode()) for name, value in variables.items())
    if size > _MOST_BYTES:
        yield Problem(
            "environment",
            f"{size} bytes",
            f"at most {_MOST_BYTES} bytes: Lambda has 4 KB, and bindings need their part",
            "move long values into a file in the code's folder",
        )
