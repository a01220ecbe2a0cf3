"""The HTTP API: what is public, which scopes exist, how fast anybody may call."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from environments.settings.base import Problem, Settings, between
from environments.settings.types import LogRetentionDays, Origin

# An HTTP API gives up on an integration after 30 seconds; a function that runs on would write unseen.
INTEGRATION_TIMEOUT_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Api(Settings):
    """Every route wants a token, except those listed here."""

    public_routes: tuple[str, ...] = ()
    # besides the web application's
    more_cors_origins: tuple[Origin, ...] = ()
    requests_per_second: Annotated[int, between(1, 10_000)] = 100
    burst: Annotated[int, between(1, 5_000)] = 200
    log_retention_days: LogRetentionDays = 365

    def rules(self) -> Iterator[Problem]:
        for route in sorted({each for each in self.public_routes if self.public_routes.count(each) > 1}):
            yield Problem("public_routes", route, "stands twice", "remove one")
