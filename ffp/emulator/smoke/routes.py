"""The routes of an application, each with its function, and the roles that may call it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from settings import Application, Folder, FunctionSettings, Role

NOWHERE = "nowhere"
_METHODS = ("DELETE", "PATCH", "PUT", "POST", "GET")


@dataclass(frozen=True)
class Routed:
    """A route and the function that answers it."""

    key: str
    scopes: tuple[str, ...]
    public: bool
    function: FunctionSettings

    @property
    def method(self) -> str:
        return self.key.split(" ")[0]

    @property
    def path(self) -> str:
        return self.key.split(" ")[1]

    @property
    def reads_a_collection(self) -> bool:
        """Whether it is a GET without parameters: it finds something, and changes nothing."""
        return self.method == "GET" and "{" not in self.path

    def admits(self, role: Role) -> bool:
        """Whether tokens of this role have a scope of the route: API Gateway asks for one of them."""
        return not set(self.scopes).isdisjoint(role.scopes)


def routes(application: Application) -> tuple[Routed, ...]:
    """All routes."""
    return tuple(
        Routed(route.key, route.scopes, route.public is not None, function)
        for function in application.functions
        for route in function.routes
    )


def closed(application: Application) -> tuple[Routed, ...]:
    """The routes that take a token."""
    return tuple(route for route in routes(application) if not route.public)


def public(application: Application) -> tuple[Routed, ...]:
    """The routes that take none."""
    return tuple(route for route in routes(application) if route.public)


def simplest(found: Iterable[Routed]) -> Routed | None:
    """The route that is best called without knowing the application; None of none."""
    return min(found, key=lambda route: (not route.reads_a_collection, route.method != "GET"), default=None)


def with_most_scopes(application: Application, route: Routed | None = None) -> Role:
    """The role that may ask for most of those that a route admits, or of all."""
    admitted = (role for role in application.tenancy.roles if route is None or route.admits(role))
    return max(admitted, key=lambda role: len(role.scopes))


def refusals(application: Application) -> Iterator[tuple[Routed, Role]]:
    """Each closed route with each role that it does not admit."""
    for route in closed(application):
        for role in application.tenancy.roles:
            if not route.admits(role):
                yield route, role


def unknown_path(application: Application) -> str:
    """A path that no route has, whatever its parameters stand for: it is longer than any."""
    longest = max((route.path.count("/") for route in routes(application)), default=1)
    return "/api" + f"/{NOWHERE}" * longest


def unknown_method(application: Application, route: Routed) -> str | None:
    """A method that no route has whose path is as long as this one's; None where there is no such method."""
    steps = route.path.count("/")
    taken = {each.method for each in routes(application) if each.path.count("/") == steps}
    return next((method for method in _METHODS if method not in taken), None)


def carries_library(function: FunctionSettings) -> bool:
    """Whether its handler can rest on the library, which writes its log line and knows its caller."""
    return isinstance(function.code, Folder) and function.runtime.startswith("python")
