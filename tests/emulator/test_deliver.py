"""A delivery as CI makes it: planned by one role, stored, reviewed, approved, applied by the other, or refused."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from ffp import compare, git, scan, stacks
from ffp.deliver import applying, drift, planning, store
from ffp.deliver.drift import Cause
from ffp.deliver.place import FOLDER, Place
from ffp.deliver.ticket import Ticket, read
from ffp.emulator.launch import Launch
from ffp.project import BadInputError
from ffp.review.report import Review
from ffp.terraform import TerraformError
from settings import AllowedDrift, environments
from settings.names import role_path
from tests.emulator.small_platform import SmallPlatform, make, up
from tests.emulator.small_platform import read as read_stack
from tests.emulator.small_platform import write as write_stack
from tests.launches import require_terraform

_COMMIT, _BEFORE, _ROLE = "c" * 40, "b" * 40, "aws_iam_role"


@dataclass
class Delivery:
    """Delivers a copy of the platform's stack, as somebody may have changed it."""

    platform: SmallPlatform

    def place(self, role: str) -> Place:
        made = self.platform.place(role)
        return replace(made, settings=replace(made.settings, state=replace(made.settings.state, approval=True)))

    def edit(self, type_: str, **values: object) -> None:
        """Changes the first block of a type."""
        stack = read_stack(self.platform.folder)
        next(iter(stack["resource"][type_].values())).update(values)
        write_stack(self.platform.folder, stack)

    def plan(self, *, against: str | None = _BEFORE) -> Ticket:
        made = planning.plan(self.place("plan"), environments.load(), against=against, keep=True, report=print)
        assert made.ticket is not None
        return made.ticket

    def apply(self, ticket: Ticket, approval: str | None = "") -> None:
        written = f"Looks good: {ticket.code}" if approval == "" else approval
        applying.apply(self.place("deploy"), environments.load(), ticket, approved=lambda _: written, report=print)

    def refusal(self, ticket: Ticket, approval: str | None = "") -> str:
        """Why a ticket is refused."""
        before = self.state()
        with pytest.raises(BadInputError) as refused:
            self.apply(ticket, approval)
        assert self.state() == before
        assert not list(self.place("deploy").folder.glob("*.tfplan"))
        assert not list(FOLDER.glob(".local-*"))
        return str(refused.value)

    def state(self) -> str:
        """The version of the platform's state."""
        place, root = self.place("deploy"), self.platform.account.root
        s3 = self.platform.account.client(root, "s3")
        return str(s3.head_object(Bucket=place.bucket, Key=f"{place.name}/terraform.tfstate")["VersionId"])

    def descriptions(self) -> set[str]:
        """What the roles of the account say that they are for."""
        iam = self.platform.account.client(self.platform.account.root, "iam")
        return {str(each.get("Description")) for each in iam.list_roles()["Roles"]}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, sample_output: Path) -> Iterator[SmallPlatform]:
    """A platform whose deploy takes seconds."""
    require_terraform()
    platform = make(tmp_path_factory.mktemp("deliver"), sample_output)
    try:
        up(platform)
        yield platform
    finally:
        Launch(platform).stop()


@pytest.fixture
def delivery(small: SmallPlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Delivery:
    """The deployed platform, of which a commit is planned that git does not know."""
    output = tmp_path / "out"
    shutil.copytree(small.output, output, symlinks=True)
    deployed = {each.name: each for each in stacks.load(small.output)}
    monkeypatch.setattr(git, "head", lambda: _COMMIT)
    monkeypatch.setattr(git, "changes", list)
    monkeypatch.setattr(compare, "of_commit", lambda _reference, _report: deployed)
    monkeypatch.setattr(compare, "commit_of", lambda reference: reference)
    monkeypatch.setattr(scan, "scan", lambda *_, **__: [])  # what was cut off leaves waivers without a use
    return Delivery(replace(small, output=output))


def test_the_reviewed_plan_is_the_one_that_is_applied(delivery: Delivery) -> None:
    delivery.edit(_ROLE, description="Delivered as it was reviewed")
    ticket = delivery.plan()
    delivery.apply(ticket)
    assert "Delivered as it was reviewed" in delivery.descriptions()
    deployed = store.deployed(delivery.place("plan"))
    assert deployed is not None
    assert deployed.commit == _COMMIT
    again = planning.plan(delivery.place("plan"), environments.load(), against=None, keep=False, report=print)
    assert again.review.before == f"{_COMMIT}, which is deployed"
    assert again.review.concerns == ()


def test_what_is_not_the_reviewed_plan_is_refused_with_the_way_on(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.edit(_ROLE, description="Refused in many ways")
    ticket = delivery.plan()
    # Unapproved, and approved with the code of something else.
    assert f"approve with the code {ticket.code}" in delivery.refusal(ticket, None)
    assert "does not contain the code" in delivery.refusal(ticket, "looks good")
    # Another environment, bucket and place, all at once.
    foreign = replace(ticket, environment="prod", bucket="prod-ffp-state-1", key="plans/prod/a.tfplan")
    assert "it is for prod, and not for local" in delivery.refusal(foreign)
    elsewhere = delivery.refusal(replace(ticket, bucket="somebodys", key="plans/prod/a.tfplan", stack="0" * 64))
    assert [line.split(":")[0] for line in elsewhere.splitlines()] == ["ticket"] * 3
    # Another commit, and what is not committed.
    assert "is checked out" in delivery.refusal(replace(ticket, commit="d" * 40))
    monkeypatch.setattr(git, "changes", lambda: ["modules/new.py"])
    assert "modules/new.py differs" in delivery.refusal(ticket)
    monkeypatch.setattr(git, "changes", list)
    # Too old.
    old = (datetime.now(UTC) - timedelta(hours=25)).isoformat()
    assert "25 hours ago" in delivery.refusal(replace(ticket, made=old))
    early = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert "-1 hours ago" in delivery.refusal(replace(ticket, made=early))
    # Swapped for another plan in the bucket, by who may write there; and gone.
    place = delivery.place("plan")
    other = store.put(place, b"PK\x03\x04 another plan", _COMMIT)
    swapped = delivery.refusal(replace(ticket, key=other.key, version=other.version))
    assert "somebody has changed the plan or the ticket" in swapped
    assert "no longer in" in delivery.refusal(replace(ticket, version="0" * 32))
    # A new version under the same name changes nothing: the ticket names the one that was stored.
    place.s3.put_object(**place.owned, Key=ticket.key, Body=b"tampered")
    # Unreviewed.
    assert "and read the review" in delivery.refusal(replace(ticket, review="0" * 64))
    delivery.apply(read(ticket.as_json()))
    # Stale: it was applied, or something else was.
    with pytest.raises(TerraformError, match="plan again: "):
        delivery.apply(ticket)


def test_what_changes_while_somebody_thinks_is_seen(delivery: Delivery) -> None:
    delivery.edit(_ROLE, description="Approved, and then swapped")
    ticket = delivery.plan()
    place = delivery.place("deploy")

    def approved(_: Review) -> str:
        (folder,) = FOLDER.glob(".local-*")
        (folder / planning.PLAN_FILE).write_bytes(b"another plan")
        return ticket.code

    with pytest.raises(BadInputError, match="somebody has changed "):
        applying.apply(place, environments.load(), ticket, approved=approved, report=print)
    assert "Approved, and then swapped" not in delivery.descriptions()


def test_an_unsilenced_danger_is_refused_whoever_approves_it(delivery: Delivery) -> None:
    delivery.edit("aws_kms_key", enable_key_rotation=False)
    ticket = delivery.plan()
    assert "silence it in the settings" in delivery.refusal(ticket)


def test_a_finding_of_the_scan_is_refused_whoever_approves_it(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.edit(_ROLE, description="Refused for a finding")
    ticket = delivery.plan()
    monkeypatch.undo()
    monkeypatch.setattr(git, "head", lambda: _COMMIT)
    monkeypatch.setattr(git, "changes", list)
    monkeypatch.setattr(compare, "of_commit", lambda _reference, _report: {})
    assert "waive it with a reason and a last day" in delivery.refusal(ticket)


def test_an_approval_that_nobody_needs_may_be_left_out_but_not_be_wrong(delivery: Delivery) -> None:
    delivery.edit(_ROLE, description="Deployed to an environment without approvals")
    ticket = delivery.plan()
    place = delivery.platform.place("deploy")
    assert place.settings.state.approval is False
    with pytest.raises(BadInputError, match="does not contain the code"):
        applying.apply(place, environments.load(), ticket, approved=lambda _: "no", report=print)
    assert "Deployed to an environment without approvals" not in delivery.descriptions()
    applying.apply(place, environments.load(), ticket, approved=None, report=print)
    assert "Deployed to an environment without approvals" in delivery.descriptions()


def test_who_plans_can_neither_read_a_plan_nor_deploy_one(delivery: Delivery) -> None:
    delivery.edit(_ROLE, description="Planned alone")
    ticket = delivery.plan()
    planner = delivery.place("plan")
    with pytest.raises(ClientError, match="AccessDenied"):
        planner.s3.get_object(**planner.owned, Key=ticket.key, VersionId=ticket.version)
    with pytest.raises(ClientError, match="AccessDenied"):
        planner.s3.put_object(**planner.owned, Key=f"{planner.name}/deployed.json", Body=b"{}")
    deployer = delivery.place("deploy")
    with pytest.raises(ClientError, match="AccessDenied"):
        deployer.s3.put_object(**deployer.owned, Key=ticket.key, Body=b"another")


@pytest.mark.parametrize("refused", [False, True])
def test_a_state_that_terraform_could_not_write_is_written_or_kept(
    delivery: Delivery, tmp_path: Path, refused: bool
) -> None:
    """Terraform's own errored.tfstate, which a stand-in leaves as if S3 had failed at the end of an apply."""
    delivery.edit(_ROLE, description="Applied, and not recorded")
    ticket, before = delivery.plan(), delivery.state()
    place = delivery.place("deploy")
    stand_in = tmp_path / "terraform"
    stand_in.write_text(
        f"""#!/bin/sh
real={place.program}
case "$*" in
    *" apply "*)
        "$real" -chdir={place.folder} state pull | sed 's/"serial": /"serial": 9/' > {place.folder}/errored.tfstate
        exit 1 ;;
    "state push"*) {"echo 'Error: no access'; exit 1" if refused else ""};;
esac
exec "$real" "$@"
"""
    )
    stand_in.chmod(0o755)
    with pytest.raises(TerraformError) as failed:
        applying.apply(
            replace(place, program=stand_in), environments.load(), ticket, approved=lambda _: ticket.code, report=print
        )
    assert not (place.folder / "errored.tfstate").exists()
    root = delivery.platform.account.client(delivery.platform.account.root, "s3")
    if not refused:
        assert "is written now" in str(failed.value)
        assert delivery.state() != before
        return
    key = f"{place.name}/errored.tfstate"
    assert f"the only record of what was created is {key} in {place.bucket}, version " in str(failed.value)
    assert "no access" in str(failed.value)
    kept = json.loads(root.get_object(Bucket=place.bucket, Key=key)["Body"].read())
    assert kept["serial"] > json.loads(delivery.platform.state(delivery.platform.folder))["serial"]
    assert delivery.state() == before
    for attempt in (place.s3.get_object, place.s3.delete_object):
        with pytest.raises(ClientError, match="AccessDenied"):
            attempt(**place.owned, Key=key)


def test_a_plan_of_more_than_the_commit_is_not_stored(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "changes", lambda: ["a.py", "b.py"])
    with pytest.raises(BadInputError, match=r"a.py and 1 more differ from ccccccccc"):
        delivery.plan()


def _drift(place: Place) -> dict[Cause, dict[str, str]]:
    found = drift.find(place, datetime.now(UTC).date(), print)
    by_cause: dict[Cause, dict[str, str]] = {}
    for each in found.differences:
        by_cause.setdefault(each.cause, {})[each.address] = each.says
    return by_cause


def test_a_drift_by_hand_is_told_from_noise_and_from_code_that_is_not_applied(delivery: Delivery) -> None:
    place = delivery.place("plan")
    assert Cause.HAND not in _drift(place)
    account = delivery.platform.account
    iam = account.client(account.root, "iam")
    role = next(iter(iam.list_roles(PathPrefix=role_path("local"))["Roles"]))
    iam.update_role(RoleName=role["RoleName"], Description="Changed by hand")
    try:
        delivery.edit("aws_kms_key", description="A key that the code describes otherwise")
        found = _drift(delivery.place("plan"))
        ((address, says),) = found[Cause.HAND].items()
        assert (address.split(".")[0], says) == (_ROLE, "description changed")
        assert "aws_kms_key" in {each.split(".")[0] for each in found[Cause.CODE]}
        until = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
        reason = "A drill, agreed on Monday"
        allowed = AllowedDrift(address=address, attribute="description", because=reason, until=until)
        tolerant = replace(place, settings=replace(place.settings, allowed_drift=(allowed,)))
        assert _drift(tolerant)[Cause.ALLOWED] == {address: "description changed"}
        assert Cause.HAND not in _drift(tolerant)
    finally:
        iam.update_role(RoleName=role["RoleName"], Description=role.get("Description", ""))
