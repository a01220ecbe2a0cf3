"""FFP's own Checkov checks, each named after the requirement it enforces; importing this package registers all."""

from policies import (
    api,
    credentials,
    delivery,
    distribution,
    encryption,
    functions,
    iam,
    identity,
    logs,
    network,
    protection,
    services,
    state,
    tags_and_names,
    transport,
    use,
)

__all__ = [
    "api",
    "credentials",
    "delivery",
    "distribution",
    "encryption",
    "functions",
    "iam",
    "identity",
    "logs",
    "network",
    "protection",
    "services",
    "state",
    "tags_and_names",
    "transport",
    "use",
]
