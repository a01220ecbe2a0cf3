"""Plans a deploy, reviews the plan, and stores it where only the deploying role can read it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from ffp import compare, git, scan, stacks
from ffp.deliver import store, ticket
from ffp.deliver.place import Place
from ffp.deliver.ticket import Ticket
from ffp.project import BadInputError
from ffp.review import machine, pictures, plans, reviewing
from ffp.review.report import Review
from ffp.scan import Result
from ffp.stacks import SynthesisedStack
from settings import Environment

Report = Callable[[str], object]
PLAN_FILE = "deploy.tfplan"


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

    The review compares with the commit `against`; None stands for what was deployed last. If the plan is to be applied
    later, `keep` stores it. Raises BadInputError for a commit that is not the whole working tree.
    """
    commit = git.head()
    if keep:
        require_committed(commit)
    made = ticket.now()
    reference = "" if against is None else compare.commit_of(against)
    with place.working() as folder:
        place.init()
        report(f"planning {place.name}")
        file = folder / PLAN_FILE
        place.run("plan", "-no-color", "-input=false", "-lock=false", f"-out={file}")
        review, results = reviewed(place, settings, file, reference, datetime.fromisoformat(made).date(), report)
        kept = None
        if keep:
            report("storing the plan")
            kept = _kept(place, file.read_bytes(), review, commit, reference, made)
    return Planned(review, results, kept)


def _kept(place: Place, content: bytes, review: Review, commit: str, reference: str, made: str) -> Ticket:
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
    place: Place, settings: Mapping[str, Environment], file: Path, reference: str, today: date, report: Report
) -> tuple[Review, list[Result]]:
    """The review of a saved plan, and the scan that is a part of it.

    It compares with the commit `reference`, or with what was deployed last if that is empty. The same plan, commits and
    day give the same review on every machine.
    """
    after = {each.name: each for each in stacks.load(place.output)}
    before, against = _before(place, reference, report)
    saved = plans.read(as_json(place, file), after[place.name])
    results = scan.scan([after[place.name]], today=today, report=report)
    made = reviewing.review(
        place.name,
        settings,
        (before, after),
        against=against,
        today=today,
        plan=saved,
        results=results,
        of_platform_alone=True,  # a person has applied the bootstrap stack, after a review of its own
        report=report,
    )
    return made, results


def _before(place: Place, reference: str, report: Report) -> tuple[Mapping[str, SynthesisedStack], str]:
    """The stacks with which a review compares, and what they are in words."""
    if reference:
        return compare.of_commit(reference, report), reference
    deployed = store.deployed(place)
    if deployed is None:
        return {}, "nothing, since nothing was deployed"
    return deployed.stacks, f"{deployed.commit}, which is deployed"


def as_json(place: Place, file: Path) -> Path:
    """A saved plan as JSON, in a file beside it."""
    shown = file.with_name(f"{place.name}.plan.json")
    shown.write_text(place.run("show", "-no-color", "-json", str(file)), encoding="utf-8")
    return shown


def refused(review: Review, results: Sequence[Result]) -> list[str]:
    """Why nobody may apply a plan with this review: what is red, and what the scan found."""
    found = [f"{each.address}: {each.title}; change it, or silence it in the settings" for each in review.red]
    return found + [
        f"{each.address}: {each.check}: {each.name}; repair it, or waive it with a reason and a last day"
        for result in results
        for each in result.failed
    ]


def digest_of(review: Review) -> str:
    """SHA-256 of everything that a review says, without pictures: a machine may lack what draws them."""
    sections = tuple(replace(each, pictures=()) for each in review.sections if each.id != pictures.SECTION)
    unknowns = tuple(each for each in review.unknowns if not each.startswith(pictures.UNDRAWN))
    told = replace(review, sections=sections, unknowns=unknowns)
    return hashlib.sha256(machine.as_json(told).encode()).hexdigest()


def require_committed(commit: str) -> None:
    """Raises BadInputError if the working tree is not exactly the commit."""
    if changed := git.changes():
        others = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise BadInputError(
            f"commit: {changed[0]}{others} differ from {commit[:9]}, and a plan is of a commit; commit or stash them"
        )
