"""Builds the model of a stack. Each function finds the links of one kind."""

from collections.abc import Iterator
from typing import Any

from catalogue import service_of
from ffp.model.index import ALARMS, Index
from ffp.model.parts import Link, Model, Part
from ffp.model.permissions import allowed, verb
from ffp.stacks import SynthesisedBlock, SynthesisedStack

VIEWERS = Part("viewers", "viewers")
PEOPLE = Part("people", "people", "by e-mail")
DEPLOYMENT = Part("deployment", "deployment")
_OUTSIDE = (VIEWERS, PEOPLE, DEPLOYMENT)

Links = Iterator[tuple[Part | None, Part | None, str]]


def model_of(stack: SynthesisedStack) -> Model:
    """The model of a stack. A link is left out if one of its ends is not a part."""
    index = Index.of(stack)
    verbs: dict[tuple[str, str], dict[str, None]] = {}
    for find in (_viewers, _origins, _api, _identity, _permissions, _connections, _events, _notices, _logs):
        for source, target, word in find(index):
            if source and target and source != target:
                verbs.setdefault((source.id, target.id), {})[word] = None
    links = tuple(Link(*ends, tuple(words)) for ends, words in verbs.items())
    used = {end for link in links for end in (link.source, link.target)}
    outside = {part.id: part for part in _OUTSIDE if part.id in used}
    counts = index.counts
    unknown = {type_: number for type_, number in counts.items() if service_of(type_) is None}
    return Model(stack.name, {**outside, **index.parts}, links, index.network.tiers, counts, unknown)


def _viewers(index: Index) -> Links:
    """How viewers reach the platform."""
    for distribution in index.stack.of_type("aws_cloudfront_distribution"):
        yield VIEWERS, index.part_of(distribution), "HTTPS"
        for acl in index.references.of(distribution.attributes.get("web_acl_id")):
            yield index.part_of(distribution), index.part_of(acl), "filters requests"
    for domain in index.stack.of_type("aws_cognito_user_pool_domain"):
        yield VIEWERS, _part(index, domain.attributes.get("user_pool_id")), "sign in"
    for cors in index.stack.of_type("aws_s3_bucket_cors_configuration"):
        methods = {
            method for rule in cors.attributes.get("cors_rule", ()) for method in rule.get("allowed_methods", ())
        }
        if methods & {"POST", "PUT"}:
            yield VIEWERS, _part(index, cors.attributes.get("bucket")), "uploads"


def _origins(index: Index) -> Links:
    """The origins of a distribution, by path."""
    for distribution in index.stack.of_type("aws_cloudfront_distribution"):
        attribute = distribution.attributes.get
        default = {"path_pattern": "other paths", **attribute("default_cache_behavior", {})}
        for origin in attribute("origin", ()):
            used = [
                each
                for each in (*attribute("ordered_cache_behavior", ()), default)
                if each.get("target_origin_id") == origin.get("origin_id")
            ]
            signed = ["signed"] if any(each.get("trusted_key_groups") for each in used) else []
            for word in (*(each["path_pattern"] for each in used), *signed):
                yield index.part_of(distribution), _part(index, origin.get("domain_name")), word


def _api(index: Index) -> Links:
    """The functions that handle an API's requests, and the user pool that issues its tokens."""
    for integration in index.stack.of_type("aws_apigatewayv2_integration"):
        attribute = integration.attributes.get
        yield _part(index, attribute("api_id")), _part(index, attribute("integration_uri")), "requests"
    for authoriser in index.stack.of_type("aws_apigatewayv2_authorizer"):
        attribute = authoriser.attributes.get
        issuer = index.references.first(attribute("jwt_configuration", {}), "aws_cognito_user_pool")
        yield _part(index, attribute("api_id")), index.part_of(issuer) if issuer else None, "checks tokens"


def _identity(index: Index) -> Links:
    """The functions that a user pool calls."""
    for pool in index.stack.of_type("aws_cognito_user_pool"):
        for function in index.references.of(pool.attributes.get("lambda_config")):
            yield index.part_of(pool), index.part_of(function), "before a token"


def _permissions(index: Index) -> Links:
    """What the roles of functions and of CI may do, and which identity provider may assume CI's roles."""
    for role in index.stack.of_type("aws_iam_role"):
        if (user := index.parts.get(role.address)) is not None:
            for action, target in allowed(index, role):
                yield user, index.part_of(target, action), verb(action)
        if (provider := index.trusted_provider(role)) is not None:
            yield index.part_of(provider), index.part_of(role), "acts as"


def _connections(index: Index) -> Links:
    """The connections that are possible within the VPC and out of it."""
    for source, target, port in (*index.network.paths(), *index.network.ways_out()):
        yield index.part_of(source), index.part_of(target), port


def _events(index: Index) -> Links:
    """What starts functions, and where their failed events go."""
    for schedule in index.stack.of_type("aws_scheduler_schedule"):
        target = schedule.attributes.get("target", {})
        started = _part(index, target.get("arn"))
        yield index.part_of(schedule), started, "starts" if started and started.members else "sends"
        yield index.part_of(schedule), _part(index, target.get("dead_letter_config")), "on failure"
    for failures in index.stack.of_type("aws_lambda_function_event_invoke_config"):
        attribute = failures.attributes.get
        yield _part(index, attribute("function_name")), _part(index, attribute("destination_config")), "on failure"
    for mapping in index.stack.of_type("aws_lambda_event_source_mapping"):
        attribute = mapping.attributes.get
        yield _part(index, attribute("event_source_arn")), _part(index, attribute("function_name")), "events"
    for notification in index.stack.of_type("aws_s3_bucket_notification"):
        for called in notification.attributes.get("lambda_function", ()):
            yield (
                _part(index, notification.attributes.get("bucket")),
                _part(index, called.get("lambda_function_arn")),
                "objects",
            )
    for target in index.stack.of_type("aws_cloudwatch_event_target"):
        attribute = target.attributes.get
        source, what = _part(index, attribute("event_bus_name")), "events"
        if source is None:  # on the default bus AWS's services tell of resources, here of a bucket's clean objects
            source, what = _told_of(index, attribute("rule")), "clean objects"
        yield source, _part(index, attribute("arn")), what
        yield source, _part(index, attribute("dead_letter_config")), "on failure"
    for rotation in index.stack.of_type("aws_secretsmanager_secret_rotation"):
        attribute = rotation.attributes.get
        yield _part(index, attribute("secret_id")), _part(index, attribute("rotation_lambda_arn")), "rotates by"
    for run in index.stack.of_type("aws_lambda_invocation"):
        yield DEPLOYMENT, _part(index, run.attributes.get("qualifier")), "each deploy"


def _notices(index: Index) -> Links:
    """Who receives alarms, messages and budget notices."""
    alarms = index.parts.get(ALARMS)
    for alarm in index.stack.of_type(ALARMS):
        yield alarms, _part(index, alarm.attributes.get("alarm_actions")), "alarms"
    for subscription in index.stack.of_type("aws_sns_topic_subscription"):
        attribute = subscription.attributes.get
        mail = attribute("protocol") in ("email", "email-json")
        yield _part(index, attribute("topic_arn")), PEOPLE if mail else _part(index, attribute("endpoint")), "messages"
    for budget in index.stack.of_type("aws_budgets_budget"):
        for notice in budget.attributes.get("notification", ()):
            if notice.get("subscriber_email_addresses"):
                yield index.part_of(budget), PEOPLE, "costs"
            yield index.part_of(budget), _part(index, notice.get("subscriber_sns_topic_arns")), "costs"


def _logs(index: Index) -> Links:
    """Where access logs are stored."""
    for logging in index.stack.of_type("aws_s3_bucket_logging"):
        attribute = logging.attributes.get
        yield _part(index, attribute("bucket")), _part(index, attribute("target_bucket")), "access logs"
    for delivery in index.stack.of_type("aws_cloudwatch_log_delivery"):
        source, target = (delivery.attributes.get(key) for key in ("delivery_source_name", "delivery_destination_arn"))
        yield (
            _part_through(index, source, "resource_arn"),
            _part_through(index, target, "delivery_destination_configuration"),
            "access logs",
        )


def _part(index: Index, value: Any) -> Part | None:
    """The first part that a value refers to."""
    return next((part for block in index.references.of(value) if (part := index.part_of(block))), None)


def _told_of(index: Index, rule: Any) -> Part | None:
    """The bucket that a rule's pattern names."""
    patterns = " ".join(str(each.attributes.get("event_pattern")) for each in index.references.of(rule))
    buckets = index.stack.of_type("aws_s3_bucket")
    return next((index.part_of(each) for each in buckets if f'"{each.attributes["bucket"]}"' in patterns), None)


def _part_through(index: Index, value: Any, attribute: str) -> Part | None:
    """The part that `attribute` refers to, in the block that a value refers to."""
    blocks: list[SynthesisedBlock] = index.references.of(value)
    return next((part for block in blocks if (part := _part(index, block.attributes.get(attribute)))), None)
