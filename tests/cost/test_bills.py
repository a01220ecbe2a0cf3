"""Bills worked out by hand, of configurations that differ in what they cost. Each is met, but for rounding."""

from decimal import Decimal

import pytest

from ffp.cost import estimate
from tests.cost.handmade import (
    ALARM,
    API,
    GB,
    HOURS,
    Blocks,
    database,
    free,
    function,
    is_near,
    many,
    price,
    stack,
    usage,
)

TEMPLATE = {"instance_type": "t4g.nano", "block_device_mappings": [{"ebs": {"volume_type": "gp3", "volume_size": 8}}]}


def test_the_smallest_platform_that_nobody_uses() -> None:
    resources: Blocks = {
        "aws_db_instance": {"db": database()},
        "aws_launch_template": {"nat": TEMPLATE},
        "aws_instance": {"nat": {"launch_template": {"id": "${aws_launch_template.nat.id}"}}},
        "aws_eip": {"nat": {"network_interface": "${aws_network_interface.nat.id}"}},
        "aws_kms_key": {"shared": {"enable_key_rotation": False}},
        "aws_secretsmanager_secret": {"user": {"name": "user"}},
        "aws_cloudwatch_metric_alarm": many(12, ALARM),
    }
    bill = estimate([stack(resources)], usage())
    by_hand = (
        HOURS * price("rds.hour.db.t4g.micro.single")
        + 20 * price("rds.gp3_gb.single")
        + HOURS * price("ec2.hour.t4g.nano")
        + 8 * price("ebs.gp3_gb")
        + HOURS * price("ipv4.hour")  # attached, and paid for
        + 1 * price("kms.key")
        + 2 * price("secret.month")  # ours, and the master's
        + 2 * price("alarm.month")  # twelve, of which ten are free
    )
    assert is_near(bill.total.expected, by_hand)
    assert is_near(bill.without_allowances.expected, by_hand + 10 * price("alarm.month"))
    assert bill.fixed == bill.total


def test_a_database_in_two_zones_behind_a_nat_gateway_in_each() -> None:
    inside = {"subnet_ids": ["${aws_subnet.a.id}", "${aws_subnet.b.id}"]}
    resources: Blocks = {
        **API,
        "aws_lambda_function": {"f": function(vpc_config=inside)},
        "aws_subnet": {zone: {"availability_zone": f"eu-west-2{zone}"} for zone in "ab"},
        "aws_db_instance": {"db": database(instance_class="db.t4g.small", multi_az=True, max_allocated_storage=100)},
        "aws_nat_gateway": many(2, {"allocation_id": "x"}),
        "aws_eip": many(2, {"domain": "vpc"}),
    }
    bill = estimate([stack(resources)], usage(users=10_000, requests_per_user=1000, database_mb_per_user=4.6))
    requests = 10_000 * 1000
    data_gb = 10_000 * 4.6 / GB  # 44.9 GB, which RDS holds in 49.9 GB of storage
    storage_gb = data_gb / 0.9
    backup_gb = data_gb * (1 + 7 * 0.02) - storage_gb
    egress_gb = requests * 5 / GB / GB  # 5 kB for each request
    crossing_gb = requests * 10 / GB / GB / 2  # 10 kB for each request, half of them to the other zone
    by_hand = (
        HOURS * price("rds.hour.db.t4g.small.multi")
        + storage_gb * price("rds.gp3_gb.multi")
        + backup_gb * price("rds.backup_gb")
        + 1 * price("secret.month")
        + 2 * HOURS * price("nat.hour")
        + egress_gb * price("nat.gb")
        + 2 * HOURS * price("ipv4.hour")
        + 2 * crossing_gb * price("transfer.zone_gb")  # paid by both ends
        + requests * price("api.http_request")
        + (requests - free("lambda.request.arm64")) * price("lambda.request.arm64")
        + max(0, requests * 0.1 * 0.25 - free("lambda.gb_second.arm64")) * price("lambda.gb_second.arm64")
    )
    assert is_near(bill.total.expected, by_hand)


def test_many_users_far_above_the_free_allowances() -> None:
    resources: Blocks = {
        **API,
        "aws_lambda_function": {
            "f": function(
                memory_size=512, tracing_config={"mode": "Active"}, logging_config={"log_group": "/aws/lambda/f"}
            )
        },
        "aws_cloudwatch_log_group": {"f": {"name": "/aws/lambda/f", "retention_in_days": 365}},
        "aws_cognito_user_pool": {
            "users": {"user_pool_tier": "ESSENTIALS", "email_configuration": {"email_sending_account": "DEVELOPER"}}
        },
    }
    bill = estimate(
        [stack(resources)],
        usage(users=100_000, requests_per_user=4000, request_ms=300, log_kb_per_request=4, mails_per_user=0.5),
    )
    requests = 100_000 * 4000  # above the 300 million of the API's first tier
    traces = HOURS * 3600 + 0.05 * (requests - HOURS * 3600)  # one a second, and one of twenty others
    logs_gb = requests * 4 / GB / GB
    by_hand = (
        300e6 * price("api.http_request") + (requests - 300e6) * price("api.http_request", 1)
        + (requests - 1e6) * price("lambda.request.arm64")
        + (requests * 0.3 * 0.5 - 400e3) * price("lambda.gb_second.arm64")
        + (traces - 100e3) * price("xray.trace")
        + (logs_gb - 5) * price("logs.ingested_gb")
        + logs_gb * 12 * price("logs.stored_gb")  # a year's
        + (3 * logs_gb - 5) * price("logs.scanned_gb")
        + (100_000 - 10_000) * price("cognito.user.ESSENTIALS")
        + 50_000 * price("ses.mail")
    )  # fmt: skip
    assert is_near(bill.total.expected, by_hand)


def test_each_client_of_a_machine_and_each_of_its_tokens_is_billed() -> None:
    clients = ["${aws_cognito_user_pool_client.web.id}", "1" * 26, "2" * 26]

    def total(audience: list[str]) -> Decimal:
        resources: Blocks = {
            "aws_cognito_user_pool": {"users": {}},
            "aws_apigatewayv2_authorizer": {"users": {"jwt_configuration": {"audience": audience}}},
        }
        return estimate([stack(resources)], usage(token_requests_per_machine=3000)).total.expected

    assert total(clients[:1]) == 0
    assert is_near(total(clients), 2 * price("cognito.machine.month") + 6000 * price("cognito.machine.request"))


def test_heavy_delivery_of_media_over_the_tiers() -> None:
    bucket = {"bucket": "${aws_s3_bucket.media.id}"}
    resources: Blocks = {
        **API,
        "aws_lambda_function": {"f": function()},
        "aws_s3_bucket": {"media": {"bucket": "media"}, "logs": {"bucket": "logs"}},
        "aws_s3_bucket_versioning": {"media": {**bucket, "versioning_configuration": {"status": "Enabled"}}},
        "aws_s3_bucket_lifecycle_configuration": {
            "media": {
                **bucket,
                "rule": [{"status": "Enabled", "noncurrent_version_expiration": [{"noncurrent_days": 73}]}],
            },
            "logs": {
                "bucket": "${aws_s3_bucket.logs.id}",
                "rule": [{"status": "Enabled", "expiration": [{"days": 365}]}],
            },
        },
        "aws_cloudfront_distribution": {
            "cdn": {"origin": [{"domain_name": "${aws_s3_bucket.media.bucket_regional_domain_name}"}]}
        },
        "aws_cloudfront_monitoring_subscription": {"cdn": {"distribution_id": "x"}},
        "aws_cloudwatch_log_delivery_destination": {
            "logs": {"delivery_destination_configuration": [{"destination_resource_arn": "arn:aws:s3:::logs"}]}
        },
        "aws_cloudwatch_log_delivery": {"logs": {}},
        "aws_wafv2_web_acl": {"acl": {"rule": [{"name": f"r{number}"} for number in range(3)]}},
    }
    bill = estimate(
        [stack(resources)],
        usage(
            users=1000, delivered_gb_per_user=20, cache_miss_percent=25, stored_gb_per_user=60, uploaded_gb_per_user=1
        ),
    )
    delivered, stored, uploaded = 20_000, 60_000, 1000
    deliveries = delivered * GB / 1.7
    old_versions = stored * 0.01 * 73 / (HOURS / 24)  # one in a hundred is replaced each month
    log_gb = deliveries * 0.7 / GB / GB
    in_standard = stored + old_versions + log_gb * 12
    by_hand = (
        10_240 * price("cdn.europe_gb") + (delivered - 1024 - 10_240) * price("cdn.europe_gb", 1)
        + (deliveries - 10e6) * price("cdn.europe_request")
        + 8 * price("cdn.metric")
        + 51_200 * price("s3.standard_gb") + (in_standard - 51_200) * price("s3.standard_gb", 1)
        + uploaded * GB / 50 * price("s3.put")
        + deliveries * 0.25 * price("s3.get")
        + log_gb * price("logs.delivered_gb")
        + price("waf.acl") + 3 * price("waf.rule") + deliveries * price("waf.request")
    )  # fmt: skip
    assert is_near(bill.total.expected, by_hand)


def test_warm_functions_a_proxy_and_endpoints() -> None:
    alias = "${aws_lambda_alias.f.name}"
    subnets = ["${aws_subnet.a.id}", "${aws_subnet.b.id}"]
    resources: Blocks = {
        **API,
        "aws_lambda_function": {"f": function(memory_size=1024, vpc_config={"subnet_ids": subnets})},
        "aws_subnet": {zone: {"availability_zone": f"eu-west-2{zone}"} for zone in "ab"},
        "aws_lambda_provisioned_concurrency_config": {
            "f": {
                "function_name": "${aws_lambda_function.f.function_name}",
                "qualifier": alias,
                "provisioned_concurrent_executions": 3,
            }
        },
        "aws_db_instance": {"db": database(instance_class="db.t4g.xlarge", multi_az=True, storage_type="gp3")},
        "aws_db_proxy": {"proxy": {"name": "proxy"}},
        "aws_db_proxy_target": {
            "proxy": {
                "db_proxy_name": "${aws_db_proxy.proxy.name}",
                "db_instance_identifier": "${aws_db_instance.db.identifier}",
            }
        },
        "aws_vpc_endpoint": {
            "s3": {"vpc_endpoint_type": "Gateway"},
            **{name: {"vpc_endpoint_type": "Interface", "subnet_ids": subnets} for name in ("sns", "secretsmanager")},
        },
    }
    bill = estimate([stack(resources)], usage(users=1000, requests_per_user=2000, request_ms=200))
    requests = 2_000_000
    by_hand = (
        3 * 1 * HOURS * 3600 * price("lambda.provisioned_gb_second.arm64")
        + requests * 0.2 * 1 * price("lambda.provisioned_duration.arm64")  # nothing of it is free
        + (requests - 1e6) * price("lambda.request.arm64")
        + HOURS * price("rds.hour.db.t4g.xlarge.multi")
        + 20 * price("rds.gp3_gb.multi")
        + price("secret.month")
        + HOURS * 4 * price("rds.proxy_vcpu_hour")  # an xlarge has four
        + 2 * 2 * HOURS * price("endpoint.hour")  # two endpoints in two zones; S3's is free
        + requests * 5 / GB / GB * price("endpoint.gb")
        + 2 * requests * 10 / GB / GB / 2 * price("transfer.zone_gb")
        + requests * price("api.http_request")
    )
    assert is_near(bill.total.expected, by_hand)


def test_an_application_that_only_works_through_messages() -> None:
    resources: Blocks = {
        "aws_lambda_function": {
            "worker": function(
                function_name="worker", architectures=["x86_64"], memory_size=2048, ephemeral_storage={"size": 1536}
            )
        },
        "aws_scheduler_schedule": {
            "often": {
                "schedule_expression": "rate(1 minute)",
                "target": {"arn": "${aws_lambda_function.worker.arn}"},
            }
        },
        "aws_sns_topic": {"news": {"name": "news"}},
        "aws_sns_topic_subscription": {
            "mail": {"protocol": "email", "topic_arn": "${aws_sns_topic.news.arn}", "endpoint": "a@example.org"},
            "web": {"protocol": "https", "topic_arn": "${aws_sns_topic.news.arn}", "endpoint": "https://example.org"},
        },
        "aws_sqs_queue": {"jobs": {"fifo_queue": True}, "failures": {}},
        "aws_cloudwatch_log_metric_filter": {
            f"f{number}": {"metric_transformation": {"name": f"m{number}", "namespace": "n"}} for number in range(15)
        },
        "aws_cloudwatch_dashboard": many(5, {"dashboard_body": "{}"}),
        "aws_kms_key": many(3, {"enable_key_rotation": True}),
    }
    bill = estimate([stack(resources)], usage(users=20_000, messages_per_user=100))
    calls, messages = HOURS * 60, 2_000_000
    seconds = calls * 2
    by_hand = (
        max(0, seconds * 2 - free("lambda.gb_second.x86_64")) * price("lambda.gb_second.x86_64")
        + seconds * 1 * price("lambda.ephemeral_gb_second")  # 1.5 GB, of which 0.5 are free
        + (messages - 1e6) * price("sns.request")
        + (messages - 1000) * price("sns.email")
        + (messages - 100e3) * price("sns.http")
        + 5 * price("metric.month")
        + 2 * price("dashboard.month")
        + 3 * price("kms.key")
    )
    assert is_near(bill.total.expected, by_hand)
    assert is_near(bill.total.high - bill.total.expected, 3 * 2 * price("kms.rotation"))  # from the third year


@pytest.mark.parametrize(("detailed", "metrics"), [(False, 0), (True, 6)])
def test_detailed_metrics_of_a_route_are_custom_metrics(*, detailed: bool, metrics: int) -> None:
    stage = {
        "api_id": "${aws_apigatewayv2_api.api.id}",
        "default_route_settings": {"detailed_metrics_enabled": detailed},
    }
    resources: Blocks = {**API, "aws_lambda_function": {"f": function()}, "aws_apigatewayv2_stage": {"s": stage}}
    bill = estimate([stack(resources)], usage())
    assert float(bill.without_allowances.expected) == pytest.approx(metrics * price("metric.month"))
