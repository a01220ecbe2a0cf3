"""What is dangerous in itself, even where it belongs to something new."""

from collections.abc import Iterator
from dataclasses import dataclass

from ffp.review.access import actions
from ffp.review.access.comparison import Change
from ffp.review.access.conditions import Clause, Condition
from ffp.review.access.difference import Difference
from ffp.review.access.globs import is_wild
from ffp.review.access.holders import Holder
from ffp.review.access.names import demanded
from ffp.review.access.regions import Addresses
from ffp.review.access.shares import CREDENTIAL
from ffp.review.access.statements import Statement

# Keys that say where a request comes from, so that a wildcard principal or a service acts for somebody known.
_ORIGINS = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:vpcsourceip",
    "kms:calleraccount",
    "kms:viaservice",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "sns:endpoint",
    "aws:sourceowner",
)
_WIDE_MANAGED = ("administrator", "fullaccess", "poweruser", "readonlyaccess", "iam", "job-function", "securityaudit")
_OWN_KEYS = ("kms:encryptioncontext:", "aws:resourcetag/", "aws:principaltag/")


@dataclass(frozen=True)
class Dangers:
    """Says of each change of a new holder, or about a new thing, why somebody must look at it nevertheless."""

    difference: Difference

    @property
    def account(self) -> str:
        return self.difference.inventory.account

    def of(self, change: Change) -> str:
        """The reason in words; empty if there is none."""
        if not change.statement.allows:
            return ""
        match change.holder.kind:
            case "identity" | "user":
                return self._of_identity(change)
            case "trust":
                return self._of_trust(change.statement)
            case "boundary":
                return self._of_boundary(change.holder)
            case "resource":
                return self._of_resource(change)
        return ""  # a new policy that nothing of this stack has

    def _of_identity(self, change: Change) -> str:
        statement = change.statement
        if statement.unread:
            managed = statement.unread.rpartition("policy/")[2].lower()
            wide = any(each in managed for each in _WIDE_MANAGED) and "service-role/" not in managed
            return "AWS's policy gives much more than one resource" if wide else ""
        given = statement.actions
        if given.negated:
            return "it allows all actions but some"
        if not self.difference.before.addresses and not statement.is_full:
            return self._of_foreign(statement)  # a whole new stack comes with the roles that make stacks
        if risky := sorted(filter(actions.manages_permissions, given.patterns)):
            names = ", ".join(map(actions.spelt, risky[:3]))
            return f"with {names} it can change who may do what, or take on the rights of others"
        if statement.resources.negated:
            return "it allows all resources but some"
        wide_resources = [each for each in statement.resources.patterns if self._is_too_wide(each)]
        scopable = [each for each in given.patterns if not actions.needs_no_resource(each)]
        if wide_resources and scopable and not self._is_bound(statement.condition):
            reached = ", ".join(sorted(wide_resources)[:2])
            return f"it reaches every resource ({reached}), although the actions can be limited to some"
        return self._of_foreign(statement)

    def _is_too_wide(self, pattern: str) -> bool:
        """Whether a pattern spans all resources of a kind, or several kinds."""
        if pattern == "*":
            return True
        parts = pattern.split(":", 5)
        if len(parts) < 6 or is_wild(parts[2]):
            return is_wild(pattern)
        name = parts[5].replace(":", "/").partition("/")[2] if parts[2] not in ("s3", "sns", "sqs") else parts[5]
        return (name or parts[5]).startswith("*")

    def _of_foreign(self, statement: Statement) -> str:
        """Secrets and keys of other accounts."""
        for pattern in statement.resources.patterns:
            account = (pattern.split(":", 5) + [""] * 6)[4]
            if account.isdigit() and self.account and account != self.account:
                return f"the resources are of the account {account}"
        return ""

    def _of_trust(self, statement: Statement) -> str:
        if statement.unread:
            return ""
        if statement.principals.negated:
            return "it trusts everybody but some"
        for principal in sorted(statement.principals.patterns):
            if reason := self._of_principal(principal, statement.condition):
                return reason
            if principal.startswith("Federated:") and not _names_a_subject(statement.condition):
                return "the subject is not limited to one repository or person whom the provider knows"
        return ""

    def _of_boundary(self, holder: Holder) -> str:
        """Whether a new role has no boundary, although others have one."""
        if holder.source:
            return ""
        bounded = any(each.kind == "boundary" and each.source for each in self.difference.before.holders.values())
        return "it has no permissions boundary, unlike others of this stack" if bounded else ""

    def _of_resource(self, change: Change) -> str:
        statement, type_ = change.statement, change.holder.subject.partition(".")[0]
        if statement.unread:
            return ""
        if statement.principals.negated:
            return "everybody but some is let in"
        if type_ == "aws_vpc_endpoint":
            return ""  # it lets nobody do more than other policies allow
        for principal in sorted(statement.principals.patterns):
            if reason := self._of_principal(principal, statement.condition):
                return reason
            if principal.startswith("Service:") and not self._is_bound(statement.condition):
                return f"{principal.partition(':')[2]} may act for any account: neither source nor account is demanded"
        return ""

    def _of_principal(self, principal: str, condition: Condition) -> str:
        if principal.startswith(CREDENTIAL):
            return "the credential is valid until somebody takes it away"
        if principal == "*":
            return "" if self._is_bound(condition) else "everybody is let in, without a condition that says who"
        account = (principal.split(":") + [""] * 7)[5] if principal.startswith("AWS:") else ""
        if account.isdigit() and self.account and account != self.account:
            return f"the account {account} is not this stack's"
        return ""

    def _is_bound(self, condition: Condition) -> bool:
        """Whether a condition demands known sources, none of them of another account."""
        return any(self._binds(each, patterns) for each, patterns in demanded(condition)) or any(
            isinstance(each.region, Addresses)
            and not each.region.negated
            and each.is_positive
            and all(network.prefixlen > 0 for network in each.region.networks)
            for each in condition
        )

    def _binds(self, given: Clause, patterns: frozenset[str]) -> bool:
        if given.key not in _ORIGINS and not given.key.startswith(_OWN_KEYS):
            return False
        return all(self._is_known(given.key, each) for each in patterns)

    def _is_known(self, key: str, pattern: str) -> bool:
        if pattern.strip("*?") == "":
            return False
        if key.endswith("account") or key.endswith("owner"):
            return pattern == self.account or not self.account or "${" in pattern
        parts = pattern.split(":", 5)
        if parts[0] != "arn" or len(parts) < 6:
            return True
        account = parts[4]
        if account:
            return account == self.account or not self.account or "${" in account
        return not is_wild(parts[5].partition("/")[0][:3])  # a bucket's ARN names no account


def _names_a_subject(condition: Condition) -> bool:
    """Whether a condition demands a subject that belongs to somebody known."""
    for each, patterns in demanded(condition):
        if each.key.endswith((":sub", ":amr")) or each.key.startswith("saml:"):
            return all(_has_owner(pattern) for pattern in patterns)
    return any(each.key.endswith(":aud") and "cognito" in each.key for each in condition)


def _has_owner(pattern: str) -> bool:
    """Whether a subject is whole, or its wildcards stand after the name of a repository or a project."""
    fixed = pattern.partition("*")[0].partition("?")[0]
    return fixed == pattern or ("/" in fixed and not fixed.endswith("/"))


def dangers(difference: Difference) -> Iterator[tuple[Change, str]]:
    """Each change that somebody must look at, with the reason."""
    judge = Dangers(difference)
    for change in difference.changes:
        if not change.kind.widens:
            continue
        reason = judge.of(change)
        if change.is_new or change.on_new:
            if reason:
                yield change, reason
        else:
            yield change, reason
