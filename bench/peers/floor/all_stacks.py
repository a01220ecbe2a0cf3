"""Writes the JSON of stacks that exist: the least that a Python program needs to write them."""

import json
import sys
from pathlib import Path

existing, output = map(Path, sys.argv[1:])
for file in existing.glob("stacks/*/cdk.tf.json"):
    folder = output / "stacks" / file.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    stack = json.loads(file.read_text(encoding="utf-8"))
    (folder / file.name).write_text(json.dumps(stack, indent=2), encoding="utf-8")
