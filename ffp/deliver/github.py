"""GitHub's REST interface, as far as deliveries need it: lists of any length, comments, and a run's approvals."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from ffp.project import BadInputError, ToolError

_VERSION = "2022-11-28"  # of the interface: docs.github.com/en/rest/about-the-rest-api/api-versions
_SECONDS = 30  # until an answer; GitHub ends a request after ten
_A_PAGE = 100  # the most that GitHub lists at once
# What a workflow's job has in its environment: docs.github.com/en/actions/reference/workflows-and-actions/variables
_VARIABLES = ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN")


@dataclass(frozen=True)
class GitHub:
    """One repository, as the owner of a token may use it."""

    address: str  # of the interface, such as https://api.github.com
    repository: str  # owner/name
    token: str = field(repr=False)

    def all(self, path: str) -> Iterator[dict[str, Any]]:
        """Every element of a list, page by page."""
        address: str | None = f"{self._of(path)}{'&' if '?' in path else '?'}per_page={_A_PAGE}"
        while address:
            answer = self._ask("GET", address)
            yield from answer.json()
            address = answer.links.get("next", {}).get("url")
            if address and not address.startswith(f"{self.address}/"):
                raise ToolError(f"GitHub: the next page of {path} is at another host; nothing was sent there")

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("POST", self._of(path), body).json()
        return found

    def patch(self, path: str, body: Mapping[str, Any]) -> None:
        self._ask("PATCH", self._of(path), body)

    def delete(self, path: str) -> None:
        self._ask("DELETE", self._of(path))

    def _of(self, path: str) -> str:
        return f"{self.address}/repos/{self.repository}/{path}"

    def _ask(self, method: str, address: str, body: Mapping[str, Any] | None = None) -> requests.Response:
        """GitHub's answer. Raises ToolError with what it says if it refuses; the token is in no message."""
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self.token}",
            "X-GitHub-Api-Version": _VERSION,
        }
        what = f"GitHub: {method} {address.removeprefix(self.address).partition('?')[0]}"
        try:
            answer = requests.request(
                method, address, json=body, headers=headers, timeout=_SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            raise ToolError(f"{what}: {type(error).__name__}; check the network and GITHUB_API_URL") from None
        if not answer.ok or answer.is_redirect:
            raise ToolError(f"{what}: {answer.status_code} {_message(answer)}; {_remedy(answer.status_code)}")
        return answer


def is_by_workflow(item: Mapping[str, Any]) -> bool:
    """Whether a workflow wrote a comment or an issue, and not a person."""
    return bool(item["user"]["type"] == "Bot")


def of_job() -> GitHub:
    """The repository of the workflow's job that runs this. Raises BadInputError with each variable that is missing."""
    if missing := [name for name in _VARIABLES if not os.environ.get(name)]:
        raise BadInputError(
            *(f"{name}: is not set; run this in a job of GitHub Actions, or set it" for name in missing)
        )
    address, repository, token = (os.environ[name] for name in _VARIABLES)
    return GitHub(address.rstrip("/"), repository, token)


def approval_of_run(github: GitHub, run: str, environment: str) -> str | None:
    """What people wrote when they approved a run's deploy to an environment; None if nobody approved it."""
    written = [
        str(review.get("comment") or "")
        for review in github.all(f"actions/runs/{run}/approvals")
        if review.get("state") == "approved" and environment in [each["name"] for each in review["environments"]]
    ]
    return " ".join(written) if written else None


def _message(answer: requests.Response) -> str:
    try:
        said = answer.json()
    except ValueError:
        return ""
    return str(said.get("message", "")) if isinstance(said, dict) else ""


def _remedy(status: int) -> str:
    match status:
        case 401:
            return "the token is not valid (any more)"
        case 403 | 429:
            return "the job's token lacks a permission, or asked too often; see `permissions` of the workflow"
        case 404:
            return "it does not exist, or the job's token may not see it"
        case _:
            return "try again later"
