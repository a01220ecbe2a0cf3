"""What a response headers policy of CloudFront promises: each security header, and who may read answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.api import credential_headers
from ffp.review.facts.fact import Amount, Fact, Members, Order, Ranked, Truth
from ffp.review.facts.orders import ContentPolicy, Letting
from ffp.review.facts.values import first_of, names
from ffp.review.side import Side, at, blocks_in

POLICY = "aws_cloudfront_response_headers_policy"
_SECURITY = "security_headers_config"
# AWS's own policies: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
_SECURE: Mapping[str, Any] = {
    "content_type_options": {"override": True},
    "frame_options": {"frame_option": "SAMEORIGIN", "override": False},
    "referrer_policy": {"referrer_policy": "strict-origin-when-cross-origin", "override": False},
    "strict_transport_security": {"access_control_max_age_sec": 31536000, "override": False},
    "xss_protection": {"protection": True, "mode_block": True, "override": False},
}
_ANY_ORIGIN: Mapping[str, Any] = {"access_control_allow_origins": {"items": ["*"]}}
_ANY_METHOD: Mapping[str, Any] = {**_ANY_ORIGIN, "access_control_allow_methods": {"items": ["ALL"]}}
MANAGED: Mapping[str, Mapping[str, Any]] = {
    "67f7725c-6f97-4210-82d7-5512b31e9d03": {_SECURITY: _SECURE},
    "60669652-455b-4ae9-85a4-c4c02393f86c": {"cors_config": _ANY_ORIGIN},
    "5cc3b908-e619-4b99-88e5-2cf7f45965bd": {"cors_config": _ANY_METHOD},
    "e61eb60c-9c35-4d20-a928-2b84e02af89c": {_SECURITY: _SECURE, "cors_config": _ANY_ORIGIN},
    "eaab4381-ed33-4a86-88ca-d9558dc6cd63": {_SECURITY: _SECURE, "cors_config": _ANY_METHOD},
}
_REFERRERS = (
    None,
    "unsafe-url",
    "no-referrer-when-downgrade",
    "origin-when-cross-origin",
    "origin",
    "strict-origin-when-cross-origin",
    "strict-origin",
    "same-origin",
    "no-referrer",
)
_DAYS = 86_400
_SAFE_METHODS = frozenset({"get", "head", "options"})
# What each header says: its block, the attribute with its value (empty: that it is sent), a name, and the order.
_HEADERS: tuple[tuple[str, str, str, Order, str], ...] = (
    (
        "strict_transport_security",
        "access_control_max_age_sec",
        "How long browsers insist on HTTPS",
        Amount("days"),
        "Afterwards, or at the first visit, somebody on the way can keep a browser on plain HTTP.",
    ),
    (
        "strict_transport_security",
        "include_subdomains",
        "Insisting on HTTPS for subdomains",
        Truth(demanded=False),
        "Cookies of the domain can be set by a subdomain without TLS.",
    ),
    (
        "strict_transport_security",
        "preload",
        "Insisting on HTTPS before the first visit",
        Truth(demanded=False),
        "At the first visit, somebody on the way can keep a browser on plain HTTP.",
    ),
    (
        "content_security_policy",
        "content_security_policy",
        "What a page may load",
        ContentPolicy(),
        "Injected markup can load and run scripts from there.",
    ),
    (
        "frame_options",
        "frame_option",
        "Who may show a page in a frame",
        Ranked((None, "SAMEORIGIN", "DENY")),
        "A page of somebody else can show ours and catch the user's clicks.",
    ),
    (
        "content_type_options",
        "",
        "Forbidding browsers to guess types",
        Truth(demanded=False),
        "A browser can take an uploaded file for a script.",
    ),
    (
        "referrer_policy",
        "referrer_policy",
        "What other sites learn of addresses",
        Ranked(_REFERRERS),
        "Signatures and names in addresses become known to other sites.",
    ),
    ("xss_protection", "protection", "The browser's filter of scripts", Truth(demanded=False), ""),
)
_DEFAULTS: Mapping[str, Any] = {"access_control_max_age_sec": 0, "preload": False, "include_subdomains": False}


def policy_of(side: Side, value: Any) -> tuple[str, Mapping[str, Any]]:
    """The policy that a behaviour names: its name for a reader, and its attributes."""
    block = first_of(side, value, POLICY)
    if block is not None:
        return side.address(block), {key: side.resolved(inner) for key, inner in block.attributes.items()}
    text = str(side.resolved(value) or "")
    return text, MANAGED.get(text, {})


def promises(side: Side, subject: str, address: str, policy: Mapping[str, Any]) -> Iterator[Fact]:
    """What the attributes of a policy promise about a subject: a policy, or a behaviour that uses it."""
    for name, attribute, says, order, why in _HEADERS:
        block = at(policy, f"{_SECURITY}.{name}")
        default = _DEFAULTS.get(attribute, None if attribute else False)
        found = default if block is None else True if not attribute else at(block, attribute)
        if attribute == "access_control_max_age_sec" and isinstance(found, int | float | str):
            found = _in_days(found)
        yield _fact(subject, address, f"{name} {attribute}", says, order, default if found is None else found, why)
    for name in dict.fromkeys(each[0] for each in _HEADERS):
        block = at(policy, f"{_SECURITY}.{name}")
        if block is not None:
            why = "The origin can send a weaker header, which then counts."
            says = f"Preference for our {name.replace('_', ' ')} header over the origin's"
            yield _fact(subject, address, f"{name} override", says, Truth(demanded=False), at(block, "override"), why)
    items = blocks_in(at(policy, "custom_headers_config.items"))
    sent = [str(each.get("header")).lower() for each in items]
    yield _fact(subject, address, "custom headers", "Further headers", Members("shrink"), sent)
    removed = [each.get("header") for each in blocks_in(at(policy, "remove_headers_config.items"))]
    yield _fact(subject, address, "removed headers", "Headers that are kept from callers", Members("shrink"), removed)
    yield from _cors(subject, address, policy, items)


def _cors(subject: str, address: str, policy: Mapping[str, Any], items: list[dict[str, Any]]) -> Iterator[Fact]:
    def listed(what: str) -> list[str]:
        return names(at(policy, f"cors_config.access_control_{what}.items"))

    own = [str(each.get("value")) for each in items if str(each.get("header")).lower() == "access-control-allow-origin"]
    why = "Scripts of these pages can read the answers in a user's browser."
    origins = Letting(refused=lambda each: each == "*", fold=True)
    credentials = at(policy, "cors_config.access_control_allow_credentials")
    yield _fact(
        subject, address, "cors origins", "Web origins that may read", origins, listed("allow_origins") + own, why
    )
    yield _fact(
        subject,
        address,
        "cors methods",
        "Methods that other sites may use",
        Letting(_SAFE_METHODS, fold=True),
        listed("allow_methods"),
        why,
    )
    yield _fact(
        subject,
        address,
        "cors headers",
        "Credentials that other sites may send",
        Letting(fold=True),
        credential_headers(listed("allow_headers")),
        why,
    )
    yield _fact(
        subject,
        address,
        "cors credentials",
        "Sending cookies from other sites",
        Truth(wanted=False, demanded=False),
        bool(credentials) and str(credentials).lower() != "false",
        why,
    )


def _in_days(seconds: float | str) -> Any:
    try:
        return float(seconds) / _DAYS
    except ValueError:
        return seconds


def _fact(subject: str, address: str, question: str, says: str, order: Order, value: Any, why: str = "") -> Fact:
    return Fact(
        subject=subject,
        question=question,
        says=says,
        topic=Topic.EXPOSURE,
        order=order,
        value=value,
        absent=value,  # a header that only one side can have has a fact on both
        address=address,
        why=why,
    )
