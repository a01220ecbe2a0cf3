"""The orders of the front door's values: versions of TLS, content policies, countries, statements of WAF."""

from typing import Any

import pytest

from ffp.review.facts.orders import ContentPolicy, Countries, TlsFloor
from ffp.review.facts.statements import is_narrower


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("TLSv1.3_2025", "TLSv1.2_2021"),
        ("TLSv1.2_2021", "TLSv1.2_2019"),
        ("TLSv1.2_2018", "TLSv1_2016"),
        ("TLSv1", "SSLv3"),
        ("TLS_1_2", "TLS_1_0"),
        ("SecurityPolicy_TLS13_1_3_2025_09", "SecurityPolicy_TLS13_1_2_2021_06"),
        ("ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-2016-08"),
    ],
)
def test_an_older_version_of_tls_is_worse(before: str, after: str) -> None:
    assert TlsFloor().is_worse(before, after)
    assert not TlsFloor().is_worse(after, before)


@pytest.mark.parametrize(
    ("before", "after", "is_worse"),
    [
        ("default-src 'none'", "default-src 'none'; img-src 'none'", False),
        ("default-src 'none'", "default-src 'none'; img-src https:", True),
        ("default-src 'self'; script-src 'none'", "default-src 'self'", True),
        ("default-src *", "default-src 'self'", False),
        ("default-src 'self'; upgrade-insecure-requests", "default-src 'self'", True),
        ("default-src 'self'; report-uri /x", "default-src 'self'", False),
        ("default-src 'self'", "", True),
        ("", "default-src *", False),
    ],
)
def test_a_content_policy_may_only_become_stricter(before: str, after: str, is_worse: bool) -> None:
    assert ContentPolicy().is_worse(before, after) is is_worse


@pytest.mark.parametrize(
    ("before", "after", "is_worse"),
    [
        (("whitelist", "GB"), ("whitelist", "GB", "FR"), True),
        (("whitelist", "GB", "FR"), ("whitelist", "GB"), False),
        (("blacklist", "GB", "FR"), ("blacklist", "GB"), True),
        (("blacklist", "GB"), ("whitelist", "FR"), False),
        (("blacklist", "GB"), ("whitelist", "GB"), True),
        (("none",), ("whitelist", "GB"), False),
        (("blacklist", "GB"), ("none",), True),
    ],
)
def test_more_countries_are_worse(before: tuple[str, ...], after: tuple[str, ...], is_worse: bool) -> None:
    old, new = ({"restriction_type": kind, "locations": list(names)} for kind, *names in (before, after))
    assert Countries().is_worse(old, new) is is_worse


_GB, _FR = ({"geo_match_statement": {"country_codes": [each]}} for each in ("GB", "FR"))
_BOTH = {"geo_match_statement": {"country_codes": ["GB", "FR"]}}
_NET, _HOST = {"addresses": ["192.0.2.0/24"]}, {"addresses": ["192.0.2.7/32"]}


@pytest.mark.parametrize(
    ("before", "after", "is_less"),
    [
        (_GB, _BOTH, False),
        (_BOTH, _GB, True),
        (_GB, _FR, True),
        (_NET, _HOST, True),
        (_HOST, _NET, False),
        (_GB, {"or_statement": {"statement": [_FR, _GB]}}, False),
        ({"or_statement": {"statement": [_FR, _GB]}}, _GB, True),
        (_GB, {"and_statement": {"statement": [_FR, _GB]}}, True),
        ({"and_statement": {"statement": [_NET, _GB]}}, _GB, False),
        ({"not_statement": {"statement": _GB}}, {"not_statement": {"statement": _BOTH}}, True),
        ({"not_statement": {"statement": [_BOTH]}}, {"not_statement": {"statement": [_GB]}}, False),
    ],
)
def test_a_statement_that_matches_less_is_narrower(before: Any, after: Any, is_less: bool) -> None:
    assert is_narrower(before, after) is is_less
