"""Reads values that say the same in several ways: addresses of functions, issuers of tokens, fields of a log."""

import re
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.fact import Fact
from ffp.review.side import Side, values_in
from ffp.stacks import SynthesisedBlock

_ISSUER = re.compile(r"cognito-idp\.[^/]+/\$\{([\w.-]+)\.id\}")
_FUNCTION_ARN = re.compile(r"arn:aws[\w-]*:lambda:[^:]*:[^:]*:function:[\w-]+")
_FIELD = re.compile(r"\$context\.[\w.:-]+\w")
# OpenID Connect Core 1.0, section 5.1, and Cognito's name of a user.
_PERSONAL = frozenset(
    {
        "address",
        "birthdate",
        "email",
        "family_name",
        "gender",
        "given_name",
        "middle_name",
        "name",
        "nickname",
        "phone_number",
        "picture",
        "preferred_username",
        "profile",
        "username",
        "website",
    }
)
_FUNCTIONS = ("aws_lambda_function", "aws_cloudfront_function")
_INSTALLATION = re.compile(r"(arn:aws[\w-]*:lambda:[^:]*:[^:]*:function:[\w-]+):\d+$")


def issuer(value: Any) -> str:
    """An issuer's address; a user pool's is the same by its id and by its endpoint."""
    return _ISSUER.sub(r"${\1.endpoint}", str(value)).rstrip("/")


def log_destination(value: Any) -> str:
    """The ARN of a log group or stream, without the stars that some of AWS's answers append."""
    return str(value).removesuffix(":*")


def log_fields(value: Any) -> list[str]:
    """The values of a request that an access log's format contains."""
    return sorted(set(_FIELD.findall(str(value))))


def personal_fields(value: Any) -> list[str]:
    """The claims about a person, by OpenID Connect's names for them, that an access log's format contains."""
    return [each for each in log_fields(value) if each.rpartition(".")[2] in _PERSONAL]


def function_of(side: Side, value: Any) -> str:
    """Today's address of the function that a value invokes, by whatever alias; else the value itself."""
    if value in (None, ""):
        return ""
    block = function_block(side, value)
    if block is not None:
        return side.address(block)
    text = str(side.resolved(value))
    arn = _FUNCTION_ARN.search(text)
    return arn[0] if arn else _INSTALLATION.sub(r"\1", text)


def function_block(side: Side, value: Any) -> SynthesisedBlock | None:
    """The function of the stack that a value invokes; None if there is none."""
    text = str(value)
    arn = _FUNCTION_ARN.search(text) if "${" not in text else None
    for block in side.blocks_of(arn[0] if arn else value):
        if block.type in _FUNCTIONS:
            return block
        if block.type == "aws_lambda_alias":
            return function_block(side, block.attributes.get("function_name"))
    for block in side.of_type("aws_lambda_function"):  # a function may be named by its name alone
        if text and text == str(side.get(block, "function_name")):
            return block
    return None


def first_of(side: Side, value: Any, *types: str) -> SynthesisedBlock | None:
    """The first resource of these types to which a value refers."""
    return next((block for block in side.blocks_of(value) if block.type in types and block.kind == "resource"), None)


def names(value: Any) -> list[str]:
    """The elements of a list as texts."""
    return [str(each) for each in values_in(value)]


def fact_of(side: Side, block: SynthesisedBlock, **rest: Any) -> Fact:
    """A promise of a block about itself and about exposure, unless the rest says otherwise."""
    address = side.address(block)
    return Fact(**{"subject": address, "address": address, "topic": Topic.EXPOSURE, "absent": None, **rest})
