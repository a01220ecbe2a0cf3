"""Judges all of the changes, and prints what is missed, the false alarms, and totals by category.

Ends with 1 if something is wrong that `known.py` does not name.
"""

import multiprocessing
import sys
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path

from ffp import stacks
from modules.stacks import synthesise
from settings import environments
from tests.review.opinion.cases import Case
from tests.review.opinion.judging import BOOTSTRAP, PLATFORM, every_case, is_known, outcome_of


def _said(case: Case) -> str:
    doubt = f" (doubt: {case.doubt})" if case.doubt else ""
    return f"- {case.name} [{case.stack}, {case.category}]{'' if is_known(case) else ' NOT KNOWN'} {case.why}{doubt}"


def main() -> int:
    cases = every_case()
    with tempfile.TemporaryDirectory() as folder:
        synthesise(environments.load(), [PLATFORM, BOOTSTRAP], Path(folder))
        shipped = {stack.name: stack for stack in stacks.load(Path(folder))}
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            outcomes = pool.map(partial(outcome_of, shipped), [case.name for case in cases], chunksize=8)
    results = list(zip(cases, outcomes, strict=True))
    wrong = [case for case, outcome in results if outcome == "wrong"]
    for label, title in (("dangerous", "Missed"), ("harmless", "False alarms")):
        of_label = [case for case in wrong if case.label == label]
        print(f"{title}: {len(of_label)}", *map(_said, of_label), "", sep="\n")
    for case, outcome in results:
        if outcome == "right" and is_known(case):
            print(f"- {case.name} is right now: take it out of known.py")
        elif outcome == "skipped":
            print(f"- {case.name} has nothing to change")
    totals = Counter((case.category, case.label, outcome) for case, outcome in results)
    print(f"{'category':20} {'dangerous':>9} {'missed':>9} {'harmless':>9} {'alarms':>9}")
    for category in sorted({case.category for case in cases}):
        counts = [
            number
            for label in ("dangerous", "harmless")
            for number in (
                totals[category, label, "right"] + totals[category, label, "wrong"],
                totals[category, label, "wrong"],
            )
        ]
        print(f"{category:20}", *(f"{number:9}" for number in counts))
    return 0 if all(map(is_known, wrong)) else 1


if __name__ == "__main__":
    sys.exit(main())
