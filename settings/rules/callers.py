"""Rules about callers that are no users: a handler reaches the library's helper that verifies them."""

from collections.abc import Iterator

from settings.application import Application
from settings.base import Problem
from settings.code import Folder
from settings.functions import FunctionSettings
from settings.helpers import MACHINE_ENDPOINT, RECEIVER, is_reached
from settings.routes import Webhook


def caller_problems(application: Application) -> Iterator[Problem]:
    """Handlers of webhooks that verify no signature, and of machines' routes that read no machine.

    Code that was built elsewhere cannot be read: for it the route's reason must suffice.
    """
    for function in application.functions:
        for route in function.routes:
            field = f"application.functions[{function.name}].routes[{route.key}]"
            if isinstance(route.public, Webhook):
                yield from _signature_problems(f"{field}.public", function)
            elif application.is_of_machines(route):
                yield from _machine_problems(f"{field}.scopes", function)


def _signature_problems(field: str, function: FunctionSettings) -> Iterator[Problem]:
    if isinstance(function.code, Folder) and not is_reached(
        RECEIVER, function.code, function.handler, function.runtime
    ):
        yield Problem(
            field,
            function.handler,
            f"nothing that this handler reaches verifies a signature: it does not call "
            f"{RECEIVER.named(function.runtime)}, so that everybody could call it",
            f"make the handler with {RECEIVER.named(function.runtime)}, or write Public(because=…) if it needs none",
        )


def _machine_problems(field: str, function: FunctionSettings) -> Iterator[Problem]:
    if isinstance(function.code, Folder) and not is_reached(
        MACHINE_ENDPOINT, function.code, function.handler, function.runtime
    ):
        yield Problem(
            field,
            function.handler,
            f"its scopes are of machines, and this handler does not call {MACHINE_ENDPOINT.named(function.runtime)}: "
            "it would know neither the machine nor its tenant",
            f"make the handler with {MACHINE_ENDPOINT.named(function.runtime)}, or name scopes of people",
        )
