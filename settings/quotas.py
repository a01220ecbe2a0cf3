"""How much one user, and all users of one tenant together, may use in a day."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from settings.base import Problem, Settings, between
from settings.types import Name

_MOST = 10**12  # the unit may be bytes


@dataclass(frozen=True, kw_only=True)
class Quota(Settings):
    """An allowance for each day, from midnight to midnight UTC. Handlers count use under its name."""

    name: Name
    """The quota's name. The variable `QUOTA_<NAME>` gives functions its limits."""

    per_user: Annotated[int, between(1, _MOST)]
    """What one user may use in a day, in the unit in which the handler counts (entries or bytes)."""

    per_tenant: Annotated[int, between(1, _MOST)]
    """What all users of one tenant may use in a day together, at least `per_user`."""

    def limits(self, factor: int) -> str:
        """The limits as JSON, as functions find them in the variable of this quota; `factor` multiplies both."""
        return json.dumps({"per_user": self.per_user * factor, "per_tenant": self.per_tenant * factor})

    def rules(self) -> Iterator[Problem]:
        if self.per_user > self.per_tenant:
            yield Problem(
                "per_user",
                self.per_user,
                f"must not exceed per_tenant, {self.per_tenant}",
                "lower it or raise per_tenant",
            )
