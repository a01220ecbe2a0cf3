"""Both forms of GitHub's subject, with ids and without, by the emulator's judgement of the trust that each gets.

An emulator of its own, with the roles of the bootstrap stack and nothing else. The tokens are made from GitHub's
reference (ffp/emulator/github.py); of their claims, the emulator knows those that AWS lists.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from ffp.emulator import github
from ffp.emulator.account import Account, github_environments
from settings import Environment, RepositoryIds, StateSettings, environments
from tests.emulator.calls import REFUSED, WORKS, outcome
from tests.launches import bare_emulator
from tests.modules.granted import changed
from tests.rendered import no_references, rendered

LOCAL = environments.load()["local"]
OWNER, NAME = "ffp-example", "infrastructure"
IDS = RepositoryIds(owner=11, repository=22)
FORMS = {
    "ids": StateSettings(repository=f"{OWNER}/{NAME}", repository_ids=IDS),
    "plain": StateSettings(repository=f"{OWNER}/{NAME}", repository_ids=None),
}
SUBJECTS = {"ids": f"repo:{OWNER}@11/{NAME}@22:environment:{{}}", "plain": f"repo:{OWNER}/{NAME}:environment:{{}}"}
TRUSTED = github_environments("local")


@dataclass(frozen=True)
class Roles:
    """The roles of CI under one form, in an account."""

    form: str
    account: Account

    def assume(self, role: str, **claims: str) -> str:
        """What comes of it when a job of the role's GitHub environment, which claims this besides, takes the role."""
        return outcome(lambda: self.account.assume(role, environment=TRUSTED[role], **claims))


@pytest.fixture(scope="module", params=FORMS)
def roles(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roles]:
    settings: Environment = replace(LOCAL, state=FORMS[request.param])
    stack = changed(tmp_path_factory.mktemp("stack"), "local", state=settings.state)
    with bare_emulator(tmp_path_factory.mktemp("emulator")) as bare:
        account = replace(bare, settings=settings)
        iam = account.client(account.root, "iam")
        iam.create_open_id_connect_provider(Url=github.ISSUER, ClientIDList=[github.AUDIENCE])
        for role in TRUSTED:
            trust = rendered(stack, f"{role}_trust_document", no_references)
            iam.create_role(RoleName=account.name(role), AssumeRolePolicyDocument=json.dumps(trust))
        yield Roles(request.param, account)


@pytest.mark.parametrize("role", TRUSTED)
def test_job_of_the_repository_takes_on_its_role(roles: Roles, role: str) -> None:
    assert _claims(roles, role)["sub"] == SUBJECTS[roles.form].format(TRUSTED[role])
    assert roles.assume(role) == WORKS


@pytest.mark.parametrize("role", TRUSTED)
def test_subject_of_the_other_form_is_refused(roles: Roles, role: str) -> None:
    (other,) = SUBJECTS.keys() - {roles.form}
    assert roles.assume(role, sub=SUBJECTS[other].format(TRUSTED[role])) == REFUSED


@pytest.mark.parametrize("role", TRUSTED)
def test_repository_that_took_over_the_names_is_refused(roles: Roles, role: str) -> None:
    """By its ids, in the subject and by themselves; a token without ids in its subject cannot show who it is."""
    ids = {"repository_id": "999", "repository_owner_id": "998"}
    subject = f"repo:{OWNER}@998/{NAME}@999:environment:{TRUSTED[role]}"
    assert roles.assume(role, **ids, sub=subject) == REFUSED
    assert roles.assume(role, **ids) == (REFUSED if roles.form == "ids" else WORKS)


@pytest.mark.parametrize(
    "ref", ["refs/heads/change", "refs/heads/main-too", "refs/tags/main", "refs/pull/1/merge", "main", ""]
)
def test_deploy_role_is_for_jobs_on_main(roles: Roles, ref: str) -> None:
    assert _claims(roles, "deploy")["ref"] == "refs/heads/main"
    assert roles.assume("deploy", ref=ref) == REFUSED


def test_plan_role_is_for_pull_requests_too(roles: Roles) -> None:
    assert _claims(roles, "plan")["ref"] == "refs/pull/1/merge"
    assert roles.assume("plan", ref="refs/heads/main") == WORKS


def _claims(roles: Roles, role: str) -> dict[str, Any]:
    return github.claims(roles.account.settings.state, TRUSTED[role])
