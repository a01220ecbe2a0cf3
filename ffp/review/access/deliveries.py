"""What services of AWS may no longer deliver: alarms, logs and events that a policy let through before the change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ffp.review.access.conditions import Clause, clause, implies
from ffp.review.access.difference import Access, Difference
from ffp.review.access.globs import Names, overlap
from ffp.review.access.names import arns, with_place
from ffp.review.access.regions import Texts
from ffp.review.access.statements import Statement
from ffp.review.concern import Concern, Grade, Topic
from ffp.review.side import Side, values_in
from ffp.stacks import SynthesisedBlock

_LOGS = "delivery.logs.amazonaws.com"
_ALARMS, _ALARMS_TO_LAMBDA = "cloudwatch.amazonaws.com", "lambda.alarms.cloudwatch.amazonaws.com"
# By type, the service that delivers, the attributes with what it delivers to, and the one with what it acts for.
_SENDERS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "aws_apigatewayv2_authorizer": ("apigateway.amazonaws.com", ("authorizer_uri",), ""),
    "aws_apigatewayv2_route": ("apigateway.amazonaws.com", ("target",), "itself"),
    "aws_backup_vault_notifications": ("backup.amazonaws.com", ("sns_topic_arn",), ""),
    "aws_budgets_budget": ("budgets.amazonaws.com", ("notification.subscriber_sns_topic_arns",), ""),
    "aws_ce_anomaly_subscription": ("costalerts.amazonaws.com", ("subscriber.address",), ""),
    "aws_cloudfront_distribution": ("cloudfront.amazonaws.com", ("origin.domain_name",), "itself"),
    "aws_cloudtrail": ("cloudtrail.amazonaws.com", ("s3_bucket_name", "sns_topic_name"), ""),
    "aws_cloudwatch_composite_alarm": (_ALARMS, ("alarm_actions", "ok_actions", "insufficient_data_actions"), ""),
    "aws_cloudwatch_event_target": ("events.amazonaws.com", ("arn", "dead_letter_config.arn"), "rule"),
    "aws_cloudwatch_log_delivery_destination": (
        _LOGS,
        ("delivery_destination_configuration.destination_resource_arn",),
        "",
    ),
    "aws_cloudwatch_log_group": ("logs.{region}.amazonaws.com", ("kms_key_id",), ""),
    "aws_cloudwatch_log_subscription_filter": ("logs.amazonaws.com", ("destination_arn",), "log_group_name"),
    "aws_cloudwatch_metric_alarm": (_ALARMS, ("alarm_actions", "ok_actions", "insufficient_data_actions"), "itself"),
    "aws_cognito_user_pool": ("cognito-idp.amazonaws.com", ("lambda_config",), "itself"),
    "aws_config_delivery_channel": ("config.amazonaws.com", ("s3_bucket_name", "sns_topic_arn"), ""),
    "aws_db_event_subscription": ("events.rds.amazonaws.com", ("sns_topic",), ""),
    "aws_flow_log": (_LOGS, ("log_destination",), ""),
    "aws_guardduty_publishing_destination": ("guardduty.amazonaws.com", ("destination_arn", "kms_key_arn"), ""),
    "aws_lb": ("logdelivery.elasticloadbalancing.amazonaws.com", ("access_logs.bucket", "connection_logs.bucket"), ""),
    "aws_route53_resolver_query_log_config": (_LOGS, ("destination_arn",), ""),
    "aws_s3_bucket_inventory": ("s3.amazonaws.com", ("destination.bucket.bucket_arn",), "bucket"),
    "aws_s3_bucket_logging": ("logging.s3.amazonaws.com", ("target_bucket",), "bucket"),
    "aws_s3_bucket_notification": (
        "s3.amazonaws.com",
        ("topic.topic_arn", "queue.queue_arn", "lambda_function.lambda_function_arn"),
        "bucket",
    ),
    "aws_secretsmanager_secret_rotation": ("secretsmanager.amazonaws.com", ("rotation_lambda_arn",), "secret_id"),
    "aws_sns_topic_subscription": ("sns.amazonaws.com", ("endpoint", "redrive_policy"), "topic_arn"),
    "aws_wafv2_web_acl_logging_configuration": (_LOGS, ("log_destination_configs",), ""),
}
_CALLING = frozenset(
    {"aws_apigatewayv2_authorizer", "aws_apigatewayv2_route", "aws_cloudfront_distribution", "aws_cognito_user_pool"}
)
_READING = "aws_cloudfront_distribution"
# What a delivery to each type of target needs.
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "aws_kms_key": ("kms:decrypt", "kms:generatedatakey"),
    "aws_lambda_function": ("lambda:invokefunction",),
    "aws_s3_bucket": ("s3:putobject",),
    "aws_sns_topic": ("sns:publish",),
    "aws_sqs_queue": ("sqs:sendmessage",),
}
_KEYED = {"aws_sns_topic": "kms_master_key_id", "aws_sqs_queue": "kms_master_key_id"}
_ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"
_KEY_OF_OBJECTS = "rule.apply_server_side_encryption_by_default.kms_master_key_id"


@dataclass(frozen=True)
class Delivery:
    """One request that a service makes of a target for a sender, with the values of its condition keys."""

    sender: SynthesisedBlock
    target: SynthesisedBlock
    principal: str
    action: str
    resource: str
    context: tuple[tuple[str, str], ...]

    def is_allowed(self, statement: Statement) -> bool:
        """Whether a statement allows the request. Keys that are not known here count as fulfilled."""
        given = dict(self.context)
        return (
            statement.allows
            and statement.principals.covers(Names(frozenset({f"Service:{self.principal}"})))
            and statement.actions.covers(Names(frozenset({self.action})))
            and statement.resources.meets(Names(frozenset({self.resource})))
            and all(_holds(each, given[each.key]) for each in statement.condition if each.key in given)
        )


def _holds(condition: Clause, value: str) -> bool:
    """Whether a value fulfils a condition; one with wildcards, such as that of a route, if some such value does."""
    if condition.is_positive and isinstance(condition.region, Texts):
        return any(overlap(value, pattern) for pattern in condition.region.names.patterns)
    return implies(frozenset({clause("StringEquals", condition.key, [value])}), frozenset({condition}))


def lost(difference: Difference) -> Iterator[Concern]:
    """A concern for each service and target to which it may no longer deliver what it delivers before and after."""
    before, after = difference.before, difference.after
    now = {_key(after.side, each): each for each in deliveries(after.side)}
    senders: dict[tuple[str, str], list[Delivery]] = {}
    for each in deliveries(before.side):
        same = now.get(_key(before.side, each))
        # What was only renamed is let in by its former name, too: who renames it changes the policy in the same way.
        if same and _may(before, each) and not (_may(after, same) or _may(after, each)):
            senders.setdefault((after.side.address(same.target), each.principal), []).append(same)
    for (target, principal), several in senders.items():
        names = sorted({after.side.address(each.sender) for each in several})
        is_calling = all(each.sender.type in _CALLING for each in several)
        yield Concern(
            Grade.RED,
            Topic.AVAILABILITY if is_calling else Topic.WATCHING,
            target,
            f"{principal} may no longer use {target}",
            ", ".join(sorted({each.action for each in several})),
            "not allowed",
            f"What it delivers there for {', '.join(names[:3])}{' and others' if len(names) > 3 else ''} is refused.",
        )


def _key(side: Side, delivery: Delivery) -> tuple[str, ...]:
    blocks = side.address(delivery.sender), side.address(delivery.target)
    return (*blocks, delivery.principal, delivery.action)


def _may(access: Access, delivery: Delivery) -> bool:
    """Whether the target's policy lets a delivery in. Denials do not count: who writes one means to close something."""
    holder = access.holders.get(("resource", access.side.address(delivery.target)))
    if holder is None:  # the policy that AWS gives to each topic lets alarms of the account publish
        return delivery.principal == _ALARMS and delivery.target.type == "aws_sns_topic"
    return any(each.unread or delivery.is_allowed(each) for each in holder.statements)


def deliveries(side: Side) -> Iterator[Delivery]:
    """Every delivery that needs the consent of its target, or of the key that encrypts the target."""
    known, keys = arns(side), _keys_of_buckets(side)
    for type_, (service, paths, source) in _SENDERS.items():
        for sender in side.of_type(type_):
            principal = service.format(region=side.region(sender))
            for value in (each for path in paths for each in _values(sender.attributes, path)):
                target, resource = _target(side, sender, value)
                if target is None:
                    continue
                is_alarm = principal == _ALARMS and target.type == "aws_lambda_function"
                by = _ALARMS_TO_LAMBDA if is_alarm else principal
                context = dict(_context(side, sender, source, known))
                yield from _requests(sender, target, by, resource, context)
                path = _KEYED.get(target.type)
                raw = target.attributes.get(path) if path else keys.get(target.address)
                key = side.references.first(raw, "aws_kms_key") if raw else None
                if key is not None:
                    yield from _requests(sender, key, by, with_place(side, side.arn(key)), context)


def _requests(
    sender: SynthesisedBlock, target: SynthesisedBlock, principal: str, resource: str, context: Mapping[str, str]
) -> Iterator[Delivery]:
    actions = _ACTIONS[target.type]
    if sender.type == _READING:
        actions = ("kms:decrypt",) if target.type == "aws_kms_key" else ("s3:getobject",)
    elif target.type == "aws_kms_key" and (sender.type == "aws_s3_bucket_logging" or principal == _LOGS):
        actions = ("kms:generatedatakey",)
    for action in actions:
        yield Delivery(sender, target, principal, action, resource, tuple(sorted(context.items())))


def _target(side: Side, sender: SynthesisedBlock, value: Any) -> tuple[SynthesisedBlock | None, str]:
    """The block to which something is delivered, and what the request names; None if no policy must consent."""
    block = side.named(value)
    if block is not None and block.type == "aws_apigatewayv2_integration":
        return _target(side, sender, block.attributes.get("integration_uri"))
    if block is not None and block.type == "aws_lambda_alias":
        function = side.references.first(block.attributes.get("function_name"), "aws_lambda_function")
        return function, f"{side.address(function)}:{side.get(block, 'name')}" if function else ""
    if block is None:
        block = next(iter(side.owners(value, "aws_s3_bucket")), None)
    if block is None or block.type not in _ACTIONS:
        return None, ""
    if block.type == "aws_lambda_function":
        return block, side.address(block)
    arn = with_place(side, side.arn(block))
    prefix = side.get(sender, "target_prefix") or ""
    return block, f"{arn}/{prefix}*" if block.type == "aws_s3_bucket" else arn


def _context(side: Side, sender: SynthesisedBlock, source: str, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The values of condition keys that a request has, as far as they are known."""
    if side.account:
        yield "aws:sourceaccount", side.account
    if sender.type == "aws_cloudwatch_log_group":
        yield "kms:encryptioncontext:aws:logs:arn", known[side.address(sender)]
    owner = sender if source == "itself" else _owner(side, sender.attributes.get(source)) if source else None
    arn = known.get(side.address(owner), "") if owner else ""
    if arn.startswith("arn:"):
        yield "aws:sourcearn", arn


def _owner(side: Side, value: Any) -> SynthesisedBlock | None:
    types = ("aws_s3_bucket", "aws_cloudwatch_event_rule")
    return side.named(value) or next((each for type_ in types for each in side.owners(value, type_)), None)


def _keys_of_buckets(side: Side) -> dict[str, Any]:
    return {
        bucket.address: key
        for block in side.of_type(_ENCRYPTION)
        for bucket in side.owners(block.attributes.get("bucket"), "aws_s3_bucket")
        for key in list(_values(block.attributes, _KEY_OF_OBJECTS))[:1]
    }


def _values(value: Any, path: str) -> Iterator[Any]:
    """The texts at a dotted path, in all blocks that it enters."""
    name, _, rest = path.partition(".")
    for each in values_in(value):
        if not path:
            inner = each.values() if isinstance(each, Mapping) else [each]
            yield from (
                one for part in inner for one in (_values(part, "") if isinstance(part, list | dict) else [part])
            )
        elif isinstance(each, Mapping):
            yield from _values(each.get(name), rest)
