"""Harmless: additions that are made as the others, part 1 of 2."""

import json

from tests.review.corpus.edit import Document, DoesNotApply
from tests.review.opinion.cases import harmless
from tests.review.opinion.editing import add_data
from tests.review.opinion.finding import (
    account,
    allows,
    both,
    condition_of,
    environment,
    listed,
    named_document,
    of_type,
    pick,
    prefix,
    reference,
    region,
    statement_of,
    target,
)
from tests.review.opinion.kinds import ALARM, FUNCTION, LOG_GROUP, POLICY_DOCUMENT, ROLE_POLICY, ROUTE
from tests.review.opinion.more_parts import clone
from tests.review.opinion.parts import media, on_metric, part_of, private_route, subnet
from tests.review.opinion.policies import allow


def key_for(document: Document, group: str) -> None:
    """The key's policy lets CloudWatch Logs encrypt that new group too."""
    _, statement = statement_of(
        document,
        "aws_kms_key_policy",
        both(
            allows("kms:Decrypt"),
            lambda statement: any(
                c["variable"].endswith("logs:arn") and len(c["values"]) > 1 for c in statement.get("condition", ())
            ),
        ),
    )
    condition_of(statement, "logs:arn")["values"].append(
        f"arn:aws:logs:{region(document)}:{account(document)}:log-group:{group}"
    )


def function_copy(document: Document, new_role: bool) -> None:
    """A function with log group, alias, permission, integration and a route with authoriser and scope."""
    for each, route in of_type(document, ROUTE).items():
        if not private_route(route) or not route["route_key"].startswith("GET") or "{" in route["route_key"]:
            continue
        integration = target(route["target"].split("/", 1)[1])[1]
        alias = target(document["resource"]["aws_apigatewayv2_integration"][integration]["integration_uri"])[1]
        function = target(document["resource"]["aws_lambda_alias"][alias]["function_name"])[1]
        route_name = each
        break
    else:
        raise DoesNotApply
    document["resource"][FUNCTION][function]["function_name"]
    fresh = prefix(document) + "-planted-search"
    key = route["route_key"] + "-found"
    group = next(
        (
            n
            for n, g in of_type(document, LOG_GROUP).items()
            if g["name"] == document["resource"][FUNCTION][function]["logging_config"]["log_group"]
        )
    )
    clone(document, LOG_GROUP, group, "planted", name=f"/aws/lambda/{fresh}")
    key_for(document, f"/aws/lambda/{fresh}")
    made = clone(document, FUNCTION, function, "planted", function_name=fresh)
    made["logging_config"]["log_group"] = f"/aws/lambda/{fresh}"
    clone(
        document,
        "aws_lambda_alias",
        alias,
        "planted",
        function_name="${aws_lambda_function.planted.function_name}",
        function_version="${aws_lambda_function.planted.version}",
    )
    permission, block = next(
        ((n, b) for n, b in of_type(document, "aws_lambda_permission").items() if function in b["function_name"])
    )
    clone(
        document,
        "aws_lambda_permission",
        permission,
        "planted",
        function_name="${aws_lambda_function.planted.function_name}",
        qualifier="${aws_lambda_alias.planted.name}",
        source_arn=block["source_arn"] + "-found",
    )
    clone(
        document,
        "aws_apigatewayv2_integration",
        integration,
        "planted",
        integration_uri="${aws_lambda_alias.planted.invoke_arn}",
    )
    clone(
        document,
        ROUTE,
        route_name,
        "planted",
        route_key=key,
        target="integrations/${aws_apigatewayv2_integration.planted.id}",
        depends_on=["aws_lambda_permission.planted"],
    )
    role = target(made["role"])[1]
    policy, block = next(
        ((n, b) for n, b in of_type(document, ROLE_POLICY).items() if b["role"] == reference("aws_iam_role", role))
    )
    doc_name = named_document(block["policy"])
    document_ = document["data"][POLICY_DOCUMENT][doc_name]
    if not new_role:
        for s in document_["statement"]:
            if "logs:PutLogEvents" in listed(s["actions"]):
                s["resources"].append(
                    f"arn:aws:logs:{region(document)}:{account(document)}:log-group:/aws/lambda/{fresh}:*"
                )
            for c in s.get("condition", ()):
                if c["variable"] == "lambda:SourceFunctionArn":
                    c["values"].append(f"arn:aws:lambda:{region(document)}:{account(document)}:function:{fresh}")
        made["reserved_concurrent_executions"] = 1
        return
    clone(document, "aws_iam_role", role, "planted", name=fresh, description="Runs the search")
    add_data(
        document,
        POLICY_DOCUMENT,
        "planted",
        {
            "statement": [
                allow(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"], sid="Trace"),
                allow(
                    ["logs:CreateLogStream", "logs:PutLogEvents"],
                    [f"arn:aws:logs:{region(document)}:{account(document)}:log-group:/aws/lambda/{fresh}:*"],
                    sid="WriteLogs",
                ),
            ]
        },
    )
    clone(
        document,
        ROLE_POLICY,
        policy,
        "planted",
        role="${aws_iam_role.planted.id}",
        policy=f"${{data.{POLICY_DOCUMENT}.planted.json}}",
        name="search-access",
    )
    made["role"] = "${aws_iam_role.planted.arn}"
    made.pop("vpc_config", None)
    made["environment"] = {"variables": {"ENVIRONMENT": environment(document)}}
    made["reserved_concurrent_executions"] = 2


@harmless("alarm-new", "watching", "An alarm modelled on the others.")
def alarm_new(document: Document) -> None:
    name, _block = pick(document, ALARM, on_metric("Throttles"))
    clone(
        document,
        ALARM,
        name,
        "planted",
        alarm_name=prefix(document) + "-async-dropped",
        metric_name="AsyncEventsDropped",
        alarm_description="Events were dropped",
    )


@harmless("queue-new", "recoverability", "A queue modelled on the others: key, policy, retention, alarm.")
def queue_new(document: Document) -> None:
    name, block = pick(document, "aws_sqs_queue")
    fresh = prefix(document) + "-planted-failures"
    clone(document, "aws_sqs_queue", name, "planted", name=fresh)
    p = next((n for n, b in of_type(document, "aws_sqs_queue_policy").items() if name in b["queue_url"]))
    doc_name = named_document(document["resource"]["aws_sqs_queue_policy"][p]["policy"])
    made = json.loads(json.dumps(document["data"][POLICY_DOCUMENT][doc_name]).replace(block["name"], fresh))
    add_data(document, POLICY_DOCUMENT, "planted_queue", made)
    clone(
        document,
        "aws_sqs_queue_policy",
        p,
        "planted",
        queue_url="${aws_sqs_queue.planted.url}",
        policy=f"${{data.{POLICY_DOCUMENT}.planted_queue.json}}",
    )
    a, _ = pick(document, ALARM, on_metric("ApproximateNumberOfMessagesVisible"))
    clone(document, ALARM, a, "planted", alarm_name=fresh, dimensions={"QueueName": fresh})


@harmless("topic-new", "exposure", "A topic modelled on the others: key and policy.")
def topic_new(document: Document) -> None:
    p, policy = pick(
        document,
        "aws_sns_topic_policy",
        lambda block: len(document["data"][POLICY_DOCUMENT][named_document(block["policy"])]["statement"]) == 1,
    )
    name = target(policy["arn"])[1]
    clone(document, "aws_sns_topic", name, "planted", name=prefix(document) + "-planted")
    doc_name = named_document(policy["policy"])
    add_data(
        document,
        POLICY_DOCUMENT,
        "planted_topic",
        json.loads(
            json.dumps(document["data"][POLICY_DOCUMENT][doc_name]).replace(
                f"aws_sns_topic.{name}.", "aws_sns_topic.planted."
            )
        ),
    )
    clone(
        document,
        "aws_sns_topic_policy",
        p,
        "planted",
        arn="${aws_sns_topic.planted.arn}",
        policy=f"${{data.{POLICY_DOCUMENT}.planted_topic.json}}",
    )


@harmless("bucket-new", "exposure", ("A bucket with all its parts, modelled on the media bucket, read by nobody."))
def bucket_new(document: Document) -> None:
    source = media(document)
    old = document["resource"]["aws_s3_bucket"][source]["bucket"]
    fresh = f"{prefix(document)}-documents-{account(document)}"
    clone(document, "aws_s3_bucket", source, "documents", bucket=fresh)
    for kind in [k for k in document["resource"] if k.startswith("aws_s3_bucket_") and "cors" not in k]:
        try:
            name, block = part_of(document, kind, source)
        except DoesNotApply:
            continue
        made = clone(document, kind, name, "documents", bucket="${aws_s3_bucket.documents.id}")
        if kind == "aws_s3_bucket_logging":
            made["target_prefix"] = "s3/documents/"
        if kind == "aws_s3_bucket_policy":
            doc_name = named_document(block["policy"])
            made_doc = json.loads(json.dumps(document["data"][POLICY_DOCUMENT][doc_name]).replace(old, fresh))
            made_doc["statement"] = [s for s in made_doc["statement"] if s["effect"] == "Deny"]
            made_doc.pop("//", None)
            add_data(document, POLICY_DOCUMENT, "documents", made_doc)
            made["policy"] = f"${{data.{POLICY_DOCUMENT}.documents.json}}"


@harmless("log-group-new", "watching", "A log group with key and retention.")
def log_group_new(document: Document) -> None:
    name, _ = pick(document, LOG_GROUP, "/aws/lambda/")
    clone(document, LOG_GROUP, name, "planted", name="/aws/lambda/" + prefix(document) + "-planted")


@harmless(
    "log-group-new-with-its-key",
    "watching",
    ("A log group with key and retention, which the key's policy names as the others."),
)
def log_group_new_with_its_key(document: Document) -> None:
    name, _ = pick(document, LOG_GROUP, "/aws/lambda/")
    group = "/aws/lambda/" + prefix(document) + "-planted"
    clone(document, LOG_GROUP, name, "planted", name=group)
    key_for(document, group)


@harmless(
    "function-new-in-a-group",
    "access",
    ("A function of an existing group, with log group, alias, permission and a route with authoriser and scope."),
    doubt="its role may now write one log group more",
)
def function_new_in_a_group(document: Document) -> None:
    function_copy(document, False)


@harmless(
    "function-new-with-a-role",
    "access",
    ("A function with a role of its own that only writes traces and its log, and a route with authoriser and scope."),
)
def function_new_with_a_role(document: Document) -> None:
    function_copy(document, True)


@harmless("subnet-new", "network", "A subnet more in the private tier, in its table.")
def subnet_new(document: Document) -> None:
    name, block = subnet(document, "private")
    clone(
        document,
        "aws_subnet",
        name,
        "planted",
        cidr_block="10.30.96.0/20",
        availability_zone=region(document) + "c",
        tags=dict(block["tags"], Name="private-c"),
    )
    a, _association = next(
        ((n, b) for n, b in of_type(document, "aws_route_table_association").items() if name in b["subnet_id"])
    )
    clone(document, "aws_route_table_association", a, "planted", subnet_id="${aws_subnet.planted.id}")
