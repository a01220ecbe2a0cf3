"""Finds and changes the statements of a synthesised stack's policies, by what they are about."""

import json
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks, first

DOCUMENT = "data.aws_iam_policy_document"


OTHER_ACCOUNT = "999999999999"


Where = Callable[[Document], bool]


Change = Callable[[Document], object]


def having(*actions: str, effect: str = "Allow", trust: bool = False, resource: bool | None = None) -> Where:
    """Whether a statement has these actions, and whether it names principals, as trusts and resources' policies do."""

    def fits(statement: Document) -> bool:
        named = bool(statement.get("principals"))
        trusts = any(action.startswith("sts:") for action in statement["actions"])
        return (
            set(actions) <= set(statement["actions"])
            and statement.get("effect", "Allow") == effect
            and trusts == trust
            and (resource is None or resource == named)
        )

    return fits


def about(key: str) -> Where:
    """Whether a statement's condition tests a key."""
    return lambda statement: any(key in each["variable"] for each in statement.get("condition", ()))


def all_of(*fits: Where) -> Where:
    return lambda statement: all(each(statement) for each in fits)


OF_A_ROLE = having(resource=False)


READS_SECRET = having("secretsmanager:GetSecretValue", resource=False)


DENIES_PLAIN_HTTP = all_of(having(effect="Deny", resource=True), about("SecureTransport"))


DENIES_OTHERS = all_of(having("secretsmanager:*", effect="Deny", resource=True), about("PrincipalAccount"))
DENIES_OLD_TLS = all_of(having(effect="Deny", resource=True), about("s3:TlsVersion"), about("ViaAWSService"))


LETS_IAM_DECIDE = all_of(having("kms:*"), lambda each: each["principals"][0]["type"] == "AWS")


TRUSTS_A_SERVICE = all_of(having("sts:AssumeRole", trust=True), about("aws:SourceAccount"))


TRUSTS_CI = having("sts:AssumeRoleWithWebIdentity", trust=True)


NAMES_A_SOURCE = all_of(having(resource=True), about("aws:SourceArn"))


def all_statements(document: Document) -> list[tuple[Document, Document]]:
    """Each statement with its data source."""
    return [(block, each) for block in blocks(document, DOCUMENT).values() for each in block.get("statement", ())]


def statement_of(document: Document, where: Where) -> tuple[Document, Document]:
    for block, statement in all_statements(document):
        if where(statement):
            return block, statement
    raise DoesNotApply("no such statement")


def in_statement(where: Where, change: Callable[[Document], object]) -> Change:
    """Changes the first statement that fulfils a condition."""
    return lambda document: change(statement_of(document, where)[1])


def without_statement(where: Where) -> Change:
    def change(document: Document) -> None:
        block, statement = statement_of(document, where)
        block["statement"].remove(statement)

    return change


def with_statement(where: Where, **added: Any) -> Change:
    """Adds a statement beside the first that fulfils a condition, like it but for what is given."""

    def change(document: Document) -> None:
        block, statement = statement_of(document, where)
        block["statement"].append({**statement, **added, "sid": "Planted"})

    return change


def in_condition(key: str, change: Callable[[Document], object]) -> Callable[[Document], None]:
    """Changes the test of a key in a statement."""

    def apply(statement: Document) -> None:
        change(next(each for each in statement["condition"] if key in each["variable"]))

    return apply


def without_condition(key: str) -> Callable[[Document], None]:
    """Takes the test of a key out of a statement."""

    def apply(statement: Document) -> None:
        statement["condition"] = [each for each in statement["condition"] if key not in each["variable"]]

    return apply


def principal(type_: str, identifier: str) -> list[Document]:
    return [{"type": type_, "identifiers": [identifier]}]


def trusting(type_: str, *identifiers: str, **more: Any) -> Document:
    principals = [{"type": type_, "identifiers": list(identifiers)}]
    return {"actions": ["sts:AssumeRole"], "effect": "Allow", "principals": principals, **more}


TRUSTS_LAMBDA = trusting("Service", "lambda.amazonaws.com")


WRITES_LOGS = {
    "actions": ["logs:PutLogEvents"],
    "resources": ["arn:aws:logs:eu-west-2:333333333333:log-group:planted:*"],
}


EVERYBODY = [{"type": "*", "identifiers": ["*"]}]


def function_role(document: Document) -> str:
    return str(first(document, "aws_lambda_function")["role"])


def give_function(document: Document, statement: Document) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    blocks(document, "aws_iam_role_policy")["planted"] = {
        "name": "more",
        "role": f"{function_role(document).removesuffix('.arn}')}.id}}",
        "policy": policy,
    }


def new_role(trust: Document, *grants: Document, bounded: bool = True) -> Change:
    """A new role with its trust and its policy."""

    def change(document: Document) -> None:
        model = first(document, "aws_iam_role")
        blocks(document, DOCUMENT)["planted-trust"] = {"statement": [trust]}
        blocks(document, DOCUMENT)["planted-access"] = {"statement": list(grants)}
        role = {
            **{key: value for key, value in model.items() if key != "//"},
            "name": "planted",
            "assume_role_policy": "${data.aws_iam_policy_document.planted-trust.json}",
        }
        if not bounded and not role.pop("permissions_boundary", None):
            raise DoesNotApply("permissions_boundary")
        blocks(document, "aws_iam_role")["planted"] = role
        blocks(document, "aws_iam_role_policy")["planted"] = {
            "name": "access",
            "role": "${aws_iam_role.planted.id}",
            "policy": "${data.aws_iam_policy_document.planted-access.json}",
        }

    return change


def danger(name: str, change: Change, stack: str = "platform") -> Edit:
    return Edit(name, change, Topic.ACCESS, stack)
