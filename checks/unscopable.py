"""IAM-2's exceptions: the actions that cannot be limited to named resources, each with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_LISTS = "lists resources of the account; AWS defines no resource type for it"
_NETWORK_INTERFACE = "Lambda demands it on all resources before it attaches a function to the VPC"
_TRACE = "X-Ray has no resource type for traces or sampling rules in use"
_DELIVERY = "CloudWatch Logs has no resource type for vended deliveries, which WAF, VPC and API Gateway create"
_NO_RESOURCE = "AWS defines no resource type for it"

# Allowed on `*` without a condition.
UNSCOPABLE: Mapping[str, str] = MappingProxyType(
    {
        "xray:PutTelemetryRecords": _TRACE,
        "xray:PutTraceSegments": _TRACE,
        "ec2:AssignPrivateIpAddresses": _NETWORK_INTERFACE,
        "ec2:CreateNetworkInterface": _NETWORK_INTERFACE,
        "ec2:DeleteNetworkInterface": _NETWORK_INTERFACE,
        "ec2:DescribeNetworkInterfaces": _NETWORK_INTERFACE,
        "ec2:UnassignPrivateIpAddresses": _NETWORK_INTERFACE,
        "logs:CreateLogDelivery": _DELIVERY,
        "logs:DeleteLogDelivery": _DELIVERY,
        "logs:DescribeResourcePolicies": _DELIVERY,
        "logs:GetLogDelivery": _DELIVERY,
        "logs:ListLogDeliveries": _DELIVERY,
        "logs:PutResourcePolicy": _DELIVERY,
        "logs:UpdateLogDelivery": _DELIVERY,
        "backup-storage:MountCapsule": _NO_RESOURCE,
        "cloudwatch:GetMetricData": _NO_RESOURCE,
        "logs:DeleteQueryDefinition": _NO_RESOURCE,
        "logs:PutQueryDefinition": _NO_RESOURCE,
        "ce:GetCostAndUsage": _NO_RESOURCE,
        **dict.fromkeys(
            [
                "acm:ListCertificates",
                "application-autoscaling:DescribeScalableTargets",
                "backup:ListRestoreJobs",
                "backup:ListRestoreTestingPlans",
                "application-autoscaling:DescribeScheduledActions",
                "cloudwatch:DescribeAlarms",
                "cognito-idp:DescribeUserPoolDomain",
                "ec2:DescribeAccountAttributes",
                "ec2:DescribeAddresses",
                "ec2:DescribeAddressesAttribute",
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeFlowLogs",
                "ec2:DescribeImages",
                "ec2:DescribeInstanceAttribute",
                "ec2:DescribeInstanceCreditSpecifications",
                "ec2:DescribeInstanceStatus",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeInstances",
                "ec2:DescribeInternetGateways",
                "ec2:DescribeLaunchTemplateVersions",
                "ec2:DescribeLaunchTemplates",
                "ec2:DescribeManagedPrefixLists",
                "ec2:DescribeNatGateways",
                "ec2:DescribeNetworkAcls",
                "ec2:DescribePrefixLists",
                "ec2:DescribeRouteTables",
                "ec2:DescribeSecurityGroupRules",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeTags",
                "ec2:DescribeVolumes",
                "ec2:DescribeVpcAttribute",
                "ec2:DescribeVpcEndpointServices",
                "ec2:DescribeVpcEndpoints",
                "ec2:DescribeVpcs",
                "events:ListRules",
                "kms:ListAliases",
                "logs:DescribeDeliveries",
                "logs:DescribeDeliveryDestinations",
                "logs:DescribeDeliverySources",
                "logs:DescribeLogGroups",
                "logs:DescribeQueryDefinitions",
                "rds:DescribeDBEngineVersions",
                "rds:DescribeDBInstances",
                "rds:DescribeOrderableDBInstanceOptions",
                "s3:ListAllMyBuckets",
                "tag:GetResources",
            ],
            _LISTS,
        ),
    }
)
