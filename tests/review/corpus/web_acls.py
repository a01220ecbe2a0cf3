"""Changes of web ACLs: rules, actions, rates, and their logs."""

import copy
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks, drop, first, make, put

Change = Callable[[Document], None]
ACL, LOGGING, SET = "aws_wafv2_web_acl", "aws_wafv2_web_acl_logging_configuration", "aws_wafv2_ip_set"
_SEEN = {"cloudwatch_metrics_enabled": True, "metric_name": "planted", "sampled_requests_enabled": True}
_MANAGED, _RATE = "managed_rule_group_statement", "rate_based_statement"


def _rule(document: Document, kind: str) -> Document:
    for rule in first(document, ACL)["rule"]:
        if kind in rule["statement"]:
            found: Document = rule
            return found
    raise DoesNotApply(kind)


def _of_rule(kind: str, **given: Any) -> Change:
    """Sets arguments of the first rule of a kind."""
    return lambda document: _rule(document, kind).update(given)


def _of_statement(kind: str, **given: Any) -> Change:
    return lambda document: _rule(document, kind)["statement"][kind].update(given)


def _drop_rule(kind: str) -> Change:
    return lambda document: first(document, ACL)["rule"].remove(_rule(document, kind))


def _new_rule(statement: Document, action: str, priority: int = 99) -> Change:
    rule = {"name": "planted", "priority": priority, "action": {action: {}}, "statement": statement}
    return lambda document: first(document, ACL)["rule"].append({**rule, "visibility_config": _SEEN})


def _softer_group(document: Document) -> None:
    override = {"name": "SizeRestrictions_QUERYSTRING", "action_to_use": {"count": {}}}
    _rule(document, _MANAGED)["statement"][_MANAGED].setdefault("rule_action_override", []).append(override)


def _renamed_rule(document: Document) -> None:
    _rule(document, _RATE)["name"] = "planted"


def _reordered(document: Document) -> None:
    rules = first(document, ACL)["rule"]
    for priority, rule in enumerate(reversed(rules)):
        rule["priority"] = priority


def _blocked_addresses(document: Document) -> None:
    blocks(document, SET)["planted"] = {"addresses": ["192.0.2.0/24"], "ip_address_version": "IPV4"}
    _new_rule({"ip_set_reference_statement": {"arn": f"${{{SET}.planted.arn}}"}}, "block")(document)


def _listed(document: Document) -> None:
    acl = first(document, ACL)
    acl["rule"] = copy.deepcopy(acl["rule"][::-1])
    for rule in acl["rule"]:
        rule["statement"] = [rule["statement"]]


_PATH = {"byte_match_statement": {"search_string": "/api", "positional_constraint": "STARTS_WITH"}}
_OPEN = Topic.EXPOSURE


DANGEROUS = (
    Edit("everything is blocked", put(ACL, "default_action", {"block": {}}), Topic.AVAILABILITY),
    Edit("a group only counts", _of_rule(_MANAGED, override_action={"count": {}}), _OPEN),
    Edit("a rule of a group only counts", _softer_group, _OPEN),
    Edit("a group is gone", _drop_rule(_MANAGED), _OPEN),
    Edit("a group is another one", _of_statement(_MANAGED, name="AWSManagedRulesLinuxRuleSet"), _OPEN),
    Edit("a group applies to some paths", _of_statement(_MANAGED, scope_down_statement=_PATH), _OPEN),
    Edit("a group is pinned to its first version", _of_statement(_MANAGED, version="Version_1.0"), _OPEN),
    Edit("the rate's rule is gone", _drop_rule(_RATE), _OPEN),
    Edit("the rate's rule only counts", _of_rule(_RATE, action={"count": {}}), _OPEN),
    Edit("the rate is higher", _of_statement(_RATE, limit=1_000_000), _OPEN),
    Edit("the rate is counted for less time", _of_statement(_RATE, evaluation_window_sec=60), _OPEN),
    Edit("the rate is counted by what callers send", _of_statement(_RATE, aggregate_key_type="FORWARDED_IP"), _OPEN),
    Edit("the rate counts for some paths", _of_statement(_RATE, scope_down_statement=_PATH), _OPEN),
    Edit(
        "some callers pass all rules", _new_rule({"geo_match_statement": {"country_codes": ["GB"]}}, "allow", -1), _OPEN
    ),
    Edit("the web ACL is for something else", put(ACL, "scope", "REGIONAL"), _OPEN),
    Edit(
        "the web ACL's metrics are off", put(ACL, "visibility_config.cloudwatch_metrics_enabled", False), Topic.WATCHING
    ),
    Edit("the samples are off", put(ACL, "visibility_config.sampled_requests_enabled", False), Topic.WATCHING),
    Edit(
        "a rule's metrics are off",
        _of_rule(_RATE, visibility_config={**_SEEN, "cloudwatch_metrics_enabled": False}),
        Topic.WATCHING,
    ),
    Edit("the web ACL has no logs", drop(LOGGING), Topic.WATCHING),
    Edit("the web ACL's logs move", put(LOGGING, "log_destination_configs.0", "arn:aws:logs:x"), Topic.WATCHING),
    Edit(
        "the web ACL logs some requests", put(LOGGING, "logging_filter", {"default_behavior": "DROP"}), Topic.WATCHING
    ),
    Edit("the web ACL logs tokens", put(LOGGING, "redacted_fields", None), _OPEN),
    Edit("the web ACL logs cookies", put(LOGGING, "redacted_fields.1", None), _OPEN),
)
HARMLESS = (
    Edit("a stricter rate", _of_statement(_RATE, limit="1000")),
    Edit("a rate for longer", _of_statement(_RATE, evaluation_window_sec=600)),
    Edit("a rule is renamed", _renamed_rule),
    Edit("rules in another order", _reordered),
    Edit("rules in another order of the file, with lists", _listed),
    Edit("blocked addresses", _blocked_addresses),
    Edit("one more rule that counts", _new_rule(_PATH, "count")),
    Edit("a captcha instead of counting nothing", _new_rule(_PATH, "captcha", -1)),
    Edit("a second web ACL", make(ACL, name="x", scope="REGIONAL", default_action={"allow": {}})),
    Edit("another description", put(ACL, "description", "planted")),
)
