"""Prices of sign-in."""

from collections.abc import Iterator, Mapping

from ffp.cost.month import Month
from ffp.cost.use import Rule, Use
from ffp.cost.view import Block, View, blocks_in, share

_DEFAULT_TIER = "ESSENTIALS"


def _pool(block: Block, view: View, month: Month) -> Iterator[Use]:
    part = share(len(view.of_type(block.type)))
    tier = block.attributes.get("user_pool_tier") or _DEFAULT_TIER
    yield Use(f"cognito.user.{tier}", month.users * part, "users who sign in")
    mail = blocks_in(block.attributes.get("email_configuration"))
    if any(each.get("email_sending_account") == "DEVELOPER" for each in mail):
        yield Use("ses.mail", month.mails * part, "invitations and resets")


RULES: Mapping[str, Rule] = {"aws_cognito_user_pool": _pool}
