"""The claims of GitHub's OIDC tokens, according to GitHub's reference and independent of our policies.

https://docs.github.com/en/actions/reference/security/oidc describes them. All values are strings, including ids.
"""

from datetime import UTC, datetime, timedelta

from settings import StateSettings

ISSUER = "https://token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
_COMMIT = "0" * 40
_SAMPLE_ID = "456789"


def claims(settings: StateSettings, environment: str) -> dict[str, str | int]:
    """The claims of a job in a GitHub environment: for a pull request in one that plans, else for a push to main."""
    owner, name = settings.repository.split("/")
    ids, now = settings.repository_ids, datetime.now(UTC)
    subject = f"{owner}@{ids.owner}/{name}@{ids.repository}" if ids else settings.repository
    job = _pull_request() if environment.endswith("-plan") else _push()
    workflow = f"{settings.repository}/.github/workflows/deliver.yml@{job['ref']}"
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": f"repo:{subject}:environment:{environment}",
        "jti": "00000000-0000-4000-8000-000000000000",
        "iat": int(now.timestamp()),
        "nbf": int((now - timedelta(minutes=10)).timestamp()),
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        **job,
        "actor": "octocat",
        "actor_id": "583231",
        "environment": environment,
        "job_workflow_ref": workflow,
        "job_workflow_sha": _COMMIT,
        "repository": settings.repository,
        "repository_id": str(ids.repository) if ids else _SAMPLE_ID,
        "repository_owner": owner,
        "repository_owner_id": str(ids.owner) if ids else _SAMPLE_ID,
        "repository_visibility": "private",
        "run_attempt": "1",
        "run_id": "1",
        "run_number": "1",
        "runner_environment": "github-hosted",
        "sha": _COMMIT,
        "workflow": "deliver",
        "workflow_ref": workflow,
        "workflow_sha": _COMMIT,
    }


def _push() -> dict[str, str]:
    return {"event_name": "push", "ref": "refs/heads/main", "ref_type": "branch", "base_ref": "", "head_ref": ""}


def _pull_request() -> dict[str, str]:
    return {
        "event_name": "pull_request",
        "ref": "refs/pull/1/merge",
        "ref_type": "branch",
        "base_ref": "main",
        "head_ref": "change",
    }
