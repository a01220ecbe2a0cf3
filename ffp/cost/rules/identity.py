"""Prices of sign-in."""

from collections.abc import Iterator, Mapping

from ffp.cost.month import Month
from ffp.cost.use import Rule, Use, fixed
from ffp.cost.view import Block, View, blocks_in, share

_DEFAULT_TIER = "ESSENTIALS"


def _pool(block: Block, view: View, month: Month) -> Iterator[Use]:
    part = share(len(view.of_type(block.type)))
    tier = block.attributes.get("user_pool_tier") or _DEFAULT_TIER
    yield Use(f"cognito.user.{tier}", month.users * part, "users who sign in")
    mail = blocks_in(block.attributes.get("email_configuration"))
    if any(each.get("email_sending_account") == "DEVELOPER" for each in mail):
        yield Use("ses.mail", month.mails * part, "invitations and resets")
    if machines := _machines(view) * part:
        yield fixed("cognito.machine.month", machines, "app clients of machines")
        yield Use("cognito.machine.request", machines * month.token_requests_per_machine, "tokens of machines")


def _machines(view: View) -> int:
    """The app clients of machines: Terraform makes none, but the API's authoriser lists their ids besides its own."""
    accepted = (
        each
        for authoriser in view.of_type("aws_apigatewayv2_authorizer")
        for block in blocks_in(authoriser.attributes.get("jwt_configuration"))
        for each in block.get("audience", ())
    )
    return sum("${" not in str(each) for each in accepted)


RULES: Mapping[str, Rule] = {"aws_cognito_user_pool": _pool}
