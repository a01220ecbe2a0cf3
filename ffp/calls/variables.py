"""Which environment variables a function has, and what would give it another."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import get_args

from settings import Binding, FunctionGroupSettings, FunctionSettings
from settings.binding import BindingBase
from settings.variables import is_given_to_every_function

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, "Defined runtime environment variables"
_LAMBDAS_OWN = re.compile(
    r"(AWS|LAMBDA)_.*|_HANDLER|_X_AMZN_TRACE_ID|LANG|LD_LIBRARY_PATH|NODE_OPTIONS|NODE_PATH|PATH|PYTHONPATH|TZ"
)
_SURELY_MEANT = 0.85  # how alike two names must be before one is taken for a misspelling of the other


def giver_of(variable: str, group: FunctionGroupSettings, function: FunctionSettings) -> str | None:
    """What would give a function of the group this variable: a right spelling, a binding, or `environment`.

    None if it has the variable, whichever database the environment has.
    """
    if _LAMBDAS_OWN.fullmatch(variable) or is_given_to_every_function(variable):
        return None
    given = {*function.environment, *(name for each in group.bindings for name in each.possible_variables)}
    if variable in given:
        return None
    # Part of a name, such as ORDERS_QUEUE for ORDERS_QUEUE_URL, is no close match by its letters.
    meant = [*get_close_matches(variable, given, n=1, cutoff=_SURELY_MEANT), *_longer(variable, given)]
    if meant:
        return f"write {meant[0]}"
    kinds: list[type[BindingBase]] = [*get_args(Binding)]
    giving = [each.__name__ for each in kinds if any(_may_be(variable, name) for name in each.gives)]
    return " or ".join(giving) or "environment"


def _may_be(variable: str, gives: str) -> bool:
    return bool(re.fullmatch(re.sub(r"\{\w+\}", "[A-Z0-9_]+", gives), variable))


def _longer(variable: str, names: Iterable[str]) -> list[str]:
    return sorted(each for each in names if each.startswith(f"{variable}_"))
