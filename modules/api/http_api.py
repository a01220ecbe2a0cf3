"""The HTTP API, throttled and logged: every route requires a token unless the settings list it as public (MAP-2)."""

import json
import re

from modules.api.domain import ApiDomain
from modules.common import Context, waive
from modules.encryption import Key
from modules.framework import (
    Apigatewayv2Api,
    Apigatewayv2ApiCorsConfiguration,
    Apigatewayv2Authorizer,
    Apigatewayv2AuthorizerJwtConfiguration,
    Apigatewayv2Integration,
    Apigatewayv2Route,
    Apigatewayv2Stage,
    Apigatewayv2StageAccessLogSettings,
    Apigatewayv2StageDefaultRouteSettings,
    Apigatewayv2StageRouteSettings,
    Construct,
    TerraformResource,
)
from modules.functions import Function
from modules.identity import Identity
from modules.logs import LogGroup
from settings import ApiSettings, Public, Route, Tenancy, Webhook
from settings.api import INTEGRATION_TIMEOUT_SECONDS

DEFAULT_STAGE = "$default"


class Api(Construct):
    """The API behind the distribution.

    Its execute-api address can be called directly, with the same authoriser and throttles, over TLS 1.2 or newer (see
    the exceptions to NET-4). With `mutual_tls` that address is disabled, and the distribution uses a domain name for
    which only it has a client certificate.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        identity: Identity,
        origins: tuple[str, ...],
        hosted_zone_id: str | None,
        logs_key: Key,
        settings: ApiSettings,
    ) -> None:
        super().__init__(scope, id_)
        self._host = settings.host
        self._identity = identity
        self._region = context.region
        self._throttled: list[Apigatewayv2StageRouteSettings] = []
        self._integrations: dict[str, Apigatewayv2Integration] = {}
        self.name = context.name("api")
        self._api = self._make_api(origins)
        self._authoriser = self._make_authoriser()
        self.log_group = LogGroup(
            self,
            "access-logs",
            context=context,
            name=context.log_group_name("apigateway", "api"),
            key=logs_key,
            retention_days=settings.log_retention_days,
        )
        self._stage_waits_for = [_address(self.log_group.group)]
        self._stage = self._make_stage(context.tenancy, settings)
        self._stage.depends_on = self._stage_waits_for
        self.domain = (
            ApiDomain(
                self,
                "domain",
                context=context,
                api_id=self._api.id,
                stage=self._stage.id,
                hosted_zone_id=hosted_zone_id,
                settings=settings.host,
            )
            if settings.host
            else None
        )

    @property
    def id(self) -> str:
        return self._api.id

    @property
    def domain_name(self) -> str:
        """The host name by which the distribution calls the API: its own domain name, or else its execute-api host.

        The latter is built from the API's id, not from its stage, so that the distribution does not depend on routes.
        """
        return self._host.name if self._host else f"{self._api.id}.execute-api.{self._region}.amazonaws.com"

    def add_route(self, route: Route, function: Function) -> None:
        """Routes requests to a function's alias, and permits this route to invoke it."""
        method, path = route.key.split(" ")
        permission = function.allow_invoke(
            route.id, "apigateway.amazonaws.com", f"{self._api.execution_arn}/*/{method}{_arn_path(path)}"
        )
        resource = Apigatewayv2Route(
            self,
            f"route-{route.id}",
            api_id=self._api.id,
            route_key=route.key,
            target=f"integrations/{self._integration(function).id}",
            authorization_type="NONE" if route.public else "JWT",
            authorizer_id=None if route.public else self._authoriser.id,
            authorization_scopes=[self._identity.scope(scope) for scope in route.scopes] or None,
            depends_on=[permission],
        )
        if route.public:
            for check in ("CKV_AWS_309", "FFP_MAP_2_1"):
                waive(resource, check, _listed(route.public))
        if route.requests_per_second is not None and route.burst is not None:
            self._throttled.append(
                Apigatewayv2StageRouteSettings(
                    route_key=route.key,
                    throttling_rate_limit=route.requests_per_second,
                    throttling_burst_limit=route.burst,
                    detailed_metrics_enabled=False,
                )
            )
            self._stage.put_route_settings(self._throttled)
            # The stage's throttles name the route, which must exist first.
            self._stage_waits_for.append(_address(resource))
            self._stage.depends_on = self._stage_waits_for

    def _make_api(self, origins: tuple[str, ...]) -> Apigatewayv2Api:
        return Apigatewayv2Api(
            self,
            "api",
            name=self.name,
            description="FFP's API",
            protocol_type="HTTP",
            disable_execute_api_endpoint=True if self._host else None,
            cors_configuration=Apigatewayv2ApiCorsConfiguration(
                allow_origins=list(origins),
                allow_methods=["DELETE", "GET", "PATCH", "POST", "PUT"],
                allow_headers=["authorization", "content-type"],
                max_age=600,
            )
            if origins
            else None,
        )

    def _make_authoriser(self) -> Apigatewayv2Authorizer:
        return Apigatewayv2Authorizer(
            self,
            "authoriser",
            api_id=self._api.id,
            name="user-pool",
            authorizer_type="JWT",
            identity_sources=["$request.header.Authorization"],
            jwt_configuration=Apigatewayv2AuthorizerJwtConfiguration(
                audience=self._identity.audience, issuer=self._identity.issuer
            ),
        )

    def _make_stage(self, tenancy: Tenancy, settings: ApiSettings) -> Apigatewayv2Stage:
        return Apigatewayv2Stage(
            self,
            "stage",
            api_id=self._api.id,
            name=DEFAULT_STAGE,
            auto_deploy=True,
            access_log_settings=Apigatewayv2StageAccessLogSettings(
                destination_arn=self.log_group.arn, format=json.dumps(_access_log(tenancy))
            ),
            default_route_settings=Apigatewayv2StageDefaultRouteSettings(
                throttling_rate_limit=settings.requests_per_second,
                throttling_burst_limit=settings.burst,
                # Six custom metrics for each route would cost 0.30 US dollars each; the access log has the same data.
                detailed_metrics_enabled=False,
            ),
        )

    def _integration(self, function: Function) -> Apigatewayv2Integration:
        name = function.settings.name
        if name not in self._integrations:
            self._integrations[name] = Apigatewayv2Integration(
                self,
                f"integration-{name}",
                api_id=self._api.id,
                integration_type="AWS_PROXY",
                integration_uri=function.invoke_arn,
                payload_format_version="2.0",
                timeout_milliseconds=INTEGRATION_TIMEOUT_SECONDS * 1000,
            )
        return self._integrations[name]


def _address(resource: TerraformResource) -> str:
    """The resource's address without `${}`, as `depends_on` needs it when it is set after creation."""
    return f"{resource.terraform_resource_type}.{resource.friendly_unique_id}"


def _access_log(tenancy: Tenancy) -> dict[str, str]:
    """The format of the access log: one JSON line for each request, with the field names that handlers use.

    Its claims are only ids, never names or e-mail addresses. An HTTP API cannot log headers, so the caller's address is
    only in CloudFront's log. The function's log line has the id of that log's entry.
    """
    return {
        "timestamp": "$context.requestTimeEpoch",
        "requestId": "$context.requestId",
        "functionRequestId": "$context.integration.requestId",  # `requestId` in the function's log
        "action": "$context.routeKey",
        "status": "$context.status",
        tenancy.log_field: f"$context.authorizer.claims.{tenancy.tenant}",
        "role": f"$context.authorizer.claims.{tenancy.role}",
        "userId": "$context.authorizer.claims.sub",
        "client": "$context.authorizer.claims.client_id",
        "latencyMs": "$context.responseLatency",
        "integrationLatencyMs": "$context.integrationLatency",
        "integrationStatus": "$context.integrationStatus",
        "integrationError": "$context.integrationErrorMessage",
        "authoriserError": "$context.authorizer.error",
        "error": "$context.error.message",
        "peerIp": "$context.identity.sourceIp",  # CloudFront's address, or that of a caller who bypasses it
        "protocol": "$context.protocol",
        "responseBytes": "$context.responseLength",
    }


def _listed(public: Public | Webhook) -> str:
    """The waiver of a route without a token."""
    signed = f" with requests signed by {public.signed_with}" if isinstance(public, Webhook) else ""
    return f"Listed as public in the settings{signed}: {public.because}"


def _arn_path(path: str) -> str:
    """A route's path as an execution ARN has it, with asterisks for the parameters."""
    return re.sub(r"\{[^}]*\}", "*", path)
