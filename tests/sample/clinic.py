"""Appointments of a clinic in two countries, as its owner would write them, in TypeScript.

A clerk makes an appointment, which a topic sends to its country's queue; whoever stores it there says so on a bus, and
a rule sends that to the queue of those that are completed.
"""

import json
from typing import Any

from settings import (
    Application,
    Binding,
    ConnectToDatabase,
    Consume,
    DatabaseUsers,
    EmitTo,
    EventBusSettings,
    EventRule,
    Folder,
    FunctionGroupSettings,
    FunctionSettings,
    Invoke,
    PrepareDatabase,
    PublishTo,
    QueueSettings,
    Role,
    RotateDatabaseUsers,
    Route,
    Scope,
    SecretSettings,
    Tenancy,
    ToFunction,
    TopicSettings,
    ToQueue,
)
from tests.sample.other import does, prepares_database, puts_claims, renews_secrets

CODE = Folder(path="tests/sample/functions/clinic")
COUNTRIES = ("PE", "CL")
TRIES = 3
READ, WRITE = "appointments.read", "appointments.write"


def _function(name: str, handler: str, **more: Any) -> FunctionSettings:
    return FunctionSettings(
        name=name,
        description=f"The clinic's {name}",
        handler=f"functions/{handler}.main",
        code=CODE,
        runtime="nodejs22.x",
        timeout_seconds=10,
        reserved_concurrency=3,
        **more,
    )


def _group(name: str, *functions: FunctionSettings, bindings: tuple[Binding, ...] = ()) -> FunctionGroupSettings:
    return FunctionGroupSettings(name=name, functions=functions, bindings=bindings)


def _queue(country: str) -> str:
    return f"appointments-{country.lower()}"


def _of_country(country: str) -> ToQueue:
    return ToQueue(queue=_queue(country), only=json.dumps({"attributes": {"country": [country]}}))


def _stores(country: str) -> FunctionSettings:
    return _function(
        f"store-{country.lower()}",
        "country/handler",
        consumes=Consume(queue=_queue(country), batch=1),
        environment={"COUNTRY": country},
    )


APPLICATION = Application(
    tenancy=Tenancy(
        scopes=(
            Scope(name=READ, description="See appointments"),
            Scope(name=WRITE, description="Make appointments"),
        ),
        roles=(Role(name="clerk", scopes=(READ, WRITE)), Role(name="doctor", scopes=(READ,))),
    ),
    token_group="tokens",
    public_routes=(),
    secrets=(SecretSettings(name="database-users", description="Who logs in", renewal=DatabaseUsers(days=30)),),
    queues=tuple(QueueSettings(name=each, tries=TRIES) for each in (*map(_queue, COUNTRIES), "completed")),
    topics=(TopicSettings(name="appointments", subscribers=tuple(map(_of_country, COUNTRIES))),),
    buses=(
        EventBusSettings(
            name="clinic",
            event_rules=(
                EventRule(
                    name="processed",
                    pattern='{"detail-type": ["AppointmentProcessed"]}',
                    to=(ToQueue(queue="completed"), ToFunction(function="hear")),
                ),
            ),
        ),
    ),
    groups=(
        _group(
            "callers",
            _function(
                "create-appointment",
                "appointment/create",
                routes=(Route(key="POST /api/appointments", scopes=(WRITE,)),),
            ),
            bindings=(ConnectToDatabase(), PublishTo("appointments"), Invoke("check-appointment")),
        ),
        _group(
            "readers",
            _function(
                "list-appointments",
                "appointment/list",
                routes=(Route(key="GET /api/appointments/{insuredId}", scopes=(READ,)),),
            ),
            bindings=(ConnectToDatabase(),),
        ),
        _group("checks", _function("check-appointment", "appointment/check")),
        _group(
            "stores",
            *map(_stores, COUNTRIES),
            bindings=(
                ConnectToDatabase(),
                EmitTo("clinic", source="clinic.appointments", types=("AppointmentProcessed",)),
            ),
        ),
        _group(
            "ends",
            _function("complete-appointment", "completion/handler", consumes=Consume(queue="completed")),
            bindings=(ConnectToDatabase(),),
        ),
        _group("hears", does("hear", asynchronous=True)),
        _group(
            "schema",
            prepares_database("tests/sample/functions/clinic/migrations"),
            bindings=(PrepareDatabase(),),
        ),
        _group("renewal", renews_secrets(), bindings=(RotateDatabaseUsers(),)),
        _group("tokens", puts_claims()),
    ),
)
