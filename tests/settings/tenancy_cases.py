"""Bad input in tenancy: names that would break the platform, roles and their scopes."""

from dataclasses import replace
from typing import Any

from settings import Environment, Role
from tests.sample.tenancy import TENANCY
from tests.settings.case import Case
from tests.settings.changed import area

WORD = "a letter and at most 19 letters, digits and underscores"


def tenancy(**changes: Any) -> Environment:
    """Production with parts of its tenancy changed."""
    return area("application", tenancy=replace(TENANCY, **changes))


def _taken(field: str, name: str, limit: str) -> Case:
    return Case(tenancy(**{field: name}), f"application.tenancy.{field}", repr(name), limit, "choose another")


CASES = {
    "one attribute for tenant and role": Case(
        tenancy(tenant="who", role="who"),
        "application.tenancy.role",
        "'who'",
        "must not be the tenant's",
        "name of its own",
    ),
    "role whose scope there is not": Case(
        tenancy(roles=(*TENANCY.roles, Role(name="guest", scopes=("no.scope",)))),
        "application.tenancy.roles[guest].scopes",
        "'no.scope'",
        "the scopes are media.read",
        "add it to application.tenancy.scopes",
    ),
    "scope that no role has": Case(
        tenancy(roles=TENANCY.roles[:2]),
        "application.tenancy.scopes",
        "'users.write'",
        "no role has it",
        "give it to a role",
    ),
    "role that stands twice": Case(
        tenancy(roles=(*TENANCY.roles, TENANCY.roles[0])),
        "application.tenancy.roles",
        "'patient'",
        "is listed twice",
        "remove one",
    ),
    "database setting without its prefix": Case(
        tenancy(database_setting="tenant"),
        "application.tenancy.database_setting",
        "'tenant'",
        "two words and a dot",
        "prefix",
    ),
    **{
        f"tenancy's {field} called {name}": _taken(field, name, limit)
        for field, name, limit in (
            ("tenant", "email", "Cognito's own"),
            ("tenant", "sub", "Cognito's own"),
            ("role", "scope", "Cognito's own"),
            ("log_field", "userId", "another field of that name"),
            ("log_field", "latencyMs", "another field of that name"),
            ("log_field", "message", "another field of that name"),
            ("media_prefix", "api", "/api/*"),
        )
    },
    **{
        f"tenant called {name}": Case(
            tenancy(tenant=name), "application.tenancy.tenant", repr(name), WORD, "like tenantId"
        )
        for name in ("", "tenanté", "tenant-id", "1tenant", "t" * 21)
    },
    "media in two folders": Case(
        tenancy(media_prefix="media/films"),
        "application.tenancy.media_prefix",
        "'media/films'",
        "must be one folder",
        "without a slash",
    ),
    "a scope twice in a role": Case(
        tenancy(roles=(*TENANCY.roles, Role(name="guest", scopes=("notes.read", "notes.read")))),
        "application.tenancy.roles[guest].scopes",
        "'notes.read'",
        "must list each scope once",
        "remove one",
    ),
    "nobody": Case(tenancy(roles=()), "application.tenancy.roles", "()", "must not be empty", "add a role"),
}
