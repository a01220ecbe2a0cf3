"""Who holds policies of IAM: roles, users, groups, and policies that others may attach; with trusts and boundaries."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ffp.review.access.documents import Reader, reader_of, repetition
from ffp.review.access.statements import Statement, full, unread
from ffp.review.side import Side, blocks_in, values_in
from ffp.stacks import SynthesisedBlock

_PRINCIPALS = {"aws_iam_role": "role", "aws_iam_user": "user", "aws_iam_group": "group"}
_ACCOUNT_WIDE = "aws_ssoadmin_permission_set"
# The attributes with the holder and the policy, by type.
_INLINE: Mapping[str, tuple[str, str]] = {
    "aws_iam_role_policy": ("role", "policy"),
    "aws_iam_user_policy": ("user", "policy"),
    "aws_iam_group_policy": ("group", "policy"),
    "aws_ssoadmin_permission_set_inline_policy": ("permission_set_arn", "inline_policy"),
}
_ATTACHED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "aws_iam_role_policy_attachment": (("role",), "policy_arn"),
    "aws_iam_user_policy_attachment": (("user",), "policy_arn"),
    "aws_iam_group_policy_attachment": (("group",), "policy_arn"),
    "aws_iam_policy_attachment": (("roles", "users", "groups"), "policy_arn"),
    "aws_ssoadmin_managed_policy_attachment": (("permission_set_arn",), "managed_policy_arn"),
}
_MANAGED_FULL = ("arn:aws:iam::aws:policy/AdministratorAccess",)
_POLICIES = ("aws_iam_policy", "aws_organizations_policy")
_PLACE = re.compile(r"\[\d+\]")
_PROFILE = "iam_instance_profile"
IDENTITY_TYPES = frozenset({*_PRINCIPALS, *_INLINE, *_ATTACHED, *_POLICIES, _ACCOUNT_WIDE})


@dataclass(frozen=True)
class Holder:
    """One place where permissions are held, with all its statements.

    `kind` is one of identity, policy, trust, boundary, resource or user (what acts by a role). `subject` is the address
    whose existence tells whether the holder exists on a side. `source` names where a boundary comes from.
    """

    kind: str
    subject: str
    statements: tuple[Statement, ...]
    address: str = ""
    source: str = ""
    arn: str = ""
    functions: frozenset[str] = field(default=frozenset(), compare=False)  # ARNs of the functions that run by it

    @property
    def id(self) -> tuple[str, str]:
        return self.kind, self.subject


@dataclass(frozen=True)
class Identities:
    """The holders of IAM's policies of one side. `known` is what a plan knows, by address."""

    side: Side
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def reader(self) -> Reader:
        return reader_of(self.side)

    def all(self) -> Iterator[Holder]:
        """Every holder: what it may do, who may become it, and its limit."""
        for subject, statements in self._by_subject.items():
            functions = self._functions.get(subject, frozenset())
            arn = self._arn.get(subject, "")
            yield Holder("identity", subject, tuple(statements), subject, arn=arn, functions=functions)
        for type_ in _PRINCIPALS:
            for block in self.side.of_type(type_):
                address = self.side.address(block)
                if (trust := block.attributes.get("assume_role_policy")) is not None:
                    read = self.reader.statements(trust, address, principals=None)
                    yield Holder("trust", address, tuple(read), address, arn=self._arn[address])
                yield self._boundary(block)
        yield from self._loose_policies()

    @cached_property
    def _arn(self) -> Mapping[str, str]:
        blocks = self.side.of_type(*_PRINCIPALS)
        return {self.side.address(block): self.side.arn(block) for block in blocks}

    @cached_property
    def _named(self) -> Mapping[tuple[str, str], str]:
        """The address of each principal by its kind and name."""
        return {
            (_PRINCIPALS[block.type], str(self.side.get(block, "name"))): self.side.address(block)
            for block in self.side.of_type(*_PRINCIPALS)
        }

    def subject_of(self, value: Any, kind: str = "role") -> str:
        """The address of the principal that a value names, or its name if it is not of this stack."""
        for block in self.side.blocks_of(value):
            if block.type in (*_PRINCIPALS, _ACCOUNT_WIDE):
                return self.side.address(block)
        text = str(self.side.resolved(value))
        return self._named.get((kind, text.rpartition("/")[2]), text)

    @cached_property
    def _by_subject(self) -> Mapping[str, list[Statement]]:
        found: dict[str, list[Statement]] = {
            self.side.address(block): [] for block in self.side.of_type(*_PRINCIPALS, _ACCOUNT_WIDE)
        }
        for block in self.side.of_type(*_INLINE):
            holder, policy = _INLINE[block.type]
            subject = self.subject_of(block.attributes.get(holder), holder)
            found.setdefault(subject, []).extend(self._read(block, policy))
        for block in self.side.of_type(*_ATTACHED):
            holders, policy = _ATTACHED[block.type]
            statements = self._managed(block.attributes.get(policy), block)
            for holder in holders:
                for each in values_in(block.attributes.get(holder)):
                    found.setdefault(self.subject_of(each, holder.removesuffix("s")), []).extend(statements)
        for block in self.side.of_type(*_PRINCIPALS):
            statements = found[self.side.address(block)]
            for inline in blocks_in(block.attributes.get("inline_policy")):
                if inline.get("policy"):
                    statements += self.reader.statements(inline["policy"], self.side.address(block))
            for arn in values_in(block.attributes.get("managed_policy_arns")):
                statements += self._managed(arn, block)
        for membership in self.side.of_type("aws_iam_group_membership", "aws_iam_user_group_membership"):
            attribute = membership.attributes.get
            groups = [*values_in(attribute("group")), *values_in(attribute("groups"))]
            users = [*values_in(attribute("user")), *values_in(attribute("users"))]
            for group in groups:
                granted = found.get(self.subject_of(group, "group"), [])
                for user in users:
                    found.setdefault(self.subject_of(user, "user"), []).extend(granted)
        return found

    def of_role(self, subject: str) -> tuple[Statement, ...] | None:
        """What a role of this stack may do; None if it is not of this stack."""
        return tuple(self._by_subject[subject]) if subject in self._arn else None

    def _read(self, block: SynthesisedBlock, attribute: str) -> list[Statement]:
        """The policy in an attribute. What the JSON does not tell, a plan may know."""
        address = self.side.address(block)
        value = block.attributes.get(attribute)
        if self.reader.raw(value) is None:
            known = self.known.get(block.address, {}).get(attribute)
            value = known if isinstance(known, str) else value
        statements = self.reader.statements(value, address)
        if (repeated := repetition(block)) is not None:
            statements.append(unread(f"repeated: {repeated}", address))
        return statements

    def _managed(self, value: Any, block: SynthesisedBlock) -> list[Statement]:
        """The statements of an attached policy: of this stack, or AWS's own by its ARN."""
        policy = self.policy_of(value)
        if policy is not None:
            return self._read(policy, "policy")
        text = str(self.side.resolved(value))
        address = self.side.address(block)
        return [full(address)] if text in _MANAGED_FULL else [unread(text, address)]

    def policy_of(self, value: Any) -> SynthesisedBlock | None:
        """The policy of this stack that an ARN or a reference names."""
        for block in self.side.blocks_of(value):
            if block.type == "aws_iam_policy" and block.kind == "resource":
                return block
        text = str(self.side.resolved(value))
        return next((each for each in self.side.of_type("aws_iam_policy") if self.side.arn(each) == text), None)

    def _boundary(self, block: SynthesisedBlock) -> Holder:
        address = self.side.address(block)
        value = block.attributes.get("permissions_boundary")
        if value in (None, ""):
            return Holder("boundary", address, (full(address),), address, arn=self._arn[address])
        statements = tuple(self._managed(value, block))
        return Holder("boundary", address, statements, address, self._source(value), self._arn[address])

    def _source(self, value: Any) -> str:
        policy = self.policy_of(value)
        return self.side.address(policy) if policy else str(self.side.resolved(value))

    def _loose_policies(self) -> Iterator[Holder]:
        """Policies that are a boundary, or that nothing of this stack has: others may have them."""
        attached = {
            policy.address
            for block in self.side.of_type(*_ATTACHED)
            if (policy := self.policy_of(block.attributes.get(_ATTACHED[block.type][1])))
        }
        for block in self.side.of_type(*_PRINCIPALS):
            found = [self.policy_of(arn) for arn in values_in(block.attributes.get("managed_policy_arns"))]
            attached |= {policy.address for policy in found if policy}
        bounding = {
            policy.address
            for block in self.side.of_type(*_PRINCIPALS)
            if (policy := self.policy_of(block.attributes.get("permissions_boundary")))
        }
        for block in self.side.of_type(*_POLICIES):
            if block.address in bounding or block.address not in attached:
                address = self.side.address(block)
                attribute = "policy" if block.type == "aws_iam_policy" else "content"
                yield Holder("policy", address, tuple(self._read(block, attribute)), address)

    @cached_property
    def users(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """The roles by which each resource acts, by the resource's address and the attribute that names them."""
        found: dict[tuple[str, str], frozenset[str]] = {}
        for block in self.side.stack.resources:
            if block.type in IDENTITY_TYPES:
                continue
            for path, value in block.values:
                if "role" in path and isinstance(value, str) and _names_a_role(path, value):
                    key = (self.side.address(block), _PLACE.sub("", path))
                    found[key] = found.get(key, frozenset()) | {self.subject_of(value)}
            if profile := block.attributes.get(_PROFILE):
                found[self.side.address(block), _PROFILE] = frozenset({self._of_profile(profile)})
        return found

    def _of_profile(self, value: Any) -> str:
        """The role by which a machine acts, by the profile that it names."""
        names = [given for each in blocks_in(value) for key in ("name", "arn") if (given := each.get(key))] or [value]
        for profile in self.side.owners(names[0], "aws_iam_instance_profile"):
            return self.subject_of(profile.attributes.get("role"))
        return str(self.side.resolved(names[0]))

    @cached_property
    def _functions(self) -> Mapping[str, frozenset[str]]:
        """The ARNs of the functions that run by each role."""
        found: dict[str, set[str]] = {}
        for block in self.side.of_type("aws_lambda_function"):
            found.setdefault(self.subject_of(block.attributes.get("role")), set()).add(self.side.arn(block))
        return {subject: frozenset(arns) for subject, arns in found.items()}


def _names_a_role(path: str, value: str) -> bool:
    last = path.rpartition(".")[2]
    return "aws_iam_role." in value or (":role/" in value and "role" in last)
