"""Remote state, and who in CI may use it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from environments.settings.base import Problem, Settings, between, matching, one_of
from environments.settings.types import LogRetentionDays


@dataclass(frozen=True, kw_only=True)
class State(Settings):
    """One bucket an environment, made by its bootstrap stack; the lock is S3's own."""

    repository: Annotated[
        str,
        matching(
            r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+",
            "must be owner/name",
            "write the GitHub repository like ffp/infrastructure",
        ),
    ] = "ffp-example/infrastructure"
    # An account has one OIDC provider for GitHub: environments that share an account name the one whose bootstrap
    # owns it.
    oidc_provider_owner: Annotated[str, one_of("dev", "staging", "prod")] | None = None
    old_versions_days: Annotated[int, between(30, 3650, "days")] = 365
    old_versions_kept: Annotated[int, between(1, 100, "versions")] = 100
    log_retention_days: LogRetentionDays = 365

    def rules(self) -> Iterator[Problem]:
        if self.repository.endswith(".git"):
            yield Problem("repository", self.repository, "must not end in .git", "leave the ending out")
