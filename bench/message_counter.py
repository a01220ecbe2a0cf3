"""Stands before Node: passes on what the Python side of jsii sends to its kernel, and counts the messages.

It sees every message, whatever the Python side did to save some: each is one line (aws/jsii, `InputOutput`).
"""

import os
import subprocess
import sys
from pathlib import Path

COUNT, NODE = "FFP_BENCH_COUNT", "FFP_BENCH_NODE"  # the file to add a line to, and the program to start


def main() -> int:
    """Starts Node with the arguments given. Returns its exit code, and appends the number of messages to the file."""
    node = subprocess.Popen([os.environ[NODE], *sys.argv[1:]], stdin=subprocess.PIPE)  # noqa: S603 - jsii's own command
    messages = 0
    with node:
        assert node.stdin is not None  # noqa: S101 - since it is a pipe
        for line in sys.stdin.buffer:
            messages += 1
            node.stdin.write(line)
            node.stdin.flush()
    with Path(os.environ[COUNT]).open("a", encoding="utf-8") as file:
        print(messages, file=file)
    return node.returncode


if __name__ == "__main__":
    sys.exit(main())
