"""Resources beside the platform's, for values of attributes that go with none of the platform's own."""

from typing import Any

BESIDE: dict[str, dict[str, Any]] = {
    "aws_apigatewayv2_api": {
        "api_key_selection_expression": "$context.authorizer.usageIdentifierKey",
        "name": "other",
        "protocol_type": "WEBSOCKET",
        "route_selection_expression": "$request.body.action",
    },
    "aws_apigatewayv2_authorizer": {
        "api_id": "${aws_apigatewayv2_api.other.id}",
        "authorizer_type": "REQUEST",
        "authorizer_uri": "arn:aws:apigateway:eu-west-2:lambda:path/2015-03-31/functions/other/invocations",
        "identity_sources": ["route.request.header.Other"],
        "name": "other",
    },
    "aws_apigatewayv2_integration": {
        "api_id": "${aws_apigatewayv2_api.other.id}",
        "connection_id": "other",
        "connection_type": "VPC_LINK",
        "integration_method": "GET",
        "integration_type": "HTTP_PROXY",
        "integration_uri": "https://other.example",
    },
    "aws_cognito_user_pool": {
        "name": "other",
        "schema": [
            {
                "attribute_data_type": "Number",
                "developer_only_attribute": True,
                "mutable": True,
                "name": "number",
                "number_attribute_constraints": {"max_value": "3", "min_value": "2"},
                "required": False,
            },
            {
                "attribute_data_type": "String",
                "developer_only_attribute": False,
                "mutable": True,
                "name": "email",
                "required": True,
                "string_attribute_constraints": {"max_length": "9", "min_length": "2"},
            },
        ],
    },
    "aws_flow_log": {
        "log_destination": "arn:aws:s3:::other",
        "log_destination_type": "s3",
        "traffic_type": "ALL",
        "vpc_id": "${aws_vpc.other.id}",
    },
    "aws_iam_policy": {
        "name": "other",
        "path": "/other/",
        "policy": '{"Statement":[{"Action":"s3:*","Effect":"Deny","Resource":"*"}],"Version":"2012-10-17"}',
    },
    "aws_iam_role": {
        "assume_role_policy": '{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":'
        '"lambda.amazonaws.com"}}],"Version":"2012-10-17"}',
        "name": "other",
        "path": "/other/",
    },
    "aws_kms_key": {
        "customer_master_key_spec": "RSA_2048",
        "enable_key_rotation": False,
        "is_enabled": False,
        "key_usage": "SIGN_VERIFY",
    },
    "aws_lambda_function": {
        "environment": {"variables": {"OTHER": "other"}},
        "function_name": "other",
        "image_uri": "000000000000.dkr.ecr.eu-west-2.amazonaws.com/other:1",
        "logging_config": {"log_format": "Text"},
        "package_type": "Image",
        "role": "${aws_iam_role.other.arn}",
    },
    "aws_lambda_permission": {
        "action": "lambda:GetFunction",
        "function_name": "${aws_lambda_function.other.function_name}",
        "principal": "events.amazonaws.com",
        "source_account": "111111111111",
    },
    "aws_launch_template": {
        "name": "other",
        "network_interfaces": [{"device_index": 1, "network_interface_id": "eni-0123456789abcdef0"}],
    },
    "aws_s3_bucket": {"bucket": "other"},
    "aws_s3_bucket_lifecycle_configuration": {
        "bucket": "${aws_s3_bucket.other.id}",
        "rule": [
            {
                "expiration": {"expired_object_delete_marker": True},
                "filter": {"prefix": "other/"},
                "id": "other",
                "status": "Disabled",
            }
        ],
        "transition_default_minimum_object_size": "varies_by_storage_class",
    },
    "aws_sns_topic": {"content_based_deduplication": True, "fifo_topic": True, "name": "other.fifo"},
    "aws_sns_topic_subscription": {
        "endpoint": "${aws_sqs_queue.other.arn}",
        "protocol": "sqs",
        "raw_message_delivery": True,
        "topic_arn": "${aws_sns_topic.other.arn}",
    },
    "aws_sqs_queue": {"content_based_deduplication": True, "fifo_queue": True, "name": "other.fifo"},
    "aws_subnet": {
        "assign_ipv6_address_on_creation": True,
        "cidr_block": "10.1.0.0/24",
        "enable_dns64": True,
        "enable_resource_name_dns_a_record_on_launch": True,
        "enable_resource_name_dns_aaaa_record_on_launch": True,
        "map_public_ip_on_launch": True,
        "vpc_id": "${aws_vpc.other.id}",
    },
    "aws_vpc": {"cidr_block": "10.1.0.0/16"},
    "aws_vpc_endpoint": {
        "service_name": "com.amazonaws.eu-west-2.sns",
        "vpc_endpoint_type": "Interface",
        "vpc_id": "${aws_vpc.other.id}",
    },
}
