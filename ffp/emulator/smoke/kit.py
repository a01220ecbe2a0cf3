"""Defines and loads an application's own part of the smoke test."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pg8000.native import Connection

from ffp.project import BadInputError
from ffp.smoke.case import Try
from settings import Application, SmokeSettings
from settings.base import InvalidSettings
from settings.code import ROOT
from settings.mistakes import problem_of

if TYPE_CHECKING:  # the walk imports this module
    from ffp.emulator.smoke.walk import Walk

TENANTS = SmokeSettings().tenants
NAME = "PART"  # the name of the part in the module that `Application.smoke` names

Case = Try["Walk"]


def _keep(_walk: "Walk", _body: Any) -> None:
    """Undoes nothing."""


@dataclass(frozen=True)
class Request:
    """A request that a function accepts: a function that creates its body, and one that undoes a call's effect."""

    body: Callable[[], object]
    undo: "Callable[[Walk, Any], None]" = _keep  # called with the body after a successful response
    # Whether `ffp smoke` sends it, too, after each deploy on AWS: it writes a row of its caller's tenant and returns
    # the row's id, and nothing needs to be undone.
    everywhere: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """An application's own part. Without one, only the cases that follow from the settings are tried."""

    # Inserts a new tenant's first rows. Runs as the tables' owner in a transaction that sees only this tenant's rows,
    # and may run again after an interruption.
    seed: Callable[[Connection], None] | None = None
    # By function. A function without a request here receives an empty object as its body.
    requests: Mapping[str, Request] = field(default_factory=dict)
    # More texts for attacks than `front_door_attacks.PAYLOADS`; `{victim}` is the other tenant's id.
    payloads: tuple[str, ...] = ()
    # Words of the requests that no log may contain. No log may contain a request's whole texts, either.
    personal: frozenset[str] = frozenset()
    cases: tuple[Case, ...] = ()


def load(application: Application) -> Part:
    """Loads the application's own part; an empty one if it has none.

    Raises InvalidSettings with the line of an error in its module, and BadInputError if the part is missing or does not
    fit the application.
    """
    if application.smoke is None:
        return Part()
    try:
        part = getattr(importlib.import_module(application.smoke), NAME, None)
    except InvalidSettings:
        raise
    except Exception as error:  # like settings, the module is the application author's code
        raise InvalidSettings([problem_of(error, ROOT / application.smoke.replace(".", "/"))]) from None
    if not isinstance(part, Part):
        raise BadInputError(f"{application.smoke}: has no {NAME}; define one of the class {__name__}.{Part.__name__}")
    if unknown := part.requests.keys() - {function.name for function in application.functions if function.routes}:
        names = ", ".join(sorted(unknown))
        raise BadInputError(
            f"{application.smoke}: requests of {names}: no function with this name has a route; correct the name"
        )
    if part.seed and not application.uses_database:
        raise BadInputError(f"{application.smoke}: seed: the application has no database; remove it")
    return part
