"""Plans and the record of what is deployed, in the state bucket of an environment."""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from ffp import aws, stacks
from ffp.deliver.place import Place
from ffp.deliver.ticket import AGAIN, Ticket
from ffp.project import BadInputError, ToolError
from ffp.stacks import SynthesisedStack
from settings.state import ERRORED, PLANS, RECORD

_GONE = ("404", "NoSuchKey", "NoSuchVersion")


def folder_of(environment: str) -> str:
    """The folder of an environment's plans in the bucket."""
    return f"{PLANS}/{environment}/"


@dataclass(frozen=True)
class Stored:
    """An object in the bucket."""

    key: str
    version: str


def put(place: Place, content: bytes, commit: str) -> Stored:
    """Stores a plan file. The caller needs the right to write there, and none to read."""
    key = f"{folder_of(place.name)}{commit}-{hashlib.sha256(content).hexdigest()[:16]}.tfplan"
    return _put(place, key, content)


def keep_errored(place: Place, content: bytes) -> Stored:
    """Keeps a state that Terraform could not write, where people find it. Nothing in CI may read or delete it."""
    return _put(place, f"{place.name}/{ERRORED}", content)


def _put(place: Place, key: str, content: bytes) -> Stored:
    with aws.as_tool_errors():
        answer = place.s3.put_object(**place.owned, Key=key, Body=content)
    version = answer.get("VersionId")
    if not version:
        raise ToolError(
            f"{place.bucket}: keeps no versions, so that somebody could replace what is stored; run `ffp bootstrap`"
        )
    return Stored(key, str(version))


def take(place: Place, ticket: Ticket) -> bytes:
    """The plan file of a ticket. Raises BadInputError if it is gone, or if it is not the one that was stored."""
    with aws.as_tool_errors():
        try:
            answer = place.s3.get_object(**place.owned, Key=ticket.key, VersionId=ticket.version)
        except ClientError as refusal:
            if aws.error_code(refusal) in _GONE:
                raise BadInputError(f"ticket: its plan {ticket.key} is no longer in {place.bucket}; {AGAIN}") from None
            raise
        content = _read(answer)
    if (found := hashlib.sha256(content).hexdigest()) != ticket.plan:
        raise BadInputError(
            f"ticket: the plan {ticket.key} has the SHA-256 {found}, and not {ticket.plan}: somebody has changed the"
            f" plan or the ticket; find out who, then {AGAIN}"
        )
    return content


def record(place: Place, ticket: Ticket) -> None:
    """Remembers which commit is deployed, and what its stacks say: the next review compares with them.

    Raises ToolError, with what it means, if it cannot be written.
    """
    stack_files = {each.name: each.path.read_text(encoding="utf-8") for each in stacks.load(place.output)}
    body = {"commit": ticket.commit, "plan": ticket.plan, "review": ticket.review, "stacks": stack_files}
    try:
        with aws.as_tool_errors():
            place.s3.put_object(
                **place.owned,
                Key=_record_of(place),
                Body=json.dumps(body).encode(),
                ContentType="application/json",
            )
    except ToolError as error:
        raise ToolError(
            f"{place.name}: {ticket.commit[:9]} is deployed, but {_record_of(place)} could not be written, so that the"
            f" next review compares with the commit before it: {error}"
        ) from None


@dataclass(frozen=True)
class Deployed:
    """What was deployed last."""

    commit: str
    stacks: Mapping[str, SynthesisedStack]


def deployed(place: Place) -> Deployed | None:
    """What was deployed last; None if nothing was. Raises ToolError if the record cannot be read."""
    with aws.as_tool_errors():
        try:
            answer = place.s3.get_object(**place.owned, Key=_record_of(place))
        except ClientError as refusal:
            if aws.error_code(refusal) in _GONE:
                return None
            raise
        body = _read(answer)
    try:
        raw = json.loads(body)
        return Deployed(str(raw["commit"]), {name: _stack(name, text) for name, text in raw["stacks"].items()})
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ToolError(
            f"{place.bucket}/{_record_of(place)}: is no record of a deploy ({type(error).__name__}); restore an older"
            " version of it, or name a commit with --against"
        ) from None


def _stack(name: str, text: str) -> SynthesisedStack:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name / stacks.FILE_NAME
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
        return stacks.read(file)


def _read(answer: Mapping[str, Any]) -> bytes:
    """The body of an object. A connection that breaks is an error of AWS's client, too."""
    content: bytes = answer["Body"].read()
    return content


def _record_of(place: Place) -> str:
    return f"{place.name}/{RECORD}"
