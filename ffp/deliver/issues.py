"""Issues about what a nightly look finds: one each, opened when it appears and closed when it is gone."""

from collections.abc import Mapping
from dataclasses import dataclass

from ffp.deliver.github import GitHub, is_by_workflow


@dataclass(frozen=True)
class Finding:
    """Something that somebody must look at, in words."""

    title: str
    text: str


@dataclass(frozen=True)
class Kept:
    """What was done: the numbers of the issues."""

    opened: tuple[int, ...]
    changed: tuple[int, ...]
    closed: tuple[int, ...]


def keep(github: GitHub, topic: str, findings: Mapping[str, Finding]) -> Kept:
    """Makes the open issues of a topic exactly these findings, by their keys, such as a resource's address.

    An issue that a person opened is never changed, even if it begins with the same line, and none of another topic is.
    """
    start = f"<!-- ffp {topic}: "
    known: dict[str, dict[str, object]] = {}
    closed = []
    for issue in [each for each in github.all("issues?state=open") if "pull_request" not in each]:
        line = str(issue.get("body") or "").partition("\n")[0]
        if not is_by_workflow(issue) or not (line.startswith(start) and line.endswith(" -->")):
            continue
        key = line.removeprefix(start).removesuffix(" -->")
        if key in findings and key not in known:
            known[key] = issue
        else:
            github.patch(f"issues/{issue['number']}", {"state": "closed", "state_reason": "completed"})
            closed.append(int(issue["number"]))
    opened, changed = [], []
    for key, finding in findings.items():
        wanted = {"title": finding.title, "body": f"{start}{key} -->\n{finding.text}"}
        if key not in known:
            opened.append(int(github.post("issues", wanted)["number"]))
        elif any(known[key].get(name) != value for name, value in wanted.items()):
            number = int(str(known[key]["number"]))
            github.patch(f"issues/{number}", wanted)
            changed.append(number)
    return Kept(tuple(opened), tuple(changed), tuple(closed))
