"""More than AWS allows: one of each over the limit."""

from dataclasses import replace

from settings import Environment, MachineClient, Route, Scope
from tests.settings.case import Case
from tests.settings.changed import PROD, area, function

TENANCY = PROD.application.tenancy
NAMES = tuple("".join(chr(97 + int(digit)) for digit in f"{index:03}") for index in range(101))


def scopes(number: int) -> Environment:
    """Production with so many scopes of people, all of them in each role."""
    missing = number - len(TENANCY.scopes_of_people)
    more = tuple(Scope(name=f"{name}.read", description=f"Reads {name}") for name in NAMES[:missing])
    roles = tuple(replace(role, scopes=(*role.scopes, *(scope.name for scope in more))) for role in TENANCY.roles)
    return area("application", tenancy=replace(TENANCY, scopes=(*TENANCY.scopes, *more), roles=roles))


def route_scopes(number: int) -> Environment:
    """Production with a route that any one of so many scopes opens."""
    settings = scopes(40)
    names = settings.application.tenancy.scopes_of_people[:number]
    return function("get-profile", settings, routes=(Route(key="GET /api/profile", scopes=names),))


def machines(number: int, *, scopes: int = 1) -> Environment:
    """Production with so many machines, each with so many scopes."""
    more = tuple(Scope(name=f"{name}.read", description=f"Reads {name}", machines=True) for name in NAMES[:scopes])
    settings = area("application", tenancy=replace(TENANCY, scopes=(*TENANCY.scopes, *more)))
    machine = MachineClient(
        name="records",
        client_ids=(),
        scopes=tuple(scope.name for scope in more),
        tenant=None,
        because="The partner's meters send what they have counted.",
    )
    return area("identity", settings, machines=tuple(replace(machine, name=name) for name in NAMES[:number]))


def urls(field: str, number: int) -> Environment:
    """Production with so many addresses of one kind."""
    return area("identity", **{field: tuple(f"{PROD.web_origin}/{name}" for name in NAMES[:number])})


CASES = {
    "scopes of a client": Case(
        scopes(48), "application.tenancy.scopes", "51", "is 50 scopes", "several routes may demand the same one"
    ),
    "scopes of a route": Case(
        route_scopes(11),
        "application.functions[get-profile].routes[GET /api/profile].scopes",
        "11",
        "is 10 scopes",
        "demand that one",
    ),
    "scopes of a machine": Case(
        machines(1, scopes=51), "identity.machines[aaa].scopes", "51", "is 50 scopes", "merge scopes"
    ),
    "scopes of all": Case(
        machines(0, scopes=101), "application.tenancy.scopes", "109", "is 100 scopes", "merge scopes"
    ),
    "clients whose tokens the API accepts": Case(
        machines(25), "identity.machines", "51", "is 50 audiences", "share a client"
    ),
    "callback addresses": Case(
        urls("callback_urls", 101), "identity.callback_urls", "101", "is 100 addresses", "no longer in use"
    ),
    "sign-out addresses": Case(
        urls("logout_urls", 101), "identity.logout_urls", "101", "is 100 addresses", "no longer in use"
    ),
}
