"""The routes of an application with their functions, and the roles that may call them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from settings import Application, Folder, FunctionSettings, Role, Webhook

NOWHERE = "nowhere"
_METHODS = ("DELETE", "PATCH", "PUT", "POST", "GET")


@dataclass(frozen=True)
class Routed:
    """A route and its function."""

    key: str
    scopes: tuple[str, ...]
    public: bool
    function: FunctionSettings
    signed: bool = False  # public, but as a webhook
    of_machines: bool = False

    @property
    def method(self) -> str:
        return self.key.split(" ")[0]

    @property
    def path(self) -> str:
        return self.key.split(" ")[1]

    @property
    def reads_a_collection(self) -> bool:
        """Whether the route is a GET without parameters, which returns something and changes nothing."""
        return self.method == "GET" and "{" not in self.path

    def admits(self, role: Role) -> bool:
        """Whether this role has one of the route's scopes; API Gateway requires only one."""
        return not set(self.scopes).isdisjoint(role.scopes)


def routes(application: Application) -> tuple[Routed, ...]:
    """All routes."""
    return tuple(
        Routed(
            route.key,
            route.scopes,
            route.public is not None,
            function,
            isinstance(route.public, Webhook),
            application.is_of_machines(route),
        )
        for function in application.functions
        for route in function.routes
    )


def closed(application: Application) -> tuple[Routed, ...]:
    """The routes that require a user's token."""
    return tuple(route for route in routes(application) if not route.public and not route.of_machines)


def of_machines(application: Application) -> tuple[Routed, ...]:
    """The routes that require a machine's token."""
    return tuple(route for route in routes(application) if route.of_machines)


def public(application: Application) -> tuple[Routed, ...]:
    """The routes that require no token."""
    return tuple(route for route in routes(application) if route.public)


def simplest(candidates: Iterable[Routed]) -> Routed | None:
    """The route that is easiest to call without knowledge of the application; None if there are no routes."""
    return min(candidates, key=lambda route: (not route.reads_a_collection, route.method != "GET"), default=None)


def with_most_scopes(application: Application, route: Routed | None = None) -> Role:
    """The role with the most scopes, of those that the route admits or of all."""
    admitted = (role for role in application.tenancy.roles if route is None or route.admits(role))
    return max(admitted, key=lambda role: len(role.scopes))


def refusals(application: Application) -> Iterator[tuple[Routed, Role]]:
    """Each closed route with each role that it does not admit: one of machines admits none."""
    for route in (*closed(application), *of_machines(application)):
        for role in application.tenancy.roles:
            if not route.admits(role):
                yield route, role


def unknown_path(application: Application) -> str:
    """A path that matches no route, because it has more segments than any."""
    longest = max((route.path.count("/") for route in routes(application)), default=1)
    return "/api" + f"/{NOWHERE}" * longest


def unknown_method(application: Application, route: Routed) -> str | None:
    """A method that no route with as many segments as this one has; None if they have all methods."""
    steps = route.path.count("/")
    taken = {each.method for each in routes(application) if each.path.count("/") == steps}
    return next((method for method in _METHODS if method not in taken), None)


def carries_library(function: FunctionSettings) -> bool:
    """Whether the function can use the library, which writes its log line and checks its caller."""
    return isinstance(function.code, Folder) and function.code.carries_library(function.runtime)
