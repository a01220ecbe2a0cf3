"""FFP's own Checkov checks, each named after the requirement it enforces; importing this package registers all."""

from policies import (
    api,
    credentials,
    distribution,
    encryption,
    functions,
    iam,
    identity,
    network,
    state,
    tags_and_names,
    transport,
    use,
)

__all__ = [
    "api",
    "credentials",
    "distribution",
    "encryption",
    "functions",
    "iam",
    "identity",
    "network",
    "state",
    "tags_and_names",
    "transport",
    "use",
]
