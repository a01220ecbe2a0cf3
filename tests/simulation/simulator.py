"""Who may do what on AWS, by the judgement of an IAM simulator that others maintain, over policies as synthesised.

@cloud-copilot/iam-simulate knows boundaries, resource and session policies and organisations' policies, and that a
boundary which merely allows too little does not bind what a resource's policy gives to a session. Tests alone run it,
as a program of its own (its licence is the AGPL); no part of it is shipped or deployed.
"""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

import modules  # noqa: F401 - finds the Node that comes with the environment
from ffp.doctor import SIMULATOR
from ffp.project import ROOT
from ffp.stacks import SynthesisedStack
from tests import access
from tests.rendered import ArnOf, Policy, policy, rendered
from tests.support import require

ALLOWED, DENIED = "allowed", "denied"
PROGRAM = Path(__file__).parent / "simulate.mjs"
REGION = "eu-west-2"

ANYTHING: Policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@dataclass(frozen=True)
class Caller:
    """Whose request it is: a session of a role with its policies, or an AWS service."""

    arn: str
    account: str
    policies: tuple[Policy, ...] = (ANYTHING,)
    boundary: Policy | None = None
    told: Mapping[str, str] = field(default_factory=dict)  # what AWS says of every request of this caller's

    @property
    def session(self) -> Mapping[str, str]:
        """The keys of a session's requests; a service has none but its own."""
        if not self.arn.startswith("arn:"):
            return {"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": self.arn}
        return {"aws:PrincipalAccount": self.account, "aws:PrincipalIsAWSService": "false"}


@dataclass(frozen=True)
class Environment:
    """One environment's roles and boundaries, from the JSON of its two stacks."""

    account: str
    platform: SynthesisedStack
    bootstrap: SynthesisedStack

    @property
    def name(self) -> str:
        return self.platform.name

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{REGION}:{self.account}:{resource}"

    def role(self, name: str, *, path: str | None = None) -> str:
        """The ARN of a role by the last part of its name; the platform's own are below its path."""
        return f"arn:aws:iam::{self.account}:role{path or f'/{self.name}-ffp/'}{self.name}-ffp-{name}"

    def boundary(self, document: str) -> Policy:
        return rendered(self.bootstrap, f"{document}_access_document", self._arn_of(self.bootstrap))

    def document(self, name: str) -> Policy:
        """One policy of the platform."""
        return rendered(self.platform, name, self._arn_of(self.platform))

    def key_policy(self) -> Policy:
        """What the policy of each key says of the account's own roles: that IAM decides."""
        account = {"AWS": f"arn:aws:iam::{self.account}:root"}
        statement = {"Effect": "Allow", "Principal": account, "Action": "kms:*", "Resource": "*"}
        return {"Version": "2012-10-17", "Statement": [statement]}

    def ci(self, role: str, *, boundary: str = "delivery-boundary") -> Caller:
        """The session of one of CI's roles."""
        return self._session(role, self.bootstrap, "/", self.boundary(boundary))

    def of_role(self, role: str, *, policies: tuple[Policy, ...] = (), function: str | None = None) -> Caller:
        """A session of one of the platform's roles: of a function's code, or of whoever else took it on."""
        told = {"lambda:SourceFunctionArn": self.arn("lambda", f"function:{function}")} if function else {}
        name = f"{self.name}-ffp-{role}"
        assert any(each.attributes["name"] == name for each in self.platform.of_type("aws_iam_role"))
        caller = self._session(role, self.platform, f"/{self.name}-ffp/", self.boundary("boundary"), told)
        return replace(caller, policies=policies or caller.policies)

    def of_backup(self, role: str) -> Caller:
        """A session of one of AWS Backup's roles, to which others granted everything."""
        caller = self._session(role, self.bootstrap, "/", self.boundary(f"{role}-boundary"))
        return replace(caller, policies=(ANYTHING,))

    def made_by_deploy(self) -> Caller:
        """A role that the deploy role made, with every permission that a policy can give; no function runs under it."""
        named = {"aws:PrincipalArn": self.role("made")}
        return Caller(self._assumed("made"), self.account, boundary=self.boundary("boundary"), told=named)

    def roles(self) -> dict[str, list[dict[str, Any]]]:
        """The statements of each of the platform's roles, by the last part of its name."""
        found: dict[str, list[dict[str, Any]]] = {}
        for name, statement in access.statements(self.platform):
            found.setdefault(name.removeprefix(f"{self.name}-ffp-"), []).append(statement)
        return found

    def _session(
        self, role: str, stack: SynthesisedStack, path: str, boundary: Policy, told: Mapping[str, str] | None = None
    ) -> Caller:
        statements = [each for name, each in access.statements(stack) if name == f"{self.name}-ffp-{role}"]
        policies = (policy(statements, self._arn_of(stack)),)
        named = {"aws:PrincipalArn": self.role(role, path=path), **(told or {})}
        return Caller(self._assumed(role), self.account, policies, boundary, named)

    def _assumed(self, role: str) -> str:
        return f"arn:aws:sts::{self.account}:assumed-role/{self.name}-ffp-{role}/session"

    def _arn_of(self, stack: SynthesisedStack) -> ArnOf:
        return lambda reference: self.arn_of(stack, reference)

    def arn_of(self, stack: SynthesisedStack, reference: str) -> str:
        """An ARN of the kind that AWS will give to what a statement refers to."""
        type_, name, *rest = reference.split(".")
        attributes = stack.by_address[f"{type_}.{name}"].attributes
        match type_:
            case "aws_backup_vault":
                return self.arn("backup", f"backup-vault:{attributes['name']}")
            case "aws_cloudfront_distribution":
                return f"arn:aws:cloudfront::{self.account}:distribution/E0A1B2C3D4E5F6"
            case "aws_cloudwatch_event_bus":
                return self.arn("events", f"event-bus/{attributes['name']}")
            case "aws_cognito_user_pool":
                return self.arn("cognito-idp", f"userpool/{REGION}_Abcdefghi")
            case "aws_db_instance" if rest[-1] == "secret_arn":
                return self.arn("secretsmanager", "secret:rds!db-0a1b2c3d-AbCdEf")
            case "aws_kms_key":
                return self.arn("kms", f"key/{name}")
            case "aws_lambda_alias":
                function = stack.by_address[f"aws_lambda_function.{name.removesuffix('_alias')}_function"]
                return self.arn("lambda", f"function:{function.attributes['function_name']}:{attributes['name']}")
            case "aws_s3_bucket":
                return f"arn:aws:s3:::{attributes['bucket']}"
            case "aws_secretsmanager_secret":
                return self.arn("secretsmanager", f"secret:{attributes['name']}-AbCdEf")
            case "aws_sns_topic":
                return self.arn("sns", str(attributes["name"]))
            case "aws_sqs_queue":
                return self.arn("sqs", str(attributes["name"]))
        raise AssertionError(f"{reference}: say here what its ARN looks like")


class Simulator:
    """The program, at work until it is closed."""

    def __init__(self) -> None:
        require(SIMULATOR if SIMULATOR.exists() else None, "the IAM simulator")
        self._process = subprocess.Popen(
            [os.environ["JSII_NODE"], str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )

    def close(self) -> None:
        self._process.communicate()

    def judge(
        self,
        caller: Caller,
        action: str,
        resource: str,
        *,
        owner: str | None = None,
        opened_by: Policy | None = None,
        under: Sequence[Policy] = (),
        told: Mapping[str, str] | None = None,
    ) -> str:
        """What comes of a request; `opened_by` is the resource's own policy, `under` are the organisation's."""
        request = {
            "principal": caller.arn,
            "action": action,
            "resource": {"resource": resource, "accountId": owner or caller.account},
            "contextVariables": {"aws:RequestedRegion": REGION, **caller.session, **caller.told, **(told or {})},
        }
        service = not caller.arn.startswith("arn:")
        simulation = {
            "request": request,
            "identityPolicies": [
                {"name": f"own-{number}", "policy": each}
                for number, each in enumerate(() if service else caller.policies)
            ],
            "serviceControlPolicies": [],
            "resourceControlPolicies": [
                {"orgIdentifier": "o-ffp", "policies": [{"name": "perimeter", "policy": each} for each in under]}
            ]
            if under
            else [],
            **(
                {"permissionBoundaryPolicies": [{"name": "boundary", "policy": caller.boundary}]}
                if caller.boundary
                else {}
            ),
            **({"resourcePolicy": opened_by} if opened_by else {}),
        }
        answer = self._ask(simulation)
        if "errors" in answer or "overallResult" not in answer:
            pytest.fail(f"the simulator cannot judge {action} on {resource}: {json.dumps(answer)[:800]}")
        # A key that the simulator does not know for an action it leaves out, and so would let no condition hold.
        # An action on `*` that nothing allows has no result of its own.
        if ignored := answer.get("result", {}).get("ignoredContextKeys"):
            pytest.fail(f"the simulator knows no {', '.join(ignored)} for {action}")
        return ALLOWED if answer["overallResult"] == "Allowed" else DENIED

    def _ask(self, simulation: Mapping[str, Any]) -> dict[str, Any]:
        if not (self._process.stdin and self._process.stdout):
            raise AssertionError("the simulator has no pipes")
        self._process.stdin.write(f"{json.dumps(simulation)}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer
