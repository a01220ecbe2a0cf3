"""Reads the routes of APIs, of HTTP and REST APIs and of OpenAPI documents, and finds which one answers a request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ffp.review.facts.api import UNLIMITED
from ffp.review.facts.fact import ENDLESS, truth
from ffp.review.facts.values import first_of, function_of, issuer, names
from ffp.review.front_door.documents import operations
from ffp.review.front_door.route import NOBODY_ASKED, Route, Target, Throttle, fit
from ffp.review.side import Side, blocks_in
from ffp.stacks import SynthesisedBlock

UNREAD = "the routes of a document"
HTTP_API = "aws_apigatewayv2_api"
REST_API = "aws_api_gateway_rest_api"


@dataclass(frozen=True)
class Routes:
    """All routes of one side."""

    side: Side

    @cached_property
    def by_api(self) -> Mapping[str, Mapping[str, Route]]:
        """The routes by the address of their API and by their key."""
        found: dict[str, dict[str, Route]] = {
            self.side.address(block): {} for block in self.side.of_type(HTTP_API, REST_API)
        }
        for route in (*self._http(), *self._quick(), *self._documented(), *self._rest()):
            found.setdefault(route.api, {})[route.key] = route
        return found

    def all(self) -> Iterator[Route]:
        for routes in self.by_api.values():
            yield from routes.values()

    def answering(self, api: str, key: str) -> Route | None:
        """The route that answers a request for this key: itself, or the most specific one that contains it."""
        routes = self.by_api.get(api, {})
        if key in routes:
            return routes[key]  # nothing fits as closely as the key itself
        fitting = [(found, each) for each in routes.values() if (found := fit(each.key, key)) is not None]
        return max(fitting, key=lambda each: each[0])[1] if fitting else None

    def _http(self) -> Iterator[Route]:
        for block in self.side.of_type("aws_apigatewayv2_route"):
            api = self._api(block.attributes.get("api_id"), HTTP_API)
            authoriser = block.attributes.get("authorizer_id")
            key = str(self.side.get(block, "route_key"))
            yield Route(
                api=api,
                key=key,
                address=self.side.address(block),
                kind=str(self.side.get(block, "authorization_type") or NOBODY_ASKED),
                authoriser=self._address(authoriser),
                accepts=self._accepts(authoriser),
                scopes=frozenset(names(self.side.get(block, "authorization_scopes"))),
                needs_key=truth(self.side.get(block, "api_key_required")) is True,
                target=self._target(block.attributes.get("target")),
                throttles=self._throttles(api, key),
            )

    def _quick(self) -> Iterator[Route]:
        """The route that an API with a target makes by itself: for everything, and without an authoriser."""
        for block in self.side.of_type(HTTP_API):
            if given := block.attributes.get("target"):
                address = self.side.address(block)
                target = Target(function_of(self.side, given), "AWS_PROXY", address=address)
                yield Route(address, str(self.side.get(block, "route_key") or "$default"), address, target=target)

    def _documented(self) -> Iterator[Route]:
        """The routes of OpenAPI documents. One that cannot be read counts as a single route."""
        for block in self.side.of_type(HTTP_API, REST_API):
            body = self.side.get(block, "body")
            if not body:
                continue
            address = self.side.address(block)
            found = operations(body)
            if found is None:
                yield Route(address, UNREAD, address, kind="see the document", authoriser=str(body))
            for each in found or ():
                target = Target(function_of(self.side, each.uri), each.integration, each.credentials, address=address)
                yield Route(
                    api=address,
                    key=each.key,
                    address=address,
                    kind=each.kind,
                    authoriser=each.authoriser,
                    scopes=each.scopes,
                    needs_key=each.needs_key,
                    target=target,
                    throttles=self._throttles(address, each.key),
                    is_reachable=address not in self._private,
                )

    def _rest(self) -> Iterator[Route]:
        integrations = {
            self._method_key(block, "http_method"): block for block in self.side.of_type("aws_api_gateway_integration")
        }
        for block in self.side.of_type("aws_api_gateway_method"):
            api, key = self._method_key(block, "http_method")
            authoriser = block.attributes.get("authorizer_id")
            integration = integrations.get((api, key))
            yield Route(
                api=api,
                key=key,
                address=self.side.address(block),
                kind=str(self.side.get(block, "authorization") or NOBODY_ASKED),
                authoriser=self._address(authoriser),
                scopes=frozenset(names(self.side.get(block, "authorization_scopes"))),
                needs_key=truth(self.side.get(block, "api_key_required")) is True,
                target=self._rest_target(integration) if integration else Target(),
                is_reachable=api not in self._private,
            )

    @cached_property
    def _private(self) -> frozenset[str]:
        return frozenset(
            self.side.address(block)
            for block in self.side.of_type(REST_API)
            if names(self.side.get(block, "endpoint_configuration.types")) == ["PRIVATE"]
        )

    def _method_key(self, block: SynthesisedBlock, attribute: str) -> tuple[str, str]:
        api = self._api(block.attributes.get("rest_api_id"), REST_API)
        method = str(self.side.get(block, attribute))
        return api, f"{method} {self._path(block.attributes.get('resource_id'), 0)}"

    def _path(self, resource: Any, depth: int) -> str:
        block = first_of(self.side, resource, "aws_api_gateway_resource")
        if block is None or depth > 30:
            return "/"
        parent = self._path(block.attributes.get("parent_id"), depth + 1).rstrip("/")
        return f"{parent}/{self.side.get(block, 'path_part')}"

    def _api(self, value: Any, type_: str) -> str:
        block = first_of(self.side, value, type_)
        return self.side.address(block) if block else str(self.side.resolved(value))

    def _address(self, value: Any) -> str:
        block = next(iter(self.side.blocks_of(value)), None)
        return self.side.address(block) if block else str(self.side.resolved(value) or "")

    def _accepts(self, value: Any) -> tuple[str, frozenset[str]] | None:
        block = first_of(self.side, value, "aws_apigatewayv2_authorizer")
        if block is None or self.side.get(block, "authorizer_type") != "JWT":
            return None
        audience = frozenset(names(self.side.get(block, "jwt_configuration.audience")))
        return issuer(self.side.get(block, "jwt_configuration.issuer")), audience

    def _target(self, value: Any) -> Target:
        block = first_of(self.side, value, "aws_apigatewayv2_integration")
        if block is None:
            return Target(function=str(self.side.resolved(value) or ""))
        get = self.side.get
        rest = {
            name: found
            for name in ("connection_id", "integration_subtype", "request_parameters", "tls_config")
            if (found := get(block, name))
        }
        return Target(
            function=function_of(self.side, block.attributes.get("integration_uri")),
            kind=str(get(block, "integration_type") or ""),
            credentials=str(get(block, "credentials_arn") or ""),
            payload=str(get(block, "payload_format_version") or "1.0"),
            rest=", ".join(f"{name} {rest[name]}" for name in sorted(rest)),
            address=self.side.address(block),
        )

    def _rest_target(self, block: SynthesisedBlock) -> Target:
        get = self.side.get
        return Target(
            function=function_of(self.side, block.attributes.get("uri")),
            kind=str(get(block, "type") or ""),
            credentials=str(get(block, "credentials") or ""),
            rest=", ".join(
                f"{name} {found}" for name in ("connection_id", "tls_config") if (found := get(block, name))
            ),
            address=self.side.address(block),
        )

    def _throttles(self, api: str, key: str) -> dict[str, Throttle]:
        found = {}
        for block in self.side.of_type("aws_apigatewayv2_stage"):
            if self._api(block.attributes.get("api_id"), HTTP_API) != api:
                continue
            default = (blocks_in(self.side.get(block, "default_route_settings")) or [{}])[0]
            own = next(
                (each for each in blocks_in(self.side.get(block, "route_settings")) if each.get("route_key") == key),
                None,
            )
            found[self.side.address(block)] = _throttle(default if own is None else own, is_own=own is not None)
        return found


def _throttle(settings: Mapping[str, Any], *, is_own: bool) -> Throttle:
    def number(name: str) -> float:
        value: Any = settings.get(name)
        try:
            return ENDLESS if value in UNLIMITED else float(value)
        except (TypeError, ValueError):
            return ENDLESS

    metrics = truth(settings.get("detailed_metrics_enabled")) is True
    return Throttle(number("throttling_rate_limit"), number("throttling_burst_limit"), metrics, is_own)
