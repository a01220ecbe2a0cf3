"""CloudFront policies: the cache key, what is forwarded to the origin, and the response's security headers."""

from modules.common import Context
from modules.framework import (
    CloudfrontCachePolicy,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOrigin,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfig,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfig,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfig,
    CloudfrontResponseHeadersPolicy,
    CloudfrontResponseHeadersPolicySecurityHeadersConfig,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicy,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigContentTypeOptions,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigFrameOptions,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigReferrerPolicy,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurity,
    Construct,
)

# Policies that AWS manages, with the same ids in every account. The first turns caching off. The second forwards
# everything except the Host header, which must be the API's own.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"

_DAY = 24 * 3600
_TWO_YEARS = 730 * _DAY


class EdgePolicies(Construct):
    """Two custom policies: media is cached by its path only, and every response has security headers."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, media_cache_days: int | None) -> None:
        super().__init__(scope, id_)
        self._context = context
        self._media = self._make_media_cache(media_cache_days * _DAY) if media_cache_days else None
        self._headers = self._make_security_headers()

    @property
    def media_cache_id(self) -> str | None:
        """The id of the cache policy for media; None in an environment without media."""
        return self._media.id if self._media else None

    @property
    def security_headers_id(self) -> str:
        return self._headers.id

    def _make_media_cache(self, seconds: int) -> CloudfrontCachePolicy:
        """Creates a cache policy whose cache key contains only the path (COST-5)."""
        key = CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOrigin
        return CloudfrontCachePolicy(
            self,
            "media",
            name=self._context.name("media"),
            comment="Cached by path alone",
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
