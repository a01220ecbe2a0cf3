"""Changes of distributions: who can fetch what, by which TLS, from where, and with which headers."""

import copy
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks, drop, first, first_named, make, one_of, put

Change = Callable[[Document], None]
CDN, HEADERS = "aws_cloudfront_distribution", "aws_cloudfront_response_headers_policy"
GROUP, KEY = "aws_cloudfront_key_group", "aws_cloudfront_public_key"
CACHE, CONTROL = "aws_cloudfront_cache_policy", "aws_cloudfront_origin_access_control"
DELIVERY, METRICS = "aws_cloudwatch_log_delivery", "aws_cloudfront_monitoring_subscription"
_OPTIMISED, _SECURE = "658327ea-f89d-4fab-a63d-7e88639e58f6", "67f7725c-6f97-4210-82d7-5512b31e9d03"
_EVERY = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
_METRICS_PATH = "monitoring_subscription.realtime_metrics_subscription_config.realtime_metrics_subscription_status"


def _behaviours(document: Document) -> list[Document]:
    found = first(document, CDN)
    ordered = found["ordered_cache_behavior"]
    return [*(ordered if isinstance(ordered, list) else [ordered]), found["default_cache_behavior"]]


def signed(behaviour: Document) -> bool:
    """Whether a behaviour demands signed addresses."""
    return bool(behaviour.get("trusted_key_groups"))


def unsigned(behaviour: Document) -> bool:
    """Whether a behaviour leads to what asks callers itself."""
    return not signed(behaviour)


def of_behaviour(where: Callable[[Document], bool], **given: Any) -> Change:
    """Sets arguments of the first behaviour that fulfils a condition; None removes one."""

    def change(document: Document) -> None:
        found = one_of(filter(where, _behaviours(document)), "behaviour")
        found.update(given)
        for name in [name for name, value in given.items() if value is None]:
            del found[name]

    return change


def _new_behaviour(like: Callable[[Document], bool], pattern: str, place: int = 0, **given: Any) -> Change:
    def change(document: Document) -> None:
        found = copy.deepcopy(one_of(filter(like, _behaviours(document)), "behaviour"))
        found |= {"path_pattern": pattern, **given}
        first(document, CDN)["ordered_cache_behavior"].insert(place, {k: v for k, v in found.items() if v is not None})

    return change


def _drop_behaviour(document: Document) -> None:
    """The behaviour of the API goes, and the default one serves every bucket's object to everybody."""
    of_behaviour(lambda each: "path_pattern" not in each, trusted_key_groups=None)(document)


def of_origin(custom: bool, **given: Any) -> Change:
    """Sets arguments of the first origin that is, or is not, a bucket."""

    def change(document: Document) -> None:
        for origin in first(document, CDN)["origin"]:
            if ("custom_origin_config" in origin) is custom:
                origin.update(given)
                return
        raise DoesNotApply("origin")

    return change


def _custom_origin(document: Document) -> Document:
    return one_of((each for each in first(document, CDN)["origin"] if "custom_origin_config" in each), "origin")


def _of_custom(**given: Any) -> Change:
    def change(document: Document) -> None:
        _custom_origin(document)["custom_origin_config"].update(given)

    return change


def _foreign_origin(document: Document) -> None:
    found = {**copy.deepcopy(_custom_origin(document)), "origin_id": "planted", "domain_name": "cdn.example.com"}
    first(document, CDN)["origin"].append(found)


def _planted_key(document: Document) -> None:
    blocks(document, KEY)["planted"] = {"name": "planted", "encoded_key": "-----BEGIN PUBLIC KEY-----\nMIIB\n"}
    first(document, GROUP)["items"].append(f"${{{KEY}.planted.id}}")


def _planted_group(document: Document) -> None:
    blocks(document, GROUP)["planted"] = {"name": "planted", "items": ["K1"]}
    of_behaviour(signed, trusted_key_groups=[f"${{{GROUP}.planted.id}}"])(document)


def _shared_cache(**key: Any) -> Change:
    """A cache policy for the API's paths that keeps answers for a minute."""

    def change(document: Document) -> None:
        none = {
            "cookies_config": {"cookie_behavior": "none"},
            "headers_config": {"header_behavior": "none"},
            "query_strings_config": {"query_string_behavior": "all"},
        }
        blocks(document, CACHE)["planted"] = {
            "name": "planted",
            "default_ttl": 60,
            "parameters_in_cache_key_and_forwarded_to_origin": {**none, **key},
        }
        of_behaviour(unsigned, cache_policy_id=f"${{{CACHE}.planted.id}}")(document)

    return change


def _as_lists(document: Document) -> None:
    found = first(document, CDN)
    for name in ("default_cache_behavior", "viewer_certificate", "restrictions"):
        found[name] = [found[name]]
    found["origin"].reverse()


def _renamed_headers(document: Document) -> None:
    """A second policy with the same headers, which all behaviours use."""
    blocks(document, HEADERS)["planted"] = {**copy.deepcopy(first(document, HEADERS)), "name": "planted"}
    for each in _behaviours(document):
        each["response_headers_policy_id"] = f"${{{HEADERS}.planted.id}}"


def _renamed_key(document: Document) -> None:
    keys, group = blocks(document, KEY), first(document, GROUP)
    name, _ = first_named(document, KEY)
    keys["planted"] = {**keys.pop(name), "comment": "planted"}
    group["items"] = [each.replace(f"{KEY}.{name}.", f"{KEY}.planted.") for each in group["items"]][::-1]


def _log_field(field: str, *, add: bool) -> Change:
    def change(document: Document) -> None:
        fields = first(document, DELIVERY)["record_fields"]
        if add:
            fields.append(field)
        else:
            fields.remove(field)

    return change


def _edge(document: Document) -> None:
    blocks(document, "aws_cloudfront_function")["planted"] = {
        "name": "planted",
        "code": "x",
        "runtime": "cloudfront-js-2.0",
    }
    association = {"event_type": "viewer-request", "function_arn": "${aws_cloudfront_function.planted.arn}"}
    of_behaviour(unsigned, function_association=[association])(document)


def _countries(kind: str, *names: str) -> Change:
    return put(CDN, "restrictions.geo_restriction", {"restriction_type": kind, "locations": list(names)})


_OPEN = Topic.EXPOSURE
DANGEROUS = (
    Edit("media need no signature", of_behaviour(signed, trusted_key_groups=None), _OPEN),
    Edit("media need no signature, by an empty list", of_behaviour(signed, trusted_key_groups=[]), _OPEN),
    Edit("all other paths need no signature", _drop_behaviour, _OPEN),
    Edit(
        "an unsigned path before the signed one",
        _new_behaviour(signed, "/media/free/*", trusted_key_groups=None),
        _OPEN,
    ),
    Edit("an account signs addresses, too", of_behaviour(signed, trusted_signers=["self"]), _OPEN),
    Edit("another group of keys signs", _planted_group, _OPEN),
    Edit("one more key signs", _planted_key, _OPEN),
    Edit("a key is another one", put(KEY, "encoded_key", "-----BEGIN PUBLIC KEY-----\nMIIC\n"), _OPEN),
    Edit("plain HTTP is answered", of_behaviour(signed, viewer_protocol_policy="allow-all"), _OPEN),
    Edit("plain HTTP is sent to HTTPS", of_behaviour(unsigned, viewer_protocol_policy="redirect-to-https"), _OPEN),
    Edit("old TLS", put(CDN, "viewer_certificate.minimum_protocol_version", "TLSv1.2_2021"), _OPEN),
    Edit("very old TLS", put(CDN, "viewer_certificate.minimum_protocol_version", "TLSv1"), _OPEN),
    Edit(
        "CloudFront's own certificate", put(CDN, "viewer_certificate", {"cloudfront_default_certificate": True}), _OPEN
    ),
    Edit("no web ACL", put(CDN, "web_acl_id", None), _OPEN),
    Edit("another web ACL", put(CDN, "web_acl_id", "arn:aws:wafv2:x", lambda each: "web_acl_id" in each), _OPEN),
    Edit("one more name", put(CDN, "aliases", ["app.ffp.example", "x.example"]), _OPEN),
    Edit("the distribution is off", put(CDN, "enabled", False), Topic.AVAILABILITY),
    Edit("a test with another configuration", put(CDN, "continuous_deployment_policy_id", "x"), _OPEN),
    Edit("errors are kept", put(CDN, "custom_error_response", None), Topic.AVAILABILITY),
    Edit(
        "an error is kept for an hour",
        put(CDN, "custom_error_response.1.error_caching_min_ttl", 3600),
        Topic.AVAILABILITY,
    ),
    Edit("writing methods reach the bucket", of_behaviour(signed, allowed_methods=_EVERY), _OPEN),
    Edit("answers of the API are kept", of_behaviour(unsigned, cache_policy_id=_OPTIMISED), _OPEN),
    Edit("answers of the API are kept by our policy", _shared_cache(), _OPEN),
    Edit(
        "answers of the API are kept in the old way",
        of_behaviour(unsigned, cache_policy_id=None, forwarded_values={"query_string": True}, default_ttl=60),
        _OPEN,
    ),
    Edit("answers have no policy for headers", of_behaviour(unsigned, response_headers_policy_id=None), _OPEN),
    Edit("answers have AWS's headers", of_behaviour(unsigned, response_headers_policy_id=_SECURE), _OPEN),
    Edit("the bucket is asked without a signature", of_origin(False, origin_access_control_id=None), _OPEN),
    Edit("the bucket's signature is off", put(CONTROL, "signing_behavior", "never"), _OPEN),
    Edit("callers bring their own signature", put(CONTROL, "signing_behavior", "no-override"), _OPEN),
    Edit("the bucket is another one", of_origin(False, domain_name="other.s3.eu-west-2.amazonaws.com"), _OPEN),
    Edit("the API is another one", of_origin(True, domain_name="api.example.com"), _OPEN),
    Edit("an origin of somebody else", _foreign_origin, _OPEN),
    Edit("the API is asked in clear", _of_custom(origin_protocol_policy="http-only"), _OPEN),
    Edit("the API is asked as the caller asks", _of_custom(origin_protocol_policy="match-viewer"), _OPEN),
    Edit("the API is asked by old TLS", _of_custom(origin_ssl_protocols=["TLSv1.2", "TLSv1"]), _OPEN),
    Edit("a function at the edge", _edge, _OPEN),
    Edit(
        "a Lambda function at the edge",
        of_behaviour(signed, lambda_function_association=[{"event_type": "origin-request", "lambda_arn": "x"}]),
        _OPEN,
    ),
    Edit("no access logs", drop(DELIVERY), Topic.WATCHING),
    Edit("the access logs have no source", drop("aws_cloudwatch_log_delivery_source"), Topic.WATCHING),
    Edit(
        "the access logs go elsewhere",
        put(
            "aws_cloudwatch_log_delivery_destination",
            "delivery_destination_configuration.0.destination_resource_arn",
            "arn:aws:s3:::somebody",
        ),
        Topic.WATCHING,
    ),
    Edit("the access logs lack addresses", _log_field("c-ip", add=False), Topic.WATCHING),
    Edit("the access logs hold signatures", _log_field("cs-uri-query", add=True), _OPEN),
    Edit("no further metrics", drop(METRICS), Topic.WATCHING),
    Edit("further metrics are off", put(METRICS, _METRICS_PATH, "Disabled"), Topic.WATCHING),
)
HARMLESS = (
    Edit("one more path of the API", _new_behaviour(unsigned, "/api/v2/*")),
    Edit("one more signed path", _new_behaviour(signed, "/media/more/*")),
    Edit(
        "a path of the API in a list of methods",
        _new_behaviour(unsigned, "/api/read/*", allowed_methods=["GET", "HEAD"]),
    ),
    Edit("paths in another order", lambda each: first(each, CDN)["ordered_cache_behavior"].reverse()),
    Edit("newer TLS", put(CDN, "viewer_certificate.minimum_protocol_version", "TLSv1.3_2026")),
    Edit(
        "another certificate",
        put(CDN, "viewer_certificate.acm_certificate_arn", "arn:aws:acm:us-east-1:333333333333:certificate/x"),
    ),
    Edit("fewer countries", _countries("whitelist", "GB")),
    Edit("all countries but one", _countries("blacklist", "XX")),
    Edit("a longer cache of media", put(CACHE, "default_ttl", 9_000_000)),
    Edit(
        "answers kept for each caller",
        _shared_cache(headers_config={"header_behavior": "whitelist", "headers": {"items": ["Authorization"]}}),
    ),
    Edit(
        "only signed addresses for the API",
        lambda each: of_behaviour(unsigned, trusted_key_groups=[f"${{{GROUP}.{first_named(each, GROUP)[0]}.id}}"])(
            each
        ),
    ),
    Edit("more edges", put(CDN, "price_class", "PriceClass_All")),
    Edit("another comment", put(CDN, "comment", "planted")),
    Edit("blocks as lists", _as_lists),
    Edit("a longer timeout", _of_custom(origin_read_timeout=60)),
    Edit("only new TLS to the API", _of_custom(origin_ssl_protocols="TLSv1.2")),
    Edit("the same headers by another policy", _renamed_headers),
    Edit("a key and the list in another order", _renamed_key),
    Edit("one more field in the access logs", _log_field("time-taken2", add=True)),
    Edit("a key that nobody trusts", make(KEY, name="x", encoded_key="x")),
    Edit("a path without writing methods", of_behaviour(unsigned, allowed_methods=["GET", "HEAD"])),
)
