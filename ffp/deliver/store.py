"""Plans and the record of what is deployed, in the state bucket of an environment."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ffp import aws
from ffp.deliver.place import Place
from ffp.deliver.ticket import AGAIN, Ticket
from ffp.project import BadInputError, ToolError
from settings.state import PLANS, RECORD

_GONE = ("404", "NoSuchKey", "NoSuchVersion")


def folder_of(environment: str) -> str:
    """The folder of an environment's plans in the bucket."""
    return f"{PLANS}/{environment}/"


@dataclass(frozen=True)
class Stored:
    """A plan in the bucket."""

    key: str
    version: str


def put(place: Place, content: bytes, commit: str) -> Stored:
    """Stores a plan file. The caller needs the right to write there, and none to read."""
    key = f"{folder_of(place.name)}{commit}-{hashlib.sha256(content).hexdigest()[:16]}.tfplan"
    with aws.as_tool_errors():
        answer = place.s3.put_object(**place.owned, Key=key, Body=content)
    version = answer.get("VersionId")
    if not version:
        raise ToolError(
            f"{place.bucket}: keeps no versions, so that somebody could replace a stored plan; run `ffp bootstrap`"
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
    content: bytes = answer["Body"].read()
    if (found := hashlib.sha256(content).hexdigest()) != ticket.plan:
        raise BadInputError(
            f"ticket: the plan {ticket.key} has the SHA-256 {found}, and not {ticket.plan}: somebody has changed the"
            f" plan or the ticket; find out who, then {AGAIN}"
        )
    return content


def record(place: Place, ticket: Ticket) -> None:
    """Remembers which commit is deployed, for the next review."""
    body = json.dumps({"commit": ticket.commit, "stack": ticket.stack, "plan": ticket.plan, "review": ticket.review})
    with aws.as_tool_errors():
        place.s3.put_object(**place.owned, Key=_record_of(place), Body=body.encode(), ContentType="application/json")


def deployed(place: Place) -> str:
    """The commit that was deployed last; empty if none was."""
    with aws.as_tool_errors():
        try:
            answer = place.s3.get_object(**place.owned, Key=_record_of(place))
        except ClientError as refusal:
            if aws.error_code(refusal) in _GONE:
                return ""
            raise
    return _commit_in(answer["Body"].read())


def _commit_in(body: bytes) -> str:
    found: Any = json.loads(body)
    return str(found["commit"])


def _record_of(place: Place) -> str:
    return f"{place.name}/{RECORD}"
