"""The CloudFront distribution: media from a private bucket by signed URL, and the API under /api/* (MAP-6)."""

from modules.cdn.access_logs import EdgeLogs
from modules.cdn.certificate import Certificate
from modules.cdn.media import Media
from modules.cdn.policies import ALL_VIEWER_EXCEPT_HOST_HEADER, CACHING_DISABLED, EdgePolicies
from modules.cdn.waf import WebAcl
from modules.common import GLOBAL_REGION, Condition, Context, Statement, waive, write_newer_argument
from modules.encryption import Key
from modules.framework import (
    CloudfrontDistribution,
    CloudfrontDistributionCustomErrorResponse,
    CloudfrontDistributionDefaultCacheBehavior,
    CloudfrontDistributionOrderedCacheBehavior,
    CloudfrontDistributionOrigin,
    CloudfrontDistributionOriginCustomOriginConfig,
    CloudfrontDistributionRestrictions,
    CloudfrontDistributionRestrictionsGeoRestriction,
    CloudfrontDistributionViewerCertificate,
    CloudfrontMonitoringSubscription,
    CloudfrontMonitoringSubscriptionMonitoringSubscription,
    CloudfrontMonitoringSubscriptionMonitoringSubscriptionRealtimeMetricsSubscriptionConfig,
    CloudfrontOriginAccessControl,
    Construct,
    TerraformProvider,
)
from modules.storage import Bucket
from settings import DistributionSettings, Domain, MutualTls, ProviderRelease
from settings.releases import OFFLINE

_MEDIA, _API = "media", "api"
# All error statuses whose caching can be configured. CloudFront caches another error only if the response sets a time
# for it and the cache policy allows it.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
_CACHED_ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)


class Distribution(Construct):
    """The distribution, which viewers reach over TLS 1.3.

    It serves media only for signed URLs and forwards /api/* to the API, which requires tokens. It refuses other paths.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        global_provider: TerraformProvider,
        release: ProviderRelease,
        domain: Domain | None,
        media: Media | None,
        api_domain_name: str,
        mutual_tls: MutualTls | None,
        logs_key: Key,
        log_bucket: Bucket,
        settings: DistributionSettings,
    ) -> None:
        super().__init__(scope, id_)
        self._context = context
        self._global = global_provider
        self._settings = settings
        self._policies = EdgePolicies(
            self, "policies", context=context, media_cache_days=settings.media_cache_days if media else None
        )
        certificate = (
            Certificate(self, "certificate", context=context, provider=global_provider, settings=domain)
            if domain
            else None
        )
        web_acl = self._make_web_acl() if settings.waf else None
        self._distribution = CloudfrontDistribution(
            self,
            "distribution",
            comment=context.name("front-door"),
            enabled=True,
            is_ipv6_enabled=True,
            http_version="http2and3",
            price_class=settings.price_class,
            aliases=[domain.name] if domain else None,
            web_acl_id=web_acl.arn if web_acl else None,
            origin=[*([self._media_origin(media.bucket)] if media else []), self._api_origin(api_domain_name)],
            default_cache_behavior=self._refuse(media),
            ordered_cache_behavior=[*([self._serve_media(media)] if media else []), self._serve_api()],
            custom_error_response=_errors_are_not_cached(),
            restrictions=CloudfrontDistributionRestrictions(
                geo_restriction=CloudfrontDistributionRestrictionsGeoRestriction(restriction_type="none")
            ),
            viewer_certificate=_certificate(certificate, release),
            wait_for_deployment=not context.disposable,
            lifecycle=context.protection,
        )
        if mutual_tls:
            api = 1 if media else 0
            write_newer_argument(
                self._distribution,
                f"origin.{api}.custom_origin_config.origin_mtls_config",
                {"client_certificate_arn": mutual_tls.client_certificate_arn},
                release=release,
            )
        if certificate:
            certificate.point_to(self._distribution.domain_name, self._distribution.hosted_zone_id)
        if media:
            self._admit_to(media)
        self._measure()
        EdgeLogs(
            self,
            "logs",
            context=context,
            provider=global_provider,
            distribution_arn=self._distribution.arn,
            key=logs_key,
            log_bucket=log_bucket,
            retention_days=settings.log_retention_days,
        )
        self._waive_what_is_not_done(certificate is None)

    @property
    def id(self) -> str:
        return self._distribution.id

    @property
    def domain_name(self) -> str:
        return self._distribution.domain_name

    def _make_web_acl(self) -> WebAcl:
        key = Key(
            self,
            "edge-key",
            context=self._context,
            purpose="the front door's logs in us-east-1",
            deletion_window_days=30,
            region=GLOBAL_REGION,
            provider=self._global,
        )
        return WebAcl(
            self, "web-acl", context=self._context, provider=self._global, logs_key=key, settings=self._settings
        )

    def _media_origin(self, media: Bucket) -> CloudfrontDistributionOrigin:
        control = CloudfrontOriginAccessControl(
            self,
            "origin-access",
            name=self._context.name("media"),
            description="The distribution reads media under its own signature",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
        )
        return CloudfrontDistributionOrigin(
            origin_id=_MEDIA, domain_name=media.regional_domain_name, origin_access_control_id=control.id
        )

    def _api_origin(self, domain_name: str) -> CloudfrontDistributionOrigin:
        return CloudfrontDistributionOrigin(
            origin_id=_API,
            domain_name=domain_name,
            custom_origin_config=CloudfrontDistributionOriginCustomOriginConfig(
                http_port=80,
                https_port=443,
                origin_protocol_policy="https-only",
                # The highest minimum that CloudFront has for origins; if both sides support 1.3, they use it.
                origin_ssl_protocols=["TLSv1.2"],
                origin_read_timeout=30,
            ),
        )

    def _refuse(self, media: Media | None) -> CloudfrontDistributionDefaultCacheBehavior:
        """The default behaviour, which refuses all paths outside the two others.

        With media, the response is 403: no URL is signed for these paths, and the bucket's policy allows only its media
        folder. Without media, the API has no such route and returns 404.
        """
        return CloudfrontDistributionDefaultCacheBehavior(
            target_origin_id=_MEDIA if media else _API,
            viewer_protocol_policy="https-only",
            allowed_methods=["GET", "HEAD"],
            cached_methods=["GET", "HEAD"],
            cache_policy_id=CACHING_DISABLED,
            response_headers_policy_id=self._policies.security_headers_id,
            trusted_key_groups=[media.playback.group_id] if media else None,
        )

    def _serve_media(self, media: Media) -> CloudfrontDistributionOrderedCacheBehavior:
        return CloudfrontDistributionOrderedCacheBehavior(
            path_pattern=f"/{media.folder}/*",
            target_origin_id=_MEDIA,
            viewer_protocol_policy="https-only",
            allowed_methods=["GET", "HEAD"],
            cached_methods=["GET", "HEAD"],
            cache_policy_id=self._policies.media_cache_id,
            response_headers_policy_id=self._policies.security_headers_id,
            trusted_key_groups=[media.playback.group_id],
            compress=False,  # videos are already compressed
        )

    def _serve_api(self) -> CloudfrontDistributionOrderedCacheBehavior:
        return CloudfrontDistributionOrderedCacheBehavior(
            path_pattern="/api/*",
            target_origin_id=_API,
            viewer_protocol_policy="https-only",
            allowed_methods=["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
            cached_methods=["GET", "HEAD"],
            cache_policy_id=CACHING_DISABLED,
            origin_request_policy_id=ALL_VIEWER_EXCEPT_HOST_HEADER,
            response_headers_policy_id=self._policies.security_headers_id,
            compress=False,  # CloudFront compresses only what it can cache
        )

    def _admit_to(self, media: Media) -> None:
        ours = Condition("StringEquals", "aws:SourceArn", self._distribution.arn)
        bucket = media.bucket
        bucket.document.add(
            Statement(
                "ServeThroughTheDistribution",
                ("s3:GetObject",),
                (f"{bucket.arn}/{media.folder}/*",),
                services=("cloudfront.amazonaws.com",),
                conditions=(ours,),
            )
        )
        if bucket.key is not None:
            bucket.key.admit_service("ServeThroughTheDistribution", "cloudfront.amazonaws.com", ("kms:Decrypt",), ours)

    def _measure(self) -> None:
        """Enables the additional metrics, such as the cache hit rate (COST-5); at most 2.40 US dollars a month."""
        config = CloudfrontMonitoringSubscriptionMonitoringSubscriptionRealtimeMetricsSubscriptionConfig(
            realtime_metrics_subscription_status="Enabled"
        )
        CloudfrontMonitoringSubscription(
            self,
            "metrics",
            distribution_id=self._distribution.id,
            monitoring_subscription=CloudfrontMonitoringSubscriptionMonitoringSubscription(
                realtime_metrics_subscription_config=config
            ),
        )

    def _waive_what_is_not_done(self, without_certificate: bool) -> None:
        reasons = {
            "CKV_AWS_86": "Standard logging v2 delivers the access logs to an encrypted bucket; the check knows the "
            "older logging alone, which needs ACLs.",
            "CKV_AWS_305": "No page is served here: the root path is refused like every other unknown path.",
            "CKV_AWS_310": "Media lives in one bucket and the API in one region: there is no second origin to fail "
            "over to, and the recovery plan restores the first.",
            "CKV_AWS_374": "Users travel: signature and token decide, not the country.",
        }
        if self._settings.waf:
            reasons["CKV2_AWS_47"] = (
                "The rule against Log4j is in the known-bad-inputs set, which stands; the check also asks for the list "
                "of anonymous addresses, which would refuse users behind a VPN."
            )
        else:
            for check in ("CKV_AWS_68", "CKV2_AWS_47"):
                reasons[check] = (
                    "This environment serves test users alone; authoriser and throttles hold, and the web ACL is "
                    "production's."
                )
        if without_certificate:
            for check in ("CKV_AWS_174", "CKV2_AWS_42", "FFP_NET_4_1"):
                reasons[check] = (
                    "The emulator has no domain and so no certificate; CloudFront's own allows no TLS floor."
                )
        for check, reason in reasons.items():
            waive(self._distribution, check, reason)


def _errors_are_not_cached() -> list[CloudfrontDistributionCustomErrorResponse]:
    """Turns off the caching of errors, for the whole distribution.

    By default CloudFront caches an error for ten seconds, whatever its headers say, and returns one caller's error to
    everybody who requests that path. No custom error page is set, so callers receive the API's own response.
    """
    return [
        CloudfrontDistributionCustomErrorResponse(error_code=status, error_caching_min_ttl=0)
        for status in _CACHED_ERRORS
    ]


def _certificate(certificate: Certificate | None, release: ProviderRelease) -> CloudfrontDistributionViewerCertificate:
    if certificate is None:
        return CloudfrontDistributionViewerCertificate(cloudfront_default_certificate=True)
    return CloudfrontDistributionViewerCertificate(
        acm_certificate_arn=certificate.arn,
        ssl_support_method="sni-only",
        # The highest minimum TLS version that the provider release accepts.
        minimum_protocol_version="TLSv1.2_2021" if release == OFFLINE else "TLSv1.3_2025",
    )
