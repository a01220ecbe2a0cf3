"""Whom the roles of CI let in, by the emulator's judgement of their trust.

It reads a token's issuer, audience, subject and the claims of GitHub's that AWS knows. It checks neither signature nor
expiry: only AWS refuses a forged token and an old one.
"""

import pytest

from ffp.emulator.account import Account, github_environments
from settings import environments
from tests.emulator import chosen
from tests.emulator.calls import REFUSED, clients, outcome

STATE = environments.load()["local"].state
assert STATE.repository_ids
OWNER, NAME = STATE.repository.split("/")
OWNER_ID, NAME_ID = STATE.repository_ids.owner, STATE.repository_ids.repository
REPOSITORY = f"{OWNER}@{OWNER_ID}/{NAME}@{NAME_ID}"
TRUSTED = github_environments("local")
# What differs from the token that is let in.
STRANGERS = {
    "another environment": {"sub": f"repo:{REPOSITORY}:environment:prod"},
    "an environment that begins alike": {"sub": f"repo:{REPOSITORY}:environment:local-plan-too"},
    "a branch": {"sub": f"repo:{REPOSITORY}:ref:refs/heads/main"},
    "a pull request": {"sub": f"repo:{REPOSITORY}:pull_request"},
    "another repository": {"sub": f"repo:{OWNER}@{OWNER_ID}/website@1:environment:{{environment}}"},
    "a repository that begins alike": {
        "sub": f"repo:{OWNER}@{OWNER_ID}/{NAME}-fork@{NAME_ID}:environment:{{environment}}"
    },
    "a repository of another owner": {"sub": f"repo:someone@1/{NAME}@{NAME_ID}:environment:{{environment}}"},
    "another repository with a forged subject": {"repository_id": "1"},
    "a subject without ids": {"sub": f"repo:{OWNER}/{NAME}:environment:{{environment}}"},
    "a wildcard": {"sub": "*"},
    "another audience": {"aud": "https://github.com/ffp-example"},
    "another issuer": {"iss": "https://gitlab.com"},
    "an issuer that begins alike": {"iss": "https://token.actions.githubusercontent.com.example"},
    "an issuer below GitHub's": {"iss": "https://token.actions.githubusercontent.com/ffp-example"},
}


@pytest.mark.parametrize(("role", "environment"), TRUSTED.items())
def test_the_repository_takes_on_the_role_of_its_github_environment(
    account: Account, role: str, environment: str
) -> None:
    session = account.assume(role, environment=environment)
    assert f"assumed-role/local-ffp-{role}/" in account.client(session, "sts").get_caller_identity()["Arn"]


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("role", TRUSTED)
def test_a_token_of_any_other_kind_is_refused(account: Account, role: str, stranger: str) -> None:
    environment = TRUSTED[role]
    claims = {name: value.format(environment=environment) for name, value in STRANGERS[stranger].items()}
    assert outcome(lambda: account.assume(role, environment=environment, **claims)) == REFUSED


def test_neither_environment_opens_the_other_role(account: Account) -> None:
    assert outcome(lambda: account.assume("deploy", environment=TRUSTED["plan"])) == REFUSED
    assert outcome(lambda: account.assume("plan", environment=TRUSTED["deploy"])) == REFUSED


@pytest.mark.parametrize("role", TRUSTED)
def test_nobody_takes_on_a_role_of_ci_without_a_token(account: Account, role: str) -> None:
    sessions = {
        "root": account.root,
        "a function": account.as_function(chosen.GROUP),
        **{name: account.assume(name, environment=environment) for name, environment in TRUSTED.items()},
    }
    seen = {
        who: outcome(
            lambda session=session: clients(account, session)("sts").assume_role(  # type: ignore[misc]
                RoleArn=account.role(role), RoleSessionName=role
            )
        )
        for who, session in sessions.items()
    }
    assert seen == dict.fromkeys(sessions, REFUSED)


@pytest.mark.parametrize("role", TRUSTED)
def test_no_token_opens_a_role_of_a_function(account: Account, role: str) -> None:
    assert outcome(lambda: account.assume(chosen.GROUP, environment=TRUSTED[role])) == REFUSED
