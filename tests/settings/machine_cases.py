"""Bad input in machines, in their scopes, and in their routes."""

from dataclasses import replace
from typing import Any

from settings import Environment, MachineClient, Role, Scope
from settings.secrets import RenewedByPeople
from tests.sample.tenancy import TENANCY
from tests.settings.case import Case
from tests.settings.changed import area, function, function_of, secret
from tests.settings.client_cases import CLIENT, clients
from tests.settings.webhook_cases import WEBHOOK

ID, OTHER = "1" * 26, "2" * 26
MACHINE = MachineClient(
    name="meters",
    client_ids=(ID,),
    scopes=("records.read",),
    tenant="5f0c3f0e-6a8e-4c3e-9a42-0d4a7a1d2b11",
    because="The partner's meters fetch what the tenant has recorded.",
)
FIELD = "identity.machines[meters]"
(ROUTE,) = function_of("list-records").routes
OF_ROUTE = f"application.functions[list-records].routes[{ROUTE.key}]"
OF_PEOPLE = "application.functions[get-profile].routes[GET /api/profile]"


def machines(*machines: MachineClient, settings: Environment | None = None) -> Environment:
    """Production with machines."""
    return area("identity", settings, machines=machines) if settings else area("identity", machines=machines)


def _machine(**changes: Any) -> Environment:
    return machines(replace(MACHINE, **changes))


def _tenancy(**changes: Any) -> Environment:
    return area("application", tenancy=replace(TENANCY, **changes))


def _route(**changes: Any) -> Environment:
    return function("list-records", routes=(replace(ROUTE, **changes),))


SOUND = {
    "a machine": machines(MACHINE),
    "a machine without a client": _machine(client_ids=()),
    "a machine during a renewal": _machine(client_ids=(ID, OTHER)),
    "a machine of the platform": _machine(tenant=None),
    "two machines": machines(MACHINE, replace(MACHINE, name="records", client_ids=(OTHER,))),
}
CASES = {
    "a route of machines whose handler reads none": Case(
        function("list-records", handler="work.handler"),
        f"{OF_ROUTE}.scopes",
        "'work.handler'",
        "does not call machine_endpoint of ffp_lambda.http",
        "name scopes of people",
    ),
    "a machine twice": Case(machines(MACHINE, MACHINE), "identity.machines", "'meters'", "twice", "remove one"),
    "one client of two machines": Case(
        machines(MACHINE, replace(MACHINE, name="records")), "identity.machines", ID, "twice", "remove one"
    ),
    "a machine named as a web client": Case(
        area("identity", clients(CLIENT), machines=(replace(MACHINE, name=CLIENT.name),)),
        f"identity.machines[{CLIENT.name}].name",
        CLIENT.name,
        "a web client has that name",
        "rename one",
    ),
    "a machine named as the first web client": Case(
        _machine(name="web"), "identity.machines[web].name", "'web'", "a web client has that name", "rename one"
    ),
    "a machine with a scope of people": Case(
        _machine(scopes=("notes.read",)), f"{FIELD}.scopes", "notes.read", "a scope of people", "machines=True"
    ),
    "a machine with an unknown scope": Case(
        _machine(scopes=("records.burn",)), f"{FIELD}.scopes", "records.burn", "the scopes are", "add it"
    ),
    "a machine with a scope twice": Case(
        _machine(scopes=("records.read", "records.read")), f"{FIELD}.scopes", "records.read", "twice", "remove one"
    ),
    "a machine without scopes": Case(_machine(scopes=()), f"{FIELD}.scopes", "()", "not be empty", "name a scope"),
    "a machine of no tenant": Case(
        _machine(tenant="tenant-1"), f"{FIELD}.tenant", "tenant-1", "must be a UUID", "in lower case"
    ),
    "a machine without a reason": Case(
        _machine(because="meters"), f"{FIELD}.because", "'meters'", "20 to 500 characters", "before an auditor"
    ),
    "a machine's tokens for too long": Case(
        _machine(access_token_minutes=61), f"{FIELD}.access_token_minutes", "61", "5 to 60 minutes", "choose"
    ),
    "a client's id that is none": Case(
        _machine(client_ids=("an id",)), f"{FIELD}.client_ids[0]", "an id", "an app client's id", "restore the file"
    ),
    "a client's secret in place of its id": Case(
        _machine(client_ids=("s3cr3t" * 9,)), f"{FIELD}.client_ids[0]", "", "an app client's id", "restore the file"
    ),
    "three clients of a machine": Case(
        _machine(client_ids=(ID, OTHER, "3" * 26)), f"{FIELD}.client_ids", ID, "at most two", "delete the client"
    ),
    "a client's id twice": Case(_machine(client_ids=(ID, ID)), f"{FIELD}.client_ids", ID, "twice", "remove one"),
    "a machine whose secret has another's name": Case(
        machines(
            MACHINE,
            settings=secret(name="client-meters", renewal=RenewedByPeople(because=WEBHOOK.because, every_months=1)),
        ),
        f"{FIELD}.name",
        "client-meters",
        "another secret has that name",
        "rename one",
    ),
    "a role with a scope of machines": Case(
        _tenancy(roles=(*TENANCY.roles, Role(name="guest", scopes=("records.read",)))),
        "application.tenancy.roles[guest].scopes",
        "'records.read'",
        "only machines may hold",
        "give it to a MachineClient",
    ),
    "a web client with a scope of machines": Case(
        clients(replace(CLIENT, scopes=("notes.read", "records.read"))),
        f"identity.more_clients[{CLIENT.name}].scopes",
        "'records.read'",
        "only machines may hold",
        "give it to a MachineClient",
    ),
    "a tenant's claim with the machine's name": Case(
        _tenancy(tenant="machine"), "application.tenancy.tenant", "'machine'", "names a machine", "choose another"
    ),
    "a role's claim with the machine's name": Case(
        _tenancy(role="machine"), "application.tenancy.role", "'machine'", "names a machine", "choose another"
    ),
    "a route of people and machines": Case(
        _route(scopes=("records.read", "notes.read")),
        f"{OF_ROUTE}.scopes",
        "'notes.read'",
        "either of people or of machines",
        "make two routes",
    ),
    "a route of machines without a throttle": Case(
        _route(requests_per_second=None, burst=None),
        f"{OF_ROUTE}.requests_per_second",
        "None",
        "a throttle of its own",
        "give requests_per_second and burst",
    ),
    "a scope that was made one of machines": Case(
        _tenancy(scopes=tuple(Scope(name=each.name, description="x", machines=True) for each in TENANCY.scopes)),
        f"{OF_PEOPLE}.requests_per_second",
        "None",
        "a throttle of its own",
        "give requests_per_second and burst",
    ),
}
