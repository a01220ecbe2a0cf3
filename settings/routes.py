"""Routes of the HTTP API."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from settings.base import Problem, Settings, between, named, repeated
from settings.route_keys import refused
from settings.types import Name, Reason


@dataclass(frozen=True, kw_only=True)
class Public(Settings):
    """Makes a route accept requests without a token. The scan shows the reason as the waiver of its findings."""

    because: Reason
    """Why the route needs no token, in a sentence that an auditor accepts: the scan shows it as the waiver."""


@dataclass(frozen=True, kw_only=True)
class Webhook(Settings):
    """Makes a route accept requests that carry a sender's signature instead of a token.

    The handler verifies it with `receiver` of `ffp_lambda.webhook`, and is refused where it does not call that. Code
    that was built elsewhere cannot be read: for it the reason must suffice. The route takes POST, has a throttle of its
    own, and its group the binding `ReadSecret` of the secret.
    """

    because: Reason
    """Who calls it and why that sender has no token, in a sentence that an auditor accepts: the scan shows it."""

    signed_with: Name
    """The name of the secret that its sender signs with. People renew it; its value and the one before are both
    accepted."""


@dataclass(frozen=True, kw_only=True)
class Route(Settings):
    """A route of the HTTP API. Scopes admit only access tokens; a public route must also be in `public_routes`."""

    key: Annotated[
        str,
        named(refused, "a method and a path below /api/, each step a word or a {parameter} of letters, digits, . _ -"),
    ]
    """Method and path, below `/api/`, which is all that the distribution forwards."""

    scopes: tuple[str, ...] = ()
    """Scopes, any one of which an access token needs. Every route has at least one, unless it is public. Scopes of
    machines admit only machines: such a route has a throttle of its own, and its handler calls `machine_endpoint`."""

    public: Public | Webhook | None = None
    """Makes the route accept requests without a token: from everybody, or as a `Webhook` what its sender signed. By
    default it refuses them."""

    requests_per_second: Annotated[int, between(1, 10_000)] | None = None
    """Requests a second that this route accepts on average. None, the default, applies the throttle of the whole API;
    give it together with `burst`."""

    burst: Annotated[int, between(1, 5_000)] | None = None
    """Requests that this route accepts at once. None, the default, applies the throttle of the whole API."""

    @property
    def name(self) -> str:
        return self.key

    @property
    def id(self) -> str:
        """`GET /api/things/{thingId}` becomes `get-things-thing-id`, in addresses and permissions."""
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", self.key.replace("/api/", "", 1))
        return "-".join(re.findall(r"[A-Za-z0-9-]+", words)).lower()

    @property
    def shape(self) -> str:
        """The route without its parameters' names: two of the same shape would receive the same requests."""
        return re.sub(r"\{[^}]*\}", "{}", self.key)

    def rules(self) -> Iterator[Problem]:
        if self.public and self.scopes:
            yield Problem("scopes", self.scopes, "a public route has no token to read them from", "drop one of the two")
        if not self.public and not self.scopes:
            yield Problem(
                "scopes",
                (),
                "a route that is not public needs a scope: without one it would accept ID tokens too",
                "name a scope of application.tenancy.scopes",
            )
        yield from repeated("scopes", self.scopes)
        if (self.requests_per_second is None) != (self.burst is None):
            yield Problem(
                "burst",
                self.burst,
                "a throttle needs a rate and a burst",
                "give both requests_per_second and burst",
            )
        if isinstance(self.public, Webhook):
            yield from self._webhook_rules()

    def _webhook_rules(self) -> Iterator[Problem]:
        method = self.key.partition(" ")[0]
        if method != "POST":
            yield Problem("key", self.key, "a webhook is a POST, whose body is signed", "write it with POST")
        if self.requests_per_second is None:
            yield Problem(
                "requests_per_second",
                None,
                "everybody can make the function check a signature, so a webhook has a throttle of its own",
                "give requests_per_second and burst: some senders send a hundred at once",
            )
