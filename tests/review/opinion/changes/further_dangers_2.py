"""Dangers without the detail that gives them away, part 2 of 3."""

import json

from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import plants
from tests.review.opinion.kinds import STRANGER


def everybody(action: str) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"}],
        }
    )


for name, category, why, *blocks in (
    (
        "metrics-to-a-stranger",
        "exposure",
        "Data leave by HTTP.",
        (
            "aws_kinesis_firehose_delivery_stream",
            {
                "name": "x",
                "destination": "http_endpoint",
                "http_endpoint_configuration": {"url": "https://collector.partner.example", "name": "x"},
            },
        ),
    ),
    (
        "log-destination-for-everybody",
        "exposure",
        "Anybody sends logs.",
        (
            "aws_cloudwatch_log_destination_policy",
            {"destination_name": "x", "access_policy": everybody("logs:PutSubscriptionFilter")},
        ),
    ),
    (
        "registry-for-everybody",
        "exposure",
        "Anybody pulls and pushes images.",
        ("aws_ecr_repository", {"name": "app"}),
        ("aws_ecr_repository_policy", {"repository": "app", "policy": everybody("ecr:*")}),
    ),
    (
        "layer-for-everybody",
        "exposure",
        "Anybody reads our code.",
        (
            "aws_lambda_layer_version_permission",
            {
                "layer_name": "ffp",
                "version_number": 1,
                "principal": "*",
                "action": "lambda:GetLayerVersion",
                "statement_id": "all",
            },
        ),
    ),
    (
        "image-for-everybody",
        "exposure",
        "Anybody starts our image.",
        ("aws_ami_launch_permission", {"image_id": "ami-0a1b2c3d4e5f60718", "group": "all"}),
    ),
    (
        "table-policy-for-everybody",
        "exposure",
        "Anybody reads the table.",
        (
            "aws_dynamodb_resource_policy",
            {
                "resource_arn": "arn:aws:dynamodb:eu-west-2:333333333333:table/x",
                "policy": everybody("dynamodb:GetItem"),
            },
        ),
    ),
    (
        "cluster-public",
        "network",
        "A warehouse with a public address.",
        (
            "aws_redshift_cluster",
            {
                "cluster_identifier": "dw",
                "node_type": "ra3.large",
                "publicly_accessible": True,
                "encrypted": True,
                "manage_master_password": True,
            },
        ),
    ),
    (
        "broker-public",
        "network",
        "A broker with a public address.",
        (
            "aws_mq_broker",
            {
                "broker_name": "mq",
                "engine_type": "RabbitMQ",
                "engine_version": "3.13",
                "host_instance_type": "mq.t3.micro",
                "publicly_accessible": True,
            },
        ),
    ),
    (
        "replication-public",
        "network",
        "A replication instance with a public address.",
        (
            "aws_dms_replication_instance",
            {
                "replication_instance_id": "dms",
                "replication_instance_class": "dms.t3.micro",
                "publicly_accessible": True,
            },
        ),
    ),
    (
        "notebook-on-the-internet",
        "network",
        "A notebook with root on the internet.",
        (
            "aws_sagemaker_notebook_instance",
            {
                "name": "nb",
                "instance_type": "ml.t3.medium",
                "role_arn": "arn:aws:iam::333333333333:role/x",
                "direct_internet_access": "Enabled",
            },
        ),
    ),
    (
        "kubernetes-on-the-internet",
        "network",
        "A control plane for all addresses.",
        (
            "aws_eks_cluster",
            {
                "name": "k",
                "role_arn": "arn:aws:iam::333333333333:role/x",
                "vpc_config": {
                    "subnet_ids": ["subnet-1"],
                    "endpoint_public_access": True,
                    "public_access_cidrs": ["0.0.0.0/0"],
                },
            },
        ),
    ),
    (
        "app-runner-public",
        "front door",
        "A service with a public address of its own.",
        (
            "aws_apprunner_service",
            {
                "service_name": "x",
                "source_configuration": {
                    "image_repository": {
                        "image_identifier": "public.ecr.aws/x/y:latest",
                        "image_repository_type": "ECR_PUBLIC",
                    }
                },
            },
        ),
    ),
    (
        "graphql-by-key",
        "front door",
        "An API whose key is in every page.",
        ("aws_appsync_graphql_api", {"name": "x", "authentication_type": "API_KEY"}),
    ),
    (
        "people-get-the-account",
        "access",
        "People become administrators of the account.",
        (
            "aws_ssoadmin_account_assignment",
            {
                "instance_arn": "arn:x",
                "permission_set_arn": "arn:x",
                "principal_id": "g",
                "principal_type": "GROUP",
                "target_id": "333333333333",
                "target_type": "AWS_ACCOUNT",
            },
        ),
    ),
    (
        "permissions-by-lake",
        "access",
        "Another account reads tables.",
        (
            "aws_lakeformation_permissions",
            {"principal": STRANGER, "permissions": ["SELECT"], "table": {"database_name": "x", "name": "y"}},
        ),
    ),
    (
        "mx-record-to-a-stranger",
        "exposure",
        "Mail of the domain goes to a stranger.",
        (
            "aws_route53_record",
            {
                "zone_id": "Z0123456789ABCDEFGHIJ",
                "name": "ffp.example",
                "type": "MX",
                "ttl": 300,
                "records": ["10 mail.partner.example"],
            },
        ),
    ),
    (
        "zone-delegated",
        "exposure",
        "A stranger answers for names below ours.",
        (
            "aws_route53_record",
            {
                "zone_id": "Z0123456789ABCDEFGHIJ",
                "name": "web.ffp.example",
                "type": "NS",
                "ttl": 300,
                "records": ["ns1.partner.example"],
            },
        ),
    ),
    (
        "disk-encryption-default-off",
        "exposure",
        "New disks are in clear.",
        ("aws_ebs_encryption_by_default", {"enabled": False}),
    ),
    ("detector-off", "watching", "Threats are not looked for.", ("aws_guardduty_detector", {"enable": False})),
    (
        "peering-accepted",
        "network",
        "A stranger's network next to ours.",
        (
            "aws_vpc_peering_connection_accepter",
            {"vpc_peering_connection_id": "pcx-0123456789abcdef0", "auto_accept": True},
        ),
    ),
    (
        "ssh-key-of-a-user",
        "access",
        "A permanent key of a user.",
        (
            "aws_iam_user_ssh_key",
            {"username": "x", "encoding": "SSH", "public_key": "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ x"},
        ),
    ),
    (
        "backups-shared",
        "exposure",
        "A stranger copies the backups.",
        (
            "aws_backup_vault_policy",
            {
                "backup_vault_name": "x",
                "policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": {"AWS": f"arn:aws:iam::{STRANGER}:root"},
                                "Action": "backup:CopyFromBackupVault",
                                "Resource": "*",
                            }
                        ],
                    }
                ),
            },
        ),
    ),
):
    dangerous(name, category, why)(plants(*blocks))
