"""Harmless changes that look like others."""

import base64
import json

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import harmless
from tests.review.opinion.editing import plants, put
from tests.review.opinion.finding import account, pick, prefix, reference, region
from tests.review.opinion.kinds import DATABASE, FUNCTION, STAGE
from tests.review.opinion.parts import distribution, media, subnet, variable


def database_key(document: Document) -> str:
    return reference("aws_kms_key", pick(document, "aws_kms_key", "database")[0], "arn")


harmless("file-system", "exposure", "A file system with our key; its creation token is no secret.")(
    plants(
        (
            "aws_efs_file_system",
            lambda document: {
                "creation_token": "exports",
                "encrypted": True,
                "kms_key_id": database_key(document),
                "lifecycle": {"prevent_destroy": True},
            },
        ),
        (
            "aws_efs_backup_policy",
            {"file_system_id": "${aws_efs_file_system.planted.id}", "backup_policy": {"status": "ENABLED"}},
        ),
    )
)
harmless("access-log-of-token-use", "watching", "A word that says which kind of token it was.")(
    put(
        STAGE,
        "access_log_settings.format",
        lambda value: json.dumps(dict(json.loads(value), tokenUse="$context.authorizer.claims.token_use")),
    )
)
harmless("table", "recoverability", "A table with our key, recovery to any moment, protected.")(
    plants(
        (
            "aws_dynamodb_table",
            lambda document: {
                "name": prefix(document) + "-sessions",
                "billing_mode": "PAY_PER_REQUEST",
                "hash_key": "id",
                "attribute": [{"name": "id", "type": "S"}],
                "server_side_encryption": {"enabled": True, "kms_key_arn": database_key(document)},
                "point_in_time_recovery": {"enabled": True},
                "deletion_protection_enabled": True,
                "lifecycle": {"prevent_destroy": True},
            },
        )
    )
)
harmless("record", "front door", "A name of ours that leads to our distribution.")(
    plants(
        (
            "aws_route53_record",
            lambda document: (
                lambda n: {
                    "zone_id": "Z0123456789ABCDEFGHIJ",
                    "name": distribution(document)["aliases"][0],
                    "type": "A",
                    "alias": {
                        "name": reference("aws_cloudfront_distribution", n, "domain_name"),
                        "zone_id": reference("aws_cloudfront_distribution", n, "hosted_zone_id"),
                        "evaluate_target_health": False,
                    },
                }
            )(pick(document, "aws_cloudfront_distribution")[0]),
        )
    )
)
harmless("composite-alarm", "watching", "An alarm made of two.")(
    plants(
        (
            "aws_cloudwatch_composite_alarm",
            lambda document: {
                "alarm_name": prefix(document) + "-database",
                "alarm_rule": f"ALARM({pick(document, 'aws_cloudwatch_metric_alarm')[1]['alarm_name']})",
                "alarm_actions": list(pick(document, "aws_cloudwatch_metric_alarm")[1]["alarm_actions"]),
            },
        )
    )
)
harmless("bucket-metrics", "watching", "More is known.")(
    plants(
        (
            "aws_s3_bucket_metric",
            lambda document: {"bucket": reference("aws_s3_bucket", media(document)), "name": "all"},
        )
    )
)
harmless("analyser", "watching", "More is found.")(
    plants(("aws_accessanalyzer_analyzer", {"analyzer_name": "account", "type": "ACCOUNT"}))
)
harmless("detector", "watching", "More is found.")(plants(("aws_guardduty_detector", {"enable": True})))
harmless("cost-monitor", "watching", "Costs are watched.")(
    plants(
        ("aws_ce_anomaly_monitor", {"name": "services", "monitor_type": "DIMENSIONAL", "monitor_dimension": "SERVICE"})
    )
)
harmless("backup-vault", "recoverability", "One more copy, under our key.")(
    plants(("aws_backup_vault", lambda document: {"name": prefix(document), "kms_key_arn": database_key(document)}))
)
harmless("autoscaling", "availability", "Warm starts in the day.")(
    plants(
        (
            "aws_appautoscaling_target",
            lambda document: {
                "service_namespace": "lambda",
                "scalable_dimension": "lambda:function:ProvisionedConcurrency",
                "resource_id": f"function:{pick(document, FUNCTION)[1]['function_name']}:live",
                "min_capacity": 1,
                "max_capacity": 2,
            },
        )
    )
)
harmless("resource-group", "delivery/state", "A group of tags.")(
    plants(
        (
            "aws_resourcegroups_group",
            {
                "name": "ffp",
                "resource_query": {
                    "query": json.dumps(
                        {
                            "ResourceTypeFilters": ["AWS::AllSupported"],
                            "TagFilters": [{"Key": "project", "Values": ["ffp"]}],
                        }
                    )
                },
            },
        )
    )
)
harmless(
    "interface-endpoint",
    "network",
    ("The way to one service stays inside AWS: a group that only the private tier reaches, a policy for our account."),
    doubt="new network reach, by nobody yet",
)(
    plants(
        (
            "aws_vpc_endpoint",
            lambda document: {
                "vpc_id": reference("aws_vpc", pick(document, "aws_vpc")[0]),
                "service_name": f"com.amazonaws.{region(document)}.sns",
                "vpc_endpoint_type": "Interface",
                "private_dns_enabled": True,
                "subnet_ids": [reference("aws_subnet", subnet(document, "private")[0])],
                "security_group_ids": ["${aws_security_group.planted1.id}"],
                "policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": "*",
                                "Action": "sns:Publish",
                                "Resource": f"arn:aws:sns:{region(document)}:{account(document)}:{prefix(document)}-*",
                                "Condition": {"StringEquals": {"aws:PrincipalAccount": account(document)}},
                            }
                        ],
                    }
                ),
            },
        ),
        (
            "aws_security_group",
            lambda document: {
                "name": prefix(document) + "-sns",
                "description": "The way to SNS",
                "vpc_id": reference("aws_vpc", pick(document, "aws_vpc")[0]),
            },
        ),
    )
)
for name, variable_, value in (
    ("header", "CSRF_TOKEN_HEADER", "x-csrf-token"),
    ("reset-address", "PASSWORD_RESET_URL", "https://web.ffp.example/reset"),
    ("key-prefix", "KEY_PREFIX", "media/uploads"),
    ("secret-stage", "SECRET_STAGE", "AWSCURRENT"),
    ("base64-settings", "LABELS", base64.b64encode(b'{"title": "Exercise", "unit": "minutes"}').decode()),
    ("digest", "ASSET_DIGEST", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ("long-list", "LANGUAGES", "en,cy,gd,ga,pl,pa,ur,bn,gu,ar,fr,zh,pt,es,ta,tr,it,so"),
    ("auth-mode", "AUTH_MODE", "secret"),
):
    harmless(f"variable-{name}", "secrets", "No secret, whatever it is called.")(variable(variable_, value))
harmless("locals", "delivery/state", "A local that nothing uses.")(
    lambda document: document.setdefault("locals", {}).update(region=region(document))
)
harmless("check", "delivery/state", "A check only warns.")(
    lambda document: document.update(check={"region": {"assert": [{"condition": "${true}", "error_message": "x"}]}})
)
harmless("precondition", "delivery/state", "One more guard.")(
    put(DATABASE, "lifecycle.precondition", [{"condition": "${true}", "error_message": "x"}], new=True)
)
harmless("timeouts", "delivery/state", "Terraform waits longer.")(put(DATABASE, "timeouts", {"update": "2h"}, new=True))
harmless("count-of-one", "rename", "Terraform moves one instance to [0] by itself.")(
    lambda document: pick(document, "aws_cloudwatch_dashboard")[1].update(count=1)
)
