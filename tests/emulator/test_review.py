"""Reviews of real plans: each dangerous change is seen where it is, whatever its category, and nothing else is.

The plans are of the platform as it is deployed, with its stack changed in a folder of its own. Nothing is applied; what
is changed by hand is changed back.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ffp import stacks, terraform
from ffp.emulator.platform import Platform
from ffp.project import BadInputError
from ffp.review import plans
from ffp.review.concern import Concern, Grade, Topic
from ffp.review.plan import Plan
from ffp.review.side import Side
from ffp.review.verdict import concerns
from ffp.stacks import SynthesisedStack

Document = dict[str, Any]
Found = tuple[Topic, str]


@dataclass
class Draft:
    """A changed stack. Each block is changed once at most, so that what is found can be told apart."""

    document: Document
    expected: set[Found] = field(default_factory=set)

    def of_type(self, type_: str) -> Iterator[tuple[str, Document]]:
        """Address and block of the resources, or of the data sources, of a type."""
        section, _, kind = type_.rpartition(".")
        for name, block in self.document[section or "resource"].get(kind, {}).items():
            yield f"{type_}.{name}", block

    def first(self, type_: str, where: Callable[[Document], Any] = lambda _: True) -> tuple[str, Document]:
        return next((address, block) for address, block in self.of_type(type_) if where(block))

    def expect(self, topic: Topic, address: str) -> None:
        self.expected.add((topic, address))

    def role_policy(self, role: str) -> tuple[str, Document]:
        """Address and block of a role's own policy."""
        return self.first("aws_iam_role_policy", lambda each: f"{role}." in each["role"])

    def allow(self, role: str, **statement: Any) -> None:
        """Adds a statement to a role's policy."""
        address, policy = self.role_policy(role)
        name = policy["policy"].split(".")[2]
        self.document["data"]["aws_iam_policy_document"][name]["statement"].append(statement)
        self.expect(Topic.ACCESS, address)


@dataclass(frozen=True)
class Planner:
    """Plans changed stacks of the deployed platform."""

    platform: Platform
    folder: Path

    @property
    def deployed(self) -> SynthesisedStack:
        return stacks.read(self.platform.folder / stacks.FILE_NAME)

    def draft(self) -> Draft:
        return Draft(json.loads(self.deployed.path.read_text(encoding="utf-8")))

    def plan(self, name: str, draft: Draft, *arguments: str) -> tuple[Plan, SynthesisedStack]:
        """The plan as it is read from Terraform's own file, and the stack that was planned."""
        folder = self.folder / name / self.platform.name
        shutil.copytree(self.platform.folder, folder, symlinks=True)
        file = folder / stacks.FILE_NAME
        file.write_text(json.dumps(draft.document, indent=2), encoding="utf-8")
        program, variables = self.platform.program, self.platform.environment_variables
        saved = folder / "review.tfplan"
        options = ("-input=false", "-lock=false", f"-out={saved}", *arguments)
        terraform.run(program, folder, variables, "plan", *options)
        stack = stacks.read(file)
        return plans.read(saved, stack), stack

    def review(self, name: str, draft: Draft) -> tuple[list[Concern], list[Concern], Plan]:
        """What the plan alone says, what it says together with the JSON, and the plan."""
        plan, after = self.plan(name, draft)
        derived = concerns(Side(self.deployed), Side(after))
        return plan.concerns(None), plan.concerns(self.deployed, derived), plan


@pytest.fixture(scope="module")
def planner(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Planner:
    return Planner(platform, tmp_path_factory.mktemp("plans"))


def _red(found: list[Concern]) -> set[Found]:
    return {(each.topic, each.address) for each in found if each.grade == Grade.RED}


def _all(found: list[Concern]) -> set[Found]:
    return {(each.topic, each.address) for each in found}


def test_a_plan_that_changes_nothing_has_no_concern(planner: Planner) -> None:
    """Although the provider reads back what the program does not say, and calls some of it drift."""
    alone, both, plan = planner.review("nothing", planner.draft())
    assert [address for address, each in plan.changes.items() if not each.is_nothing] == []
    assert alone == both == []
    assert plan.drift == {}


def _harmless(draft: Draft) -> None:
    _, bucket = draft.first("aws_s3_bucket")
    bucket["tags"] = {"team": "media"}
    _, function = draft.first("aws_lambda_function")
    function |= {"memory_size": 2048, "description": "Somebody explains it better", "source_code_hash": "b3RoZXI="}
    for _, group in draft.of_type("aws_cloudwatch_log_group"):
        group["retention_in_days"] = 3653
    _, database = draft.first("aws_db_instance")
    database |= {"backup_retention_period": 35, "deletion_protection": True, "allocated_storage": 100}
    _, alarm = draft.first("aws_cloudwatch_metric_alarm")
    draft.document["resource"]["aws_cloudwatch_metric_alarm"]["one-more"] = alarm | {"alarm_name": "one-more", "//": {}}
    alarm["alarm_description"] = "Somebody explains it better"
    alarms = draft.document["resource"]["aws_cloudwatch_metric_alarm"]
    *_, name = alarms
    alarms["another-name"] = alarms.pop(name) | {"alarm_name": "another-name"}
    for provider in draft.document["provider"]["aws"]:  # Terraform then changes whatever has tags
        provider["default_tags"][0]["tags"]["team"] = "media"
    documents = [block for _, block in draft.of_type("data.aws_iam_policy_document") if len(block["statement"]) > 1]
    for each in documents:
        each["statement"].reverse()
        for statement in each["statement"]:
            statement["actions"].reverse()
    narrowed = next(statement for each in documents for statement in _allowing(each) if len(statement["actions"]) > 1)
    narrowed["actions"].pop()


def _allowing(document: Document) -> Iterator[Document]:
    """The statements of an identity policy that allow something."""
    for statement in document["statement"]:
        if statement.get("effect") != "Deny" and "principals" not in statement:
            yield statement


def test_harmless_changes_have_none(planner: Planner) -> None:
    draft = planner.draft()
    _harmless(draft)
    alone, both, plan = planner.review("harmless", draft)
    changed = {each.type for each in plan.changes.values() if not each.is_nothing}
    assert {"aws_s3_bucket", "aws_lambda_function", "aws_cloudwatch_log_group", "aws_db_instance"} < changed
    assert {"aws_cloudwatch_metric_alarm", "aws_iam_role_policy"} < changed
    assert alone == both == []


def _in_place(draft: Draft) -> None:
    """A change of each category that Terraform makes in place."""
    address, block = draft.first("aws_s3_bucket_public_access_block")
    block["block_public_policy"] = False
    draft.expect(Topic.EXPOSURE, address)
    address, block = draft.first("aws_s3_bucket_versioning")
    block["versioning_configuration"]["status"] = "Suspended"
    draft.expect(Topic.RECOVERY, address)
    address, block = draft.first("aws_db_instance")
    block["backup_retention_period"] = 0
    draft.expect(Topic.RECOVERY, address)
    address, block = draft.first("aws_apigatewayv2_route", lambda each: each["authorization_type"] != "NONE")
    del block["authorizer_id"], block["authorization_scopes"]
    block["authorization_type"] = "NONE"
    draft.expect(Topic.EXPOSURE, address)
    address, block = draft.first("aws_cloudwatch_metric_alarm", lambda each: each.get("alarm_actions"))
    block["actions_enabled"] = False
    draft.expect(Topic.WATCHING, address)
    address, block = draft.first("aws_cloudwatch_log_group")
    block["retention_in_days"] = 1
    draft.expect(Topic.WATCHING, address)
    address, block = draft.first("aws_lambda_function", lambda each: each.get("environment"))
    block["environment"]["variables"]["DATABASE_PASSWORD"] = "correct-horse-battery-staple"
    draft.expect(Topic.SECRET, address)
    address, _ = draft.first("aws_security_group")
    draft.document["resource"]["aws_vpc_security_group_ingress_rule"]["one-more"] = {
        "security_group_id": f"${{{address}.id}}",
        "cidr_ipv4": "0.0.0.0/0",
        "ip_protocol": "tcp",
        "from_port": 22,
        "to_port": 22,
    }
    draft.expect(Topic.EXPOSURE, "aws_vpc_security_group_ingress_rule.one-more")
    role, _ = draft.first("aws_iam_role")
    draft.allow(role, actions=["s3:DeleteObjectVersion"], resources=["*"])
    address, block = draft.first("aws_cognito_user_pool")
    block["password_policy"]["minimum_length"] = 6
    draft.expect(Topic.EXPOSURE, address)


def test_each_danger_in_place_is_seen_and_nothing_else(planner: Planner) -> None:
    draft = planner.draft()
    _in_place(draft)
    alone, both, plan = planner.review("in-place", draft)
    assert _red(alone) == _red(both) == _all(both) == draft.expected
    assert len(both) == len(draft.expected)
    assert not any(each.is_destroying for each in plan.changes.values())


def _destroying(draft: Draft) -> None:
    """Replacements and deletions, and beside them a policy that nobody knows before the apply."""
    address, block = draft.first("aws_db_instance")
    block["storage_encrypted"] = False
    draft.expect(Topic.LOSS, address)
    draft.expect(Topic.EXPOSURE, address)
    address, block = draft.first("aws_secretsmanager_secret")
    block["name"] += "-2"
    draft.expect(Topic.LOSS, address)
    del draft.document["resource"]["aws_flow_log"]
    address, _ = draft.first("aws_vpc")
    draft.expect(Topic.WATCHING, address)
    draft.document["resource"]["aws_kms_key"]["one-more"] = {
        "description": "One more",
        "enable_key_rotation": True,
        "deletion_window_in_days": 30,
    }
    role, _ = draft.first("aws_iam_role")
    draft.allow(role, actions=["kms:*"], resources=["${aws_kms_key.one-more.arn}"])


def test_destruction_and_access_by_an_unknown_policy_are_seen_and_nothing_else(planner: Planner) -> None:
    draft = planner.draft()
    _destroying(draft)
    alone, both, plan = planner.review("destroying", draft)
    assert _red(alone) == _red(both) == draft.expected
    replaced = [address for address, each in plan.changes.items() if each.is_replacement]
    reasons = {each.address: each.title for each in both if each.topic == Topic.LOSS}
    assert all("storage_encrypted changes" in reasons[each] for each in replaced if each.startswith("aws_db_instance."))
    assert any("known after the apply, and shown from the program" in each for each in plan.unknowns)


@contextmanager
def _opened_by_hand(planner: Planner) -> Iterator[str]:
    """Somebody lets a bucket have a public policy; gives the address of what was changed."""
    block = planner.deployed.of_type("aws_s3_bucket_public_access_block")[0]
    bucket = planner.deployed.by_address[str(block.attributes["bucket"]).removeprefix("${").removesuffix(".id}")]
    account = planner.platform.account
    s3 = account.client(account.root, "s3")
    name = bucket.attributes["bucket"]
    settings = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=settings | {"BlockPublicPolicy": False})
    try:
        yield block.address
    finally:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=settings)


def test_what_somebody_opened_by_hand_is_seen_and_red_unless_the_plan_closes_it(planner: Planner) -> None:
    with _opened_by_hand(planner) as address:
        plan, after = planner.plan("drift", planner.draft())
        (concern,) = plan.concerns(planner.deployed, concerns(Side(planner.deployed), Side(after)))
        assert (concern.grade, concern.topic, concern.address) == (Grade.AMBER, Topic.EXPOSURE, address)
        assert concern.title.startswith("Changed outside of Terraform: ")
        assert plan.changes[address].actions == ("update",)
        refreshed, _ = planner.plan("refresh", planner.draft(), "-refresh-only")
        assert refreshed.is_refresh_only
        assert _red(refreshed.concerns(planner.deployed)) == {(Topic.EXPOSURE, address)}


def test_a_plan_of_some_resources_is_refused(planner: Planner) -> None:
    address, _ = planner.draft().first("aws_kms_key")
    with pytest.raises(BadInputError, match="is incomplete, as with -target"):
        planner.plan("target", planner.draft(), f"-target={address}", "-refresh=false")
