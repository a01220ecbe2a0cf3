"""Changes of the distribution, part 2 of 2."""

import copy
from collections.abc import Callable
from typing import Any

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import Change, dangerous
from tests.review.opinion.editing import add, drop, put
from tests.review.opinion.finding import pick, reference
from tests.review.opinion.kinds import DISTRIBUTION, STRANGER, VIEWER_CERTIFICATE
from tests.review.opinion.more_parts import behave
from tests.review.opinion.parts import api_behaviour, distribution, logs

ORIGIN_ACCESS = "aws_cloudfront_origin_access_control"


def origins(change: Callable[..., object]) -> Change:
    return lambda document: change(distribution(document)["origin"], document)


def custom(o: Any) -> Any:
    return next(x for x in o if "custom_origin_config" in x)


def stored(o: Any) -> Any:
    return next(x for x in o if "origin_access_control_id" in x)


dangerous("certificate-of-cloudfront", "front door", "TLS 1 and another name.")(
    put(DISTRIBUTION, VIEWER_CERTIFICATE, {"cloudfront_default_certificate": True})
)
dangerous("tls-of-viewers-unsaid", "front door", "The default is TLSv1.")(
    drop(DISTRIBUTION, f"{VIEWER_CERTIFICATE}.minimum_protocol_version")
)
dangerous("web-acl-removed", "front door", "No firewall before the platform.")(drop(DISTRIBUTION, "web_acl_id"))
dangerous("web-acl-empty", "front door", "No firewall before the platform.")(put(DISTRIBUTION, "web_acl_id", ""))
dangerous("web-acl-of-somebody-else", "front door", "A firewall that nobody here reviews.")(
    put(
        DISTRIBUTION,
        "web_acl_id",
        ("arn:aws:wafv2:us-east-1:333333333333:global/webacl/basic/11111111-2222-4333-8444-555555555555"),
    )
)
dangerous("names-removed", "availability", "The public name is not answered.")(drop(DISTRIBUTION, "aliases"))
dangerous("distribution-off", "availability", "Nothing is answered.")(put(DISTRIBUTION, "enabled", False))
dangerous("errors-cached", "front door", "One user's 403 is given to the next for five minutes.")(
    put(
        DISTRIBUTION,
        "custom_error_response",
        lambda value: [dict(e, error_caching_min_ttl=300) if e["error_code"] == 403 else e for e in value],
    )
)
dangerous("error-entry-removed", "front door", "CloudFront keeps that error for ten seconds.")(
    put(DISTRIBUTION, "custom_error_response", lambda value: [e for e in value if e["error_code"] != 404])
)
dangerous("errors-become-success", "front door", "A refusal looks like success.")(
    put(
        DISTRIBUTION,
        "custom_error_response",
        lambda value: [
            dict(e, response_code=200, response_page_path="/index.html") if e["error_code"] == 403 else e for e in value
        ],
    )
)
dangerous("origin-in-clear", "front door", "Tokens travel in clear to the API.")(
    origins(
        lambda origins, document: custom(origins)["custom_origin_config"].update(origin_protocol_policy="http-only")
    )
)
dangerous("origin-as-viewer", "front door", "Whoever comes in clear goes on in clear.")(
    origins(
        lambda origins, document: custom(origins)["custom_origin_config"].update(origin_protocol_policy="match-viewer")
    )
)
dangerous("origin-old-tls", "front door", "TLS 1.0 to the API.")(
    origins(
        lambda origins, document: custom(origins)["custom_origin_config"].update(
            origin_ssl_protocols=["TLSv1", "TLSv1.2"]
        )
    )
)
dangerous("origin-of-a-stranger", "front door", "Requests with tokens go to a stranger.")(
    origins(lambda origins, document: custom(origins).update(domain_name="api.partner.example"))
)
dangerous("origin-without-access-control", "front door", "The bucket would have to be public.")(
    origins(lambda origins, document: stored(origins).pop("origin_access_control_id"))
)
dangerous("origin-a-strangers-bucket", "front door", "A stranger decides what patients see.")(
    origins(lambda origins, document: stored(origins).update(domain_name="ffp-media-cdn.s3.eu-west-2.amazonaws.com"))
)
dangerous("origin-is-the-log-bucket", "exposure", "Logs are served to whoever has a signed address.")(
    origins(
        lambda origins, document: stored(origins).update(
            domain_name=reference("aws_s3_bucket", logs(document), "bucket_regional_domain_name")
        )
    )
)
dangerous("origin-with-a-secret-header", "secrets", "A shared secret in code and state.")(
    origins(
        lambda origins, document: custom(origins).update(
            custom_header=[{"name": "x-origin-verify", "value": "p8Zr4Lq2Xv9Tn6Wb1Kd7"}]
        )
    )
)
dangerous("origin-never-signed", "front door", "The bucket would have to be public.")(
    put(ORIGIN_ACCESS, "signing_behavior", "never")
)
dangerous("origin-signed-unless-viewer", "front door", "The viewer's own authorization goes to the bucket.")(
    put(ORIGIN_ACCESS, "signing_behavior", "no-override")
)
dangerous("code-at-the-edge", "front door", "A stranger's code sees every request with its token.")(
    behave(
        api_behaviour,
        lambda block: block.update(
            lambda_function_association=[
                {
                    "event_type": "viewer-request",
                    "lambda_arn": f"arn:aws:lambda:us-east-1:{STRANGER}:function:inspect:3",
                    "include_body": True,
                }
            ]
        ),
    )
)
dangerous("third-playback-key", "front door", "A key of somebody signs playback.")(
    lambda document: (
        add(
            document,
            "aws_cloudfront_public_key",
            "c",
            {
                "name": "c",
                "encoded_key": (
                    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQE"
                    "A1234\n-----END PUBLIC KEY-----\n"
                ),
            },
        ),
        pick(document, "aws_cloudfront_key_group")[1]["items"].append("${aws_cloudfront_public_key.c.id}"),
    )
)
dangerous("playback-key-by-a-foreign-id", "front door", "A key that is not in this stack signs playback.")(
    lambda document: pick(document, "aws_cloudfront_key_group")[1]["items"].append("K2JCJMDEHXQW5F")
)
dangerous("uploads-from-every-page", "front door", "Any page may upload with a form that it got.")(
    put("aws_s3_bucket_cors_configuration", "cors_rule.0.allowed_origins", ["*"])
)
dangerous("reads-from-pages-too", "front door", "Pages may read and replace objects, not only post forms.")(
    put("aws_s3_bucket_cors_configuration", "cors_rule.0.allowed_methods", ["GET", "POST", "PUT", "DELETE"])
)
dangerous("second-cors-rule", "front door", "A second rule for everybody.")(
    lambda document: pick(document, "aws_s3_bucket_cors_configuration")[1]["cors_rule"].append(
        {"allowed_methods": ["GET"], "allowed_origins": ["https://*"], "allowed_headers": ["*"]}
    )
)


@dangerous(
    "second-distribution",
    "front door",
    ("A second distribution serves the same bucket without signature and firewall."),
)
def second_distribution(document: Document) -> None:
    new_ = copy.deepcopy(distribution(document))
    new_.pop("//", None)
    new_["aliases"] = []
    new_.pop("web_acl_id", None)
    new_["ordered_cache_behavior"] = []
    new_["default_cache_behavior"].pop("trusted_key_groups", None)
    new_["viewer_certificate"] = {"cloudfront_default_certificate": True}
    new_["origin"] = [stored(new_["origin"])]
    add(document, DISTRIBUTION, "preview", new_)
