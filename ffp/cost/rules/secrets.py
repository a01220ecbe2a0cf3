"""Prices of secrets."""

from collections.abc import Iterator, Mapping

from ffp.cost import assumptions as assumed
from ffp.cost.month import Month
from ffp.cost.use import Rule, Use, fixed
from ffp.cost.view import Block, View, share


def _secret(block: Block, view: View, month: Month) -> Iterator[Use]:
    yield fixed("secret.month", 1, "secret")
    if view.of_type("aws_lambda_function"):  # the bootstrap stack's secret is read once for each deploy
        calls = month.requests * assumed.SECRET_CALLS.value * share(len(view.of_type(block.type)))
        yield Use("secret.call", calls, "reads")


RULES: Mapping[str, Rule] = {"aws_secretsmanager_secret": _secret}
