"""Makes the model of a stack: each function here finds one kind of link."""

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

Found = Iterator[tuple[Part | None, Part | None, str]]


def model_of(stack: SynthesisedStack) -> Model:
    """The model of a stack; a link whose ends are no parts is left out."""
    index = Index.of(stack)
    verbs: dict[tuple[str, str], dict[str, None]] = {}
    for find in (_entry, _origins, _api, _identity, _permissions, _paths, _events, _notices, _logs):
        for source, target, word in find(index):
            if source and target and source != target:
                verbs.setdefault((source.id, target.id), {})[word] = None
    links = tuple(Link(*ends, tuple(words)) for ends, words in verbs.items())
    used = {end for link in links for end in (link.source, link.target)}
    outside = {part.id: part for part in _OUTSIDE if part.id in used}
    counts = index.counts
    unknown = {type_: number for type_, number in counts.items() if service_of(type_) is None}
    return Model(stack.name, {**outside, **index.parts}, links, index.network.tiers, counts, unknown)


def _entry(index: Index) -> Found:
    """How viewers come in."""
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


def _origins(index: Index) -> Found:
    """What a distribution reads from and forwards to, by path."""
    for distribution in index.stack.of_type("aws_cloudfront_distribution"):
        at = distribution.attributes.get
        default = {"path_pattern": "other paths", **at("default_cache_behavior", {})}
        for origin in at("origin", ()):
            used = [
                each
                for each in (*at("ordered_cache_behavior", ()), default)
                if each.get("target_origin_id") == origin.get("origin_id")
            ]
            signed = ["signed"] if any(each.get("trusted_key_groups") for each in used) else []
            for word in (*(each["path_pattern"] for each in used), *signed):
                yield index.part_of(distribution), _part(index, origin.get("domain_name")), word


def _api(index: Index) -> Found:
    """Which functions answer an API's requests, and who judges its tokens."""
    for integration in index.stack.of_type("aws_apigatewayv2_integration"):
        at = integration.attributes.get
        yield _part(index, at("api_id")), _part(index, at("integration_uri")), "requests"
    for authoriser in index.stack.of_type("aws_apigatewayv2_authorizer"):
        at = authoriser.attributes.get
        issuer = index.references.first(at("jwt_configuration", {}), "aws_cognito_user_pool")
        yield _part(index, at("api_id")), index.part_of(issuer) if issuer else None, "checks tokens"


def _identity(index: Index) -> Found:
    """What a user pool calls."""
    for pool in index.stack.of_type("aws_cognito_user_pool"):
        for function in index.references.of(pool.attributes.get("lambda_config")):
            yield index.part_of(pool), index.part_of(function), "before a token"


def _permissions(index: Index) -> Found:
    """What the roles of functions and of CI may do, and who may act as CI's."""
    for role in index.stack.of_type("aws_iam_role"):
        if (user := index.parts.get(role.address)) is not None:
            for action, target in allowed(index, role):
                yield user, index.part_of(target, action), verb(action)
        if (provider := index.trusted_provider(role)) is not None:
            yield index.part_of(provider), index.part_of(role), "acts as"


def _paths(index: Index) -> Found:
    """Who can connect to whom in the VPC, and by what out of it."""
    for source, target, port in (*index.network.paths(), *index.network.ways_out()):
        yield index.part_of(source), index.part_of(target), port


def _events(index: Index) -> Found:
    """What starts functions or takes what they fail at."""
    for schedule in index.stack.of_type("aws_scheduler_schedule"):
        target = schedule.attributes.get("target", {})
        started = _part(index, target.get("arn"))
        yield index.part_of(schedule), started, "starts" if started and started.members else "sends"
        yield index.part_of(schedule), _part(index, target.get("dead_letter_config")), "on failure"
    for failures in index.stack.of_type("aws_lambda_function_event_invoke_config"):
        at = failures.attributes.get
        yield _part(index, at("function_name")), _part(index, at("destination_config")), "on failure"
    for mapping in index.stack.of_type("aws_lambda_event_source_mapping"):
        at = mapping.attributes.get
        yield _part(index, at("event_source_arn")), _part(index, at("function_name")), "events"
    for rotation in index.stack.of_type("aws_secretsmanager_secret_rotation"):
        at = rotation.attributes.get
        yield _part(index, at("secret_id")), _part(index, at("rotation_lambda_arn")), "rotates by"
    for run in index.stack.of_type("aws_lambda_invocation"):
        yield DEPLOYMENT, _part(index, run.attributes.get("qualifier")), "each deploy"


def _notices(index: Index) -> Found:
    """Who is told of what."""
    alarms = index.parts.get(ALARMS)
    for alarm in index.stack.of_type(ALARMS):
        yield alarms, _part(index, alarm.attributes.get("alarm_actions")), "alarms"
    for subscription in index.stack.of_type("aws_sns_topic_subscription"):
        at = subscription.attributes.get
        mail = at("protocol") in ("email", "email-json")
        yield _part(index, at("topic_arn")), PEOPLE if mail else _part(index, at("endpoint")), "messages"
    for budget in index.stack.of_type("aws_budgets_budget"):
        for notice in budget.attributes.get("notification", ()):
            if notice.get("subscriber_email_addresses"):
                yield index.part_of(budget), PEOPLE, "costs"
            yield index.part_of(budget), _part(index, notice.get("subscriber_sns_topic_arns")), "costs"


def _logs(index: Index) -> Found:
    """Where access logs are kept."""
    for logging in index.stack.of_type("aws_s3_bucket_logging"):
        at = logging.attributes.get
        yield _part(index, at("bucket")), _part(index, at("target_bucket")), "access logs"
    for delivery in index.stack.of_type("aws_cloudwatch_log_delivery"):
        source, target = (delivery.attributes.get(key) for key in ("delivery_source_name", "delivery_destination_arn"))
        yield (
            _end(index, source, "resource_arn"),
            _end(index, target, "delivery_destination_configuration"),
            "access logs",
        )


def _part(index: Index, value: Any) -> Part | None:
    """The first part that a value names."""
    return next((part for block in index.references.of(value) if (part := index.part_of(block))), None)


def _end(index: Index, value: Any, attribute: str) -> Part | None:
    """The part that the block named by a value names in turn."""
    blocks: list[SynthesisedBlock] = index.references.of(value)
    return next((part for block in blocks if (part := _part(index, block.attributes.get(attribute)))), None)
