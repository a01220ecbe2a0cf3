"""Rules about clients: each has scopes that exist, and that its kind of caller may hold."""

from collections.abc import Iterator

from settings.application import Application
from settings.base import Problem
from settings.identity import IdentitySettings


def client_problems(application: Application, identity: IdentitySettings) -> Iterator[Problem]:
    """Clients with a scope that does not exist, or that is of the other kind of caller."""
    refused = application.tenancy.refused_scopes
    for client in identity.more_clients:
        yield from refused(f"identity.more_clients[{client.name}].scopes", client.scopes or (), machines=False)
    for machine in identity.machines:
        yield from refused(f"identity.machines[{machine.name}].scopes", machine.scopes, machines=True)
