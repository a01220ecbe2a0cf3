"""The benchmark's own arithmetic, and that it compares what does the same work. Nothing here judges a time."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyperf
import pytest

from bench import applications, buckets, message_counter, scale, stacks, table
from bench.applications import put_environments, put_functions
from bench.buckets import INDEX, OURS, UNPACKED, Peer, is_indexed, require_same_buckets
from bench.measuring import Cost, measure
from bench.results import Results
from bench.rows import Group, Quantity, Row, Target
from bench.scale import Growth, exponent
from ffp.project import ROOT, BadInputError, ToolError
from settings.environments import NAMES
from tests.settings.project import copy_to, load_in, run_in

_BUSY = "import time\nwhile time.process_time() < 0.4: pass"
_LARGE = "held = bytearray(200_000_000); print(flush=True); import time; time.sleep(1)"
_LARGE_TWICE = f"""
import sys
from subprocess import PIPE, Popen
other = Popen([sys.executable, "-c", {_LARGE + "; input()"!r}], stdin=PIPE, stdout=PIPE)
other.stdout.readline()  # it holds its memory, until it is told to end
{_LARGE}
other.communicate(b"end")
"""


def _starting(program: str, *, waits: bool) -> list[str]:
    """A program that starts another one, and waits for it or leaves it behind."""
    start = f"import subprocess, sys; process = subprocess.Popen([sys.executable, '-c', {program!r}])"
    return [sys.executable, "-c", f"{start}; process.wait()" if waits else f"{start}; import os; os._exit(0)"]


def test_processor_seconds_are_those_of_all_processes() -> None:
    assert measure(_starting(_BUSY, waits=True)).processor_seconds >= 0.4


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands over a process whose parent has ended")
def test_processor_seconds_include_a_process_that_is_left_behind() -> None:
    assert measure(_starting(_BUSY, waits=False)).processor_seconds >= 0.4


def test_peak_memory_is_that_of_all_processes_together() -> None:
    one = measure([sys.executable, "-c", _LARGE]).peak_bytes
    two = measure([sys.executable, "-c", _LARGE_TWICE]).peak_bytes
    assert 200e6 <= one < 400e6 <= two


def test_a_command_that_fails_is_reported_with_the_end_of_what_it_said() -> None:
    with pytest.raises(ToolError, match=r"exit code 3:\nthe reason"):
        measure([sys.executable, "-c", "import sys; print('the reason'); sys.exit(3)"])


def test_the_counter_passes_messages_on_and_counts_them(tmp_path: Path) -> None:
    counts = tmp_path / "counts"
    variables = {message_counter.NODE: sys.executable, message_counter.COUNT: str(counts)}
    echo = "import sys; print(sys.stdin.read(), end=''); sys.exit(4)"
    done = subprocess.run(
        [sys.executable, message_counter.__file__, "-c", echo],
        env=variables,
        input='{"api":"create"}\n{"api":"get"}\n{"exit":0}\n',
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.count("\n"), counts.read_text("utf-8")) == (4, 3, "3\n")


TARGETS = (
    Target(row="ours", other="theirs", quantity=Quantity.PROCESSOR, at_most=0.5),
    Target(row="ours", other="theirs", quantity=Quantity.WALL, at_most=0.4),
)
GROUP = Group(
    name="some",
    title="Some work",
    rows=(Row(name="ours", command=("true",)), Row(name="theirs", command=("true",))),
    targets=TARGETS,
)


@pytest.fixture
def results() -> Results:
    found = Results(messages={("some", "ours"): 1234})
    for wall, processor in ((1.0, 2.0), (9.0, 1.0), (2.0, 1.5)):
        found.add("some", "ours", Cost(wall, processor, 100_000_000))
        found.add("some", "theirs", Cost(4.0, 3.0, 0))
    return found


def test_a_median_is_of_all_runs_and_no_mean(results: Results) -> None:
    medians = [results.median("some", "ours", each) for each in Quantity]
    assert medians == [2.0, 1.5, 100_000_000]


def test_a_target_is_met_up_to_its_limit(results: Results) -> None:
    assert [(each.times, each.is_met) for each in results.verdicts(GROUP)] == [(0.5, True), (0.5, False)]


def test_the_table_has_medians_and_multiples_of_the_first_row(results: Results) -> None:
    assert table.lines(GROUP, results) == [
        ("ours", "2.00", "1.50", "1.00", "100", "1,234"),
        ("theirs", "4.00", "3.00", "2.00", "–", "–"),
    ]
    assert table.heading(GROUP, results).startswith("Some work (medians of 3; load ")
    assert [table.sentence(each).rpartition(": ")[2] for each in results.verdicts(GROUP)] == ["met", "missed"]


def test_pyperf_reads_the_file_of_all_values(results: Results, tmp_path: Path) -> None:
    results.write(tmp_path / "values.json")
    suite = pyperf.BenchmarkSuite.load(str(tmp_path / "values.json"))
    assert suite.get_benchmark("some: ours: seconds").get_values() == (1.0, 9.0, 2.0)
    assert "load_avg_1min" in suite.get_benchmark("some: ours: seconds").get_runs()[0].get_metadata()


@pytest.mark.parametrize("power", [0.5, 1, 2])
def test_the_exponent_of_a_power_law_is_found(power: float) -> None:
    assert exponent({size: 3 * size**power for size in (10, 100, 500, 1000)}) == pytest.approx(power)


def test_the_exponent_of_what_is_no_power_law_is_the_best_fit() -> None:
    assert exponent({1: 1, 10: 1, 100: 100}) == pytest.approx(1)


def test_growth_has_a_gap_where_a_size_was_refused() -> None:
    costs = {10: Cost(1, 2, 50_000_000), 100: Cost(9, 20, 500_000_000)}
    growth = Growth("some", costs={"scan": costs, "cost": {10: costs[10]}}, sizes=(10, 100, 1000))
    assert growth.rows == [
        ["scan, s", "2.0", "20.0", "–", "1.00", "1.00"],
        ["scan, MB", "50", "500", "–", "1.00", "1.00"],
        ["cost, s", "2.0", "–", "–", "–", "–"],
        ["cost, MB", "50", "–", "–", "–", "–"],
    ]
    assert all(len(row) == len(growth.columns) for row in growth.rows)


@pytest.mark.parametrize("name", ["comparison", "scale"])
def test_the_document_takes_a_table_between_its_marks(name: str, tmp_path: Path) -> None:
    document = Path(shutil.copy(table.DOCUMENT, tmp_path))
    text = table.markdown("A title", ("", "seconds"), [("ours", "1 | 2")], ["met"])
    for _ in range(2):
        table.put_into(document, name, text)
    after, before = document.read_text("utf-8"), table.DOCUMENT.read_text("utf-8")
    assert (
        after.count("\n\n**A title**\n\n|  | seconds |\n| --- | --- |\n| ours | 1 \\| 2 |\n\n- met.\n\n<!-- end of ")
        == 1
    )
    assert (after.partition("<!--")[0], after.rpartition("-->")[2]) == (
        before.partition("<!--")[0],
        before.rpartition("-->")[2],
    )
    with pytest.raises(ToolError, match="not there once"):
        table.put_into(document, "nothing", text)


def test_plain_python_makes_the_same_buckets_as_this_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "OUTPUT", tmp_path)
    floor = Peer("plain Python", "floor", Path(sys.executable), has_kernel=False)
    for peer in (OURS, floor):
        measure(peer.row().command)
    require_same_buckets((OURS, floor))
    file = floor.output / "stacks/buckets/cdk.tf.json"
    file.write_text(file.read_text("utf-8").replace("ffp-bench-42", "ffp-bench-43"), "utf-8")
    with pytest.raises(ToolError, match="not the same buckets as this project, so nothing to compare: plain Python"):
        require_same_buckets((OURS, floor))


def test_a_cache_is_warm_when_every_package_has_its_index(tmp_path: Path) -> None:
    packages = [tmp_path / "constructs/10/hash", tmp_path / "@cdktf/provider-aws/21/hash"]
    for package in packages:
        assert not is_indexed(tmp_path)
        package.mkdir(parents=True)
        for name in (UNPACKED, *INDEX):
            assert not is_indexed(tmp_path)
            (package / name).touch()
    assert is_indexed(tmp_path)


def test_a_first_run_empties_no_cache_that_a_warm_run_uses() -> None:
    root = "JSII_RUNTIME_PACKAGE_CACHE_ROOT"
    warm, cold = ({row.environment[root] for row in group.rows} for group in (buckets.warm(), buckets.cold()))
    assert len(warm) == len(buckets.peers())
    assert len(cold) == 3
    assert warm & cold == set()


def test_a_peer_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    absent = Peer("the absent", "cdktf", tmp_path / "python")
    monkeypatch.setattr(buckets, "peers", lambda: (OURS, absent))
    with pytest.raises(BadInputError, match="not installed: the absent; run `make bench`"):
        buckets.build_indexes(lambda _: None)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, in place of the one that is measured."""
    folder = copy_to(tmp_path / "project")
    shutil.copytree(ROOT / "tests/sample", folder / "tests/sample")
    monkeypatch.setattr(applications, "PROJECT", folder)
    monkeypatch.setattr(stacks, "PROJECT", folder)
    return folder


_COUNT = (
    "from settings import environments; "
    "print({name: len(each.application.functions) for name, each in environments.load().items()})"
)


@pytest.mark.parametrize("count", [4, 10, 100])
def test_an_application_of_many_functions_is_sound(project: Path, count: int) -> None:
    put_functions(count)
    assert run_in(project, "-c", _COUNT).stdout == f"{{'prod': {count}}}\n"


def test_fewer_functions_than_every_application_has_are_refused(project: Path) -> None:
    with pytest.raises(BadInputError, match="--functions 3: must be more than the 3"):
        put_functions(3)


def test_many_environments_are_sound_and_each_of_its_own(project: Path) -> None:
    put_environments(12)
    assert load_in(project) == []
    assert len(json.loads(run_in(project, "-c", _COUNT).stdout.replace("'", '"'))) == 12


_COST_CENTRES = (
    "from settings import environments; "
    "print(*(f'{name} {each.cost_centre}' for name, each in environments.load().items()), sep=chr(10))"
)


def test_each_round_changes_a_tag_of_every_environment(project: Path) -> None:
    found = []
    for round_ in (1, 2, 12):
        stacks.change_every_environment(round_)
        found.append(dict(line.split() for line in run_in(project, "-c", _COST_CENTRES).stdout.splitlines()))
    for name in NAMES:
        assert len({each[name] for each in found}) == 3


def test_what_cannot_be_measured_is_said_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Cost:
        raise ToolError("too many")

    for name in ("commit", "restore", "put_functions"):
        monkeypatch.setattr(applications, name, lambda *_, **__: "a-commit")
    monkeypatch.setattr(scale, "measure", refuse)
    growth = scale.of_functions([1000], 1, lambda _: None, plan=False)
    assert (growth.refused, growth.rows) == (["1,000 functions in one environment: synthesis: too many"], [])
