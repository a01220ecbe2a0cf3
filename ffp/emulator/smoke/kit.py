"""The form of an application's own part of the walk, and how it is found."""

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pg8000.native import Connection

from ffp.project import BadInputError
from settings import Application
from settings.base import InvalidSettings
from settings.code import ROOT
from settings.mistakes import problem_of

if TYPE_CHECKING:  # the walk has its application's part
    from ffp.emulator.smoke.walk import Walk

TENANTS = ("7d0f2c54-6a1e-4d0b-9a55-1f3d6c2b8e01", "c3a9e6b2-0d47-4f8e-8b61-52e7a4d9f302")
NAME = "PART"  # what the module that `Application.smoke` names calls its part
_REFUSAL = re.compile(r"4\d\d|[Ii]nvalid|wrong|no |nothing of")  # begins what is expected of most attacks


@dataclass(frozen=True)
class Case:
    """One thing to try: `attempt` says what was seen, which must be what is expected."""

    area: str
    what: str
    expected: str
    attempt: "Callable[[Walk], str]"
    attack: bool = False  # whether it is one although what is expected does not begin like a refusal

    @property
    def is_attack(self) -> bool:
        """Whether what is expected is that it comes to nothing."""
        return self.attack or _REFUSAL.match(self.expected) is not None


def _leave(_walk: "Walk", _body: Any) -> None:
    """Undoes nothing."""


@dataclass(frozen=True)
class Request:
    """A request that a function accepts: its body, made anew for each call, and what takes back what the call made."""

    body: Callable[[], object]
    undo: "Callable[[Walk, Any], None]" = _leave  # called with that body after an answer of success


@dataclass(frozen=True, kw_only=True)
class Part:
    """An application's own part; without any, the walk tries what follows from the settings."""

    # Inserts what a new tenant begins with. It runs as the tables' owner, in a transaction that sees this tenant's rows
    # only, and finds its own rows where an earlier run was interrupted.
    seed: Callable[[Connection], None] | None = None
    # By function; a function that takes a body and has no request here is sent an empty object.
    requests: Mapping[str, Request] = field(default_factory=dict)
    # Texts that an attacker could send besides those of `attacks.PAYLOADS`; `{victim}` is the other tenant's id.
    payloads: tuple[str, ...] = ()
    # Words of the requests that no log may hold. What a request holds as a whole, no log may hold either.
    personal: frozenset[str] = frozenset()
    cases: tuple[Case, ...] = ()


def load(application: Application) -> Part:
    """The application's own part, an empty one where it has none.

    Raises InvalidSettings with the line of a mistake in its module, BadInputError where the module has no such part.
    """
    if application.smoke is None:
        return Part()
    try:
        found = getattr(importlib.import_module(application.smoke), NAME, None)
    except InvalidSettings:
        raise
    except Exception as failure:  # like settings, it is code of the application's author
        raise InvalidSettings([problem_of(failure, ROOT / application.smoke.replace(".", "/"))]) from None
    if not isinstance(found, Part):
        raise BadInputError(f"{application.smoke}: has no {NAME}; give it one of the class {__name__}.{Part.__name__}")
    if unknown := found.requests.keys() - {function.name for function in application.functions if function.routes}:
        names = ", ".join(sorted(unknown))
        raise BadInputError(f"{application.smoke}: requests of {names}: no function of that name has a route")
    if found.seed and not application.uses_database:
        raise BadInputError(f"{application.smoke}: seed: the application has no database; leave it out")
    return found
