"""The behaviours of distributions: which one answers for a path, whom it lets in, and what it shares among callers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from ffp.review.facts import headers
from ffp.review.facts.delivery import DISTRIBUTION
from ffp.review.facts.fact import Fact, truth
from ffp.review.facts.origins import Origin, origins_of
from ffp.review.facts.values import first_of, function_of, names
from ffp.review.side import Side, at, blocks_in, values_in
from ffp.stacks import SynthesisedBlock

DEFAULT = "*"
_POLICY = "aws_cloudfront_cache_policy"
_KEY = "parameters_in_cache_key_and_forwarded_to_origin"
_OFF = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
_BY_ORIGIN = ("83da9c7e-98b4-4e11-a168-04f0df8e2c65", "4cc15a8a-d715-48a4-82b8-cc0b614638fe")
# AWS's policies for requests to the origin that keep the caller's token back.
_ANONYMOUS = (
    "59781a5b-3903-41f3-afcb-af62929ccde1",
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    "acba4595-bd28-49b8-b9fe-13317c0390fa",
    "bf0718e1-ba1e-49d1-88b1-f726733018ae",
)
_AMPLIFY = "2e54312d-136d-493c-8eb9-b001f22f67d2"
_DAY = 86_400  # CloudFront's default, where neither a policy nor the behaviour says how long


@dataclass(frozen=True)
class Cache:
    """What is kept, and by which parts of a request answers are told apart; `*` for all of a kind."""

    keeps: bool = False  # by itself, without the origin's saying so
    known: bool = True
    headers: frozenset[str] = frozenset()
    cookies: frozenset[str] = frozenset()
    queries: frozenset[str] = frozenset()

    @property
    def parts(self) -> frozenset[str]:
        """All parts of the key."""
        kinds = (("header", self.headers), ("cookie", self.cookies), ("query", self.queries))
        return frozenset(f"{kind} {each}" for kind, found in kinds for each in found)

    @property
    def tells_callers_apart(self) -> bool:
        """Whether what shows who a request is from is a part of the key."""
        return bool({"authorization", "*"} & self.headers) or "*" in self.cookies

    @property
    def words(self) -> str:
        """What is kept, in words."""
        if not self.known:
            return "by a policy that the stack does not define"
        if not self.keeps:
            return "nothing, unless the origin says so"
        return f"by path{''.join(f', {each}' for each in sorted(self.parts))}"


@dataclass(frozen=True)
class Behaviour:
    """What one distribution does with requests for one pattern of paths."""

    distribution: str
    pattern: str
    origin: Origin
    signers: frozenset[str] = frozenset()
    protocol: str = ""
    methods: frozenset[str] = frozenset()
    cache: Cache = Cache()
    headers: tuple[Fact, ...] = ()
    headers_by: str = ""
    functions: frozenset[str] = frozenset()  # each after its event
    forwards: bool = False  # the caller's token to the origin, whatever the key of the cache
    live_logs: str = ""
    encrypts: str = ""

    @property
    def is_open(self) -> bool:
        """Whether everybody gets what its origin serves; an API of the stack asks callers itself."""
        return not self.signers and not self.origin.is_api

    @property
    def forwards_credentials(self) -> bool:
        """Whether the caller's token reaches the origin."""
        return self.forwards or self.cache.tells_callers_apart

    @property
    def lets_in(self) -> str:
        """Whom it lets in, in words."""
        if self.signers:
            return "signed addresses"
        return "everybody; the API asks further" if self.origin.is_api else "everybody"


@dataclass(frozen=True)
class Behaviours:
    """The behaviours of all distributions of one side."""

    side: Side

    @cached_property
    def by_distribution(self) -> Mapping[str, list[Behaviour]]:
        """The behaviours in the order in which they are asked, the default last."""
        return {self.side.address(block): list(self._of(block)) for block in self.side.of_type(DISTRIBUTION)}

    def all(self) -> Iterator[Behaviour]:
        for behaviours in self.by_distribution.values():
            yield from behaviours

    def answering(self, distribution: str, path: str) -> Behaviour | None:
        """The behaviour that answers for a path, which may itself be a pattern."""
        given = _slashed(path)
        for each in self.by_distribution.get(distribution, ()):
            if each.pattern == DEFAULT or fnmatchcase(given, _slashed(each.pattern)):
                return each
        return None

    def _of(self, block: SynthesisedBlock) -> Iterator[Behaviour]:
        origins = origins_of(self.side, block)
        for each in blocks_in(block.attributes.get("ordered_cache_behavior")):
            yield self._behaviour(block, str(each.get("path_pattern")), each, origins)
        for each in blocks_in(block.attributes.get("default_cache_behavior"))[:1]:
            yield self._behaviour(block, DEFAULT, each, origins)

    def _behaviour(
        self, block: SynthesisedBlock, pattern: str, given: Mapping[str, Any], origins: Mapping[str, Origin]
    ) -> Behaviour:
        def text(name: str) -> str:
            return str(self.side.resolved(given.get(name)) or "")

        address = self.side.address(block)
        groups = (str(self.side.resolved(each)) for each in values_in(given.get("trusted_key_groups")))
        accounts = (f"account {self.side.resolved(each)}" for each in values_in(given.get("trusted_signers")))
        named, policy = headers.policy_of(self.side, given.get("response_headers_policy_id"))
        target = text("target_origin_id")
        return Behaviour(
            distribution=address,
            pattern=pattern,
            origin=origins.get(target, Origin(target, is_own=False)),
            signers=frozenset((*groups, *accounts)),
            protocol=text("viewer_protocol_policy"),
            methods=frozenset(names(self.side.resolved(given.get("allowed_methods")))),
            cache=self._cache(given),
            headers=tuple(headers.promises(self.side, f"{address} at {pattern}", address, policy)),
            headers_by=named,
            functions=self._functions(given),
            forwards=self._forwards(given.get("origin_request_policy_id")),
            live_logs=text("realtime_log_config_arn"),
            encrypts=text("field_level_encryption_id"),
        )

    def _functions(self, given: Mapping[str, Any]) -> frozenset[str]:
        found = set()
        for each in blocks_in(given.get("function_association")):
            found.add(f"{each.get('event_type')}: {function_of(self.side, each.get('function_arn'))}")
        for each in blocks_in(given.get("lambda_function_association")):
            body = " with the body" if truth(each.get("include_body")) else ""
            found.add(f"{each.get('event_type')}: {function_of(self.side, each.get('lambda_arn'))}{body}")
        return frozenset(found)

    def _forwards(self, policy: Any) -> bool:
        """Whether a policy for requests to the origin passes on what shows who calls; an unknown one may."""
        if not policy:
            return False
        block = first_of(self.side, policy, "aws_cloudfront_origin_request_policy")
        if block is None:
            return str(self.side.resolved(policy)) not in _ANONYMOUS
        config = self.side.get(block, "headers_config")
        listed = frozenset(each.lower() for each in names(at(config, "headers.items")))
        match at(config, "header_behavior"):
            case "allViewer" | "allViewerAndWhitelistCloudFront":
                return True
            case "allExcept":
                return "authorization" not in listed
        return "authorization" in listed

    def _cache(self, given: Mapping[str, Any]) -> Cache:
        policy = given.get("cache_policy_id")
        if not policy:
            return self._legacy_cache(given)
        block = first_of(self.side, policy, _POLICY)
        if block is None:
            named = str(self.side.resolved(policy))
            every = frozenset({"*"})
            if named == _AMPLIFY:
                return Cache(True, True, frozenset({"authorization", "host"}), every, every)
            return Cache(keeps=named != _OFF and named not in _BY_ORIGIN, known="${" not in named)
        attributes = self.side.resolved(block.attributes)
        key = at(attributes, _KEY)
        return Cache(
            keeps=_seconds(attributes.get("default_ttl"), _DAY) > 0 or _seconds(attributes.get("min_ttl"), 0) > 0,
            headers=_chosen(at(key, "headers_config"), "header_behavior", "headers", fold=True),
            cookies=_chosen(at(key, "cookies_config"), "cookie_behavior", "cookies"),
            queries=_chosen(at(key, "query_strings_config"), "query_string_behavior", "query_strings"),
        )

    def _legacy_cache(self, given: Mapping[str, Any]) -> Cache:
        forwarded = self.side.resolved(given.get("forwarded_values"))
        found = frozenset(each.lower() for each in names(at(forwarded, "headers")))
        forward = at(forwarded, "cookies.forward")
        whitelist = frozenset(names(at(forwarded, "cookies.whitelisted_names")))
        is_kept = _seconds(given.get("default_ttl"), _DAY) > 0 or _seconds(given.get("min_ttl"), 0) > 0
        return Cache(
            keeps=is_kept and "*" not in found,
            headers=found,
            cookies=frozenset({"*"}) if forward == "all" else whitelist,
            queries=frozenset({"*"}) if at(forwarded, "query_string") in (True, "true") else frozenset(),
        )


def _chosen(config: Any, behaviour: str, block: str, *, fold: bool = False) -> frozenset[str]:
    match at(config, behaviour):
        case "whitelist":
            found = names(at(config, f"{block}.items"))
            return frozenset(each.lower() if fold else each for each in found)
        case "all" | "allExcept" | "allViewer":
            return frozenset({"*"})
    return frozenset()


def _seconds(value: Any, default: int) -> float:
    try:
        return default if value is None else float(value)
    except (TypeError, ValueError):
        return default


def _slashed(pattern: str) -> str:
    return pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
