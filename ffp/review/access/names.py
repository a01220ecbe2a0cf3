"""Which resources a change makes, removes and renames, by the names that policies give them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ffp.review.access.conditions import Clause, Condition, clause
from ffp.review.access.globs import Names, contains, is_wild, overlap
from ffp.review.access.regions import Texts
from ffp.review.access.statements import Statement
from ffp.review.side import Side

_REFERENCE = re.compile(r"\$\{([a-z][a-z0-9_]*)\.([\w-]+)\.([\w.\[\]]+)\}")
# ARNs whose end AWS generates, by type and attribute: `{}` is the reference to it.
_PLACES: Mapping[tuple[str, str], str] = {
    ("aws_kms_key", "arn"): "arn:aws:kms:{region}:{account}:key/{}",
    ("aws_cognito_user_pool", "arn"): "arn:aws:cognito-idp:{region}:{account}:userpool/{}",
    ("aws_cloudfront_distribution", "arn"): "arn:aws:cloudfront::{account}:distribution/{}",
    ("aws_apigatewayv2_api", "execution_arn"): "arn:aws:execute-api:{region}:{account}:{}",
    ("aws_api_gateway_rest_api", "execution_arn"): "arn:aws:execute-api:{region}:{account}:{}",
    ("aws_vpc", "arn"): "arn:aws:ec2:{region}:{account}:vpc/{}",
    ("aws_efs_file_system", "arn"): "arn:aws:elasticfilesystem:{region}:{account}:file-system/{}",
    ("aws_wafv2_web_acl", "arn"): "arn:aws:wafv2:{region}:{account}:{}",
    (
        "aws_db_instance",
        "master_user_secret[0].secret_arn",
    ): "arn:aws:secretsmanager:{region}:{account}:secret:rds!db-{}",
}
# Types that are somebody else if they are called otherwise.
_OTHERS_BY_NAME = ("aws_iam_openid_connect_provider.", "aws_iam_saml_provider.")
_PLACED = re.compile(r"arn:aws:[\w-]+:[\w-]*:\d*:[^$\s]*(\$\{[^}]*\})")


def with_place(side: Side, text: str) -> str:
    """A text in which a reference to an ARN that AWS generates shows its service, region and account."""
    if "${" not in text:
        return text

    def placed(match: re.Match[str]) -> str:
        type_, name, attribute = match.groups()
        if type_ == "aws_iam_openid_connect_provider" and attribute == "arn":
            block = side.stack.by_address.get(f"{type_}.{name}")
            url = str(block.attributes.get("url", "")) if block else ""
            return f"arn:aws:iam::{side.account}:oidc-provider/{url.removeprefix('https://')}" if url else match[0]
        place = _PLACES.get((type_, attribute))
        if place is None or ":" in text[: match.start()]:
            return match[0]
        block = side.stack.by_address.get(f"{type_}.{name}")
        return place.format(match[0], region=side.region(block), account=side.account)

    return _REFERENCE.sub(placed, text)


def plain(text: str) -> str:
    """A text as people read it: what AWS generates as the address that it is."""
    return re.sub(r"\$\{([^}]*)\}", r"\1", _PLACED.sub(r"\1", text))


def arns(side: Side) -> dict[str, str]:
    """The ARN of each resource that policies can name, by its address on both sides."""
    found = {}
    for block in side.stack.resources:
        found[side.address(block)] = with_place(side, side.arn(block))
        if block.type == "aws_apigatewayv2_api":
            found[f"{side.address(block)} execution"] = _execution(side, side.address(block))
    for route in side.of_type("aws_apigatewayv2_route"):
        for api in side.blocks_of(route.attributes.get("api_id")):
            method, _, path = str(route.attributes.get("route_key", "")).rpartition(" ")
            pattern = re.sub(r"\{[^}]*\}", "*", path)
            found[side.address(route)] = f"{_execution(side, side.address(api))}/*/{method or '*'}{pattern}"
    return found


def _execution(side: Side, address: str) -> str:
    return with_place(side, f"${{{address}.execution_arn}}")


@dataclass(frozen=True)
class Inventory:
    """What exists before and after a change, by ARN."""

    before: Side
    after: Side

    @cached_property
    def _arns(self) -> tuple[dict[str, str], dict[str, str]]:
        return arns(self.before), arns(self.after)

    @property
    def account(self) -> str:
        """The id of the account in which the stack is; empty if it is not known."""
        return self.after.account

    def arn_of(self, address: str) -> str:
        """The ARN of a resource of after; empty if there is none."""
        return self._arns[1].get(address, "")

    @cached_property
    def made(self) -> frozenset[str]:
        """ARNs of what exists only after the change."""
        old, new = self._arns
        return frozenset(new.values()) - frozenset(old.values()) - frozenset(self.renamed.values())

    @cached_property
    def gone(self) -> frozenset[str]:
        """ARNs of what exists only before the change."""
        old, new = self._arns
        return frozenset(old.values()) - frozenset(new.values()) - frozenset(self.renamed)

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """The new ARN of each resource that keeps its address and gets another name, by the old one."""
        old, new = self._arns
        return {
            arn: new[address]
            for address, arn in old.items()
            if address in new and new[address] != arn and not address.startswith(_OTHERS_BY_NAME)
        }

    def is_new(self, pattern: str) -> bool:
        """Whether a pattern names what this change makes, and nothing that existed."""
        if pattern in self.made:
            return True
        if not _names_one(pattern, self.made):
            return False
        return not any(overlap(pattern, arn) for arn in self._arns[0].values() if is_wild(pattern) or is_wild(arn))

    def is_gone(self, pattern: str) -> bool:
        """Whether a pattern names what does not exist after this change."""
        return _names_one(pattern, self.gone)

    def as_today(self, statement: Statement) -> Statement:
        """A statement of before with the names of after."""
        if not self.renamed:
            return statement
        return replace(
            statement,
            principals=self._names(statement.principals),
            resources=self._names(statement.resources),
            condition=frozenset(map(self._clause, statement.condition)),
        )

    def _names(self, names: Names) -> Names:
        return Names(frozenset(map(self._text, names.patterns)), names.negated)

    def _clause(self, given: Clause) -> Clause:
        values = [self._text(each) for each in given.values]
        return given if tuple(values) == given.values else clause(given.test, given.name, values)

    def _text(self, text: str) -> str:
        prefix = "AWS:" if text.startswith("AWS:") else ""
        arn = text.removeprefix(prefix)
        for old, new in self.renamed.items():
            if arn == old or (arn.startswith(old) and arn[len(old)] in ":/"):
                return f"{prefix}{new}{arn[len(old) :]}"
        return text


def demanded(condition: Condition) -> Iterable[tuple[Clause, frozenset[str]]]:
    """The clauses of which a request must fulfil one of some values, with these values."""
    for each in condition:
        if each.is_positive and isinstance(each.region, Texts) and each.region.names.patterns:
            yield each, each.region.names.patterns


def _names_one(pattern: str, among: frozenset[str]) -> bool:
    return pattern in among or any(
        (pattern.startswith(arn) and pattern[len(arn)] in ":/" and not is_wild(arn)) or contains(arn, pattern)
        for arn in among
    )
