"""What runs: function groups and all that they use. Every environment runs the same; replace it with your own."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from settings.allow import Allow
from settings.base import Problem, Settings, each_of, matching, must, repeated
from settings.bindings import OnRotation, PrepareDatabase, SignPlayback
from settings.code import is_module
from settings.encryption import DataDomain
from settings.events import EventBusSettings
from settings.functions import FunctionGroupSettings, FunctionSettings
from settings.media import MediaKind, as_json
from settings.queues import QueueSettings, TopicOfOthers
from settings.quotas import Quota
from settings.reach import ports
from settings.routes import Route
from settings.secrets import DatabaseUsers, RenewedByPeople, SecretSettings
from settings.storage import BucketSettings
from settings.tenancy import Tenancy
from settings.topics import TopicSettings
from settings.types import Name

SmokeModule = Annotated[
    str,
    matching(
        r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)+",
        "must be the dotted name of a module",
        "write it like application.smoke",
    ),
    must(is_module, "must be a module of this repository", "make it, or leave smoke out"),
]


@dataclass(frozen=True, kw_only=True)
class Application(Settings):
    """What runs, the same in every environment."""

    tenancy: Tenancy
    """The names that separate tenants, and the roles with their scopes."""

    groups: tuple[FunctionGroupSettings, ...]
    """All function groups. Each has a role of its own, so that functions share only the access that they need
    together."""

    token_group: Name
    """The group that puts tenant and role into access tokens. It has one function and no bindings."""

    public_routes: tuple[str, ...] = ()
    """The keys of all routes that take no token. Each is listed here as well as at its function, so that a review sees
    every one; by default there are none."""

    buckets: tuple[BucketSettings, ...] = ()
    """The buckets. Without one that holds media, the distribution serves only the API."""

    secrets: tuple[SecretSettings, ...] = ()
    """The secrets, about 0.40 dollars a month each. Their values never pass through Terraform."""

    topics: tuple[TopicSettings, ...] = ()
    """The SNS topics that functions publish to, encrypted by the platform's own key."""

    queues: tuple[QueueSettings, ...] = ()
    """The SQS queues, each with a dead-letter queue, encrypted by the platform's own key."""

    buses: tuple[EventBusSettings, ...] = ()
    """The EventBridge buses that functions emit events to, encrypted by the platform's own key."""

    quotas: tuple[Quota, ...] = ()
    """Daily allowances for each user and tenant: they limit what one account can store or cause to be sent."""

    media: tuple[MediaKind, ...] = ()
    """The kinds of media that users may upload. Each limits type, size and how long a signed address opens it."""

    smoke: SmokeModule | None = None
    """The dotted name of the module with the application's own part of what is tried on a local platform. Only
    `ffp emulator` imports it. Without one, only the generic cases run and nothing is inserted."""

    @property
    def functions(self) -> tuple[FunctionSettings, ...]:
        """The functions of all groups."""
        return tuple(function for group in self.groups for function in group.functions)

    @property
    def uses_database(self) -> bool:
        """Whether any group is bound to the database: without one, an environment has none."""
        return any(group.uses_database for group in self.groups)

    @property
    def media_bucket(self) -> BucketSettings | None:
        """The bucket from which the distribution serves media; None where the application has no media."""
        return next((bucket for bucket in self.buckets if bucket.data is DataDomain.MEDIA), None)

    @property
    def preparation_group(self) -> FunctionGroupSettings | None:
        """The group that makes the database's roles and tables; its one function is invoked by the deploy."""
        return next((group for group in self.groups if PrepareDatabase() in group.bindings), None)

    @property
    def rotation_group(self) -> FunctionGroupSettings | None:
        """The group whose one function rotates secrets."""
        return next((group for group in self.groups if any(isinstance(b, OnRotation) for b in group.bindings)), None)

    @property
    def database_secret(self) -> SecretSettings | None:
        """The secret with the database's users; None with IAM authentication."""
        return next((secret for secret in self.secrets if isinstance(secret.renewal, DatabaseUsers)), None)

    @property
    def playback_secret(self) -> str | None:
        """The secret with the private key that signs playback addresses; None where no group signs any."""
        bindings = (binding for group in self.groups for binding in group.bindings)
        return next((binding.secret for binding in bindings if isinstance(binding, SignPlayback)), None)

    @property
    def ports_outside(self) -> tuple[int, ...]:
        """The ports on which groups in the VPC reach addresses outside AWS."""
        return tuple(ports(each for group in self.groups if group.in_vpc for each in group.bindings))

    @property
    def other_calls(self) -> tuple[Allow, ...]:
        """The AWS calls of all groups for which no resource of the platform grants the permission."""
        return tuple(each for group in self.groups for each in group.bindings if isinstance(each, Allow))

    @property
    def renewed_by_people(self) -> dict[str, RenewedByPeople]:
        """What people renew, by the secrets' names."""
        return {each.name: each.renewal for each in self.secrets if isinstance(each.renewal, RenewedByPeople)}

    @property
    def topics_of_others(self) -> tuple[TopicOfOthers, ...]:
        """The topics of other accounts that any queue hears."""
        return tuple(dict.fromkeys(topic for queue in self.queues for topic in queue.hears))

    def names(self, kind: str) -> frozenset[str] | None:
        """The names of all resources of a kind, as bindings name them by a field; None for any other field."""
        return {
            "bucket": frozenset(bucket.name for bucket in self.buckets),
            "bus": frozenset(bus.name for bus in self.buses),
            "function": frozenset(function.name for function in self.functions),
            "queue": frozenset(queue.name for queue in self.queues),
            "quota": frozenset(quota.name for quota in self.quotas),
            "secret": frozenset(secret.name for secret in self.secrets),
            "topic": frozenset(topic.name for topic in self.topics),
        }.get(kind)

    def consumers(self, queue: str) -> tuple[FunctionSettings, ...]:
        """The functions that consume a queue, of which a valid application has one."""
        return tuple(each for each in self.functions if each.consumes and each.consumes.queue == queue)

    def is_watched(self, bucket: str) -> bool:
        """Whether a function is called for objects of a bucket."""
        return any(watch.bucket == bucket for each in self.functions for watch in each.watches)

    def visibility_seconds(self, queue: str) -> int:
        """How long a received message is hidden from other calls.

        AWS demands at least the timeout of the consumer, and advises six times that and the time for which it collects.
        """
        return max(
            (6 * each.timeout_seconds + each.consumes.wait_seconds for each in self.consumers(queue) if each.consumes),
            default=0,
        )

    def is_of_machines(self, route: Route) -> bool:
        """Whether only machines may call the route."""
        return bool(set(route.scopes) & set(self.tenancy.scopes_of_machines))

    @property
    def media_kinds(self) -> str:
        """The kinds of media as JSON, as the functions that sign find them in MEDIA_KINDS."""
        return as_json(self.media)

    def rules(self) -> Iterator[Problem]:
        return each_of(
            repeated("media", (kind.name for kind in self.media)),
            repeated("quotas", (quota.name for quota in self.quotas)),
            repeated("buses", (bus.name for bus in self.buses)),
            repeated("queues", (queue.name for queue in self.queues)),
            repeated("topics", (topic.name for topic in self.topics)),
            repeated("public_routes", self.public_routes),
            self._media_rules(),
            self._route_rules(),
            self._scope_rules(),
            self._public_route_rules(),
            self._database_user_rules(),
        )

    def _media_rules(self) -> Iterator[Problem]:
        holding = [bucket.name for bucket in self.buckets if bucket.data is DataDomain.MEDIA]
        if self.media and not holding:
            yield Problem(
                "buckets",
                [bucket.name for bucket in self.buckets],
                "no bucket holds the media that the distribution serves",
                "add a BucketSettings with data=DataDomain.MEDIA",
            )
        if holding and not self.media:
            yield Problem(
                "media", (), f"the bucket {holding[0]} holds media, and no kind is declared", "add a kind of media"
            )
        for name in holding[1:]:
            yield Problem(
                f"buckets[{name}].data",
                DataDomain.MEDIA.value,
                f"only one bucket holds media, and that is {holding[0]}",
                "the media key serves what the distribution reads: choose DataDomain.DOCUMENTS for anything else",
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
                        f"two routes are alike: they would share the address {route.id} or the same requests",
                        "keep one of them, or rename one",
                    )

    def _scope_rules(self) -> Iterator[Problem]:
        for function in self.functions:
            for route in function.routes:
                field = f"functions[{function.name}].routes[{route.key}]"
                yield from self.tenancy.unknown_scopes(f"{field}.scopes", route.scopes)
                of_machines = set(route.scopes) & set(self.tenancy.scopes_of_machines)
                if of_machines and of_machines != set(route.scopes):
                    yield Problem(
                        f"{field}.scopes",
                        route.scopes,
                        "a route is either of people or of machines",
                        "make two routes, each with scopes of one kind",
                    )
                if of_machines and route.requests_per_second is None:
                    yield Problem(
                        f"{field}.requests_per_second",
                        None,
                        "a machine repeats what fails, so a route of machines has a throttle of its own",
                        "give requests_per_second and burst",
                    )

    def _public_route_rules(self) -> Iterator[Problem]:
        public = {route.key for function in self.functions for route in function.routes if route.public}
        for function in self.functions:
            for route in function.routes:
                if route.public and route.key not in self.public_routes:
                    yield Problem(
                        f"functions[{function.name}].routes[{route.key}].public",
                        route.public,
                        "a public route is listed in application.public_routes",
                        "list it there, where it is reviewed, or drop public",
                    )
        for key in self.public_routes:
            if key not in public:
                yield Problem("public_routes", key, "no function has that public route", "remove it from the list")

    def _database_user_rules(self) -> Iterator[Problem]:
        of_users = [secret for secret in self.secrets if isinstance(secret.renewal, DatabaseUsers)]
        for secret in of_users[1:]:
            yield Problem(
                f"secrets[{secret.name}].renewal",
                secret.renewal,
                f"the database's users are in {of_users[0].name}, the only secret that gets a first value",
                "choose GeneratedKey or RenewedByPeople",
            )
