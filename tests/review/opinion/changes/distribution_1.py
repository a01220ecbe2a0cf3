"""Changes of the distribution, part 1 of 2."""

from typing import Any

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add, drop, put
from tests.review.opinion.kinds import DISTRIBUTION, VIEWER_CERTIFICATE
from tests.review.opinion.more_parts import behave
from tests.review.opinion.parts import api_behaviour, distribution, media_behaviour

HEADERS_POLICY = "aws_cloudfront_response_headers_policy"


def default_behaviour(document: Document) -> Any:
    return distribution(document)["default_cache_behavior"]


dangerous("media-without-signature", "front door", "Anybody plays any media.")(
    behave(media_behaviour, lambda block: block.pop("trusted_key_groups"))
)
dangerous("media-with-empty-key-groups", "front door", "Anybody plays any media.")(
    behave(media_behaviour, lambda block: block.update(trusted_key_groups=[]))
)
dangerous("default-without-signature", "front door", "The rest of the bucket is open.")(
    behave(default_behaviour, lambda block: block.pop("trusted_key_groups", None))
)
dangerous("media-signed-by-the-account", "front door", "Any key of the account's root user signs.")(
    behave(media_behaviour, lambda block: (block.pop("trusted_key_groups"), block.update(trusted_signers=["self"])))
)
dangerous("media-over-plain-http", "front door", "Signed addresses travel in clear.")(
    behave(media_behaviour, lambda block: block.update(viewer_protocol_policy="allow-all"))
)
dangerous("api-over-plain-http", "front door", "Tokens travel in clear.")(
    behave(api_behaviour, lambda block: block.update(viewer_protocol_policy="allow-all"))
)
dangerous("api-redirects-from-http", "front door", "The first request, with its token, travels in clear.")(
    behave(api_behaviour, lambda block: block.update(viewer_protocol_policy="redirect-to-https"))
)
dangerous(
    "api-answers-cached", "front door", "One user's answer is given to the next: authorization is not in the key."
)(behave(api_behaviour, lambda block: block.update(cache_policy_id="658327ea-f89d-4fab-a63d-7e88639e58f6")))
dangerous("api-cached-like-media", "front door", "Answers are kept for 30 days by path alone.")(
    lambda document: api_behaviour(document).update(cache_policy_id=media_behaviour(document)["cache_policy_id"])
)


@dangerous(
    "api-cached-by-own-policy",
    "front door",
    ("A policy that caches for a minute, whose key has no authorization header."),
)
def api_cached_by_own_policy(document: Document) -> None:
    add(
        document,
        "aws_cloudfront_cache_policy",
        "api",
        {
            "name": "api",
            "default_ttl": 60,
            "min_ttl": 1,
            "max_ttl": 300,
            "parameters_in_cache_key_and_forwarded_to_origin": {
                "cookies_config": {"cookie_behavior": "none"},
                "headers_config": {"header_behavior": "whitelist", "headers": {"items": ["Accept"]}},
                "query_strings_config": {"query_string_behavior": "all"},
            },
        },
    )
    api_behaviour(document)["cache_policy_id"] = "${aws_cloudfront_cache_policy.api.id}"


dangerous(
    "api-with-older-forwarding", "front door", "The older arguments cache for a day without the authorization header."
)(
    behave(
        api_behaviour,
        lambda block: (
            block.pop("cache_policy_id"),
            block.pop("origin_request_policy_id"),
            block.update(forwarded_values={"query_string": True, "cookies": {"forward": "none"}}, default_ttl=86400),
        ),
    )
)
dangerous("open-path-before-media", "front door", "A behaviour before it serves the same files without a signature.")(
    lambda document: distribution(document)["ordered_cache_behavior"].insert(
        0,
        {k: v for k, v in media_behaviour(document).items() if k != "trusted_key_groups"}
        | {"path_pattern": "/media/*/preview.mp4"},
    )
)
dangerous("open-path-by-extension", "front door", "Every video without a signature.")(
    lambda document: distribution(document)["ordered_cache_behavior"].insert(
        0, {k: v for k, v in media_behaviour(document).items() if k != "trusted_key_groups"} | {"path_pattern": "*.mp4"}
    )
)
dangerous(
    "media-takes-uploads",
    "front door",
    "PUT and DELETE reach the bucket.",
    doubt="the bucket's policy gives the distribution reads alone",
)(
    behave(
        media_behaviour,
        lambda block: block.update(allowed_methods=["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]),
    )
)
dangerous("api-without-security-headers", "front door", "No HSTS, no sniffing protection.")(
    behave(api_behaviour, lambda block: block.pop("response_headers_policy_id"))
)
dangerous("media-without-security-headers", "front door", "An uploaded page could run as ours.")(
    behave(media_behaviour, lambda block: block.pop("response_headers_policy_id"))
)
dangerous("hsts-for-a-minute", "front door", "A minute in place of two years.")(
    put(HEADERS_POLICY, ("security_headers_config.strict_transport_security.access_control_max_age_sec"), 60)
)
dangerous("hsts-removed", "front door", "Browsers may be led to plain HTTP.")(
    drop(HEADERS_POLICY, "security_headers_config.strict_transport_security")
)
dangerous("hsts-without-subdomains", "front door", "Subdomains may be led to plain HTTP.")(
    put(HEADERS_POLICY, "security_headers_config.strict_transport_security.include_subdomains", False)
)
dangerous("framing-permitted", "front door", "Others may frame the pages.", doubt="CSP still denies framing")(
    put(HEADERS_POLICY, "security_headers_config.frame_options.frame_option", "SAMEORIGIN")
)
dangerous("scripts-permitted", "front door", "An uploaded page may run any script.")(
    put(
        HEADERS_POLICY,
        "security_headers_config.content_security_policy.content_security_policy",
        "default-src * 'unsafe-inline' 'unsafe-eval'",
    )
)
dangerous(
    "csp-one-directive-less",
    "front door",
    "Framing is no longer denied by the policy.",
    doubt="X-Frame-Options remains",
)(put(HEADERS_POLICY, "security_headers_config.content_security_policy.content_security_policy", "default-src 'none'"))
dangerous("sniffing-permitted", "front door", "Browsers may guess the type of uploads.")(
    drop(HEADERS_POLICY, "security_headers_config.content_type_options")
)
dangerous("headers-not-enforced", "front door", "The origin's header wins.")(
    put(HEADERS_POLICY, "security_headers_config.content_security_policy.override", False)
)
dangerous("referrer-leaks", "front door", "Signed addresses go to other sites.")(
    put(HEADERS_POLICY, "security_headers_config.referrer_policy.referrer_policy", "unsafe-url")
)
dangerous("headers-allow-every-origin", "front door", "Any page reads our answers.")(
    put(
        HEADERS_POLICY,
        "cors_config",
        {
            "access_control_allow_credentials": False,
            "access_control_allow_headers": {"items": ["*"]},
            "access_control_allow_methods": {"items": ["ALL"]},
            "access_control_allow_origins": {"items": ["*"]},
            "origin_override": True,
        },
        new=True,
    )
)
for name, value in (
    ("tls-1-of-viewers", "TLSv1"),
    ("tls-1-2016-of-viewers", "TLSv1_2016"),
    ("tls-1-1-of-viewers", "TLSv1.1_2016"),
    ("tls-1-2-2018-of-viewers", "TLSv1.2_2018"),
    ("tls-1-2-2021-of-viewers", "TLSv1.2_2021"),
):
    dangerous(name, "front door", f"The floor is {value} in place of TLS 1.3.")(
        put(DISTRIBUTION, f"{VIEWER_CERTIFICATE}.minimum_protocol_version", value)
    )
