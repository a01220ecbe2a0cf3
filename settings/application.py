"""What FFP runs: function groups and topics, the same in every environment."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from settings.base import Problem, Settings, each_of, must, repeated
from settings.bindings import SignPlayback
from settings.functions import Function, FunctionGroup
from settings.media import MediaKind, as_json
from settings.quotas import Quota
from settings.tenancy import Tenancy
from settings.types import Name


@dataclass(frozen=True, kw_only=True)
class Application(Settings):
    """What FFP runs, the same in every environment."""

    tenancy: Tenancy
    media: Annotated[
        tuple[MediaKind, ...], must(lambda kinds: len(kinds) > 0, "the bucket takes something", "add a kind of media")
    ]
    groups: tuple[FunctionGroup, ...]
    topics: tuple[Name, ...] = ()
    quotas: tuple[Quota, ...] = ()

    @property
    def functions(self) -> tuple[Function, ...]:
        return tuple(function for group in self.groups for function in group.functions)

    @property
    def playback_secret(self) -> str | None:
        """The secret with the private key that signs playback addresses; None where no group signs any."""
        bindings = (binding for group in self.groups for binding in group.bindings)
        return next((binding.secret for binding in bindings if isinstance(binding, SignPlayback)), None)

    @property
    def media_kinds(self) -> str:
        """The kinds of media as JSON, as the functions that sign find them in MEDIA_KINDS."""
        return as_json(self.media)

    def rules(self) -> Iterator[Problem]:
        return each_of(
            repeated("media", (kind.name for kind in self.media)),
            repeated("quotas", (quota.name for quota in self.quotas)),
            self._route_rules(),
        )

    def _route_rules(self) -> Iterator[Problem]:
        routes = [route for function in self.functions for route in function.routes]
        shapes, ids = Counter(route.shape for route in routes), Counter(route.id for route in routes)
        for function in self.functions:
            for route in function.routes:
                if shapes[route.shape] > 1 or ids[route.id] > 1:
                    yield Problem(
                        f"functions[{function.name}].routes",
                        route.key,
                        f"two routes are alike: they would share the address {route.id}, or requests",
                        "keep one of them, or rename one",
                    )
