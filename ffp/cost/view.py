"""A synthesised stack as the price rules ask about it: who calls which function, what a bucket or a log is for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from ffp.cost.month import number
from ffp.metrics import filter_metrics
from ffp.model.references import References
from ffp.stacks import SynthesisedBlock, SynthesisedStack
from settings.names import PROJECT
from settings.users_export import EXPORTS

Block = SynthesisedBlock
ALL = Decimal(1)


def blocks_in(value: Any) -> list[dict[str, Any]]:
    """Nested blocks, which Terraform's JSON writes as one object or as a list of them."""
    found = value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, dict)]


def is_of_exports(bucket: Block) -> bool:
    """Whether a bucket holds the exports of the user pool."""
    return f"-{PROJECT}-{EXPORTS}-" in str(bucket.attributes.get("bucket"))


def share(of: int) -> Decimal:
    """One of so many equal parts; none is no part."""
    return ALL / of if of else Decimal(0)


@dataclass(frozen=True)
class View:
    """One stack, with what several rules derive from it."""

    stack: SynthesisedStack

    @cached_property
    def references(self) -> References:
        return References(self.stack)

    def of_type(self, type_: str) -> list[Block]:
        return self.stack.of_type(type_)

    @cached_property
    def filter_metrics(self) -> Mapping[str, int]:
        """The metrics that each metric filter adds, by its address."""
        return filter_metrics(self.stack)

    @property
    def functions(self) -> list[Block]:
        return self.of_type("aws_lambda_function")

    def function_of(self, value: Any) -> Block | None:
        """The function that a value names, directly or by an alias."""
        for block in self.references.of(value):
            if block.type == "aws_lambda_alias":
                return self.references.first(block.attributes.get("function_name"), "aws_lambda_function")
            if block.type == "aws_lambda_function":
                return block
        return None

    @cached_property
    def shares(self) -> Mapping[str, Decimal]:
        """Each function's share of the API's requests, by its address.

        Every route has the same share, except that one with a throttle of its own is called that much less.
        """
        weights: dict[str, Decimal] = {}
        for route in self.of_type("aws_apigatewayv2_route"):
            integration = self.references.first(route.attributes.get("target"), "aws_apigatewayv2_integration")
            function = self.function_of(integration.attributes.get("integration_uri")) if integration else None
            if function:
                weight = self._weight(route.attributes.get("route_key", ""))
                weights[function.address] = weights.get(function.address, Decimal(0)) + weight
        total = sum(weights.values(), Decimal(0))
        return {address: weight / total for address, weight in weights.items()}

    def _weight(self, route_key: str) -> Decimal:
        for stage in self.of_type("aws_apigatewayv2_stage"):
            (default, *_) = blocks_in(stage.attributes.get("default_route_settings")) or [{}]
            for own in blocks_in(stage.attributes.get("route_settings")):
                rates = own.get("throttling_rate_limit"), default.get("throttling_rate_limit")
                if own.get("route_key") == route_key and all(rates):
                    return min(ALL, number(rates[0]) / number(rates[1]))
        return ALL

    def is_in_vpc(self, function: Block) -> bool:
        return any(each.get("subnet_ids") for each in blocks_in(function.attributes.get("vpc_config")))

    @cached_property
    def vpc_share(self) -> Decimal:
        """The share of requests whose functions run in the VPC."""
        inside = [each.address for each in self.functions if self.is_in_vpc(each)]
        return sum((self.shares.get(address, Decimal(0)) for address in inside), Decimal(0))

    @cached_property
    def token_triggers(self) -> list[Block]:
        """The functions that run whenever a user pool issues a token."""
        pools = self.of_type("aws_cognito_user_pool")
        found = [self.function_of(pool.attributes.get("lambda_config")) for pool in pools]
        return [each for each in found if each]

    @cached_property
    def schedules(self) -> Mapping[str, list[Block]]:
        """The schedules that call each function, by its address."""
        found: dict[str, list[Block]] = {}
        for schedule in self.of_type("aws_scheduler_schedule"):
            called = [self.function_of(target.get("arn")) for target in blocks_in(schedule.attributes["target"])]
            for address in dict.fromkeys(each.address for each in called if each):
                found.setdefault(address, []).append(schedule)
        return found

    @cached_property
    def kept_warm(self) -> frozenset[str]:
        """The addresses of the functions of which environments are kept warm, always or at times."""
        configured = self.of_type("aws_lambda_provisioned_concurrency_config")
        named = [each.attributes.get("function_name") for each in configured]
        named += [each.attributes.get("resource_id") for each in self.of_type("aws_appautoscaling_target")]
        return frozenset(each.address for value in named if (each := self.function_of(value)))

    @cached_property
    def alarm_topics(self) -> frozenset[str]:
        """The addresses of what alarms notify."""
        actions = [each.attributes.get("alarm_actions") for each in self.of_type("aws_cloudwatch_metric_alarm")]
        return frozenset(each.address for each in self.references.of(actions))

    @cached_property
    def consumed(self) -> Mapping[str, Block]:
        """The function that Lambda calls with what a queue holds, by the queue's address."""
        found: dict[str, Block] = {}
        for mapping in self.of_type("aws_lambda_event_source_mapping"):
            queue = self.references.first(mapping.attributes.get("event_source_arn"), "aws_sqs_queue")
            function = self.function_of(mapping.attributes.get("function_name"))
            if queue and function:
                found[queue.address] = function
        return found

    @cached_property
    def queues_of(self) -> Mapping[str, int]:
        """How many queues each function consumes, by its address."""
        return Counter(function.address for function in self.consumed.values())

    @cached_property
    def mailers(self) -> frozenset[str]:
        """The addresses of the functions whose role may send mail."""
        documents = [
            each
            for each in self.stack.blocks
            if each.type == "aws_iam_policy_document"
            and any("ses:SendEmail" in str(statement) for statement in blocks_in(each.attributes.get("statement")))
        ]
        policies = [policy for each in documents for policy in self.parts_of(each, "aws_iam_role_policy", "policy")]
        roles = self.references.of([each.attributes.get("role") for each in policies])
        return frozenset(
            function.address for role in roles for function in self.parts_of(role, "aws_lambda_function", "role")
        )

    @cached_property
    def heard(self) -> Mapping[str, int]:
        """How many topics call each function, by its address."""
        called = (
            self.function_of(each.attributes.get("endpoint"))
            for each in self.of_type("aws_sns_topic_subscription")
            if each.attributes.get("protocol") == "lambda"
        )
        return Counter(function.address for function in called if function)

    @cached_property
    def watched(self) -> Mapping[str, int]:
        """How many buckets call each function for new objects, by its address; its watches share the objects."""
        called = {
            (function.address, notification.address)
            for notification in self.of_type("aws_s3_bucket_notification")
            for each in blocks_in(notification.attributes.get("lambda_function"))
            if any("ObjectCreated" in str(event) for event in each.get("events", ()))
            if (function := self.function_of(each.get("lambda_function_arn")))
        }
        for target in self.of_type("aws_cloudwatch_event_target"):  # a rule for what a scan of a bucket found clean
            rule = self.references.first(target.attributes.get("rule"), "aws_cloudwatch_event_rule")
            function = self.function_of(target.attributes.get("arn"))
            if rule and function and "aws.guardduty" in str(rule.attributes.get("event_pattern")):
                called.add((function.address, rule.address))
        return Counter(function for function, _ in called)

    @cached_property
    def message_targets(self) -> int:
        """How many topics, queues and event buses share the application's messages."""
        topics = sum(each.address not in self.alarm_topics for each in self.of_type("aws_sns_topic"))
        return topics + len(self.consumed) + len(self.of_type("aws_cloudwatch_event_bus"))

    @cached_property
    def log_buckets(self) -> frozenset[str]:
        """The addresses of buckets that receive S3's or CloudFront's logs."""
        targets = [each.attributes.get("target_bucket") for each in self.of_type("aws_s3_bucket_logging")]
        destinations = [each.attributes for each in self.of_type("aws_cloudwatch_log_delivery_destination")]
        return frozenset(
            each.address for each in self.references.of([targets, destinations]) if each.type == "aws_s3_bucket"
        )

    @cached_property
    def log_writers(self) -> Mapping[str, Block]:
        """What writes to each log group, by the group's address: the first function, or else the first stage.

        A logging configuration names its group by its name, its ARN or a reference.
        """
        groups = self.of_type("aws_cloudwatch_log_group")
        by_name = {str(each.attributes.get("name")): each.address for each in groups}
        addresses = {each.address for each in groups}
        found: dict[str, Block] = {}
        writers = ((each, "logging_config") for each in self.functions)
        stages = ((each, "access_log_settings") for each in self.of_type("aws_apigatewayv2_stage"))
        for writer, attribute in (*writers, *stages):
            for settings in blocks_in(writer.attributes.get(attribute)):
                for value in (settings.get("log_group"), settings.get("destination_arn")):
                    name = str(value).removesuffix(":*").rpartition(":log-group:")[2]
                    named = [by_name[name]] if name in by_name else []
                    referred = [each.address for each in self.references.of(value) if each.address in addresses]
                    for address in (*named, *referred):
                        found.setdefault(address, writer)
        return found

    @cached_property
    def other_log_groups(self) -> int:
        """How many log groups neither a function nor a stage writes to."""
        return sum(each.address not in self.log_writers for each in self.of_type("aws_cloudwatch_log_group"))

    @cached_property
    def data_buckets(self) -> list[Block]:
        """The buckets of media and documents."""
        buckets = self.of_type("aws_s3_bucket") if self.functions else []
        return [each for each in buckets if each.address not in self.log_buckets and not is_of_exports(each)]

    @cached_property
    def edge_buckets(self) -> frozenset[str]:
        """The addresses of buckets that receive CloudFront's logs."""
        destinations = [each.attributes for each in self.of_type("aws_cloudwatch_log_delivery_destination")]
        return frozenset(each.address for each in self.references.of([destinations]) if each.type == "aws_s3_bucket")

    @cached_property
    def media_buckets(self) -> frozenset[str]:
        """The addresses of buckets from which CloudFront delivers."""
        origins = [each.attributes.get("origin") for each in self.of_type("aws_cloudfront_distribution")]
        return frozenset(each.address for each in self.references.of(origins) if each.type == "aws_s3_bucket")

    @cached_property
    def forwards_to_api(self) -> bool:
        """Whether a distribution forwards the API's requests."""
        origins = [each.attributes.get("origin") for each in self.of_type("aws_cloudfront_distribution")]
        return self.references.first(origins, "aws_apigatewayv2_api") is not None

    def parts_of(self, whole: Block, type_: str, attribute: str) -> list[Block]:
        """The resources of a type that belong to another one, which they name in this attribute."""
        return self.references.having(type_, attribute, whole)
