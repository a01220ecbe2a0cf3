"""A small platform in the format that CDKTF writes. Each link of its model has exactly one cause in the JSON."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ffp import stacks
from ffp.model import Model, model_of
from tests.ffp import samples

RULE_OUT, RULE_IN = "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"
ROUTE, ENDPOINT = "aws_route", "aws_vpc_endpoint"
DOCUMENT = "aws_iam_policy_document"
PORT = {"from_port": 5432, "to_port": 5432, "ip_protocol": "tcp"}
HTTPS = {"from_port": 443, "to_port": 443, "ip_protocol": "tcp"}


def ref(address: str, attribute: str = "id") -> str:
    """A reference in Terraform's JSON."""
    return f"${{{address}.{attribute}}}"


def _function(group: str, **more: Any) -> dict[str, Any]:
    return {"function_name": f"dev-ffp-{group}", "role": ref(f"aws_iam_role.{group}", "arn"), **more}


def _alias(function: str) -> dict[str, Any]:
    return {"name": "live", "function_name": ref(f"aws_lambda_function.{function}", "function_name")}


def _policy(group: str) -> dict[str, Any]:
    return {"role": ref(f"aws_iam_role.{group}"), "policy": ref(f"data.{DOCUMENT}.{group}", "json")}


def _subnet(tier: str) -> dict[str, Any]:
    return {"availability_zone": "a", "cidr_block": "10.0.0.0/24", "tags": {"tier": tier}}


def _statement(action: str, resource: str) -> dict[str, Any]:
    return {"effect": "Allow", "actions": [action], "resources": [resource]}


RESOURCE: Mapping[str, dict[str, dict[str, Any]]] = {
    "aws_cloudfront_distribution": {
        "cdn": {
            "comment": "dev-ffp-door",
            "default_cache_behavior": {"target_origin_id": "media", "trusted_key_groups": ["group"]},
            "ordered_cache_behavior": [{"path_pattern": "/api/*", "target_origin_id": "api"}],
            "origin": [
                {"origin_id": "media", "domain_name": ref("aws_s3_bucket.media", "bucket_regional_domain_name")},
                {"origin_id": "api", "domain_name": f"{ref('aws_apigatewayv2_api.api')}.execute-api"},
            ],
        }
    },
    "aws_s3_bucket": {
        "media": {"bucket": "dev-ffp-media-111111111111"},
        "logs": {"bucket": "dev-ffp-logs-111111111111"},
    },
    "aws_s3_bucket_cors_configuration": {
        "media": {"bucket": ref("aws_s3_bucket.media"), "cors_rule": [{"allowed_methods": ["POST"]}]}
    },
    "aws_s3_bucket_logging": {
        "media": {"bucket": ref("aws_s3_bucket.media"), "target_bucket": ref("aws_s3_bucket.logs")}
    },
    "aws_apigatewayv2_api": {"api": {"name": "dev-ffp-api"}},
    "aws_apigatewayv2_integration": {
        "read": {
            "api_id": ref("aws_apigatewayv2_api.api"),
            "integration_uri": ref("aws_lambda_alias.reader", "invoke_arn"),
        }
    },
    "aws_apigatewayv2_authorizer": {
        "tokens": {
            "api_id": ref("aws_apigatewayv2_api.api"),
            "jwt_configuration": {"issuer": f"https://{ref('aws_cognito_user_pool.pool', 'endpoint')}"},
        }
    },
    "aws_cognito_user_pool": {
        "pool": {
            "name": "dev-ffp-users",
            "lambda_config": {"pre_token_generation": ref("aws_lambda_alias.jobs", "arn")},
        }
    },
    "aws_cognito_user_pool_domain": {"pages": {"user_pool_id": ref("aws_cognito_user_pool.pool")}},
    "aws_iam_openid_connect_provider": {"ci": {"url": "https://ci.example"}},
    "aws_iam_role": {
        "reader": {"name": "dev-ffp-reader"},
        "jobs": {"name": "dev-ffp-jobs"},
        "deploy": {"name": "dev-ffp-deploy", "assume_role_policy": ref(f"data.{DOCUMENT}.trust", "json")},
    },
    "aws_iam_role_policy": {"reader": _policy("reader"), "jobs": _policy("jobs")},
    "aws_lambda_function": {
        "reader": _function(
            "reader",
            vpc_config={
                "subnet_ids": [ref("aws_subnet.private")],
                "security_group_ids": [ref("aws_security_group.reader")],
            },
        ),
        "jobs": _function("jobs"),
    },
    "aws_lambda_alias": {"reader": _alias("reader"), "jobs": _alias("jobs")},
    "aws_subnet": {tier: _subnet(tier) for tier in ("public", "private", "isolated")},
    "aws_security_group": {"reader": {}, "database": {}},
    RULE_OUT: {
        "database": {
            "security_group_id": ref("aws_security_group.reader"),
            "referenced_security_group_id": ref("aws_security_group.database"),
            **PORT,
        },
        "anywhere": {"security_group_id": ref("aws_security_group.reader"), "cidr_ipv4": "0.0.0.0/0", **HTTPS},
    },
    RULE_IN: {
        "reader": {
            "security_group_id": ref("aws_security_group.database"),
            "referenced_security_group_id": ref("aws_security_group.reader"),
            **PORT,
        }
    },
    "aws_db_subnet_group": {"database": {"name": "database", "subnet_ids": [ref("aws_subnet.isolated")]}},
    "aws_db_instance": {
        "database": {
            "identifier": "dev-ffp-database",
            "db_subnet_group_name": ref("aws_db_subnet_group.database", "name"),
            "vpc_security_group_ids": [ref("aws_security_group.database")],
            "manage_master_user_password": True,
        }
    },
    "aws_nat_gateway": {"nat": {"subnet_id": ref("aws_subnet.public")}},
    "aws_route_table": {"private": {}},
    "aws_route_table_association": {
        "private": {"subnet_id": ref("aws_subnet.private"), "route_table_id": ref("aws_route_table.private")}
    },
    ROUTE: {
        "out": {
            "destination_cidr_block": "0.0.0.0/0",
            "nat_gateway_id": ref("aws_nat_gateway.nat"),
            "route_table_id": ref("aws_route_table.private"),
        }
    },
    ENDPOINT: {
        "s3": {
            "service_name": "com.amazonaws.eu-west-2.s3",
            "vpc_id": ref("aws_vpc.vpc"),
            "route_table_ids": [ref("aws_route_table.private")],
        }
    },
    "aws_vpc": {"vpc": {}},
    "aws_secretsmanager_secret": {"key": {"name": "dev-ffp-key"}},
    "aws_secretsmanager_secret_rotation": {
        "key": {
            "secret_id": ref("aws_secretsmanager_secret.key"),
            "rotation_lambda_arn": ref("aws_lambda_alias.jobs", "arn"),
        }
    },
    "aws_sns_topic": {"alarms": {"name": "dev-ffp-alarms"}, "news": {"name": "dev-ffp-news"}},
    "aws_sns_topic_subscription": {
        "mail": {"topic_arn": ref("aws_sns_topic.alarms", "arn"), "protocol": "email", "endpoint": "a@ffp.example"}
    },
    "aws_sqs_queue": {"failures": {"name": "dev-ffp-failures"}},
    "aws_lambda_function_event_invoke_config": {
        "jobs": {
            "function_name": ref("aws_lambda_function.jobs", "function_name"),
            "destination_config": {"on_failure": {"destination": ref("aws_sqs_queue.failures", "arn")}},
        }
    },
    "aws_lambda_event_source_mapping": {
        "again": {
            "event_source_arn": ref("aws_sqs_queue.failures", "arn"),
            "function_name": ref("aws_lambda_alias.jobs", "arn"),
        }
    },
    "aws_scheduler_schedule": {
        "hourly": {
            "name": "dev-ffp-hourly",
            "target": {
                "arn": ref("aws_lambda_alias.jobs", "arn"),
                "dead_letter_config": {"arn": ref("aws_sqs_queue.failures", "arn")},
            },
        },
        "yearly": {"name": "dev-ffp-yearly", "target": {"arn": ref("aws_sns_topic.alarms", "arn")}},
    },
    "aws_lambda_invocation": {"jobs": {"function_name": "jobs", "qualifier": ref("aws_lambda_alias.jobs", "name")}},
    "aws_budgets_budget": {
        "month": {"name": "dev-ffp-month", "notification": [{"subscriber_email_addresses": ["a@ffp.example"]}]}
    },
    "aws_cloudwatch_metric_alarm": {
        "errors": {"alarm_name": "dev-ffp-errors", "alarm_actions": [ref("aws_sns_topic.alarms", "arn")]}
    },
}

DATA: Mapping[str, dict[str, dict[str, Any]]] = {
    DOCUMENT: {
        "trust": {
            "statement": [
                {
                    "effect": "Allow",
                    "actions": ["sts:AssumeRoleWithWebIdentity"],
                    "principals": [{"identifiers": ["arn:aws:iam::111111111111:oidc-provider/ci.example"]}],
                }
            ]
        },
        "reader": {
            "statement": [
                _statement("secretsmanager:GetSecretValue", ref("aws_secretsmanager_secret.key", "arn")),
                _statement("s3:PutObject", "arn:aws:s3:::dev-ffp-media-111111111111/media/*"),
                _statement(
                    "secretsmanager:GetSecretValue", ref("aws_db_instance.database", "master_user_secret[0].secret_arn")
                ),
            ]
        },
        "jobs": {
            "statement": [
                _statement("sns:Publish", ref("aws_sns_topic.news", "arn")),
                _statement("cognito-idp:AdminGetUser", ref("aws_cognito_user_pool.pool", "arn")),
            ]
        },
    }
}


class Small:
    """A copy of the small platform, which a test can change before it builds the model."""

    def __init__(self) -> None:
        self.resource = copy.deepcopy(dict(RESOURCE))
        self.data = copy.deepcopy(dict(DATA))

    def model(self, folder: Path) -> Model:
        """The model of the platform with all changes."""
        return model_of(stacks.read(samples.write(folder, resource=self.resource, data=self.data)))


def links_of(model: Model) -> set[tuple[str, str, str]]:
    """Each link as source, verb and target, in the words of a picture."""
    names = {part.id: f"{part.kind} {part.name}".strip() for part in model.parts.values()}
    return {(names[link.source], verb, names[link.target]) for link in model.links for verb in link.verbs}
