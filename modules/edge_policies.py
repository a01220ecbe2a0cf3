"""What the distribution keys its cache by, what it passes on, and the headers that it adds: policies of ours."""

from cdktf_cdktf_provider_aws.cloudfront_cache_policy import (
    CloudfrontCachePolicy,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOrigin,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfig,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfig,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfig,
)
from cdktf_cdktf_provider_aws.cloudfront_origin_request_policy import (
    CloudfrontOriginRequestPolicy,
    CloudfrontOriginRequestPolicyCookiesConfig,
    CloudfrontOriginRequestPolicyHeadersConfig,
    CloudfrontOriginRequestPolicyHeadersConfigHeaders,
    CloudfrontOriginRequestPolicyQueryStringsConfig,
)
from cdktf_cdktf_provider_aws.cloudfront_response_headers_policy import (
    CloudfrontResponseHeadersPolicy,
    CloudfrontResponseHeadersPolicySecurityHeadersConfig,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicy,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigContentTypeOptions,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigFrameOptions,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigReferrerPolicy,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurity,
)
from constructs import Construct

from modules.context import Context

_DAY = 24 * 3600
_TWO_YEARS = 730 * _DAY


class EdgePolicies(Construct):
    """Media is cached by its path alone; the API is never cached, and gets everything but the host header."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, media_cache_days: int) -> None:
        super().__init__(scope, id_)
        self._context = context
        self._media = self._cache("media", "Cached by path alone", media_cache_days * _DAY)
        self._api = self._cache("no-cache", "Never cached: answers belong to one caller", 0)
        self._forward = self._make_forward_policy()
        self._headers = self._make_security_headers()

    @property
    def media_cache_id(self) -> str:
        return self._media.id

    @property
    def no_cache_id(self) -> str:
        return self._api.id

    @property
    def forward_id(self) -> str:
        return self._forward.id

    @property
    def security_headers_id(self) -> str:
        return self._headers.id

    def _cache(self, name: str, comment: str, seconds: int) -> CloudfrontCachePolicy:
        """A key that holds the path and nothing else (COST-5), whichever way it is used."""
        key = CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOrigin
        return CloudfrontCachePolicy(
            self,
            name,
            name=self._context.name(name),
            comment=comment,
            min_ttl=0,
            default_ttl=seconds,
            max_ttl=seconds,
            parameters_in_cache_key_and_forwarded_to_origin=key(
                cookies_config=CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfig(
                    cookie_behavior="none"
                ),
                headers_config=CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfig(
                    header_behavior="none"
                ),
                query_strings_config=CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfig(
                    query_string_behavior="none"
                ),
            ),
        )

    def _make_forward_policy(self) -> CloudfrontOriginRequestPolicy:
        return CloudfrontOriginRequestPolicy(
            self,
            "forward",
            name=self._context.name("forward"),
            comment="Everything but the host header, which must be the API's own",
            cookies_config=CloudfrontOriginRequestPolicyCookiesConfig(cookie_behavior="all"),
            headers_config=CloudfrontOriginRequestPolicyHeadersConfig(
                header_behavior="allExcept",
                headers=CloudfrontOriginRequestPolicyHeadersConfigHeaders(items=["host"]),
            ),
            query_strings_config=CloudfrontOriginRequestPolicyQueryStringsConfig(query_string_behavior="all"),
        )

    def _make_security_headers(self) -> CloudfrontResponseHeadersPolicy:
        return CloudfrontResponseHeadersPolicy(
            self,
            "security-headers",
            name=self._context.name("security-headers"),
            comment="HSTS for two years, no sniffing, no framing, no scripts",
            security_headers_config=CloudfrontResponseHeadersPolicySecurityHeadersConfig(
                strict_transport_security=(
                    CloudfrontResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurity(
                        access_control_max_age_sec=_TWO_YEARS, include_subdomains=True, preload=True, override=True
                    )
                ),
                content_type_options=CloudfrontResponseHeadersPolicySecurityHeadersConfigContentTypeOptions(
                    override=True
                ),
                frame_options=CloudfrontResponseHeadersPolicySecurityHeadersConfigFrameOptions(
                    frame_option="DENY", override=True
                ),
                referrer_policy=CloudfrontResponseHeadersPolicySecurityHeadersConfigReferrerPolicy(
                    referrer_policy="no-referrer", override=True
                ),
                content_security_policy=CloudfrontResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicy(
                    content_security_policy="default-src 'none'; frame-ancestors 'none'", override=True
                ),
            ),
        )
