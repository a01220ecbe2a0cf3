"""The project's own Checkov checks, named after the requirements that they enforce.

Importing this package registers them all.
"""

from checks import (
    api,
    credentials,
    database,
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
    storage,
    tags_and_names,
    transport,
    use,
)

__all__ = [
    "api",
    "credentials",
    "database",
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
    "storage",
    "tags_and_names",
    "transport",
    "use",
]
