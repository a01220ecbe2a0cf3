"""Rules about callers that are no users: a handler reaches the library's helper that verifies them."""

from collections.abc import Iterator

from settings.application import Application
from settings.base import Problem
from settings.code import Folder
from settings.functions import FunctionSettings
from settings.helpers import MACHINE_ENDPOINT, RECEIVER, is_reached, signing_secrets
from settings.routes import Webhook
from settings.secrets import RenewedByPeople


def caller_problems(application: Application) -> Iterator[Problem]:
    """Handlers of webhooks that verify no signature, and of machines' routes that read no machine.

    Code that was built elsewhere cannot be read: for it the route's reason must suffice.
    """
    for function in application.functions:
        for route in function.routes:
            field = f"application.functions[{function.name}].routes[{route.key}]"
            if isinstance(route.public, Webhook):
                yield from _signature_problems(f"{field}.public", function)
                if _can_sign(application, route.public.signed_with):
                    yield from _secret_problems(f"{field}.public.signed_with", function, route.public.signed_with)
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


def _can_sign(application: Application, name: str) -> bool:
    """Whether the route names a secret as it should, which other rules ask for."""
    return any(each.name == name and isinstance(each.renewal, RenewedByPeople) for each in application.secrets)


def _secret_problems(field: str, function: FunctionSettings, secret: str) -> Iterator[Problem]:
    code = function.code
    used = signing_secrets(code, function.handler, function.runtime) if isinstance(code, Folder) else ()
    if used and secret not in used:
        names = ", ".join(sorted(used))
        yield Problem(
            field,
            secret,
            f"{function.handler} verifies with {names}, so that every delivery would fail",
            f"name {names} here, or {secret} in the handler",
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
