"""New resources of services that nothing used before: open or in clear, and the same with what protects them."""

import json
from collections.abc import Mapping
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Edit, make, put

_EMPTY: Mapping[str, Any] = {}
_NOTEBOOK = {"name": "x", "instance_type": "ml.t3.medium", "role_arn": "x", "subnet_id": "subnet-1"}
_CACHE = {"cluster_id": "x", "engine": "redis", "node_type": "cache.t4g.micro", "num_cache_nodes": 1}
_GROUP = {"replication_group_id": "x", "description": "x", "snapshot_retention_limit": 7}
_SAFE = {"at_rest_encryption_enabled": True, "transit_encryption_enabled": True}
_DOMAIN: Mapping[str, Any] = {
    "domain_name": "x",
    "domain_endpoint_options": {"enforce_https": True},
    "encrypt_at_rest": {"enabled": True},
    "node_to_node_encryption": {"enabled": True},
}
_IN_VPC = {"subnet_ids": ["subnet-1"]}
_BROKERS = {"client_subnets": ["subnet-1"], "instance_type": "kafka.t3.small"}
_WITH_PASSWORD = {"sasl": {"scram": True}}
_ECS = {"image": "x", "name": "x", "essential": True}


def _kafka(**more: Any) -> Mapping[str, Any]:
    return {"cluster_name": "x", "client_authentication": _WITH_PASSWORD, "broker_node_group_info": _BROKERS, **more}


def _in_transit(client_broker: str) -> Mapping[str, Any]:
    return {"encryption_info": {"encryption_in_transit": {"client_broker": client_broker}}}


def _kubernetes(**more: Any) -> Mapping[str, Any]:
    return {"name": "x", "role_arn": "x", "vpc_config": {"subnet_ids": ["subnet-1"], **more}}


def _cloud_search(https: bool) -> Mapping[str, Any]:
    return {"name": "x", "endpoint_options": [{"enforce_https": https}]}


def _task(**more: Any) -> Mapping[str, Any]:
    return {"family": "x", "container_definitions": json.dumps([{**_ECS, **more}])}


def _volume(**more: Any) -> Mapping[str, Any]:
    return {**_task(), "volume": [{"name": "x", "efs_volume_configuration": [{"file_system_id": "fs-1", **more}]}]}


def _search_policy(is_public: bool) -> Mapping[str, Any]:
    rules = [{"ResourceType": "collection", "Resource": ["collection/x"]}]
    return {"name": "x", "type": "network", "policy": json.dumps([{"Rules": rules, "AllowFromPublic": is_public}])}


def _tier(scheme: str | None) -> Mapping[str, Any]:
    other = {"namespace": "aws:ec2:vpc", "name": "VPCId", "value": "vpc-1"}
    own = [{"namespace": "aws:ec2:vpc", "name": "ELBScheme", "value": scheme}] if scheme else []
    return {"name": "x", "application": "x", "setting": [other, *own]}


# The type of a resource, what makes it dangerous, and what a harmless one has.
_PAIRS: tuple[tuple[str, str, Mapping[str, Any], Mapping[str, Any]], ...] = (
    ("a load balancer on the internet", "aws_lb", {"internal": False}, {"internal": True}),
    ("a load balancer that does not say where it is", "aws_alb", _EMPTY, {"internal": True}),
    ("a classic load balancer on the internet", "aws_elb", {"internal": "false"}, {"internal": "true"}),
    ("a gateway for firewalls", "aws_lb", _EMPTY, {"load_balancer_type": "gateway"}),
    (
        "a warehouse on the internet",
        "aws_redshiftserverless_workgroup",
        {"publicly_accessible": True},
        {"publicly_accessible": False},
    ),
    ("a broker on the internet", "aws_mq_broker", {"publicly_accessible": "true"}, {"broker_name": "x"}),
    (
        "a service of App Runner",
        "aws_apprunner_service",
        {"service_name": "x"},
        {"network_configuration": {"ingress_configuration": {"is_publicly_accessible": False}}},
    ),
    (
        "a notebook on the internet",
        "aws_sagemaker_notebook_instance",
        _NOTEBOOK,
        {**_NOTEBOOK, "direct_internet_access": "Disabled"},
    ),
    (
        "a workbench on the internet",
        "aws_sagemaker_domain",
        {"domain_name": "x"},
        {"app_network_access_type": "VpcOnly"},
    ),
    ("a control plane for all", "aws_eks_cluster", _kubernetes(), _kubernetes(endpoint_public_access=False)),
    (
        "a control plane for all addresses of version 6",
        "aws_eks_cluster",
        _kubernetes(endpoint_public_access=True, public_access_cidrs=["203.0.113.0/24", "::/0"]),
        _kubernetes(endpoint_public_access=True, public_access_cidrs=["203.0.113.0/24"]),
    ),
    ("a file server on the internet", "aws_transfer_server", {"protocols": ["SFTP"]}, {"endpoint_type": "VPC"}),
    (
        "a file server with public addresses",
        "aws_transfer_server",
        {"endpoint_type": "VPC", "endpoint_details": {"address_allocation_ids": ["eipalloc-1"]}},
        {"endpoint_type": "VPC", "endpoint_details": {"subnet_ids": ["subnet-1"]}},
    ),
    (
        "a file server without encryption",
        "aws_transfer_server",
        {"endpoint_type": "VPC", "protocols": ["SFTP", "FTP"]},
        {"endpoint_type": "VPC", "protocols": ["SFTP", "FTPS"]},
    ),
    ("a search domain outside of the VPC", "aws_opensearch_domain", _DOMAIN, {**_DOMAIN, "vpc_options": _IN_VPC}),
    (
        "a collection for everybody",
        "aws_opensearchserverless_security_policy",
        _search_policy(True),
        _search_policy(False),
    ),
    (
        "a scheduler's pages on the internet",
        "aws_mwaa_environment",
        {"webserver_access_mode": "PUBLIC_ONLY"},
        {"webserver_access_mode": "PRIVATE_ONLY"},
    ),
    (
        "an application behind a public balancer",
        "aws_elastic_beanstalk_environment",
        _tier("public"),
        _tier("internal"),
    ),
    ("an application that does not say", "aws_elastic_beanstalk_environment", _tier(None), {"tier": "Worker"}),
    ("a machine of Lightsail", "aws_lightsail_instance", {"name": "x"}, _EMPTY),
    ("images for everybody", "aws_ecrpublic_repository", {"repository_name": "x"}, _EMPTY),
    ("a public object", "aws_s3_object", {"acl": "public-read"}, {"acl": "private"}),
    (
        "a cluster of Kafka on the internet",
        "aws_msk_cluster",
        _kafka(
            broker_node_group_info={
                **_BROKERS,
                "connectivity_info": {"public_access": {"type": "SERVICE_PROVIDED_EIPS"}},
            }
        ),
        _kafka(broker_node_group_info={**_BROKERS, "connectivity_info": {"public_access": {"type": "DISABLED"}}}),
    ),
    (
        "a cluster of Kafka in clear",
        "aws_msk_cluster",
        _kafka(**_in_transit("TLS_PLAINTEXT")),
        _kafka(**_in_transit("TLS")),
    ),
    ("a cluster of Kafka for everybody", "aws_msk_cluster", {"cluster_name": "x"}, _kafka()),
    ("a service that asks nobody", "aws_vpclattice_service", {"name": "x"}, {"auth_type": "AWS_IAM"}),
    ("a user without a password", "aws_elasticache_user", {"no_password_required": True}, {"user_id": "x"}),
    ("a cache that anybody may ask", "aws_memorydb_cluster", {"acl_name": "open-access"}, {"acl_name": "x"}),
    ("a cache in clear", "aws_elasticache_cluster", _CACHE, {**_CACHE, "engine": "memcached", **_SAFE}),
    ("a part of a group of caches", "aws_elasticache_cluster", _CACHE, {"replication_group_id": "x"}),
    ("a group of caches in clear", "aws_elasticache_replication_group", {**_GROUP}, {**_GROUP, **_SAFE}),
    (
        "a group of caches of the newer kind",
        "aws_elasticache_replication_group",
        {**_GROUP, "engine": "valkey"},
        {**_GROUP, "engine": "valkey", "transit_encryption_enabled": True},
    ),
    ("a stream in clear", "aws_kinesis_stream", {"name": "x"}, {"encryption_type": "KMS", "kms_key_id": "alias/x"}),
    (
        "a desktop in clear",
        "aws_workspaces_workspace",
        {"root_volume_encryption_enabled": True},
        {"root_volume_encryption_enabled": True, "user_volume_encryption_enabled": True},
    ),
    (
        "a build whose results are in clear",
        "aws_codebuild_project",
        {"artifacts": {"type": "S3", "encryption_disabled": True}},
        {"artifacts": {"type": "S3"}, "environment": {"privileged_mode": True}},
    ),
    ("a search in clear", "aws_cloudsearch_domain", _cloud_search(False), _cloud_search(True)),
    ("a program with the machine's rights", "aws_ecs_task_definition", _task(privileged=True), _task(privileged=False)),
    ("a program that sees all others", "aws_ecs_task_definition", {**_task(), "pid_mode": "host"}, _task()),
    ("files in clear on their way", "aws_ecs_task_definition", _volume(), _volume(transit_encryption="ENABLED")),
    (
        "a database's copy in clear on its way",
        "aws_dms_endpoint",
        {"engine_name": "aurora-postgresql"},
        {"engine_name": "aurora-postgresql", "ssl_mode": "require"},
    ),
    ("a copy to a bucket", "aws_dms_endpoint", {"engine_name": "mysql"}, {"engine_name": "s3", "ssl_mode": "none"}),
    (
        "a connection that trusts anybody",
        "aws_glue_connection",
        {"connection_properties": {"JDBC_ENFORCE_SSL": "false"}},
        {"connection_properties": {"JDBC_ENFORCE_SSL": "true"}},
    ),
    (
        "a database's parameters without TLS",
        "aws_docdb_cluster_parameter_group",
        {"parameter": [{"name": "tls", "value": "disabled"}]},
        {"parameter": [{"name": "tls", "value": "tls1.2+"}]},
    ),
    ("a listener in clear", "aws_elb", {"internal": True, "listener": [{"lb_protocol": "HTTP"}]}, {"internal": True}),
)


DANGEROUS = tuple(Edit(name, make(type_, **bad), Topic.EXPOSURE) for name, type_, bad, _ in _PAIRS)
HARMLESS = (
    *(Edit(f"the opposite of {name}", make(type_, **good)) for name, type_, _, good in _PAIRS if good),
    Edit("words of others", put("aws_vpc", "tags", {"internal": "false", "publicly_accessible": "true"})),
)
