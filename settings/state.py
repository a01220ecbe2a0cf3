"""The remote state, and the repository whose CI may use it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from settings.base import Problem, Settings, between, each_of, matching, must
from settings.types import LogRetentionDays

_READ_THEM = "read both with: gh api repos/OWNER/NAME --jq '.owner.id, .id'"
_Id = Annotated[int, must(lambda value: value > 0, "must be a positive whole number", _READ_THEM)]


@dataclass(frozen=True, kw_only=True)
class RepositoryIds(Settings):
    """GitHub's ids of a repository and its owner. Unlike their names, nobody else can take them over."""

    owner: _Id
    """The id of the owner: a person or an organisation."""

    repository: _Id
    """The id of the repository."""


# In the bucket: the folder of saved plans, with one for each environment, and beside each state the object that tells
# which commit was deployed last, and a state that Terraform could not write (which Terraform itself calls so).
PLANS, RECORD, ERRORED = "plans", "deployed.json", "errored.tfstate"

# The roles of CI, and how long the credentials of each are valid. They must outlast the job: Terraform needs them to
# write its state. AWS accepts no less than an hour.
PLAN, DEPLOY, SMOKE = "plan", "deploy", "smoke"
SESSION_SECONDS = {PLAN: 3600, DEPLOY: 7200, SMOKE: 3600}
SAMPLE_REPOSITORY = "ffp-example/infrastructure"
SAMPLE_IDS = RepositoryIds(owner=1234567, repository=7654321)


@dataclass(frozen=True, kw_only=True)
class StateSettings(Settings):
    """The state: one bucket for each environment, made by its bootstrap stack and locked by S3 itself."""

    repository: Annotated[
        str,
        matching(
            r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+",
            "must be owner/name",
            "write the GitHub repository like ffp/infrastructure",
        ),
    ] = SAMPLE_REPOSITORY
    """The GitHub repository whose workflows may plan and deploy. Whoever can merge there can change the environment."""

    repository_ids: RepositoryIds | None = SAMPLE_IDS
    """GitHub's ids of that repository, which CI tokens must carry. None only for repositories whose tokens name them
    without ids: created before 15 July 2026, not renamed or transferred since, and not opted in."""

    approval: bool = True
    """Whether somebody must approve each deploy with the code of its plan and review. Only a disposable environment may
    do without."""

    oidc_provider_owner: str | None = None
    """The environment whose bootstrap makes the account's OIDC provider for GitHub, since an account can have only one.
    None where the account is this environment's own."""

    old_versions_days: Annotated[int, between(30, 3650, "days")] = 365
    """Days after which old versions of the state expire, apart from the newest ones."""

    old_versions_kept: Annotated[int, between(1, 100, "versions")] = 100
    """Newest old versions of the state that never expire."""

    plans_days: Annotated[int, between(1, 30, "days")] = 7
    """Days for which saved plans are kept beside the state; a day later their versions are gone. A plan holds what the
    state holds, so that a short time is better; one that waits longer than a day is refused anyhow."""

    log_retention_days: LogRetentionDays = 365
    """Days for which the access log of the state's bucket is kept. Patient data demands 365."""

    def rules(self) -> Iterator[Problem]:
        return each_of(self._repository(), self._ids())

    def _repository(self) -> Iterator[Problem]:
        if self.repository.endswith(".git"):
            yield Problem("repository", self.repository, "must not end in .git", "leave the ending out")

    def _ids(self) -> Iterator[Problem]:
        if self.repository != SAMPLE_REPOSITORY and self.repository_ids == SAMPLE_IDS:
            yield Problem(
                "repository_ids",
                self.repository_ids,
                f"must be the ids of {self.repository}, not the sample's",
                f"{_READ_THEM}; give None if the repository is older than 15 July 2026 and was not renamed since",
            )
