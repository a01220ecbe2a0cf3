"""Harmless: the same in another writing, part 2 of 2."""

import json

from tests.review.corpus.edit import Document, DoesNotApply
from tests.review.opinion.cases import harmless
from tests.review.opinion.editing import add, add_data, literal, put
from tests.review.opinion.finding import (
    about,
    account,
    condition_of,
    denies,
    of_type,
    pick,
    policies,
    reference,
    statement_of,
    target,
)
from tests.review.opinion.kinds import (
    ALARM,
    DATABASE,
    DISTRIBUTION,
    FUNCTION,
    LOG_GROUP,
    MANAGED_POLICY,
    POLICY_DOCUMENT,
    ROLE_POLICY,
    SAME,
    STAGE,
    USER_POOL_CLIENT,
    WAY_IN,
)
from tests.review.opinion.parts import api_behaviour, database, has_variable, json_variable, media, on_metric, variable
from tests.review.opinion.policies import edit_bucket_statement, policy_document


def inline(document: Document) -> None:
    """The policy as JSON text, equal to what its document makes."""
    for _, block, _, policy in policies(document, ROLE_POLICY):
        if any(s["effect"] == "Deny" for s in policy["statement"]):
            continue
        out = []
        for s in policy["statement"]:
            made: Document = {
                "Sid": s["sid"],
                "Effect": s["effect"],
                "Action": s["actions"],
                "Resource": s["resources"],
            }
            if s.get("condition"):
                made["Condition"] = {}
                for c in s["condition"]:
                    made["Condition"].setdefault(c["test"], {})[c["variable"]] = c["values"]
            out.append(made)
        block["policy"] = json.dumps({"Version": "2012-10-17", "Statement": out})
        return
    raise DoesNotApply


harmless("behaviours-reordered", "front door", "Their paths do not overlap.")(
    put(DISTRIBUTION, "ordered_cache_behavior", lambda value: value[::-1])
)
harmless("methods-reordered", "front door", SAME)(lambda document: api_behaviour(document)["allowed_methods"].reverse())
harmless("scopes-of-client-reordered", "sign-in", SAME)(
    put(USER_POOL_CLIENT, "allowed_oauth_scopes", lambda value: value[::-1])
)
harmless("scopes-of-server-reordered", "sign-in", SAME)(
    put("aws_cognito_resource_server", "scope", lambda value: value[::-1])
)
harmless("parameters-reordered", "exposure", SAME)(
    put("aws_db_parameter_group", "parameter", lambda value: value[::-1])
)
harmless("subnets-reordered", "network", SAME)(put("aws_db_subnet_group", "subnet_ids", lambda value: value[::-1]))
harmless("log-fields-reordered", "watching", SAME)(
    put("aws_cloudwatch_log_delivery", "record_fields", lambda value: value[::-1])
)
harmless("access-log-reordered", "watching", SAME)(
    put(STAGE, "access_log_settings.format", lambda value: json.dumps(dict(reversed(json.loads(value).items()))))
)
harmless("access-log-with-one-field-more", "watching", "More is logged: the method.")(
    put(
        STAGE,
        "access_log_settings.format",
        lambda value: json.dumps(dict(json.loads(value), method="$context.httpMethod")),
    )
)
harmless("tenancy-in-other-spacing", "access", SAME)(
    variable("TENANCY", lambda value: json.dumps(json.loads(value), indent=1), has_variable("TENANCY"), new=False)
)
harmless("tenancy-keys-reordered", "access", SAME)(
    variable(
        "TENANCY",
        lambda value: json.dumps(dict(reversed(json.loads(value).items()))),
        has_variable("TENANCY"),
        new=False,
    )
)
harmless("role-scopes-reordered", "sign-in", SAME)(
    json_variable("ROLE_SCOPES", lambda value: [x.reverse() for x in value.values()])
)
harmless("dependencies-reordered", "availability", "An order.")(put(FUNCTION, "depends_on", lambda value: value[::-1]))
harmless("account-from-a-local", "access", SAME)(
    lambda document: (
        document.setdefault("locals", {}).update(account=account(document)),
        condition_of(
            statement_of(document, "aws_iam_role", about("SourceAccount"), "assume_role_policy")[1], "SourceAccount"
        ).update(values=["${local.account}"]),
    )
)
harmless("bucket-name-from-a-reference", "access", SAME)(
    lambda d: (
        lambda n: edit_bucket_statement(
            media,
            denies("s3:*"),
            lambda document, policy, statement: statement.update(
                resources=[f"${{aws_s3_bucket.{n}.arn}}", f"${{aws_s3_bucket.{n}.arn}}/*"]
            ),
        )(d)
    )(media(d))
)
harmless("function-name-from-a-reference", "watching", SAME)(
    lambda document: (
        lambda block: block["dimensions"].update(
            FunctionName=next(
                (
                    reference(FUNCTION, n, "function_name")
                    for n, f in of_type(document, FUNCTION).items()
                    if f["function_name"] == block["dimensions"]["FunctionName"]
                )
            )
        )
    )(pick(document, ALARM, on_metric("Duration"))[1])
)
harmless("log-group-from-a-reference", "watching", SAME)(
    lambda document: (
        lambda block: block["logging_config"].update(
            log_group=next(
                (
                    reference(LOG_GROUP, n, "name")
                    for n, g in of_type(document, LOG_GROUP).items()
                    if g["name"] == block["logging_config"]["log_group"]
                )
            )
        )
    )(pick(document, FUNCTION)[1])
)
harmless("database-name-from-a-reference", "watching", SAME)(
    lambda document: pick(document, ALARM, on_metric("CPUUtilization"))[1]["dimensions"].update(
        DBInstanceIdentifier=reference(DATABASE, database(document)[0], "identifier")
    )
)
harmless("address-from-a-local", "network", SAME)(
    lambda document: (
        document.setdefault("locals", {}).update(vpc_cidr=pick(document, "aws_vpc")[1]["cidr_block"]),
        pick(document, "aws_vpc")[1].update(cidr_block="${local.vpc_cidr}"),
    )
)
harmless("retention-from-a-local", "watching", SAME)(
    lambda document: (
        document.setdefault("locals", {}).update(retention=365),
        [g.update(retention_in_days="${local.retention}") for g in of_type(document, LOG_GROUP).values()],
    )
)
harmless("policy-inline-in-the-same-words", "access", "The document's text in place of its reference.")(
    lambda document: inline(document)
)


@harmless("document-split", "access", ("Two documents merged into one by source_policy_documents, with equal effect."))
def document_split(document: Document) -> None:
    _, _, name, policy = next(x for x in policies(document, ROLE_POLICY) if len(x[3]["statement"]) > 1)
    add_data(document, POLICY_DOCUMENT, name + "_logs", {"statement": [policy["statement"].pop()]})
    policy["source_policy_documents"] = [f"${{data.{POLICY_DOCUMENT}.{name}_logs.json}}"]


@harmless("policy-split", "access", "One policy becomes two of the same role, with equal effect.")
def policy_split(document: Document) -> None:
    name, block, _, policy = next(x for x in policies(document, ROLE_POLICY) if len(x[3]["statement"]) > 1)
    moved = policy["statement"].pop()
    add(
        document,
        ROLE_POLICY,
        name + "_logs",
        {
            "name": block["name"] + "-logs",
            "role": block["role"],
            "policy": policy_document(document, name + "_logs", moved),
        },
    )


@harmless(
    "managed-policy-split",
    "access",
    "One managed policy becomes two, both attached to the same roles.",
    stack="bootstrap",
)
def managed_policy_split(document: Document) -> None:
    name, block, _doc_name, policy = next(
        x
        for x in policies(document, MANAGED_POLICY, where="deploy-")
        if len(x[3]["statement"]) > 3 and "boundary" not in x[0]
    )
    half = policy["statement"][2:]
    policy["statement"] = policy["statement"][:2]
    add(
        document,
        MANAGED_POLICY,
        name + "_more",
        {"name": block["name"] + "-more", "policy": policy_document(document, name + "_more", *half)},
    )
    for n, a in list(of_type(document, "aws_iam_role_policy_attachment").items()):
        if a["policy_arn"] == reference(MANAGED_POLICY, name, "arn"):
            add(
                document,
                "aws_iam_role_policy_attachment",
                n + "_more",
                {"role": a["role"], "policy_arn": reference(MANAGED_POLICY, name + "_more", "arn")},
            )


@harmless("rule-split", "network", "One rule for a port becomes two rules of two halves of its addresses.")
def rule_split(document: Document) -> None:
    name, block = pick(document, WAY_IN, lambda block: "aws_subnet" in str(block.get("cidr_ipv4")))
    cidr = of_type(document, "aws_subnet")[target(block["cidr_ipv4"])[1]]["cidr_block"]
    import ipaddress

    first, second = ipaddress.ip_network(cidr).subnets()
    block["cidr_ipv4"] = str(first)
    add(document, WAY_IN, name + "_b", dict({k: v for k, v in block.items() if k != "//"}, cidr_ipv4=str(second)))


@harmless("rule-in-older-resource", "network", "The same rule with the older resource.")
def rule_in_older_resource(document: Document) -> None:
    name, block = pick(document, WAY_IN, lambda block: "referenced_security_group_id" in block)
    del document["resource"][WAY_IN][name]
    literal(document, WAY_IN, name)
    add(
        document,
        "aws_security_group_rule",
        name,
        {
            "type": "ingress",
            "protocol": block["ip_protocol"],
            "from_port": block["from_port"],
            "to_port": block["to_port"],
            "source_security_group_id": block["referenced_security_group_id"],
            "security_group_id": block["security_group_id"],
            "description": block["description"],
        },
    )
