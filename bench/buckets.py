"""A hundred buckets by this project, by its peers and by plain Python, with warm caches and with empty ones."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from bench.rows import Group, Quantity, Row, Target
from ffp import node
from ffp.doctor import CDKTN
from ffp.project import BUILD, ROOT, BadInputError, ToolError

WORK = BUILD / "bench"
CACHE_OF_BINDINGS = BUILD / "bindings"  # what modules/framework/ makes once
_PROGRAMS = ROOT / "bench/peers"
OUTPUT, _CACHES = WORK / "output", WORK / "caches"

# What jsii keeps beside a package that it has unpacked (aws/jsii#5164). A thread writes it, and ends with the program.
UNPACKED = ".jsii-runtime-package-cache"
INDEX = (".jsii.runtime-index.v1", ".jsii.runtime-defs.v1.jsonl", ".jsii.runtime.v1.json")
_SECONDS_FOR_INDEX = 180
# Runs a program and then waits for its standard input to close, so that jsii's thread can finish.
_HELD_OPEN = "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0]); sys.stdin.read()"


@dataclass(frozen=True)
class Peer:
    """A way to make the hundred buckets: its folder of bench/peers/ and the program that runs what is in it."""

    name: str
    folder: str
    interpreter: Path
    has_kernel: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)
    caches: Path = _CACHES / "warm"

    @property
    def slug(self) -> str:
        """The name as a folder's."""
        return self.name.replace(",", "").replace(" ", "-")

    @property
    def output(self) -> Path:
        return OUTPUT / self.slug

    @property
    def cache(self) -> Path:
        """Where jsii unpacks packages for this peer."""
        return self.caches / self.slug

    @property
    def program(self) -> Path:
        (program,) = (_PROGRAMS / self.folder).glob("hundred_buckets.*")
        return program

    def row(self) -> Row:
        return Row(
            name=self.name,
            command=(self.interpreter, self.program, self.output),
            environment={**kernel_environment(self.cache), **self.environment},
            has_kernel=self.has_kernel,
        )


def kernel_environment(cache: Path) -> dict[str, str]:
    """Variables with which every program has the same Node, and a cache of its own."""
    return {"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(cache), "JSII_NODE": str(node_program())}


def node_program() -> Path:
    """The Node program that every row uses. Raises ToolError if there is none."""
    if program := node.program():
        return program
    raise ToolError("the Node wheel is not installed: run `make setup`")


OURS = Peer("this project", "ours", Path(sys.executable))
# The same, with what modules/framework/ does to be fast switched off.
PLAIN = Peer("this project, plain", "ours", Path(sys.executable), environment={"FFP_PLAIN_BINDINGS": "1"})
STOCK = Peer("stock cdktf", "cdktf", WORK / "cdktf/bin/python")
CDKTN_AWS = Peer("cdktn-aws", "cdktn_aws", WORK / "cdktn_aws/bin/python")


def peers() -> tuple[Peer, ...]:
    """All ways to make the buckets, this project's first."""
    packages = {"NODE_PATH": str(WORK / "javascript/node_modules")}
    return (
        OURS,
        PLAIN,
        CDKTN_AWS,
        Peer("cdktn", "cdktn", CDKTN / "bin/python"),
        STOCK,
        Peer("JavaScript cdktf", "javascript", node_program(), has_kernel=False, environment=packages),
        Peer("plain Python", "floor", Path(sys.executable), has_kernel=False),
    )


def warm() -> Group:
    """The group in which every cache is as an earlier run left it."""
    all_ = peers()
    return Group(
        name="buckets",
        title="100 buckets, warm",
        rows=tuple(each.row() for each in all_),
        targets=(
            Target(row=OURS.name, other=CDKTN_AWS.name, quantity=Quantity.PROCESSOR, at_most=1),
            Target(row=OURS.name, other=STOCK.name, quantity=Quantity.PROCESSOR, at_most=1 / 15),
        ),
        require_same=partial(require_same_buckets, all_),
    )


def cold() -> Group:
    """The group in which each run finds what an installation leaves: no cache of jsii's, and none of ours."""
    some = tuple(replace(each, caches=_CACHES / "cold") for each in (OURS, CDKTN_AWS, STOCK))
    return Group(
        name="cold",
        title="100 buckets, the first run after installation",
        warms_up=False,
        rows=tuple(replace(each.row(), before=partial(_empty, each)) for each in some),
        targets=(Target(row=OURS.name, other=STOCK.name, quantity=Quantity.PROCESSOR, at_most=0.25),),
        require_same=partial(require_same_buckets, some),
    )


def _empty(peer: Peer, _round: int) -> None:
    for folder in (peer.output, peer.cache, *([CACHE_OF_BINDINGS] if peer.name == OURS.name else [])):
        shutil.rmtree(folder, ignore_errors=True)


def build_indexes(report: Callable[[str], object]) -> None:
    """Makes every warm cache as good as it gets: holds one run of each open until jsii has indexed all its packages.

    Raises BadInputError if a peer is not installed, and ToolError if a run fails, or has no index after some minutes.
    """
    if missing := [peer.name for peer in peers() if not peer.interpreter.exists()]:
        raise BadInputError(f"not installed: {', '.join(missing)}; run `make bench`, which installs every peer")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for peer in peers():
        if peer.has_kernel and not is_indexed(peer.cache):
            report(f"{peer.name}: a first run, held open until jsii has indexed its packages")
            _hold_open(peer.row(), peer.cache)


def _hold_open(row: Row, cache: Path) -> None:
    interpreter, *arguments = row.command
    process = subprocess.Popen(  # noqa: S603 - the benchmark's own commands
        [interpreter, "-c", _HELD_OPEN, *arguments],
        cwd=ROOT,
        env={**os.environ, **row.environment},
        stdin=subprocess.PIPE,
    )
    with process:
        deadline = time.monotonic() + _SECONDS_FOR_INDEX
        while process.poll() is None and not is_indexed(cache) and time.monotonic() < deadline:
            time.sleep(0.5)
    if process.returncode:
        raise ToolError(f"{row.name}: the first run failed with exit code {process.returncode}")
    if not is_indexed(cache):
        raise ToolError(f"{row.name}: jsii did not index its packages within {_SECONDS_FOR_INDEX} s")


def is_indexed(cache: Path) -> bool:
    """Whether jsii has unpacked the bindings into a cache, and has written an index beside each package in it."""
    packages = [each.parent for each in cache.rglob(UNPACKED)]
    has_bindings = any("aws" in package.relative_to(cache).parts[1] for package in packages)
    return has_bindings and all((package / name).exists() for package in packages for name in INDEX)


def require_same_buckets(peers: Sequence[Peer]) -> None:
    """Raises ToolError with every peer whose last run wrote other resources than the first peer's."""
    first, *others = peers
    wanted = _resources(first.output)
    if different := [peer.name for peer in others if _resources(peer.output) != wanted]:
        raise ToolError(f"not the same buckets as {first.name}, so nothing to compare: {', '.join(different)}")


def _resources(output: Path) -> Any:
    """The resources and the provider's configuration without the comments, in which versions and paths differ."""
    stack = json.loads((output / "stacks/buckets/cdk.tf.json").read_text(encoding="utf-8"))
    return without_comments({name: stack.get(name) for name in ("provider", "resource")})


def without_comments(value: Any) -> Any:
    """The value without its comments: everything below a key `//`, which Terraform ignores."""
    if isinstance(value, dict):
        return {name: without_comments(each) for name, each in value.items() if name != "//"}
    return [without_comments(each) for each in value] if isinstance(value, list) else value
