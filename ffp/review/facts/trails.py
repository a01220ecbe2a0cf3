"""What watches an account promises to go on: trails, recorders, detectors, and all else that only notices things."""

import json
from collections.abc import Iterator, Mapping
from functools import partial

from ffp.review.concern import Topic
from ffp.review.facts.common import existing, keyed, named, promise
from ffp.review.facts.fact import Fact, Finder, Members, Protection, Ranked, Truth, truth
from ffp.review.facts.orders import Kept, Unwanted
from ffp.review.side import Side, at

_TRAIL = "aws_cloudtrail"
_trail = partial(Protection, type=_TRAIL, topic=Topic.WATCHING)
_UNSEEN = "Who did what is recorded no longer, or not everywhere."

PROTECTIONS: tuple[Protection, ...] = (
    _trail(path="enable_logging", says="The record of calls", order=Truth(), absent=True, why=_UNSEEN),
    _trail(
        path="is_multi_region_trail",
        says="The record of all regions",
        order=Truth(demanded=False),
        absent=False,
        why=_UNSEEN,
    ),
    _trail(
        path="include_global_service_events",
        says="The record of global services",
        order=Truth(demanded=False),
        absent=True,
        why=_UNSEEN,
    ),
    _trail(
        path="is_organization_trail",
        says="The record of all accounts",
        order=Truth(demanded=False),
        absent=False,
        why=_UNSEEN,
    ),
    _trail(
        path="enable_log_file_validation",
        says="The proof that nobody changed the record",
        order=Truth(),
        absent=False,
        why="Whoever may write to the bucket can remove what they did.",
    ),
    _trail(
        path="event_selector", says="The calls that are recorded", order=Kept(first=True, removal=False), why=_UNSEEN
    ),
    _trail(path="advanced_event_selector", says="The calls that are recorded", order=Kept(first=True), why=_UNSEEN),
    _trail(path="insight_selector", says="The search for unusual calls", order=Kept(), why=_UNSEEN),
    Protection(
        type="aws_guardduty_detector",
        path="enable",
        says="The search for attacks",
        topic=Topic.WATCHING,
        order=Truth(),
        absent=True,
        why="Nobody is told of attacks.",
    ),
    Protection(
        type="aws_guardduty_detector",
        path="finding_publishing_frequency",
        says="How soon findings are published",
        topic=Topic.WATCHING,
        order=Ranked(("SIX_HOURS", "ONE_HOUR", "FIFTEEN_MINUTES")),
        absent="SIX_HOURS",
        why="Somebody is told later.",
    ),
    Protection(
        type="aws_guardduty_detector_feature",
        path="status",
        says="A part of the search for attacks",
        topic=Topic.WATCHING,
        order=Ranked(("DISABLED", "ENABLED")),
        why="Nobody is told of these attacks.",
    ),
    Protection(
        type="aws_config_configuration_recorder_status",
        path="is_enabled",
        says="The record of configurations",
        topic=Topic.WATCHING,
        order=Truth(),
        absent=False,
        why="Nobody can later tell who changed what.",
    ),
    Protection(
        type="aws_config_configuration_recorder",
        path="recording_group.all_supported",
        says="The record of all types",
        topic=Topic.WATCHING,
        order=Truth(demanded=False),
        absent=True,
        why="Changes of the other types are not recorded.",
    ),
    Protection(
        type="aws_config_configuration_recorder",
        path="recording_group.resource_types",
        says="The recorded types",
        topic=Topic.WATCHING,
        order=Members("shrink", wild=()),
        absent=(),
        why="Changes of the other types are not recorded.",
    ),
    Protection(
        type="aws_macie2_account",
        path="status",
        says="The search for personal data",
        topic=Topic.WATCHING,
        order=Ranked(("PAUSED", "ENABLED")),
        absent="ENABLED",
        why="Nobody is told of personal data in buckets.",
    ),
    Protection(
        type="aws_ecs_cluster",
        path="setting.value",
        says="The metrics of containers",
        topic=Topic.WATCHING,
        order=Ranked(("disabled", "enabled", "enhanced")),
        absent="disabled",
        why="Nobody sees how the containers do.",
    ),
)

# Types that exist only to notice something, and what is lost with one.
_WATCHERS: Mapping[str, str] = {
    "aws_accessanalyzer_analyzer": "The search for access from outside",
    "aws_budgets_budget": "The budget",
    "aws_budgets_budget_action": "What the budget does against costs",
    "aws_ce_anomaly_monitor": "The search for unusual costs",
    "aws_ce_anomaly_subscription": "The notice of unusual costs",
    "aws_cloudtrail": "The record of calls",
    "aws_cloudtrail_event_data_store": "The store of recorded calls",
    "aws_cloudwatch_log_anomaly_detector": "The search for unusual lines",
    "aws_config_config_rule": "The rule for configurations",
    "aws_config_configuration_recorder": "The record of configurations",
    "aws_config_configuration_recorder_status": "The record of configurations",
    "aws_config_conformance_pack": "The rules for configurations",
    "aws_config_delivery_channel": "The delivery of recorded configurations",
    "aws_detective_graph": "The graph of findings",
    "aws_guardduty_detector": "The search for attacks",
    "aws_guardduty_detector_feature": "A part of the search for attacks",
    "aws_guardduty_malware_protection_plan": "The search for malware in a bucket",
    "aws_guardduty_publishing_destination": "The delivery of findings",
    "aws_inspector2_enabler": "The search for weaknesses",
    "aws_macie2_account": "The search for personal data",
    "aws_networkfirewall_logging_configuration": "The firewall's log",
    "aws_route53_health_check": "The check from outside",
    "aws_route53_query_log": "The log of names that were asked for",
    "aws_route53_resolver_query_log_config": "The log of names that were asked for",
    "aws_route53_resolver_query_log_config_association": "The log of names that were asked for",
    "aws_securityhub_account": "The list of findings",
    "aws_securityhub_standards_subscription": "The standard by which the account is measured",
    "aws_synthetics_canary": "The canary",
    "aws_xray_sampling_rule": "The rule for traces",
}
_OWNERS = {"aws_route53_query_log": "zone_id", "aws_route53_resolver_query_log_config_association": "resource_id"}


def _logged_bodies(side: Side) -> Iterator[Fact]:
    """Whether the ways of a state machine are logged."""
    for block in side.of_type("aws_sfn_state_machine"):
        level = at(side.get(block, "logging_configuration"), "level") or "OFF"
        order = Ranked(("OFF", "FATAL", "ERROR", "ALL"))
        why = "Nobody can later see what failed."
        yield promise(side, block, "logs", "The log of its runs", Topic.WATCHING, order, level, why, absent="OFF")
        tracing = truth(side.get(block, "tracing_configuration.enabled")) is True
        switch, why = Truth(demanded=False), "Traces of calls end there."
        yield promise(side, block, "traces", "Tracing", Topic.WATCHING, switch, tracing, why, absent=False)


# What silences a watcher by its existence: where, and by which value, and what stays unsaid. None is any value.
_SILENCERS: tuple[tuple[str, str, str | None, str], ...] = (
    ("aws_cloudwatch_alarm_mute_rule", "mute_targets", None, "Alarms that are muted"),
    ("aws_guardduty_filter", "action", "ARCHIVE", "Findings that are put away unseen"),
    ("aws_guardduty_ipset", "location", None, "Addresses whose attacks are not reported"),
    ("aws_securityhub_automation_rule", "actions", None, "Findings that a rule changes before anybody sees them"),
    ("aws_securityhub_standards_control", "control_status", "DISABLED", "A control that is not checked"),
    (
        "aws_securityhub_standards_control_association",
        "association_status",
        "DISABLED",
        "A control that is not checked",
    ),
    ("aws_inspector2_filter", "action", "SUPPRESS", "Weaknesses that are not reported"),
    ("aws_macie2_findings_filter", "action", "ARCHIVE", "Personal data whose finding is put away unseen"),
)


def _silencers(side: Side) -> Iterator[Fact]:
    """What keeps a watcher from telling."""
    for type_, path, silencing, says in _SILENCERS:
        for block in side.of_type(type_):
            given = side.get(block, path)
            value = json.dumps(given, sort_keys=True, default=str) if silencing in (None, given) else None
            why = "Nobody is told of what it covers."
            yield promise(side, block, "silences", says, Topic.WATCHING, Unwanted(), value, why)


_MOVED = "Somebody else keeps the record, or nobody."

FINDERS: tuple[Finder, ...] = (
    existing(_WATCHERS, Topic.WATCHING, "Nothing takes its place in this stack: nobody is told any longer.", _OWNERS),
    _logged_bodies,
    _silencers,
    keyed(_TRAIL, "kms_key_id"),
    named(_TRAIL, "s3_bucket_name", "The bucket of the record", Topic.WATCHING, _MOVED),
    named(_TRAIL, "cloud_watch_logs_group_arn", "The log group of the record", Topic.WATCHING, _MOVED),
    named(_TRAIL, "sns_topic_name", "Who is told of the record", Topic.WATCHING, _MOVED),
    named("aws_config_delivery_channel", "s3_bucket_name", "The bucket of the record", Topic.WATCHING, _MOVED),
    named("aws_guardduty_publishing_destination", "destination_arn", "Where findings go", Topic.WATCHING, _MOVED),
    named("aws_route53_resolver_query_log_config", "destination_arn", "Where the log goes", Topic.WATCHING, _MOVED),
)
