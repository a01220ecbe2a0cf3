"""Changes of policies that give nobody more: another form, another name, or less."""

import json

from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks, drop, first, first_named, put
from tests.review.policies import (
    DENIES_OLD_TLS,
    DENIES_OTHERS,
    DENIES_PLAIN_HTTP,
    DOCUMENT,
    LETS_IAM_DECIDE,
    OF_A_ROLE,
    READS_SECRET,
    TRUSTS_A_SERVICE,
    TRUSTS_CI,
    Change,
    Where,
    about,
    all_of,
    all_statements,
    having,
    in_condition,
    in_statement,
    statement_of,
    with_statement,
    without_statement,
)


def _split(where: Where) -> Change:
    """One statement becomes one for each action."""

    def change(document: Document) -> None:
        block, statement = statement_of(document, where)
        parts = [{**statement, "actions": [each], "sid": f"Part{at}"} for at, each in enumerate(statement["actions"])]
        at = block["statement"].index(statement)
        block["statement"][at : at + 1] = parts

    return change


def _moved(document: Document) -> None:
    """A statement of a role moves to a second policy of it, as an expression."""
    for policy in blocks(document, "aws_iam_role_policy").values():
        name = policy["policy"].removeprefix(f"${{{DOCUMENT}.").removesuffix(".json}")
        statements = blocks(document, DOCUMENT)[name]["statement"]
        if len(statements) > 1:
            blocks(document, DOCUMENT)["planted"] = {"statement": [statements.pop()]}
            more = {**policy, "name": "more", "policy": f"${{{DOCUMENT}.planted.json}}"}
            blocks(document, "aws_iam_role_policy")["planted"] = more
            return
    raise DoesNotApply("no role with two statements")


def _as_text(document: Document) -> None:
    """A role's trust as JSON text, with texts in place of lists."""
    role = first(document, "aws_iam_role")
    name = role["assume_role_policy"].removeprefix(f"${{{DOCUMENT}.").removesuffix(".json}")
    (statement,) = blocks(document, DOCUMENT)[name]["statement"]
    conditions: Document = {}
    for each in statement.get("condition", ()):
        (value,) = each["values"]
        conditions.setdefault(each["test"], {})[each["variable"]] = value
    (principal,) = statement["principals"]
    (action,) = statement["actions"]
    text = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {principal["type"]: principal["identifiers"][0]},
            "Action": action,
            "Condition": conditions,
        },
    }
    role["assume_role_policy"] = json.dumps(text)


def _reordered(document: Document) -> None:
    for block, statement in all_statements(document):
        block["statement"] = block["statement"][::-1]
        for key in ("actions", "resources", "condition"):
            if isinstance(statement.get(key), list):
                statement[key] = statement[key][::-1]


def _renamed_role(document: Document) -> None:
    """A role gets another name; all that refers to it follows."""
    first(document, "aws_iam_role")["name"] = "another"


def _moved_role(document: Document) -> None:
    """A role gets another address; all that refers to it follows."""
    old, _ = first_named(document, "aws_iam_role")
    text = json.dumps(document).replace(f"aws_iam_role.{old}.", "aws_iam_role.another.")
    changed = json.loads(text)
    changed["resource"]["aws_iam_role"]["another"] = changed["resource"]["aws_iam_role"].pop(old)
    document.clear()
    document.update(changed)


def _attached_otherwise(document: Document) -> None:
    for name, block in list(blocks(document, "aws_iam_role_policy_attachment").items()):
        del blocks(document, "aws_iam_role_policy_attachment")[name]
        several = {"name": name, "roles": [block["role"]], "policy_arn": block["policy_arn"]}
        blocks(document, "aws_iam_policy_attachment")[name] = several


def _written_into_the_role(document: Document) -> None:
    name, policy = first_named(document, "aws_iam_role_policy")
    del blocks(document, "aws_iam_role_policy")[name]
    role = blocks(document, "aws_iam_role")[policy["role"].split(".")[1]]
    role["inline_policy"] = [{"name": policy["name"], "policy": policy["policy"]}]


def _in_root(principal: str) -> Change:
    """The statement of a key that lets IAM decide names another principal instead."""
    return in_statement(LETS_IAM_DECIDE, lambda s: s["principals"][0].update(identifiers=[principal]))


DANGEROUS = ()

HARMLESS = (
    Edit(
        "a queue gets a queue for what fails",
        put(
            "aws_sqs_queue",
            "redrive_policy",
            '${jsonencode({deadLetterTargetArn = "arn:aws:sqs:eu-west-2:333333333333:failed", maxReceiveCount = 5})}',
        ),
    ),
    Edit("statements, actions and resources are reordered", _reordered),
    Edit(
        "statements get other ids",
        lambda d: [s.update(sid=f"Other{at}") for at, (_, s) in enumerate(all_statements(d))],
    ),
    Edit("a list of one action is a text", in_statement(READS_SECRET, lambda s: s.update(actions=s["actions"][0]))),
    Edit(
        "actions are written in lower case",
        in_statement(READS_SECRET, lambda s: s.update(actions=[each.lower() for each in s["actions"]])),
    ),
    Edit("a statement is split", _split(all_of(OF_A_ROLE, lambda s: len(s["actions"]) > 1))),
    Edit("a statement moves to a second policy", _moved),
    Edit("a trust is given as text", _as_text),
    Edit("a statement is repeated", with_statement(OF_A_ROLE)),
    Edit(
        "a role loses an action",
        in_statement(all_of(OF_A_ROLE, lambda s: len(s["actions"]) > 1), lambda s: s["actions"].pop()),
    ),
    Edit("a role loses a policy", drop("aws_iam_role_policy")),
    Edit(
        "a role's grant gets a condition",
        in_statement(
            READS_SECRET,
            lambda s: s.update(condition=[{"test": "StringEquals", "variable": "aws:SourceVpc", "values": ["vpc-1"]}]),
        ),
    ),
    Edit(
        "a wildcard is narrowed to a path",
        in_statement(
            about("aws:ResourceAccount"), lambda s: s.update(resources=[f"{each}/a/*" for each in s["resources"]])
        ),
    ),
    Edit(
        "equality is written as a pattern",
        in_statement(TRUSTS_A_SERVICE, in_condition("SourceAccount", lambda c: c.update(test="StringLike"))),
    ),
    Edit(
        "a bucket's TLS floor is raised",
        in_statement(DENIES_OLD_TLS, in_condition("TlsVersion", lambda c: c.update(values=["1.4"]))),
    ),
    Edit("a deny reaches further", in_statement(DENIES_PLAIN_HTTP, lambda s: s.update(condition=[]))),
    Edit("a role is renamed", _renamed_role),
    Edit("a role gets another address", _moved_role),
    Edit("a role of CI gets another address", _moved_role, stack="bootstrap"),
    Edit(
        "CI's subject is limited further",
        in_statement(
            TRUSTS_CI,
            lambda s: s["condition"].append(
                {
                    "test": "StringEquals",
                    "variable": "token.actions.githubusercontent.com:workflow",
                    "values": ["deploy"],
                }
            ),
        ),
        stack="bootstrap",
    ),
    Edit("policies are attached in another way", _attached_otherwise, stack="bootstrap"),
    Edit("a role's policy is written into the role", _written_into_the_role),
    Edit("a key's account is named by its id", _in_root("333333333333")),
    Edit("a role takes the place of its account", _in_root("arn:aws:iam::333333333333:role/a")),
    Edit(
        "a secret is closed to requests without an account, too",
        in_statement(DENIES_OTHERS, in_condition("Account", lambda c: c.update(test="StringNotEqualsIfExists"))),
    ),
    Edit(
        "a deny spares less",
        in_statement(lambda s: "not_resources" in s, lambda s: s.update(not_resources=s["not_resources"][:1])),
        stack="bootstrap",
    ),
    Edit("a role of CI loses a statement", without_statement(having("iam:PassRole")), stack="bootstrap"),
    Edit("a permission demands the account, too", put("aws_lambda_permission", "source_account", "333333333333")),
)
