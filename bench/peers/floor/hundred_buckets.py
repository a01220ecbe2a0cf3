"""A hundred buckets in plain Python: the least that a Python program needs to write them."""

import json
import sys
from pathlib import Path

buckets = {
    f"bucket-{number:02}": {"bucket": f"ffp-bench-{number:02}", "tags": {"number": str(number)}}
    for number in range(100)
}
stack = {"provider": {"aws": [{"region": "eu-west-2"}]}, "resource": {"aws_s3_bucket": buckets}}
folder = Path(sys.argv[1], "stacks/buckets")
folder.mkdir(parents=True, exist_ok=True)
(folder / "cdk.tf.json").write_text(json.dumps(stack, indent=2), encoding="utf-8")
