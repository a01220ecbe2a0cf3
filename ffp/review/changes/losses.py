"""What the destruction of a resource costs, by its type: what is lost, or why nothing is.

What a type holds is in the catalogue. This file adds what others know by an id, what interrupts the service, and types
that the catalogue does not have.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from catalogue import TYPES
from ffp.review.concern import Grade, Topic
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock

Applies = Callable[[Side, SynthesisedBlock, SynthesisedBlock | None], bool]  # the last is what takes its place


@dataclass(frozen=True)
class Loss:
    """What is lost with a resource, as the end of a sentence that says that it is destroyed.

    `is_gone` and `is_anew` tell whether it matters if the resource is destroyed for good, and if it is created anew.
    """

    what: str
    topic: Topic = Topic.LOSS
    grade: Grade = Grade.RED
    is_gone: bool = True
    is_anew: bool = True
    applies: Applies = lambda _side, _block, _successor: True


def _must_be_confirmed(side: Side, block: SynthesisedBlock, _successor: SynthesisedBlock | None) -> bool:
    """Whether whoever gets the messages of a subscription had to confirm it."""
    return str(side.get(block, "protocol")).startswith(("email", "http"))


def _has_confirmed(side: Side, block: SynthesisedBlock, _successor: SynthesisedBlock | None) -> bool:
    subscriptions = side.of_type("aws_sns_topic_subscription")
    return any(
        block in side.blocks_of(each.attributes.get("topic_arn")) and _must_be_confirmed(side, each, None)
        for each in subscriptions
    )


_NAMING_BACKUP_ROLES = ("aws_backup_selection", "aws_backup_restore_testing_selection")


def _is_assumed_from_outside(side: Side, block: SynthesisedBlock, successor: SynthesisedBlock | None) -> bool:
    """Whether somebody outside of the stack knows a role by an ARN that is gone, by a token or in a plan of backups."""
    if successor and all(block.attributes.get(key) == successor.attributes.get(key) for key in ("name", "path")):
        return False
    trust = block.attributes.get("assume_role_policy")
    documents = [each for each in side.blocks_of(trust) if each.type == "aws_iam_policy_document"]
    trusted = str([each.attributes for each in documents] or trust)
    backs_up_others = "backup.amazonaws.com" in trusted and not side.of_type(*_NAMING_BACKUP_ROLES)
    return "ederated" in trusted or backs_up_others


def _keeps_its_name(_side: Side, block: SynthesisedBlock, successor: SynthesisedBlock | None) -> bool:
    """Whether the new function can exist only after the old one."""
    return successor is None or block.attributes.get("function_name") == successor.attributes.get("function_name")


def _is_looked_up(side: Side, block: SynthesisedBlock, _successor: SynthesisedBlock | None) -> bool:
    """Whether a DNS record is not one that only proves to ACM who owns a domain."""
    certificates = [each for each in side.blocks_of(block.attributes.get("name")) if "acm_certificate" in each.type]
    return not certificates


# By type. What only others know by an id or a name is red as well: nothing in the stack can repair it.
LOSSES: Mapping[str, Loss] = {
    "aws_apigatewayv2_api": Loss("the address by which callers know the API"),
    "aws_apigatewayv2_domain_name": Loss("the name by which callers know the API, and the target of its DNS record"),
    "aws_api_gateway_rest_api": Loss("the address by which callers know the API"),
    "aws_appsync_graphql_api": Loss("the address by which callers know the API"),
    "aws_cloudwatch_log_group": Loss("the log lines written so far"),
    "aws_cognito_resource_server": Loss("the scopes that clients ask for and routes require"),
    "aws_cognito_user_pool_client": Loss("the client id that web pages and apps contain"),
    "aws_cognito_user_pool_domain": Loss("the address of the sign-in pages, which are unavailable meanwhile"),
    "aws_eip": Loss("the public address, which others may have on their lists"),
    "aws_iam_openid_connect_provider": Loss("the trust by which the pipeline signs in, so that it cannot deploy"),
    "aws_iam_role": Loss("the role by which somebody outside of the stack acts", applies=_is_assumed_from_outside),
    "aws_iam_user": Loss("the user, with credentials that somebody has"),
    "aws_iam_access_key": Loss("a key that somebody uses"),
    "aws_lambda_function_url": Loss("the address by which callers know the function"),
    "aws_lb": Loss("the address by which callers know the load balancer"),
    "aws_route53_record": Loss("a name that others look up", applies=_is_looked_up),
    "aws_route53_zone": Loss("the zone's records and its name servers, which the parent domain names"),
    "aws_sns_topic": Loss("subscriptions that people have confirmed", applies=_has_confirmed),
    "aws_sqs_queue": Loss("the messages that wait in it"),
    # The service is interrupted.
    "aws_lambda_function": Loss(
        "calls until the new one exists, which AWS refuses while the old one has the name",
        topic=Topic.AVAILABILITY,
        grade=Grade.AMBER,
        is_gone=False,
        applies=_keeps_its_name,
    ),
    "aws_sns_topic_subscription": Loss(
        "messages until the new subscription is confirmed",
        topic=Topic.WATCHING,
        is_gone=False,
        applies=_must_be_confirmed,
    ),
    "aws_subnet": Loss("the network of what is in it; AWS refuses a second one with the range", Topic.AVAILABILITY),
    "aws_vpc": Loss("the whole network, with all that is in it", Topic.AVAILABILITY),
    # Types beyond the catalogue's that hold data.
    "aws_acmpca_certificate_authority": Loss("the authority that signed certificates in use"),
    "aws_cloudwatch_event_archive": Loss("archived events"),
    "aws_codecommit_repository": Loss("the repository"),
    "aws_cognito_identity_pool": Loss("the identities of users"),
    "aws_cognito_user": Loss("a user"),
    "aws_db_cluster_snapshot": Loss("the snapshot"),
    "aws_db_snapshot": Loss("the snapshot"),
    "aws_directory_service_directory": Loss("the directory's users"),
    "aws_docdb_cluster": Loss("the database"),
    "aws_dynamodb_table": Loss("the table's items"),
    "aws_ebs_snapshot": Loss("the snapshot"),
    "aws_ebs_volume": Loss("the volume's data"),
    "aws_ecr_repository": Loss("the images"),
    "aws_efs_file_system": Loss("the files"),
    "aws_elasticache_cluster": Loss("the cached data"),
    "aws_elasticache_replication_group": Loss("the cached data"),
    "aws_elasticache_serverless_cache": Loss("the cached data"),
    "aws_elasticsearch_domain": Loss("the indices"),
    "aws_fsx_lustre_file_system": Loss("the files"),
    "aws_fsx_ontap_file_system": Loss("the files"),
    "aws_fsx_openzfs_file_system": Loss("the files"),
    "aws_fsx_windows_file_system": Loss("the files"),
    "aws_glacier_vault": Loss("the archives"),
    "aws_kinesis_stream": Loss("records that nobody has read yet"),
    "aws_kms_external_key": Loss("the only means to read what it encrypted"),
    "aws_kms_replica_key": Loss("the only means to read what it encrypted in its region"),
    "aws_memorydb_cluster": Loss("the database"),
    "aws_mq_broker": Loss("the messages that wait in it"),
    "aws_msk_cluster": Loss("the topics' records"),
    "aws_neptune_cluster": Loss("the database"),
    "aws_opensearch_domain": Loss("the indices"),
    "aws_opensearchserverless_collection": Loss("the indices"),
    "aws_prometheus_workspace": Loss("the metrics"),
    "aws_rds_cluster": Loss("the database"),
    "aws_redshift_cluster": Loss("the database"),
    "aws_s3_directory_bucket": Loss("the objects"),
    "aws_s3_object": Loss("the object"),
    "aws_s3tables_table": Loss("the table's rows"),
    "aws_secretsmanager_secret_version": Loss("a value that nothing else has"),
    "aws_ssm_parameter": Loss("the value"),
    "aws_timestreamwrite_table": Loss("the table's rows"),
}

# What two blocks share in AWS: while one address sets it anew, another one resets it, in no order.
RESETS: Mapping[str, str] = {
    "aws_kms_key_policy": "the key's policy",
    "aws_s3_bucket_notification": "the notification of functions",
    "aws_s3_bucket_ownership_controls": "the block of access control lists",
    "aws_s3_bucket_policy": "the bucket's policy",
    "aws_s3_bucket_public_access_block": "the block of public access",
    "aws_s3_bucket_server_side_encryption_configuration": "the encryption with a key of ours",
    "aws_s3_bucket_versioning": "versioning",
    "aws_secretsmanager_secret_rotation": "the rotation",
}


_REMADE = "nothing in it is lost, and what names it is changed in the same deploy"
_COUNTS_AGAIN = "it holds nothing, and watches again once it exists; `watching` says what is gone for good"
_PART = "it is a setting of something else, whose promises are compared"
# Why it costs nothing if one is destroyed and created anew, or goes for good: what it promises is compared elsewhere.
HARMLESS: Mapping[str, str] = {
    "aws_acm_certificate": "ACM issues another one by DNS, and refuses to delete one in use",
    "aws_acm_certificate_validation": "it is no resource in AWS",
    "aws_apigatewayv2_api_mapping": "it goes with its domain name, which is a loss of its own",
    "aws_apigatewayv2_authorizer": "routes move to the new one; what a route demands is compared",
    "aws_apigatewayv2_integration": _REMADE,
    "aws_apigatewayv2_route": "callers know its key, which is compared",
    "aws_apigatewayv2_stage": "its settings are compared; its address is the API's",
    "aws_appautoscaling_scheduled_action": _REMADE,
    "aws_appautoscaling_target": _REMADE,
    "aws_backup_plan": "what is backed up, how often and for how long is compared",
    "aws_backup_restore_testing_plan": "that a database's backups are tested is compared",
    "aws_backup_restore_testing_selection": _PART,
    "aws_backup_selection": _PART,
    "aws_backup_vault_lock_configuration": _PART,
    "aws_budgets_budget": _COUNTS_AGAIN,
    "aws_cloudfront_cache_policy": _REMADE,
    "aws_cloudfront_key_group": _REMADE,
    "aws_cloudfront_monitoring_subscription": _COUNTS_AGAIN,
    "aws_cloudfront_origin_access_control": _REMADE,
    "aws_cloudfront_public_key": "a key that is renewed is replaced; what is played unsigned is compared",
    "aws_cloudfront_response_headers_policy": _REMADE,
    "aws_cloudwatch_dashboard": _COUNTS_AGAIN,
    "aws_cloudwatch_log_delivery": _COUNTS_AGAIN,
    "aws_cloudwatch_log_delivery_destination": _COUNTS_AGAIN,
    "aws_cloudwatch_log_delivery_source": _COUNTS_AGAIN,
    "aws_cloudwatch_log_metric_filter": _COUNTS_AGAIN,
    "aws_cloudwatch_event_bus": "functions that emit to it are changed in the same deploy; its rules are compared",
    "aws_cloudwatch_event_rule": "who hears what is compared",
    "aws_cloudwatch_event_target": "who hears what is compared",
    "aws_cloudwatch_metric_alarm": _COUNTS_AGAIN,
    "aws_cloudwatch_query_definition": _COUNTS_AGAIN,
    "aws_db_parameter_group": _REMADE,
    "aws_db_proxy": "its address is known to functions only, which are changed in the same deploy",
    "aws_db_proxy_default_target_group": _PART,
    "aws_db_proxy_target": _PART,
    "aws_db_subnet_group": _REMADE,
    "aws_default_security_group": "Terraform does not delete it",
    "aws_flow_log": _COUNTS_AGAIN,
    "aws_guardduty_malware_protection_plan": "that objects are scanned is compared",
    "aws_iam_policy": "who may do what is compared",
    "aws_iam_role_policy": "who may do what is compared",
    "aws_iam_role_policy_attachment": "who may do what is compared",
    "aws_instance": "a NAT instance has no data, and its address belongs to its interface",
    "aws_internet_gateway": "what reaches the internet is compared",
    "aws_kms_alias": "what is encrypted names the key itself",
    "aws_kms_key_policy": _PART,
    "aws_lambda_alias": "who calls the function names it anew",
    "aws_lambda_function_event_invoke_config": _PART,
    "aws_lambda_invocation": "it only runs the function again",
    "aws_lambda_permission": "who may call is compared",
    "aws_lambda_provisioned_concurrency_config": "calls have cold starts meanwhile, but succeed",
    "aws_lambda_event_source_mapping": "whose events are handled is compared",
    "aws_launch_template": "a running instance does not need it",
    "aws_nat_gateway": "connections begin again through the new one; its address is a loss of its own",
    "aws_network_interface": "routes move to the new one within seconds; its address is a loss of its own",
    "aws_route": "what reaches the internet is compared",
    "aws_route_table": _REMADE,
    "aws_route_table_association": "what reaches the internet is compared",
    "aws_s3_bucket_cors_configuration": _PART,
    "aws_s3_bucket_lifecycle_configuration": _PART,
    "aws_s3_bucket_logging": _PART,
    "aws_s3_bucket_notification": "who is notified is compared",
    "aws_s3_bucket_ownership_controls": _PART,
    "aws_s3_bucket_policy": _PART,
    "aws_s3_bucket_public_access_block": _PART,
    "aws_s3_bucket_server_side_encryption_configuration": _PART,
    "aws_s3_bucket_versioning": _PART,
    "aws_scheduler_schedule": "it calls, and nothing calls it",
    "aws_secretsmanager_secret_policy": _PART,
    "aws_secretsmanager_secret_rotation": _PART,
    "aws_security_group": "who reaches whom is compared",
    "aws_sns_topic_policy": _PART,
    "aws_sqs_queue_policy": _PART,
    "aws_vpc_endpoint": "what reaches AWS is compared",
    "aws_vpc_security_group_egress_rule": "who reaches whom is compared",
    "aws_vpc_security_group_ingress_rule": "who reaches whom is compared",
    "aws_wafv2_web_acl": "what guards the front door is compared",
    "aws_wafv2_web_acl_logging_configuration": _PART,
    "aws_xray_encryption_config": "it is a setting of the account, which Terraform does not delete",
}


def loss_of(side: Side, block: SynthesisedBlock, successor: SynthesisedBlock | None) -> Loss | None:
    """What is lost with this resource, whatever takes its place; None if nothing is."""
    type_ = TYPES.get(block.type)
    found = Loss(type_.holds) if type_ and type_.holds else LOSSES.get(block.type)
    if found is None or not (found.is_anew if successor else found.is_gone):
        return None
    return found if found.applies(side, block, successor) else None


def holds(block: SynthesisedBlock) -> str | None:
    """The data that a resource holds; None if it holds none."""
    type_ = TYPES.get(block.type)
    if type_ is not None:
        return type_.holds
    found = LOSSES.get(block.type)
    return found.what if found and found.topic == Topic.LOSS else None
