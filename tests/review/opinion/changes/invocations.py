"""Changes of who may invoke functions."""

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add, drop, put
from tests.review.opinion.finding import account, of_type, pick
from tests.review.opinion.kinds import STRANGER
from tests.review.opinion.parts import outside

PERMISSION = "aws_lambda_permission"

dangerous("function-for-everybody", "access", "Anybody invokes the function with any tenant in the event.")(
    put(PERMISSION, "principal", "*", "apigateway")
)
dangerous("function-for-an-account", "access", "A stranger's account invokes it.")(
    lambda document: (
        pick(document, PERMISSION)[1].update(principal=STRANGER),
        pick(document, PERMISSION)[1].pop("source_arn"),
    )
)
dangerous("function-for-any-api", "access", "Any API of any account invokes it, with claims of its own.")(
    drop(PERMISSION, "source_arn", "apigateway")
)
dangerous(
    "function-for-any-api-of-the-account", "access", "An API without an authoriser would do.", doubt="own account"
)(put(PERMISSION, "source_arn", lambda value: "arn:aws:execute-api:eu-west-2:333333333333:*/*/*/*", "apigateway"))
dangerous(
    "function-for-any-route", "access", "Any route of the API, also one without authoriser.", doubt="same API; wider"
)(put(PERMISSION, "source_arn", lambda value: value.split("/*/")[0] + "/*/*", "apigateway"))
dangerous("trigger-for-any-pool", "access", "Any pool of any account invokes the token trigger.")(
    drop(PERMISSION, "source_arn", "cognito-idp")
)
dangerous("rotation-for-any-account", "access", "The service may act for another account.")(
    lambda document: [pick(document, PERMISSION, "secretsmanager")[1].pop(k) for k in ("source_account", "source_arn")]
)
dangerous("function-all-actions", "access", "The principal may also change the code.")(
    put(PERMISSION, "action", "lambda:*")
)


@dangerous(
    "function-for-s3-of-anybody", "access", "S3 of any account invokes it: nobody owns a bucket's name for ever."
)
def function_for_s3_of_anybody(document: Document) -> None:
    _, block = pick(document, PERMISSION)
    add(
        document,
        PERMISSION,
        "uploads",
        {"action": "lambda:InvokeFunction", "function_name": block["function_name"], "principal": "s3.amazonaws.com"},
    )


@dangerous("function-for-a-strangers-role", "access", "A stranger's role invokes the function.")
def function_for_a_strangers_role(document: Document) -> None:
    _, block = pick(document, PERMISSION)
    add(
        document,
        PERMISSION,
        "partner",
        {
            "action": "lambda:InvokeFunction",
            "function_name": block["function_name"],
            "principal": f"arn:aws:iam::{STRANGER}:role/caller",
        },
    )


@dangerous("function-for-an-organisation", "access", "Everybody of a whole organisation invokes it.")
def function_for_an_organisation(document: Document) -> None:
    _, block = pick(document, PERMISSION)
    add(
        document,
        PERMISSION,
        "org",
        {
            "action": "lambda:InvokeFunction",
            "function_name": block["function_name"],
            "principal": "*",
            "principal_org_id": "o-somebodyelse",
        },
    )


@dangerous("function-with-anothers-role", "access", "A function gets the role of another, with more rights.")
def function_with_anothers_role(document: Document) -> None:
    strong = next(
        b["role"]
        for b in of_type(document, "aws_lambda_function").values()
        if "rotate" in b["function_name"] or "DATABASE_USERS" in b["environment"]["variables"]
    )
    weak = next(b for b in of_type(document, "aws_lambda_function").values() if outside(b) and b["role"] != strong)
    weak["role"] = strong


@dangerous("function-with-an-unknown-role", "access", "A role that the delivery pipeline never made, with everything.")
def function_with_an_unknown_role(document: Document) -> None:
    pick(document, "aws_lambda_function")[1]["role"] = f"arn:aws:iam::{account(document)}:role/legacy-admin"
