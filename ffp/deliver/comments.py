"""The comment with an environment's review on a pull request: one for each environment, always the newest."""

from ffp.deliver.github import GitHub, is_by_workflow
from ffp.project import BadInputError

MOST = 65_536  # characters of a comment that GitHub takes


def marker_of(environment: str) -> str:
    """The line, invisible when rendered, by which an environment's comment is found again."""
    return f"<!-- ffp review of {environment} -->"


def keep_one(github: GitHub, pull_request: int, environment: str, text: str | None) -> str:
    """Makes the environment's comment say this, or removes it if there is nothing to say. Returns what was done.

    A comment that a person wrote is never changed, even if it begins with the same line. Raises BadInputError if the
    text is too long for GitHub.
    """
    marker = marker_of(environment)
    body = f"{marker}\n{text}"
    if text is not None and len(body) > MOST:
        raise BadInputError(f"comment: has {len(body):,} characters, and GitHub takes {MOST:,}; shorten the review")
    own = [
        each
        for each in github.all(f"issues/{pull_request}/comments")
        if str(each.get("body") or "").startswith(marker) and is_by_workflow(each)
    ]
    kept = own[:1] if text is not None else []
    for each in own[len(kept) :]:
        github.delete(f"issues/comments/{each['id']}")
    if text is None:
        return "removed" if own else "nothing to say"
    if not kept:
        github.post(f"issues/{pull_request}/comments", {"body": body})
        return "written"
    if kept[0]["body"] == body:
        return "unchanged"
    github.patch(f"issues/comments/{kept[0]['id']}", {"body": body})
    return "replaced"
