"""What there is in the account: all kinds of things that the platform is made of, as AWS lists them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath  # type: ignore[import-untyped]

from ffp.emulator.account import Account
from settings import environments


@dataclass(frozen=True)
class Listing:
    """An operation that lists, and where its answer names what somebody made: what AWS gives is left out."""

    service: str
    operation: str
    names: str | None  # in JMESPath; None where the emulator still lists what is gone
    arguments: Mapping[str, Any] = field(default_factory=dict)
    region: str | None = None

    def __str__(self) -> str:
        return f"{self.service} {self.operation}"


_CUSTOM = {"Type": "custom"}
_OF_CLOUDFRONT = "us-east-1"

LISTINGS = (
    Listing("apigatewayv2", "get_apis", "Items[].Name"),
    Listing(
        "budgets",
        "describe_budgets",
        "Budgets[].BudgetName",
        {"AccountId": environments.load()["local"].account_id},
    ),
    Listing("cloudfront", "list_cache_policies", "CachePolicyList.Items[].CachePolicy.Id", _CUSTOM),
    Listing("cloudfront", "list_distributions", "DistributionList.Items[].Id"),
    Listing("cloudfront", "list_key_groups", "KeyGroupList.Items[].KeyGroup.Id"),
    Listing("cloudfront", "list_origin_access_controls", "OriginAccessControlList.Items[].Name"),
    Listing("cloudfront", "list_public_keys", "PublicKeyList.Items[].Name"),
    Listing(
        "cloudfront",
        "list_response_headers_policies",
        "ResponseHeadersPolicyList.Items[].ResponseHeadersPolicy.Id",
        _CUSTOM,
    ),
    Listing("cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    Listing("cloudwatch", "list_dashboards", "DashboardEntries[].DashboardName"),
    Listing("cognito-idp", "list_user_pools", "UserPools[].Name", {"MaxResults": 60}),
    Listing("ec2", "describe_addresses", "Addresses[].AllocationId"),
    Listing("ec2", "describe_flow_logs", "FlowLogs[].FlowLogId"),
    Listing("ec2", "describe_instances", "Reservations[].Instances[?State.Name != 'terminated'][].InstanceId"),
    Listing("ec2", "describe_internet_gateways", "InternetGateways[?Tags].InternetGatewayId"),
    Listing("ec2", "describe_launch_templates", "LaunchTemplates[].LaunchTemplateName"),
    Listing("ec2", "describe_network_interfaces", "NetworkInterfaces[].NetworkInterfaceId"),
    Listing("ec2", "describe_route_tables", "RouteTables[?Tags].RouteTableId"),
    Listing("ec2", "describe_security_group_rules", "SecurityGroupRules[?Description].SecurityGroupRuleId"),
    Listing("ec2", "describe_security_groups", "SecurityGroups[?GroupName != 'default'].GroupName"),
    Listing("ec2", "describe_subnets", "Subnets[?!DefaultForAz].SubnetId"),
    Listing("ec2", "describe_tags", None),
    Listing("ec2", "describe_volumes", "Volumes[].VolumeId"),
    Listing("ec2", "describe_vpc_endpoints", "VpcEndpoints[].VpcEndpointId"),
    Listing("ec2", "describe_vpcs", "Vpcs[?!IsDefault].VpcId"),
    Listing("iam", "get_account_authorization_details", "RoleDetailList[].RoleName"),
    Listing("iam", "list_open_id_connect_providers", "OpenIDConnectProviderList[].Arn"),
    Listing("iam", "list_policies", "Policies[].PolicyName", {"Scope": "Local"}),
    Listing("kms", "list_aliases", "Aliases[?!starts_with(AliasName, 'alias/aws/')].AliasName"),
    Listing("lambda", "list_functions", "Functions[].FunctionName"),
    Listing("logs", "describe_deliveries", "deliveries[].id", region=_OF_CLOUDFRONT),
    Listing("logs", "describe_delivery_destinations", "deliveryDestinations[].name", region=_OF_CLOUDFRONT),
    Listing("logs", "describe_delivery_sources", "deliverySources[].name", region=_OF_CLOUDFRONT),
    Listing("logs", "describe_log_groups", "logGroups[].logGroupName"),
    Listing("logs", "describe_metric_filters", "metricFilters[].filterName"),
    Listing("rds", "describe_db_instances", "DBInstances[].DBInstanceIdentifier"),
    Listing("rds", "describe_db_parameter_groups", "DBParameterGroups[].DBParameterGroupName"),
    Listing("rds", "describe_db_subnet_groups", "DBSubnetGroups[].DBSubnetGroupName"),
    Listing("resourcegroupstaggingapi", "get_resources", None),
    Listing("s3", "list_buckets", "Buckets[].Name"),
    Listing("scheduler", "list_schedules", "Schedules[].Name"),
    Listing("secretsmanager", "list_secrets", "SecretList[].Name"),
    Listing("sns", "list_subscriptions", "Subscriptions[].SubscriptionArn"),
    Listing("sns", "list_topics", "Topics[].TopicArn"),
    Listing("sqs", "list_queues", "QueueUrls"),
)


def answers(account: Account) -> Iterator[tuple[Listing, dict[str, Any]]]:
    """The answers of all listings."""
    for listing in LISTINGS:
        client = account.client(account.root, listing.service, region_name=listing.region)
        answer = getattr(client, listing.operation)(**listing.arguments)
        yield listing, {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def names(account: Account) -> dict[str, set[str]]:
    """The names of what there is, by what lists them."""
    return {
        str(listing): set(jmespath.search(listing.names, answer) or ())
        for listing, answer in answers(account)
        if listing.names
    }
