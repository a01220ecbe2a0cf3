"""Applies a stored plan, if it is exactly the one that was reviewed and approved."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ffp import git
from ffp.deliver import store
from ffp.deliver.place import Place
from ffp.deliver.planning import PLAN_FILE, digest_of, refused, reviewed
from ffp.deliver.ticket import AGAIN, LIFETIME, Ticket
from ffp.project import BadInputError, ToolError
from ffp.review.report import Review
from ffp.scan import Result
from ffp.stack_folder import require_unmodified
from ffp.terraform import LOCK_TIMEOUT, TerraformError
from settings import Environment
from settings.state import ERRORED

Report = Callable[[str], object]
_SKEW = timedelta(minutes=5)  # between the clocks of two machines
_STALE = "Saved plan is stale"


def apply(
    place: Place,
    settings: Mapping[str, Environment],
    ticket: Ticket,
    *,
    approved: Callable[[Review], str | None] | None,
    report: Report,
) -> None:
    """Applies the plan of a ticket.

    `approved` gets the review of the plan, and gives what somebody wrote to approve it, or None if nobody did; without
    it, only an environment that needs no approval is deployed. Raises BadInputError, before anything is changed, for a
    ticket or a plan that is not the reviewed and approved one of this commit and environment, with each reason and how
    to go on. Raises TerraformError if Terraform fails, also if something was deployed since the plan was made.
    """
    _require_fitting(place, ticket)
    report("fetching the plan")
    content = store.take(place, ticket)
    with place.working() as folder:
        place.init()
        file = folder / PLAN_FILE
        file.write_bytes(content)
        review, results = reviewed(place, settings, file, ticket.against, ticket.made_at.astimezone(UTC).date(), report)
        _require_reviewed(ticket, review, results)
        if approved is not None or place.settings.state.approval:
            _require_approved(place, ticket, approved(review) if approved else None)
        _require_fitting(place, ticket)  # again: the answer may have taken hours
        require_unmodified([place.folder])
        if hashlib.sha256(file.read_bytes()).hexdigest() != ticket.plan:
            raise BadInputError(f"ticket: somebody has changed {file} meanwhile; find out who, then {AGAIN}")
        _apply(place, file, report)
    store.record(place, ticket)


def _require_fitting(place: Place, ticket: Ticket) -> None:
    if problems := [*_problems(place, ticket)]:
        raise BadInputError(*problems)


def _problems(place: Place, ticket: Ticket) -> Iterator[str]:
    """What a ticket says that does not fit here."""
    if ticket.environment != place.name:
        yield (
            f"ticket: it is for {ticket.environment}, and not for {place.name}; give the ticket of {place.name}, or"
            f" {AGAIN}"
        )
    commit = git.head()
    if ticket.commit != commit:
        yield (
            f"ticket: it is of commit {ticket.commit[:9]}, and {commit[:9]} is checked out; check that one out, or"
            f" {AGAIN}"
        )
    elif changed := git.changes():
        yield f"commit: {changed[0]} differs from {commit[:9]}, which was planned; remove what is not committed"
    if ticket.stack != place.digest and ticket.environment == place.name:
        yield (
            f"ticket: the stack that was planned is another one than {place.folder.name} here ({ticket.stack[:9]} and"
            f" {place.digest[:9]}); run `ffp synth`, or {AGAIN}"
        )
    if ticket.environment == place.name and ticket.bucket != place.bucket:
        yield f"ticket: its plan is in {ticket.bucket}, and the one of {place.name} is {place.bucket}; {AGAIN}"
    if not ticket.key.startswith(store.folder_of(place.name)):
        yield f"ticket: its plan is {ticket.key}, which is not below {store.folder_of(place.name)}; {AGAIN}"
    age = datetime.now(UTC) - ticket.made_at
    if not -_SKEW < age < LIFETIME:
        hours, most = age.total_seconds() / 3600, LIFETIME.total_seconds() / 3600
        yield f"ticket: the plan was made {hours:.0f} hours ago, and {most:.0f} are allowed; {AGAIN}"


def _require_reviewed(ticket: Ticket, review: Review, results: Sequence[Result]) -> None:
    problems = []
    if (found := digest_of(review)) != ticket.review:
        problems.append(
            f"ticket: the review of this plan has the SHA-256 {found[:16]}…, and the one that people read"
            f" {ticket.review[:16]}…: something was deployed since, or this is another plan; {AGAIN}, and read the"
            " review"
        )
    problems += [f"{each}, then {AGAIN}" for each in refused(review, results)]
    if problems:
        raise BadInputError(*problems)


def _require_approved(place: Place, ticket: Ticket, given: str | None) -> None:
    if given is None:
        raise BadInputError(
            f"approval: nobody has approved this plan of {place.name}; read its review, and approve with the code"
            f" {ticket.code}"
        )
    if not ticket.is_approved_by(given):
        raise BadInputError(
            f"approval: {given!r} does not contain the code of this plan and its review; read the review, and approve"
            f" with the code {ticket.code}"
        )


def _apply(place: Place, file: Path, report: Report) -> None:
    try:
        for progress in place.follow("apply", LOCK_TIMEOUT, str(file)):
            report(f"deploying {place.name}: {progress}")
    except TerraformError as error:
        if _STALE in str(error):
            raise TerraformError(f"{error}\nsomebody has deployed since the plan was made; {AGAIN}") from None
        raise TerraformError(f"{error}{_saved(place)}") from None
    except KeyboardInterrupt:
        report(f"interrupted: Terraform has ended; what is not deployed needs a new plan{_saved(place)}")
        raise


def _saved(place: Place) -> str:
    """Tries once more to write a state that Terraform could not write, or else to keep it, and says how that ended.

    The file holds secrets and is the only record of what was created: it must not be lost with a job's machine, and
    must not become an artefact.
    """
    file = place.folder / ERRORED
    if not file.exists():
        return ""
    try:
        place.run("state", "push", LOCK_TIMEOUT, ERRORED)
    except TerraformError as error:
        return f"\n{error}\n{_kept(place, file)}"
    file.unlink()
    return "\nthe state could not be written at first, and is written now"


def _kept(place: Place, file: Path) -> str:
    """Keeps a state that could not be written beside the platform's own, and says where it is and how to go on."""
    try:
        kept = store.keep_errored(place, file.read_bytes())
    except ToolError as error:
        return f"{file} is the only record of what was created, and could not be kept in {place.bucket}: {error}"
    file.unlink()
    return (
        f"the only record of what was created is {kept.key} in {place.bucket}, version {kept.version}; before anything"
        " else is deployed, push it as docs/deployment.md says under `errored.tfstate`"
    )
