"""Changes of the firewall."""

from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add, put
from tests.review.opinion.finding import pick
from tests.review.opinion.kinds import FIREWALL
from tests.review.opinion.parts import rule_of

dangerous("firewall-counts-a-group", "front door", "A managed group only counts.")(
    lambda document: rule_of(document, "managed_rule_group_statement").update(override_action={"count": {}})
)
dangerous("firewall-counts-the-rate", "front door", "The rate rule only counts.")(
    lambda document: rule_of(document, "rate_based_statement").update(action={"count": {}})
)
dangerous("firewall-allows-at-the-rate", "front door", "Whoever floods is let through.")(
    lambda document: rule_of(document, "rate_based_statement").update(action={"allow": {}})
)
dangerous("firewall-rate-raised", "front door", "A thousand times the requests.")(
    lambda document: rule_of(document, "rate_based_statement")["statement"]["rate_based_statement"].update(
        limit=2000000
    )
)
dangerous("firewall-rate-by-a-header", "front door", "The caller writes the address that is counted.")(
    lambda document: rule_of(document, "rate_based_statement")["statement"]["rate_based_statement"].update(
        aggregate_key_type="FORWARDED_IP",
        forwarded_ip_config={"header_name": "X-Forwarded-For", "fallback_behavior": "NO_MATCH"},
    )
)
dangerous("firewall-rate-in-a-shorter-window", "front door", "The same limit in a minute is five times as much.")(
    lambda document: rule_of(document, "rate_based_statement")["statement"]["rate_based_statement"].update(
        evaluation_window_sec=60
    )
)
dangerous("firewall-rate-for-some-paths", "front door", "Other paths are not limited.")(
    lambda document: rule_of(document, "rate_based_statement")["statement"]["rate_based_statement"].update(
        scope_down_statement={
            "byte_match_statement": {
                "search_string": "/login",
                "positional_constraint": "STARTS_WITH",
                "field_to_match": {"uri_path": {}},
                "text_transformation": [{"priority": 0, "type": "NONE"}],
            }
        }
    )
)
dangerous("firewall-group-removed", "front door", "Known bad inputs get through.")(
    lambda document: pick(document, FIREWALL)[1].update(
        rule=[r for r in pick(document, FIREWALL)[1]["rule"] if "KnownBad" not in r["name"]]
    )
)
dangerous("firewall-rate-removed", "front door", "Nothing limits an address.")(
    lambda document: pick(document, FIREWALL)[1]["rule"].remove(rule_of(document, "rate_based_statement"))
)
dangerous("firewall-one-rule-of-a-group-counts", "front door", "Cross-site scripting gets through.")(
    lambda document: next(r for r in pick(document, FIREWALL)[1]["rule"] if "Common" in r["name"])["statement"][
        "managed_rule_group_statement"
    ]["rule_action_override"].append({"name": "CrossSiteScripting_BODY", "action_to_use": {"count": {}}})
)
dangerous(
    "firewall-an-older-version",
    "front door",
    "The group is pinned to an old version.",
    doubt="pinning is sometimes wanted",
)(
    lambda document: rule_of(document, "managed_rule_group_statement")["statement"][
        "managed_rule_group_statement"
    ].update(version="Version_1.0")
)
dangerous("firewall-group-for-some-paths", "front door", "The group sees only some paths.")(
    lambda document: rule_of(document, "managed_rule_group_statement")["statement"][
        "managed_rule_group_statement"
    ].update(scope_down_statement={"geo_match_statement": {"country_codes": ["GB"]}})
)
dangerous("firewall-lets-a-header-through", "front door", "A header that anybody can send skips all rules.")(
    lambda document: (
        pick(document, FIREWALL)[1]["rule"].append(
            {
                "name": "partners",
                "priority": 10,
                "action": {"allow": {}},
                "statement": {
                    "byte_match_statement": {
                        "search_string": "partner",
                        "positional_constraint": "EXACTLY",
                        "field_to_match": {"single_header": {"name": "x-partner"}},
                        "text_transformation": [{"priority": 0, "type": "NONE"}],
                    }
                },
                "visibility_config": {
                    "cloudwatch_metrics_enabled": True,
                    "metric_name": "p",
                    "sampled_requests_enabled": True,
                },
            }
        )
        or [
            r.update(priority=r["priority"] + 1 if r["name"] != "partners" else 0)
            for r in pick(document, FIREWALL)[1]["rule"]
        ]
    )
)
dangerous("firewall-lets-addresses-through-first", "front door", "Half of all addresses skip all rules.")(
    lambda document: (
        add(
            document,
            "aws_wafv2_ip_set",
            "ok",
            {
                "name": "ok",
                "scope": "CLOUDFRONT",
                "ip_address_version": "IPV4",
                "addresses": ["0.0.0.0/1"],
                "provider": "aws.global",
            },
        ),
        [r.update(priority=r["priority"] + 1) for r in pick(document, FIREWALL)[1]["rule"]],
        pick(document, FIREWALL)[1]["rule"].insert(
            0,
            {
                "name": "ok",
                "priority": 0,
                "action": {"allow": {}},
                "statement": {"ip_set_reference_statement": {"arn": "${aws_wafv2_ip_set.ok.arn}"}},
                "visibility_config": {
                    "cloudwatch_metrics_enabled": True,
                    "metric_name": "ok",
                    "sampled_requests_enabled": True,
                },
            },
        ),
    )
)
dangerous("firewall-blocks-everybody", "availability", "Every request is refused.", doubt="stricter, and down")(
    put(FIREWALL, "default_action", {"block": {}})
)
dangerous("firewall-of-a-region", "front door", "A regional list cannot guard the distribution: replaced.")(
    put(FIREWALL, "scope", "REGIONAL")
)
