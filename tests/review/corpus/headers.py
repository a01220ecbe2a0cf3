"""Changes of the headers that a distribution adds to answers."""

from ffp.review.concern import Topic
from tests.review.corpus.cdn import HEADERS
from tests.review.corpus.edit import Edit, put

_OPEN, _SECURITY = Topic.EXPOSURE, "security_headers_config"
DANGEROUS = (
    Edit(
        "a short time of HTTPS",
        put(HEADERS, f"{_SECURITY}.strict_transport_security.access_control_max_age_sec", 60),
        _OPEN,
    ),
    Edit("no insisting on HTTPS", put(HEADERS, f"{_SECURITY}.strict_transport_security", None), _OPEN),
    Edit(
        "subdomains without HTTPS",
        put(HEADERS, f"{_SECURITY}.strict_transport_security.include_subdomains", False),
        _OPEN,
    ),
    Edit("no preload", put(HEADERS, f"{_SECURITY}.strict_transport_security.preload", None), _OPEN),
    Edit("the origin's header counts", put(HEADERS, f"{_SECURITY}.frame_options.override", False), _OPEN),
    Edit("no content security policy", put(HEADERS, f"{_SECURITY}.content_security_policy", None), _OPEN),
    Edit(
        "scripts of other sites",
        put(
            HEADERS,
            f"{_SECURITY}.content_security_policy.content_security_policy",
            "default-src 'none'; frame-ancestors 'none'; script-src *",
        ),
        _OPEN,
    ),
    Edit(
        "frames of other sites",
        put(HEADERS, f"{_SECURITY}.content_security_policy.content_security_policy", "default-src 'none'"),
        _OPEN,
    ),
    Edit("frames of the site", put(HEADERS, f"{_SECURITY}.frame_options.frame_option", "SAMEORIGIN"), _OPEN),
    Edit("browsers guess types", put(HEADERS, f"{_SECURITY}.content_type_options", None), _OPEN),
    Edit("addresses become known", put(HEADERS, f"{_SECURITY}.referrer_policy.referrer_policy", "unsafe-url"), _OPEN),
    Edit("every page may read", put(HEADERS, "cors_config", {"access_control_allow_origins": {"items": ["*"]}}), _OPEN),
)
HARMLESS = (
    Edit(
        "a longer time of HTTPS",
        put(HEADERS, f"{_SECURITY}.strict_transport_security.access_control_max_age_sec", "99999999"),
    ),
    Edit(
        "a stricter content security policy",
        put(
            HEADERS,
            f"{_SECURITY}.content_security_policy.content_security_policy",
            "frame-ancestors 'none'; default-src 'none'; base-uri 'none'",
        ),
    ),
)
