"""Data for or from other accounts, hosts and buckets, in resources of any service; and resources that no plan shows."""

import json
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, Edit, blocks, first, make, put

_Change = Callable[[Document], None]
_OF_OTHERS = "arn:aws:{}:eu-west-2:999999999999:{}"
_FIREHOSE = "aws_kinesis_firehose_delivery_stream"


def _own(text: str) -> Callable[[Document], str]:
    """A text with the stack's account and region."""

    def made(document: Document) -> str:
        provider = document["provider"]["aws"][0]
        return text.format(account=provider["allowed_account_ids"][0], region=provider["region"])

    return made


def _make(type_: str, **arguments: Any) -> _Change:
    """Makes a block; what can be called is called with the document."""

    def change(document: Document) -> None:
        given = {key: value(document) if callable(value) else value for key, value in arguments.items()}
        blocks(document, type_)["planted"] = given

    return change


def _target(arn: Any) -> _Change:
    return _make("aws_cloudwatch_event_target", rule="x", arn=arn)


def _bucket(document: Document) -> str:
    return str(first(document, "aws_s3_bucket")["bucket"])


def _sent_to_bucket(bucket: Callable[[Document], str]) -> _Change:
    def change(document: Document) -> None:
        configuration = {"role_arn": "x", "bucket_arn": f"arn:aws:s3:::{bucket(document)}"}
        make(_FIREHOSE, name="x", destination="extended_s3", extended_s3_configuration=[configuration])(document)

    return change


def _ours(document: Document) -> str:
    """A host below a name that is ours."""
    return f"collector.{first(document, 'aws_cloudfront_distribution')['aliases'][0]}"


_TEMPLATE = json.dumps({"Resources": {"Role": {"Type": "AWS::IAM::Role"}}})
_EXPOSED = Topic.EXPOSURE
DANGEROUS = (
    Edit("events go to another account", _target(_OF_OTHERS.format("events", "event-bus/x")), _EXPOSED),
    Edit(
        "a queue of another account feeds a pipe",
        make("aws_pipes_pipe", source=_OF_OTHERS.format("sqs", "x"), target="x"),
        _EXPOSED,
    ),
    Edit(
        "mail is sent by another account",
        put(
            "aws_cognito_user_pool",
            "email_configuration",
            {"email_sending_account": "DEVELOPER", "source_arn": _OF_OTHERS.format("ses", "identity/x")},
        ),
        _EXPOSED,
    ),
    Edit(
        "another account's key encrypts a stream",
        make("aws_kinesis_stream", name="x", encryption_type="KMS", kms_key_id=_OF_OTHERS.format("kms", "key/x")),
        _EXPOSED,
    ),
    Edit("findings go to another account", make("aws_securityhub_member", account_id="999999999999"), _EXPOSED),
    Edit(
        "another account administers findings",
        make("aws_guardduty_organization_admin_account", admin_account_id="999999999999"),
        _EXPOSED,
    ),
    Edit("objects go to somebody's bucket by a stream", _sent_to_bucket(lambda _: "partner-archive"), _EXPOSED),
    Edit(
        "results go to somebody's bucket",
        make(
            "aws_athena_workgroup",
            configuration={"result_configuration": {"output_location": "s3://partner-archive/results/"}},
        ),
        _EXPOSED,
    ),
    Edit("a report goes to somebody's bucket", make("aws_cur_report_definition", s3_bucket="partner"), _EXPOSED),
    Edit(
        "a stream ends at somebody's host",
        make(_FIREHOSE, name="x", http_endpoint_configuration={"url": "https://collector.partner.example/x"}),
        _EXPOSED,
    ),
    Edit(
        "events are sent to somebody's host",
        make("aws_cloudwatch_event_api_destination", invocation_endpoint="https://api.partner.example/hook"),
        _EXPOSED,
    ),
    Edit("files go to somebody's server", make("aws_transfer_connector", url="sftp://files.partner.example"), _EXPOSED),
    Edit("somebody answers for names", make("aws_vpc_dhcp_options", domain_name_servers=["8.8.8.8"]), _EXPOSED),
    Edit(
        "the database is copied elsewhere",
        make("aws_dms_endpoint", engine_name="postgres", ssl_mode="require", server_name="db.partner.example"),
        _EXPOSED,
    ),
    Edit("resources by another template", make("aws_cloudformation_stack", template_body=_TEMPLATE), Topic.ACCESS),
    Edit(
        "resources in many accounts",
        make("aws_cloudformation_stack_set", template_url="https://s3.amazonaws.com/x/y.yaml"),
        Topic.ACCESS,
    ),
    Edit(
        "a resource that only its service describes",
        make("aws_cloudcontrolapi_resource", type_name="AWS::S3::Bucket", desired_state="{}"),
        Topic.ACCESS,
    ),
    Edit("commands on machines", make("aws_ssm_association", name="AWS-RunShellScript"), Topic.ACCESS),
)
HARMLESS = (
    Edit("events go to a bus of the account", _target(_own("arn:aws:events:{region}:{account}:event-bus/x"))),
    Edit("events go to what AWS knows", _target("${aws_cloudwatch_event_bus.x.arn}")),
    Edit("a member is the account itself", _make("aws_securityhub_member", account_id=_own("{account}"))),
    Edit("objects go to a bucket of the stack", _sent_to_bucket(_bucket)),
    Edit(
        "objects go to a bucket of the same project",
        _sent_to_bucket(lambda each: f"{'-'.join(_bucket(each).split('-')[:2])}-archive"),
    ),
    Edit("objects go to a bucket of the account", _sent_to_bucket(_own("archive-{account}"))),
    Edit(
        "a stream ends at a host of ours",
        lambda each: make(_FIREHOSE, http_endpoint_configuration={"url": f"https://{_ours(each)}/x"})(each),
    ),
    Edit("AWS answers for names", make("aws_vpc_dhcp_options", domain_name_servers=["AmazonProvidedDNS"])),
    Edit("a private server answers for names", make("aws_vpc_dhcp_options", domain_name_servers=["10.0.0.2"])),
    Edit(
        "tags that name others",
        put("aws_vpc", "tags", {"origin": _OF_OTHERS.format("ec2", "vpc/vpc-1"), "account": "999999999999"}),
    ),
    Edit(
        "a script from another bucket",
        make("aws_glue_job", name="x", role_arn="x", command={"script_location": "s3://aws-glue-assets/x.py"}),
    ),
)
