"""Tries whether one tenant sees rows of another, by the ids in what the API returns."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import requests

from ffp.smoke.case import Case
from ffp.smoke.routes import Routed, closed, with_most_scopes
from ffp.smoke.visit import Visit, status_and_reason
from settings import Application

AREA = "two tenants"
APART = "nothing of the other tenant's"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MEANS = "the list fails; or a tenant sees what belongs to another: roll back at once, and treat it as a breach"
_WRITE_MEANS = "users cannot write, or do not see what they wrote, or another tenant does"


def _listed(visit: Visit, route: Routed, role: str, tenant: int) -> str:
    """What a list says to a user, also that there is nothing yet. Raises AssertionError with any other status."""
    answer = visit.follow(route.key, token=visit.sign_in(visit.user(role, tenant)).access)
    if not answer.ok and answer.status_code != requests.codes.not_found:
        raise AssertionError(status_and_reason(answer))
    return answer.text


def _ids(text: str, visit: Visit) -> set[str]:
    return {*_ID.findall(text)} - {*visit.tenants}


def _apart(visit: Visit, route: Routed, role: str) -> str:
    first, second = (_listed(visit, route, role, tenant) for tenant in (0, 1))
    if any(other in text for text, other in ((first, visit.tenants[1]), (second, visit.tenants[0]))):
        return "the other tenant's id"
    common = _ids(first, visit) & _ids(second, visit)
    return f"{len(common)} ids of both tenants" if common else APART


def _written(visit: Visit, route: Routed, body: Callable[[], object], lists: tuple[Routed, ...]) -> str:
    """Writes a row as the first tenant's user, and looks for it in every list of both tenants."""
    role = with_most_scopes(visit.application, route).name
    answer = visit.follow(route.key, token=visit.sign_in(visit.user(role)).access, body=body())
    new = _ids(answer.text, visit)
    if not answer.ok or not new:
        return f"{status_and_reason(answer)}, {len(new)} ids"
    seen = [0, 0]
    for each in lists:
        for reader in visit.application.tenancy.roles:
            if each.admits(reader):
                for tenant in (0, 1):
                    seen[tenant] += bool(new & _ids(_listed(visit, each, reader.name, tenant), visit))
    by_others = f"seen in {seen[1]} lists" if seen[1] else "not"
    return f"{'seen' if seen[0] else 'not seen'} by its tenant, {by_others} by the other"


def cases(application: Application, bodies: Mapping[str, Callable[[], object]]) -> Iterator[Case]:
    """The cases for an application's lists, and for its functions that write a row from one of these bodies."""
    lists = tuple(route for route in closed(application) if route.reads_a_collection)
    for route in lists:
        for role in application.tenancy.roles:
            if route.admits(role):
                attempt = partial(_apart, route=route, role=role.name)
                what = f"{route.key} as {role.name} of each tenant"
                yield Case(AREA, what, APART, attempt, function=route.function.name, means=_MEANS)
    for route in closed(application):
        if (body := bodies.get(route.function.name)) and "{" not in route.path:
            attempt = partial(_written, route=route, body=body, lists=lists)
            expected = "seen by its tenant, not by the other"
            yield Case(
                AREA, f"{route.key} of the first tenant", expected, attempt, True, route.function.name, _WRITE_MEANS
            )
