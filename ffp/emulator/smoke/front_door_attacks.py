"""Tries to reach another tenant's rows, with attacks in every place of a request that accepts text."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote, urlencode

import requests

from ffp.emulator.smoke.front_door_sign_in import AREA
from ffp.emulator.smoke.kit import TENANTS, Case
from ffp.emulator.smoke.walk import NOTHING, Walk
from ffp.smoke.routes import closed, with_most_scopes
from settings import Application

VICTIM = TENANTS[1]
# {victim} is the other tenant's id, {setting} the database setting that row-level security reads.
PAYLOADS = (
    "{victim}",
    "' or true --",
    "'; select set_config('{setting}', '{victim}', true); --",
    "'; set role owner; --",
    ":tenant",
    "0001-01-01T00:00:00+14:00",  # out of range in UTC
    "9999-12-31T23:59:59-14:00",
)
# The tables with row-level security.
_TABLES = "select oid::regclass::text from pg_class where relrowsecurity and relkind in ('r', 'p') order by 1"

Send = Callable[[Walk, str, str], requests.Response]  # with the attacker's token and the payload


def in_body(method: str, path: str, **fields: object) -> Send:
    """Sends the payload in the body, as the field whose value is `...`."""

    def send(walk: Walk, token: str, payload: str) -> requests.Response:
        body = {name: payload if value is ... else value for name, value in fields.items()}
        return walk.call(method, path, token=token, body=body)

    return send


def in_query(path: str, name: str) -> Send:
    """Sends the payload as this parameter of the query string."""
    return lambda walk, token, payload: walk.call("GET", f"{path}?{urlencode({name: payload})}", token=token)


def in_path(path: str) -> Send:
    """Sends the payload in the path, in place of `{}`."""
    return lambda walk, token, payload: walk.call("GET", path.format(quote(payload, safe="")), token=token)


def in_header(path: str, name: str) -> Send:
    """Sends the payload as this header."""
    return lambda walk, token, payload: walk.call("GET", path, token=token, headers={name: payload})


def attacks(place: str, send: Send, role: str) -> Case:
    """A case that sends each payload in one place, as the first tenant's user with this role."""
    attempt = partial(_try_all_payloads, send=send, role=role)
    return Case(AREA, f"attacks in {place}", "nothing of the other tenant's", attempt)


def rows(walk: Walk, tenant: str) -> list[dict[str, str]]:
    """All rows of a tenant in the database."""
    with walk.rows_of(tenant) as session:
        tables = [name for (name,) in session.run(_TABLES) or []]
        sql = "select to_jsonb(t) - 'tenant_id' from {} as t order by 1"
        return [row for table in tables for (row,) in session.run(sql.format(table)) or []]


def _try_all_payloads(walk: Walk, send: Send, role: str) -> str:
    """Sends each payload and checks that no response contains the victim's rows and that they stay unchanged."""
    token = walk.sign_in(walk.user(role)).access
    before = rows(walk, VICTIM)
    if walk.part.seed and not before:
        return "the other tenant has no rows that could be reached"
    ids = {value for row in before for name, value in row.items() if name.endswith("_id") and value}
    for payload in (*PAYLOADS, *walk.part.payloads):
        text = payload.format(victim=VICTIM, setting=walk.tenancy.database_setting)
        answer = send(walk, token, text)
        if answer.status_code >= requests.codes.server_error or any(each in answer.text for each in ids):
            return f"{answer.status_code} {answer.text} after {text}"
    return "nothing of the other tenant's" if rows(walk, VICTIM) == before else "the other tenant's rows changed"


def cases(application: Application) -> Iterator[Case]:
    """Cases for the parameters of paths, and for query parameters and headers that could name another tenant."""
    if not application.uses_database:
        return
    for route in closed(application):
        role = with_most_scopes(application, route).name
        for name in re.findall(r"\{(\w+)\}", route.path) if route.method == "GET" else ():
            yield attacks(f"{name} of {route.key}", in_path(_with_placeholder(route.path, name)), role)
        if route.reads_a_collection:
            query = in_query(route.path, application.tenancy.tenant)
            yield attacks(f"a query's tenant of {route.key}", query, role)
            yield attacks(f"a header's tenant of {route.key}", in_header(route.path, "X-Tenant-Id"), role)
            yield attacks(f"a header's setting of {route.key}", in_header(route.path, "X-App-Tenant-Id"), role)


def _with_placeholder(path: str, name: str) -> str:
    """The path with `{}` for this parameter, and an unknown id for the others."""
    return re.sub(r"\{\w+\}", NOTHING, path.replace(f"{{{name}}}", "{}"))
