"""Plans a deploy, reviews the plan, and stores it where only the deploying role can read it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from ffp import compare, scan, stacks
from ffp.deliver import repository, store, ticket
from ffp.deliver.place import Place
from ffp.deliver.ticket import Ticket
from ffp.project import BUILD, BadInputError
from ffp.review import machine, pictures, plans, reviewing
from ffp.review.report import Review
from ffp.scan import Result
from ffp.stacks import SynthesisedStack
from settings import Environment

Report = Callable[[str], object]
FOLDER = BUILD / "deliver"


@dataclass(frozen=True)
class Planned:
    """A plan with its review, and its ticket if it was stored."""

    review: Review
    results: Sequence[Result]  # of the scan
    ticket: Ticket | None

    @property
    def digest(self) -> str:
        """SHA-256 of the review with everything that it says."""
        return digest_of(self.review)


def plan(
    place: Place, settings: Mapping[str, Environment], *, against: str | None, keep: bool, report: Report
) -> Planned:
    """Plans an environment from its synthesised stack, without a lock, and reviews what the plan does.

    The review compares with the commit `against`; None stands for the one that was deployed last. If the plan is to be
    applied later, `keep` stores it. Raises BadInputError for a commit that is not the whole working tree.
    """
    commit = repository.head()
    if keep:
        require_committed(commit)
    place.init()
    made = ticket.now()
    reference = store.deployed(place) if against is None else compare.commit_of(against)
    with plan_removed(place):
        report(f"planning {place.name}")
        place.run("plan", "-no-color", "-input=false", "-lock=false", f"-out={place.plan_file.name}")
        review, results = reviewed(place, settings, reference, datetime.fromisoformat(made).date(), report)
        kept = _kept(place, review, commit, reference, made, report) if keep else None
    return Planned(review, results, kept)


def _kept(place: Place, review: Review, commit: str, reference: str, made: str, report: Report) -> Ticket:
    report("storing the plan")
    content = place.plan_file.read_bytes()
    stored = store.put(place, content, commit)
    return Ticket(
        environment=place.name,
        commit=commit,
        against=reference,
        stack=place.digest,
        bucket=place.bucket,
        key=stored.key,
        version=stored.version,
        plan=hashlib.sha256(content).hexdigest(),
        review=digest_of(review),
        made=made,
    )


def reviewed(
    place: Place, settings: Mapping[str, Environment], reference: str, today: date, report: Report
) -> tuple[Review, list[Result]]:
    """The review of the plan beside the stack, and the scan that is a part of it.

    The same plan, commits and day give the same review on every machine.
    """
    after = {each.name: each for each in stacks.load(place.output)}
    before: Mapping[str, SynthesisedStack] = compare.of_commit(reference, report) if reference else {}
    with shown(place) as file:
        saved = plans.read(file, after[place.name])
    own = [each for name, each in after.items() if name in (place.name, f"bootstrap-{place.name}")]
    results = scan.scan(own, today=today, report=report)
    made = reviewing.review(
        place.name,
        settings,
        (before, after),
        against=reference or "nothing, since nothing was deployed",
        today=today,
        plan=saved,
        results=results,
        report=report,
    )
    return made, results


def digest_of(review: Review) -> str:
    """SHA-256 of everything that a review says, without pictures: a machine may lack what draws them."""
    sections = tuple(replace(each, pictures=()) for each in review.sections if each.id != pictures.SECTION)
    unknowns = tuple(each for each in review.unknowns if not each.startswith(pictures.UNDRAWN))
    told = replace(review, sections=sections, unknowns=unknowns)
    return hashlib.sha256(machine.as_json(told).encode()).hexdigest()


def require_committed(commit: str) -> None:
    """Raises BadInputError if the working tree is not exactly the commit."""
    if changed := repository.changes():
        others = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise BadInputError(
            f"commit: {changed[0]}{others} differ from {commit[:9]}, and a plan is of a commit; commit or stash them"
        )


@contextmanager
def plan_removed(place: Place) -> Iterator[None]:
    """Removes the saved plan at the end, whatever happens: it holds what the state holds."""
    try:
        yield
    finally:
        place.plan_file.unlink(missing_ok=True)


@contextmanager
def shown(place: Place) -> Iterator[Path]:
    """The saved plan as JSON, in a file that only this user can read and that does not stay."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{place.name}.plan.json"
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    try:
        file.write_text(place.run("show", "-no-color", "-json", place.plan_file.name), encoding="utf-8")
        yield file
    finally:
        file.unlink()
